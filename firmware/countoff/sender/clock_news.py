"""What the log is told of a MIDI clock in trouble. The controller's end; pure."""

from __future__ import annotations

from countoff.core.events import Mishap

# A port in trouble is late again and again; an entry this often says as much.
_TOLD_EVERY_NS = 1_000_000_000


class ClockNews:
    """Reads one sender's counters, look by look. Make a new one for a new sender."""

    def __init__(self) -> None:
        """Begin with counters at zero."""
        self._late_told = self._lost_told = 0
        self._due_ns = 0

    def look(self, late: int, lost: int, now_ns: int) -> list[Mishap]:
        """Return, not too often, how many bytes were late since, and how many nobody will hear."""
        if (late <= self._late_told and lost <= self._lost_told) or now_ns < self._due_ns:
            return []
        self._due_ns = now_ns + _TOLD_EVERY_NS
        told = []
        if late > self._late_told:
            detail = f"{late - self._late_told} bytes of the clock left more than 5 ms late."
            told.append(Mishap(now_ns, "late midi", detail))
        if lost > self._lost_told:
            detail = f"{lost - self._lost_told} bytes of the clock were not sent."
            told.append(Mishap(now_ns, "midi clock gap", detail))
        self._late_told, self._lost_told = late, lost
        return told
