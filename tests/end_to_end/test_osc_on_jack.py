"""The whole box, moved by MMC over JACK and confirmed over OSC: the light is what the DAW says."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

import pytest
from tests.end_to_end.recording import RECORD_STROBE, Ear
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

from countoff.daw.osc.packets import OscMessage, encode

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_LONGEST_SESSION_S = 60
_DEADLINE_S = 20
_SONG = 'title = "Heard"\ntempo = 480\ncount_in = 1\n'


class Ardour:
    """Ardour's end of OSC: it says its state to whoever asks, and its heartbeat."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._asker: tuple[str, int] | None = None
        self._state = {"/transport_play": 0, "/rec_enable_toggle": 0, "/record_tally": 1}
        self._ending = threading.Event()
        self.was_asked = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._socket.getsockname()[1]
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        self._socket.close()

    def become(self, **state: int) -> None:
        """Change, and say so."""
        for name, value in state.items():
            self._state[f"/{name}"] = value
            self._say(f"/{name}", value)

    def _say(self, address: str, value: int) -> None:
        if self._asker is not None:
            self._socket.sendto(encode(OscMessage(address, (value,))), self._asker)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                _, self._asker = self._socket.recvfrom(1000)
            except TimeoutError:
                self._say("/heartbeat", 1)
                continue
            for address, value in dict(self._state).items():
                self._say(address, value)
            self.was_asked.set()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_take_is_what_the_daw_says(tmp_path: Path) -> None:
    """With its tally lit it is red and counted in, and ends with the DAW; dark it is refused."""
    env = plain_environment()
    with running_jack(tmp_path, env), Ardour() as ardour:
        unit = Unit(
            tmp_path,
            env,
            '[midi]\nbackend = "jack"\n[daw]\nprofile = "ardour-osc"\ndeadline_ms = 3000\n'
            f'osc = "127.0.0.1:{ardour.port}"\nosc_port = {_free_port()}\n',
        )
        unit.add_song("heard.toml", _SONG)
        with unit, Ear(tmp_path, env, _LONGEST_SESSION_S) as ear:
            unit.start()
            ear.wait_until_connected()
            unit.wait_until(lambda now: now["parts"]["daw"]["state"] == "ok", "the DAW is there")
            assert ardour.was_asked.wait(_DEADLINE_S)

            unit.press("roll")
            ardour.become(rec_enable_toggle=1, transport_play=1)
            unit.wait_until(lambda now: now["tally"]["light"] == "recording", "it is solid red")
            unit.wait_for_place(2)
            ardour.become(rec_enable_toggle=0, transport_play=0)
            unit.wait_for_phase("idle")
            unit.wait_until(lambda now: now["tally"]["light"] == "off", "the light is off")

            ardour.become(record_tally=0)
            unit.do("start")
            ardour.become(rec_enable_toggle=1, transport_play=1)
            unit.wait_until(
                lambda now: len(now["takes"]) > 1 and now["takes"][0]["status"] == "cancelled",
                "the take that nobody records is refused",
            )
            unit.wait_for_phase("idle")
            unit.wait_until_certified()
            recording = ear.close()
    takes = unit.rows("SELECT how, verdict FROM takes ORDER BY entry")
    assert [take["verdict"] for take in takes] == ["recorded", "not_seen"]
    assert [said for _, said in recording.midi].count(RECORD_STROBE) == 2
