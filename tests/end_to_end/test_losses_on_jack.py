"""What a real sound server loses is told as what it is, and the click is back on its grid, soon.

The server's cycles are short, so that 20 ms cost some, and the way back is not spent waiting for them.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.end_to_end.fault_box import (
    BEAT_NS,
    BY_SERVER,
    MS,
    Box,
    Heard,
    S,
    assert_found,
    running_box,
)
from tests.end_to_end.host_grid import HostTimes

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_BLOCK_FRAMES = 256
_BACK_NS = 800 * MS
_BLOCKED_S = 0.02
_SETTLED_NS = 200 * MS
_AWAY_S = 5.0
_AWAY_AGAIN_S = 2.0
_RETURNS = 3


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """Return one box on one server for all of these faults, one after the other."""
    with running_box(tmp_path_factory.mktemp("losses"), _BLOCK_FRAMES) as box:
        yield box


def test_a_callback_that_is_blocked_for_20_ms(box: Box) -> None:
    """What it lost is told as a gap at its bar, nobody is replaced, and the next clicks are right."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        before = box.part("player").pid
        fault_ns = time.monotonic_ns()
        os.kill(before, signal.SIGSTOP)
        time.sleep(_BLOCKED_S)  # the fault itself
        os.kill(before, signal.SIGCONT)
        gap = box.wait_for_incident("click gap", fault_ns)
        box.play_on()
        after = box.part("player").pid
        heard = box.end(ear, fault_ns)
    assert_found(gap, heard)
    assert after == before
    heard.assert_on_grid_from(fault_ns + _SETTLED_NS)
    assert box.incidents(heard.take) <= BY_SERVER
    certificate = box.certificate(heard.take)
    assert not certificate["is_clean"]
    assert any(f"bar {bar}." in certificate["summary"] for bar in heard.bars_of_fault())
    box.assert_a_clean_take_is_clean()


def test_a_server_that_is_away_for_five_seconds(box: Box) -> None:
    """The take goes on; once the server is back, so is the click, on its grid and soon."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        grid_ear = ear.close()
    fault_ns = time.monotonic_ns()
    box.server.kill()
    lost = box.wait_for_incident("audio lost", fault_ns)
    status = box.unit.wait_until(
        lambda status: (
            status["tally"]["light"] == "fault" and status["parts"]["audio"]["state"] == "fault"
        ),
        "tally and screen are in fault",
    )
    assert status["phase"] == "rolling"
    while time.monotonic_ns() < fault_ns + _AWAY_S * S:
        time.sleep(0.01)  # the fault itself
    back_ns = []
    for to_come in reversed(range(_RETURNS)):
        box.server.start()
        accepted_ns = time.monotonic_ns()
        box.wait_for_incident("click rejoined", accepted_ns - S)
        back_ns.append(_first_click_ns(box, accepted_ns - S) - accepted_ns)
        if to_come:
            killed_ns = time.monotonic_ns()
            box.server.kill()
            box.wait_for_incident("click unheard", killed_ns)
            time.sleep(_AWAY_AGAIN_S)  # the fault itself
    with box.ear() as ear:
        ear.wait_until_connected()
        box.play_on()
        after = ear.close()
    take = box.end_take()
    print(f"back {[round(ns / MS) for ns in back_ns]} ms after the server accepted a client")
    heard = Heard(grid_ear, fault_ns, take)
    assert_found(lost, heard)
    judged = Heard(grid_ear, fault_ns, take)
    judged.recording, judged.times = after, HostTimes(after)
    # The ear was plugged in at any moment: what it heard first may be the rest of a click.
    (began_ns, *_) = judged.times.onsets(0, float("inf"))
    judged.assert_on_grid_from(began_ns + BEAT_NS / 2)
    assert {"audio lost", "click unheard", "click rejoined"} <= box.incidents(take)
    assert float(np.median(back_ns)) <= _BACK_NS
    words = box.certificate(take)["words"]
    assert words in {f"CLICK LOST BAR {bar}" for bar in heard.bars_of_fault()}
    box.assert_a_clean_take_is_clean()


def _first_click_ns(box: Box, since_ns: int) -> int:
    """Return when the first click after the last return to a stream sounded, by the log."""
    row = box.unit.rows(
        "SELECT * FROM take_events WHERE event = 'rejoined' AND at_ns >= ? ORDER BY at_ns DESC",
        since_ns,
    )[0]
    since_bar1 = (row["frame"] - row["bar1_frame"]) * S // row["sample_rate_hz"]
    return int(row["bar1_ns"] + since_bar1)
