from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.sender.counters import (
    CELLS,
    LATENESS_LIMITS_NS,
    Cell,
    count_lateness,
    lateness_histogram,
    read_counts,
)


@given(st.lists(st.integers(0, 20_000_000), max_size=50))
def test_every_message_is_in_one_bucket(late_ns: list[int]) -> None:
    """What was no later than a limit lies at or below its bucket; the worst of all is kept."""
    cells = np.zeros(CELLS, dtype=np.int64)
    for one in late_ns:
        count_lateness(cells, one)
    histogram = lateness_histogram(cells)
    assert sum(histogram) == len(late_ns)
    for index, limit_ns in enumerate(LATENESS_LIMITS_NS):
        assert sum(histogram[: index + 1]) == sum(one <= limit_ns for one in late_ns)
    assert cells[Cell.WORST_LATE_NS] == max(late_ns, default=0)
    assert not cells[Cell.HEARTBEAT_NS : Cell.WORST_LATE_NS].any()


def test_a_byte_of_the_clock_that_was_given_up_was_not_sent() -> None:
    """A take's certificate counts it with the commands that never left."""
    cells = np.zeros(CELLS, dtype=np.int64)
    cells[Cell.NOT_SENT], cells[Cell.CLOCK_LOST] = 2, 40
    assert read_counts(cells).not_sent == 42
