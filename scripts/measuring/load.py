"""The load that the box has to bear: a busy process for each core, and a busy thread of Python."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY_PROGRAM = "while True: pass"


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core busy, as ordinary processes do, until the block is left."""
    command = [sys.executable, "-c", _BUSY_PROGRAM]
    processes = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def start_busy_thread() -> None:
    """Start a thread that runs Python and nothing else, for as long as the process lives."""
    threading.Thread(target=_be_busy, name="busy", daemon=True).start()


def _be_busy() -> None:
    number = 1
    while True:
        number = number * 1_103_515_245 + 12_345 & 0x7FFFFFFF
