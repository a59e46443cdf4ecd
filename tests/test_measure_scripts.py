from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parent.parent
pytestmark = [pytest.mark.jack, pytest.mark.slow]
needs_jack = pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")


def _measured(script: str, *arguments: str) -> dict[str, Any]:
    """Run a script for as short as it goes; its figures may be good or bad, not missing."""
    path = CHECKOUT / "scripts" / script
    run = subprocess.run(
        [sys.executable, path, "--json", *arguments], capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, 1), run.stderr
    assert run.stdout, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    assert told["machine"]["cores"]
    return told


@needs_jack
def test_player_is_measured_in_every_design() -> None:
    """Each round counts late blocks and xruns of the box, idle and loaded, and of the naive design."""
    told = _measured("measure_player", "--rounds", "1", "--seconds", "0.3")

    assert [set(row) for row in told["rounds"]] == [
        {"server", "box", "box, loaded", "naive, loaded"}
    ]
    assert set(told["median_late_blocks"]) == {"box", "box, loaded", "naive, loaded"}
    assert set(told["median_xruns"]) == {"server", "box", "box, loaded", "naive, loaded"}
    assert isinstance(told["is_alone"], bool)


@needs_jack
def test_late_blocks_are_told_apart() -> None:
    """Every block of the loaded box has its row, and those that came late are somebody's."""
    told = _measured("measure_late_blocks", "--minutes", "0.02")

    verdict = told["verdict"]
    assert verdict["blocks"] > 0
    assert verdict["own"] + verdict["machines"] == len(verdict["late"])
    assert 0 < verdict["usual_run_ms"] <= verdict["longest_run_ms"]
    assert isinstance(told["is_fifo"], bool)


@needs_jack
def test_press_is_measured_on_jack_and_without() -> None:
    """Every press has its record command, on each port and beside the flood, idle and loaded."""
    told = _measured("measure_press", "--rounds", "1", "--presses", "2")

    ports = {"no port, idle", "no port, loaded", "JACK, idle", "JACK, loaded"}
    assert set(told["took"]) == {*ports, "JACK, idle, flooded", "JACK, loaded, flooded"}
    for figures in told["took"].values():
        assert figures["presses"] == 2
        assert 0 < figures["p50_ms"] <= figures["p99_ms"] <= figures["max_ms"]
    assert isinstance(told["is_prompt"], bool)


@needs_jack
def test_press_is_measured_in_profiles() -> None:
    """Every press has its record command, by each dialect; who is told nothing is named."""
    dialects = {"ardour-osc", "mackie", "pro-tools"}
    told = _measured(
        "measure_press", "--rounds", "1", "--presses", "2", "--profiles", *dialects, "none"
    )

    assert set(told["took"]) == dialects
    assert told["silent"] == ["none"]
    for figures in told["took"].values():
        assert figures["presses"] == 2
        assert 0 < figures["p50_ms"] <= figures["p99_ms"] <= figures["max_ms"]
    assert isinstance(told["is_prompt"], bool)


def test_start_is_measured() -> None:
    """A start is timed to the answer, the picture and the sound, in this order."""
    told = _measured("measure_start", "--starts", "1")

    took = told["median_s"]
    assert 0 < took["answers"] <= took["picture drawn"] <= took["has sound"]
    # Pins and screen are there, though they end in the air.
    assert 0 < max(took["pedals heard"], took["screen lit"]) <= took["ready"]
    assert took["has sound"] <= took["is complete"]
    assert isinstance(told["is_quick"], bool)


def test_songs_are_measured() -> None:
    """Choosing, pressing, planning and rendering are each timed once a run, side by side."""
    told = _measured("measure_song", "--runs", "2")

    assert len(told["took_ms"]) == 7
    for name, took in told["took_ms"].items():
        assert len(took) == 2
        assert 0 < min(took) <= told["median_ms"][name] <= max(took)
    assert isinstance(told["is_quick"], bool)


@needs_jack
def test_cost_of_the_player_is_measured() -> None:
    """The player's share of a core is above nothing, and the orders of a virtual minute are told."""
    told = _measured("measure_cpu", "--rounds", "1", "--seconds", "0.5", "--minutes", "2")

    assert 0 < told["cost"]["percent_of_core"] < 100
    assert told["cost"]["resident_mb"] > 1
    assert told["growth"]["clicks_kept"] > 0
    assert isinstance(told["is_light"], bool)
    assert isinstance(told["is_level"], bool)


@needs_jack
@pytest.mark.skipif(
    shutil.which("klick") is None or shutil.which("jack_midi_clock") is None,
    reason="klick or jack_midi_clock is not installed",
)
def test_everybody_is_measured_beside_each_other() -> None:
    """Two clicks and two clocks are held against their tempo in one run on one server."""
    told = _measured("measure_bench", "--minutes", "0.05")

    names = {one["name"] for one in told["kept"]}
    assert names == {
        "klick, click",
        "Countoff, click",
        "jack_midi_clock, clock",
        "Countoff, clock",
    }
    for one in told["kept"]:
        assert 0 < one["judged"] <= one["all"]
    assert told["player"]["percent_of_core"] > 0
