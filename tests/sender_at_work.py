"""A sender's real process for tests: wait for what it says, never for a time."""

from __future__ import annotations

import contextlib
import select
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from countoff.sender.link import SenderLink, SenderReady, SenderSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.sender.reports import Report

DEADLINE_S = 20
MS = 1_000_000
Said = TypeVar("Said")


class SenderAtWork:
    """A running sender and all that it has said so far."""

    def __init__(self, link: SenderLink) -> None:
        """Listen to `link`."""
        self.link = link
        self.said: list[Report] = []

    def wait_for(self, kind: type[Said], count: int = 1) -> list[Said]:
        """Wait until it has said `kind` at least `count` times; return all of them."""
        deadline_s = time.monotonic() + DEADLINE_S
        while len(found := [report for report in self.said if isinstance(report, kind)]) < count:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                pytest.fail(f"the sender said only {self.said}")
            select.select([self.link.fileno()], [], [], left_s)
            self.said += self.link.poll()
        return found

    def forget(self) -> None:
        """Forget what it has said."""
        self.said.clear()


def open_files() -> list[str]:
    """Return the numbers of the files that this process has open."""
    return sorted(file.name for file in Path("/proc/self/fd").iterdir())


def wait_until(condition: Callable[[], bool], timeout_s: float = DEADLINE_S) -> None:
    """Wait until `condition` holds."""
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            pytest.fail("it never came true")
        time.sleep(0.002)  # between two looks; the deadline decides


@contextlib.contextmanager
def sender_at_work(settings: SenderSettings) -> Iterator[SenderAtWork]:
    """Start a sender, wait until it is ready, and end it afterwards."""
    link = SenderLink(settings)
    link.start()
    try:
        sender = SenderAtWork(link)
        sender.wait_for(SenderReady)
        yield sender
    finally:
        link.kill()
        assert link.child.gone_within(DEADLINE_S)
