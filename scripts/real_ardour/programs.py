"""Programs that a trial needs and ends again: the sound server, the display, Ardour, the box."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Self

import jack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

RATE_HZ = 48_000
_DEADLINE_S = 60
_LOOK_EVERY_S = 0.02
_ENDS_WITHIN_S = 15
# Above its clients, as in a studio; a program that is stopped for a moment is not thrown out.
_SERVER_PRIORITY = 70
_CLIENT_MAY_HANG_MS = 20_000


class TrialError(RuntimeError):
    """The trial itself cannot be held; the sentence says why."""


_numbers = itertools.count()
_ended = threading.Event()


def end_soon() -> None:
    """Have whoever waits give up: the trial was ended from outside. For a signal handler."""
    _ended.set()


def wait_until(is_so: Callable[[], object], what: str, deadline_s: float = _DEADLINE_S) -> None:
    """Wait until it is so. Raises TrialError, and KeyboardInterrupt once the trial was ended."""
    end_s = time.monotonic() + deadline_s
    while not is_so():
        if _ended.is_set():
            raise KeyboardInterrupt
        if time.monotonic() > end_s:
            raise TrialError(f"It never came about that {what}.")
        time.sleep(_LOOK_EVERY_S)


def found(program: str, package: str) -> str:
    """Return where a program is. Raises TrialError."""
    path = shutil.which(program)
    if path is None:
        raise TrialError(f"There is no {program} here; install Debian's {package} and try again.")
    return path


class Program:
    """A program of its own, with what it says in a file. Use as a context manager."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], said: Path, *, ends_by: int
    ) -> None:
        """Prepare to run `command`; the signal `ends_by` ends it."""
        self._command = list(command)
        self._env = dict(env)
        self._said = said
        self._ends_by = ends_by

    def __enter__(self) -> Self:
        """Start it."""
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                self._command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """End it, in whatever way it takes."""
        if self.is_running():
            self._process.send_signal(self._ends_by)
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def was_killed(self) -> bool:
        """Whether nothing else helped."""
        return self._process.returncode == -signal.SIGKILL

    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self._process.poll() is None

    def said(self) -> str:
        """Return all that it has said."""
        return self._said.read_text(errors="replace")


class SoundServer(Program):
    """A JACK server of a name that nobody has, with the dummy driver."""

    def __init__(self, folder: Path, env: Mapping[str, str], block_frames: int) -> None:
        """Prepare it; the programs started with `self.env` reach it."""
        self.name = f"countoff-ardour-{os.getpid()}-{next(_numbers)}"
        self.env = {**env, "JACK_DEFAULT_SERVER": self.name, "JACK_NO_AUDIO_RESERVATION": "1"}
        how = ["-R", "-P", str(_SERVER_PRIORITY), "-S", "-t", str(_CLIENT_MAY_HANG_MS)]
        driver = ["-d", "dummy", "-r", str(RATE_HZ), "-p", str(block_frames), "-C", "0"]
        command = [found("jackd", "jackd2"), "-n", self.name, *how, *driver]
        super().__init__(command, self.env, folder / "jackd.txt", ends_by=signal.SIGTERM)

    def __enter__(self) -> Self:
        """Start it, and wait until it takes clients."""
        super().__enter__()
        wait_until(self._answers, "jackd takes a client")
        return self

    def __exit__(self, *_: object) -> None:
        """End it; the place among the eight servers that there can be is free again."""
        super().__exit__()
        if self.was_killed:
            # One that was killed keeps its place until one of its name has ended by itself.
            self._command = [self._command[0], "-n", self.name, "-r", "-d", "dummy"]
            Program.__enter__(self)
            with contextlib.suppress(TrialError):
                wait_until(self._answers, "jackd takes a client", _ENDS_WITHIN_S)
            super().__exit__()

    def client(self, name: str) -> jack.Client:
        """Return a client of it, not active yet."""
        return jack.Client(name, servername=self.name, no_start_server=True)

    def _answers(self) -> bool:
        if not self.is_running():
            raise TrialError(f"jackd does not start: {self.said()}")
        try:
            self.client("asks").close()
        except jack.JackOpenError:
            return False
        return True


class Display(Program):
    """A display that nobody sees."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        """Prepare it."""
        self._number_file = folder / "display"
        # The server takes a free number, and writes it down.
        script = 'exec "$0" -displayfd 3 -screen 0 1280x900x24 3>"$1"'
        command = ["/bin/sh", "-c", script, found("Xvfb", "xvfb"), str(self._number_file)]
        super().__init__(command, env, folder / "xvfb.txt", ends_by=signal.SIGTERM)

    def __enter__(self) -> Self:
        """Start it, and wait until it takes windows."""
        super().__enter__()
        wait_until(self._number, "Xvfb has a display")
        return self

    @property
    def env(self) -> dict[str, str]:
        """What a program needs to find it."""
        return {**self._env, "DISPLAY": f":{self._number()}"}

    def _number(self) -> str:
        return self._number_file.read_text().strip() if self._number_file.exists() else ""
