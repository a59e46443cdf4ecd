from __future__ import annotations

import sys
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from virtual_pi.glass import RECORDED_BYTES, Chip
from virtual_pi.installed_judging import judge_installed
from virtual_pi.recording import Onset

RATE_HZ = 48_000
BEAT_FRAMES = Fraction(60 * RATE_HZ) / Fraction("113.7")


def clicks(count: int) -> list[Onset]:
    """Return the first clicks of a take in 4/4, its count-in with them."""
    return [
        Onset(floor((beat - 4) * BEAT_FRAMES + Fraction(1, 2)), 0.5 + 0.2 * (not beat % 4))
        for beat in range(count)
    ]


def booted() -> dict[str, Any]:
    """Return what is told of a box that has come up as it should."""
    threads = [f" FF {priority} - countoff python3" for priority in (70, 65, 60, 3)]
    return {
        "case": "boot",
        "about": {
            "UnitFileState": "enabled",
            "ActiveState": "active",
            "SubState": "running",
            "User": "countoff",
            "NRestarts": "0",
        },
        "start_s": {"answers": 5.1, "sound": 8.0},
        "parts": {"audio": "ok", "screen": "ok", "daw": "warning No DAW is connected."},
        "threads": [*threads, " TS - -11 countoff countoff"],
        "locked_kb": {"countoff.player": 90_000, "countoff.sender": 80_000},
        "failed_units": [""],
        "journal_in_memory": True,
        "watchdog": {
            "watchdog0 identity": "i6300ESB timer",
            "watchdog0 state": "active",
            "RuntimeWatchdogUSec": "14s",
        },
        "exposure": "2.1 OK",
    }


def stopped() -> dict[str, Any]:
    """Return what is told of a box that was stopped in a take, and came back."""
    return {
        "case": "stopped",
        "bar": 2,
        "ended_s": 10.2,
        "gone_s": 0.3,
        "back_s": 18.0,
        "sound_s": 20.0,
        "restarts": 1,
        "systemd": "[10.0] vpi systemd[1]: countoff.service: Watchdog timeout (limit 10s)!",
        "broken": {"number": 3, "status": "interrupted", "end_bar": 2, "end_beat": 3},
        "midi_of_broken": [[1, "f07f7f0606f7"]],
        "take": {"number": 4, "how": "ended", "end_bar": 4, "end_beat": 4, "incidents": []},
    }


def test_a_box_that_lacks_a_right_has_not_come_up() -> None:
    """Each thing that the service has to be granted counts, and a part that is missing."""
    assert judge_installed(booted(), []).passed
    about = booted()["about"]
    for wrong in (
        {"about": {**about, "User": "root"}},
        {"about": {**about, "NRestarts": "1"}},
        {"parts": {"audio": "fault There is no interface."}},
        {"threads": [" TS - -11 countoff countoff"]},
        {"threads": [*booted()["threads"], " TS - 0 countoff countoff"]},
        {"locked_kb": {"countoff.player": 90_000, "countoff.sender": 0}},
        {"failed_units": ["countoff-governor.service loaded failed failed"]},
        {"journal_in_memory": False},
        {"watchdog": {"watchdog0 state": "inactive", "RuntimeWatchdogUSec": "0"}},
    ):
        assert not judge_installed({**booted(), **wrong}, []).passed, wrong


def test_a_box_that_was_stopped_has_to_be_back() -> None:
    """The watchdog has to have fired, the take to be interrupted, the next one to be whole."""
    heard = [clicks(10), clicks(20)]
    assert judge_installed(stopped(), heard).passed, judge_installed(stopped(), heard).facts
    broken = stopped()["broken"]
    for wrong in (
        {"systemd": ""},
        {"restarts": 2},
        {"gone_s": 3.0},
        {"broken": {**broken, "status": "ended"}},
        {"broken": {**broken, "end_bar": None}},
        {"midi_of_broken": []},
        {"take": {**stopped()["take"], "incidents": [{"kind": "audio lost"}]}},
    ):
        assert not judge_installed({**stopped(), **wrong}, heard).passed, wrong
    assert not judge_installed(stopped(), heard[:1]).passed
    assert not judge_installed(stopped(), [clicks(10), clicks(19)]).passed


def test_the_glass_shows_what_the_bus_said() -> None:
    """The window that a command sets is filled row by row; on and off are noticed."""
    chip = Chip(bytearray(RECORDED_BYTES))
    chip.take(bytes([0x00, 0xAF, 0x21, 8, 9, 0x22, 1, 2]))
    chip.take(bytes([0x40, 0x01, 0x02, 0x80, 0x00]))

    lit = {(x, y) for y, row in enumerate(chip.pixels()) for x, is_lit in enumerate(row) if is_lit}
    assert chip.is_on
    assert lit == {(8, 8), (9, 9), (8, 23)}

    chip.take(bytes([0x00, 0xAE]))
    assert not chip.is_on
