"""Tells systemd how the daemon is: ready, alive, what it does, on its way out.

One datagram each, to the socket that NOTIFY_SOCKET names. The owner thread calls `feed` at every turn
of its loop; nothing here ever waits, and what cannot be told is not: a box without systemd, or with a
systemd that is busy, goes on as it is.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOCKET = "NOTIFY_SOCKET"
_WATCHDOG_US = "WATCHDOG_USEC"
_WATCHDOG_PID = "WATCHDOG_PID"
_NS_PER_US = 1000
# So many times within the time after which systemd takes the daemon for stuck.
_FEEDS = 4
# How systemd writes an address that is no file; the kernel knows it by a first byte of zero.
_ABSTRACT = "@"


class Notifier:
    """The way to systemd; one thread uses it at a time."""

    def __init__(self, address: str, watchdog_ns: int | None) -> None:
        """Tell `address`, nobody where it is empty; feed a watchdog that bites after `watchdog_ns`."""
        self._address = _kernel_address(address)
        self._feed_every_ns = None if watchdog_ns is None else watchdog_ns // _FEEDS
        self._fed_ns: int | None = None
        self._status = ""
        self._socket: socket.socket | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the way to whoever started this process; to nobody where that was no systemd."""
        return cls(environ.get(_SOCKET, ""), _watchdog_ns(environ))

    def ready(self) -> None:
        """Say that the box answers; the watchdog is awake from now on."""
        self._tell("READY=1")
        self.feed()

    def feed(self) -> None:
        """Say that the owner's loop is alive, where it is time to. Cheap enough for every turn."""
        if self._feed_every_ns is None:
            return
        now_ns = time.monotonic_ns()
        if self._fed_ns is not None and now_ns - self._fed_ns < self._feed_every_ns:
            return
        if self._tell("WATCHDOG=1"):
            self._fed_ns = now_ns

    def status(self, text: str) -> None:
        """Have `systemctl status` show one line, where it is another than before."""
        line = " ".join(text.split())
        if line != self._status and self._tell(f"STATUS={line}"):
            self._status = line

    def stopping(self) -> None:
        """Say that the daemon is on its way out, in order."""
        self._tell("STOPPING=1")

    def close(self) -> None:
        """Let go of the socket; nothing is told any more."""
        self._address = ""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _tell(self, line: str) -> bool:
        """Send one line; return whether it went."""
        if not self._address:
            return False
        with suppress(OSError):
            if self._socket is None:
                kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
                self._socket = socket.socket(socket.AF_UNIX, kind)
            self._socket.sendto(line.encode(), socket.MSG_DONTWAIT, self._address)
            return True
        return False


def _kernel_address(address: str) -> str:
    if address.startswith(_ABSTRACT):
        return "\0" + address.removeprefix(_ABSTRACT)
    return address


def _watchdog_ns(environ: Mapping[str, str]) -> int | None:
    """Return how long systemd waits for a sign of life of this very process; None for ever."""
    if environ.get(_WATCHDOG_PID, str(os.getpid())) != str(os.getpid()):
        return None
    found = environ.get(_WATCHDOG_US, "")
    return int(found) * _NS_PER_US if found.isdecimal() and int(found) > 0 else None
