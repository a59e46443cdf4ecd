"""The daemon as systemd has it: told of ready and of life, ended by a watchdog, switched off by a file."""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.unit import Unit, plain_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DEADLINE_S = 30
WATCHDOG_S = 0.4
_TRIES = 4
HERE = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'
# An interface that is configured, and is not there.
AWAY = HERE.replace('"virtual"', '"portaudio"\ndevice = "an interface that was pulled"')
SONG = 'title = "Watched"\ntempo = 400\ncount_in = 1\n'


class Systemd:
    """The end of the service that systemd holds: its notify socket."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)

    def heard(self, within_s: float = 0.0) -> list[str]:
        """Everything that has come by now; where nothing has, the first that comes in this time."""
        lines: list[str] = []
        while select.select([self._socket], [], [], 0.0 if lines else within_s)[0]:
            lines.append(self._socket.recv(4096).decode())
        return lines

    def wait_for(self, line: str, count: int = 1) -> list[str]:
        """Wait until a line has come so often, and return all that came."""
        lines: list[str] = []
        end_s = time.monotonic() + DEADLINE_S
        while lines.count(line) < count:
            assert time.monotonic() < end_s, f"{line} never came; there came {lines}"
            lines += self.heard(within_s=1.0)
        return lines

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    """Listen, and have nobody write a core."""
    cores = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, cores[1]))
    listening = Systemd(tmp_path / "notify")
    yield listening
    listening.close()
    resource.setrlimit(resource.RLIMIT_CORE, cores)


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < end_s, f"It never came about that {what}."
        time.sleep(0.005)


@pytest.fixture
def environment(tmp_path: Path, systemd: Systemd) -> dict[str, str]:
    """What systemd gives the unit."""
    (tmp_path / "run").mkdir()
    return {
        **plain_environment(),
        "NOTIFY_SOCKET": systemd.address,
        "WATCHDOG_USEC": str(round(WATCHDOG_S * 1e6)),
        "RUNTIME_DIRECTORY": str(tmp_path / "run"),
    }


def _stand_still(systemd: Systemd, stuck: Unit) -> int:
    """Have a box stand still in a take until it is ended; return its exit code."""
    stuck.add_song("watched.toml", SONG)
    with stuck:
        systemd.heard()
        stuck.start()
        stuck.press("roll")
        stuck.wait_for_phase("rolling")
        assert systemd.wait_for("WATCHDOG=1")[0] == "READY=1"
        os.kill(stuck.pid, signal.SIGSTOP)
        systemd.heard()
        assert systemd.heard(within_s=1.5 * WATCHDOG_S) == []
        os.kill(stuck.pid, signal.SIGABRT)
        os.kill(stuck.pid, signal.SIGCONT)
        code = stuck.ended()
        _wait_until(lambda: stuck.processes() == [], "nothing of it runs any more")
    return code


def test_a_service_from_a_stuck_owner_to_switched_off(
    systemd: Systemd, environment: dict[str, str], tmp_path: Path
) -> None:
    """Two lives of one box, since each start takes long.

    In the first its owner stands still in a take: nobody feeds the watchdog for it. It is ended by what
    systemd sends (SIGABRT, and SIGCONT behind it, so that what is stopped hears of it); the journal gets
    what each thread did, and nothing stays. In the second its interface is away: it is ready and fed
    all the same, knows the take, has itself switched off when asked to, and ends in order.
    """
    for _ in range(_TRIES):
        stuck = Unit(tmp_path, environment, HERE)
        code = _stand_still(systemd, stuck)
        last_words = stuck.said().rpartition("Fatal Python error: Aborted")
        assert last_words[1]
        # Python looks at threads that run on while it writes, and may fall over one. Gone is gone, but
        # then not all of it is in the journal.
        assert code in {-signal.SIGABRT, -signal.SIGSEGV}
        if code == -signal.SIGABRT:
            assert 'owner.py", line' in last_words[2]
            break
    else:
        pytest.fail(f"{_TRIES} times Python fell over its own threads.")

    with Unit(tmp_path, environment, AWAY) as unit:
        unit.start(has_sound=False)
        assert "READY=1" in systemd.heard()
        unit.wait_until(lambda status: status["parts"]["audio"]["state"] == "fault", "it is away")
        systemd.heard()
        assert set(systemd.wait_for("WATCHDOG=1", 6)) == {"WATCHDOG=1"}
        status = unit.status()
        assert status["parts"]["audio"]["state"] == "fault"
        assert status["takes"][0]["status"] == "interrupted"
        unit.do("shut_down")
        _wait_until((tmp_path / "run" / "power-off").exists, "the machine is asked to go down")
        unit.stop()
        assert systemd.heard()[-1] == "STOPPING=1"
