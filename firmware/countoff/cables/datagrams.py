"""Packets over the network for a command: heard on one port, said to whoever asked last.

On the command's own thread; nothing here waits.
"""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Self

from countoff.cables.cable import NoCableError
from countoff.daw.timed import Timed

_MOST_BYTES = 65_536


class Datagrams:
    """One UDP port of this machine. Use as a context manager."""

    def __init__(self, port: int, to: tuple[str, int] | None = None) -> None:
        """Prepare to listen on `port`, 0 for any; what is said goes `to` there until others ask."""
        self._port = port
        self._to = to
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Open it. Raises NoCableError."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.bind(("127.0.0.1", self._port))
        except OSError as error:
            opened.close()
            raise NoCableError(
                f"UDP port {self._port} cannot be had: {error.strerror}."
                " Another simulated DAW may run."
            ) from error
        opened.settimeout(0)
        self._socket = opened
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def take(self) -> list[Timed]:
        """Return the packets that have arrived."""
        arrived: list[Timed] = []
        while self._socket is not None:
            try:
                packet, sender = self._socket.recvfrom(_MOST_BYTES)
            except BlockingIOError:
                break
            except ConnectionRefusedError:
                continue  # nobody listened to what was said last
            self._to = sender
            arrived.append(Timed(time.monotonic_ns(), packet))
        return arrived

    def say(self, packet: bytes) -> None:
        """Send a packet to whoever asked; to nobody where nobody has."""
        if self._socket is not None and self._to is not None:
            # Nobody listens yet, or the network is full: both pass.
            with contextlib.suppress(ConnectionRefusedError, BlockingIOError):
                self._socket.sendto(packet, self._to)

    def fileno(self) -> int:
        """Return the descriptor that is readable when a packet has arrived, or -1."""
        return -1 if self._socket is None else self._socket.fileno()
