from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.export.recordings.aligning import NEVER, best_with

TABLES = st.integers(0, 4).flatmap(
    lambda takes: st.tuples(
        st.lists(
            st.lists(
                st.one_of(st.integers(-9, 9).map(float), st.just(NEVER)),
                min_size=takes,
                max_size=takes,
            ),
            max_size=4,
        ),
        st.just(takes),
    )
)


def every_way(passes: int, takes: int) -> list[list[tuple[int, int]]]:
    """Return all sets of pairs in which a later pass is of a later take."""
    return [
        list(zip(rows, columns, strict=True))
        for count in range(min(passes, takes) + 1)
        for rows in combinations(range(passes), count)
        for columns in combinations(range(takes), count)
    ]


@given(TABLES)
@settings(max_examples=120, deadline=None)
def test_the_best_way_for_each_choice_is_found(table: tuple[list[list[float]], int]) -> None:
    """For each pass and choice the score is that of the best of all ways, each tried by itself."""
    scores, takes = table
    ways = [
        (sum(scores[row][column] for row, column in way), dict(way))
        for way in every_way(len(scores), takes)
    ]
    found = best_with(scores, takes)

    for row in range(len(scores)):
        for choice in [*range(takes), None]:
            best = max(score for score, way in ways if way.get(row) == choice)
            assert found[row][takes if choice is None else choice] == best
