"""The instruments on a real JACK server: beside the real box, and on a cable of known length."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import RATE_HZ, running_jack
from tests.measure.delay_line import DelayLine

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.jack, pytest.mark.slow]
FIRMWARE = Path(__file__).parents[2] / "firmware"
SONG = 'title = "Measured"\ntempo = 233.7\nsubdivision = "16th"\ncount_in = 1\nbars = 6\n'


def _starts_measuring(env: Mapping[str, str], folder: Path, *words: str) -> subprocess.Popen[str]:
    config = str(folder / "countoff.toml")
    return subprocess.Popen(
        [sys.executable, "-m", "countoff", "--config", config, "measure", *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**env, "PYTHONPATH": str(FIRMWARE)},
    )


def _told(measuring: subprocess.Popen[str]) -> dict[str, Any]:
    out, said = measuring.communicate(timeout=120)
    assert out, said
    told: dict[str, Any] = json.loads(out)
    return told


def test_the_click_and_the_clock_of_the_box_are_measured(tmp_path: Path) -> None:
    """Every click, and every pulse against the click's grid, is on its frame where nothing was lost."""
    env = plain_environment()
    with running_jack(tmp_path, env):
        unit = Unit(tmp_path, env, '[midi]\nbackend = "jack"\nclock = "bar_1"\n')
        unit.add_song("measured.toml", SONG)
        with unit:
            unit.start()
            seconds = ("--seconds", "14")
            click = _starts_measuring(env, tmp_path, "click", "Measured", *seconds)
            clock = _starts_measuring(env, tmp_path, "midi", "Measured", *seconds)
            assert click.stderr is not None
            assert clock.stderr is not None
            click.stderr.readline()
            clock.stderr.readline()
            unit.press("roll")
            of_click, of_clock = _told(click), _told(clock)
    assert of_click["held"] > 20
    if not of_click["not_judged"] and not unit.rows("SELECT 1 FROM incidents"):
        # The server lost nothing, and the box saw no trouble: then all of it is there, and exact.
        assert of_click["is_clean"], of_click
        assert of_click["held"] == 6 * 16 + 4
    assert of_clock["pulses"] > 100
    assert "start" in {said["word"] for said in of_clock["words"]}
    if not of_clock["not_judged"]:
        assert of_clock["is_on_time"], of_clock


def test_a_press_of_the_running_box_is_measured(tmp_path: Path) -> None:
    """From the edge in the log to the record command at the port, of a take that was begun."""
    env = plain_environment()
    with running_jack(tmp_path, env):
        unit = Unit(tmp_path, env, '[midi]\nbackend = "jack"\n')
        unit.add_song("measured.toml", SONG)
        with unit:
            unit.start()
            measuring = _starts_measuring(env, tmp_path, "press", "--presses", "1")
            assert measuring.stderr is not None
            measuring.stderr.readline()
            unit.wait_until(
                lambda status: status["parts"]["daw"]["state"] == "ok", "the ear is connected"
            )
            unit.press("roll")
            told = _told(measuring)
    assert told["presses"] == 1
    assert 0 < told["took_ms"]["lowest"] <= told["took_ms"]["highest"]


@pytest.mark.parametrize("delay_frames", [64, 1_237])
def test_the_latency_is_that_of_the_cable(tmp_path: Path, delay_frames: int) -> None:
    """A line of known length is measured to a hundredth of a frame, and saved beside a comment."""
    env = plain_environment()
    config = tmp_path / "countoff.toml"
    socket = tmp_path / "control.sock"
    config.write_text(f'[unit]\nsocket = "{socket}"\n[audio]\nchannels = 1 # one is enough\n')
    words = ("latency", "--input", "cable:out", "--clicks", "8", "--save")
    with running_jack(tmp_path, env) as server, DelayLine(server, delay_frames):
        told = _told(_starts_measuring(env, tmp_path, *words))

    assert told["output"] == "JACK"
    assert told["output_latency_frames"] == pytest.approx(delay_frames, abs=0.05)
    latency_ms = told["output_latency_ms"]
    assert latency_ms == pytest.approx(delay_frames * 1000 / RATE_HZ, abs=0.001)
    saved = config.read_text()
    assert "channels = 1 # one is enough" in saved
    assert f"output_latency_ms = {latency_ms}" in saved


def test_beside_a_running_box_the_latency_is_not_measured(tmp_path: Path) -> None:
    """The box has the output: the command says so, says what to do, and plays nothing."""
    env = plain_environment()
    with running_jack(tmp_path, env):
        unit = Unit(tmp_path, env, '[midi]\nbackend = "none"\n')
        with unit:
            unit.start()
            measuring = _starts_measuring(env, tmp_path, "latency", "--clicks", "1")
            out, said = measuring.communicate(timeout=60)
    assert measuring.returncode == 3
    assert not out
    assert "stop it first" in said
