"""The simulated DAW as a program of its own, for a test that sits before it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRMWARE = Path(__file__).parents[2] / "firmware"
_DEADLINE_S = 30


def run_to_its_end(folder: Path, env: Mapping[str, str], *options: str) -> tuple[int, str]:
    """Run it where it cannot start; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "countoff", "simulate-daw", *options],
        env={**env, "PYTHONPATH": str(_FIRMWARE), "COUNTOFF_CONFIG": str(folder / "none")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


class RunningDaw:
    """`countoff simulate-daw` without a terminal: told words, telling lines. A context manager."""

    def __init__(self, folder: Path, env: Mapping[str, str], *options: str) -> None:
        self._env = {**env, "PYTHONPATH": str(_FIRMWARE), "COUNTOFF_CONFIG": str(folder / "none")}
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.lines: list[str] = []
        """What it has told so far, without the moments."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "countoff", "simulate-daw", *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._env,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.wait_for("does   starts")
        return self

    def __exit__(self, *_: object) -> None:
        process, reader = self._process, self._reader
        assert process is not None
        assert reader is not None
        process.terminate()
        process.wait(_DEADLINE_S)
        reader.join(_DEADLINE_S)
        if process.stdin is not None:
            process.stdin.close()
        if process.stdout is not None:
            process.stdout.close()

    def do(self, word: str) -> None:
        """Have its user do something."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def wait_for(self, line: str, *, after: int = 0) -> int:
        """Wait until a line from the `after`-th on begins so; return the number of the next one."""
        end_s = time.monotonic() + _DEADLINE_S
        while time.monotonic() < end_s:
            for number, told in enumerate(self.lines[after:], start=after):
                if told.startswith(line):
                    return number + 1
            time.sleep(0.005)  # between two looks; the deadline decides
        raise AssertionError(f"The DAW never told {line!r}, but: {self.lines[after:]}")

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # What is no line of its own, a take at the end or a fault, has no moment before it.
            has_moment = line[:9].strip().replace(".", "").isdigit()
            self.lines.append(line[11:].rstrip() if has_moment else line.rstrip())
