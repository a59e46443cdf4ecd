"""The whole daemon on a Pi 5 of paper, whose header is a chip that gpiozero would not look for.

Run as a program by `unit.py`, and moved by standard input. gpiozero's own lgpio pins are real; what
they reach through lgpio is in this file. Whatever is done to a line is in a file, with its chip.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gpiozero.pins import local
from tests.devices.paper_chips import Chips
from tests.end_to_end.faulty_wires_daemon import shorten_waits

from countoff import board
from countoff.app import run
from countoff.devices import pin_library

_HEADER, _LAMP_LINE = 11, 18
_SOC = "gpio-brcmstb@107d508500"
# Two chips that this program may open, and gpiozero would: neither is the header.
_LABELS = {0: _SOC, 4: _SOC, _HEADER: "pinctrl-rp1"}
_PI_5 = 0xC04170
_IS_OUTPUT, _IS_PULLED_UP = 2, 32


class Header(Chips):
    """The chips of this Pi; the header's is closed to the box until `let_in`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_LABELS, forbidden=frozenset({_HEADER}))
        self._folder = folder
        self._outputs: set[tuple[int, int]] = set()
        self._closed_contacts: set[int] = set()

    def let_in(self) -> None:
        """Let the box open the header's chip: udev has come to it."""
        self._forbidden = frozenset()

    def move(self, gpio: int, *, is_closed: bool) -> None:
        """Close a pedal's contact, or open it."""
        (self._closed_contacts.add if is_closed else self._closed_contacts.discard)(gpio)
        if (heard := self.heard.get((_HEADER, gpio))) is not None:
            heard(_HEADER, gpio, int(not is_closed), time.monotonic_ns())

    def gpio_claim_input(self, handle: int, gpio: int, flags: int = 0) -> None:
        """Take a line, or make it an input again."""
        self._outputs.discard((handle >> 16, gpio))
        self._write("lines.txt", handle >> 16, gpio)
        super().gpio_claim_input(handle, gpio, flags)

    def gpio_claim_output(self, handle: int, gpio: int) -> None:
        """Take the lamp's line; any other is a pedal's."""
        if gpio != _LAMP_LINE:
            super().gpio_claim_output(handle, gpio)
        self._write("lines.txt", handle >> 16, gpio)
        self._outputs.add((handle >> 16, gpio))

    def gpio_get_mode(self, handle: int, gpio: int) -> int:
        """Return a line's flags."""
        return _IS_OUTPUT if (handle >> 16, gpio) in self._outputs else _IS_PULLED_UP

    def gpio_read(self, _handle: int, gpio: int) -> int:
        """Return a line's level: a closed contact pulls it to ground."""
        return int(gpio not in self._closed_contacts)

    def tx_pwm(self, handle: int, gpio: int, _hz: float, percent: float) -> int:
        """Have a line switched."""
        self._write("lines.txt", handle >> 16, gpio)
        self._write("lamp.txt", time.monotonic_ns(), percent / 100)
        return 1

    def _write(self, name: str, *words: float) -> None:
        with (self._folder / name).open("a") as file:
            file.write(f"{' '.join(map(str, words))}\n")


def _follow_input(header: Header) -> None:
    for line in sys.stdin:
        match line.split():
            case ["header", "opens"]:
                header.let_in()
            case [gpio, "down" | "up" as position]:
                header.move(int(gpio), is_closed=position == "down")
    # The test has gone, in whatever way: its box goes with it.
    os.kill(os.getpid(), signal.SIGTERM)


def _main() -> None:
    configuration = Path(sys.argv[1])
    header = Header(configuration.parent)
    devices = configuration.parent / "dev"
    devices.mkdir()
    for number in _LABELS:
        (devices / f"gpiochip{number}").touch()
    sys.modules["lgpio"] = header
    vars(pin_library)["_DEVICES"] = devices
    pi_5: Any = lambda: _PI_5  # noqa: E731
    vars(local)["get_pi_revision"] = pi_5
    os.environ["GPIOZERO_PIN_FACTORY"] = "lgpio"
    shorten_waits()
    vars(board)["_OPEN_AGAIN_S"] = 0.2
    threading.Thread(target=_follow_input, args=(header,), daemon=True).start()
    run(configuration, ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    _main()
