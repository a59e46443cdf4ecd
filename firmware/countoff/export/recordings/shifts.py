"""How far two clocks, or two timelines, are apart that nobody has told: the shifts worth trying. Pure.

They may be apart by any amount: time zones, a session that begins at 01:00:00, a wrong clock. So the shifts
that bring the most passes onto takes are tried. One that has a reason, such as whole hours, costs little; any
other has to be paid for, since with a free shift something always fits.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from countoff.export.recordings.scales import PLACE_WITHIN_S, Clue, Scale
from countoff.export.recordings.values import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

WELL_SET_WITHIN_S = 2.0
"""Clocks that are kept right agree so far."""

# Somebody who records by hand does so some time before the take.
_BY_HAND = 0.2

# Wall clocks are time zones apart, mostly whole hours; timelines whole hours.
_HALF_HOUR_S = 1800.0
_HOUR_S = 3600.0
_FURTHEST_ZONE_S = 14 * _HOUR_S
_UNSURE_NATS = 1.5
_HALF_HOUR_NATS = 2.0
_QUARTER_NATS = 4.0
_NO_REASON_NATS = 8.0
_ANOTHER_HOUR_NATS = 1.0
_NO_TIMELINE_NATS = 4.0
_LATE_NATS = 1.0
_MOST_SHIFTS = 4
_MOST_SHIFTS_BY_HAND = 2


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """How far the passes' end of a scale is ahead of the takes', and what believing that costs.

    table: what the nearness of each pass (row) and take (column) says for them, in nats; 0 where nothing
    """

    scale: Scale
    seconds: float
    cost_nats: float
    table: tuple[tuple[float, ...], ...]

    @property
    def has_reason(self) -> bool:
        """Tell whether the shift is one that clocks and timelines have anyway."""
        return self.cost_nats < _NO_REASON_NATS

    @property
    def on_grid_s(self) -> float:
        """The shift that there would be if both ends were set exactly."""
        return round(self.seconds / self.scale.grid_s) * self.scale.grid_s


def shifts(scale: Scale) -> list[Shift]:
    """Return the shifts that bring the most passes onto takes, the best first."""
    chosen = _shifts(scale, (0.0,) * len(scale.takes), _MOST_SHIFTS)
    if scale.clue is Clue.TIME_OF_DAY:
        # What writes the time of day has a clock that is kept right; a timeline goes on like a clock, too.
        return [shift for shift in chosen if shift.cost_nats < _NO_REASON_NATS]
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
    is_near = off_s <= (PLACE_WITHIN_S if scale.clue is Clue.PLACE else WELL_SET_WITHIN_S)
    cost_nats = _grid_nats(scale, nearest_s) if is_near else _NO_REASON_NATS
    if scale.is_late:
        cost_nats += _LATE_NATS
    if scale.clue is Clue.TIME_OF_DAY:
        cost_nats += _NO_TIMELINE_NATS
    is_exact = off_s == 0.0 or (scale.clue is Clue.PLACE and is_near)
    seconds = nearest_s if is_exact else found.middle_s
    table = tuple(
        tuple(_nats(scale, seconds, row, column) for column in range(len(scale.takes)))
        for row in range(len(scale.passes))
    )
    return Shift(scale, seconds, cost_nats, table)


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


def _nats(scale: Scale, seconds: float, row: int, column: int) -> float:
    span, point_s = scale.passes[row], scale.takes[column]
    if span is None or point_s is None:
        return 0.0
    at_s = point_s + seconds
    off_s = max(span.earliest_s - at_s, at_s - span.latest_s, 0.0)
    width_s = span.latest_s - span.earliest_s + 2 * scale.within_s
    near = math.exp(-min(off_s / scale.within_s, 700)) / width_s
    wrong, before_s = scale.wrong[column], scale.before_s[column]
    by_hand = _BY_HAND if before_s else 0.0
    is_before = span.earliest_s <= at_s and at_s - span.latest_s <= before_s
    before = 1 / (before_s + width_s) if is_before else 0.0
    found = (1 - wrong - by_hand) * near + by_hand * before
    return math.log(found / scale.background[row] + wrong)
