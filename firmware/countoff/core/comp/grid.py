"""The grid of sections by takes: who played what wholly, what was said of it, what happened there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from countoff.core.comp.values import CompFlag, CompIncident, CompSection, CompTake, worst
from countoff.core.entries import FlagKind, HowEnded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Standing(IntEnum):
    """What a take's section is worth to a comp, the best first."""

    KEPT = 0
    """Played wholly and flagged keeper."""
    GOOD = 1
    """Played wholly, and nothing is said against it."""
    FLAWED = 2
    """Played wholly, but flagged fix here, or spoilt by an incident."""
    BAD = 3
    """Played wholly, but flagged no good."""
    PARTLY = 4
    """Not played from its beginning to its end."""
    ABSENT = 5
    """Not played at all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One section of one take.

    pass_index:   of a looped section the pass that is meant: the best, of equals the last
    from_tick:    where that begins, in the take's own ticks; None where nothing of it was played
    to_tick:      up to where it was played
    flags:        those that speak of it, whole-take flags left out
    """

    section_index: int
    take_id: str
    standing: Standing
    pass_index: int = 0
    from_tick: int | None = None
    to_tick: int | None = None
    flags: tuple[CompFlag, ...] = ()
    incidents: tuple[CompIncident, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the section was played from its beginning to its end."""
        return self.standing < Standing.PARTLY

    @property
    def played_ticks(self) -> int:
        """How much of the section was played."""
        if self.from_tick is None or self.to_tick is None:
            return 0
        return self.to_tick - self.from_tick

    @property
    def merit(self) -> tuple[int, int]:
        """What of two cells the better one has less of: standing, and of parts the ticks missing."""
        is_part = self.standing is Standing.PARTLY
        return self.standing, -self.played_ticks if is_part else 0


@dataclass(frozen=True, slots=True)
class Grid:
    """Each take's sections, as that take played them, by the take's id."""

    takes: tuple[CompTake, ...]
    cells: Mapping[str, tuple[Cell, ...]]

    def cell(self, take_id: str, index: int) -> Cell:
        """Return a section of a take; one that the take's song did not have is absent."""
        cells = self.cells[take_id]
        return cells[index] if index < len(cells) else Cell(index, take_id, Standing.ABSENT)


def grid_of(takes: Iterable[CompTake]) -> Grid:
    """Return the grid of `takes`, in their order."""
    in_order = tuple(sorted(takes, key=lambda take: take.order))
    longest = _longest_open_ends(in_order)
    return Grid(
        in_order,
        {
            take.id: tuple(_cell(take, section, longest) for section in take.sections)
            for take in in_order
        },
    )


def _longest_open_ends(takes: Sequence[CompTake]) -> dict[tuple[CompSection, ...], int]:
    """Return how much was played at most of each last section that rolls until stopped.

    Only of takes that ended as they should: one that was left running tells nothing.
    """
    longest: dict[tuple[CompSection, ...], int] = {}
    for take in takes:
        last = take.sections[-1]
        if last.end_tick is None and take.how is HowEnded.ENDED:
            ticks = take.end_tick - max(take.start_tick, last.start_tick)
            longest[take.sections] = max(longest.get(take.sections, 0), ticks)
    return longest


def _cell(
    take: CompTake, section: CompSection, longest: Mapping[tuple[CompSection, ...], int]
) -> Cell:
    tried = [
        _pass(take, section, pass_index, span, longest)
        for pass_index, span in enumerate(take.passes(section.index))
    ]
    absent = Cell(section.index, take.id, Standing.ABSENT)
    return min(tried, key=lambda cell: (cell.merit, -cell.pass_index), default=absent)


def _pass(
    take: CompTake,
    section: CompSection,
    pass_index: int,
    span: tuple[int, int | None],
    longest: Mapping[tuple[CompSection, ...], int],
) -> Cell:
    begins, ends = span
    from_tick = max(begins, take.start_tick)
    to_tick = take.end_tick if ends is None else min(ends, take.end_tick)
    if to_tick <= from_tick:
        return Cell(section.index, take.id, Standing.ABSENT, pass_index)
    flags = tuple(
        flag
        for flag in take.flags
        if flag.section_index == section.index and flag.pass_index == pass_index
    )
    incidents = tuple(
        incident for incident in take.incidents if _lies_in(incident, from_tick, to_tick)
    )
    if ends is None:
        played = to_tick - from_tick
        is_whole = take.how is HowEnded.ENDED and 2 * played >= longest[take.sections]
    else:
        is_whole = to_tick == ends
    is_whole = is_whole and from_tick == begins
    return Cell(
        section.index,
        take.id,
        _standing(take, flags, incidents) if is_whole else Standing.PARTLY,
        pass_index,
        from_tick,
        to_tick,
        flags,
        incidents,
    )


def _lies_in(incident: CompIncident, from_tick: int, to_tick: int) -> bool:
    """Tell whether an incident was in what was played between two ticks."""
    if incident.from_tick is None:
        return False
    is_before = (
        incident.to_tick is not None and max(incident.to_tick - 1, incident.from_tick) < from_tick
    )
    return not is_before and incident.from_tick < to_tick


def _standing(
    take: CompTake, flags: Sequence[CompFlag], incidents: Sequence[CompIncident]
) -> Standing:
    """Return what a section that was played wholly is worth.

    A flag of its own is more exact than one for the whole take; of several the worst counts.
    """
    said = worst(flag.kind for flag in flags) or take.whole_take_kind
    if said is FlagKind.NO_GOOD:
        return Standing.BAD
    if said is FlagKind.FIX_HERE or any(incident.spoils for incident in incidents):
        return Standing.FLAWED
    return Standing.KEPT if said is FlagKind.KEEPER else Standing.GOOD
