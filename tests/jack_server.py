"""A JACK server of a test's own, with the dummy driver: nothing sounds, frames pass in real time.

    with running_jack(tmp_path, os.environ) as server:
        client = jack.Client("recorder", servername=server.name, no_start_server=True)

The environment given gets JACK_DEFAULT_SERVER and JACK_NO_AUDIO_RESERVATION, so that programs
started with it, and clients of this process, reach this server and no other.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jack
import pytest
from tests.jack_registry import make_room_for_a_server

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from pathlib import Path

RATE_HZ = 48_000
# The dummy driver has no converter: where it wakes up later than a cycle, it begins to count time
# anew, and moves its frames by rule of thumb. Cycles of 21 ms outlast what a busy machine keeps it
# from the processor for.
BLOCK_FRAMES = 1024
# Above all threads of the box, which would be late with every wake-up of a server below them.
_PRIORITY = 85
_DEADLINE_S = 20
_numbers = itertools.count()


@dataclass(slots=True)
class JackServer:
    """A server of its own name that can be killed, stopped in its tracks and started again."""

    name: str
    output: Path
    rate_hz: int = RATE_HZ
    block_frames: int = BLOCK_FRAMES
    is_real_time: bool = False
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """Return the server's process id."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, real-time where that is allowed, and wait until a client can connect."""
        make_room_for_a_server()
        for real_time in (True, False):
            self._spawn(real_time=real_time)
            if self._answers():
                self.is_real_time = real_time
                return
            self.end()
        pytest.fail(f"jackd does not start:\n{self.output.read_text()}")

    def end(self) -> None:
        """End it and wait until it is gone; its name is free again."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_DEADLINE_S)
        self._process = None

    def kill(self) -> None:
        """Kill it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_DEADLINE_S)
        self._process = None

    def _spawn(self, *, real_time: bool) -> None:
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    "jackd",
                    *("-n", self.name),
                    *(("-R", "-P", str(_PRIORITY)) if real_time else ("-r",)),
                    *("-d", "dummy", "-r", str(self.rate_hz), "-p", str(self.block_frames)),
                ],
                stdout=output,
                stderr=output,
            )

    def _answers(self) -> bool:
        assert self._process is not None
        deadline_s = time.monotonic() + _DEADLINE_S
        while time.monotonic() < deadline_s and self._process.poll() is None:
            try:
                client = jack.Client("probe", servername=self.name, no_start_server=True)
            except jack.JackOpenError:
                time.sleep(0.02)  # between two looks; the deadline decides
            else:
                client.close()
                return True
        return False


@contextlib.contextmanager
def running_jack(
    folder: Path,
    env: MutableMapping[str, str],
    *,
    rate_hz: int = RATE_HZ,
    block_frames: int = BLOCK_FRAMES,
) -> Iterator[JackServer]:
    """Start a server of its own, named in `env`; end it, and mend `env`, when done."""
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    name = f"countoff-{os.getpid()}-{next(_numbers)}"
    server = JackServer(name, folder / f"{name}.txt", rate_hz, block_frames)
    named = {"JACK_DEFAULT_SERVER": name, "JACK_NO_AUDIO_RESERVATION": "1"}
    before = {key: env.get(key) for key in named}
    # libjack tells standard error whatever does not answer, also while a test waits for it.
    jack.set_error_function(lambda _text: None)
    jack.set_info_function(lambda _text: None)
    env.update(named)
    try:
        server.start()
        yield server
    finally:
        server.end()
        for key, value in before.items():
            if value is None:
                env.pop(key, None)
            else:
                env[key] = value
