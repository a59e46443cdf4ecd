"""The whole daemon and the simulated DAW, each a program of its own, over a real JACK server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.simulated_daw import RunningDaw
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_SONG = 'title = "Both"\ntempo = 480\ncount_in = 1\n'
_PROFILE = "reaper"


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a server that all tests here share."""
    env = plain_environment()
    with running_jack(tmp_path_factory.mktemp("jack"), env):
        yield env


@pytest.fixture
def unit(tmp_path: Path, env: dict[str, str]) -> Iterator[Unit]:
    """A box that takes what is at its port for REAPER; not started yet."""
    # A machine that is busy with other tests answers later than a studio's.
    unit = Unit(
        tmp_path,
        env,
        f'[midi]\nbackend = "jack"\n[daw]\nprofile = "{_PROFILE}"\ndeadline_ms = 3000\n',
    )
    unit.add_song("both.toml", _SONG)
    with unit:
        yield unit


def light_is(unit: Unit, light: str) -> dict[str, Any]:
    """Wait until the tally shows `light`."""
    return unit.wait_until(lambda now: now["tally"]["light"] == light, f"the light is {light}")


def daw_is(unit: Unit, state: str) -> None:
    """Wait until the part that is the DAW is so."""
    unit.wait_until(lambda now: now["parts"]["daw"]["state"] == state, f"the DAW is {state}")


def both_there(unit: Unit, daw: RunningDaw) -> None:
    """Start the box, and wait until both have found each other, both ways."""
    unit.start()
    daw_is(unit, "ok")
    daw.wait_for("hears  Mackie: here I am")


def verdicts(unit: Unit) -> list[tuple[str, str]]:
    """Return how each take ended, and its verdict, in their order."""
    rows = unit.rows("SELECT how, verdict FROM takes ORDER BY entry")
    return [(row["how"], row["verdict"]) for row in rows]


def take_is_over(unit: Unit) -> None:
    """Wait until the box is idle and the take has its certificate: it is all in the log then."""
    unit.wait_for_phase("idle")
    unit.wait_until_certified()


def test_a_take_is_red_when_the_daw_says_so(
    tmp_path: Path, env: dict[str, str], unit: Unit
) -> None:
    """Its record light is the confirmation: from the press to the end both do the same."""
    with RunningDaw(tmp_path, env, "--profile", _PROFILE, "--backend", "jack") as daw:
        both_there(unit, daw)
        unit.press("roll")
        records = daw.wait_for("does   records from 00:00:00:00")
        light_is(unit, "recording")
        unit.wait_for_place(3)
        unit.do("stop")
        daw.wait_for("does   stops at", after=records)
        take_is_over(unit)
        light_is(unit, "off")
    assert verdicts(unit) == [("ended", "recorded")]
    assert daw.lines[-1].startswith("take 1: 00:00:00:00 to ")


def test_a_daw_that_is_deaf_or_refuses(tmp_path: Path, env: dict[str, str], unit: Unit) -> None:
    """Nobody plays a take that is not recorded: there is no count-in. Once it hears, there is."""
    with RunningDaw(tmp_path, env, "--profile", _PROFILE, "--backend", "jack") as daw:
        both_there(unit, daw)
        daw.do("deaf")
        daw.wait_for("does   is deaf")
        unit.press("roll")
        unit.wait_until(lambda now: now["phase"] == "count_in", "it is asked")
        take_is_over(unit)
        daw.do("deaf")
        hears = daw.wait_for("does   hears again")
        daw.do("refuse")
        daw.wait_for("does   refuses to record")
        unit.do("start")
        daw.wait_for("does   plays from", after=hears)
        unit.wait_until(lambda now: len(now["takes"]) == 2, "the second take is there")
        take_is_over(unit)
        assert verdicts(unit) == [("cancelled", "not_seen"), ("cancelled", "not_seen")]
        daw.do("refuse")
        daw.wait_for("does   records again when asked to")
        unit.do("start")
        light_is(unit, "recording")


def test_the_daws_own_user(tmp_path: Path, env: dict[str, str], unit: Unit) -> None:
    """The space bar ends the take, without an alarm; record pressed there is a take without click."""
    with RunningDaw(tmp_path, env, "--profile", _PROFILE, "--backend", "jack") as daw:
        both_there(unit, daw)
        unit.press("roll")
        unit.wait_for_place(2)
        daw.do("space")
        take_is_over(unit)
        light_is(unit, "off")
        daw.do("record")
        light_is(unit, "recording")
        daw.do("space")
        light_is(unit, "off")
        take_is_over(unit)
    (first, second) = verdicts(unit)
    assert first == ("ended", "recorded")
    assert second[1] == "recorded"


def test_a_daw_that_crashes_while_red(tmp_path: Path, env: dict[str, str], unit: Unit) -> None:
    """The light is not red any more, and the take has a gap; it is red for the next one again."""
    with RunningDaw(tmp_path, env, "--profile", _PROFILE, "--backend", "jack") as daw:
        both_there(unit, daw)
        unit.press("roll")
        light_is(unit, "recording")
        unit.wait_for_place(2)
        daw.do("crash")
        light_is(unit, "daw_lost")
        unit.do("stop")
        take_is_over(unit)
        assert verdicts(unit) == [("ended", "gap")]
        daw.do("crash")
        daw_is(unit, "ok")
        unit.do("start")
        light_is(unit, "recording")
