"""A cable on JACK, as far as a server that goes or refuses is concerned; the rest is tried on a real one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from countoff.cables.cable import Ends, NoCableError
from countoff.cables.jack_cable import JackCable
from sender_at_work import open_files


class JackError(Exception):
    """As JACK-Client raises."""


class Server:
    """The module `jack`, with a server that fails where the test says so."""

    JackError = JackError
    JackOpenError = JackError

    def __init__(self, *fails: str) -> None:
        self.fails = set(fails)
        self.done: list[str] = []

    def Client(self, name: str, **_: object) -> Client:  # noqa: N802  # JACK-Client's name
        """Return a client."""
        return Client(self, name)


class Client:
    """One client, of which it is noted what it was asked for."""

    samplerate = 48_000

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name
        ports = SimpleNamespace(register=lambda name: self._do(f"register {name}"))
        self.midi_inports = self.midi_outports = ports

    def _do(self, word: str) -> None:
        if word in self._server.fails:
            raise JackError(f"cannot {word}")
        self._server.done.append(word)

    def set_process_callback(self, _callback: object) -> None:
        """Take it."""

    def set_shutdown_callback(self, _callback: object) -> None:
        """Take it."""

    def activate(self) -> None:
        """Begin."""
        self._do("activate")

    def deactivate(self) -> None:
        """End."""
        self._do("deactivate")

    def close(self) -> None:
        """Leave."""
        self._do("close")


def cable(server: Any) -> JackCable:
    """Return a cable that is not opened yet."""
    return JackCable("DAW", Ends(bool, bool), library=server)


def test_it_leaves_a_server_that_has_gone() -> None:
    """The client is closed even where it cannot be deactivated any more, and no file stays open."""
    before = open_files()
    server = Server("deactivate")
    with cable(server):
        assert server.done == ["register in", "register out", "activate"]
    assert server.done[-1] == "close"
    assert open_files() == before


@pytest.mark.parametrize("word", ["register out", "activate"])
def test_a_server_that_refuses_is_left(word: str) -> None:
    """It is a sentence, and neither client nor file is left behind."""
    before = open_files()
    server = Server(word)
    with pytest.raises(
        NoCableError, match=f"The JACK server does not take a MIDI port: cannot {word}"
    ):
        cable(server).__enter__()
    assert server.done[-1] == "close"
    assert open_files() == before
