"""How long a process has been silent, by the heartbeat that it leaves in shared memory.

Pure arithmetic on host time. Only time in which whoever judges was awake counts: after a stall of
the controller, or of the whole machine, nobody is blamed for a silence that nobody listened to.
"""

from __future__ import annotations

from dataclasses import dataclass

# Between two looks at most this much counts; the owner looks twice as often.
LONGEST_LOOK_NS = 50_000_000


@dataclass(slots=True)
class Heartbeat:
    """Follows one heartbeat; make a new one for a new process."""

    _beat_ns: int | None = None
    _looked_ns: int = 0
    _silent_ns: int = 0

    def silent_ns(self, beat_ns: int, now_ns: int) -> int:
        """Return for how long the heartbeat has been `beat_ns`, as seen by look after look."""
        if beat_ns == self._beat_ns:
            self._silent_ns += min(now_ns - self._looked_ns, LONGEST_LOOK_NS)
        else:
            self._silent_ns = 0
        self._beat_ns, self._looked_ns = beat_ns, now_ns
        return self._silent_ns
