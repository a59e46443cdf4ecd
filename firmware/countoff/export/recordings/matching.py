"""Passes matched to takes: the likeliest way, and what is too close to it to be sure. Pure.

Length, clock, place on the timeline and order are weighed together (`evidence`, `aligning`). A pass is taken
to be of a take only where every other way is `SURE_NATS` less likely: else it stays open until somebody
says. What somebody says holds, whatever the clues are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from countoff.export.recordings.aligning import NEVER, best_with
from countoff.export.recordings.evidence import bare_scores, readings, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.evidence import Reading, Scores
    from countoff.export.recordings.scales import Clue
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass

SURE_NATS = 4.0
"""A way that is less than 55 times likelier than another is not taken without asking."""

ANOTHER_LENGTH_S = 2.0
"""Lengths that differ by more are not the same."""

ByHand = Mapping[str, str | None]
"""What somebody said: of the passes of these names, the take's id, or None where it is of no take."""

_SAID_NATS = 1e6
_AGAINST_NATS = -3.5


@dataclass(frozen=True, slots=True)
class Matching:
    """What each pass is of.

    take_of:    the index of a take, or None, for each pass that is sure
    candidates: for each pass that is not, the takes it may be of, the likeliest first; None is none
    by_hand:    the passes that somebody has matched
    reading:    how the clocks and the timeline were understood
    """

    take_of: Mapping[int, int | None]
    candidates: Mapping[int, tuple[int | None, ...]]
    by_hand: frozenset[int]
    reading: Reading


def match(passes: Sequence[Pass], takes: Sequence[TakeToFind], by_hand: ByHand) -> Matching:
    """Match `passes` to `takes`, both in the order of the day."""
    said = _said(passes, takes, by_hand)
    weighed = _weighed(passes, takes, said)
    best = [
        [max(found.best[row][choice] for found in weighed) for choice in range(len(takes) + 1)]
        for row in range(len(passes))
    ]
    # Of two readings that explain as much, the first assumes less.
    reading = max(weighed, key=lambda found: (found.nats, -found.number)).reading
    take_of, candidates = _decided(best, said)
    lonely = _lonely(reading, take_of)
    for row, column in list(take_of.items()):
        if row in said or column is None:
            continue
        is_doubtful = row in lonely or bool(against(reading, row, column))
        if is_doubtful or another_length(passes[row], takes[column]):
            del take_of[row]
            candidates[row] = (column, None)
    return Matching(take_of, candidates, frozenset(said), reading)


class _Weighed(NamedTuple):
    """A reading, the how-manieth it is, what it explains, and the best with each choice of each pass."""

    reading: Reading
    number: int
    nats: float
    best: Scores


def _weighed(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], said: Mapping[int, int | None]
) -> list[_Weighed]:
    """Weigh every reading that may explain nearly as much as the best."""
    bare = bare_scores(passes, takes)
    tables = [
        (reading, number, _with_said(scores(bare, reading), said))
        for number, reading in enumerate(readings(passes, takes))
    ]
    # No way explains more than if each pass had the take that suits it best.
    bounds = [
        sum(max((0.0, *row)) for row in table) - reading.cost_nats for reading, _, table in tables
    ]
    weighed: list[_Weighed] = []
    best_nats = NEVER
    for bound, (reading, number, table) in sorted(
        zip(bounds, tables, strict=True), key=lambda pair: (-pair[0], pair[1][1])
    ):
        if bound < best_nats - SURE_NATS:
            break
        best = [[nats - reading.cost_nats for nats in row] for row in best_with(table, len(takes))]
        nats = max(map(max, best), default=-reading.cost_nats)
        best_nats = max(best_nats, nats)
        weighed.append(_Weighed(reading, number, nats, best))
    return weighed


def another_length(found: Pass, take: TakeToFind) -> bool:
    """Tell whether a pass has a length that nobody would take for the take's without asking.

    Where the DAW's stop was seen, the log knows the length. Where not, a pass may have gone on.
    """
    if take.length_s is None:
        return False
    longer_s = found.length_s - take.length_s
    went_on = take.verdict != "RECORDED" and longer_s > 0
    return abs(longer_s) > ANOTHER_LENGTH_S and not went_on


def against(reading: Reading, row: int, column: int) -> tuple[Clue, ...]:
    """Return the clues that speak against a pair, though they are right for the others."""
    return tuple(
        shift.scale.clue for shift in reading.shifts if shift.table[row][column] < _AGAINST_NATS
    )


def _lonely(reading: Reading, take_of: Mapping[int, int | None]) -> set[int]:
    """Return the passes for whose sake alone a clock or a timeline is believed to be shifted."""
    pairs = {(row, column) for row, column in take_of.items() if column is not None}
    supported = {
        shift: {row for row, column in pairs if shift.table[row][column] > 0}
        for shift in reading.shifts
    }
    with_reason = {row for shift, rows in supported.items() if shift.has_reason for row in rows}
    lonely: set[int] = set()
    for shift, rows in supported.items():
        is_firm = shift.scale.is_told and shift.scale.is_well_set
        if is_firm and not shift.has_reason and len(rows) == 1:
            lonely |= rows - with_reason
    return lonely


def _decided(
    best: Scores, said: Mapping[int, int | None]
) -> tuple[dict[int, int | None], dict[int, tuple[int | None, ...]]]:
    """Return which take each pass is of, and the candidates of those that are not sure."""
    take_of: dict[int, int | None] = {}
    candidates: dict[int, tuple[int | None, ...]] = {}
    for row, nats in enumerate(best):
        ranked = sorted(range(len(nats)), key=lambda choice: -nats[choice])
        close = [at for at in ranked if nats[at] > nats[ranked[0]] - SURE_NATS]
        chosen = tuple(None if at == len(nats) - 1 else at for at in close)
        if row in said:
            take_of[row] = said[row]
        elif len(chosen) == 1:
            take_of[row] = chosen[0]
        else:
            candidates[row] = chosen
    return take_of, candidates


def _said(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], by_hand: ByHand
) -> dict[int, int | None]:
    rows = {found.name: row for row, found in enumerate(passes)}
    columns = {take.id: column for column, take in enumerate(takes)}
    return {
        rows[name]: None if take_id is None else columns[take_id]
        for name, take_id in by_hand.items()
    }


def _with_said(whole: Scores, said: Mapping[int, int | None]) -> Scores:
    """Let what somebody said outweigh everything, and let nothing else have its pass or its take.

    Where it runs against the order of the day, the rest is matched as if those were not there.
    """
    pairs = sorted((row, column) for row, column in said.items() if column is not None)
    is_in_order = all(first[1] < second[1] for first, second in pairwise(pairs))
    taken = {column for _, column in pairs}
    for row, line in enumerate(whole):
        for column, nats in enumerate(line):
            if is_in_order and said.get(row, -1) == column:
                line[column] = nats + _SAID_NATS
            elif row in said or column in taken:
                line[column] = NEVER
    return whole
