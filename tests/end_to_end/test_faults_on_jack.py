"""Whatever fails in a take on a real sound server is found, told, and replaced; the click is back.

Each test injects one fault into a running take that an independent ear hears.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.fault_box import BY_SERVER, Box, S, assert_found, running_box
from tests.end_to_end.recording import RECORD_EXIT, RECORD_STROBE, STOP

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_BLOCK_FRAMES = 512
_CONTROLLER_STALL_S = 2.0
_DISK_STALL_S = 10.0


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """Return one box on one server for all of these faults, one after the other."""
    with running_box(tmp_path_factory.mktemp("faults"), _BLOCK_FRAMES) as box:
        yield box


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
def test_a_player_that_dies_or_hangs(box: Box, sign: signal.Signals) -> None:
    """It is found and replaced; the click is back on its grid, and the take went on without it."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        before = box.pids()
        fault_ns = time.monotonic_ns()
        os.kill(before["player"], sign)
        box.unit.wait_until(
            lambda status: (
                status["tally"]["light"] == "fault"
                and status["parts"]["audio"]["state"] == "fault"
                and not status["has_sound"]
                and status["phase"] == "rolling"
            ),
            "tally and screen are in fault",
        )
        flagged_ns = box.unit.press("keeper")
        lost = box.wait_for_incident("audio lost", fault_ns)
        back = box.wait_for_incident("click rejoined", fault_ns)
        box.play_on()
        after = box.pids()
        heard = box.end(ear, fault_ns)
    assert_found(lost, heard)
    assert after["player"] != before["player"]
    assert after["sender"] == before["sender"]
    heard.assert_on_grid_from(back["at_ns"])
    (flag,) = box.unit.rows("SELECT * FROM flags WHERE take_id = ?", heard.take["id"])
    assert flag["bar"] == heard.bar_at(flagged_ns)
    assert box.incidents(heard.take) - BY_SERVER == {"audio lost"}
    certificate = box.certificate(heard.take)
    assert not certificate["is_clean"]
    assert certificate["words"] in {f"CLICK LOST BAR {bar}" for bar in heard.bars_of_fault()}
    box.assert_a_clean_take_is_clean()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
def test_a_sender_that_dies_or_hangs(box: Box, sign: signal.Signals) -> None:
    """It is found and replaced, the click is untouched, and the DAW hears the rest of the take."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        before = box.pids()
        fault_ns = time.monotonic_ns()
        os.kill(before["sender"], sign)
        box.unit.wait_until(
            lambda status: status["tally"]["light"] == "daw_lost", "the tally says that it is lost"
        )
        found = box.wait_for_incident("daw fault", fault_ns)
        box.wait_until_well()
        box.play_on()
        after = box.pids()
        heard = box.end(ear, fault_ns)
    assert_found(found, heard)
    assert after["player"] == before["player"]
    assert after["sender"] != before["sender"]
    heard.assert_untouched()
    heard.assert_on_grid_from(fault_ns)
    assert heard.said() == [RECORD_STROBE, RECORD_EXIT, STOP]
    told = f"Beside the click: daw fault at bar {found['bar']}.{found['beat']}."
    assert told in box.certificate(heard.take)["notes"]
    box.assert_a_clean_take_is_clean()


def test_a_controller_that_stalls_for_two_seconds(box: Box) -> None:
    """No click is missing or moved, and nobody is blamed for not having been listened to."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        before = box.pids()
        fault_ns = time.monotonic_ns()
        os.kill(box.unit.pid, signal.SIGSTOP)
        time.sleep(_CONTROLLER_STALL_S)  # the fault itself
        os.kill(box.unit.pid, signal.SIGCONT)
        box.play_on()
        after = box.pids()
        heard = box.end(ear, fault_ns)
    assert after == before
    heard.assert_untouched()
    heard.assert_on_grid_from(fault_ns)
    assert box.incidents(heard.take) - BY_SERVER == {"controller stalled"}
    assert "controller stalled at bar" in box.certificate(heard.take)["notes"]
    box.assert_a_clean_take_is_clean()


def test_a_disk_that_stalls_for_ten_seconds(box: Box) -> None:
    """No click is missing or moved; the fault is told, and afterwards everything is on disk."""
    with box.ear() as ear:
        ear.wait_until_connected()
        box.wait_until_well()
        box.begin_take()
        fault_ns = time.monotonic_ns()
        box.unit.stall_disk()
        flagged_ns = box.unit.press("keeper")
        box.unit.wait_until(
            lambda status: status["parts"]["disk"]["state"] == "fault", "the disk is in fault"
        )
        while time.monotonic_ns() < fault_ns + _DISK_STALL_S * S:
            time.sleep(0.01)  # the fault itself
        box.unit.disk_goes()
        box.wait_until_well()
        box.play_on()
        heard = box.end(ear, fault_ns)
    heard.assert_untouched()
    heard.assert_on_grid_from(fault_ns)
    assert box.incidents(heard.take) - BY_SERVER == {"disk fault"}
    (flag,) = box.unit.rows("SELECT * FROM flags WHERE take_id = ?", heard.take["id"])
    assert flag["bar"] == heard.bar_at(flagged_ns)
    assert "disk fault at bar" in box.certificate(heard.take)["notes"]
    box.assert_a_clean_take_is_clean()
