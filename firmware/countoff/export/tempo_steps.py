"""A song's tempo as steps of whole microseconds per quarter note, as MIDI files have it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER
from countoff.core.tempo_map import LinearIn
from countoff.songs.tempo_values import FASTEST_QUARTERS_PER_MINUTE, SLOWEST_QUARTERS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from countoff.core.tempo import Tempo
    from countoff.core.tempo_map import Stretch, TempoMap

_MICROS_PER_MINUTE: Final = 60_000_000
_MICROS_PER_SECOND: Final = 1_000_000
_MOST_MICROS: Final = 2**24 - 1
# From a whole note down to a tick: the first of them that follows a ramp closely enough is taken.
_STEP_TICKS: Final = (3840, 1920, 960, 480, 240, 120, 60, 30, 15, 5, 1)
# How far a straight line may be from the ramp, so that with all roundings no click is 1 ms off.
_CLOSE_ENOUGH_S: Final = Fraction(6, 10_000)
# The same for the end of a step in a tempo that is held: a short ramp cannot make it good again.
_HELD_ENOUGH_S: Final = Fraction(2, 10_000)
# Rounding must not lead beyond what a song may have, or the file could not be read back.
_SLOWEST: Final = Fraction(SLOWEST_QUARTERS_PER_MINUTE)
_FASTEST: Final = Fraction(FASTEST_QUARTERS_PER_MINUTE)


class TempoStep(NamedTuple):
    """From `tick` on a quarter note lasts so many microseconds."""

    tick: int
    micros_per_quarter: int


@dataclass(frozen=True, slots=True)
class SteppedTempo:
    """A song's tempo in steps, and what it cost.

    rounded:   the steady tempos that are not of whole microseconds
    ramps:     how many ramps there were, and into how many steps they went
    largest_s: the largest distance between a tick's time in steps and in the song
    last_drift: by how much of itself the last tempo's time is too long
    """

    steps: tuple[TempoStep, ...]
    rounded: tuple[Tempo, ...]
    ramps: int
    ramp_steps: int
    largest_s: Fraction
    last_drift: Fraction


class Filling(NamedTuple):
    """Whole quarter notes that only fill up between two takes: their tempo is nobody's."""

    start_tick: int
    end_tick: int


def stepped_tempo(
    tempo_map: TempoMap, from_tick: int, end_tick: int, fillings: Sequence[Filling] = ()
) -> SteppedTempo:
    """Return the steps of a song's tempo from `from_tick`, which is 0 or before, to `end_tick`.

    Each step of a ramp ends as near to its exact time as whole microseconds allow, so that errors
    within a ramp do not add up. Those of steady tempos do: at most half a microsecond a quarter. What
    only fills up ends within a microsecond of its exact time, whatever was before it.
    """
    return _Stepping(from_tick, fillings).through(tempo_map, end_tick)


