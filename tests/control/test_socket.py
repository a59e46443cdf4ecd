from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from countoff.control.client import Client, NoDaemonError
from countoff.control.requests import RequestError, parse
from countoff.control.socket import AlreadyRunningError, ControlSocket, SocketUnusableError
from countoff.core.events import (
    ActionAsked,
    Event,
    NextNumberAsked,
    Pedal,
    PedalMoved,
    SongAsked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS = {"phase": "idle"}


class Daemon:
    """A control socket, and what it was asked to post."""

    def __init__(self, folder: Path) -> None:
        self.posted: list[Event] = []
        self.status: Any = STATUS
        self.control = ControlSocket(folder / "control.sock", self.posted.append)

    def start(self) -> None:
        """Serve."""
        self.control.hold()
        self.control.start(lambda: self.status)

    def ask(self, **request: object) -> dict[str, Any]:
        """Ask as a client of its own."""
        with Client([self.control.path]) as client:
            return client.ask(**request)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as sockets need."""
    folder = Path(tempfile.mkdtemp(prefix="countoff-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def daemon(folder: Path) -> Iterator[Daemon]:
    """A daemon that serves."""
    daemon = Daemon(folder)
    daemon.start()
    yield daemon
    daemon.control.stop()


@pytest.mark.parametrize(
    ("packet", "says"),
    [
        (b"", "JSON"),
        (b"\xff", "JSON"),
        (b"[" * 4000, "JSON"),
        (b"[1]", "list"),
        (b"{}", "ask"),
        (b'{"ask": "dance"}', "dance"),
        (b'{"ask": "do", "action": "kepeer"}', 'Did you mean "keeper"'),
        (b'{"ask": "do", "action": "hint_hold"}', "hint_hold"),
        (b'{"ask": "press", "pedal": "rol"}', "rol"),
        (b'{"ask": "press", "pedal": "roll", "hold_s": -1}', "-1"),
        (b'{"ask": "press", "pedal": "roll", "hold_s": true}', "True"),
        (b'{"ask": "press", "pedal": "roll", "hold_s": 1e99}', "1e+99"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(packet: bytes, says: str) -> None:
    """It names what was found, and never ends the server."""
    with pytest.raises(RequestError) as refused:
        parse(packet)

    assert says in str(refused.value)


def test_actions_and_presses_become_events(daemon: Daemon) -> None:
    """An action is asked for by its name; a press goes down, and up again by itself."""
    assert daemon.ask(ask="do", action="stop") == {"ok": True}
    assert daemon.ask(ask="press", pedal="roll", hold_s=0.1) == {"ok": True}
    with Client([daemon.control.path]) as client:
        while len(daemon.posted) < 3:
            client.ask(ask="status")

    asked, down, up = daemon.posted
    assert isinstance(asked, ActionAsked)
    assert asked.action == "stop"
    assert isinstance(down, PedalMoved)
    assert isinstance(up, PedalMoved)
    assert (down.pedal, down.is_down, up.pedal, up.is_down) == (Pedal.ROLL, True, Pedal.ROLL, False)
    # It lasts as long as was asked, whenever the thread got round to it.
    assert up.at_ns - down.at_ns == 100_000_000


def test_a_choice_of_song_becomes_an_event(daemon: Daemon) -> None:
    """Whoever chose it is a panel to the log, like whoever asked for an action."""
    assert daemon.ask(ask="song", title="Kingdom", section="Bridge", is_looped=True)["ok"]

    (asked,) = daemon.posted
    assert isinstance(asked, SongAsked)
    assert (asked.title, asked.section, asked.is_looped) == ("Kingdom", "Bridge", True)
    assert asked.source == "panel"


def test_a_number_for_the_next_take_becomes_an_event(daemon: Daemon) -> None:
    """A whole number that a take can have; anything else is refused with a sentence."""
    assert daemon.ask(ask="number", title="Kingdom", number=11)["ok"]
    for wrong in (0, 10_000, True, "11", 1.5, None):
        answer = daemon.ask(ask="number", title="Kingdom", number=wrong)
        assert answer["error"] == f'"number" is a whole number from 1 to 9999; found {wrong!r}.'

    (asked,) = daemon.posted
    assert isinstance(asked, NextNumberAsked)
    assert (asked.title, asked.number, asked.source) == ("Kingdom", 11, "panel")


def test_a_bad_client_harms_nobody(daemon: Daemon) -> None:
    """After a packet of brackets and a status that cannot be told, others are served as before."""
    with Client([daemon.control.path]) as client:
        client._socket.send(b"[" * 4000)
        assert not client.receive()["ok"]
    daemon.status = {"cannot be told": object()}
    with pytest.raises(NoDaemonError):
        daemon.ask(ask="status")
    daemon.status = STATUS

    assert daemon.ask(ask="status") == {"ok": True, "status": STATUS}


def test_a_watcher_is_told_of_every_change(daemon: Daemon) -> None:
    """Now, and whenever the state has changed."""
    with Client([daemon.control.path]) as client:
        told = client.watch()
        assert next(told) == STATUS
        daemon.status = {"phase": "rolling"}
        daemon.control.changed()
        assert next(told) == {"phase": "rolling"}


def test_two_daemons_cannot_hold_one_socket(daemon: Daemon, folder: Path) -> None:
    """The second is told which socket it is, and the first goes on."""
    second = Daemon(folder)
    with pytest.raises(AlreadyRunningError, match=str(daemon.control.path)):
        second.control.hold()

    assert daemon.ask(ask="status")["ok"]


def test_a_dead_daemons_socket_is_taken_over(folder: Path) -> None:
    """What a killed daemon left behind hinders nobody."""
    dead = Daemon(folder)
    dead.start()
    left_behind = folder / "left"
    dead.control.path.rename(left_behind)
    dead.control.stop()
    left_behind.rename(dead.control.path)
    alive = Daemon(folder)
    alive.start()

    assert alive.ask(ask="status")["ok"]
    alive.control.stop()


def test_a_file_in_its_place_is_not_removed(folder: Path) -> None:
    """Only a socket is; anything else is somebody's, and one sentence says so."""
    precious = folder / "control.sock"
    precious.write_text("not a socket")
    with pytest.raises(SocketUnusableError, match="no socket"):
        Daemon(folder).control.hold()

    assert precious.read_text() == "not a socket"
