"""The comp proposal: one master take, and for each section the take that gives it. Pure, and stable.

The rules, as an editor would go about it:

1.  A take whose verdict is NOT SEEN is never proposed. By hand it may be chosen.
2.  The master is the best take: a run through the song before false starts, pieces of it (less than half
    as many whole sections as the take that has the most) and takes without its bars, then by rating (an
    unrated take stands between 2 and 3), a flag for the whole take (keeper, none, fix here, no good), the
    number of its sections that are keepers, whether it is clean, the number of its whole sections with
    nothing against them, and last the later one.
3.  A section of a take is worth, the best first: a *keeper*, played wholly and flagged so; *good*,
    played wholly with nothing against it; *flawed*, flagged fix here or spoilt by an incident; *bad*,
    flagged no good; *in part*, the longest part first; nothing. Of several flags in a section the worst
    counts; a flag for the whole take counts in the sections that have none of their own.
4.  The master keeps each section in which no other take is worth more. So a fix that nobody has
    played better stays, and a keeper elsewhere replaces what is only good.
5.  Each other section comes from a take that is worth the most there. Where that leaves a choice,
    the comp with the fewest switches from one take to another is taken; where that leaves one, the takes
    by rating, whole-take flag, cleanliness, no false start, and the later one, section by section.
6.  Only takes that are the same music up to the end of a section, at the same tempo from bar 1 on,
    may give it beside that master. Others stand in the grid.
7.  A choice by hand stands before all of this; the rest is proposed around it.
8.  A song of one section, or without tempo, has no cuts: its comp is one whole take.
9.  Of a section that was looped, one pass is meant: the one worth most, of equals the last.
10. A last section that rolls until stopped was played wholly where the take ended by itself or by hand
    and played at least half as much of it as the one that played the most of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from countoff.core.comp.fitting import comp_sections, hindrance
from countoff.core.comp.grid import Cell, Standing, grid_of
from countoff.core.comp.ranking import givers, masters
from countoff.core.comp.words import (
    BY_HAND,
    NOBODY_PLAYS_IT,
    why_master,
    why_no_master,
    why_stays,
    why_switch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from countoff.core.comp.grid import Grid
    from countoff.core.comp.values import CompSection, CompTake


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody chose: the ids of the master and, by their index, of sections' takes."""

    master_id: str | None = None
    section_ids: Mapping[int, str] = field(default_factory=dict)


NOTHING_BY_HAND = ByHand()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which take gives a section, and why, as a sentence without its full stop.

    take_id:    None where nobody has played it
    from_tick:  where it begins in that take, in the take's own ticks: where the section does, but
                for a later pass of a loop
    pass_index: of a looped section which pass, from 0
    is_whole:   whether the take plays the section from its beginning to its end
    """

    section: CompSection
    take_id: str | None
    from_tick: int
    pass_index: int
    is_whole: bool
    is_by_hand: bool
    why: str


@dataclass(frozen=True, slots=True)
class Comp:
    """A song's comp: a choice for each of its sections, in order.

    master_id: None where there is no take to choose; then there are no choices
    why:       of the master
    unused:    choices by hand that could not be followed, a sentence each
    """

    master_id: str | None
    master_is_by_hand: bool
    why: str
    choices: tuple[Choice, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def switch_count(self) -> int:
        """How often the take changes from one section to the next."""
        ids = [choice.take_id for choice in self.choices]
        return sum(before != after for before, after in pairwise(ids))


def propose(takes: Iterable[CompTake], by_hand: ByHand = NOTHING_BY_HAND) -> Comp:
    """Return the comp of a song's takes by the rules above, with what was chosen by hand in it."""
    grid = grid_of(takes)
    by_id = {take.id: take for take in grid.takes}
    ranks = masters(grid)
    unused = []
    master = by_id.get(by_hand.master_id or "")
    is_by_hand = master is not None
    if by_hand.master_id is not None and master is None:
        unused.append("The master that was chosen by hand is not among these takes.")
    if master is None:
        if not ranks:
            return Comp(None, False, why_no_master(grid.takes), unused=tuple(unused))  # noqa: FBT003
        master = ranks[0].take
    sections = comp_sections(master, [rank.take for rank in ranks])
    chosen: dict[int, CompTake] = {}
    for index, take_id in sorted(by_hand.section_ids.items()):
        trouble = hindrance(grid, sections, master, index, take_id)
        if trouble is None:
            chosen[index] = by_id[take_id]
        else:
            unused.append(trouble)
    candidates = [
        [chosen[section.index]]
        if section.index in chosen
        else _candidates(grid, sections, master, section.index)
        for section in sections
    ]
    given = fewest_switches(candidates, givers(grid.takes))
    choices = tuple(
        _choice(grid, sections, section, take, master, is_by_hand=section.index in chosen)
        for section, take in zip(sections, given, strict=True)
    )
    why = BY_HAND if is_by_hand else why_master(ranks)
    return Comp(master.id, is_by_hand, why, choices, tuple(unused))


