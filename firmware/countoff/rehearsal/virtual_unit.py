"""The simulated unit in virtual time: the product's own rules, player and log, with feet on it.

One thread, the caller's, does all but the log's writing. Time is a number that moves from one
moment to the next; `pace` may hold it back to real time. The same feet at the same moments leave
the same samples, bytes and log.
"""

from __future__ import annotations

import heapq
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from countoff.config.load import Loaded
from countoff.config.model import Config
from countoff.controller import Controller, Outlets
from countoff.core.actions import StartLineCheck
from countoff.core.entries import SessionStarted
from countoff.core.events import (
    ActionAsked,
    AudioLost,
    LineCheckDone,
    Part,
    PartReported,
    PartState,
    PedalMoved,
    PedalsLookedAt,
    SongAsked,
    SongsRead,
    TimePassed,
)
from countoff.core.midi_clock import ClockStart
from countoff.opening import conversation, opening_state
from countoff.player_settings import player_settings
from countoff.rehearsal.answering_daw import AnsweringDaw
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.midi_file import midi_file, midi_text
from countoff.rehearsal.statements import Fault
from countoff.rehearsal.virtual_clock import VirtualClock
from countoff.rehearsal.virtual_daw import VirtualDaw
from countoff.rehearsal.virtual_player import VirtualPlayer
from countoff.takelog.recovery import Recovered
from countoff.takelog.reports import LogFailed, LogSetAside
from countoff.takelog.stamps import RehearsalStamps
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from countoff.core.actions import LineCheckAction
    from countoff.core.events import Event, Pedal
    from countoff.core.session.state import Settings, State
    from countoff.core.song import Song
    from countoff.rehearsal.statements import AnsweringBox, DawDoes, SongFile
    from countoff.rehearsal.virtual_daw import Sent
    from countoff.takelog.reports import LogReport

WAV_NAME = "click.wav"
MIDI_NAME = "midi.mid"
MIDI_TEXT_NAME = "midi.txt"
# The label of every rehearsal's beginning: the same script leaves the same log.
REHEARSED_FROM = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)

_MS = 1_000_000
_NS_PER_SECOND = 1_000_000_000
# A worn contact, from the first touch until it rests.
# When a contact that bounces moves, in eighths of the time for which it does.
_BOUNCE_EIGHTHS = (0, 2, 3, 6, 8)
_NOTICE_NS = 25 * _MS
_COUNT_EVERY_NS = 500 * _MS
_COUNT_SOON_NS = 250 * _MS
_REPLACING_NS = 300 * _MS
# A new stream's clock is observed for so long before it is trusted.
_CLOCK_KNOWN_NS = 200 * _MS
_LOG_DEADLINE_S = 60.0
_RUN_ID = uuid.UUID("c0047044-0000-4000-8000-000000000000")
_SOURCE = "rehearsal"


class LogNotWrittenError(OSError):
    """The rehearsal's log could not be written; the message says why."""


