"""The server of the control socket, on a thread of its own.

Presses become the same events as those of the pedals. A client that reads slowly misses updates;
nothing in the daemon waits for it.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import selectors
import socket
import stat
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from countoff.control.requests import (
    Ask,
    CheckLine,
    Choose,
    Move,
    Number,
    Press,
    RequestError,
    TellStatus,
    parse,
)
from countoff.core.events import ActionAsked, LineCheckAsked, NextNumberAsked, PedalMoved, SongAsked
from countoff.lock import LockHeldError, take_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.core.events import Event, Pedal

_NS_PER_SECOND = 1_000_000_000
_LONGEST_PACKET = 4096
_ROOM_BYTES = 1 << 18
_FOLDER_MODE = 0o700
_SOCKET_MODE = 0o660


class AlreadyRunningError(RuntimeError):
    """Another daemon holds this control socket."""


class SocketUnusableError(RuntimeError):
    """The control socket cannot be made where it is to be; the sentence says why."""


class ControlSocket:
    """Listens at `path`; made and started by the app, stopped last."""

    def __init__(self, path: Path, post: Callable[[Event], None]) -> None:
        """Hand presses to `post`."""
        self.path = path
        self._post = post
        self._status: Callable[[], dict[str, Any]] = dict
        self._wake_fd = -1
        self._stopping = False
        self._lock_fd = -1
        self._listener: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._watchers: set[socket.socket] = set()
        self._releases: list[tuple[int, Pedal]] = []
        self._stood_on: dict[socket.socket, set[Pedal]] = {}
        self._thread = threading.Thread(target=self._serve, name="control socket", daemon=True)

    def hold(self) -> None:
        """Make sure that no other daemon runs here, before anything of it is touched.

        Raises AlreadyRunningError, or SocketUnusableError where the folder cannot be used.
        """
        try:
            self.path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            if self.path.parent.stat().st_uid not in (0, os.geteuid()):
                raise self._unusable(f"{self.path.parent} belongs to somebody else")
            if self.path.exists() and not stat.S_ISSOCK(self.path.stat().st_mode):
                raise self._unusable("a file that is no socket lies there")
            self._lock_fd = take_lock(self.path.with_suffix(".lock"))
        except OSError as error:
            raise self._unusable(_why(self.path.parent, error)) from error
        except LockHeldError as error:
            raise AlreadyRunningError(
                f"Another Countoff is running: it holds {self.path}. Use `countoff panel` to see "
                "it, or end it first."
            ) from error

    def start(self, status: Callable[[], dict[str, Any]]) -> None:
        """Open the socket, after `hold`; `status` is called on its thread and must not wait.

        Raises SocketUnusableError where it cannot be opened.
        """
        self._status = status
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            # The lock is ours, so a socket that lies here is a dead daemon's.
            self.path.unlink(missing_ok=True)
            listener.bind(str(self.path))
            self.path.chmod(_SOCKET_MODE)
        except OSError as error:
            listener.close()
            raise self._unusable(_why(self.path.parent, error)) from error
        self._listener = listener
        self._listener.listen()
        self._listener.settimeout(0)
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_fd, selectors.EVENT_READ)
        self._thread.start()

    def changed(self) -> None:
        """Have the watchers told of the new state. Any thread; never waits."""
        if self._wake_fd >= 0:
            os.eventfd_write(self._wake_fd, 1)

    def stop(self) -> None:
        """Hang up on everybody, remove the socket, and let another daemon run."""
        if self._listener is not None:
            self._stopping = True
            self.changed()
            self._thread.join()
            self.path.unlink(missing_ok=True)
        os.close(self._lock_fd)

    def _unusable(self, why: str) -> SocketUnusableError:
        return SocketUnusableError(
            f"The control socket {self.path} cannot be made: {why}. "
            "Name another place in unit.socket of the configuration."
        )

    def _serve(self) -> None:
        while not self._stopping:
            for key, _ in self._selector.select(self._timeout_s()):
                if key.fileobj is self._listener:
                    self._welcome()
                elif key.fd == self._wake_fd:
                    os.eventfd_read(self._wake_fd)
                    self._tell_watchers()
                elif isinstance(key.fileobj, socket.socket):
                    self._serve_client(key.fileobj)
            self._release_due()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _timeout_s(self) -> float | None:
        if not self._releases:
            return None
        return max(0, self._releases[0][0] - time.monotonic_ns()) / _NS_PER_SECOND

    def _welcome(self) -> None:
        if self._listener is None:
            return
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            client.settimeout(0)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM_BYTES)
            self._selector.register(client, selectors.EVENT_READ)

    def _serve_client(self, client: socket.socket) -> None:
        try:
            self._listen_to(client)
        # Whatever one client brings about is that client's end, and not that of the releases
        # which others' feet still wait for: a pedal that stays down ends a take.
        except Exception:  # noqa: BLE001
            traceback.print_exc()
            self._hang_up(client)

    def _listen_to(self, client: socket.socket) -> None:
        try:
            packet = client.recv(_LONGEST_PACKET)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            self._hang_up(client)
            return
        try:
            answer = self._answer(client, packet)
        except RequestError as error:
            answer = {"ok": False, "error": str(error)}
        self._send(client, answer)

    def _answer(self, client: socket.socket, packet: bytes) -> dict[str, Any]:
        now_ns = time.monotonic_ns()
        match parse(packet):
            case Press(pedal, hold_s):
                self._post(PedalMoved(now_ns, pedal, is_down=True))
                release_ns = now_ns + round(hold_s * _NS_PER_SECOND)
                heapq.heappush(self._releases, (release_ns, pedal))
            case Move(pedal, is_down):
                self._move(client, pedal, now_ns, is_down=is_down)
            case Ask(action):
                self._post(ActionAsked(now_ns, action, "panel"))
            case Choose(title, section, is_looped):
                self._post(SongAsked(now_ns, title, section, is_looped, "panel"))
            case Number(title, number):
                self._post(NextNumberAsked(now_ns, title, number, "panel"))
            case CheckLine(is_attended):
                self._post(LineCheckAsked(now_ns, is_attended, "panel"))
            case TellStatus(keeps_watching):
                if keeps_watching:
                    self._watchers.add(client)
                return {"ok": True, "status": self._status()}
        return {"ok": True}

    def _move(self, client: socket.socket, pedal: Pedal, at_ns: int, *, is_down: bool) -> None:
        stood_on = self._stood_on.setdefault(client, set())
        # Coming off a pedal that somebody else stands on must not lift it.
        if is_down == (pedal in stood_on):
            return
        stood_on ^= {pedal}
        self._post(PedalMoved(at_ns, pedal, is_down=is_down))

    def _tell_watchers(self) -> None:
        if not self._watchers:
            return
        update = {"ok": True, "status": self._status()}
        for client in list(self._watchers):
            self._send(client, update)

    def _send(self, client: socket.socket, answer: dict[str, Any]) -> None:
        try:
            client.send(json.dumps(answer).encode(), socket.MSG_NOSIGNAL)
        except BlockingIOError:
            # A slow reader gets the next update instead of this one.
            pass
        except OSError:
            self._hang_up(client)

    def _hang_up(self, client: socket.socket) -> None:
        self._watchers.discard(client)
        for pedal in self._stood_on.pop(client, ()):
            self._post(PedalMoved(time.monotonic_ns(), pedal, is_down=False))
        with contextlib.suppress(KeyError):
            self._selector.unregister(client)
        client.close()

    def _release_due(self) -> None:
        while self._releases and self._releases[0][0] <= time.monotonic_ns():
            release_ns, pedal = heapq.heappop(self._releases)
            self._post(PedalMoved(release_ns, pedal, is_down=False))


def _why(folder: Path, error: OSError) -> str:
    is_file = isinstance(error, (FileExistsError, NotADirectoryError))
    return f"{folder} is not a folder" if is_file else (error.strerror or str(error))
