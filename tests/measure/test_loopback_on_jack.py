"""Takes verified over a cable: the real box on a real JACK server, its click led back to an input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import RATE_HZ, running_jack
from tests.measure.delay_line import DelayLine

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]
_SONG = 'title = "Cabled"\ntempo = 600\ncount_in = 1\nbars = 8\n'
_WAY_FRAMES = 700
_MOST_TAKES = 6


def _certified(unit: Unit, takes: int = 1) -> dict[str, Any]:
    """Stop the running take where its bars are over, and return its certificate."""

    def is_certified(_: dict[str, Any]) -> bool:
        return len(unit.rows("SELECT take_id FROM certificates")) == takes

    unit.wait_for_phase("ring_out")
    unit.do("stop")
    unit.wait_until(is_certified, "the take is certified")
    return unit.rows("SELECT * FROM certificates ORDER BY at_ns")[-1]


def _cabled_unit(folder: Path, env: dict[str, str]) -> Unit:
    unit = Unit(folder, env, '[midi]\nbackend = "none"\n[audio]\nloopback_input = 1\n')
    unit.add_song("cabled.toml", _SONG)
    return unit


def test_a_whole_take_is_verified_by_loopback(tmp_path: Path) -> None:
    """Every click comes back where it was planned: the certificate says so, and how long the way is.

    What the server loses, it loses on the cable too: the first take in which it says nothing counts.
    """
    env = plain_environment()
    with (
        running_jack(tmp_path, env) as server,
        DelayLine(server, _WAY_FRAMES, leads_back=True) as cable,
        _cabled_unit(tmp_path, env) as unit,
    ):
        unit.start()
        for takes in range(1, _MOST_TAKES + 1):
            xruns = cable.xruns
            unit.do("start")
            certified = _certified(unit, takes)
            if cable.xruns == xruns:
                break
        else:
            pytest.fail(f"In {_MOST_TAKES} takes the server never ran whole.")
    assert unit.rows("SELECT * FROM incidents WHERE take_id = ?", certified["take_id"]) == []
    assert certified["grade"] == "verified by loopback"
    assert certified["is_clean"]
    # The server takes the way in one cycle more, as the cable leads back to its beginning.
    way_ms = json.loads(certified["figures"])["loopback_way_ms"]
    way_frames = _WAY_FRAMES + server.block_frames
    assert way_ms == pytest.approx(way_frames * 1000 / RATE_HZ, abs=0.05)


def test_clicks_that_do_not_come_back_are_incidents_at_their_bar(tmp_path: Path) -> None:
    """The cable is pulled in bar 4: from there on each click is an incident, at its own bar."""
    env = plain_environment()
    with (
        running_jack(tmp_path, env) as server,
        DelayLine(server, _WAY_FRAMES, leads_back=True) as cable,
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
