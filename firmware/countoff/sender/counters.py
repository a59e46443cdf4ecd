"""What the sender counts, in shared memory: cumulative, read by the controller without asking."""

from __future__ import annotations

from enum import IntEnum


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
    """Messages whose time passed while there was no port."""


CELLS = len(Cell)
