"""Certificates of takes on a real audio server: a whole click is clean, a broken one says where.

An independent ear says whether the server itself was on time; takes in which it was not are tried
again, since they are no proof of anything.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_TRIES = 4
_LONGEST_SESSION_S = 120
_BLOCK_FRAMES = 256
_RATE_HZ = 48_000
_S = 1_000_000_000
_BEAT_NS = _S // 5
_SONG = 'title = "Proof"\ntempo = 300\ncount_in = 1\n'
_SETTINGS = '[midi]\nbackend = "jack"\nport = "ear:midi"\n'
_BLOCKED_S = 0.020
# More than two cycles of 5.3 ms: one of them, at least, passes without the player.
_DROPPED_S = 0.012
# So many takes are left alone: in one of them, at least, the server should be on time.
_LEFT_ALONE = 2
_BLOCKED_TAKE, _DROPPED_TAKE = _LEFT_ALONE + 1, _LEFT_ALONE + 2


@dataclass(frozen=True)
class Evening:
    """What was heard and logged, and when the player was held up in which take (host time)."""

    recording: Recording
    unit: Unit
    held_ns: dict[int, int]

    def take(self, number: int) -> dict[str, Any]:
        """Return a take's row with its certificate."""
        (take,) = self.unit.rows(
            "SELECT t.*, c.grade, c.is_clean, c.words, c.summary, c.notes, c.figures"
            " FROM takes t JOIN certificates c ON c.take_id = t.id WHERE number = ?",
            number,
        )
        return {**take, "figures": json.loads(take["figures"])}

    def is_whole(self, number: int) -> bool:
        """Tell whether the server served everybody through the whole take."""
        take = self.take(number)
        return self.recording.is_whole(take["first_click_frame"], take["end_frame"])


def _hold_up(unit: Unit, length_s: float) -> int:
    """Stop the player's process for so long, in the middle of a beat; return when it was stopped."""
    time.sleep(0.08)  # into the beat
    process = unit.process("player")
    assert process is not None
    at_ns = time.monotonic_ns()
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(length_s)  # the fault itself
    os.kill(process.pid, signal.SIGCONT)
    return at_ns


def _take(unit: Unit, hold_up_s: float | None) -> int | None:
    """Record a take of three bars, with the player held up in bar 3, and wait for its certificate."""
    certified = len(unit.rows("SELECT 1 FROM certificates"))
    unit.press("roll")
    unit.wait_for_place(3, 2)
    held_ns = None if hold_up_s is None else _hold_up(unit, hold_up_s)
    unit.wait_for_place(3, 4)
    unit.do("stop")
    unit.wait_until(
        lambda _: len(unit.rows("SELECT 1 FROM certificates")) > certified, "it is certified"
    )
    return held_ns


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Return some takes left alone, one whose callback is blocked, and one with a dropped cycle."""
    for _ in range(_TRIES):
        folder = tmp_path_factory.mktemp("evening")
        evening = _an_evening(folder)
        if any(evening.is_whole(number + 1) for number in range(_LEFT_ALONE)):
            return evening
    pytest.fail(f"In {_TRIES} evenings the server was never on time for a whole take.")


def _an_evening(folder: Path) -> Evening:
    env = plain_environment()
    with running_jack(folder, env, block_frames=_BLOCK_FRAMES):
        unit = Unit(folder, env, _SETTINGS)
        unit.add_song("proof.toml", _SONG)
        with unit, Ear(folder, env, _LONGEST_SESSION_S) as ear:
            unit.start()
            ear.wait_until_connected()
            unit.wait_until(
                lambda status: all(
                    status["parts"][part]["state"] == "ok" for part in ("audio", "daw")
                ),
                "audio and DAW are well",
            )
            held_ns = {}
            for hold_up_s in (*[None] * _LEFT_ALONE, _BLOCKED_S, _DROPPED_S):
                number = len(unit.rows("SELECT 1 FROM takes")) + 1
                at_ns = _take(unit, hold_up_s)
                if at_ns is not None:
                    held_ns[number] = at_ns
            recording = ear.close()
    return Evening(recording, unit, held_ns)


def test_a_clean_run_is_certified_clean(evening: Evening) -> None:
    """Every frame that was due was delivered, and the certificate says so."""
    number = next(one for one in range(1, _LEFT_ALONE + 1) if evening.is_whole(one))
    take = evening.take(number)
    figures = take["figures"]
    assert (take["grade"], take["summary"], take["words"]) == (
        "by counters",
        "clean",
        "CLICK CLEAN",
    )
    assert take["is_clean"] == 1
    assert figures["frames_lost"] == figures["gaps"] == figures["missed_clicks"] == 0
    assert figures["frames_due"] == figures["frames_delivered"]
    # From the first click to the close: a count-in bar, two bars and three beats.
    assert figures["frames_due"] >= take["end_frame"] - take["first_click_frame"]
    assert figures["rate_hz"] == _RATE_HZ
    assert len(figures["epochs"]) == 1
    assert abs(figures["clock_ppm"]) <= 200
    assert figures["clock_uncertainty_ppm"] > 0
    # Record and stop, at the least.
    assert figures["midi_sent"] >= 2
    assert sum(figures["midi_lateness"]) == figures["midi_sent"]


@pytest.mark.parametrize(
    ("number", "least_ms", "most_ms"), [(_BLOCKED_TAKE, 10.0, 60.0), (_DROPPED_TAKE, 5.0, 50.0)]
)
def test_what_was_not_played_stands_at_its_bar(
    evening: Evening, number: int, least_ms: float, most_ms: float
) -> None:
    """A callback held up for 20 ms, and one cycle without it, are gaps at the beat where it was."""
    take, held_ns = evening.take(number), evening.held_ns[number]
    beat = (held_ns - take["bar1_ns"]) // _BEAT_NS
    place = f"bar {beat // 4 + 1}.{beat % 4 + 1}"
    assert take["is_clean"] == 0
    assert "GAP" in take["words"] or "JUMP" in take["words"], take["summary"]
    assert place in take["summary"]
    figures = take["figures"]
    assert least_ms <= 1000 * figures["frames_lost"] / _RATE_HZ <= most_ms
    assert figures["gaps"] >= 1
    assert figures["longest_wait_ms"] >= least_ms
    incidents = evening.unit.rows(
        "SELECT bar, beat FROM incidents WHERE take_id = ? AND kind = 'click gap'", take["id"]
    )
    assert (beat // 4 + 1, beat % 4 + 1) in {(row["bar"], row["beat"]) for row in incidents}
