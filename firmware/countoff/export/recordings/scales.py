"""Passes and takes along one scale: a clock, or a timeline, each with a shift that nobody told. Pure.

Two clocks, or two timelines, may be apart by any amount: time zones, a session that begins at 01:00:00, a
wrong clock. So the shifts that bring the most passes onto takes are tried. One that has a reason, such as
whole hours, costs nothing; any other has to be paid for, since with a free shift something always fits.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from countoff.export.recordings.values import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass

CLOCK_WITHIN_S = 1.0
PLACE_WITHIN_S = 0.1
WELL_SET_WITHIN_S = 2.0

# A DAW that cannot answer may not be moved by the box at all: then somebody records some time before.
_BY_HAND = 0.2
_BEFORE_S = 30.0

# How often one time or place is wrong among right ones, and over what they are spread.
_TIME_IS_WRONG = 0.003
_FILE_TIME_IS_WRONG = 0.02
_PLACE_IS_WRONG = 0.01
_SENT_PLACE_IS_WRONG = 0.1
_SPREAD_S = 3600.0

# What it costs to believe that a whole clock, or timeline, says nothing; and that a time reference is
# the time of day.
_CLOCK_IS_USELESS_NATS = 10.0
_FILE_TIMES_ARE_USELESS_NATS = 3.0
_PLACES_ARE_USELESS_NATS = 5.0
_SENT_PLACES_ARE_USELESS_NATS = 2.0
_NO_TIMELINE_NATS = 4.0

# Wall clocks are time zones apart, mostly whole hours; timelines whole hours.
_ZONE_S = 900.0
_HALF_HOUR_S = 1800.0
_HOUR_S = 3600.0
_FURTHEST_ZONE_S = 14 * _HOUR_S
_UNSURE_NATS = 1.5
_HALF_HOUR_NATS = 2.0
_QUARTER_NATS = 4.0
_NO_REASON_NATS = 8.0
_ANOTHER_HOUR_NATS = 1.0
_MOST_SHIFTS = 4
_MOST_SHIFTS_BY_HAND = 2


class Clue(StrEnum):
    """What passes and takes are compared by."""

    CLOCK = "clock"
    PLACE = "place"
    TIME_OF_DAY = "time of day"
    """The time reference is the time of day, as recorders write it, not a place on a timeline."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the passes and the takes are, None where one is not on the scale.

    wrong:       how often such a take's place is wrong
    background:  how close together the passes lie anyway, each a density in 1/s: where all are on one
                 spot, being there says nothing
    within_s:    how near right ones are
    before_s:    how long before such a take a pass may begin, if somebody began it by hand
    grid_s:      a shift by a multiple of this has a reason
    is_well_set: both ends are known to be right, but for such a multiple
    is_told:     recordings and log say it; else it is concluded from the times of files
    useless_nats: what it costs not to believe any of it
    """

    clue: Clue
    passes: tuple[Span | None, ...]
    takes: tuple[float | None, ...]
    wrong: tuple[float, ...]
    background: tuple[float, ...]
    before_s: tuple[float, ...]
    within_s: float
    grid_s: float
    is_well_set: bool
    is_told: bool
    useless_nats: float

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to compare."""
        return any(self.passes) and any(point is not None for point in self.takes)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the passes' end of a scale is ahead of the takes', and what believing that costs."""

    scale: Scale
    seconds: float
    cost_nats: float

    @property
    def has_reason(self) -> bool:
        """Tell whether the shift is one that clocks and timelines have anyway."""
        return self.cost_nats < _NO_REASON_NATS

    @property
    def on_grid_s(self) -> float:
        """The shift that there would be if both ends were set exactly."""
        return round(self.seconds / self.scale.grid_s) * self.scale.grid_s

    def nats(self, row: int, column: int) -> float:
        """Return what the nearness of a pass and a take says for them, in nats; 0 where nothing."""
        scale = self.scale
        span, point_s = scale.passes[row], scale.takes[column]
        if span is None or point_s is None:
            return 0.0
        at_s = point_s + self.seconds
        off_s = max(span.earliest_s - at_s, at_s - span.latest_s, 0.0)
        width_s = span.latest_s - span.earliest_s + 2 * scale.within_s
        near = math.exp(-min(off_s / scale.within_s, 700)) / width_s
        wrong, before_s = scale.wrong[column], scale.before_s[column]
        by_hand = _BY_HAND if before_s else 0.0
        is_before = span.earliest_s <= at_s and at_s - span.latest_s <= before_s
        before = 1 / (before_s + width_s) if is_before else 0.0
        found = (1 - wrong - by_hand) * near + by_hand * before
        return math.log(found / scale.background[row] + wrong)


def clock_scale(passes: Sequence[Pass], takes: Sequence[TakeToFind]) -> Scale:
    """Return when passes and takes began, each by its own wall clock."""
    is_told = all(found.is_begun_told for found in passes)
    return Scale(
        clue=Clue.CLOCK,
        passes=tuple(found.begun for found in passes),
        takes=tuple(take.began_s for take in takes),
        wrong=(_TIME_IS_WRONG if is_told else _FILE_TIME_IS_WRONG,) * len(takes),
        background=(1 / _SPREAD_S,) * len(passes),
        before_s=tuple(_BEFORE_S if take.may_be_by_hand else 0.0 for take in takes),
        within_s=CLOCK_WITHIN_S,
        grid_s=_ZONE_S,
        is_well_set=all(take.is_clock_sure for take in takes),
        is_told=is_told,
        useless_nats=_CLOCK_IS_USELESS_NATS if is_told else _FILE_TIMES_ARE_USELESS_NATS,
    )


def place_scale(passes: Sequence[Pass], takes: Sequence[TakeToFind]) -> Scale:
    """Return where on the DAW's timeline passes and takes begin."""
    points = tuple(take.place_s for take in takes)
    spans = tuple(_point(found.place_s) for found in passes)
    is_told = any(take.is_place_told for take in takes)
    crowd = _crowding([point for point in points if point is not None])
    return Scale(
        clue=Clue.PLACE,
        passes=spans,
        takes=points,
        wrong=tuple(
            _PLACE_IS_WRONG if take.is_place_told else _SENT_PLACE_IS_WRONG for take in takes
        ),
        background=tuple(
            max(crowd, _density_beside(row, spans), 1 / _SPREAD_S) for row in range(len(spans))
        ),
        before_s=(0.0,) * len(takes),
        within_s=PLACE_WITHIN_S,
        grid_s=_HOUR_S,
        is_well_set=True,
        is_told=is_told,
        useless_nats=_PLACES_ARE_USELESS_NATS if is_told else _SENT_PLACES_ARE_USELESS_NATS,
    )


