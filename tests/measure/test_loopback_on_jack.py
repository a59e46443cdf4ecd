"""Takes verified over a cable: the real box on a real JACK server, its click led back to an input."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any, Self

import jack
import numpy as np
import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jack_server import JackServer

pytestmark = [pytest.mark.jack, pytest.mark.slow]
_SONG = 'title = "Cabled"\ntempo = 200\ncount_in = 1\nbars = 8\n'
_WAY_FRAMES = 700
_MOST_TAKES = 6
_LOOK_EVERY_S = 0.02


class Cable:
    """From the player's first output to its first input, so many frames long; it can be pulled."""

    def __init__(self, server: JackServer) -> None:
        self.is_pulled = False
        self._client: Any = jack.Client("cable", servername=server.name, no_start_server=True)
        self._in = self._client.inports.register("in")
        self._out = self._client.outports.register("out")
        self._held = np.zeros(_WAY_FRAMES, dtype=np.float32)
        self._has_ended = threading.Event()
        self._plugging = threading.Thread(target=self._plug_in)
        self._client.set_process_callback(self._process)

    def __enter__(self) -> Self:
        self._client.activate()
        self._plugging.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_ended.set()
        self._plugging.join()
        self._client.deactivate()
        self._client.close()

    def _process(self, frames: int) -> None:
        both = np.concatenate([self._held, self._in.get_array()])
        out = self._out.get_array()
        out[:] = 0 if self.is_pulled else both[:frames]
        self._held = both[frames:]

    def _plug_in(self) -> None:
        while not self._has_ended.wait(_LOOK_EVERY_S):
            ways = (("PortAudio:out_0", self._in.name), (self._out.name, "PortAudio:in_0"))
            for source, target in ways:
                with contextlib.suppress(jack.JackError):
                    if not any(
                        port.name == target for port in self._client.get_all_connections(source)
                    ):
                        self._client.connect(source, target)


def _certified(unit: Unit, takes: int = 1) -> dict[str, Any]:
    def is_certified(_: dict[str, Any]) -> bool:
        return len(unit.rows("SELECT take_id FROM certificates")) == takes

    unit.wait_until(is_certified, "the take is certified")
    return unit.rows("SELECT * FROM certificates ORDER BY at_ns")[-1]


def _troubles_of(unit: Unit, take_id: str) -> list[dict[str, Any]]:
    return unit.rows("SELECT * FROM incidents WHERE take_id = ?", take_id)


def _cabled_unit(folder: Path, env: dict[str, str]) -> Unit:
    unit = Unit(folder, env, '[midi]\nbackend = "none"\n[audio]\nloopback_input = 1\n')
    unit.add_song("cabled.toml", _SONG)
    return unit


def test_a_whole_take_is_verified_by_loopback(tmp_path: Path) -> None:
    """Every click comes back where it was planned: the certificate says so, and how long the way is."""
    env = plain_environment()
    with running_jack(tmp_path, env) as server, Cable(server), _cabled_unit(tmp_path, env) as unit:
        unit.start()
        for takes in range(1, _MOST_TAKES + 1):
            unit.do("start")
            unit.wait_for_phase("ring_out")
            unit.do("stop")
            certified = _certified(unit, takes)
            troubles = _troubles_of(unit, certified["take_id"])
            # What the server itself lost, it lost on the cable too.
            if {trouble["kind"] for trouble in troubles} <= {"click misheard"}:
                break
        else:
            kinds = ", ".join({trouble["kind"] for trouble in troubles})
            pytest.skip(f"the server was in trouble in {_MOST_TAKES} takes out of as many: {kinds}")
    assert troubles == []
    assert certified["grade"] == "verified by loopback"
    assert certified["is_clean"]
    # The server takes the way in one cycle more, as the cable leads back to its beginning.
    way_ms = json.loads(certified["figures"])["loopback_way_ms"]
    assert way_ms == pytest.approx((_WAY_FRAMES + 128) * 1000 / 48_000, abs=0.05)


def test_clicks_that_do_not_come_back_are_incidents_at_their_bar(tmp_path: Path) -> None:
    """The cable is pulled in bar 4: from there on each click is an incident, at its own bar."""
    env = plain_environment()
    with (
        running_jack(tmp_path, env) as server,
        Cable(server) as cable,
        _cabled_unit(tmp_path, env) as unit,
    ):
        unit.start()
        unit.press("roll")
        unit.wait_for_place(4)
        cable.is_pulled = True
        certified = _certified(unit)
        misheard = unit.rows("SELECT * FROM incidents WHERE kind = 'click misheard'")
    assert not certified["is_clean"]
    assert "did not come back over the cable" in certified["summary"]
    bars = [incident["bar"] for incident in misheard]
    assert set(range(5, 9)) <= set(bars)
    assert min(bars) >= 3
