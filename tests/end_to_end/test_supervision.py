from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.end_to_end.unit import Unit, plain_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'
_SONG = 'title = "Watched"\ntempo = 400\ncount_in = 1\n'
_STALL_S = 2.0
_FAULTS = {"player": "audio lost", "sender": "daw fault"}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """One box for all of this: it has to stand these accidents one after the other."""
    unit = Unit(tmp_path_factory.mktemp("box"), plain_environment(), _SETTINGS)
    unit.add_song("watched.toml", _SONG)
    with unit:
        unit.start()
        yield unit


@pytest.fixture
def unit(box: Unit) -> Iterator[Unit]:
    """The box, well and idle; whatever a test leaves running is stopped."""
    box.wait_until(
        lambda status: (
            status["phase"] == "idle"
            and status["has_sound"]
            and all(part["state"] != "fault" for part in status["parts"].values())
        ),
        "the box is well",
    )
    yield box
    box.do("stop")


def _part(unit: Unit, name: str) -> psutil.Process:
    found = unit.process(name)
    assert found is not None
    return found


def _incidents(unit: Unit, since_ns: int) -> list[str]:
    return [
        row["kind"]
        for row in unit.rows(
            "SELECT kind FROM incidents WHERE at_ns >= ? AND take_id IS NOT NULL", since_ns
        )
    ]


def _wait_until_well(unit: Unit, since_ns: int, *kinds: str) -> None:
    """Wait until these incidents of the running take are on disk, and then no fault is left."""
    unit.wait_until(
        lambda _: set(kinds) <= set(_incidents(unit, since_ns)), f"{kinds} are in the log"
    )
    unit.wait_until(
        lambda status: all(part["state"] != "fault" for part in status["parts"].values()),
        "all is well again",
    )


@pytest.mark.parametrize("sign", [signal.SIGSTOP, signal.SIGKILL])
@pytest.mark.parametrize("name", ["player", "sender"])
def test_what_hangs_or_dies_in_a_take_is_replaced(
    unit: Unit, name: str, sign: signal.Signals
) -> None:
    """A process that stands still is found by its heartbeat, one that is dead at once."""
    pressed_ns = unit.press("roll")
    unit.wait_for_phase("rolling")
    process = _part(unit, name)
    os.kill(process.pid, sign)
    rejoined = ["click rejoined"] if name == "player" else []
    _wait_until_well(unit, pressed_ns, _FAULTS[name], *rejoined)
    assert unit.status()["phase"] == "rolling"
    assert _part(unit, name).pid != process.pid
    assert process not in unit.processes()


def test_both_may_die_at_once(unit: Unit) -> None:
    """Both are replaced, the click rejoins and the take goes on."""
    pressed_ns = unit.press("roll")
    unit.wait_for_phase("rolling")
    for name in ("player", "sender"):
        os.kill(_part(unit, name).pid, signal.SIGKILL)
    _wait_until_well(unit, pressed_ns, "audio lost", "daw fault", "click rejoined")
    assert unit.status()["phase"] == "rolling"


def test_a_player_may_die_in_the_count_in(unit: Unit) -> None:
    """The take rolls when it would have, and its click rejoins."""
    pressed_ns = unit.press("roll")
    unit.wait_for_phase("count_in")
    os.kill(_part(unit, "player").pid, signal.SIGKILL)
    _wait_until_well(unit, pressed_ns, "audio lost", "click rejoined")
    unit.wait_for_phase("rolling")
    (take,) = unit.rows("SELECT * FROM takes WHERE at_ns >= ?", pressed_ns)
    query = "SELECT at_ns FROM take_events WHERE event = 'rolled' AND take_id = ?"
    unit.wait_until(lambda _: bool(unit.rows(query, take["id"])), "it is in the log")
    (rolled,) = unit.rows(query, take["id"])
    # Four beats of 150 ms; streams differ by what their clocks are off.
    assert abs(rolled["at_ns"] - take["first_click_ns"] - 600_000_000) < 20_000_000


def test_a_controller_that_stalls_blames_nobody(unit: Unit) -> None:
    """After 2 s in which the controller did nothing its healthy processes are still the same."""
    pressed_ns = unit.press("roll")
    unit.wait_for_phase("rolling")
    before = {name: _part(unit, name).pid for name in _FAULTS}
    os.kill(unit.pid, signal.SIGSTOP)
    time.sleep(_STALL_S)  # the stall itself
    os.kill(unit.pid, signal.SIGCONT)
    # 2 s are more than 3 bars: it is where it would have been anyway.
    unit.wait_for_place(4)
    assert {name: _part(unit, name).pid for name in _FAULTS} == before
    assert not set(_incidents(unit, pressed_ns)) & {"audio lost", "daw fault", "missed clicks"}


def test_a_stall_does_not_hide_a_death(unit: Unit) -> None:
    """What dies while the controller stalls is replaced as soon as it looks again."""
    pressed_ns = unit.press("roll")
    unit.wait_for_phase("rolling")
    os.kill(unit.pid, signal.SIGSTOP)
    for name in _FAULTS:
        os.kill(_part(unit, name).pid, signal.SIGKILL)
    os.kill(unit.pid, signal.SIGCONT)
    _wait_until_well(unit, pressed_ns, "audio lost", "daw fault", "click rejoined")
    assert unit.status()["phase"] == "rolling"


def _held(daemon: psutil.Process) -> dict[str, int]:
    return {
        "threads": daemon.num_threads(),
        "files": daemon.num_fds(),
        "children": len(daemon.children()),
    }


def test_replacing_leaves_nothing_behind(unit: Unit) -> None:
    """After many a death in one take the daemon has no more threads, files or children than before."""
    daemon = psutil.Process(unit.pid)
    unit.press("roll")
    unit.wait_for_phase("rolling")
    before = _held(daemon)
    for name, fault in _FAULTS.items():
        for sign in (signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL):
            killed_ns = time.monotonic_ns()
            os.kill(_part(unit, name).pid, sign)
            rejoined = ["click rejoined"] if name == "player" else []
            _wait_until_well(unit, killed_ns, fault, *rejoined)
    unit.wait_until(
        lambda _: _held(daemon) == before,
        "what was replaced has gone",
    )
