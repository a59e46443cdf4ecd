"""A JACK server with the dummy driver, for as long as a measurement takes, and what it reports."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jack

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE_HZ = 48_000
# Above its clients, as in a studio.
_PRIORITY = 80
_CLIENT_NAME = "measuring"
DAW_SETTINGS = f'[midi]\nbackend = "jack"\nport = "{_CLIENT_NAME}:daw"\n'
"""The box's configuration for a DAW on the server: a port of the client that counts."""
_DEADLINE_S = 20
_LOOK_EVERY_S = 0.02


class ServerMissingError(RuntimeError):
    """There is no JACK server to measure on; the sentence says what to do."""


class XrunCounter:
    """Counts the cycles that the server reports as missed.

    It reports some of them twice, once for the client and once for the driver; one cycle counts once.
    A client without a process callback: it delays nobody.
    """

    def __init__(self, client: jack.Client) -> None:
        """Count on `client`, which is not active yet."""
        self.count = 0
        self._client = client
        self._last_frame: int | None = None
        client.set_xrun_callback(self._count)

    def _count(self, _delayed_us: float) -> None:
        frame = self._client.last_frame_time
        if frame != self._last_frame:
            self._last_frame = frame
            self.count += 1


@contextlib.contextmanager
def running_server(block_frames: int, said: Path | None = None) -> Iterator[XrunCounter]:
    """Start a server of `block_frames` a block and make it the default of this process.

    Where a file is given for what is `said`, the server says there, wordily, what it does. Programs
    started meanwhile reach it too. Raises ServerMissingError.
    """
    jackd = shutil.which("jackd")
    if jackd is None:
        raise ServerMissingError("There is no jackd here; install Debian's jackd2 and try again.")
    name = f"countoff-measured-{os.getpid()}"
    os.environ.update(JACK_DEFAULT_SERVER=name, JACK_NO_AUDIO_RESERVATION="1")
    jack.set_error_function(lambda _text: None)
    jack.set_info_function(lambda _text: None)
    server, client = _started(jackd, name, block_frames, said)
    try:
        counter = XrunCounter(client)
        client.midi_inports.register("daw")
        client.activate()
        yield counter
        client.deactivate()
        client.close()
    finally:
        _end(server)


def _started(
    jackd: str, name: str, block_frames: int, said: Path | None
) -> tuple[subprocess.Popen[bytes], jack.Client]:
    """Start it real-time, or as it is allowed to run, and connect to it."""
    for scheduling in (["-R", "-P", str(_PRIORITY)], ["-r"]):
        driver = ["-d", "dummy", "-r", str(RATE_HZ), "-p", str(block_frames)]
        with (said or Path(os.devnull)).open("wb") as file:
            server = subprocess.Popen(
                [jackd, "-n", name, *(["-v"] if said else []), *scheduling, *driver],
                stdout=file,
                stderr=file,
            )
        deadline_s = time.monotonic() + _DEADLINE_S
        while time.monotonic() < deadline_s and server.poll() is None:
            with contextlib.suppress(jack.JackOpenError):
                client = jack.Client(_CLIENT_NAME, servername=name, no_start_server=True)
                if "-r" in scheduling:
                    print("The JACK server may not be real-time here.", file=sys.stderr)
                return server, client
            time.sleep(_LOOK_EVERY_S)
        _end(server)
    raise ServerMissingError("jackd does not start; `jackd -d dummy` says why.")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_DEADLINE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
