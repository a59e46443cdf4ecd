from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.processes.child import Child
from countoff.processes.wire import Message, PeerGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import json, select, sys
from countoff.processes import wire
from countoff.processes.child import attach
settings = json.loads(sys.argv[1])
end, counters = attach(settings)
inbox = wire.Inbox(end)
counters[1] = settings["number"]
wire.send(end, wire.Message("ready"))
try:
    while True:
        select.select([end], [], [])
        for message in inbox.receive():
            counters[0] += 1
            wire.send(end, message)
except wire.PeerGoneError:
    sys.exit(3)
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    """Return a child that echoes every message."""
    (tmp_path / "echoing.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child.spawn("echoing", {"number": 1 << 40}, counters=2)
    yield child
    child.kill()
    assert child.gone_within(10)


def received(child: Child) -> Message:
    """Wait for one message of `child`."""
    child.socket.settimeout(10)
    messages: list[Message] = []
    while not messages:
        child.socket.recv(1, socket.MSG_PEEK)  # waits, takes nothing
        messages = child.receive()
    (message,) = messages
    return message


def test_messages_and_counters(child: Child) -> None:
    """What is sent arrives whole, with its payload; what the child counts is seen without asking."""
    assert received(child) == Message("ready")
    assert child.counters.tolist() == [0, 1 << 40]
    sent = Message("plan", {"epoch": 3, "text": "Strophe, dritte"}, bytes(range(256)))
    child.send(sent)
    assert received(child) == sent
    assert child.counters[0] == 1
    assert child.is_alive()


def test_child_sees_the_controller_go(child: Child) -> None:
    """A child whose controller closes its end learns it at once."""
    received(child)
    child.socket.close()
    assert child.gone_within(10)
    assert child._process.returncode == 3


def test_controller_sees_the_child_go(child: Child) -> None:
    """A dead child is no longer alive, and speaking to it raises PeerGoneError."""
    received(child)
    child._process.kill()
    assert child.gone_within(10)
    assert not child.is_alive()
    with pytest.raises(PeerGoneError):
        child.receive()
    with pytest.raises(PeerGoneError):
        child.send(Message("drop"))


def test_killed_twice(child: Child) -> None:
    """Killing is final and may be repeated."""
    child.kill()
    child.kill()
    assert child.gone_within(10)
    assert child.fileno() == -1


def test_one_socket(child: Child) -> None:
    """The child holds its own end of the socket only: it sees the controller's close."""
    received(child)
    targets = [str(link.readlink()) for link in Path(f"/proc/{child.pid}/fd").iterdir()]
    assert sum(target.startswith("socket:") for target in targets) == 1
