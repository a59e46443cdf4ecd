from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import TYPE_CHECKING, Any

from countoff.panel.line import Line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Until = Callable[[Callable[[], object]], Awaitable[None]]

_NS_PER_SECOND = 1_000_000_000


class Notes:
    """An ear that writes down."""

    def __init__(self) -> None:
        self.statuses: list[dict[str, Any]] = []
        self.sentences: list[str] = []

    def heard(self, status: dict[str, Any]) -> None:
        self.statuses.append(status)

    def refused(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def lost(self, sentence: str) -> None:
        self.sentences.append(sentence)


def listening(path: Path) -> socket.socket:
    """Return a socket that listens and, by itself, never says a word."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    listener.listen()
    return listener


def test_a_hung_daemon_is_lost(folder: Path, until: Until) -> None:
    """A daemon that accepts, spoke once and is silent is asked, then given up."""
    notes = Notes()

    async def scene() -> None:
        line = Line([folder / "box.sock"], notes)
        line.tend(time.monotonic_ns())
        daemon, _ = listener.accept()
        with daemon:
            assert json.loads(daemon.recv(4096)) == {"ask": "watch"}
            daemon.send(b'{"ok": true, "status": {"phase": "idle"}}')
            await until(lambda: notes.statuses)
            spoke_ns = time.monotonic_ns()
            line.tend(spoke_ns + 2 * _NS_PER_SECOND)
            assert json.loads(daemon.recv(4096)) == {"ask": "status"}
            assert not line.is_lost
            line.tend(spoke_ns + 4 * _NS_PER_SECOND)
            assert line.is_lost
        line.close()

    with listening(folder / "box.sock") as listener:
        asyncio.run(scene())

    assert notes.sentences == ["The daemon does not answer."]


def test_an_accepted_call_is_not_yet_an_answer(folder: Path) -> None:
    """A daemon that has said nothing yet vouches for nothing."""
    notes = Notes()

    async def scene() -> None:
        line = Line([folder / "box.sock"], notes)
        line.tend(time.monotonic_ns())
        assert line.is_lost
        line.close()

    with listening(folder / "box.sock"):
        asyncio.run(scene())

    assert notes.statuses == []


def test_the_second_place_is_tried(folder: Path) -> None:
    """The service's socket is used where the user's own has nobody."""

    async def scene() -> None:
        line = Line([folder / "nobody.sock", folder / "box.sock"], Notes())
        line.tend(time.monotonic_ns())
        daemon, _ = listener.accept()
        with daemon:
            assert json.loads(daemon.recv(4096)) == {"ask": "watch"}
        line.close()

    with listening(folder / "box.sock") as listener:
        asyncio.run(scene())


def test_nobody_to_ask(folder: Path) -> None:
    """Without a daemon a request does not go out, and says so."""
    notes = Notes()

    async def scene() -> None:
        line = Line([folder / "nobody.sock"], notes)
        line.tend(time.monotonic_ns())
        assert not line.ask(ask="do", action="stop")
        line.close()

    asyncio.run(scene())

    assert notes.sentences == ["No Countoff is running."]