def fewest_switches(
    candidates: Sequence[Sequence[CompTake | None]], order: Sequence[CompTake]
) -> list[CompTake | None]:
    """Return one candidate for each place: with as few changes as can be, and then by `order`.

    The first place at which two such rows differ decides between them.
    """
    place = {take.id: number for number, take in enumerate(order)}

    def rank(take: CompTake | None) -> int:
        return len(place) if take is None else place[take.id]

    still: list[list[int]] = []  # for each place and candidate, the changes from there on
    for number in reversed(range(len(candidates))):
        after = candidates[number + 1] if number + 1 < len(candidates) else []
        still.append(
            [
                min(
                    (
                        count + (take is not other)
                        for count, other in zip(still[-1], after, strict=True)
                    ),
                    default=0,
                )
                if still
                else 0
                for take in candidates[number]
            ]
        )
    row: list[CompTake | None] = []
    for here, counts in zip(candidates, reversed(still), strict=True):
        row.append(
            min(
                zip(here, counts, strict=True),
                key=lambda each: (each[1] + bool(row and each[0] is not row[-1]), rank(each[0])),
            )[0]
        )
    return row


def _candidates(
    grid: Grid, sections: tuple[CompSection, ...], master: CompTake, index: int
) -> Sequence[CompTake | None]:
    """Return the takes that may give a section: the master alone where nobody is worth more there."""
    kept = _cell_for(grid, sections, master, index)
    if len(sections) == 1:
        return [master]
    cells = [
        (take, _cell_for(grid, sections, take, index))
        for take in grid.takes
        if take.may_be_proposed or take is master
    ]
    most = min(cell.merit for _, cell in cells)
    if most[0] == Standing.ABSENT:
        return [None]
    return [master] if kept.merit == most else [take for take, cell in cells if cell.merit == most]


def _cell_for(grid: Grid, sections: tuple[CompSection, ...], take: CompTake, index: int) -> Cell:
    """Return what a take has for section `index` of a comp: nothing where it is other music."""
    if take.is_same_music(sections, index):
        return grid.cell(take.id, index)
    return Cell(index, take.id, Standing.ABSENT)


def _choice(
    grid: Grid,
    sections: tuple[CompSection, ...],
    section: CompSection,
    take: CompTake | None,
    master: CompTake,
    *,
    is_by_hand: bool,
) -> Choice:
    index = section.index
    if take is None:
        return Choice(section, None, section.start_tick, 0, False, False, NOBODY_PLAYS_IT)  # noqa: FBT003
    cell, kept = grid.cell(take.id, index), _cell_for(grid, sections, master, index)
    if is_by_hand:
        why = BY_HAND
    elif take is master:
        why = why_stays(section, take, cell)
    else:
        why = why_switch(section, (take, cell), (master, kept))
    start_tick = section.start_tick + cell.pass_index * (section.ticks or 0)
    return Choice(section, take.id, start_tick, cell.pass_index, cell.is_whole, is_by_hand, why)
