"""A timeline's tempo as points between which it is held, or moves in a straight line. Pure.

DAWs differ in what a straight line is: along time in REAPER, along the beats in DAWproject. A ramp that is
straight along the other one becomes several lines, in pairs: the tempo in the middle of a pair is such that
its end comes just when it does in the ramp. So nothing adds up.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER
from countoff.core.tempo_map import LinearIn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from countoff.core.tempo_map import Stretch, TempoMap

# How far the middle of a pair may be off, which is less than a sample.
_CLOSE_ENOUGH_S: Final = 10e-6
# Along so many ticks at most the tempo is led to one that is held for a tick.
_LEADING_TICKS: Final = 8
# What is shorter is held: it is over in a few milliseconds.
_SHORTEST_TICKS: Final = 4
_MOST_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class TempoPoint:
    """The tempo at a tick, and whether it moves from here to that of the next point.

    seconds: when the tick comes, exactly
    """

    tick: int
    seconds: Fraction
    quarters_per_minute: float
    moves: bool


def tempo_lines(
    tempo_map: TempoMap, straight_in: LinearIn, *, up_to_tick: int, also_at: Iterable[int] = ()
) -> tuple[TempoPoint, ...]:
    """Return the points of a tempo map from its tick 0 on, rising; there is one at each of `also_at`.

    Where a ramp does not lead to the tempo that follows, the tempo jumps: it is held for the ramp's last
    tick, since no DAW has two tempos at one moment.
    """
    lining = _Lining(tempo_map, straight_in)
    asked = sorted({tick for tick in also_at if 0 <= tick <= up_to_tick})
    for stretch, following in pairwise((*tempo_map.stretches, None)):
        if stretch is None or stretch.start_tick > up_to_tick:
            break
        if stretch.is_ramp and following is not None:
            lining.go_ramp(stretch, following, asked)
        else:
            lining.hold(max(stretch.start_tick, 0))
    for tick in asked:
        if tick not in lining.points:
            lining.hold(tick)
    return tuple(point for _, point in sorted(lining.points.items()))


class _Lining:
    """Walks through a tempo map and collects points by their ticks."""

    def __init__(self, tempo_map: TempoMap, straight_in: LinearIn) -> None:
        self.points: dict[int, TempoPoint] = {}
        self._map = tempo_map
        self._straight_in = straight_in

    def hold(self, tick: int) -> None:
        self._point(tick, self._tempo(tick), moves=False)

    def go_ramp(self, ramp: Stretch, following: Stretch, asked: Sequence[int]) -> None:
        start_tick, end_tick = max(ramp.start_tick, 0), following.start_tick
        jumps = ramp.span.to != following.tempo
        if end_tick - start_tick < _SHORTEST_TICKS:
            self._point(start_tick, self._mean(start_tick, end_tick), moves=False)
            return
        last_tick = end_tick - 1 if jumps else end_tick
        among = asked[bisect_right(asked, start_tick) : bisect_left(asked, last_tick)]
        is_straight = ramp.span.linear_in is self._straight_in
        cuts = {start_tick, *among, last_tick}
        if not is_straight:
            cuts |= {tick for tick in self._cuts(ramp) if start_tick < tick < last_tick}
        elif jumps:
            cuts.add(max(last_tick - _LEADING_TICKS, (start_tick + last_tick) // 2))
        for from_tick, to_tick in pairwise(sorted(cuts)):
            tempo = self._tempo(from_tick)
            to_tempo = self._tempo(to_tick)
            is_led = jumps and to_tick == last_tick
            if is_led:
                to_tempo = self._mean(last_tick, end_tick)
            self._point(from_tick, tempo, moves=True)
            if (is_led or not is_straight) and to_tick - from_tick > 1:
                middle_tick = (from_tick + to_tick) // 2
                middle = self._middle((from_tick, middle_tick, to_tick), (tempo, to_tempo))
                self._point(middle_tick, middle, moves=True)
        if jumps:
            self._point(last_tick, self._mean(last_tick, end_tick), moves=False)

    def _cuts(self, ramp: Stretch) -> Iterator[int]:
        """Return where a ramp is cut into pairs, so that none of their middles is far off.

        The middle of a pair is off by its length times a sixteenth of its rise squared; all of them rise by
        as much of themselves.
        """
        to, length_ticks = ramp.span.to, ramp.length_ticks
        if to is None or length_ticks is None:
            return
        rise = math.log(float(to.quarters_per_minute / ramp.tempo.quarters_per_minute))
        longest_s = float(ramp.seconds_after_start(length_ticks)) * max(abs(rise), 1.0)
        pairs = math.ceil((longest_s * rise**2 / 16 / _CLOSE_ENOUGH_S) ** (1 / 3))
        # Along time it is the square of the tempo that moves in a straight line along the beats.
        power = 2 if ramp.span.linear_in is LinearIn.TIME else 1
        before, last = ramp.start_tick, ramp.start_tick + length_ticks
        for number in range(1, pairs):
            done = math.expm1(power * rise * number / pairs) / math.expm1(power * rise)
            tick = ramp.start_tick + round(length_ticks * done)
            # Every pair needs a middle.
            if min(tick - before, last - tick) >= _SHORTEST_TICKS:
                yield tick
                before = tick

    def _middle(self, ticks: tuple[int, int, int], tempos: tuple[float, float]) -> float:
        """Return the tempo in the middle of two lines with which they last just as long as they should."""
        first, last = tempos
        before_s, after_s = (self._seconds(*ends) for ends in pairwise(ticks))
        quarters = [(to - start) / TICKS_PER_QUARTER for start, to in pairwise(ticks)]
        if self._straight_in is LinearIn.TIME:
            beats = 2 * SECONDS_PER_MINUTE * sum(quarters)
            return (beats - first * before_s - last * after_s) / (before_s + after_s)
        wanted_s = before_s + after_s
        here, there = self._tempo(ticks[1]), self._tempo(ticks[1]) * (1 + 1e-6)
        here_s, there_s = (
            line_s(quarters[0], first, tempo) + line_s(quarters[1], tempo, last) - wanted_s
            for tempo in (here, there)
        )
        for _ in range(_MOST_STEPS):
            if here_s == there_s or abs(there - here) < 1e-13 * here:
                break
            here, there = there, there - there_s * (there - here) / (there_s - here_s)
            here_s, there_s = there_s, (
                line_s(quarters[0], first, there) + line_s(quarters[1], there, last) - wanted_s
            )  # fmt: skip
        return there

    def _point(self, tick: int, tempo: float, *, moves: bool) -> None:
        self.points[tick] = TempoPoint(tick, self._map.seconds_at_tick(tick), tempo, moves)

    def _tempo(self, tick: int) -> float:
        return float(self._map.quarters_per_minute_at_tick(tick))

    def _mean(self, from_tick: int, to_tick: int) -> float:
        """Return the tempo at which what lies between lasts as long, when it is held."""
        quarters = (to_tick - from_tick) / TICKS_PER_QUARTER
        return quarters * SECONDS_PER_MINUTE / self._seconds(from_tick, to_tick)

    def _seconds(self, from_tick: int, to_tick: int) -> float:
        return float(self._map.seconds_at_tick(to_tick) - self._map.seconds_at_tick(from_tick))


def line_s(quarters: float, first: float, last: float) -> float:
    """Return how long so many quarters last while the tempo moves straight along them."""
    rise = (last - first) / first
    factor = 1 - rise / 2 + rise**2 / 3 if abs(rise) < 1e-5 else math.log1p(rise) / rise
    return quarters * SECONDS_PER_MINUTE / first * factor
