"""When to start a process again that has died: at once, then ever less often while it keeps dying.

Pure arithmetic on host time.
"""

from __future__ import annotations

from dataclasses import dataclass

_MS = 1_000_000
_WAITS_NS = (0, 250 * _MS, 500 * _MS, 1000 * _MS, 2000 * _MS, 5000 * _MS)
# A process that has worked this long had nothing wrong with it: its death is the first again.
_STEADY_NS = 2000 * _MS


@dataclass(slots=True)
class Respawn:
    """Counts a seat's failures and says when the next try is due."""

    due_ns: int = 0
    _failures: int = 0
    _works_since_ns: int | None = None

    def started(self) -> None:
        """Note that a try began."""
        self._works_since_ns = None

    def works(self, now_ns: int) -> None:
        """Note that what was started has what it needs, and does its work from `now_ns` on."""
        self._works_since_ns = now_ns

    def failed(self, now_ns: int) -> None:
        """Note that what was started has died or hung, and set when to try again."""
        if self._works_since_ns is not None and now_ns - self._works_since_ns > _STEADY_NS:
            self._failures = 0
        self.due_ns = now_ns + _WAITS_NS[min(self._failures, len(_WAITS_NS) - 1)]
        self._failures += 1
        self._works_since_ns = None

    def hurry(self) -> None:
        """Have the next try made at once, and those after it as after a first failure."""
        self.due_ns = 0
        self._failures = 0
