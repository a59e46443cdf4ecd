"""The whole daemon with every wire in this file, each of which can fail: pedals, lamp and screen.

Run as a program by `unit.py`, and moved by standard input. The pedals' and the lamp's pins are
gpiozero's mock pins; the screen is a chip at the far end of an I2C bus that smbus2 opens, so luma.oled
and all of the product are real. What reaches lamp and glass is in files, for the test to read.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import smbus2
from gpiozero import Device, OutputDevice
from gpiozero.pins.mock import MockFactory, MockPWMPin

from countoff import retried_part
from countoff.app import run
from countoff.core import gestures
from countoff.devices.oled import part
from countoff.processes.realtime import PRESS_PRIORITY, set_fifo

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAMP_PIN = 18
_NORMALLY_CLOSED_PIN, _STUCK_PIN = 23, 27
# When a contact that bounces for 30 ms moves, in milliseconds after its first edge.
_BOUNCES_MS = (0.0, 4.0, 9.5, 11.0, 19.0, 27.0, 30.0)
_LONGEST_BOUNCE_MS = 36.0
_WIDTH, _PAGES = 128, 8
# Commands of the SSD1306 that are followed by arguments, and how many.
_ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA8: 1}
_ARGUMENTS |= dict.fromkeys((0xD3, 0xD5, 0xD9, 0xDA, 0xDB), 1)
_OFF, _ON, _COLUMNS, _ROWS, _PUMP = 0xAE, 0xAF, 0x21, 0x22, 0x8D
_DATA = 0x40
_DARK = bytes(_WIDTH * _PAGES)
_NO_ANSWER = 121
# Instead of ten seconds; beyond the longest hold that means something.
STUCK_NS = 2_200_000_000


class ClosedPin(MockPWMPin):  # type: ignore[misc]  # gpiozero is untyped
    """A pin that a closed contact keeps at ground, whatever pulls it up."""

    def _set_pull(self, value: str) -> None:
        self._pull = value
        self._state = False


class LampPin(MockPWMPin):  # type: ignore[misc]  # gpiozero is untyped
    """The lamp's pin: what it shines is written down, and it can fail."""

    is_broken = False
    levels: Path

    def _change_state(self, value: float) -> bool:
        if LampPin.is_broken:
            raise OSError(5, "Input/output error")
        with LampPin.levels.open("a") as levels:
            levels.write(f"{time.monotonic_ns()} {value:.3f}\n")
        return bool(super()._change_state(value))


class Chip:
    """An SSD1306 on the bus: its picture is in a file, empty while it is dark."""

    def __init__(self, glass: Path) -> None:
        self._glass = glass
        self._changing = threading.Lock()
        self.address = 0x3C
        self.is_plugged = True
        self.answers_after_s = 0.0
        self.answers = threading.Event()
        self.answers.set()
        self.lose_power()

    def lose_power(self) -> None:
        """Forget everything, and go on answering: the contact of the supply was loose."""
        with self._changing:
            self._is_on = self._is_pumped = False
            self._memory = bytearray(_DARK)
            self._columns, self._rows = (0, _WIDTH - 1), (0, _PAGES - 1)
            self._column = self._row = 0
            self._show()

    def take(self, address: int, message: bytes) -> None:
        """Take a write on the bus, as slowly as it does; raises as smbus2 does where nobody answers."""
        self.answers.wait()
        # The fault itself: the bus is that slow.
        time.sleep(self.answers_after_s)
        if not self.is_plugged or address != self.address:
            raise OSError(_NO_ANSWER, "Remote I/O error")
        with self._changing:
            if message[0] == _DATA:
                self._take_data(message[1:])
            else:
                self._take_commands(iter(message[1:]))
            self._show()

    def _take_data(self, data: bytes) -> None:
        for byte in data:
            self._memory[self._row * _WIDTH + self._column] = byte
            self._column += 1
            if self._column > self._columns[1]:
                self._column = self._columns[0]
                self._row = self._row + 1 if self._row < self._rows[1] else self._rows[0]

    def _take_commands(self, commands: Iterator[int]) -> None:
        for command in commands:
            arguments = [next(commands) for _ in range(_ARGUMENTS.get(command, 0))]
            if command in (_OFF, _ON):
                self._is_on = command == _ON
            elif command == _PUMP:
                self._is_pumped = arguments[0] == 0x14
            elif command == _COLUMNS:
                self._columns, self._column = (arguments[0], arguments[1]), arguments[0]
            elif command == _ROWS:
                self._rows, self._row = (arguments[0], arguments[1]), arguments[0]

    def _show(self) -> None:
        shown = bytes(self._memory) if self._is_on and self._is_pumped else b""
        half_written = self._glass.with_suffix(".new")
        half_written.write_bytes(shown)
        half_written.replace(self._glass)


