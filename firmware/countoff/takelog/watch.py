"""What the box shows of its take log: well, slow, hanging, or failing, and why.

A disk that hangs raises no error, so the writer cannot tell of it: what was submitted is compared
with what is saved. The owner thread calls everything but `hear`, and never waits here.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from countoff.core.events import Part, PartReported, PartState
from countoff.takelog.reports import LogFailed, LogRecovered, LogSaved, LogSetAside
from countoff.takelog.schema import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from countoff.core.events import Event
    from countoff.takelog.reports import LogReport

_NS_PER_SECOND = 1_000_000_000
# What happened is to be on disk within a second.
SLOW_NS = 1 * _NS_PER_SECOND
# No disk that works takes this long, not even a memory card that tidies itself up.
HANGING_NS = 5 * _NS_PER_SECOND


class LogWatch:
    """Watches one take log; polled like a seat."""

    def __init__(self, folder: Path, found_fault: str | None) -> None:
        """Watch the log in `folder`; `found_fault` is what start-up found wrong with it."""
        file = folder / FILE_NAME
        self._slow = f"The disk is slow to write the take log {file}: entries wait in memory."
        self._hanging = (
            f"The disk has not written the take log {file} for {HANGING_NS // _NS_PER_SECOND} s."
            " Entries wait in memory: check the disk."
        )
        self._found_fault = found_fault or ""
        self._said = (PartState.FAULT if found_fault else PartState.OK, self._found_fault)
        self._saved_count = 0
        self._unsaved: deque[tuple[int, int]] = deque()
        self._told = (PartState.OK, "")

    def submitted(self, count: int) -> None:
        """Note that entry number `count` has just been submitted."""
        self._unsaved.append((count, time.monotonic_ns()))

    def hear(self, report: LogReport) -> None:
        """Take in the writer's word. The writer's thread; never waits."""
        match report:
            case LogSaved(count):
                self._saved_count = count
                if self._said == (PartState.FAULT, self._found_fault):
                    # It is written again; what start-up could not do is still not done.
                    self._said = (PartState.WARNING, self._found_fault)
            case LogFailed(sentence):
                self._said = (PartState.FAULT, sentence)
            case LogSetAside(sentence):
                self._said = (PartState.WARNING, sentence)
            case LogRecovered():
                self._said = (PartState.OK, "")

    def descriptors(self) -> Sequence[int]:
        """Return nothing: the regular look is often enough."""
        return ()

    def poll(self) -> list[Event]:
        """Return how the log is, where that has changed."""
        now_ns = time.monotonic_ns()
        health = self._health(now_ns)
        if health == self._told:
            return []
        self._told = health
        return [PartReported(now_ns, Part.DISK, *health)]

    def _health(self, now_ns: int) -> tuple[PartState, str]:
        while self._unsaved and self._unsaved[0][0] <= self._saved_count:
            self._unsaved.popleft()
        said = self._said
        if said[0] is PartState.FAULT or not self._unsaved:
            return said
        age_ns = now_ns - self._unsaved[0][1]
        if age_ns > HANGING_NS:
            return PartState.FAULT, self._hanging
        if age_ns > SLOW_NS and said[0] is PartState.OK:
            return PartState.WARNING, self._slow
        return said
