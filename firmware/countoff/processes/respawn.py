"""When to start a process again that has died: at once, then ever less often while it keeps dying.

Pure arithmetic on host time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_MS = 1_000_000
_WAITS_NS = (0, 250 * _MS, 500 * _MS, 1000 * _MS, 2000 * _MS, 5000 * _MS)
# A process that has run this long had nothing wrong with it: its death is the first again.
_STEADY_NS = 10_000 * _MS


@dataclass(slots=True)
class Respawn:
    """Counts a seat's failures and says when the next try is due."""

    due_ns: int = 0
    _failures: int = 0
    _started_ns: int = field(default=0)

    def started(self, now_ns: int) -> None:
        """Note that a try began at `now_ns`."""
        self._started_ns = now_ns

    def failed(self, now_ns: int) -> None:
        """Note that what was started has died or hung, and set when to try again."""
        if now_ns - self._started_ns > _STEADY_NS:
            self._failures = 0
        self.due_ns = now_ns + _WAITS_NS[min(self._failures, len(_WAITS_NS) - 1)]
        self._failures += 1
