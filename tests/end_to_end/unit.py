"""A whole box for a test: the real daemon on mock pins, its pedals, its status, its log."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil

from countoff.control.client import Client, NoDaemonError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAEMON = Path(__file__).with_name("mock_pin_daemon.py")
_PROJECT = Path(__file__).parents[2]
# The product, and the tests for those parts of a daemon that are a test's.
_PATH = os.pathsep.join((str(_PROJECT / "firmware"), str(_PROJECT)))
PINS = {"roll": 17, "again": 27, "keeper": 22, "song": 23}
_DEADLINE_S = 30
_MARK = "COUNTOFF_TEST_UNIT"


class Unit:
    """The box in `folder`: configuration, songs, socket and log are in it."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], settings: str = "", daemon: Path = _DAEMON
    ) -> None:
        self.folder = folder
        self._daemon = daemon
        self.log_file = folder / "log" / "takes.sqlite"
        self.said_file = folder / "said.txt"
        # Every process of this box carries its folder, so that one left over is found.
        self._env = {**env, "PYTHONPATH": _PATH, _MARK: str(folder)}
        self._config = folder / "countoff.toml"
        self._socket = folder / "control.sock"
        self._config.write_text(
            f'[log]\nfolder = "{folder / "log"}"\n[unit]\nsocket = "{self._socket}"\n{settings}'
        )
        self._process: subprocess.Popen[str] | None = None

    def add_song(self, file_name: str, text: str) -> None:
        """Put a song into the box's folder; read at the next start."""
        songs = self.folder / "songs"
        songs.mkdir(exist_ok=True)
        (songs / file_name).write_text(text)

    def start(self, *, has_sound: bool = True) -> None:
        """Start the daemon and wait until it answers, and has sound where it is to have any."""
        with self.said_file.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, str(self._daemon), str(self._config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=self._env,
            )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        if has_sound:
            self.wait_until(lambda status: status["has_sound"], "the box has sound")

    @property
    def pid(self) -> int:
        """The daemon's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the daemon ended; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def said(self) -> str:
        """Return all that the box has said on standard error, at every start so far."""
        return self.said_file.read_text()

    def process(self, name: str) -> psutil.Process | None:
        """Return the running player or sender, the newest where one replaces the other."""
        found = [
            child
            for child in psutil.Process(self.pid).children()
            if child.status() != psutil.STATUS_ZOMBIE and f"countoff.{name}" in child.cmdline()
        ]
        return max(found, key=lambda child: child.create_time(), default=None)

    def processes(self) -> list[psutil.Process]:
        """Return every process of this box that is not dead, whoever its parent is by now."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return process.environ().get(_MARK) == str(self.folder)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def do(self, action: str) -> None:
        """Have an action done, as the engineer's panel would."""
        with Client([self._socket]) as client:
            assert client.ask(ask="do", action=action)["ok"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the daemon as the system would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the daemon as a pulled plug would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, pipe = self._process, self._process.stdin if self._process is not None else None
        if process is None or pipe is None or pipe.closed:
            return
        # One that was killed already is reaped here, and its pipes are closed.
        process.send_signal(number)
        process.communicate(timeout=_DEADLINE_S)

    def ended(self) -> int:
        """Wait until the daemon has ended by itself, and return its exit code."""
        assert self._process is not None
        self._process.communicate(timeout=_DEADLINE_S)
        return self._process.returncode

    def step_on(self, pedal: str) -> int:
        """Step on a pedal; return the host time."""
        return self._move(pedal, "down")

    def step_off(self, pedal: str) -> int:
        """Take the foot off; return the host time."""
        return self._move(pedal, "up")

    def press(self, pedal: str, hold_s: float = 0.1) -> int:
        """Step on a pedal for `hold_s`; return the host time of the edge."""
        at_ns = self.step_on(pedal)
        # A foot stays for as long as it stays: this is the press itself, not a wait for something.
        time.sleep(hold_s)
        self.step_off(pedal)
        return at_ns

    def hold(self, pedal: str, is_so: Callable[[dict[str, Any]], bool], what: str) -> int:
        """Stand on a pedal until the box shows what that does; return the host time of the edge."""
        at_ns = self.step_on(pedal)
        self.wait_until(is_so, what)
        self.step_off(pedal)
        return at_ns

    def _move(self, pedal: str, position: str) -> int:
        at_ns = time.monotonic_ns()
        self.tell(f"{PINS[pedal]} {position}")
        return at_ns

    def tell(self, line: str) -> None:
        """Have the daemon's program do what its standard input takes."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def stall_disk(self) -> None:
        """Have whatever is written to the take log wait, until `disk_goes`."""
        self.tell("disk stalls")

    def disk_goes(self) -> None:
        """Let the disk write again."""
        self.tell("disk goes")

    def status(self) -> dict[str, Any]:
        """Return the daemon's status."""
        with Client([self._socket]) as client:
            status: dict[str, Any] = client.ask(ask="status")["status"]
            return status

    def wait_until(
        self, is_so: Callable[[dict[str, Any]], bool], what: str, deadline_s: float = _DEADLINE_S
    ) -> dict[str, Any]:
        """Wait until the status is as asked, and return it."""
        end_s = time.monotonic() + deadline_s
        status: dict[str, Any] = {}
        while time.monotonic() < end_s:
            try:
                status = self.status()
            except (NoDaemonError, OSError):
                status = {}
            if status and is_so(status):
                return status
            time.sleep(0.005)  # between two looks; the deadline decides
        status.pop("screen", None)
        ended = "" if self._process is None else f" The daemon's exit code: {self._process.poll()}."
        raise AssertionError(
            f"It never came about that {what}; the last status was {status}.{ended}"
            f" It said: {self.said()[-2000:]}"
        )

    def wait_for_place(self, bar: int, beat: int = 1) -> None:
        """Wait until the running take has reached a bar and beat."""
        self.wait_until(
            lambda status: (
                status["phase"] == "rolling" and (status["bar"], status["beat"]) >= (bar, beat)
            ),
            f"the take reaches {bar}.{beat}",
        )

    def wait_for_phase(self, phase: str) -> dict[str, Any]:
        """Wait until the box is in a phase."""
        return self.wait_until(lambda status: status["phase"] == phase, f"the box is {phase}")

    def wait_until_certified(self) -> None:
        """Wait until the last take has its certificate: all that was to be sent has left by then."""
        self.wait_until(lambda status: status["takes"][0]["click"] != "", "the take is certified")

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask the take log."""
        with sqlite3.connect(f"file:{self.log_file}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]


def plain_environment() -> dict[str, str]:
    """Return this process's environment without what would lead the box elsewhere."""
    hidden = ("COUNTOFF_CONFIG", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "GPIOZERO_PIN_FACTORY")
    return {key: value for key, value in os.environ.items() if key not in hidden}
