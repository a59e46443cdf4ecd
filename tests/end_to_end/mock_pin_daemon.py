"""The whole daemon on gpiozero's mock pins, which standard input moves: "17 down", "17 up".

Run as a program by `unit.py`. Everything else is real; only the wires end in this file.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from countoff.app import run


def _move_pins(factory: MockFactory) -> None:
    for line in sys.stdin:
        pin, position = line.split()
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
    threading.Thread(target=_move_pins, args=(factory,), daemon=True).start()
    run(Path(sys.argv[1]), ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    _main()
