"""Where on one timeline each take of a day goes, whether the DAW's own place of it is known or not. Pure.

A take goes to where the DAW has recorded it, where the log knows that. Else it goes to where string out
would have sent it, the Nth take of the session to N times ten minutes, or where that is taken after all
others. Two takes that the DAW has recorded over each other cannot both lie there: the earlier one stays.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.daw import LAST_PLACE_HOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

BETWEEN_PLACES_S: Final = 600
LAST_PLACE_S: Final = LAST_PLACE_HOURS * 3600
MOST_PLACES: Final = LAST_PLACE_S // BETWEEN_PLACES_S - 1
# So much two recordings may seem to overlap: when they began and ended is not known any better.
_TOLERATED_S: Final = Fraction(1, 2)
# Bar 1 of takes on one place: as far apart as a DAW's display can be off.
_SAME_PLACE_S: Final = Fraction(1, 4)


class ToPlace(NamedTuple):
    """A take that wants a place.

    label:    what it is called in a sentence: T4 of Harbour
    ordinal:  which take of its session it is, from 1
    before_s: how long before the song's bar 1 its recording began; negative where that was after
    after_s:  how long after bar 1 that was over
    bar1_s:   where bar 1 lies on the DAW's timeline, None where nobody knows
    """

    label: str
    ordinal: int
    before_s: Fraction
    after_s: Fraction
    bar1_s: Fraction | None


class Placed(NamedTuple):
    """Where bar 1 of a take goes, and whether that is where the DAW has it."""

    bar1_s: Fraction
    is_known: bool


def strung_out(takes: Sequence[ToPlace]) -> tuple[list[Placed], tuple[str, ...]]:
    """Return a place for each take, given in the order in which they were begun, and what to say of it."""
    taken: list[tuple[Fraction, Fraction]] = []
    placed: dict[int, Placed] = {}
    remarks: list[str] = []
    for number, take in enumerate(takes):
        if take.bar1_s is None:
            continue
        trouble = _trouble(take, take.bar1_s, taken)
        if trouble:
            remarks.append(f"{take.label} {trouble}: it is laid where there is room.")
            continue
        taken.append(_span(take, take.bar1_s))
        placed[number] = Placed(take.bar1_s, is_known=True)
    unknown = [take.label for take in takes if take.bar1_s is None]
    if unknown:
        which = unknown[0] if len(unknown) == 1 else f"{len(unknown)} takes"
        lie, are = ("lies", "it is") if len(unknown) == 1 else ("lie", "they are")
        remarks.append(
            f"Nobody told the box where on the DAW's timeline {which} {lie}: {are} laid out ten minutes"
            " apart, as string out does."
        )
    for number, take in enumerate(takes):
        if number in placed:
            continue
        place_s = Fraction(take.ordinal * BETWEEN_PLACES_S)
        if place_s >= LAST_PLACE_S or _is_taken(take, place_s + take.before_s, taken):
            last_s = max((end_s for _, end_s in taken), default=Fraction(0))
            place_s = Fraction((floor(last_s) // BETWEEN_PLACES_S + 1) * BETWEEN_PLACES_S)
        bar1_s = place_s + take.before_s
        taken.append(_span(take, bar1_s))
        placed[number] = Placed(bar1_s, is_known=False)
    return [placed[number] for number in range(len(takes))], tuple(remarks)


def stacked_at(takes: Sequence[ToPlace]) -> Fraction | None:
    """Return the one place on which the DAW has bar 1 of all of a song's takes; None where there is none.

    One take alone is not stacked.
    """
    known = [take.bar1_s for take in takes if take.bar1_s is not None]
    if len(known) < 2:
        return None
    return known[0] if max(known) - min(known) <= _SAME_PLACE_S else None


def _span(take: ToPlace, bar1_s: Fraction) -> tuple[Fraction, Fraction]:
    return bar1_s - take.before_s, bar1_s + take.after_s


def _trouble(
    take: ToPlace, bar1_s: Fraction, taken: Sequence[tuple[Fraction, Fraction]]
) -> str | None:
    if bar1_s - take.before_s < -_TOLERATED_S:
        return "cannot have begun before the DAW's timeline did, where its word has it"
    if _is_taken(take, bar1_s, taken):
        return "lies on the DAW's timeline where an earlier take lies"
    return None


def _is_taken(take: ToPlace, bar1_s: Fraction, taken: Sequence[tuple[Fraction, Fraction]]) -> bool:
    start_s, end_s = _span(take, bar1_s)
    return any(
        start_s < other_end_s - _TOLERATED_S and other_start_s < end_s - _TOLERATED_S
        for other_start_s, other_end_s in taken
    )
