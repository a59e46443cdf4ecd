"""No MIDI at all: every message counts as sent at its time, and nobody hears it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from countoff.sender.port import Left

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.sender.schedule import Scheduled


class NoPort:
    """The port of a unit that has none. It never fails."""

    backend = "none"
    name = "no MIDI port"
    is_virtual = True
    lead_ns = 0
    grain_ns = 0
    awaited: tuple[str, ...] = ()
    awaited_sources: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self._left: list[Left] = []

    def peers(self) -> None:
        """Return None: there is no port to be connected to."""

    def sources(self) -> None:
        """Return None: there is nobody to be heard."""

    def pedals(self) -> tuple[str, str]:
        """Return nothing: there is no foot controller."""
        return "", ""

    def open(self) -> None:
        """Do nothing: there is nothing to open."""

    def look(self) -> str:
        """Return nothing: what is not there does not break."""
        return ""

    def hand(self, scheduled: Scheduled) -> None:
        """Count a message as sent."""
        now_ns = time.monotonic_ns()
        self._left.append(Left(scheduled, sent_ns=now_ns, handed_ns=now_ns))

    def withdraw(self, is_meant: Callable[[Scheduled], bool]) -> None:
        """Do nothing: what was handed over has left."""

    def collect(self) -> tuple[list[Left], list[Scheduled]]:
        """Return what was sent since the last call."""
        left, self._left = self._left, []
        return left, []

    def ns_at_server_frame(self, frame: int) -> None:
        """Return None: no frames are counted here."""

    def fileno(self) -> int:
        """Return -1: nothing happens by itself."""
        return -1
