"""A line check of the whole box, on a real JACK server, with a cable."""

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


def test_a_line_check_hears_the_click_and_gives_way(tmp_path: Path) -> None:
    """What is there passes, and the click comes back over its cable.

    A take that is begun during the next line check ends that at once, and is as whole as any other.
    """
    env = plain_environment()
    with (
        running_jack(tmp_path, env) as server,
        DelayLine(server, _WAY_FRAMES, leads_back=True) as cable,
        Unit(tmp_path, env, _SETTINGS) as unit,
    ):
        unit.add_song("soundcheck.toml", _SONG)
        unit.start()
        _ask(tmp_path)
        looking = _wait_for_check(unit, 1, Stage.LOOKING)
        assert (looking["tally"]["light"], looking["page"]) == ("line_check", "line_check")
        over = _wait_for_check(unit, 1, Stage.OVER)["line_check"]
        findings = {finding["check"]: finding for finding in over["findings"]}
        for name in ("audio", "click heard", "lamp", "disk", "configuration", "pedals"):
            assert findings[name]["grade"] == "pass", findings[name]
        assert findings["click heard"]["found"].startswith("3 clicks came back on input 1")
        xruns = cable.xruns
        _begin_take_in_check(unit, tmp_path)
        has_run_whole = cable.xruns == xruns
        (certified,) = unit.rows("SELECT * FROM certificates")
        # What the server loses, it loses on the cable too.
        if has_run_whole:
            assert (certified["grade"], certified["is_clean"]) == ("verified by loopback", 1)


def _ask(folder: Path) -> None:
    with Client([folder / "control.sock"]) as client:
        client.ask(ask="line_check")


def _wait_for_check(unit: Unit, run: int, stage: Stage) -> dict[str, Any]:
    def is_there(status: dict[str, Any]) -> bool:
        check = status["line_check"]
        return check is not None and (check["run"], check["stage"]) == (run, stage)

    return unit.wait_until(is_there, f"line check {run} is {stage}")


def _begin_take_in_check(unit: Unit, folder: Path) -> None:
    """Ask for a line check, press ROLL in the middle of it, and let the take be certified."""
    _ask(folder)
    _wait_for_check(unit, 2, Stage.LOOKING)
    unit.press("roll")
    ended = _wait_for_check(unit, 2, Stage.OVER)["line_check"]
    assert ended["was_broken_off"]
    unit.wait_for_phase("ring_out")
    unit.do("stop")
    unit.wait_until_certified()
    unit.wait_until(lambda _: bool(unit.rows("SELECT * FROM certificates")), "that is logged")
