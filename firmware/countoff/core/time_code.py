"""The time code of a take: which quarter frame lies on which frame of the stream. Pure.

Called from the controller only. Time code counts real time, whatever the tempo does: quarter frames
are counted from midnight of the DAW's timeline, and each is one rounding away from the song's bar 1,
however long the take is. It begins with a whole place, which takes eight of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.grid import Grid

QUARTERS_PER_FRAME = 4
QUARTERS_PER_PLACE = 8
_HALF = Fraction(1, 2)
# Drop-frame numbering leaves out two numbers a minute, but not in every tenth minute.
_DROPPED = 2
_DROP_MINUTE = 60 * 30 - _DROPPED
_DROP_TEN_MINUTES = 10 * 60 * 30 - 9 * _DROPPED


class TimeCodeRate(StrEnum):
    """Frames a second, as the configuration writes them."""

    FPS_24 = "24"
    FPS_25 = "25"
    FPS_30 = "30"
    FPS_30_DROP = "30df"
    """29.97: thirty numbers a second, of which some are left out."""

    @property
    def numbers_per_second(self) -> int:
        """How many frames a second of the DAW's display has."""
        return int(self.removesuffix("df"))

    @property
    def quarters_per_second(self) -> Fraction:
        """How many quarter frames go by in a real second."""
        frames = Fraction(30_000, 1001) if self is self.FPS_30_DROP else self.numbers_per_second
        return Fraction(frames * QUARTERS_PER_FRAME)

    def quarters_at(self, displayed_s: int) -> int:
        """Return how many quarter frames lie before the first frame that shows this second."""
        frames = displayed_s * self.numbers_per_second
        if self is self.FPS_30_DROP:
            minutes, second = divmod(displayed_s, 60)
            dropping = minutes - minutes // 10
            # The first second of such a minute begins with its third frame.
            is_first = second == 0 and minutes % 10 != 0
            frames -= _DROPPED * (dropping - 1 if is_first else dropping)
        return frames * QUARTERS_PER_FRAME

    def displayed_s(self, quarter: Fraction) -> Fraction:
        """Return the seconds that the DAW shows there; the frames are parts of one."""
        frames = quarter / QUARTERS_PER_FRAME
        if self is self.FPS_30_DROP:
            tens, rest = divmod(math.floor(frames), _DROP_TEN_MINUTES)
            # The first minute of ten has all its numbers: it ends two frames after the others.
            frames += _DROPPED * (9 * tens + max(0, (rest - _DROPPED) // _DROP_MINUTE))
        return frames / self.numbers_per_second


@dataclass(frozen=True, slots=True)
class TimeCodeStretch:
    """A stretch of time code: a quarter frame on each of `frames`, from `first_quarter` on.

    `located_frame` is when the DAW is sent to where the first of them is; None: it has been.
    """

    rate: TimeCodeRate
    first_quarter: int
    frames: tuple[int, ...]
    located_frame: int | None = None


@dataclass(frozen=True, slots=True)
class TimeCodeRun:
    """The time code that runs along one take.

    `bar1_quarter` is where the song's bar 1 lies on it, mostly between two quarter frames;
    `located_ns` when the DAW is sent to `first_quarter`, where it begins.
    """

    rate: TimeCodeRate
    first_quarter: int
    located_ns: int
    bar1_quarter: Fraction
    planned_to_quarter: int

    @property
    def bar1_s(self) -> Fraction:
        """Where the song's bar 1 lies, in seconds as the DAW displays them."""
        return self.rate.displayed_s(self.bar1_quarter)

    def frame_at_quarter(self, grid: Grid, quarter: int) -> int:
        """Return the frame nearest to a quarter frame; of two, the later."""
        return math.floor(self._exact_frame(grid, quarter) + _HALF)

    def quarter_at_frame(self, grid: Grid, frame: int) -> int:
        """Return the first quarter frame that lies on `frame` or after it, by its exact place."""
        after = (frame - grid.origin_frame) * self.rate.quarters_per_second / grid.rate_hz
        return math.ceil(self.bar1_quarter + after)

    def stretch(self, grid: Grid, from_quarter: int, end_quarter: int) -> TimeCodeStretch:
        """Return the quarter frames from `from_quarter` to before `end_quarter`."""
        first = self._exact_frame(grid, from_quarter) + _HALF
        step = grid.rate_hz / self.rate.quarters_per_second
        # In integers: the same exact rationals without a greatest common divisor for each.
        per_quarter = step.numerator * first.denominator
        begin, parts = first.numerator * step.denominator, first.denominator * step.denominator
        frames = tuple(
            (begin + number * per_quarter) // parts
            for number in range(max(end_quarter - from_quarter, 0))
        )
        return TimeCodeStretch(self.rate, from_quarter, frames)

    def _exact_frame(self, grid: Grid, quarter: int) -> Fraction:
        after = (quarter - self.bar1_quarter) / self.rate.quarters_per_second
        return grid.origin_frame + after * grid.rate_hz


def run_from(
    rate: TimeCodeRate, place_s: int, grid: Grid, located_ns: int, frame: int
) -> TimeCodeRun:
    """Return the time code that begins at `place_s`, as the DAW displays it, exactly on `frame`.

    Where no whole place begins there, with the next one.
    """
    first_quarter = _whole_place(rate.quarters_at(place_s))
    return _run(rate, first_quarter, grid, located_ns, frame)


def run_to(rate: TimeCodeRate, bar1_s: int, grid: Grid, located_ns: int, frame: int) -> TimeCodeRun:
    """Return the time code whose `bar1_s` is the song's bar 1, begun on `frame` or just after it.

    Where midnight lies between, it begins there, and bar 1 comes later.
    """
    bar1_quarter = Fraction(rate.quarters_at(bar1_s))
    run = TimeCodeRun(rate, 0, located_ns, bar1_quarter, 0)
    first_quarter = _whole_place(run.quarter_at_frame(grid, frame))
    if first_quarter < 0:
        return _run(rate, 0, grid, located_ns, frame)
    return TimeCodeRun(rate, first_quarter, located_ns, bar1_quarter, first_quarter)


def _run(
    rate: TimeCodeRate, first_quarter: int, grid: Grid, located_ns: int, frame: int
) -> TimeCodeRun:
    to_bar1 = (grid.origin_frame - frame) * rate.quarters_per_second / grid.rate_hz
    return TimeCodeRun(rate, first_quarter, located_ns, first_quarter + to_bar1, first_quarter)


def _whole_place(quarter: int) -> int:
    return -(-quarter // QUARTERS_PER_PLACE) * QUARTERS_PER_PLACE
