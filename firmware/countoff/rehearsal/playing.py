"""Playing a script on the simulated unit: each line at its moment, and what is not seen there.

On the caller's thread, as fast as the unit's clock is moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.rehearsal.script import seconds_text
from countoff.rehearsal.seeing import differences
from countoff.rehearsal.statements import (
    AfterLast,
    AtPlace,
    AtTime,
    Bounce,
    Break,
    ChangeSongs,
    Choose,
    Deed,
    DoAction,
    End,
    Hold,
    LetDaw,
    Press,
    See,
    Stomp,
    Tap,
    WithLast,
)
from countoff.rehearsal.walk import NoSuchPlaceError, Walk

if TYPE_CHECKING:
    from countoff.core.song import Song
    from countoff.rehearsal.statements import Line, Place, Script, SongFile
    from countoff.rehearsal.virtual_daw import Sent
    from countoff.rehearsal.virtual_unit import VirtualUnit

_MS = 1_000_000
_NS_PER_SECOND = 1000 * _MS
_FOOT_DOWN_NS = 100 * _MS
_BOUNCE_NS = 8 * _MS
# How long after the heel the toe of one shoe finds the other pedal.
_SECOND_PEDAL_NS = 20 * _MS
_AFTERWARDS_NS = 1000 * _MS


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
    """What came of a script: when each line came, what was told to the DAW, what was not seen.

    A line that never came is not in `moments`, and neither are those that belong to it. `songs_read`
    is what the songs were from when on, first those that the session began with; `clock` is what
    was sent of MIDI clock; `daw_takes` is how many takes a DAW that answers has recorded.
    """

    rate_hz: int
    length_ns: int
    moments: dict[int, Moment]
    sent: tuple[Sent, ...]
    unmet: tuple[Unmet, ...]
    songs_read: tuple[tuple[int, tuple[Song, ...]], ...] = ()
    clock: tuple[Sent, ...] = ()
    daw_takes: int = 0


def play(script: Script, unit: VirtualUnit) -> Course:
    """Play `script` from its first line to its last. Raises OSError where files cannot be written.

    May block, on the disk and on the unit's pace.
    """
    unit.start()
    reading = _Reading(unit, script)
    try:
        reading.play_all()
    finally:
        # Also where somebody has had enough of it: what there is can be listened to.
        unit.close()
    return Course(
        rate_hz=unit.rate_hz,
        length_ns=unit.now_ns,
        moments=reading.moments,
        sent=unit.sent,
        unmet=tuple(reading.unmet),
        songs_read=unit.songs_read,
        clock=unit.clock_sent,
        daw_takes=unit.daw_takes,
    )


class _NeverError(Exception):
    """The moment of a line never comes; the message says why."""


class _Reading:
    """How far a script has been read: the moment of the last line, and what was not met so far."""

    def __init__(self, unit: VirtualUnit, script: Script) -> None:
        self.moments: dict[int, Moment] = {}
        self.unmet: list[Unmet] = []
        self._unit = unit
        self._lines = script.lines
        self._files: dict[str, SongFile] = {file.name: file for file in script.files}
        self._above: Moment | None = Moment(0, 0)
        self._foot_up_ns = 0

    def play_all(self) -> None:
        """Play every line that has a moment, up to the end."""
        for line in self._lines:
            if isinstance(line.statement, End):
                self.come_to(line)
                return
            if line.when is not None:
                self.play(line)
        self.finish()

    def play(self, line: Line) -> None:
        """Let the moment of `line` come, and do what it says or look at what it expects."""
        self.come_to(line)
        above = self._above
        if above is None:
            return
        if isinstance(line.statement, Deed):
            self._do(line.statement)
        elif isinstance(line.statement, See):
            state, now_ns = self._unit.state, self._unit.now_ns
            for sentence in differences(line.statement.facts, state, now_ns):
                self.unmet.append(Unmet(line, f"{sentence} ({self._where()})"))
        # What is sent and heard is judged when all is over, from this moment on.
        self.moments[line.number] = self._above or above

    def come_to(self, line: Line) -> None:
        """Let time pass up to the moment of `line`; where it never comes, note why."""
        is_looked_at = isinstance(line.statement, Deed | See)
        if isinstance(line.when, WithLast):
            # A line that belongs to one that never came does not come either.
            if is_looked_at and self._above is not None:
                self._unit.advance_to(max(self._above.done_ns, self._unit.now_ns))
            return
        try:
            start_ns = self._start_ns(line)
        except _NeverError as reason:
            self._above = None
            self.unmet.append(Unmet(line, str(reason)))
            return
        self._unit.advance_to(start_ns)
        self._above = Moment(start_ns, start_ns)

    def finish(self) -> None:
        """Let the last line have its effect."""
        done_ns = self._above.done_ns if self._above is not None else 0
        self._unit.advance_to(max(done_ns, self._unit.now_ns) + _AFTERWARDS_NS)

    def _start_ns(self, line: Line) -> int:
        now_ns = self._unit.now_ns
        match line.when:
            case AtTime(at_ns):
                start_ns = at_ns
            case AfterLast(wait_ns):
                done_ns = self._above.done_ns if self._above is not None else now_ns
                start_ns = max(done_ns, now_ns) + wait_ns
            case AtPlace() as place:
                start_ns = self._wait_for(place)
            case _:
                start_ns = now_ns
        if start_ns < self._unit.now_ns:
            raise _NeverError(
                f"expected to come at {seconds_text(start_ns)}; found that it was"
                f" {seconds_text(self._unit.now_ns)} already."
            )
        return start_ns

    def _wait_for(self, at: AtPlace) -> int:
        """Let time pass until it is sure when the running take is at a place; return when."""
        place, unit = at.place, self._unit
        # A foot that is still down may yet change which take is running.
        unit.advance_to(max(self._foot_up_ns, unit.now_ns))
        found = "no take is running"
        while True:
            take = unit.state.take
            if take is not None:
                found = f"take {take.number} was over before"
                at_ns = self._ns_at(place)
                # Once the place is sure, the take may end before what comes later than it.
                sure_ns = None if at_ns is None else at_ns + min(at.offset_ns, 0)
                if at_ns is not None and sure_ns is not None and sure_ns <= unit.next_ns(sure_ns):
                    return at_ns + at.offset_ns
            elif unit.is_quiet:
                raise _NeverError(f"expected to reach bar {place}; found that {found}.")
            unit.advance_to(unit.next_ns())

    def _ns_at(self, place: Place) -> int | None:
        """Return when the running take comes to a place, or None while nobody can know."""
        state = self._unit.state
        walk = Walk(state.written_song, state.start_index, is_looped=state.is_looped)
        try:
            quarters = walk.quarters(walk.spot(place))
        except NoSuchPlaceError as reason:
            raise _NeverError(f"expected bar {place}; found that {reason}.") from reason
        return state.ns_at_tick(int(quarters * TICKS_PER_QUARTER))

    def _do(self, deed: Deed) -> None:
        """Do what a line says now; what takes longer goes on by itself."""
        unit = self._unit
        start_ns = done_ns = unit.now_ns
        match deed:
            case Press(pedal, count, within_ns):
                step_ns = within_ns // count
                down_ns = min(_FOOT_DOWN_NS, step_ns // 2) if within_ns else _FOOT_DOWN_NS
                for press in range(count):
                    done_ns = unit.step_on(pedal, start_ns + press * step_ns, down_ns)
            case Hold(pedal, length_ns):
                done_ns = unit.step_on(pedal, start_ns, length_ns)
            case Bounce(pedal, bounce_ns, length_ns):
                done_ns = unit.bounce(
                    pedal, start_ns, length_ns or _FOOT_DOWN_NS, bounce_ns or _BOUNCE_NS
                )
            case Stomp(first, second):
                unit.step_on(first, start_ns, _FOOT_DOWN_NS)
                done_ns = unit.step_on(second, start_ns + _SECOND_PEDAL_NS, _FOOT_DOWN_NS)
            case DoAction(action):
                unit.ask(action, start_ns)
            case Choose(title, section, is_looped):
                unit.choose(title, section, start_ns, is_looped=is_looped)
            case Tap():
                done_ns = self._tap(deed, start_ns)
            case ChangeSongs(names):
                unit.read_songs([self._files[name] for name in names])
            case LetDaw(does, length_ns):
                unit.let_daw(does, length_ns)
            case Break(fault, lost_frames):
                unit.fail(fault, lost_frames)
            case End():
                pass
        if isinstance(deed, Press | Bounce | Stomp):
            self._foot_up_ns = done_ns
        unit.advance_to(start_ns)
        self._above = Moment(start_ns, done_ns)

    def _tap(self, tap: Tap, start_ns: int) -> int:
        """Tap a tempo, each tap on its exact moment; return when the last one comes."""
        beat_ns = Fraction(60 * _NS_PER_SECOND) / tap.beats_per_minute
        for number in range(1, tap.count + 1):
            late_ns = tap.late_ns if number == tap.bad_tap else 0
            self._unit.ask("tap_tempo", start_ns + round((number - 1) * beat_ns) + late_ns)
        return start_ns + round((tap.count - 1) * beat_ns)

    def _where(self) -> str:
        state, now_ns = self._unit.state, self._unit.now_ns
        words = f"at {seconds_text(now_ns)}"
        tick = state.tick_at_ns(now_ns)
        if state.take is None or tick is None:
            return words
        return f"{words}, bar {state.take.place_at_tick(tick)} of take {state.take.number}"