class Wires:
    """What a line of standard input does to them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._factory = MockFactory(pin_class=MockPWMPin)
        Device.pin_factory = self._factory
        LampPin.levels = folder / "lamp.txt"
        self._factory.pin(_LAMP_PIN, pin_class=LampPin)
        for pin in (_NORMALLY_CLOSED_PIN, _STUCK_PIN):
            self._factory.pin(pin, pin_class=ClosedPin)
        self._taken_by = OutputDevice(_LAMP_PIN)
        self.chip = Chip(folder / "glass.bin")
        vars(smbus2)["SMBus"] = self._open_bus

    def _open_bus(self, _port: int) -> Bus:
        return Bus(self.chip)

    def do(self, line: str) -> None:
        """Do what a line says."""
        match line.split():
            case ["lamp", "free"]:
                self._taken_by.close()
            case ["lamp", "fails" | "works" as how]:
                LampPin.is_broken = how == "fails"
            case ["screen", "jumper", address]:
                self.chip.address = int(address, 16)
            case ["screen", "pulled" | "plugged" as how]:
                self.chip.is_plugged = how == "plugged"
            case ["screen", "slow", milliseconds]:
                self.chip.answers_after_s = int(milliseconds) / 1000
            case ["screen", "hangs"]:
                self.chip.answers.clear()
            case ["screen", "goes"]:
                self.chip.answers.set()
            case ["screen", "power"]:
                self.chip.lose_power()
            case [pin, "tap"]:
                self._move(pin, is_closed=True)
                self._move(pin, is_closed=False)
            case [pin, "foot", milliseconds]:
                foot = (pin, int(milliseconds) / 1000)
                threading.Thread(target=self._step, args=foot, daemon=True).start()
            case [pin, "down" | "up" as position]:
                self._move(pin, is_closed=position == "down")

    def _move(self, pin: str, *, is_closed: bool) -> None:
        contact: Any = self._factory.pin(int(pin))
        if is_closed:
            contact.drive_low()
        else:
            contact.drive_high()

    def _step(self, pin: str, stays_s: float) -> None:
        """Step on a pedal whose contact bounces, and off it: here, where no other wire delays it."""
        set_fifo(PRESS_PRIORITY)
        self._bounce(pin, is_closed=True)
        time.sleep(stays_s)
        self._bounce(pin, is_closed=False)

    def _bounce(self, pin: str, *, is_closed: bool) -> None:
        began_s = time.monotonic()
        for index, at_ms in enumerate(_BOUNCES_MS):
            time.sleep(max(0.0, began_s + at_ms / 1000 - time.monotonic()))
            self._move(pin, is_closed=is_closed is (index % 2 == 0))
        took_ms = 1000 * (time.monotonic() - began_s)
        if took_ms > _LONGEST_BOUNCE_MS:
            # On a machine too busy for this thread it was another fault.
            with (self._folder / "disturbed.txt").open("a") as disturbed:
                disturbed.write(f"a contact bounced for {took_ms:.0f} ms\n")


class Bus:
    """smbus2's bus, as far as luma uses it."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def write_i2c_block_data(self, address: int, register: int, data: list[int]) -> None:
        """Write a short block."""
        self._chip.take(address, bytes([register, *data]))

    def i2c_rdwr(self, *messages: Any) -> None:
        """Write whole messages."""
        for message in messages:
            self._chip.take(message.addr, bytes(list(message)))

    def close(self) -> None:
        """Let go of the bus."""


def _follow_input(wires: Wires) -> None:
    for line in sys.stdin:
        wires.do(line)
    # The test has gone, in whatever way: its box goes with it.
    os.kill(os.getpid(), signal.SIGTERM)


def shorten_waits() -> None:
    """Have the box wait for nothing long: the same, only sooner."""
    vars(retried_part).update(_FIRST_RETRY_S=0.2, _LAST_RETRY_S=0.2, _HUNG_NS=10**9)
    vars(retried_part).update(_STOP_DEADLINE_S=0.3)
    vars(part).update(_WAKE_EVERY_S=1.0)
    gestures.HOLD_STAGES_NS[gestures.HoldStage.STUCK] = STUCK_NS


def _main() -> None:
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    shorten_waits()
    configuration = Path(sys.argv[1])
    wires = Wires(configuration.parent)
    threading.Thread(target=_follow_input, args=(wires,), daemon=True).start()
    run(configuration, ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    _main()
