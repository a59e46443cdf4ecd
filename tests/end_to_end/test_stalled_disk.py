"""A memory card that tidies itself up for seconds costs neither a flag nor a moment on the screen."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from tests.end_to_end.unit import Unit, plain_environment

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'
_SONG = 'title = "Stalled"\ntempo = 480\ncount_in = 1\n'
# By then the disk is said to be slow, and a flag is no longer taken back by the next.
# COUNTOFF_TEST_STALL_S has it stand still for longer.
_STALL_S = float(os.environ.get("COUNTOFF_TEST_STALL_S", "3.5"))


def test_a_flag_is_shown_and_kept_while_the_disk_stands_still(tmp_path: Path) -> None:
    """Each is on the screen before the disk goes again, and all are in the log after, in order."""
    with Unit(tmp_path, plain_environment(), _SETTINGS) as unit:
        unit.add_song("stalled.toml", _SONG)
        unit.start()
        unit.press("roll")
        unit.wait_for_place(2)
        unit.stall_disk()
        stalled_ns = time.monotonic_ns()
        first_ns = [_flagged(unit, "keeper", "KEEP"), _flagged(unit, "song", "MARK")]
        unit.wait_until(
            lambda status: status["parts"]["disk"]["state"] != "ok", "the disk is said to be slow"
        )
        unit.wait_until(
            lambda status: status["at_ns"] - stalled_ns > _STALL_S * 1e9, "the stall was that long"
        )
        flagged_ns = [*first_ns, _flagged(unit, "keeper", "KEEP"), _flagged(unit, "song", "MARK")]
        unit.disk_goes()
        unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "it is on disk"
        )
        unit.wait_until(
            lambda status: status["parts"]["disk"]["state"] == "ok", "the disk is well again"
        )
        flags = unit.rows("SELECT at_ns, kind, taken_back_at_ns FROM flags ORDER BY entry")
    assert [flag["kind"] for flag in flags] == ["keeper", "marker"] * 2
    assert {flag["taken_back_at_ns"] for flag in flags} == {None}
    # The moment of each is that of its press, whenever it was written.
    latest = [*flagged_ns[1:], flagged_ns[-1] + 1_000_000_000]
    for flag, pressed_ns, next_ns in zip(flags, flagged_ns, latest, strict=True):
        assert pressed_ns <= flag["at_ns"] < next_ns


def _flagged(unit: Unit, pedal: str, word: str) -> int:
    """Press, see the flag on the screen while nothing is written, and return when it was pressed."""
    before = unit.status()
    pressed_ns = unit.press(pedal, hold_s=0.02)
    shown = unit.wait_until(
        lambda status: str(status["message"]).startswith(word), f"the screen says {word}"
    )
    print(f"{word} was shown {(shown['at_ns'] - pressed_ns) / 1e6:.0f} ms after the press")
    assert shown["screen"] != before["screen"]
    assert len(shown["takes"][0]["flags"]) == len(before["takes"][0]["flags"]) + 1
    assert shown["log"]["saved"] < shown["log"]["submitted"]
    # Another press right after it would be taken for a stutter.
    unit.wait_until(
        lambda status: status["at_ns"] - pressed_ns > 500_000_000, "the foot has been off"
    )
    return pressed_ns
