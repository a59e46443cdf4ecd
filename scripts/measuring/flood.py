"""A DAW that says far too much: what a busy mixer sends, thousands of messages a second, on JACK.

    python flood.py RATE_HZ    connected to the box's input; until standard input ends

Half of it are meters, which say nothing of the transport, and half digits of the time display, each
of them another one: those the box has to read.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jack

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "flood"
_BOX = "Countoff:DAW in"
_DEADLINE_S = 60
_LOOK_EVERY_S = 0.02


class Flood:
    """A client whose thread says what is due in each cycle."""

    def __init__(self, rate_hz: int) -> None:
        """Say `rate_hz` messages a second, once connected."""
        self._rate_hz = rate_hz
        self._due = 0.0
        self._count = 0
        self._client: Any = jack.Client(_NAME, no_start_server=True)
        self._out = self._client.midi_outports.register("out")
        self._client.set_process_callback(self._process)
        self._client.activate()

    def connect(self) -> None:
        """Connect to the box as soon as it is there. Raises TimeoutError."""
        deadline_s = time.monotonic() + _DEADLINE_S
        while not self._out.is_connected_to(_BOX):
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"There is no port {_BOX}.")
            with contextlib.suppress(jack.JackError):
                self._client.connect(self._out, _BOX)
            time.sleep(_LOOK_EVERY_S)

    def _process(self, frames: int) -> None:
        self._out.clear_buffer()
        self._due += frames * self._rate_hz / self._client.samplerate
        while self._due >= 1:
            self._due -= 1
            self._count += 1
            half = self._count // 2
            if self._count % 2:
                message = bytes((0xD0, half % 8 << 4 | half % 13))
            else:
                message = bytes((0xB0, 0x40 + half % 10, 0x30 + half // 10 % 10))
            with contextlib.suppress(jack.JackError):
                self._out.write_midi_event(0, message)


@contextlib.contextmanager
def flooded(rate_hz: int) -> Iterator[None]:
    """Flood the box on the default server, once it is there, until the block is left.

    Raises RuntimeError.
    """
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__)), str(rate_hz)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    try:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("There is nobody to flood the box.")
        yield
    finally:
        process.communicate(timeout=_DEADLINE_S)


def main() -> None:
    """Flood until standard input ends."""
    jack.set_error_function(lambda _text: None)
    jack.set_info_function(lambda _text: None)
    flood = Flood(int(sys.argv[1]))
    print("ready", flush=True)
    flood.connect()
    sys.stdin.read()


if __name__ == "__main__":
    main()
