"""The instruments on a real JACK server: beside the real box, and on a cable of known length."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.recording import Ear
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import RATE_HZ, running_jack
from tests.measure.delay_line import DelayLine

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.jack, pytest.mark.slow]
FIRMWARE = Path(__file__).parents[2] / "firmware"
TRIES = 4
LONGEST_SESSION_S = 60
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


@dataclass(frozen=True)
class Measured:
    """What both instruments found in a take, and whether the server lost nothing meanwhile."""

    click: dict[str, Any]
    clock: dict[str, Any]
    is_whole: bool


def _measured_take(folder: Path) -> Measured:
    env = plain_environment()
    with running_jack(folder, env):
        unit = Unit(folder, env, '[midi]\nbackend = "jack"\nclock = "bar_1"\n')
        unit.add_song("measured.toml", SONG)
        ear = Ear(folder, env, LONGEST_SESSION_S, midi_from="^Countoff MIDI:Clock$")
        with unit, ear:
            unit.start()
            ear.wait_until_connected()
            seconds = ("--seconds", "10")
            click = _starts_measuring(env, folder, "click", "Measured", *seconds)
            clock = _starts_measuring(env, folder, "midi", "Measured", *seconds)
            assert click.stderr is not None
            assert clock.stderr is not None
            click.stderr.readline()
            clock.stderr.readline()
            begun_ns = unit.press("roll")
            of_click, of_clock = _told(click), _told(clock)
            told_ns = time.monotonic_ns()
            recording = ear.close()
    first, last = (round(recording.frame_at_ns(at_ns)) for at_ns in (begun_ns, told_ns))
    return Measured(of_click, of_clock, recording.is_whole(first, last))


def test_the_click_and_the_clock_of_the_box_are_measured(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every click, and every pulse against the click's grid, is there and on its very frame.

    Only the server's own loss is an excuse, and only an independent ear tells of that; the first
    take without any counts.
    """
    for _ in range(TRIES):
        measured = _measured_take(tmp_path_factory.mktemp("measured"))
        if measured.is_whole:
            break
    else:
        pytest.fail(f"In {TRIES} takes the server never ran whole.")
    assert not measured.click["not_judged"]
    assert measured.click["is_clean"], measured.click
    assert measured.click["held"] == 6 * 16 + 4
    assert measured.clock["pulses"] > 100
    assert "start" in {said["word"] for said in measured.clock["words"]}
    assert not measured.clock["not_judged"]
    assert measured.clock["is_on_time"], measured.clock


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
    words = ("latency", "--input", "cable:out", "--clicks", "4", "--save")
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
