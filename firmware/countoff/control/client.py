"""The other end of the control socket, for the panel and the command line. Blocks."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_LONGEST_PACKET = 1 << 18
_ANSWER_TIMEOUT_S = 3.0
_LOOK_EVERY_S = 0.02


class NoDaemonError(ConnectionError):
    """No daemon answers at any of the sockets tried."""


def answers(path: Path) -> bool:
    """Tell whether a daemon listens at `path`. Does not wait for what it says."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        return probe.connect_ex(str(path)) == 0


class Client:
    """One connection to the daemon. Use as a context manager."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Connect to the first of `paths` at which a daemon listens. Raises NoDaemonError."""
        for path in paths:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                self._socket.connect(str(path))
            except OSError:
                self._socket.close()
                continue
            self.path = path
            self._socket.settimeout(_ANSWER_TIMEOUT_S)
            return
        tried = " or ".join(str(path) for path in paths)
        raise NoDaemonError(f"No Countoff is running: nothing listens at {tried}.")

    def __enter__(self) -> Self:
        """Use the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._socket.close()

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._socket.fileno()

    def ask(self, **request: object) -> dict[str, Any]:
        """Send a request and return its answer. Raises NoDaemonError where the daemon goes away."""
        try:
            self._socket.send(json.dumps(request).encode())
        except OSError as error:
            raise NoDaemonError("The daemon has gone away.") from error
        return self.receive()

    def receive(self) -> dict[str, Any]:
        """Return the next packet. Raises NoDaemonError where the daemon goes away."""
        try:
            packet = self._socket.recv(_LONGEST_PACKET)
        except OSError as error:
            raise NoDaemonError(f"The daemon does not answer: {error}.") from error
        if not packet:
            raise NoDaemonError("The daemon has gone away.")
        answer: dict[str, Any] = json.loads(packet)
        return answer

    def status(self) -> dict[str, Any]:
        """Return the daemon's status. Raises NoDaemonError."""
        status: dict[str, Any] = self.ask(ask="status")["status"]
        return status

    def status_when(
        self, holds: Callable[[dict[str, Any]], bool], within_s: float
    ) -> dict[str, Any] | None:
        """Return the first status for which `holds` is true, or None where none was in time.

        What was asked for shows a moment later in the status. Raises NoDaemonError.
        """
        until_s = time.monotonic() + within_s
        while not holds(status := self.status()):
            if time.monotonic() > until_s:
                return None
            time.sleep(_LOOK_EVERY_S)
        return status

    def watch(self) -> Iterator[dict[str, Any]]:
        """Yield the status now and after every change, for as long as the daemon lives."""
        yield self.ask(ask="watch")["status"]
        self._socket.settimeout(None)
        while True:
            yield self.receive()["status"]
