"""What the sender counts, in shared memory: cumulative, read by the controller without asking.

Behind the cells lies a histogram of lateness: due against sent, of every message that left.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from typing import TYPE_CHECKING

from countoff.core.counts import LATENESS_LIMITS_NS, SenderCounts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Cell(IntEnum):
    """Which cell of the array holds what."""

    HEARTBEAT_NS = 0
    """Host time at which the loop turned last."""
    SENT = 1
    LATE = 2
    """Messages that left more than 1 ms after they could have: after their time, or their arrival,
    and the wait for the next cycle that some ports impose."""
    WORST_LATE_NS = 3
    """The latest of all, by the same measure."""
    DROPPED = 4
    """Messages that were to be dropped."""
    NOT_SENT = 5
    """Messages whose time passed while there was no port, or that came far too late to be sent."""
    CLOCK_RUN = 6
    """Which MIDI clock runs, as the controller counts them."""
    CLOCK_KEY = 7
    """The last byte of its plan that has left, or was given up."""
    CLOCK_LATE = 8
    """Bytes of the clock that left more than 5 ms late."""
    CLOCK_LOST = 9
    """Bytes of the clock that were given up: the DAW counts them as time that has not passed."""


_LATENESS_START = 16
LATENESS_BUCKETS = len(LATENESS_LIMITS_NS) + 1
CELLS = _LATENESS_START + LATENESS_BUCKETS


def count_lateness(cells: NDArray[np.int64], late_ns: int) -> None:
    """Count a message that left `late_ns` after it could have. The sender's loop only."""
    cells[_LATENESS_START + bisect_left(LATENESS_LIMITS_NS, late_ns)] += 1
    cells[Cell.WORST_LATE_NS] = max(int(cells[Cell.WORST_LATE_NS]), late_ns)


def lateness_histogram(cells: NDArray[np.int64]) -> tuple[int, ...]:
    """Return how many messages fell into each bucket. Any thread, does not block."""
    return tuple(
        int(count) for count in cells[_LATENESS_START : _LATENESS_START + LATENESS_BUCKETS]
    )


def read_counts(cells: NDArray[np.int64]) -> SenderCounts:
    """Return what has been counted since the sender started. Any thread, does not block."""
    return SenderCounts(
        sent=int(cells[Cell.SENT]),
        late=int(cells[Cell.LATE]),
        worst_late_ns=int(cells[Cell.WORST_LATE_NS]),
        not_sent=int(cells[Cell.NOT_SENT]) + int(cells[Cell.CLOCK_LOST]),
        lateness=lateness_histogram(cells),
    )