def time_of_day_scale(passes: Sequence[Pass], takes: Sequence[TakeToFind]) -> Scale:
    """Return the time references as if they were times of day; nothing where all are the same."""
    spans = tuple(_point(found.place_s) for found in passes)
    has_moved = len({span for span in spans if span is not None}) > 1
    clock = clock_scale(passes, takes)
    return Scale(
        clue=Clue.TIME_OF_DAY,
        passes=spans if has_moved else (None,) * len(spans),
        takes=clock.takes,
        wrong=clock.wrong,
        background=clock.background,
        before_s=clock.before_s,
        within_s=CLOCK_WITHIN_S,
        grid_s=_ZONE_S,
        is_well_set=clock.is_well_set,
        is_told=True,
        useless_nats=0.0,
    )


def shifts(scale: Scale) -> list[Shift]:
    """Return the shifts that bring the most passes onto takes, the best first."""
    chosen = _shifts(scale, (0.0,) * len(scale.takes), _MOST_SHIFTS)
    if any(scale.before_s):
        chosen += _shifts(scale, scale.before_s, _MOST_SHIFTS_BY_HAND)
    return chosen


def _shifts(scale: Scale, before_s: Sequence[float], limit: int) -> list[Shift]:
    within_s = scale.within_s
    apart = sorted(
        _Apart(
            Span(
                span.earliest_s - point - within_s,
                span.latest_s - point + within_s + before_s[column],
            ),
            row,
            column,
        )
        for row, span in enumerate(scale.passes)
        if span is not None
        for column, point in enumerate(scale.takes)
        if point is not None
    )
    chosen: list[Shift] = []
    most = 0
    while apart and len(chosen) < limit:
        count, best = _most_common(apart)
        if 2 * count < most:
            break
        most = max(most, count)
        chosen.append(_shift(scale, best))
        apart = [one for one in apart if not one.span.has(best.middle_s)]
    return chosen


