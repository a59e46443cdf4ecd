"""A word of a DAW that needs a moment to be sure, whatever the dialect. Pure.

A DAW that stops may end the recording a moment before it says that it stands: that it went on
playing would be a gap in the take, and never happened.
"""

from __future__ import annotations

from countoff.core.daw import DawTransport
from countoff.daw.lamps import SETTLING_NS


class PunchOut:
    """Whether a DAW that recorded has really gone on playing. One thread."""

    def __init__(self) -> None:
        """Doubt nothing."""
        self._plays_since_ns: int | None = None

    @property
    def sure_at_ns(self) -> int | None:
        """When it will be sure, where nothing else comes; None where nothing is doubted."""
        return None if self._plays_since_ns is None else self._plays_since_ns + SETTLING_NS

    def since_ns(self, before: DawTransport | None, now: DawTransport, now_ns: int) -> int | None:
        """Return since when the DAW does what it says `now`; None where that is not sure yet.

        `before` is what it did as far as was told.
        """
        if before is not DawTransport.RECORDING or now is not DawTransport.PLAYING:
            self._plays_since_ns = None
            return now_ns
        if self._plays_since_ns is None:
            self._plays_since_ns = now_ns
        if now_ns - self._plays_since_ns < SETTLING_NS:
            return None
        since_ns, self._plays_since_ns = self._plays_since_ns, None
        return since_ns

    def forget(self) -> None:
        """Doubt nothing again."""
        self._plays_since_ns = None
