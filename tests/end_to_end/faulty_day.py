"""One day of a whole box whose wires fail: what was done to it and when, and what came of it.

For the tests whose box is a daemon with wires of its own. Everything is read where it ends: the click
by an independent ear, the lamp's pin where the daemon's wires write it down, the rest in the log.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.simulated_daw import RunningDaw
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A machine that is busy with other tests answers later than a studio's.
SETTINGS = """[midi]
backend = "jack"
[daw]
profile = "reaper"
deadline_ms = 3000
"""
_SONG = 'title = "Frayed"\ntempo = 240\ncount_in = 1\n'
BAR_NS = 1_000_000_000
_BEAT_FRAMES = 12_000
_LONGEST_SESSION_S = 120
_TRIES = 5
# What a server that lost cycles does to every client, and a processor that is not to be had.
_BY_MACHINE = ("server xrun", "click gap", "clock jumped", "click rejoined", "late midi")


@dataclass
class Day:
    """What was done to the box, when (host time), and what came of it."""

    unit: Unit
    at_ns: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """What the parts said of themselves."""
    recording: Recording | None = None

    def note(self, name: str) -> None:
        """Remember this moment."""
        self.at_ns[name] = time.monotonic_ns()

    def do(self, line: str, name: str = "") -> None:
        """Do something to the wires, and remember when."""
        self.note(name or line)
        self.unit.tell(line)

    def wait_for_part(self, part: str, state: str, why: str = "") -> None:
        """Wait until a part is well, or not, and has said why."""
        status = self.unit.wait_until(
            lambda now: (
                now["parts"][part]["state"] == state and why in now["parts"][part]["sentence"]
            ),
            f"the {part} is {state}: {why}",
        )
        self.told[f"{part} {state} {why}"] = status["parts"][part]["sentence"]

    def wait_for_stuck(self, *pedals: str) -> None:
        """Wait until the log calls these pedals stuck, in this order."""
        self.unit.wait_until(
            lambda _: (
                [row["detail"].split()[1] for row in self.incidents("pedal stuck")] == list(pedals)
            ),
            f"{pedals} are stuck",
        )

    def end(self) -> None:
        """Stop the take from the panel, and wait until all of it is on disk."""
        self.unit.do("stop")
        self.unit.wait_for_phase("idle")
        self.unit.wait_until_certified()
        self.unit.wait_until(
            lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
        )

    def take(self) -> dict[str, Any]:
        """Return the take's row."""
        (take,) = self.unit.rows("SELECT * FROM takes")
        return take

    def incidents(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the log's incidents of a kind, or all."""
        rows = self.unit.rows("SELECT * FROM incidents ORDER BY at_ns")
        return [row for row in rows if kind in ("", row["kind"])]

    def flags(self) -> list[dict[str, Any]]:
        """Return the log's flags."""
        return self.unit.rows("SELECT * FROM flags ORDER BY at_ns")

    def bar_at(self, name: str) -> int:
        """Return the bar that sounded when something was done."""
        return self.bar_of(self.at_ns[name])

    def bar_of(self, at_ns: int) -> int:
        """Return the bar that sounded at a moment."""
        return int((at_ns - self.take()["bar1_ns"]) // BAR_NS) + 1

    def lamp(self) -> list[tuple[int, float]]:
        """Return every level of the lamp's pin, and when it was written."""
        lines = (self.unit.folder / "lamp.txt").read_text().splitlines()
        return [(int(line.split()[0]), float(line.split()[1])) for line in lines]

    def lamp_between(self, since: str, until: str) -> set[float]:
        """Return every level of the lamp's pin between two moments."""
        levels, before = set(), 0.0
        for at_ns, level in self.lamp():
            if at_ns < self.at_ns[since]:
                before = level
            elif at_ns <= self.at_ns[until]:
                levels.add(level)
        return levels | {before}

    def disturbed_by(self) -> list[str]:
        """Return what a machine that is too busy did to the take."""
        take, recording = self.take(), self.recording
        assert recording is not None
        first, end = take["first_click_frame"], take["end_frame"]
        lost = [f"the ear lost cycles at {gap}" for gap in recording.gaps()]
        noted = self.unit.folder / "disturbed.txt"
        return [
            *(noted.read_text().splitlines() if noted.exists() else ()),
            *([] if recording.is_whole(first, end) else lost),
            *(
                f"{row['kind']}: {row['detail']}"
                for row in self.incidents()
                if row["kind"] in _BY_MACHINE and row["take_id"] == take["id"]
            ),
        ]

    def assert_clicks(self, last: str) -> None:
        """Judge every click of the take, which was still sounding when `last` was done."""
        recording, take = self.recording, self.take()
        assert recording is not None
        first, end = take["first_click_frame"], take["end_frame"]
        wanted = list(range(first, end, _BEAT_FRAMES))
        heard = [onset.frame for onset in recording.onsets() if first <= onset.frame < end]
        missing, elsewhere = sorted(set(wanted) - set(heard)), sorted(set(heard) - set(wanted))
        assert heard == wanted, f"clicks missing at {missing}, heard at {elsewhere}"
        assert len(wanted) > 4 * (self.bar_at(last) - 1)
        (certificate,) = self.unit.rows("SELECT * FROM certificates")
        assert certificate["words"] == "CLICK CLEAN", certificate


def whole_day(
    folder: Callable[[], Path],
    daemon: Path,
    settings: str,
    live: Callable[[Day, Ear], None],
) -> Day:
    """Have a day lived, in a new folder, and once more where a busy machine disturbed its take.

    A box that disturbs itself does so every time, and no try is left.
    """
    disturbed = []
    for _ in range(_TRIES):
        day = _lived(folder(), daemon, settings, live)
        if not (what := day.disturbed_by()):
            return day
        disturbed.append(what)
    pytest.fail(f"each of {_TRIES} takes was disturbed: {disturbed}")


def _lived(folder: Path, daemon: Path, settings: str, live: Callable[[Day, Ear], None]) -> Day:
    env = plain_environment()
    with running_jack(folder, env), ExitStack() as running, ThreadPoolExecutor() as beside:
        unit = Unit(folder, env, settings, daemon=daemon)
        unit.add_song("frayed.toml", _SONG)
        day = Day(unit)
        ear = running.enter_context(Ear(folder, env, _LONGEST_SESSION_S, midi_from="^Countoff:"))
        simulated = RunningDaw(folder, env, "--profile", "reaper", "--backend", "jack")
        # Three programs, none of which needs another to start.
        with_daw = beside.submit(running.enter_context, simulated)
        running.enter_context(unit)
        unit.start()
        with_daw.result()
        day.wait_for_part("daw", "ok")
        live(day, ear)
        day.recording = ear.close()
        unit.stop()
    return day
