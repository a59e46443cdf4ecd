"""The simulated unit in virtual time: plays a script to the product's own rules, player and log.

One thread, the caller's, does all but the log's writing. Time is a number that moves from one
moment to the next; `pace` may hold it back to real time. The same script gives the same samples,
bytes and log.
"""

from __future__ import annotations

import heapq
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from countoff.config.model import Config
from countoff.controller import Controller, Outlets
from countoff.core.entries import SessionStarted
from countoff.core.events import (
    ActionAsked,
    AudioLost,
    Part,
    PartReported,
    PartState,
    PedalMoved,
    TimePassed,
)
from countoff.core.tempo import tick_of_bar
from countoff.opening import dialect, opening_state, player_settings
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.midi_file import midi_file, midi_text
from countoff.rehearsal.script import seconds_text
from countoff.rehearsal.seeing import differences
from countoff.rehearsal.statements import (
    AfterLast,
    AtPlace,
    AtTime,
    Bounce,
    Break,
    Deed,
    DoAction,
    End,
    Fault,
    Hold,
    Press,
    See,
    Stomp,
)
from countoff.rehearsal.virtual_daw import VirtualDaw
from countoff.rehearsal.virtual_player import VirtualPlayer
from countoff.takelog.recovery import Recovered
from countoff.takelog.reports import LogFailed, LogSetAside
from countoff.takelog.stamps import RehearsalStamps
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.core.events import Event, Pedal
    from countoff.core.tempo import BarBeat
    from countoff.rehearsal.statements import Line, Script
    from countoff.rehearsal.virtual_daw import Sent
    from countoff.takelog.reports import LogReport

WAV_NAME = "click.wav"
MIDI_NAME = "midi.mid"
MIDI_TEXT_NAME = "midi.txt"
# The label of every rehearsal's beginning: the same script leaves the same log.
REHEARSED_FROM = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)

_MS = 1_000_000
_NS_PER_SECOND = 1_000_000_000
_FOOT_DOWN_NS = 100 * _MS
_SECOND_FOOT_NS = 20 * _MS
_BOUNCES_NS = (0, 2 * _MS, 3 * _MS, 6 * _MS, 8 * _MS)
_NOTICE_NS = 25 * _MS
_REPLACING_NS = 300 * _MS
# A new stream's clock is observed for so long before it is trusted.
_CLOCK_KNOWN_NS = 200 * _MS
_AFTERWARDS_NS = _NS_PER_SECOND
_LOG_DEADLINE_S = 60.0
_RUN_ID = uuid.UUID("c0047044-0000-4000-8000-000000000000")
_SOURCE = "rehearsal"


