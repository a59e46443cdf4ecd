"""A DAW that connected itself to the box's own port: it hears the box, or the box says otherwise."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.recording import RECORD_EXIT, RECORD_STROBE, STOP, Ear
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_LONGEST_SESSION_S = 60
_SONG = 'title = "Own"\ntempo = 480\ncount_in = 1\n'


def _daw(unit: Unit, state: str, what: str) -> None:
    unit.wait_until(lambda status: status["parts"]["daw"]["state"] == state, what)


def _light(unit: Unit) -> str:
    light: str = unit.status()["tally"]["light"]
    return light


def test_the_stop_of_a_killed_senders_successor_is_heard(tmp_path: Path) -> None:
    """The DAW does nothing by itself: the box connects it again, and its part is well only then."""
    env = plain_environment()
    with running_jack(tmp_path, env):
        unit = Unit(tmp_path, env, '[midi]\nbackend = "jack"\n')
        unit.add_song("own.toml", _SONG)
        with unit, Ear(tmp_path, env, _LONGEST_SESSION_S, follows=False) as ear:
            unit.start()
            ear.wait_until_connected()
            _daw(unit, "ok", "the DAW is connected")
            pressed_ns = unit.press("roll")
            unit.wait_for_place(2)
            sender = unit.process("sender")
            assert sender is not None
            os.kill(sender.pid, signal.SIGKILL)
            unit.wait_until(
                lambda _: bool(
                    unit.rows(
                        "SELECT 1 FROM incidents WHERE kind = 'daw fault' AND at_ns > ?", pressed_ns
                    )
                ),
                "the sender's death is an incident",
            )
            _daw(unit, "ok", "the DAW is connected again")
            assert _light(unit) == "cannot_answer"
            unit.do("stop")
            unit.wait_until(
                lambda status: status["takes"][0]["status"] == "ended", "the take has ended"
            )
            unit.wait_until_certified()
            recording = ear.close()
    assert [said for _, said in recording.midi] == [RECORD_STROBE, RECORD_EXIT, STOP]


def test_a_take_without_a_daw_says_so_to_its_end(tmp_path: Path) -> None:
    """Nobody is connected at ROLL; somebody connects in bar 2: this take stays untold."""
    env = plain_environment()
    with running_jack(tmp_path, env):
        unit = Unit(tmp_path, env, '[midi]\nbackend = "jack"\n')
        unit.add_song("own.toml", _SONG)
        with unit:
            unit.start()
            _daw(unit, "warning", "nobody is connected")
            unit.press("roll")
            unit.wait_until(
                lambda status: status["message"] == "DAW NOT RECORDING", "the screen says so"
            )
            unit.wait_for_place(2)
            assert _light(unit) == "daw_lost"
            with Ear(tmp_path, env, _LONGEST_SESSION_S) as ear:
                ear.wait_until_connected()
                _daw(unit, "ok", "the DAW is connected")
                assert _light(unit) == "daw_lost"
                unit.do("stop")
                unit.wait_for_phase("idle")
                unit.press("roll")
                unit.wait_for_phase("rolling")
                assert _light(unit) == "cannot_answer"
                ear.close()
    incidents = unit.rows("SELECT take_id, kind FROM incidents WHERE kind = 'daw not told'")
    (first, _) = unit.rows("SELECT id FROM takes ORDER BY entry")
    assert [incident["take_id"] for incident in incidents] == [first["id"]]
