"""From a MIDI file's tempo events to tempos on whole ticks of 960 to the quarter. Pure."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.tempo import TICKS_PER_QUARTER, Tempo
from countoff.songs.importing.refusing import tempo_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.songs.importing.midi_meters import Bars

_MICROS_PER_MINUTE: Final = 60_000_000
DEFAULT_MICROS: Final = 500_000
"""Of a quarter note, where a MIDI file says nothing: 120 a minute."""


class TempoChange(NamedTuple):
    """A tempo event: from `at` on, in ticks of 960 that may be a fraction."""

    at: Fraction
    micros_per_quarter: int


class PlacedTempo(NamedTuple):
    """A tempo from a whole tick on."""

    tick: int
    tempo: Tempo


def placed_tempos(
    changes: Sequence[TempoChange], bars: Bars, remarks: list[str], faults: list[str]
) -> list[PlacedTempo]:
    """Return the tempos on whole ticks, the first at 0; tempos themselves stay exactly as they are.

    A change between two ticks goes to the one that makes the song's time the less wrong, with what
    went before, so that errors do not add up. Tempos beyond what is allowed go to `faults`.
    """
    if not changes:
        remarks.append("The file has no tempo: it is 120, as MIDI files have it then.")
    elif changes[0].at:
        remarks.append("The file begins without a tempo: it is 120 up to the first one.")
    if not changes or changes[0].at:
        changes = (TempoChange(Fraction(0), DEFAULT_MICROS), *changes)
    placed: list[PlacedTempo] = []
    error_micros = largest_micros = Fraction(0)
    micros = changes[0].micros_per_quarter
    for change in changes:
        quarters_per_minute = Fraction(_MICROS_PER_MINUTE, max(change.micros_per_quarter, 1))
        if fault := tempo_fault(quarters_per_minute):
            faults.append(f"At {bars.place(change.at)}: {fault}")
            continue
        # What the song's time gains with each tick that the change comes later.
        gained = Fraction(micros - change.micros_per_quarter, TICKS_PER_QUARTER)
        earliest = placed[-1].tick if placed else 0
        wrong = {
            tick: (abs(error_micros + (tick - change.at) * gained), abs(tick - change.at))
            for tick in (math.floor(change.at), math.ceil(change.at))
            if tick >= earliest
        }
        tick = min(wrong, key=wrong.__getitem__) if wrong else earliest
        error_micros += (tick - change.at) * gained
        largest_micros = max(largest_micros, abs(error_micros))
        if placed and placed[-1].tick == tick:
            placed.pop()
        placed.append(PlacedTempo(tick, Tempo(quarters_per_minute)))
        micros = change.micros_per_quarter
    between = sum(change.at.denominator != 1 for change in changes)
    if between:
        remarks.append(
            f"{between} of its tempo changes stand between two of Countoff's ticks "
            f"({TICKS_PER_QUARTER} to the quarter note) and go to the next; "
            f"no time is off by more than {float(largest_micros) / 1000:.4f} ms."
        )
    return placed
