"""Tempo, meter, and a place in a song as people say it. A tempo is an exact rational."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

TICKS_PER_QUARTER = 960
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Tempo:
    """A tempo in quarter notes per minute, exactly."""

    quarters_per_minute: Fraction

    def __post_init__(self) -> None:
        """Refuse what no click can follow. Raises ValueError."""
        if self.quarters_per_minute <= 0:
            message = (
                f"A tempo must be above 0 quarter notes a minute; found {self.quarters_per_minute}."
            )
            raise ValueError(message)

    @property
    def seconds_per_tick(self) -> Fraction:
        """The exact length of a tick in seconds."""
        return Fraction(SECONDS_PER_MINUTE, TICKS_PER_QUARTER) / self.quarters_per_minute

    def frames_per_tick(self, rate_hz: int | Fraction) -> Fraction:
        """Return the exact length of a tick in frames at `rate_hz` frames a second."""
        return Fraction(SECONDS_PER_MINUTE * rate_hz, TICKS_PER_QUARTER) / self.quarters_per_minute

    def __str__(self) -> str:
        """Write the tempo as a musician would: 120, 92.5, 113.7."""
        value = self.quarters_per_minute
        if value.denominator == 1:
            return str(value.numerator)
        return f"{float(value):.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter such as 4/4 or 7/8: so many beats of one note value in a bar."""

    beats_per_bar: int
    note_value: int

    def __post_init__(self) -> None:
        """Refuse a meter that has no whole number of ticks. Raises ValueError."""
        if not 1 <= self.beats_per_bar <= MOST_BEATS_PER_BAR:
            message = (
                f"A bar has 1 to {MOST_BEATS_PER_BAR} beats; found {self.beats_per_bar} in {self}."
            )
            raise ValueError(message)
        if self.note_value not in NOTE_VALUES:
            allowed = ", ".join(str(value) for value in NOTE_VALUES)
            message = f"The lower number of a meter is one of {allowed}; found {self}."
            raise ValueError(message)

    @property
    def ticks_per_beat(self) -> int:
        """The length of one beat of this meter in ticks."""
        return TICKS_PER_QUARTER * 4 // self.note_value

    @property
    def ticks_per_bar(self) -> int:
        """The length of one bar of this meter in ticks."""
        return self.beats_per_bar * self.ticks_per_beat

    def __str__(self) -> str:
        """Write the meter as it stands in a score: 4/4."""
        return f"{self.beats_per_bar}/{self.note_value}"


NOTE_VALUES = (1, 2, 4, 8, 16, 32)
MOST_BEATS_PER_BAR = 32


class BarBeat(NamedTuple):
    """A place in a song as people say it: bar 1, beat 1 is the song's first downbeat.

    Bars before the song (a count-in) are 0, -1, and so on; beats always count from 1.
    """

    bar: int
    beat: int

    def __str__(self) -> str:
        """Write the place as bar and beat: 33.2."""
        return f"{self.bar}.{self.beat}"


NO_PLACE = BarBeat(0, 0)
"""Where nothing was played, or where there are no bars."""