class LogNotWrittenError(OSError):
    """The rehearsal's log could not be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a line came, and when what it did was done: when the foot was up again."""

    start_ns: int
    done_ns: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """A line that was not met, as a sentence of what was expected and what was found."""

    line: Line
    sentence: str


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a script: when each line came, what was told to the DAW, what was not seen."""

    rate_hz: int
    length_ns: int
    moments: dict[int, Moment]
    sent: tuple[Sent, ...]
    unmet: tuple[Unmet, ...]


class VirtualUnit:
    """A whole box, once: made for a script, run, and read from its folder afterwards."""

    def __init__(
        self, script: Script, folder: Path, pace: Callable[[int], None] | None = None
    ) -> None:
        """Play `script` and leave everything in `folder`; `pace` waits for a moment of the session."""
        config = Config()
        self._script = script
        self._folder = folder
        self._pace = pace
        self._now_ns = 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._due_count = 0
        self._log_troubles: list[str] = []
        stamps = RehearsalStamps(REHEARSED_FROM, lambda: self._now_ns)
        self._log = TakeLogWriter(folder, stamps, self._note_log)
        self._daw = VirtualDaw(dialect(config))
        settings = player_settings(config)
        self._wav = ClickWav(folder / WAV_NAME, settings.rate_hz)
        self._player = VirtualPlayer(settings, self._wav, self._event_at)
        session_id = str(uuid.uuid5(_RUN_ID, "session"))
        state = opening_state(
            config, script.songs, Recovered(), run_id=_RUN_ID, session_id=session_id
        )
        self._log.submit(SessionStarted(session_id, 0))
        self._controller = Controller(state, Outlets(self._player, self._daw, self._log.submit))
        self._moments: dict[int, Moment] = {}
        self._unmet: list[Unmet] = []
        self._foot_up_ns = 0

    def run(self) -> Course:
        """Play the script from its first line to its last. May block, on the disk and on the pace.

        Raises OSError where the folder cannot be written to.
        """
        self._wav.open()
        self._log.start()
        self._open_audio(clock_known_after_ns=0)
        self._report(Part.DAW, PartState.VIRTUAL, f"The DAW of a rehearsal is {MIDI_NAME}.")
        self._play_lines()
        self._advance_to(self._now_ns + _AFTERWARDS_NS)
        self._wav.close(self._now_ns * self._player.rate_hz // _NS_PER_SECOND)
        if not self._log.stop(_LOG_DEADLINE_S):
            raise LogNotWrittenError(
                " ".join(self._log_troubles) or f"The log in {self._folder} could not be written."
            )
        (self._folder / MIDI_NAME).write_bytes(midi_file(self._daw.sent))
        (self._folder / MIDI_TEXT_NAME).write_text(midi_text(self._daw.sent))
        return Course(
            rate_hz=self._player.rate_hz,
            length_ns=self._now_ns,
            moments=self._moments,
            sent=tuple(self._daw.sent),
            unmet=tuple(self._unmet),
        )

    def _play_lines(self) -> None:
        above: Moment | None = Moment(0, 0)
        for line in self._script.lines:
            if line.when is None:
                continue
            is_own = isinstance(line.when, AtTime | AfterLast | AtPlace)
            if is_own:
                last = above or Moment(self._now_ns, self._now_ns)
                above = self._reach(line, last)
            if above is None:
                continue
            if not is_own and not isinstance(line.statement, See | Deed):
                # What is sent and heard is judged later, from the line above on.
                self._moments[line.number] = above
                continue
            if not is_own:
                self._advance_to(max(above.done_ns, self._now_ns))
            if isinstance(line.statement, End):
                return
            above = self._play(line, above, is_own=is_own)
        if above is not None:
            self._advance_to(max(above.done_ns, self._now_ns))

    def _reach(self, line: Line, last: Moment) -> Moment | None:
        """Let time pass up to the moment of `line`; None, and a sentence, where it never comes."""
        match line.when:
            case AtTime(at_ns):
                start_ns: int | None = at_ns
            case AfterLast(wait_ns):
                start_ns = max(last.done_ns, self._now_ns) + wait_ns
            case AtPlace(place, offset_ns):
                # A foot that is still down may yet change which take is running.
                self._advance_to(max(self._foot_up_ns, self._now_ns))
                start_ns = self._wait_for_place(line, place, offset_ns)
            case _:
                start_ns = self._now_ns
        if start_ns is None:
            return None
        if start_ns < self._now_ns:
            sentence = (
                f"expected to come at {seconds_text(start_ns)};"
                f" found that it was {seconds_text(self._now_ns)} already."
            )
            self._unmet.append(Unmet(line, sentence))
            return None
        self._advance_to(start_ns)
        return Moment(start_ns, start_ns)

    def _wait_for_place(self, line: Line, place: BarBeat, offset_ns: int) -> int | None:
        """Let time pass until it is known when the running take is at `place`."""
        ended = "no take is running"
        while True:
            state = self._controller.state
            if state.take is not None:
                meter = state.take.song.meter
                if place.beat > meter.beats_per_bar:
                    sentence = (
                        f"expected bar {place}; found that a bar of {meter} has no beat"
                        f" {place.beat}."
                    )
                    self._unmet.append(Unmet(line, sentence))
                    return None
                tick = tick_of_bar(place.bar, meter) + (place.beat - 1) * meter.ticks_per_beat
                at_ns = state.ns_at_tick(tick)
                if at_ns is not None and at_ns + offset_ns <= self._next_ns(at_ns + offset_ns):
                    return at_ns + offset_ns
                number = state.take.number
                ended = f"take {number} was over before"
            elif not self._due and state.waiting_press is None:
                sentence = f"expected to reach bar {place}; found that {ended}."
                self._unmet.append(Unmet(line, sentence))
                return None
            self._advance_to(self._next_ns(None))

    def _play(self, line: Line, above: Moment, *, is_own: bool) -> Moment:
        """Do what a line says, or look at what it expects; return when it came and was done."""
        start_ns = above.start_ns if is_own else self._now_ns
        done_ns = start_ns
        match line.statement:
            case Press(pedal, count, within_ns):
                step_ns = within_ns // count
                down_ns = min(_FOOT_DOWN_NS, step_ns // 2) if within_ns else _FOOT_DOWN_NS
                for press in range(count):
                    done_ns = self._step_on(pedal, start_ns + press * step_ns, down_ns)
            case Hold(pedal, length_ns):
                done_ns = self._step_on(pedal, start_ns, length_ns)
            case Bounce(pedal):
                done_ns = self._bounce(pedal, start_ns)
            case Stomp(first, second):
                self._step_on(first, start_ns, _FOOT_DOWN_NS)
                done_ns = self._step_on(second, start_ns + _SECOND_FOOT_NS, _FOOT_DOWN_NS)
            case DoAction(action):
                self._event_at(start_ns, ActionAsked(start_ns, action, _SOURCE))
            case Break(fault, lost_frames):
                self._break(fault, lost_frames)
            case See(facts):
                self._moments[line.number] = above
                for sentence in differences(facts, self._controller.state, self._now_ns):
                    self._unmet.append(Unmet(line, f"{sentence} ({self._where()})"))
                return above
        if isinstance(line.statement, Press | Bounce | Stomp):
            self._foot_up_ns = done_ns
        self._advance_to(start_ns)
        moment = Moment(start_ns, done_ns)
        self._moments[line.number] = moment
        return moment

    def _where(self) -> str:
        state = self._controller.state
        words = f"at {seconds_text(self._now_ns)}"
        tick = state.tick_at_ns(self._now_ns)
        if state.take is None or tick is None:
            return words
        return f"{words}, bar {state.take.place_at_tick(tick)} of take {state.take.number}"

    # Feet and faults.

    def _step_on(self, pedal: Pedal, at_ns: int, length_ns: int) -> int:
        up_ns = at_ns + length_ns
        self._event_at(at_ns, PedalMoved(at_ns, pedal, is_down=True))
        self._event_at(up_ns, PedalMoved(up_ns, pedal, is_down=False))
        return up_ns

    def _bounce(self, pedal: Pedal, at_ns: int) -> int:
        last_ns = at_ns
        for start_ns, settles_down in ((at_ns, True), (at_ns + _FOOT_DOWN_NS, False)):
            for index, bounce_ns in enumerate(_BOUNCES_NS):
                last_ns = start_ns + bounce_ns
                is_down = settles_down == (index % 2 == 0)
                self._event_at(last_ns, PedalMoved(last_ns, pedal, is_down=is_down))
        return last_ns

    def _break(self, fault: Fault, lost_frames: int) -> None:
        match fault:
            case Fault.AUDIO_LOST:
                self._lose_audio("The sound device was pulled out.")
            case Fault.AUDIO_BACK:
                self._open_audio()
            case Fault.PLAYER_REPLACED:
                self._lose_audio("The player has died.")
                self._at(self._now_ns + _REPLACING_NS, self._open_audio)
            case Fault.GAP:
                self._player.lose_frames(lost_frames)
            case Fault.DAW_LOST:
                self._report(Part.DAW, PartState.FAULT, "The DAW's port has gone.")
            case Fault.DAW_BACK:
                self._report(Part.DAW, PartState.VIRTUAL, f"The DAW is {MIDI_NAME} again.")

    def _lose_audio(self, reason: str) -> None:
        self._player.lose_stream()
        noticed_ns = self._now_ns + _NOTICE_NS
        self._event_at(noticed_ns, AudioLost(noticed_ns, reason))
        self._event_at(noticed_ns, PartReported(noticed_ns, Part.AUDIO, PartState.FAULT, reason))

    def _open_audio(self, clock_known_after_ns: int = _CLOCK_KNOWN_NS) -> None:
        if not self._player.is_playing:
            self._player.open_stream(clock_known_after_ns)
        self._report(Part.AUDIO, PartState.VIRTUAL, f"The sound of a rehearsal is {WAV_NAME}.")

    def _report(self, part: Part, part_state: PartState, sentence: str) -> None:
        self._event_at(self._now_ns, PartReported(self._now_ns, part, part_state, sentence))

    def _note_log(self, report: LogReport) -> None:
        # On the log's thread: a list's append is all it does.
        if isinstance(report, LogFailed | LogSetAside):
            self._log_troubles.append(report.sentence)

    # Time.

    def _event_at(self, at_ns: int, event: Event) -> None:
        self._at(at_ns, lambda: self._controller.take_in(event))

    def _at(self, at_ns: int, deed: Callable[[], None]) -> None:
        self._due_count += 1
        heapq.heappush(self._due, (at_ns, self._due_count, deed))

    def _next_ns(self, limit_ns: int | None) -> int:
        """Return the next moment at which something comes by itself, at `limit_ns` at the latest."""
        moments = [
            self._due[0][0] if self._due else None,
            self._controller.next_moment_ns(),
            self._daw.next_moment_ns(),
            limit_ns,
        ]
        known = [moment for moment in moments if moment is not None]
        # With nothing to come, a step of time brings what waits for time alone.
        return max(min(known, default=self._now_ns + _AFTERWARDS_NS), self._now_ns)

    def _advance_to(self, until_ns: int) -> None:
        """Let everything happen that is due up to `until_ns`, each thing at its own moment."""
        while (moment_ns := self._next_ns(until_ns)) <= until_ns:
            is_last = moment_ns == until_ns and not self._is_due(moment_ns)
            self._move_to(moment_ns)
            if is_last:
                return
            if self._due and self._due[0][0] <= moment_ns:
                heapq.heappop(self._due)[2]()
            elif self._is_due(moment_ns):
                self._controller.take_in(TimePassed(moment_ns))

    def _is_due(self, at_ns: int) -> bool:
        rules_ns = self._controller.next_moment_ns()
        is_rule_due = rules_ns is not None and rules_ns <= at_ns
        return is_rule_due or bool(self._due and self._due[0][0] <= at_ns)

    def _move_to(self, at_ns: int) -> None:
        if self._pace is not None:
            self._pace(at_ns)
        self._now_ns = at_ns
        self._player.play_to(at_ns)
        self._daw.send_to(at_ns)
