"""From a MIDI file's meter events to whole bars. Pure; positions in ticks of 960 to the quarter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.section import COMMON_TIME
from countoff.core.tempo import MOST_BEATS_PER_BAR, NOTE_VALUES, TICKS_PER_QUARTER, Meter

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE_NOTE_TICKS = 4 * TICKS_PER_QUARTER


@dataclass(frozen=True, slots=True)
class MeterChange:
    """A meter event: the meter as it is written, which may be none that a song can have."""

    at: Fraction
    beats_per_bar: int
    note_value: int

    def __str__(self) -> str:
        """Write it as it stands in a score."""
        return f"{self.beats_per_bar}/{self.note_value}"


@dataclass(frozen=True, slots=True)
class MeterRun:
    """So many bars of one meter, from a bar line on; None where they go on to no known end."""

    start_tick: int
    meter: Meter
    bars: int | None

    @property
    def end_tick(self) -> int | None:
        """The bar line after its last bar."""
        return None if self.bars is None else self.start_tick + self.bars * self.meter.ticks_per_bar


class Bars:
    """The bars of a file, and its own numbers for them."""

    def __init__(self, runs: Sequence[MeterRun]) -> None:
        """Take runs that follow each other from tick 0 on; there is at least one."""
        self.runs = tuple(runs)

    def run_at(self, at: Fraction) -> MeterRun:
        """Return the run that a position lies in."""
        return next(
            run for run in reversed(self.runs) if run.start_tick <= at or not run.start_tick
        )

    def place(self, at: Fraction) -> str:
        """Write a position as a DAW shows it: `bar 12` on a bar line, else `bar 12, beat 2.5`."""
        here = self.run_at(at)
        number = 1 + sum(run.bars or 0 for run in self.runs if run.start_tick < here.start_tick)
        bars, in_bar = divmod(at - here.start_tick, here.meter.ticks_per_bar)
        beat = f", beat {float(in_bar / here.meter.ticks_per_beat) + 1:.5g}" if in_bar else ""
        return f"bar {number + int(bars)}{beat}"

    def nearest_line(self, at: Fraction) -> int:
        """Return the tick of the bar line next to a position; never that of the song's end."""
        run = self.run_at(at)
        bars = math.ceil((at - run.start_tick) / run.meter.ticks_per_bar - Fraction(1, 2))
        if run.bars is not None and run is self.runs[-1]:
            bars = min(bars, run.bars - 1)
        elif run.bars is not None:
            bars = min(bars, run.bars)
        return run.start_tick + bars * run.meter.ticks_per_bar


def meter_runs(
    changes: Sequence[MeterChange], end: Fraction | None, remarks: list[str], faults: list[str]
) -> Bars:
    """Return the bars between the changes and up to `end`; None where the end is not known.

    A meter that changes within a bar makes that bar a short one of its own, where a meter can be
    written for it. What had to be assumed goes to `remarks`, what cannot be read to `faults`.
    """
    if not changes or changes[0].at:
        remarks.append("The file begins without a meter: it is 4/4, as MIDI files have it then.")
        changes = (MeterChange(Fraction(0), 4, 4), *changes)
    runs: list[MeterRun] = []
    start, meter = 0, COMMON_TIME
    for index, change in enumerate(changes):
        following = _meter(change, faults)
        if following is None:
            continue
        if index and following == meter and not (change.at - start) % meter.ticks_per_bar:
            continue
        if change.at > start:
            runs.extend(
                _runs_up_to(change, start, meter, Bars(runs), remarks=remarks, faults=faults)
            )
            if faults:
                break
            start = runs[-1].end_tick or start
        meter = following
    bars = None
    if end is not None and not faults:
        exact = (end - start) / meter.ticks_per_bar
        bars = max(math.ceil(exact), 1)
        if exact != bars:
            remarks.append("The file ends within a bar; the song ends with that bar.")
    return Bars([*runs, MeterRun(start, meter, bars)])


def _meter(change: MeterChange, faults: list[str]) -> Meter | None:
    try:
        return Meter(change.beats_per_bar, change.note_value)
    except ValueError as fault:
        quarters = float(change.at / TICKS_PER_QUARTER)
        faults.append(f"A meter is not allowed, {quarters:g} quarter notes in: {fault}")
        return None


def _runs_up_to(
    change: MeterChange,
    start: int,
    meter: Meter,
    before: Bars,
    *,
    remarks: list[str],
    faults: list[str],
) -> list[MeterRun]:
    """Return the bars of `meter` from `start` to the change, the last one short if need be."""
    bars, rest = divmod(change.at - start, meter.ticks_per_bar)
    runs = [MeterRun(start, meter, int(bars))] if bars else []
    if not rest:
        return runs
    short = _meter_of(rest, meter.note_value)
    place = Bars([*before.runs, *runs, MeterRun(int(change.at - rest), meter, 1)]).place(change.at)
    if short is None:
        faults.append(
            f"The meter changes to {change} at {place}, and what is left of that bar of "
            f"{meter} cannot be written as a meter. Let it change on a bar line."
        )
        return runs
    remarks.append(
        f"The meter changes to {change} at {place}, within a bar of {meter}: "
        f"that bar is one of {short} here."
    )
    return [*runs, MeterRun(int(change.at - rest), short, 1)]


def _meter_of(ticks: Fraction, note_value: int) -> Meter | None:
    """Return the meter of a bar that is `ticks` long, in notes of `note_value` or shorter ones."""
    for value in NOTE_VALUES:
        beats = ticks * value / _WHOLE_NOTE_TICKS
        if value >= note_value and beats.denominator == 1 and beats <= MOST_BEATS_PER_BAR:
            return Meter(int(beats), value)
    return None
