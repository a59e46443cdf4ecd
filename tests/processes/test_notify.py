from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from countoff.processes import notify
from countoff.processes.notify import Notifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WATCHDOG_US = 8_000_000
QUARTER_NS = 2_000_000_000


class Listener:
    """The end of systemd."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """Everything that has come since the last look."""
        lines = []
        while True:
            try:
                lines.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return lines

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class Clock:
    """A host clock that goes on by itself only where the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ns = 10**9
        monkeypatch.setattr(notify, "time", self)

    def monotonic_ns(self) -> int:
        """What `notify` takes for the host time."""
        return self.now_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Hold time still."""
    return Clock(monkeypatch)


@pytest.fixture(params=["file", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Listener]]:
    """Listen as systemd does; give the address as it stands in the environment."""
    name = f"countoff-test-{os.getpid()}"
    is_file = request.param == "file"
    listener = Listener(str(tmp_path / "notify") if is_file else f"\0{name}")
    yield (str(tmp_path / "notify") if is_file else f"@{name}"), listener
    listener.close()


def environment(address: str, **more: str) -> dict[str, str]:
    """What systemd gives a unit with a watchdog."""
    return {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(WATCHDOG_US), **more}


@pytest.mark.usefixtures("clock")
def test_systemd_hears_of_ready_and_of_the_end(systemd: tuple[str, Listener]) -> None:
    """Once each, with the first sign of life right behind being ready."""
    address, listener = systemd
    notifier = Notifier.from_environment(environment(address))
    notifier.ready()
    notifier.stopping()
    assert listener.heard() == ["READY=1", "WATCHDOG=1", "STOPPING=1"]
    notifier.close()


def test_the_watchdog_is_fed_four_times_in_its_time(
    systemd: tuple[str, Listener], clock: Clock
) -> None:
    """However often the loop turns, a sign of life goes out each quarter of the time, not more."""
    address, listener = systemd
    notifier = Notifier.from_environment(environment(address))
    notifier.ready()
    listener.heard()
    for turn in range(1, 401):
        clock.now_ns = 10**9 + turn * QUARTER_NS // 100
        notifier.feed()
    assert listener.heard() == ["WATCHDOG=1"] * 4
    notifier.close()


@pytest.mark.usefixtures("clock")
def test_what_systemd_had_no_room_for_is_said_at_the_next_turn(tmp_path: Path) -> None:
    """A sign of life that did not leave does not count: the next turn tries again."""
    address = str(tmp_path / "notify")
    notifier = Notifier.from_environment(environment(address))
    notifier.feed()
    listener = Listener(address)
    notifier.feed()
    assert listener.heard() == ["WATCHDOG=1"]
    notifier.close()
    listener.close()


def test_a_full_socket_holds_nobody_up(tmp_path: Path) -> None:
    """Nobody reads: telling goes on and returns, as often as one likes."""
    listener = Listener(str(tmp_path / "notify"))
    notifier = Notifier.from_environment(environment(str(tmp_path / "notify")))
    for number in range(2000):
        notifier.status(f"Take {number}.")
    assert listener.heard()[0] == "STATUS=Take 0."
    notifier.close()
    listener.close()


def test_a_status_is_one_line_and_is_said_once(systemd: tuple[str, Listener]) -> None:
    """A line break would begin another message; the same words again are no news."""
    address, listener = systemd
    notifier = Notifier.from_environment(environment(address))
    notifier.status("Idle:\nKingdom.")
    notifier.status("Idle: Kingdom.")
    assert listener.heard() == ["STATUS=Idle: Kingdom."]
    notifier.close()


@pytest.mark.parametrize(
    "watchdog",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_PID": "1"}],
    ids=["none", "zero", "no number", "another process"],
)
def test_where_no_watchdog_waits_for_us_none_is_fed(
    systemd: tuple[str, Listener], watchdog: dict[str, str]
) -> None:
    """A process below the service inherits its environment, and is not what is watched."""
    address, listener = systemd
    environ = {"NOTIFY_SOCKET": address, **watchdog}
    if "WATCHDOG_PID" in watchdog:
        environ = environment(address, **watchdog)
    notifier = Notifier.from_environment(environ)
    notifier.ready()
    notifier.feed()
    assert listener.heard() == ["READY=1"]
    notifier.close()


def test_without_systemd_nothing_is_told() -> None:
    """Started by hand, the box says nothing, to nobody, without an error."""
    notifier = Notifier.from_environment({})
    notifier.ready()
    notifier.feed()
    notifier.status("Idle.")
    notifier.stopping()
    notifier.close()
