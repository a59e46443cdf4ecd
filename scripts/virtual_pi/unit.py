"""The box in the virtual Pi: the real daemon with a configuration, its status, its log.

Runs in the guest. `Box` is whatever serves there, `Unit` a daemon of our own.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path("/data/countoff")
_RUNTIME = Path("/run/countoff")
_SOCKET = _RUNTIME / "control.sock"
_LOG_NAME = "takes.sqlite"
# Where the service will run: nothing can be written there.
_WORKING_FOLDER = "/sys"
_LONGEST_PACKET = 1 << 18
_DEADLINE_S = 120.0
_LOOK_EVERY_S = 0.2


class NeverError(RuntimeError):
    """Something that was waited for never came about."""


class Box:
    """A box that runs, or will. Its take log lies in the folder `log`."""

    def __init__(self, log: Path) -> None:
        self._log = log / _LOG_NAME

    def said(self) -> str:
        """Return what it has said since it was started."""
        return ""

    def player_pid(self) -> int:
        """Return the process id of the running player, the newest where there are two."""
        return max(pid for pid, words in ours() if "countoff.player" in words)

    def sender_pid(self) -> int:
        """Return the process id of the running MIDI sender, the newest where there are two."""
        return max(pid for pid, words in ours() if "countoff.sender" in words)

    def status(self) -> dict[str, Any]:
        """Return its status. Raises OSError where it does not answer."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.settimeout(_DEADLINE_S)
            client.connect(str(_SOCKET))
            client.send(b'{"ask": "status"}')
            status: dict[str, Any] = json.loads(client.recv(_LONGEST_PACKET))["status"]
            return status

    def wait_until(
        self,
        is_so: Callable[[dict[str, Any]], bool],
        what: str,
        deadline_s: float = _DEADLINE_S,
    ) -> dict[str, Any]:
        """Wait until the status is as asked, and return it. Raises NeverError."""
        until_s = time.monotonic() + deadline_s
        status: dict[str, Any] = {}
        while time.monotonic() < until_s:
            try:
                status = self.status()
            except (OSError, ValueError):
                status = {}
            if status and is_so(status):
                return status
            time.sleep(_LOOK_EVERY_S)
        for key in ("screen", "songs", "takes", "pedals"):
            status.pop(key, None)
        raise NeverError(f"It never came about that {what}: {status} {self.said()}")

    def wait_for_phase(self, phase: str) -> dict[str, Any]:
        """Wait until the box is in a phase."""
        return self.wait_until(lambda status: status["phase"] == phase, f"the box is {phase}")

    def wait_for_bar(self, bar: int) -> dict[str, Any]:
        """Wait until the running take has reached a bar."""
        return self.wait_until(
            lambda status: status["phase"] == "rolling" and status["bar"] >= bar,
            f"the take reaches bar {bar}",
        )

    def parts(self) -> dict[str, str]:
        """Return the state of each part; a sentence with it where there is one."""
        return {
            part: f"{health['state']} {health['sentence']}".strip()
            for part, health in self.status()["parts"].items()
        }

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask the take log."""
        with sqlite3.connect(f"file:{self._log}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def last_take(self) -> dict[str, Any]:
        """Return the take that was begun last, as the log has it, with its incidents."""
        take = self.rows("SELECT * FROM takes ORDER BY entry DESC LIMIT 1")[0]
        take["incidents"] = self.rows(
            "SELECT kind, detail, at_ns FROM incidents WHERE take_id = ?", take["id"]
        )
        take["events"] = self.rows(
            "SELECT * FROM take_events WHERE take_id = ? ORDER BY at_ns",
            take["id"],
        )
        return take


class Unit(Box):
    """One daemon. `settings` is the configuration, `song` the only song."""

    def __init__(self, settings: str, song: str) -> None:
        super().__init__(_FOLDER)
        for folder in (_FOLDER / "songs", _RUNTIME):
            folder.mkdir(parents=True, exist_ok=True)
        self._config = _FOLDER / "countoff.toml"
        self._config.write_text(settings)
        (_FOLDER / "songs" / "song.toml").write_text(song)
        self._said = _FOLDER / "said.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; return how many seconds passed until it had sound and every part had spoken."""
        began_s = time.monotonic()
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "countoff", "run", "--config", str(self._config)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=_WORKING_FOLDER,
                env={
                    **os.environ,
                    "RUNTIME_DIRECTORY": str(_RUNTIME),
                    "STATE_DIRECTORY": str(_FOLDER),
                },
            )
        self.wait_until(lambda status: status["has_sound"], "the box has sound")
        return time.monotonic() - began_s

    def stop(self) -> tuple[float, list[str]]:
        """End it as the system would; return how long that took, and what it left over."""
        if self._process is None:
            return 0.0, []
        began_s = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(_DEADLINE_S)
        took_s = time.monotonic() - began_s
        left = [f"process {pid}: {words}" for pid, words in ours()]
        left += [f"file {path}" for path in _RUNTIME.iterdir() if path.suffix != ".lock"]
        left += [f"exit code {code}"] if code else []
        return took_s, left

    def said(self) -> str:
        """Return what it has said on standard error since it was started."""
        return self._said.read_text()


def ours() -> list[tuple[int, str]]:
    """Return the processes of ours that run: process id and words of each."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            is_dead = ") Z " in (folder / "stat").read_text()
        except OSError:
            continue
        if " -m countoff" in words and not is_dead:
            found.append((int(folder.name), words))
    return found
