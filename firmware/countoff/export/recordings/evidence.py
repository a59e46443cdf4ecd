"""How well a pass fits a take: by its length, by the clock, by its place on the timeline. Pure.

Each clue is weighed as the logarithm (in nats) of how much more likely it is where the two belong together
than where they have nothing to do with each other. A clue can be wrong, so that none speaks against a pair
by more than a few nats. A *reading* is one way of understanding the clocks; all that is worth it are tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from countoff.export.recordings.scales import clock_scale, place_scale, time_of_day_scale
from countoff.export.recordings.shifts import shifts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.export.recordings.scales import Clue
    from countoff.export.recordings.shifts import Shift
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass

Scores = list[list[float]]
"""Of each pass (row) with each take (column), in nats."""

# A recording has a take, and a take a recording, more often than not: by what the log says of it.
_RECORDED_NATS = 6.0
_CANNOT_ANSWER_NATS = 5.0
_FALSE_START_NATS = 3.5
_GIVEN_UP_NATS = 2.5
_NOT_SEEN_NATS = 1.5

# How often a length is another one altogether, since somebody stopped the DAW by hand, and over how many
# seconds the lengths of passes are spread that have nothing to do with the take.
_LENGTH_IS_WRONG = 0.005
_LENGTH_IS_WRONG_UNSEEN = 0.05
_LENGTHS_SPREAD_S = 300.0
# By hand it is longer: from some time before the count-in to some time after the end.
_BY_HAND = 0.2
_LONGER_BY_HAND_S = 90.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading the clocks: a shift for some scales, the others say nothing."""

    shifts: tuple[Shift, ...]
    cost_nats: float

    def shift_of(self, clue: Clue) -> Shift | None:
        """Return the shift along this clue's scale, None where it says nothing."""
        return next((shift for shift in self.shifts if shift.scale.clue is clue), None)


def readings(passes: Sequence[Pass], takes: Sequence[TakeToFind]) -> Iterator[Reading]:
    """Yield every way worth trying; the first uses no clock and no timeline."""
    clock, place = clock_scale(passes, takes), place_scale(passes, takes)
    late_clock = clock_scale(passes, takes, is_late=True)
    clocks = [None, *shifts(clock), *shifts(late_clock)]
    places = [None, *shifts(place), *shifts(time_of_day_scale(passes, takes))]
    has_clock = clock.says_something or late_clock.says_something
    no_clock_nats = clock.useless_nats if has_clock else 0.0
    no_place_nats = place.useless_nats if place.says_something else 0.0
    for clock_shift, place_shift in product(clocks, places):
        chosen = tuple(shift for shift in (clock_shift, place_shift) if shift is not None)
        cost_nats = sum(shift.cost_nats for shift in chosen)
        if clock_shift is None:
            cost_nats += no_clock_nats
        if place_shift is None or place_shift.scale.clue is not place.clue:
            cost_nats += no_place_nats
        yield Reading(chosen, cost_nats)


def bare_scores(passes: Sequence[Pass], takes: Sequence[TakeToFind]) -> Scores:
    """Return what speaks for each pair whatever the clocks say: what the log says, and the length."""
    return [[expected_nats(take) + length_nats(found, take) for take in takes] for found in passes]


def scores(bare: Scores, reading: Reading) -> Scores:
    """Return what speaks for each pair in this reading."""
    return [
        [
            nats + sum(shift.table[row][column] for shift in reading.shifts)
            for column, nats in enumerate(line)
        ]
        for row, line in enumerate(bare)
    ]


def expected_nats(take: TakeToFind) -> float:
    """Return what speaks for it that a recording of `take` is there at all."""
    if take.verdict == "NOT SEEN":
        return _NOT_SEEN_NATS
    if take.status == "cancelled":
        return _GIVEN_UP_NATS
    if take.status == "false_start":
        return _FALSE_START_NATS
    return _CANNOT_ANSWER_NATS if take.may_be_by_hand else _RECORDED_NATS


def length_nats(found: Pass, take: TakeToFind) -> float:
    """Return what the length of a pass says for its being of `take`."""
    if take.length_s is None:
        return 0.0
    wrong = _LENGTH_IS_WRONG if take.verdict == "RECORDED" else _LENGTH_IS_WRONG_UNSEEN
    off = abs(found.length_s - take.length_s) / take.within_s
    near = math.exp(-min(off, 700)) / (2 * take.within_s)
    by_hand = _BY_HAND if take.may_be_by_hand else 0.0
    is_longer = 0 < found.length_s - take.length_s <= _LONGER_BY_HAND_S
    longer = 1 / _LONGER_BY_HAND_S if is_longer else 0.0
    right = (1 - wrong - by_hand) * near + by_hand * longer
    return math.log(right * _LENGTHS_SPREAD_S + wrong)
