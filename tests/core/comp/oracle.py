"""The written rules once more, by trying every assignment of takes to sections: slow, and plain."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countoff.core.comp.values import CompTake

KEEPER, GOOD, FLAWED, BAD, IN_PART, NOTHING = range(6)


def worth(takes: Sequence[CompTake], take: CompTake, number: int) -> tuple[int, int]:
    """Return what section `number` of a take that was not looped is worth, and less for a longer part."""
    section = take.sections[number]
    begin = section.start_tick
    first = max(begin, take.start_tick)
    last = take.end_tick if section.end_tick is None else min(section.end_tick, take.end_tick)
    if first >= last:
        return NOTHING, 0
    whole = take.start_tick <= begin
    if section.end_tick is not None:
        whole = whole and take.end_tick >= section.end_tick
    else:
        played = [
            one.end_tick - max(one.start_tick, begin)
            for one in takes
            if str(one.how) == "ended" and one.sections == take.sections
        ]
        whole = whole and str(take.how) == "ended" and 2 * (last - first) >= max(played)
    if not whole:
        return IN_PART, first - last
    own = {str(f.kind) for f in take.flags if f.section_index == number} - {"marker"}
    said = own or {str(f.kind) for f in take.flags if f.section_index is None}
    if "no_good" in said:
        return BAD, 0
    spoilt = False
    for incident in take.incidents:
        if incident.from_tick is None:
            continue
        touched = {incident.from_tick}
        until = take.end_tick if incident.to_tick is None else incident.to_tick
        touched |= set(range(incident.from_tick, until, 240))
        spoilt |= any(first <= tick < last for tick in touched)
    if "fix_here" in said or spoilt:
        return FLAWED, 0
    return (KEEPER, 0) if "keeper" in said else (GOOD, 0)


def whole_flag(take: CompTake) -> int:
    """Return what a flag for the whole take says, more for better."""
    said = {str(flag.kind) for flag in take.flags if flag.section_index is None}
    if "no_good" in said:
        return 0
    if "fix_here" in said:
        return 1
    return 3 if "keeper" in said else 2


def master_of(takes: Sequence[CompTake]) -> CompTake | None:
    """Return the master among takes that were seen, pair by pair."""
    seen = [take for take in takes if str(take.verdict) != "not_seen"]
    worths = {
        take.id: [worth(takes, take, n)[0] for n in range(len(take.sections))] for take in takes
    }

    def wholes(take: CompTake) -> int:
        return len([each for each in worths[take.id] if each < IN_PART])

    def is_run(take: CompTake) -> bool:
        return str(take.how) != "false_start" and wholes(take) >= max(map(wholes, seen)) / 2

    def compare(one: CompTake, two: CompTake) -> int:
        pairs = [
            (is_run(one), is_run(two)),
            tuple(2.5 if take.rating is None else take.rating for take in (one, two)),
            (whole_flag(one), whole_flag(two)),
            tuple(worths[take.id].count(KEEPER) for take in (one, two)),
            (one.is_clean, two.is_clean),
            tuple(len([w for w in worths[take.id] if w in (KEEPER, GOOD)]) for take in (one, two)),
            (one.order, two.order),
        ]
        for mine, theirs in pairs:
            if mine != theirs:
                return -1 if mine > theirs else 1
        return 0

    return min(seen, key=cmp_to_key(compare), default=None)


def comp_of(
    takes: Sequence[CompTake], by_hand: Mapping[int, str]
) -> tuple[str | None, list[str | None]]:
    """Return the master's id and each section's take, of takes of one song none of which is looped."""
    master = master_of(takes)
    if master is None:
        return None, []
    count = len(master.sections)
    nobody: list[CompTake | None] = [None]

    def allowed(number: int, take: CompTake | None) -> bool:
        chosen = by_hand.get(number)
        if chosen is not None:
            return take is not None and take.id == chosen
        if count == 1:
            return take is master
        seen = [one for one in takes if str(one.verdict) != "not_seen"]
        best = min(worth(takes, one, number) for one in seen)
        if best[0] == NOTHING:
            return take is None
        if take is None or str(take.verdict) == "not_seen":
            return False
        if worth(takes, master, number) == best:
            return take is master
        return worth(takes, take, number) == best

    def before(one: CompTake) -> tuple[float, int, bool, bool, int]:
        rating = 2.5 if one.rating is None else one.rating
        return (rating, whole_flag(one), one.is_clean, str(one.how) != "false_start", one.order)

    order = sorted(takes, key=before, reverse=True)
    rows = [
        row
        for row in product([*takes, *nobody], repeat=count)
        if all(allowed(number, take) for number, take in enumerate(row))
    ]

    def cost(row: tuple[CompTake | None, ...]) -> tuple[int, list[int]]:
        switches = len([1 for n in range(1, count) if row[n] is not row[n - 1]])
        return switches, [len(order) if take is None else order.index(take) for take in row]

    best = min(rows, key=cost)
    return master.id, [None if take is None else take.id for take in best]