class VirtualUnit:
    """A whole box with a clock that is moved by hand: started once, closed once."""

    def __init__(
        self,
        songs: tuple[Song, ...],
        folder: Path,
        pace: Callable[[int], None] | None = None,
        wav: ClickWav | None = None,
        clock_start: ClockStart = ClockStart.OFF,
        *,
        daw: AnsweringBox | None = None,
    ) -> None:
        """Have `songs`, leave everything in `folder`; `pace` waits for a moment of the session.

        `wav` takes the click in the place of a file in the folder; `clock_start` is whether there
        is a MIDI clock; `daw` is a DAW that answers, and how the box is set up for it.
        """
        config = Config.model_validate({"midi": {"clock": clock_start.value}})
        loaded = Loaded(config, (), None)
        if daw is not None:
            loaded = replace(loaded, profile=daw.profile)
        settings = player_settings(loaded)
        self.rate_hz = settings.rate_hz
        self.now_ns = 0
        self._folder = folder
        self._pace = pace
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._due_count = 0
        self._counted_ns = 0
        self._log_troubles: list[str] = []
        self._songs_read = [(0, songs)]
        stamps = RehearsalStamps(REHEARSED_FROM, lambda: self.now_ns)
        self._log = TakeLogWriter(folder, stamps, self._note_log)
        self._daw = _daw(loaded, daw, self._event_at)
        follower = self._daw.follow if isinstance(self._daw, AnsweringDaw) else None
        self._clock = VirtualClock(follower)
        self._wav = wav or ClickWav(folder / WAV_NAME, settings.rate_hz)
        self._player = VirtualPlayer(settings, self._wav, self._event_at)
        session_id = str(uuid.uuid5(_RUN_ID, "session"))
        self._log.submit(SessionStarted(session_id, 0))
        state = opening_state(
            config,
            songs,
            Recovered(),
            run_id=_RUN_ID,
            session_id=session_id,
            profile=None if daw is None else daw.profile,
        )
        state = replace(state, settings=_settings(state.settings, clock_start, daw))
        outlets = Outlets(
            self._player,
            self._daw,
            self._log.submit,
            self._clock.do,
            line_check=self._check_line,
        )
        self._controller = Controller(state, outlets)

    @property
    def state(self) -> State:
        """The state of the session rules now."""
        return self._controller.state

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What the DAW was sent so far."""
        return tuple(self._daw.sent)

    @property
    def clock_sent(self) -> tuple[Sent, ...]:
        """What was sent of MIDI clock so far."""
        return tuple(self._clock.sent)

    @property
    def daw_takes(self) -> int:
        """How many takes the DAW has recorded, where it is one that answers."""
        return self._daw.takes if isinstance(self._daw, AnsweringDaw) else 0

    @property
    def songs_read(self) -> tuple[tuple[int, tuple[Song, ...]], ...]:
        """What the songs were, from when on: first those that the session began with."""
        return tuple(self._songs_read)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way that could begin a take: no foot, no waiting press."""
        return not self._due and self.state.waiting_press is None

    def start(self) -> None:
        """Begin the session. Raises OSError where the folder cannot be written to."""
        self._wav.open()
        self._log.start()
        self._open_audio(clock_known_after_ns=0)
        if isinstance(self._daw, AnsweringDaw):
            self._daw.start()
            if Part.CLOCK in self.state.parts:
                self._report(Part.CLOCK, PartState.OK, "")
        else:
            self._report(Part.DAW, PartState.VIRTUAL, f"The DAW of a rehearsal is {MIDI_NAME}.")

    def close(self) -> None:
        """End the session as a power switch does, and finish the files. May block on the disk.

        Raises OSError where they cannot be written.
        """
        self._wav.close(self.now_ns * self.rate_hz // _NS_PER_SECOND)
        if not self._log.stop(_LOG_DEADLINE_S):
            raise LogNotWrittenError(
                " ".join(self._log_troubles) or f"The log in {self._folder} could not be written."
            )
        (self._folder / MIDI_NAME).write_bytes(midi_file(self._daw.sent))
        (self._folder / MIDI_TEXT_NAME).write_text(midi_text(self._daw.sent))

    # Feet, fingers and faults. Each comes at the moment it is given, or now.

    def step_on(self, pedal: Pedal, at_ns: int, length_ns: int) -> int:
        """Step on a pedal for so long; return when it is up again."""
        up_ns = at_ns + length_ns
        self._event_at(at_ns, PedalMoved(at_ns, pedal, is_down=True))
        self._event_at(up_ns, PedalMoved(up_ns, pedal, is_down=False))
        return up_ns

    def bounce(self, pedal: Pedal, at_ns: int, length_ns: int, bounce_ns: int) -> int:
        """Do the same on a pedal whose contact bounces for `bounce_ns`; return when it rests."""
        last_ns = at_ns
        for start_ns, settles_down in ((at_ns, True), (at_ns + length_ns, False)):
            for index, eighths in enumerate(_BOUNCE_EIGHTHS):
                last_ns = start_ns + eighths * bounce_ns // 8
                is_down = settles_down == (index % 2 == 0)
                self._event_at(last_ns, PedalMoved(last_ns, pedal, is_down=is_down))
        return last_ns

    def ask(self, action: str, at_ns: int) -> None:
        """Have an action done, as a panel does."""
        self._event_at(at_ns, ActionAsked(at_ns, action, _SOURCE))

    def choose(self, title: str, section: str, at_ns: int, *, is_looped: bool) -> None:
        """Choose a song by its title and where in it takes begin, as a panel does."""
        self._event_at(at_ns, SongAsked(at_ns, title, section, is_looped, _SOURCE))

    def read_songs(self, files: Sequence[SongFile]) -> None:
        """Have song files written now: each song that is right replaces the one of its title.

        One that is wrong is said, and the song stays as it was read last.
        """
        songs = {song.title: song for song in self._songs_read[-1][1]}
        songs |= {file.song.title: file.song for file in files if file.song is not None}
        self._songs_read.append((self.now_ns, tuple(songs.values())))
        self._event_at(self.now_ns, SongsRead(self.now_ns, tuple(songs.values())))
        faults = [sentence for file in files for sentence in file.sentences]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        how = PartState.FAULT if faults else PartState.OK
        self._report(Part.SONGS, how, f"{faults[0]}{more}" if faults else "")

    def fail(self, fault: Fault, lost_frames: int) -> None:
        """Let something fail, or come back, now; `lost_frames` for a gap only."""
        match fault:
            case Fault.AUDIO_LOST:
                self._lose_audio("The sound device was pulled out.")
            case Fault.AUDIO_BACK:
                self._open_audio()
            case Fault.PLAYER_REPLACED:
                self._lose_audio("The player has died.")
                self._at(self.now_ns + _REPLACING_NS, self._open_audio)
            case Fault.GAP:
                self._player.lose_frames(lost_frames)
            case Fault.DAW_LOST:
                self._report(Part.DAW, PartState.FAULT, "The DAW's port has gone.")
            case Fault.DAW_BACK:
                self._report(Part.DAW, PartState.VIRTUAL, f"The DAW is {MIDI_NAME} again.")
            case Fault.SCREEN_LOST:
                self._report(Part.SCREEN, PartState.FAULT, "The screen does not answer.")
            case Fault.SCREEN_BACK:
                self._report(Part.SCREEN, PartState.OK, "")
            case Fault.TALLY_LOST:
                self._report(Part.TALLY, PartState.FAULT, "The tally's pin is taken.")
            case Fault.TALLY_BACK:
                self._report(Part.TALLY, PartState.OK, "")

    def let_daw(self, does: DawDoes, length_ns: int) -> None:
        """Have the DAW that answers do something now; where there is none, nothing."""
        if isinstance(self._daw, AnsweringDaw):
            self._daw.let(does, length_ns)

    def _lose_audio(self, reason: str) -> None:
        noticed_ns = self.now_ns + _NOTICE_NS
        if (counted := self._player.counted(noticed_ns)) is not None:
            self._event_at(noticed_ns, counted)
        self._player.lose_stream()
        self._event_at(noticed_ns, AudioLost(noticed_ns, reason))
        self._event_at(noticed_ns, PartReported(noticed_ns, Part.AUDIO, PartState.FAULT, reason))

    def _open_audio(self, clock_known_after_ns: int = _CLOCK_KNOWN_NS) -> None:
        if not self._player.is_playing:
            self._player.open_stream(clock_known_after_ns)
        self._report(Part.AUDIO, PartState.VIRTUAL, f"The sound of a rehearsal is {WAV_NAME}.")

    def _report(self, part: Part, part_state: PartState, sentence: str) -> None:
        self._event_at(self.now_ns, PartReported(self.now_ns, part, part_state, sentence))

    def _note_log(self, report: LogReport) -> None:
        # On the log's thread: a list's append is all it does.
        if isinstance(report, LogFailed | LogSetAside):
            self._log_troubles.append(report.sentence)

    # Time.

    def next_ns(self, limit_ns: int | None = None) -> int:
        """Return the next moment at which something comes by itself, at `limit_ns` at the latest."""
        moments = (
            self._due[0][0] if self._due else None,
            self._controller.next_moment_ns(),
            self._next_count_ns(),
            self._daw.next_moment_ns(),
            self._clock.next_moment_ns(),
            limit_ns,
        )
        known = [moment for moment in moments if moment is not None]
        return max(min(known, default=self.now_ns + _NS_PER_SECOND), self.now_ns)

    def advance_to(self, until_ns: int) -> None:
        """Let everything happen that is due up to `until_ns`, each thing at its own moment."""
        while (moment_ns := self.next_ns(until_ns)) < until_ns or self._is_due(until_ns):
            self._move_to(moment_ns)
            if self._due and self._due[0][0] <= moment_ns:
                heapq.heappop(self._due)[2]()
            elif self._is_due(moment_ns):
                self._controller.take_in(TimePassed(moment_ns))
        self._move_to(max(until_ns, self.now_ns))
        # What a DAW says just now is heard now, too.
        while self._due and self._due[0][0] <= self.now_ns:
            heapq.heappop(self._due)[2]()

    def _next_count_ns(self) -> int:
        """Return when the player's counters are read next: soon after a take was closed, too."""
        closed = [take.closed_ns or 0 for take in self.state.uncertified]
        soon = [at_ns + _COUNT_SOON_NS for at_ns in closed if at_ns >= self._counted_ns]
        return min([self._counted_ns + _COUNT_EVERY_NS, *soon])

    def _count(self) -> None:
        self._counted_ns = self.now_ns
        if (counted := self._player.counted(self.now_ns)) is not None:
            self._controller.take_in(counted)

    def _check_line(self, action: LineCheckAction) -> None:
        """Have a line check find after a second that there is nothing to look at."""
        check = self.state.line_check
        if isinstance(action, StartLineCheck) and check is not None:
            done_ns = self.now_ns + _NS_PER_SECOND
            self._event_at(done_ns, PedalsLookedAt(done_ns, check.run, frozenset()))
            self._event_at(done_ns, LineCheckDone(done_ns, check.run))

    def _event_at(self, at_ns: int, event: Event) -> None:
        self._at(at_ns, lambda: self._controller.take_in(event))

    def _at(self, at_ns: int, deed: Callable[[], None]) -> None:
        self._due_count += 1
        heapq.heappush(self._due, (at_ns, self._due_count, deed))

    def _is_due(self, at_ns: int) -> bool:
        rules_ns = self._controller.next_moment_ns()
        is_rule_due = rules_ns is not None and rules_ns <= at_ns
        return is_rule_due or bool(self._due and self._due[0][0] <= at_ns)

    def _move_to(self, at_ns: int) -> None:
        if self._pace is not None:
            self._pace(at_ns)
        self.now_ns = at_ns
        self._player.play_to(at_ns)
        if at_ns >= self._next_count_ns():
            self._count()
        self._daw.send_to(at_ns)
        self._clock.send_to(at_ns)


def _daw(
    loaded: Loaded, daw: AnsweringBox | None, told: Callable[[int, Event], None]
) -> VirtualDaw | AnsweringDaw:
    """Return the DAW of a rehearsal: one that is only told, or one that answers."""
    talk = conversation(loaded)
    return VirtualDaw(talk) if daw is None else AnsweringDaw(daw.profile, talk, told)


def _settings(settings: Settings, clock_start: ClockStart, daw: AnsweringBox | None) -> Settings:
    """Return the settings of a rehearsal, from those that go with its DAW."""
    settings = replace(settings, clock_start=clock_start)
    if daw is None:
        return settings
    return replace(
        settings,
        without_answer=daw.without_answer,
        on_stop=daw.on_stop,
        on_record=daw.on_record,
    )
