"""Watches for the moment at which the wall clock is right, so that the log can tell when all else was.

A Pi without a network or a battery begins with a wrong clock, and somebody sets it right in the middle of
a session, or later, while nothing happens that would be logged. The owner thread polls this like a seat;
it asks the kernel once a second, for microseconds, and never waits.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from countoff.core.entries import WallClockSynchronised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.core.events import Event
    from countoff.takelog.stamps import Stamp, StampSource

LOOK_EVERY_NS = 1_000_000_000
# A clock that is kept right is moved by less than this between two looks, and by far.
_SET_ANEW = timedelta(seconds=1)


class WallClockWatch:
    """Has it written when the clock is found to be right, and when it was set anew since."""

    def __init__(self, stamps: StampSource, write: Callable[[WallClockSynchronised], None]) -> None:
        self._stamps = stamps
        self._write = write
        self._looked_ns: int | None = None
        self._booted: datetime | None = None

    def descriptors(self) -> Sequence[int]:
        """Return nothing: the regular look is often enough."""
        return ()

    def poll(self) -> Sequence[Event]:
        """Look, where it is time to. What is found goes to the log; the rules have no use for it."""
        now_ns = time.monotonic_ns()
        if self._looked_ns is None or now_ns - self._looked_ns >= LOOK_EVERY_NS:
            self._looked_ns = now_ns
            self._look(self._stamps.now())
        return ()

    def _look(self, now: Stamp) -> None:
        if not now.clock_synchronised:
            return
        # By the clock of now, when host time was 0: this changes only if somebody sets the clock.
        booted = datetime.fromisoformat(now.at_utc) - timedelta(microseconds=now.at_ns // 1000)
        if self._booted is None or abs(booted - self._booted) > _SET_ANEW:
            self._booted = booted
            self._write(WallClockSynchronised(now.at_ns))
