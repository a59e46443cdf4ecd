"""A line check of the whole box, on a real JACK server, with a cable and a wrong pedal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack
from tests.measure.delay_line import DelayLine

from countoff.control.client import Client
from countoff.core.line_check import Stage

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_SETTINGS = '[midi]\nbackend = "none"\n[audio]\nloopback_input = 1\n[click]\nsound = "stick"\n'
_SONG = 'title = "Soundcheck"\ntempo = 960\ncount_in = 1\nbars = 2\n'
_WAY_FRAMES = 700
_NEXT_STEP_NS = 500_000_000


def test_a_line_check_hears_learns_and_gives_way(tmp_path: Path) -> None:
    """What is there passes; a pedal that is closed at rest is learnt.

    The click comes back over its cable. A take that is begun during the next line check ends it at once,
    and is as whole as any other.
    """
    env = plain_environment()
    with (
        running_jack(tmp_path, env) as server,
        DelayLine(server, _WAY_FRAMES, leads_back=True) as cable,
        Unit(tmp_path, env, _SETTINGS) as unit,
    ):
        unit.add_song("soundcheck.toml", _SONG)
        unit.start()
        unit.tell("22 down")
        _ask(tmp_path, is_attended=True)
        feeling = _wait_for_check(unit, 1, Stage.FEELING)
        assert feeling["tally"]["light"] == "line_check"
        assert feeling["line_check"]["closed"] == ["keeper"]
        for pedal in ("roll", "again", "song"):
            _step(unit, pedal)
        _step(unit, "keeper", rests_down=True)
        _step(unit, "keeper", rests_down=True)
        told = _wait_for_check(unit, 1, Stage.TELLING)
        _assert_found(told["line_check"])
        # No foot is that quick: two pedals within a moment are one shoe.
        unit.wait_until(
            lambda status: status["at_ns"] > told["at_ns"] + _NEXT_STEP_NS, "it has passed"
        )
        xruns = cable.xruns
        _begin_take_in_check(unit, tmp_path)
        has_run_whole = cable.xruns == xruns
        unit.tell("22 up")
        unit.wait_until(_is_down("keeper"), "the keeper is down when its contact opens")
        (certified,) = unit.rows("SELECT * FROM certificates")
        # What the server loses, it loses on the cable too.
        if has_run_whole:
            assert (certified["grade"], certified["is_clean"]) == ("verified by loopback", 1)


def _ask(folder: Path, *, is_attended: bool) -> None:
    with Client([folder / "control.sock"]) as client:
        client.ask(ask="line_check", is_attended=is_attended)


def _assert_found(check: dict[str, Any]) -> None:
    findings = {finding["check"]: finding for finding in check["findings"]}
    for name in ("audio", "click heard", "lamp", "disk", "configuration"):
        assert findings[name]["grade"] == "pass", findings[name]
    assert findings["click heard"]["found"].startswith("3 clicks came back on input 1")
    assert findings["pedals felt"]["found"] == "All 4 were felt."
    assert "KEEPER opens when stepped on: learnt" in findings["pedals"]["found"]
    assert check["learnt"] == ["keeper"]


def _wait_for_check(unit: Unit, run: int, stage: Stage) -> dict[str, Any]:
    def is_there(status: dict[str, Any]) -> bool:
        check = status["line_check"]
        return check is not None and (check["run"], check["stage"]) == (run, stage)

    return unit.wait_until(is_there, f"line check {run} is {stage}")


def _is_down(pedal: str, *, is_down: bool = True) -> Any:
    return lambda status: status["pedals"][pedal]["is_down"] is is_down


def _step(unit: Unit, pedal: str, *, rests_down: bool = False) -> None:
    """Step on a pedal and come off it, each once the box has noticed the one before."""
    for is_down in (not rests_down, rests_down):
        (unit.step_on if is_down else unit.step_off)(pedal)
        unit.wait_until(
            lambda status, is_down=is_down: (
                _is_down(pedal, is_down=is_down)(status) or pedal in status["line_check"]["learnt"]
            ),
            "the pedal moves, or is learnt",
        )


def _begin_take_in_check(unit: Unit, folder: Path) -> None:
    """Ask for a line check, press ROLL in the middle of it, and let the take be certified."""
    _ask(folder, is_attended=False)
    _wait_for_check(unit, 2, Stage.LOOKING)
    unit.press("roll")
    ended = _wait_for_check(unit, 2, Stage.OVER)["line_check"]
    assert ended["was_broken_off"]
    unit.wait_for_phase("ring_out")
    unit.do("stop")
    unit.wait_until_certified()
    unit.wait_until(lambda _: bool(unit.rows("SELECT * FROM certificates")), "that is logged")