class _Stepping:
    """Walks through a tempo map, with the exact time and that of the steps side by side."""

    def __init__(self, from_tick: int, fillings: Sequence[Filling]) -> None:
        self._from_tick = from_tick
        self._fillings = fillings
        self._steps: list[TempoStep] = []
        self._file_s = self._exact_s = self._largest_s = Fraction(0)
        self._rounded: list[Tempo] = []
        self._ramp_steps = 0

    def through(self, tempo_map: TempoMap, end_tick: int) -> SteppedTempo:
        ramps = 0
        drift = Fraction(0)
        for index, stretch in enumerate(tempo_map.stretches):
            if stretch.start_tick >= end_tick:
                # What holds after the song's end, such as the last tempo of a ramp.
                break
            ticks = min((*tempo_map.start_ticks, end_tick)[index + 1], end_tick)
            ticks -= stretch.start_tick
            first_ticks = -self._from_tick if index == 0 else 0
            if stretch.is_ramp:
                ramps += 1
                if first_ticks:
                    self._go_steady(stretch.start_tick - first_ticks, stretch.tempo, first_ticks)
                self._go_ramp(stretch, ticks, goes_on=bool(first_ticks))
            else:
                self._go_through_steady(
                    stretch.start_tick - first_ticks, stretch.tempo, first_ticks + ticks
                )
            if not stretch.is_ramp:
                exact = _MICROS_PER_MINUTE / stretch.tempo.quarters_per_minute
                drift = _micros(stretch.tempo) / exact - 1
        return SteppedTempo(
            tuple(self._steps), tuple(self._rounded), ramps, self._ramp_steps, self._largest_s,
            drift,
        )  # fmt: skip

    def _go_through_steady(self, tick: int, tempo: Tempo, ticks: int) -> None:
        """Go along a steady tempo, some of which may only fill up."""
        end_tick = tick + ticks
        for filling in self._fillings:
            begins, ends = max(filling.start_tick, tick), min(filling.end_tick, end_tick)
            if begins >= ends:
                continue
            if tick < begins:
                self._go_steady(tick, tempo, begins - tick)
            self._fill(begins, tempo, ends - begins)
            tick = ends
        if tick < end_tick:
            self._go_steady(tick, tempo, end_tick - tick)

    def _fill(self, tick: int, tempo: Tempo, ticks: int) -> None:
        """Go through what fills up, so that it ends where it should, in two tempos at most."""
        exact_s = ticks * tempo.seconds_per_tick
        quarters = ticks // TICKS_PER_QUARTER
        wanted = round((self._exact_s + exact_s - self._file_s) * _MICROS_PER_SECOND)
        micros, longer = divmod(wanted, quarters)
        if longer < quarters:
            self._step(tick, micros)
        if longer:
            self._step(tick + (quarters - longer) * TICKS_PER_QUARTER, micros + 1)
        self._exact_s += exact_s
        self._file_s += Fraction(wanted, _MICROS_PER_SECOND)
        self._note(self._file_s - self._exact_s)

    def _go_steady(self, tick: int, tempo: Tempo, ticks: int) -> None:
        micros = _micros(tempo)
        if micros * tempo.quarters_per_minute != _MICROS_PER_MINUTE and tempo not in self._rounded:
            self._rounded.append(tempo)
        self._step(tick, micros)
        self._pass(ticks * tempo.seconds_per_tick, ticks, micros)

    def _go_ramp(self, stretch: Stretch, ticks: int, *, goes_on: bool) -> None:
        """Go along a ramp; where it `goes_on` from a pick-up, at first in the pick-up's tempo."""
        slow, fast = sorted(
            (stretch.tempo, stretch.span.to or stretch.tempo),
            key=lambda tempo: tempo.quarters_per_minute,
        )
        done = 0
        behind_s = Fraction(0)
        while done < ticks:
            held = _micros(stretch.tempo) if goes_on and not done else None
            step_ticks = next(
                (
                    each
                    for each in _step_lengths(done, ticks)
                    if _follows(stretch, done, each, held)
                ),
                1,
            )
            exact_s = stretch.seconds_after_start(done + step_ticks) - (
                stretch.seconds_after_start(done)
            )
            wanted = (exact_s + behind_s) * TICKS_PER_QUARTER * _MICROS_PER_SECOND / step_ticks
            micros = min(max(round(wanted), _micros(fast)), _micros(slow))
            if held is not None and _follows(stretch, done, step_ticks, held):
                micros = held
            behind_s += exact_s - _seconds(step_ticks, micros)
            self._step(stretch.start_tick + done, micros)
            self._pass_ramp(stretch, done, step_ticks, micros)
            self._ramp_steps += 1
            done += step_ticks

    def _step(self, tick: int, micros: int) -> None:
        if not self._steps or self._steps[-1].micros_per_quarter != micros:
            self._steps.append(TempoStep(tick, micros))

    def _pass_ramp(self, stretch: Stretch, done: int, step_ticks: int, micros: int) -> None:
        begin_s = stretch.seconds_after_start(done)
        tempo = Fraction(_MICROS_PER_MINUTE, micros)
        for tick in _farthest(stretch, done, step_ticks, tempo):
            exact_s = stretch.seconds_after_start(tick) - begin_s
            self._note(self._file_s + _seconds(tick - done, micros) - self._exact_s - exact_s)
        self._pass(stretch.seconds_after_start(done + step_ticks) - begin_s, step_ticks, micros)

    def _pass(self, exact_s: Fraction, ticks: int, micros: int) -> None:
        self._exact_s += exact_s
        self._file_s += _seconds(ticks, micros)
        self._note(self._file_s - self._exact_s)

    def _note(self, error_s: Fraction) -> None:
        self._largest_s = max(self._largest_s, abs(error_s))


def _micros(tempo: Tempo) -> int:
    """Return the whole microseconds of a quarter note that are next to `tempo`."""
    exact = _MICROS_PER_MINUTE / tempo.quarters_per_minute
    micros = round(exact)
    if _SLOWEST <= tempo.quarters_per_minute <= _FASTEST:
        allowed = (_MICROS_PER_MINUTE / _FASTEST, _MICROS_PER_MINUTE / _SLOWEST)
        micros = min(max(micros, -int(-allowed[0] // 1)), int(allowed[1]))
    return min(max(micros, 1), _MOST_MICROS)


def _seconds(ticks: int, micros: int) -> Fraction:
    return Fraction(ticks * micros, TICKS_PER_QUARTER * _MICROS_PER_SECOND)


def _step_lengths(done: int, ticks: int) -> Iterable[int]:
    """Return the lengths that a step may have, the longest first: notes on their own places."""
    for each in _STEP_TICKS:
        if done % each == 0:
            yield min(each, ticks - done)


def _follows(stretch: Stretch, done: int, ticks: int, held: int | None) -> bool:
    """Tell whether a step is close enough: at the tempo that is held, or at one that ends right."""
    begin_s, end_s = (stretch.seconds_after_start(tick) for tick in (done, done + ticks))
    if held is not None:
        return abs(end_s - begin_s - _seconds(ticks, held)) <= _HELD_ENOUGH_S
    tempo = Fraction(ticks * SECONDS_PER_MINUTE, TICKS_PER_QUARTER) / (end_s - begin_s)
    return all(
        abs(stretch.seconds_after_start(tick) - begin_s - (end_s - begin_s) * (tick - done) / ticks)
        <= _CLOSE_ENOUGH_S
        for tick in _farthest(stretch, done, ticks, tempo)
    )


def _farthest(stretch: Stretch, done: int, ticks: int, tempo: Fraction) -> tuple[int, int]:
    """Return the two ticks between which a step is farthest from the ramp.

    That is where the ramp goes through the step's own tempo: before, one of the two is the faster,
    and from there on the other.
    """
    first = stretch.tempo.quarters_per_minute
    last = (stretch.span.to or stretch.tempo).quarters_per_minute
    if stretch.span.linear_in is LinearIn.TIME:
        # Along the beats it is the tempo's square that moves in a straight line.
        tempo, first, last = tempo**2, first**2, last**2
    tick = int((tempo - first) / (last - first) * (stretch.length_ticks or 0))
    return min(max(tick, done), done + ticks), min(max(tick + 1, done), done + ticks)
