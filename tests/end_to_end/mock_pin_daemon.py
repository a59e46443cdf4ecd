"""The whole daemon on gpiozero's mock pins, which standard input moves: "17 down", "17 up".

Run as a program by `unit.py`. Everything else is real; only the wires end in this file, and the
disk: "disk stalls" has whatever is written to the take log wait until "disk goes".
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from countoff.app import run
from countoff.takelog import writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


class StallingDisk:
    """Stands between the log's writer and SQLite, and lets statements wait as a hung disk does."""

    def __init__(self) -> None:
        self.goes = threading.Event()
        self.goes.set()
        # As a test would with monkeypatch: the writer opens its log by this name.
        self._open: Callable[[Path], sqlite3.Connection] = vars(writer)["open_for_writing"]
        vars(writer)["open_for_writing"] = self.open_for_writing

    def open_for_writing(self, folder: Path) -> StallingConnection:
        """Open the log as the product does, behind this disk."""
        return StallingConnection(self._open(folder), self)


class StallingConnection:
    """A connection through a stalling disk."""

    def __init__(self, connection: sqlite3.Connection, disk: StallingDisk) -> None:
        self._connection = connection
        self._disk = disk

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """Execute, once the disk goes."""
        self._disk.goes.wait()
        return self._connection.execute(*arguments)

    def __getattr__(self, name: str) -> Any:
        """Return whatever else a connection has."""
        return getattr(self._connection, name)


def _move_pins(factory: MockFactory, disk: StallingDisk) -> None:
    for line in sys.stdin:
        pin, position = line.split()
        if pin == "disk":
            (disk.goes.set if position == "goes" else disk.goes.clear)()
            continue
        # Pulled up: a pedal that is stepped on connects its pin to ground.
        if position == "down":
            factory.pin(int(pin)).drive_low()
        else:
            factory.pin(int(pin)).drive_high()
    # The test has gone, in whatever way: its box goes with it.
    os.kill(os.getpid(), signal.SIGTERM)


def _main() -> None:
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    factory = MockFactory(pin_class=MockPWMPin)
    Device.pin_factory = factory
    threading.Thread(target=_move_pins, args=(factory, StallingDisk()), daemon=True).start()
    run(Path(sys.argv[1]), ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    _main()
