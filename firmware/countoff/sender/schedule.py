"""Messages that wait for their host time, the earliest first. Pure; one thread only."""

from __future__ import annotations

import heapq
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message and the host time at which it must leave.

    `order` counts arrivals: what is due at the same time leaves in the order in which it came.
    """

    at_ns: int
    order: int
    message_id: int
    message: bytes
    received_ns: int


class Schedule:
    """Holds what is not due yet."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._heap: list[tuple[int, int, Scheduled]] = []

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_ns(self) -> int | None:
        """Return the host time of the earliest message, or None where none waits."""
        return self._heap[0][0] if self._heap else None

    def add(self, scheduled: Scheduled) -> None:
        """Hold one more."""
        heapq.heappush(self._heap, (scheduled.at_ns, scheduled.order, scheduled))

    def take(self, until_ns: int) -> Scheduled | None:
        """Take out the earliest message due at or before `until_ns`, or None."""
        if not self._heap or self._heap[0][0] > until_ns:
            return None
        return heapq.heappop(self._heap)[2]

    def clear(self) -> list[Scheduled]:
        """Take out all, the earliest first."""
        everything = [scheduled for _, _, scheduled in sorted(self._heap)]
        self._heap.clear()
        return everything
