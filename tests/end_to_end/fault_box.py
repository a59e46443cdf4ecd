"""A box on a sound server of its own, an ear beside it, and how a take with a fault is judged.

Clicks are judged in host time, on the grid they were on before the fault. What the server itself did
is known from the server alone, by the ear: nothing is excused because the box says so.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.end_to_end.host_grid import HostGrid, HostTimes
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import JackServer, running_jack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psutil

MS = 1_000_000
S = 1000 * MS
BEAT_NS = 62_500_000
_SONG = 'title = "Faulty"\ntempo = 960\ncount_in = 1\n'
_BEAT_FRAMES = 3_000
_BEATS_A_BAR = 4
_LONGEST_SESSION_S = 60
# A short click: sixteen a second, with silence between them.
_SETTINGS = '[midi]\nbackend = "jack"\n[click]\nsound = "stick"\n'
_BARS_BEFORE = 8
_JUDGED_ONSETS = 50
_BARS_AFTER = 15

_FOUND_NS = 300 * MS
# Half a millisecond: what the median of fifty clicks may be off the grid they were on.
_MEDIAN_FRAMES = 24
# A click is placed by a line through wake-ups that are late by up to 0.1 ms, and judged by others:
# twice the median's bound leaves room for both, and is still far below what anybody hears. It holds
# for those clicks before which the server had no trouble of its own for a second.
_SINGLE_FRAMES = 48
# What was filled already when the fault came is still heard.
_NEXT_FRAMES_NS = 60 * MS
_SETTLED_S = 0.3

# The certificate comes half a second after the take.
_CERTIFIED = "SELECT * FROM certificates WHERE take_id = ?"
# What the server does to every client, told as what it is.
BY_SERVER = {"server xrun", "click gap", "clock jumped", "click rejoined"}


@dataclass
class Box:
    """The box, its server, and whoever listens."""

    unit: Unit
    server: JackServer
    env: dict[str, str]
    folder: Path
    _ears: Iterator[int] = field(default_factory=itertools.count)

    def ear(self) -> Ear:
        """Return another ear."""
        folder = self.folder / f"ear {next(self._ears)}"
        folder.mkdir()
        return Ear(folder, self.env, _LONGEST_SESSION_S)

    def wait_until_well(self) -> None:
        """Wait until nothing is at fault and the DAW's port is heard."""
        self.unit.wait_until(
            lambda status: all(
                status["parts"][part]["state"] == "ok" for part in ("audio", "daw", "disk")
            ),
            "the box is well",
        )

    def part(self, name: str) -> psutil.Process:
        """Return the player or the sender."""
        found = self.unit.process(name)
        assert found is not None
        return found

    def pids(self) -> dict[str, int]:
        """Return who plays and who sends."""
        return {name: self.part(name).pid for name in ("player", "sender")}

    def begin_take(self) -> None:
        """Start a take, and let some bars pass."""
        self.unit.press("roll")
        self.unit.wait_for_place(_BARS_BEFORE)

    def play_on(self) -> None:
        """Let as many bars pass as the judge needs."""
        self.unit.wait_for_place(self.unit.status()["bar"] + _BARS_AFTER)

    def end_take(self) -> dict[str, Any]:
        """Stop the take, and return its row."""
        self.unit.do("stop")
        self.unit.wait_for_phase("idle")
        self.unit.wait_until(
            lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
        )
        take: dict[str, Any] = self.unit.rows("SELECT * FROM takes ORDER BY entry DESC LIMIT 1")[0]
        return take

    def end(self, ear: Ear, fault_ns: int) -> Heard:
        """Stop the take, and return what the ear heard of it."""
        take = self.end_take()
        # What the DAW is told of the end leaves before its ear is closed.
        time.sleep(_SETTLED_S)
        return Heard(ear.close(), fault_ns, take)

    def wait_for_incident(self, kind: str, since_ns: int) -> dict[str, Any]:
        """Wait until an incident is in the log, and return the first."""
        query = "SELECT * FROM incidents WHERE kind = ? AND at_ns >= ? ORDER BY at_ns"
        self.unit.wait_until(lambda _: bool(self.unit.rows(query, kind, since_ns)), kind)
        return self.unit.rows(query, kind, since_ns)[0]

    def incidents(self, take: dict[str, Any]) -> set[str]:
        """Return the kinds of incidents that stand in a take."""
        rows = self.unit.rows("SELECT kind FROM incidents WHERE take_id = ?", take["id"])
        return {row["kind"] for row in rows}

    def certificate(self, take: dict[str, Any]) -> dict[str, Any]:
        """Return what is certified of a take's click, as soon as it is."""
        self.unit.wait_until(
            lambda _: bool(self.unit.rows(_CERTIFIED, take["id"])), "the take is certified"
        )
        return self.unit.rows(_CERTIFIED, take["id"])[0]

    def assert_a_clean_take_is_clean(self) -> None:
        """Record one more take, in which nothing goes wrong, and find nothing in its log."""
        with self.ear() as ear:
            ear.wait_until_connected()
            self.wait_until_well()
            self.unit.press("roll")
            self.unit.wait_for_place(3)
            take = self.end_take()
            certificate = self.certificate(take)
            recording = ear.close()
        incidents = self.incidents(take)
        assert incidents <= BY_SERVER
        around = recording.rate_hz // 2
        if recording.is_whole(take["first_click_frame"] - around, take["end_frame"] + around):
            assert incidents == set()
            assert (certificate["is_clean"], certificate["words"]) == (1, "CLICK CLEAN")
        assert "Beside the click" not in certificate["notes"]


