"""A real-time process of ours, from both ends: start it, talk to it, read its counters, end it.

The controller's end runs on the owner thread and never waits for the child, except in
`gone_within`, which says so. The child's end is the three lines of `attach`.

    child = Child.spawn("countoff.sender", {"backend": "jack"}, counters=5)   # the controller
    child.send(Message("drop"))                    # PeerGoneError where it is to be replaced
    end, counters = attach(json.loads(sys.argv[1]))                           # the child
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from countoff.processes import wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from countoff.processes.wire import Message

    Counters = NDArray[np.int64]

_LEASH = "countoff.processes.leash"
_SOCKET_KEY = "socket_fd"
_MEMORY_KEY = "memory_fd"
_COUNTER_BYTES = 8
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Child:
    """A running process of ours. Its counters are cumulative and are read without asking it."""

    socket: socket.socket
    inbox: wire.Inbox
    counters: Counters
    _process: subprocess.Popen[bytes]

    @classmethod
    def spawn(cls, module: str, settings: Mapping[str, Any], counters: int) -> Child:
        """Start `module` as a program, with `settings` and `counters` int64 counters, all zero.

        Takes some ms, until the program is executed, but not until it is ready. Call it on a
        thread that lives as long as the child may: the kernel ends the child with that thread.
        Raises OSError where the system has no room for a process.
        """
        ours, theirs = wire.socket_pair()
        memory_fd = os.memfd_create(module)
        try:
            os.ftruncate(memory_fd, counters * _COUNTER_BYTES)
            array = _map_counters(memory_fd)
            handed = {**settings, _SOCKET_KEY: theirs.fileno(), _MEMORY_KEY: memory_fd}
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", _LEASH, str(os.getpid()), module, json.dumps(handed)],
                pass_fds=(theirs.fileno(), memory_fd),
                stdin=subprocess.DEVNULL,
                env=_environment(),
                process_group=0,  # Ctrl-C at a terminal is for the controller alone
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(memory_fd)
        return cls(ours, wire.Inbox(ours), array, process)

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor to select on; -1 once killed."""
        return self.socket.fileno()

    def send(self, message: Message) -> None:
        """Send `message` without waiting. Raises PeerGoneError."""
        wire.send(self.socket, message)

    def receive(self) -> list[Message]:
        """Return what it has said, without waiting. Raises PeerGoneError once it has closed."""
        return self.inbox.receive()

    def is_alive(self) -> bool:
        """Return whether it still runs; a dead one is reaped."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, without waiting: the socket is closed, and it does no more.

        A process that hangs in a driver may take long to go. Whoever needs what it held (a
        device) looks at `is_alive` first.
        """
        self.socket.close()
        self._process.kill()
        self._process.poll()

    def gone_within(self, timeout_s: float) -> bool:
        """Wait for its end for at most `timeout_s`; return whether it has ended and is reaped."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        return self._process.returncode is not None


def attach(settings: Mapping[str, Any]) -> tuple[socket.socket, Counters]:
    """Return the child's end of the socket and the counters it writes. Called once, by the child."""
    end = socket.socket(fileno=int(settings[_SOCKET_KEY]))
    memory_fd = int(settings[_MEMORY_KEY])
    counters = _map_counters(memory_fd)
    os.close(memory_fd)
    return end, counters


def _map_counters(memory_fd: int) -> Counters:
    return np.frombuffer(mmap.mmap(memory_fd, 0), dtype=np.int64)


def _environment() -> dict[str, str]:
    """Return an environment in which the child runs the same code as its parent."""
    path = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(_PACKAGE_ROOT), *([path] if path else [])]),
        # numpy's matrix library would start a thread for each CPU, and none is used.
        "OPENBLAS_NUM_THREADS": "1",
    }
