"""Messages that wait for their host time, the earliest first. Pure; one thread only."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message and the host time at which it must leave.

    `order` counts arrivals: what is due at the same time leaves in the order in which it came.
    `stale_ns` is when it is no use any more; None for never. `server_frame` is the very frame that
    it belongs on, for a port that counts those frames. `clock_key` is the place of a byte of the
    MIDI clock in its plan; nobody is told of each of those.
    """

    at_ns: int
    order: int
    message_id: int
    message: bytes
    received_ns: int
    stale_ns: int | None = None
    server_frame: int | None = None
    clock_key: int | None = None

    @property
    def is_clock(self) -> bool:
        """Whether it belongs to the MIDI clock."""
        return self.clock_key is not None

    def is_stale(self, now_ns: int) -> bool:
        """Return whether it must not leave any more."""
        return self.stale_ns is not None and now_ns > self.stale_ns


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

    def clear(self, is_meant: Callable[[Scheduled], bool] = lambda _: True) -> list[Scheduled]:
        """Take out all that are meant, the earliest first."""
        everything = [scheduled for _, _, scheduled in sorted(self._heap)]
        self._heap.clear()
        for scheduled in everything:
            if not is_meant(scheduled):
                self.add(scheduled)
        return [scheduled for scheduled in everything if is_meant(scheduled)]
