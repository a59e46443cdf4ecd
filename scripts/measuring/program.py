"""The measured program, from outside: start it, have its foot on a pedal, read what it counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from countoff.control.client import Client, NoDaemonError

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_DEADLINE_S = 60
_LOOK_EVERY_S = 0.02


class MeasuredProgram:
    """`box.py` or `naive.py`, with or without its busy thread. Use as a context manager."""

    def __init__(self, program: str, *arguments: str, is_busy: bool) -> None:
        """Prepare to run `program` with `arguments`."""
        busy = ["--busy"] if is_busy else []
        self._command = [sys.executable, str(_HERE / program), *busy, *arguments]
        self._environment = dict(os.environ)

    def __enter__(self) -> Self:
        """Start it and wait until it is ready. Raises RuntimeError where it ends instead."""
        # What it says of its parts while they start and stop is no news here, unless it fails.
        self._said = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env=self._environment,
        )
        if self._read() != "ready\n":
            self._process.wait()
            self._said.seek(0)
            raise RuntimeError(f"{self._command[1]} did not start. It said: {self._said.read()}")
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()

    def ask(self, line: str) -> Any:  # noqa: ANN401 (whatever the program prints as JSON)
        """Write a line to it and return its answer."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        return json.loads(self._read())

    def counts(self) -> dict[str, int]:
        """Return what its player has counted."""
        counted: dict[str, int] = self.ask("report")["player"]
        return counted

    def _read(self) -> str:
        return self._process.stdout.readline() if self._process.stdout is not None else ""


class MeasuredBox(MeasuredProgram):
    """`box.py` in a folder of its own, and its control socket."""

    def __init__(
        self, folder: Path, settings: str, *, is_busy: bool, is_watched: bool = False
    ) -> None:
        """Configure it in `folder`, with TOML tables `settings` besides those for the places.

        Where it is watched its players leave rows of their blocks, see `rows`.
        """
        folder.mkdir(parents=True)
        self.socket = folder / "control.sock"
        config = folder / "countoff.toml"
        config.write_text(
            f'[unit]\nsocket = "{self.socket}"\n[log]\nfolder = "{folder / "log"}"\n{settings}'
        )
        watched = ["--watched"] if is_watched else []
        super().__init__("box.py", str(config), *watched, is_busy=is_busy)
        self._rows = folder / "rows"
        if is_watched:
            scripts = str(_HERE.parent)
            path = os.environ.get("PYTHONPATH")
            self._environment["PYTHONPATH"] = os.pathsep.join([scripts, *([path] if path else [])])
            self._environment["COUNTOFF_MEASURED_ROWS"] = str(self._rows)

    def __enter__(self) -> Self:
        """Start it and wait until it has sound, and can tell the DAW."""
        super().__enter__()
        wait_for_status(self.socket, _is_complete)
        return self

    @property
    def player_pid(self) -> int:
        """The process of its player that plays. Raises RuntimeError where there is none."""
        own = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in map(int, own.read_text().split()):
            if b"countoff.player" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        raise RuntimeError("The box has no player.")

    def rows(self) -> list[Path]:
        """Return the files of rows, one for each player that there has been."""
        return sorted(self._rows.parent.glob(f"{self._rows.name}.*"))

    def do(self, action: str) -> None:
        """Have the engineer ask for something."""
        with Client([self.socket]) as client:
            client.ask(ask="do", action=action)

    def wait_for_phase(self, phase: str) -> None:
        """Wait until the box is in a phase."""
        wait_for_status(self.socket, lambda status: status["phase"] == phase)


def _is_complete(status: dict[str, Any]) -> bool:
    return status["has_sound"] and status["parts"]["daw"]["state"] in ("ok", "virtual")


def wait_for_status(
    socket: Path, is_so: Callable[[dict[str, Any]], bool], look_every_s: float = _LOOK_EVERY_S
) -> dict[str, Any]:
    """Wait until the daemon's status is as asked, and return it. Raises TimeoutError."""
    deadline_s = time.monotonic() + _DEADLINE_S
    status: dict[str, Any] = {}
    while time.monotonic() < deadline_s:
        try:
            with Client([socket]) as client:
                status = client.ask(ask="status")["status"]
        except (NoDaemonError, OSError):
            status = {}
        if status and is_so(status):
            return status
        time.sleep(look_every_s)
    raise TimeoutError(
        f"The daemon at {socket} did not become what is measured; its status: {status}."
    )
