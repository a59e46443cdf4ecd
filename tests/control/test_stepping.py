from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.control.client import Client
from countoff.control.requests import Move, RequestError, parse
from countoff.control.socket import ControlSocket
from countoff.core.events import Pedal, PedalMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.events import Event

DEADLINE_S = 20


@pytest.fixture
def posted() -> list[Event]:
    """What the daemon would take in."""
    return []


@pytest.fixture
def path(posted: list[Event]) -> Iterator[Path]:
    """The socket of a daemon that only listens."""
    folder = Path(tempfile.mkdtemp(prefix="countoff-"))
    control = ControlSocket(folder / "control.sock", posted.append)
    control.hold()
    control.start(dict)
    yield control.path
    control.stop()
    shutil.rmtree(folder)


def moves(posted: list[Event]) -> list[tuple[Pedal, bool]]:
    """Return the pedals that moved."""
    return [(event.pedal, event.is_down) for event in posted if isinstance(event, PedalMoved)]


def wait_until(is_true: Callable[[], bool]) -> None:
    """Wait for another thread to have done it."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not is_true():
        assert time.monotonic() < deadline_s
        time.sleep(0.002)


def test_down_and_up_are_two_requests() -> None:
    """A client that knows when a finger lifts says so."""
    assert parse(b'{"ask": "press", "pedal": "song", "is_down": true}') == Move(Pedal.SONG, True)
    assert parse(b'{"ask": "press", "pedal": "song", "is_down": false}') == Move(Pedal.SONG, False)


@pytest.mark.parametrize(
    ("packet", "sentence"),
    [
        (b'{"ask": "press", "pedal": "roll", "is_down": 1}', "true or false; found 1"),
        (b'{"ask": "press", "pedal": "roll", "is_down": true, "hold_s": 1}', "not both"),
        (b'{"ask": "press", "pedal": ["roll"], "is_down": true}', "roll, again, keeper, song"),
    ],
)
def test_a_wrong_move_is_a_sentence(packet: bytes, sentence: str) -> None:
    """What cannot be meant is refused with what was allowed."""
    with pytest.raises(RequestError, match=sentence):
        parse(packet)


def test_a_pedal_stays_down_until_it_is_let_go(path: Path, posted: list[Event]) -> None:
    """Down posts one edge, up the other."""
    with Client([path]) as client:
        client.ask(ask="press", pedal="roll", is_down=True)
        assert moves(posted) == [(Pedal.ROLL, True)]
        client.ask(ask="press", pedal="roll", is_down=False)
        assert moves(posted) == [(Pedal.ROLL, True), (Pedal.ROLL, False)]


def test_saying_it_twice_changes_nothing(path: Path, posted: list[Event]) -> None:
    """A client can stand on a pedal once only, and come off it once."""
    with Client([path]) as client:
        for is_down in (True, True, False, False):
            assert client.ask(ask="press", pedal="roll", is_down=is_down) == {"ok": True}

    assert moves(posted) == [(Pedal.ROLL, True), (Pedal.ROLL, False)]


def test_hanging_up_comes_off_every_pedal(path: Path, posted: list[Event]) -> None:
    """A dead client never leaves a pedal stuck."""
    with Client([path]) as client:
        client.ask(ask="press", pedal="roll", is_down=True)
        client.ask(ask="press", pedal="song", is_down=True)

    wait_until(lambda: len(posted) == 4)
    assert sorted(moves(posted)[2:]) == [(Pedal.ROLL, False), (Pedal.SONG, False)]


def test_coming_off_does_not_lift_somebody_elses_foot(path: Path, posted: list[Event]) -> None:
    """A client lets go only of what it stands on itself."""
    with Client([path]) as one, Client([path]) as other:
        one.ask(ask="press", pedal="roll", is_down=True)
        other.ask(ask="press", pedal="roll", is_down=False)

        assert moves(posted) == [(Pedal.ROLL, True)]
