"""Why a comp is as it is, in words for the people who have to trust it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.comp.grid import Standing
from countoff.core.comp.ranking import Criterion
from countoff.core.entries import FlagKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.comp.grid import Cell
    from countoff.core.comp.ranking import Rank
    from countoff.core.comp.values import CompSection, CompTake

BY_HAND = "chosen by hand"
MASTER = "master"
NOBODY_PLAYS_IT = "no take plays it"

_KINDS = {
    FlagKind.NO_GOOD: "no good",
    FlagKind.FIX_HERE: "fix here",
    FlagKind.KEEPER: "keeper",
    FlagKind.MARKER: "marker",
}
_MOST_FAULTS_NAMED = 3


def why_master(ranks: Sequence[Rank]) -> str:
    """Say what put the first of `ranks` before the second."""
    first = ranks[0]
    if len(ranks) == 1:
        return "the only take that can be proposed"
    second = ranks[1]
    criterion = first.before(second)
    mine, theirs = first.worth[criterion], second.worth[criterion]
    other = second.take.label
    match criterion:
        case Criterion.RUN:
            return f"a run through the song, {other} only a part of one"
        case Criterion.RATING:
            return f"{_rated(first.take)}, {other} {_rated(second.take)}"
        case Criterion.WHOLE_TAKE:
            mark, theirs_mark = first.take.whole_take_kind, second.take.whole_take_kind
            if mark is FlagKind.KEEPER:
                return f"keeper for the whole take, {other} not"
            said = _KINDS[theirs_mark] if theirs_mark is not None else ""
            return f"{other} has {said} for the whole take"
        case Criterion.KEPT:
            return f"{_sections(mine)} kept, {other} {theirs:g}"
        case Criterion.CLEAN:
            return f"clean, {other} not"
        case Criterion.COMPLETE:
            return f"{_sections(mine)} played whole and with no fault, {other} {theirs:g}"
        case Criterion.LATEST:
            return f"as good as {other}, and later"


def why_no_master(takes: Sequence[CompTake]) -> str:
    """Say why no take is proposed."""
    if not takes:
        return "there is no take"
    return "the DAW was not seen to record any of these takes"


def why_stays(section: CompSection, take: CompTake, cell: Cell) -> str:
    """Say what there is to know of a section that the master keeps."""
    if cell.standing <= Standing.GOOD:
        return MASTER
    return f"{MASTER}; {faults(section, take, cell)}, and no take is better there"


def why_switch(
    section: CompSection, given: tuple[CompTake, Cell], kept: tuple[CompTake, Cell]
) -> str:
    """Say why a section comes from another take than the master."""
    take, cell = given
    master, master_cell = kept
    match cell.standing:
        case Standing.KEPT:
            here = "keeper there"
        case Standing.GOOD:
            here = "nothing against it there"
        case _:
            here = f"{faults(section, take, cell)}, and no take is better there"
    return f"{here}; {master.label} {_lack(section, master, master_cell)}"


def faults(section: CompSection, take: CompTake, cell: Cell) -> str:
    """Name what is wrong with a section of a take: `fix here at bar 33`."""
    if cell.standing is Standing.ABSENT:
        return "not played"
    if cell.standing is Standing.PARTLY:
        return _part(section, cell)
    found = [
        f"{_KINDS[flag.kind]}{_at(flag.place)}"
        for kind in (FlagKind.NO_GOOD, FlagKind.FIX_HERE)
        for flag in cell.flags
        if flag.kind is kind
    ]
    judged = any(flag.kind is not FlagKind.MARKER for flag in cell.flags)
    whole = take.whole_take_kind
    if not judged and whole in (FlagKind.NO_GOOD, FlagKind.FIX_HERE):
        found.append(f"{_KINDS[whole]} for the whole take")
    for incident in cell.incidents:
        if not incident.spoils:
            continue
        begins_before = incident.from_tick is not None and incident.from_tick < (
            cell.from_tick or 0
        )
        place = f" since {incident.place}" if begins_before else _at(incident.place)
        found.append(f"{incident.what}{place}")
    named = list(dict.fromkeys(found))
    more = len(named) - _MOST_FAULTS_NAMED
    return ", ".join(named[:_MOST_FAULTS_NAMED]) + (f" and {more} more" if more > 0 else "")


def _lack(section: CompSection, take: CompTake, cell: Cell) -> str:
    match cell.standing:
        case Standing.ABSENT:
            return "does not play it"
        case Standing.PARTLY:
            return f"plays {_part(section, cell)}"
        case Standing.KEPT | Standing.GOOD:
            return "has none"
        case _:
            return f"has {faults(section, take, cell)}"


def _part(section: CompSection, cell: Cell) -> str:
    """Say how much of a section was played, of one that was not played wholly."""
    pass_ticks = cell.pass_index * (section.ticks or 0)
    begins = (cell.from_tick or 0) - section.start_tick - pass_ticks
    ends = (cell.to_tick or 0) - section.start_tick - pass_ticks
    from_words = f"only from {section.place_of(begins)}" if begins > 0 else "only"
    if section.ticks is not None and ends >= section.ticks:
        return f"{from_words} on" if begins > 0 else "only without its pick-up"
    return f"{from_words} to {section.place_of(ends - 1)}"


def _at(place: str) -> str:
    return f" at {place}" if place else ""


def _rated(take: CompTake) -> str:
    return "not rated" if take.rating is None else f"rated {take.rating}"


def _sections(count: float) -> str:
    return "1 section" if count == 1 else f"{count:g} sections"
