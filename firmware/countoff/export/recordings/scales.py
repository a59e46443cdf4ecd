"""Passes and takes along one scale: a wall clock, a timeline. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.export.recordings.values import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass

CLOCK_WITHIN_S = 1.0
PLACE_WITHIN_S = 0.1
_TIME_OF_DAY_WITHIN_S = 0.3

# A DAW that cannot answer may not be moved by the box at all: then somebody records some time before.
_BEFORE_S = 30.0

# How often one time or place is wrong among right ones, and over what they are spread.
_TIME_IS_WRONG = 0.003
_FILE_TIME_IS_WRONG = 0.02
_PLACE_IS_WRONG = 0.01
_SENT_PLACE_IS_WRONG = 0.1
_SPREAD_S = 3600.0

# What it costs to believe that a whole clock, or timeline, says nothing.
_CLOCK_IS_USELESS_NATS = 10.0
_FILE_TIMES_ARE_USELESS_NATS = 3.0
_PLACES_ARE_USELESS_NATS = 5.0
_SENT_PLACES_ARE_USELESS_NATS = 2.0

# Wall clocks are time zones apart, timelines whole hours.
_ZONE_S = 900.0
_HOUR_S = 3600.0


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
    is_late:     the passes' clock is read as if it were stamped when each ended
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
    is_late: bool = False

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to compare."""
        return any(self.passes) and any(point is not None for point in self.takes)


def clock_scale(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], *, is_late: bool = False
) -> Scale:
    """Return when passes and takes began, each by its own wall clock.

    With `is_late` if the DAW stamps a recording when it ends.
    """
    is_told = all(found.is_begun_told for found in passes)
    return Scale(
        clue=Clue.CLOCK,
        passes=tuple(found.begun_if_late if is_late else found.begun for found in passes),
        takes=tuple(take.began_s for take in takes),
        wrong=(_TIME_IS_WRONG if is_told else _FILE_TIME_IS_WRONG,) * len(takes),
        background=(1 / _SPREAD_S,) * len(passes),
        before_s=tuple(_BEFORE_S if take.may_be_by_hand else 0.0 for take in takes),
        within_s=CLOCK_WITHIN_S,
        grid_s=_ZONE_S,
        is_well_set=all(take.is_clock_sure for take in takes),
        is_told=is_told,
        useless_nats=_CLOCK_IS_USELESS_NATS if is_told else _FILE_TIMES_ARE_USELESS_NATS,
        is_late=is_late,
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
    """Return the time references as if they were times of day, to the sample; nothing where all are one."""
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
        within_s=_TIME_OF_DAY_WITHIN_S,
        grid_s=_ZONE_S,
        is_well_set=clock.is_well_set,
        is_told=True,
        useless_nats=0.0,
    )


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
