"""Tempo, meter, and the one exact conversion between ticks and frames.

A tempo is an exact rational, so a position is one rounding away from its origin however long the
song is: an hour at 110 quarter notes a minute ends on frame 172 800 000 at 48 kHz.
"""

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

    def frames_per_tick(self, rate_hz: int) -> Fraction:
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


def bar_beat_at_tick(tick: int, meter: Meter) -> BarBeat:
    """Return the bar and beat that sound at `tick`, counted from the song's bar 1 at tick 0."""
    bar, tick_in_bar = divmod(tick, meter.ticks_per_bar)
    return BarBeat(bar + 1, tick_in_bar // meter.ticks_per_beat + 1)


def tick_of_bar(bar: int, meter: Meter) -> int:
    """Return the tick of the downbeat of `bar` (bar 1 is tick 0)."""
    return (bar - 1) * meter.ticks_per_bar


@dataclass(frozen=True, slots=True)
class Grid:
    """Where ticks lie on the frame line: tick 0 is at `origin_frame`, which may be a fraction.

    The origin is exact, not rounded, so that the count-in before it and the song after it lie on
    one grid; only `frame_at_tick` rounds, and only once.
    """

    origin_frame: Fraction
    frames_per_tick: Fraction

    def exact_frame_at_tick(self, tick: int) -> Fraction:
        """Return the exact place of `tick` in frames."""
        return self.origin_frame + tick * self.frames_per_tick

    # The two conversions below are asked for thousands of times a plan, so they are written out in
    # integers: the same exact rationals, without a greatest common divisor at each step.

    def frame_at_tick(self, tick: int) -> int:
        """Return the frame nearest to `tick`."""
        origin, step = self.origin_frame, self.frames_per_tick
        twice = 2 * (
            origin.numerator * step.denominator + tick * step.numerator * origin.denominator
        )
        parts = origin.denominator * step.denominator
        return (twice + parts) // (2 * parts)

    def tick_at_frame(self, frame: int) -> int:
        """Return the last tick whose nearest frame is at or before `frame`."""
        # frame_at_tick(tick) <= frame exactly where the exact place is below frame + 1/2.
        origin, step = self.origin_frame, self.frames_per_tick
        parts = origin.denominator * step.denominator
        below = (2 * frame + 1) * parts - 2 * origin.numerator * step.denominator
        return (below - 1) // (2 * step.numerator * origin.denominator)
