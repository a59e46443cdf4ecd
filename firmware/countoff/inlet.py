"""The one queue into the controller: device threads post, the owner thread takes.

`post` never blocks and may be called from any thread, a signal handler included.
"""

from __future__ import annotations

import os
import select
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.events import Event

_NS_PER_SECOND = 1_000_000_000


class Inlet:
    """A queue that can be selected on together with the real-time processes' sockets."""

    def __init__(self) -> None:
        """Open the descriptor that wakes the owner."""
        self._events: deque[Event] = deque()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def post(self, event: Event) -> None:
        """Hand `event` to the owner thread."""
        self._events.append(event)
        self.wake()

    def wake(self) -> None:
        """Have a `wait` in progress, or the next one, return at once."""
        os.eventfd_write(self._wake_fd, 1)

    def wait(self, timeout_ns: int, descriptors: Sequence[int]) -> None:
        """Wait for an event, for one of `descriptors` to be readable, or for the time to pass.

        The owner thread only.
        """
        watched = [self._wake_fd, *(fd for fd in descriptors if fd >= 0)]
        readable, _, _ = select.select(watched, [], [], max(0, timeout_ns) / _NS_PER_SECOND)
        if self._wake_fd in readable:
            os.eventfd_read(self._wake_fd)

    def take(self) -> Event | None:
        """Return the oldest event, or None. The owner thread only."""
        return self._events.popleft() if self._events else None

    def close(self) -> None:
        """Close the descriptor; nothing is posted any more."""
        os.close(self._wake_fd)
