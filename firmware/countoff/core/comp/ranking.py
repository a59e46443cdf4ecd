"""Which take comes first: as the comp's master, and as the one to give a section. Pure.

Both orders are total: of two takes the later one is before the other where nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.comp.grid import Standing
from countoff.core.entries import FlagKind, HowEnded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.core.comp.grid import Grid
    from countoff.core.comp.values import CompTake

# Where nobody has rated a take: between those that somebody liked and those that somebody did not.
_UNRATED = 2.5
_WORTH_OF_WHOLE_TAKE_FLAG = {
    FlagKind.KEEPER: 1,
    None: 0,
    FlagKind.FIX_HERE: -1,
    FlagKind.NO_GOOD: -2,
}


class Criterion(StrEnum):
    """What decides between two takes, in this order."""

    RUN = "run"
    """It is a run through the song, and no false start or piece of it."""
    RATING = "rating"
    WHOLE_TAKE = "whole take"
    """A flag for the whole take: keeper, none, fix here, no good."""
    KEPT = "kept"
    """How many of its sections are keepers."""
    CLEAN = "clean"
    """Its click was whole, nothing happened, and the DAW was seen to record all of it."""
    COMPLETE = "complete"
    """How many of its sections were played wholly, with nothing against them."""
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Rank:
    """A take and its worth by each criterion, of which more is better."""

    take: CompTake
    worth: dict[Criterion, float]

    def before(self, other: Rank) -> Criterion:
        """Return what put this take before `other`."""
        return next(each for each in Criterion if self.worth[each] != other.worth[each])


def masters(grid: Grid) -> list[Rank]:
    """Return the takes that a proposal may contain, in the order in which they are to be master."""
    takes = [take for take in grid.takes if take.may_be_proposed]
    most = max((_count(grid, take, Standing.BAD) for take in takes), default=0)
    has_bars = any(not take.is_free for take in takes)
    ranks = [
        Rank(
            take,
            {
                Criterion.RUN: _is_run(grid, take, most, has_bars=has_bars),
                Criterion.RATING: _UNRATED if take.rating is None else take.rating,
                Criterion.WHOLE_TAKE: _WORTH_OF_WHOLE_TAKE_FLAG[take.whole_take_kind],
                Criterion.KEPT: _count(grid, take, Standing.KEPT),
                Criterion.CLEAN: take.is_clean,
                Criterion.COMPLETE: _count(grid, take, Standing.GOOD),
                Criterion.LATEST: take.order,
            },
        )
        for take in takes
    ]
    return sorted(ranks, key=lambda rank: tuple(rank.worth.values()), reverse=True)


def givers(takes: Iterable[CompTake]) -> list[CompTake]:
    """Return takes in the order in which they are to give a section that they played equally well.

    Whether they are runs or pieces does not matter here: who plays only the bridge does so for its
    sake.
    """
    return sorted(
        takes,
        key=lambda take: (
            _UNRATED if take.rating is None else take.rating,
            _WORTH_OF_WHOLE_TAKE_FLAG[take.whole_take_kind],
            take.is_clean,
            take.how is not HowEnded.FALSE_START,
            take.order,
        ),
        reverse=True,
    )


def _is_run(grid: Grid, take: CompTake, most: int, *, has_bars: bool) -> bool:
    """Tell whether a take is at least half as complete as the most complete one, which has `most`."""
    if take.how is HowEnded.FALSE_START or (take.is_free and has_bars):
        return False
    return 2 * _count(grid, take, Standing.BAD) >= most


def _count(grid: Grid, take: CompTake, at_least: Standing) -> int:
    return sum(cell.standing <= at_least for cell in grid.cells[take.id])
