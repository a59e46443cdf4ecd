"""A tempo map: when each tick of a song comes, in seconds, exactly.

A map is a row of stretches. Within one the tempo is steady, or it is a ramp in closed form; nothing
is accumulated from beat to beat. Seconds are rational numbers: those of steady stretches are exact,
those of a ramp are right to 2**-80 s, which is less than a thousand-millionth of a frame in a day.
So are those after hundreds of tempos without a common measure, or they would fill pages.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER, Tempo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PARTS_OF_A_SECOND = 2**80
_LONGEST_DENOMINATOR = 2**256
_DIGITS = Context(prec=50)


class LinearIn(StrEnum):
    """Along what the tempo of a ramp moves in a straight line."""

    BEATS = "beats"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class TempoSpan:
    """The tempo from `start_tick` on, to where the next span begins.

    With `to` it is a ramp that reaches `to` just there.
    """

    start_tick: int
    tempo: Tempo
    to: Tempo | None = None
    linear_in: LinearIn = LinearIn.BEATS

    @property
    def is_ramp(self) -> bool:
        """Whether the tempo moves."""
        return self.to is not None and self.to != self.tempo


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span laid into the song: it begins at `start_s`, and a ramp is `length_ticks` long."""

    start_tick: int
    start_s: Fraction
    span: TempoSpan
    length_ticks: int | None

    @property
    def tempo(self) -> Tempo:
        """The tempo at its beginning."""
        return self.span.tempo

    @property
    def is_ramp(self) -> bool:
        """Whether the tempo moves."""
        return self.span.is_ramp

    def seconds_after_start(self, ticks: int) -> Fraction:
        """Return how long after its beginning the tick `ticks` later comes."""
        if self.length_ticks is None or not self.is_ramp or ticks <= 0:
            return ticks * self.tempo.seconds_per_tick
        return _ramp_seconds(self.span.tempo, self.span.to, self.span.linear_in,
                             self.length_ticks, ticks)  # fmt: skip

    def quick_seconds_after_start(self, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the same for many ticks to double precision, without the cost."""
        first, last = self._first_and_last()
        seconds_per_tick = SECONDS_PER_MINUTE / TICKS_PER_QUARTER / first
        after = ticks.astype(np.float64)
        if first == last:
            return after * seconds_per_tick
        within = np.maximum(after, 0)
        length_ticks = self.length_ticks or 1
        if self.span.linear_in is LinearIn.TIME:
            here = np.sqrt(first * first + (last * last - first * first) * (within / length_ticks))
            seconds = within * (2 * SECONDS_PER_MINUTE / TICKS_PER_QUARTER) / (first + here)
        else:
            rise = (last - first) / first
            seconds_at_first = length_ticks * seconds_per_tick
            seconds = seconds_at_first / rise * np.log1p(rise * (within / length_ticks))
        return np.where(after > 0, seconds, after * seconds_per_tick)

    def quick_ticks_after_start(self, seconds: float) -> float:
        """Return how many ticks after its beginning `seconds` are, to double precision."""
        first, last = self._first_and_last()
        ticks_per_second = TICKS_PER_QUARTER / SECONDS_PER_MINUTE * first
        if first == last or seconds <= 0:
            return seconds * ticks_per_second
        length_ticks = self.length_ticks or 1
        rise = (last - first) / first
        if self.span.linear_in is LinearIn.TIME:
            length_s = 2 * length_ticks / ticks_per_second / (2 + rise)
            return ticks_per_second * seconds * (1 + rise * seconds / length_s / 2)
        return length_ticks / rise * math.expm1(seconds * ticks_per_second * rise / length_ticks)

    def _first_and_last(self) -> tuple[float, float]:
        first = float(self.span.tempo.quarters_per_minute)
        to = self.span.to
        return first, first if to is None else float(to.quarters_per_minute)


@dataclass(frozen=True, slots=True)
class TempoMap:
    """The tempo of a whole song. Before it its first tempo holds, after it its last."""

    stretches: tuple[Stretch, ...]
    start_ticks: tuple[int, ...] = field(repr=False)
    start_seconds: tuple[float, ...] = field(repr=False)
    """Those of the stretches, to find one quickly."""

    def index_at_tick(self, tick: int) -> int:
        """Return which stretch `tick` lies in."""
        return max(bisect_right(self.start_ticks, tick) - 1, 0)

    def seconds_at_tick(self, tick: int) -> Fraction:
        """Return when `tick` comes, in seconds after tick 0; negative before it."""
        stretch = self.stretches[self.index_at_tick(tick)]
        return stretch.start_s + stretch.seconds_after_start(tick - stretch.start_tick)

    def quarters_per_minute_at_tick(self, tick: int) -> Fraction:
        """Return the tempo at `tick`; within a ramp in time to double precision."""
        stretch = self.stretches[self.index_at_tick(tick)]
        first, to = stretch.tempo.quarters_per_minute, stretch.span.to
        ticks = tick - stretch.start_tick
        if to is None or stretch.length_ticks is None or not stretch.is_ramp or ticks <= 0:
            return first
        done = Fraction(ticks, stretch.length_ticks)
        if stretch.span.linear_in is LinearIn.BEATS:
            return first + (to.quarters_per_minute - first) * done
        return Fraction(math.sqrt(first**2 + (to.quarters_per_minute**2 - first**2) * done))

    def from_tick(self, tick: int) -> TempoMap:
        """Return this map from `tick` on, where a stretch must begin: what was before is steady.

        Every tick from there on comes at the same second as in the whole map.
        """
        index = self.index_at_tick(tick)
        return _assembled(self.stretches[index:])


def tempo_map(spans: Sequence[TempoSpan], end_tick: int | None) -> TempoMap:
    """Return the map of `spans`, whose ticks rise; the last one ends at `end_tick`.

    Raises ValueError where there is none, their order is wrong, or a ramp has no end.
    """
    if not spans:
        raise ValueError("A tempo map needs at least one tempo.")
    stretches: list[Stretch] = []
    for index, span in enumerate(spans):
        next_tick = spans[index + 1].start_tick if index + 1 < len(spans) else end_tick
        length_ticks = None if next_tick is None else next_tick - span.start_tick
        if length_ticks is not None and length_ticks <= 0:
            message = f"A tempo must last; the one at tick {span.start_tick} has {length_ticks}."
            raise ValueError(message)
        if length_ticks is None and span.is_ramp:
            message = f"A ramp needs an end; the one from tick {span.start_tick} on has none."
            raise ValueError(message)
        before = stretches[-1] if stretches else None
        is_same = before is not None and not before.is_ramp and not span.is_ramp
        if before is not None and is_same and before.tempo == span.tempo:
            stretches[-1] = Stretch(before.start_tick, before.start_s, before.span, None)
            continue
        start_s = (
            span.start_tick * span.tempo.seconds_per_tick
            if before is None
            else before.start_s + before.seconds_after_start(span.start_tick - before.start_tick)
        )
        if start_s.denominator > _LONGEST_DENOMINATOR:
            start_s = _rounded(start_s)
        stretches.append(Stretch(span.start_tick, start_s, span, length_ticks))
    last = stretches[-1]
    if last.span.to is not None and last.is_ramp and last.length_ticks is not None:
        # What rings out after a ramp does so in the tempo it has reached.
        end = last.start_tick + last.length_ticks
        end_s = last.start_s + last.seconds_after_start(last.length_ticks)
        stretches.append(Stretch(end, end_s, TempoSpan(end, last.span.to), None))
    whole = _assembled(tuple(stretches))
    # Seconds count from tick 0, wherever the first span begins.
    shift_s = whole.seconds_at_tick(0)
    if not shift_s:
        return whole
    return _assembled(
        tuple(
            Stretch(each.start_tick, each.start_s - shift_s, each.span, each.length_ticks)
            for each in stretches
        )
    )


def _assembled(stretches: tuple[Stretch, ...]) -> TempoMap:
    return TempoMap(
        stretches,
        tuple(stretch.start_tick for stretch in stretches),
        tuple(float(stretch.start_s) for stretch in stretches),
    )


@lru_cache(maxsize=4096)
def _ramp_seconds(
    tempo: Tempo, to: Tempo | None, linear_in: LinearIn, length_ticks: int, ticks: int
) -> Fraction:
    """Return when the tick `ticks` after the beginning of a ramp comes, in seconds after it.

    With T the tempo in quarters a minute, q quarters, Q the ramp's length: linear in beats,
    dt = 60 dq / T(q) with T = T0 + (T1 - T0) q/Q gives t = 60 Q / (T1 - T0) * ln(T/T0). Linear in
    time, T grows with its own square root: T = sqrt(T0**2 + (T1**2 - T0**2) q/Q), and t is q over
    the mean of T0 and T.
    """
    first = tempo.quarters_per_minute
    last = to.quarters_per_minute if to is not None else first
    done = Fraction(ticks, length_ticks)
    quarters = Fraction(ticks, TICKS_PER_QUARTER)
    if linear_in is LinearIn.TIME:
        here = _DIGITS.sqrt(_decimal(first**2 + (last**2 - first**2) * done))
        seconds = _DIGITS.divide(
            _decimal(2 * SECONDS_PER_MINUTE * quarters), _DIGITS.add(_decimal(first), here)
        )
    else:
        here = _decimal(1 + (last - first) / first * done)
        length_quarters = Fraction(length_ticks, TICKS_PER_QUARTER)
        seconds = _DIGITS.multiply(
            _decimal(SECONDS_PER_MINUTE * length_quarters / (last - first)), _DIGITS.ln(here)
        )
    return _rounded(Fraction(seconds))


def _rounded(seconds: Fraction) -> Fraction:
    return Fraction(round(seconds * _PARTS_OF_A_SECOND), _PARTS_OF_A_SECOND)


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