@dataclass
class Heard:
    """A take with a fault at `fault_ns`, as the ear heard it."""

    recording: Recording
    fault_ns: int
    take: dict[str, Any]

    def __post_init__(self) -> None:
        self.times = HostTimes(self.recording)
        self.grid: HostGrid = self.times.grid(
            self.take["first_click_ns"], self.fault_ns, _BEAT_FRAMES
        )

    def assert_on_grid_from(self, from_ns: float) -> None:
        """Check the first fifty clicks after a moment against the grid from before the fault."""
        rate_hz = self.recording.rate_hz
        heard = self.times.onsets(from_ns, float("inf"))[:_JUDGED_ONSETS]
        assert len(heard) == _JUDGED_ONSETS
        off = np.array([self.grid.off_frames(at_ns, rate_hz) for at_ns in heard])
        settled = [abs(frames) for frames, at_ns in zip(off, heard, strict=True) if self._ok(at_ns)]
        print(
            f"silent for {(heard[0] - self.fault_ns) / MS:.0f} ms; off the grid by"
            f" {np.median(off):.1f} frames (median), {np.abs(off).max():.1f} at most"
        )
        assert np.median(np.abs(off)) <= _MEDIAN_FRAMES
        assert max(settled, default=0) <= _SINGLE_FRAMES
        # Each place of the grid at most once: nothing that was missed is played late, in a burst.
        places = [self.grid.place(at_ns) for at_ns in heard]
        assert len(set(places)) == len(places)
        if len(settled) == len(off):
            assert set(np.diff(places)) == {1}

    def _ok(self, at_ns: float) -> bool:
        return self.times.is_settled(at_ns)

    def assert_untouched(self) -> None:
        """Check that no click is missing or moved from the first to the last."""
        first, end = self.take["first_click_frame"], self.take["end_frame"]
        frames = [onset.frame for onset in self.recording.onsets() if first <= onset.frame < end]
        if self.recording.is_whole(first, end):
            assert frames == list(range(first, end, _BEAT_FRAMES))
        else:
            whole = [frame for frame in frames if self.recording.is_whole(frame - 1, frame + 1)]
            assert len(whole) > _JUDGED_ONSETS // 2

    def said(self) -> list[str]:
        """Return what the DAW was told."""
        return [said for _, said in self.recording.midi]

    def bar_at(self, at_ns: int) -> int:
        """Return the bar that sounded at a moment."""
        beats = (at_ns - self.take["bar1_ns"]) // BEAT_NS
        return int(beats) // _BEATS_A_BAR + 1

    def bars_of_fault(self) -> set[int]:
        """Return the bar of the fault, and the next where its first frame lay beyond the bar line."""
        return {self.bar_at(self.fault_ns), self.bar_at(self.fault_ns + _NEXT_FRAMES_NS)}


def assert_found(incident: dict[str, Any], heard: Heard) -> None:
    """Check that an incident was found in time, and stands at its bar."""
    print(f"{incident['kind']} after {(incident['at_ns'] - heard.fault_ns) / MS:.0f} ms")
    assert 0 <= incident["at_ns"] - heard.fault_ns <= _FOUND_NS
    assert incident["take_id"] == heard.take["id"]
    assert incident["bar"] == heard.bar_at(incident["at_ns"])


@contextlib.contextmanager
def running_box(folder: Path, block_frames: int) -> Iterator[Box]:
    """Run a box on a server of its own, whose cycles are `block_frames` long."""
    env = plain_environment()
    with running_jack(folder, env, block_frames=block_frames) as server:
        unit = Unit(folder, env, _SETTINGS)
        unit.add_song("faulty.toml", _SONG)
        with unit:
            unit.start()
            yield Box(unit, server, env, folder)
