"""Where a moment lies in quarter notes, by the tempo as a file has it: straight along the beats. Pure.

So whoever reads the file finds each place on its own frame again, also within a ramp that the file's lines
only follow.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER
from countoff.export.tempo_lines import line_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.tempo_lines import TempoPoint

# A little less than half a frame: what is rounded here is still nearest to its own.
_NEAREST_FRAMES: Final = 0.499


class BeatPlaces:
    """The beats of a timeline, by its tempo's points, on a project's frames."""

    def __init__(self, points: Sequence[TempoPoint], rate_hz: int) -> None:
        self._points = points
        self._rate_hz = rate_hz
        self._seconds = list(
            accumulate((_lasts_s(*ends) for ends in pairwise(points)), initial=0.0)
        )

    def quarters_at_frame(self, frame: int) -> float:
        """Return the place of a frame in quarter notes from the beginning.

        Where a tick is nearest to the frame it is that of the tick: what begins on a bar line stands on it.
        """
        at_s = frame / self._rate_hz
        index = max(bisect_right(self._seconds, at_s) - 1, 0)
        point = self._points[index]
        turn_s = (at_s - self._seconds[index]) / SECONDS_PER_MINUTE
        quarters, tempo = turn_s * point.quarters_per_minute, point.quarters_per_minute
        if point.moves:
            to = self._points[index + 1]
            slope = (to.quarters_per_minute - tempo) / _quarters(point, to)
            if slope * turn_s:
                quarters *= math.expm1(slope * turn_s) / (slope * turn_s)
            tempo += slope * quarters
        ticks = quarters * TICKS_PER_QUARTER
        off_s = abs(round(ticks) - ticks) / TICKS_PER_QUARTER / tempo * SECONDS_PER_MINUTE
        if off_s * self._rate_hz < _NEAREST_FRAMES:
            ticks = round(ticks)
        return (point.tick + ticks) / TICKS_PER_QUARTER


def _lasts_s(point: TempoPoint, to: TempoPoint) -> float:
    until = to.quarters_per_minute if point.moves else point.quarters_per_minute
    return line_s(_quarters(point, to), point.quarters_per_minute, until)


def _quarters(point: TempoPoint, to: TempoPoint) -> float:
    return (to.tick - point.tick) / TICKS_PER_QUARTER
