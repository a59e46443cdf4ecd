"""Passes laid along takes, both in the order of the day: the best way, and how much better it is. Pure.

Each pass is of one take or of none, each take has one pass or none, and a later pass is never of an
earlier take. Exact: all ways are compared, by dynamic programming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER = float("-inf")


def best_with(scores: Sequence[Sequence[float]], take_count: int) -> list[list[float]]:
    """Return, for each pass and choice, the score of the best way in which the pass has that choice.

    Choice j is take j; the last choice of a row is that the pass is of no take. A pair whose score is
    NEVER cannot be. Nothing is gained or lost by what is left over.
    """
    before = _best_up_to(scores, take_count)
    backwards = [list(reversed(row)) for row in reversed(scores)]
    after = _best_up_to(backwards, take_count)
    pass_count = len(scores)
    found: list[list[float]] = []
    for row in range(pass_count):
        rest = pass_count - row - 1
        with_takes = [
            before[row][take] + scores[row][take] + after[rest][take_count - take - 1]
            for take in range(take_count)
        ]
        without = max(
            before[row][split] + after[rest][take_count - split] for split in range(take_count + 1)
        )
        found.append([*with_takes, without])
    return found


def _best_up_to(scores: Sequence[Sequence[float]], take_count: int) -> list[list[float]]:
    """Return the best score of the first i passes along the first j takes, for all i and j."""
    table = [[0.0] * (take_count + 1)]
    for row in scores:
        above = table[-1]
        line = [0.0]
        for take, score in enumerate(row):
            line.append(max(above[take + 1], line[take], above[take] + score))
        table.append(line)
    return table