class _Apart(NamedTuple):
    """How far a pass and a take are apart."""

    span: Span
    row: int
    column: int


def _most_common(apart: Sequence[_Apart]) -> tuple[int, Span]:
    """Return how many passes one shift brings onto a take each at most, and the first such shifts."""
    open_until: list[tuple[float, int, int]] = []
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    most, best = 0, apart[0].span
    for span, row, column in apart:
        while open_until and open_until[0][0] < span.earliest_s:
            _, left_row, left_column = heappop(open_until)
            _leave(rows, left_row)
            _leave(columns, left_column)
        heappush(open_until, (span.latest_s, row, column))
        rows[row] += 1
        columns[column] += 1
        count = min(len(rows), len(columns))
        if count > most:
            most, best = count, Span(span.earliest_s, open_until[0][0])
    return most, best


def _leave(counted: Counter[int], gone: int) -> None:
    counted[gone] -= 1
    if not counted[gone]:
        del counted[gone]


def _shift(scale: Scale, found: Span) -> Shift:
    """Return the shift with its cost: on the grid, where that is near."""
    nearest_s = round(found.middle_s / scale.grid_s) * scale.grid_s
    off_s = max(found.earliest_s - nearest_s, nearest_s - found.latest_s, 0.0)
    is_near = off_s <= WELL_SET_WITHIN_S
    cost_nats = _grid_nats(scale, nearest_s) if is_near else _NO_REASON_NATS
    if scale.clue is Clue.TIME_OF_DAY:
        cost_nats += _NO_TIMELINE_NATS
    is_exact = off_s == 0.0 or (scale.clue is Clue.PLACE and is_near)
    return Shift(scale, nearest_s if is_exact else found.middle_s, cost_nats)


def _grid_nats(scale: Scale, nearest_s: float) -> float:
    """Return what it costs to believe in a shift that clocks or timelines have anyway."""
    if scale.clue is Clue.PLACE:
        return _ANOTHER_HOUR_NATS if nearest_s else 0.0
    if scale.clue is Clue.CLOCK and abs(nearest_s) > _FURTHEST_ZONE_S:
        return _NO_REASON_NATS
    cost_nats = 0.0 if scale.is_well_set and (scale.is_told or not nearest_s) else _UNSURE_NATS
    if nearest_s % _HALF_HOUR_S:
        return cost_nats + _QUARTER_NATS
    return cost_nats + (_HALF_HOUR_NATS if nearest_s % _HOUR_S else 0.0)


def _point(seconds: float | None) -> Span | None:
    return None if seconds is None else Span(seconds, seconds)


def _density_beside(row: int, spans: Sequence[Span | None]) -> float:
    """Return how densely the other passes lie where this one does."""
    own = spans[row]
    if own is None:
        return 0.0
    beside = sum(
        other is not None and abs(other.middle_s - own.middle_s) <= PLACE_WITHIN_S
        for other in (*spans[:row], *spans[row + 1 :])
    )
    return beside / len(spans) / (2 * PLACE_WITHIN_S)


def _crowding(points: Sequence[float]) -> float:
    """Return how densely the takes lie where the most of them do; 0 where each has its own place."""
    ordered = sorted(points)
    most = max(
        (
            bisect_right(ordered, at + PLACE_WITHIN_S)
            - bisect_left(ordered, at - PLACE_WITHIN_S)
            - 1
            for at in ordered
        ),
        default=0,
    )
    return most / len(ordered) / (2 * PLACE_WITHIN_S) if most else 0.0
