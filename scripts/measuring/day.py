"""A day in the studio on the simulated unit, in virtual time, with faults sprinkled in.

Takes of seconds to minutes follow each other; in most of them something is pulled, dies or stalls.
What is counted as the hours pass must not grow, and the log must tell of everything.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import sqlite3
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.events import Pedal
from countoff.core.session.pedals import Phase
from countoff.core.song import steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.statements import Fault
from countoff.rehearsal.virtual_unit import VirtualUnit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MS = 1_000_000
_S = 1_000 * _MS
_HOUR_NS = 3_600 * _S
_FOOT_NS = 100 * _MS
_HOLD_NS = 700 * _MS
_GAP_FRAMES = 512
# What each fault leaves in the log, at least, where a take is running.
_TOLD = {
    "interface pulled and pushed in": ("audio lost", "click rejoined"),
    "player killed": ("audio lost", "click rejoined"),
    "underrun": ("click gap",),
    "midi port gone and back": ("daw fault",),
}


@dataclass(frozen=True, slots=True)
class Hour:
    """What this process holds at the end of an hour of session."""

    hour: int
    takes: int
    faults: int
    clicks_heard: int
    threads: int
    files: int
    processes: int
    objects: int
    peak_memory_mib: int


@dataclass(slots=True)
class Day:
    """What came of a day; `complaints` is empty where all is as it must be."""

    hours: list[Hour] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def told(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return {
            "hours": [asdict(hour) for hour in self.hours],
            "faults": dict(self.faults),
            "complaints": self.complaints,
        }


class _CountedClick(ClickWav):
    """Hears the click, and keeps none of it: a day would not fit into a WAV file."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        super().__init__(path, rate_hz)
        self.clicks = 0
        self._was_silent = True

    def open(self) -> None:
        """Do nothing."""

    def put(self, frame: int, samples: NDArray[np.float32]) -> None:
        """Count where sound begins after silence."""
        loud = np.abs(samples) > 0
        for stretch in np.array_split(loud, max(1, len(samples) // 512)):
            is_silent = not stretch.any()
            self.clicks += self._was_silent and not is_silent
            self._was_silent = is_silent

    def close(self, length_frames: int) -> None:
        """Do nothing."""


def spend(hours: int, seed: int, folder: Path) -> Day:
    """Spend a day of `hours` on a unit that leaves its log in `folder`. Takes seconds an hour."""
    day = Day()
    chance = random.Random(seed)  # noqa: S311 (the same day each time, not a secret)
    songs = (
        steady_song("Ballad", Tempo(Fraction(72)), Meter(4, 4)),
        steady_song("Odd", Tempo(Fraction(146)), Meter(7, 8)),
    )
    click = _CountedClick(folder / "click.wav", 48_000)
    unit = VirtualUnit(songs, folder, wav=click)
    broken: dict[str, Counter[str]] = {}
    unit.start()
    unit.advance_to(_S)
    for hour in range(1, hours + 1):
        while unit.now_ns < hour * _HOUR_NS:
            _record(unit, chance, day.faults, broken)
        day.hours.append(_count(hour, unit, click.clicks, day.faults))
    unit.close()
    _judge_growth(day)
    _judge_log(day, folder, unit, broken)
    return day


def _record(
    unit: VirtualUnit,
    chance: random.Random,
    faults: Counter[str],
    broken: dict[str, Counter[str]],
) -> None:
    """Record one take, in which something may fail, and leave the unit idle."""
    pedal = Pedal.ROLL if chance.random() < 0.5 else Pedal.AGAIN
    _press(unit, pedal)
    _pass(unit, chance.uniform(1, 8))
    take = unit.state.take
    if take is not None and not take.is_rehearsal:
        told = broken.setdefault(take.id, Counter())
        for _ in range(chance.choice((0, 1, 1, 2))):
            what = _break(unit, chance)
            faults[what] += 1
            told[what] += 1
            _pass(unit, chance.uniform(2, 60))
            if chance.random() < 0.3:
                _press(unit, Pedal.KEEPER)
    if chance.random() < 0.1:
        _press(unit, Pedal.AGAIN)
        _pass(unit, 3)
    if chance.random() < 0.5:
        unit.advance_to(unit.step_on(Pedal.ROLL, unit.now_ns, _HOLD_NS))
        _pass(unit, 20)
    else:
        unit.ask("stop", unit.now_ns)
    _pass(unit, chance.uniform(1, 40))
    if unit.state.phase is not Phase.IDLE:
        unit.ask("stop", unit.now_ns)
        _pass(unit, 1)
    if chance.random() < 0.2:
        unit.advance_to(unit.step_on(Pedal.SONG, unit.now_ns, _HOLD_NS))
        _pass(unit, 1)


def _break(unit: VirtualUnit, chance: random.Random) -> str:
    """Let something fail, and mend it where it does not mend itself; return what it was."""
    what = chance.choice(tuple(_TOLD))
    match what:
        case "interface pulled and pushed in":
            unit.fail(Fault.AUDIO_LOST, 0)
            _pass(unit, chance.uniform(0.5, 8))
            unit.fail(Fault.AUDIO_BACK, 0)
        case "player killed":
            unit.fail(Fault.PLAYER_REPLACED, 0)
        case "underrun":
            unit.fail(Fault.GAP, _GAP_FRAMES)
        case "midi port gone and back":
            unit.fail(Fault.DAW_LOST, 0)
            _pass(unit, chance.uniform(0.5, 8))
            unit.fail(Fault.DAW_BACK, 0)
    _pass(unit, 1)
    return what


def _press(unit: VirtualUnit, pedal: Pedal) -> None:
    unit.advance_to(unit.step_on(pedal, unit.now_ns, _FOOT_NS))


def _pass(unit: VirtualUnit, seconds: float) -> None:
    unit.advance_to(unit.now_ns + round(seconds * _S))


def _count(hour: int, unit: VirtualUnit, clicks: int, faults: Counter[str]) -> Hour:
    gc.collect()
    return Hour(
        hour=hour,
        takes=unit.state.takes_begun,
        faults=faults.total(),
        clicks_heard=clicks,
        threads=threading.active_count(),
        files=len(list(Path("/proc/self/fd").iterdir())),
        processes=_children(),
        objects=len(gc.get_objects()) - len(unit.sent),
        peak_memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _children() -> int:
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def _judge_growth(day: Day) -> None:
    first, last = day.hours[0], day.hours[-1]
    day.complaints += [
        f"{name} grew from {getattr(first, name)} to {getattr(last, name)}"
        for name in ("threads", "files", "processes")
        if getattr(last, name) > getattr(first, name)
    ]


def _judge_log(day: Day, folder: Path, unit: VirtualUnit, broken: dict[str, Counter[str]]) -> None:
    with sqlite3.connect(f"file:{folder / 'takes.sqlite'}?mode=ro", uri=True) as log:
        takes = dict(log.execute("SELECT id, how FROM takes"))
        incidents = list(log.execute("SELECT take_id, kind, bar FROM incidents"))
        certified = {
            row[0]: row[1] for row in log.execute("SELECT take_id, is_clean FROM certificates")
        }
    log.close()
    begun = unit.state.takes_begun
    if len(takes) != begun:
        day.complaints.append(f"{begun} takes were begun, {len(takes)} are in the log")
    for take_id, how in takes.items():
        if how is None:
            day.complaints.append(f"take {take_id} has no end")
    told = Counter((take_id, kind) for take_id, kind, _ in incidents)
    for take_id, faults in broken.items():
        expected = Counter(kind for what in faults.elements() for kind in _TOLD[what])
        for kind, count in expected.items():
            if told[take_id, kind] < count:
                day.complaints.append(
                    f"take {take_id}: {count} times {kind} in it, {told[take_id, kind]} in its log"
                )
        if certified.get(take_id) and any(what != "midi port gone and back" for what in faults):
            day.complaints.append(f"take {take_id} is certified clean, and was not: {dict(faults)}")
    placeless = [kind for take_id, kind, bar in incidents if take_id in broken and bar is None]
    if placeless:
        day.complaints.append(f"without a bar: {Counter(placeless)}")
