"""The panel's line to the daemon: watches, asks, and finds it again when it has been away.

Runs on the panel's event loop and never waits: `tend` is called a few times a second, packets are
read as they come. A daemon that says nothing is asked for a sign of life, so that a hung one is seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LONGEST_PACKET = 1 << 18
_NS_PER_SECOND = 1_000_000_000
# Silence after which the daemon is asked for a sign of life, and after which it counts as gone.
_ASK_AFTER_NS = 1 * _NS_PER_SECOND
LOST_AFTER_NS = 3 * _NS_PER_SECOND


class Ear(Protocol):
    """Whoever listens to the line."""

    def heard(self, status: dict[str, Any]) -> None:
        """Take in a new status."""
        ...

    def refused(self, sentence: str) -> None:
        """Take in why a request was not carried out."""
        ...

    def lost(self, sentence: str) -> None:
        """Take in that there is no daemon on the line."""
        ...


class Line:
    """One connection, opened again and again. All of it on the event loop's thread."""

    def __init__(self, paths: Sequence[Path], ear: Ear) -> None:
        """Look for the daemon at `paths`, in order. Nothing is opened before `tend`."""
        self._paths = paths
        self._ear = ear
        self._socket: socket.socket | None = None
        self._silent_since_ns = 0
        self._has_asked = False
        self.is_lost = True
        """No daemon, or one that no longer answers."""

    def tend(self, now_ns: int) -> None:
        """Connect where there is no connection; make sure that the other end is alive."""
        if self._socket is None:
            self._connect(now_ns)
            return
        silence_ns = now_ns - self._silent_since_ns
        if silence_ns >= LOST_AFTER_NS:
            self._hang_up("The daemon does not answer.")
        elif silence_ns >= _ASK_AFTER_NS and not self._has_asked:
            self._has_asked = True
            self.ask(ask="status")

    def ask(self, **request: object) -> bool:
        """Send a request; returns whether it went out. The answer comes to the ear if it is a no."""
        if self._socket is None:
            return False
        try:
            self._socket.send(json.dumps(request).encode())
        except BlockingIOError:
            return False
        except OSError:
            self._hang_up("The daemon has gone away.")
            return False
        return True

    def close(self) -> None:
        """Hang up for good."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _connect(self, now_ns: int) -> None:
        for path in self._paths:
            candidate = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            candidate.settimeout(0)
            try:
                candidate.connect(str(path))
            except OSError:
                candidate.close()
                continue
            self._socket = candidate
            self._silent_since_ns = now_ns
            self._has_asked = False
            asyncio.get_running_loop().add_reader(candidate, self._read)
            self.ask(ask="watch")
            return
        self._miss("No Countoff is running.")

    def _read(self) -> None:
        while self._socket is not None:
            try:
                packet = self._socket.recv(_LONGEST_PACKET)
            except BlockingIOError:
                return
            except OSError:
                packet = b""
            if not packet:
                self._hang_up("The daemon has gone away.")
                return
            self._take_in(packet)

    def _take_in(self, packet: bytes) -> None:
        with contextlib.suppress(ValueError):
            answer = json.loads(packet)
            if "status" in answer:
                self.is_lost = False
                self._has_asked = False
                self._silent_since_ns = time.monotonic_ns()
                self._ear.heard(answer["status"])
            elif not answer["ok"]:
                self._ear.refused(answer["error"])

    def _hang_up(self, sentence: str) -> None:
        self.close()
        self._miss(sentence)

    def _miss(self, sentence: str) -> None:
        self.is_lost = True
        self._ear.lost(sentence)
