"""The far ends of the box's wires, in the virtual Pi: pedals, lamp, glass, MIDI cable.

Runs in the guest. Shares no code with the product: it knows the chip's commands, the pins' levels
and the bytes as they arrive.
"""

from __future__ import annotations

import os
import select
import struct
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GPIO = Path("/run/vpi/gpio")
_GLASS = Path("/dev/vpi-i2c")
_GLASS_CABLE = Path("/sys/module/vpi_i2c/parameters/nak")
_LONGEST_RECORD = 70_000
_RECORD_HEAD = struct.Struct("<QH")
_WIDTH, _PAGES = 128, 8
_LOOK_EVERY_S = 0.02
# Commands of the SSD1306 that are followed by arguments, and how many.
_ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA8: 1}
_ARGUMENTS |= dict.fromkeys((0xD3, 0xD5, 0xD9, 0xDA, 0xDB), 1)
_OFF, _ON = 0xAE, 0xAF
_COLUMNS, _ROWS = 0x21, 0x22
_DATA = 0x40

PINS = {"roll": 17, "again": 27, "keeper": 22, "song": 23}
LAMP_PIN = 18


def press(pedal: str, hold_s: float = 0.1) -> int:
    """Step on a pedal for `hold_s`; return the host time just before the contact closed."""
    pull = _GPIO / f"sim_gpio{PINS[pedal]}" / "pull"
    at_ns = time.monotonic_ns()
    pull.write_text("pull-down")
    time.sleep(hold_s)
    pull.write_text("pull-up")
    return at_ns


def lamp_duty(seconds: float) -> float:
    """Return for which share of the time the lamp's pin is high."""
    value = _GPIO / f"sim_gpio{LAMP_PIN}" / "value"
    until_s = time.monotonic() + seconds
    levels = []
    while time.monotonic() < until_s:
        levels.append(int(value.read_text()))
        time.sleep(0.0003)
    return sum(levels) / len(levels)


def pull_glass_cable(*, is_out: bool) -> None:
    """Have the screen answer nobody, or again."""
    _GLASS_CABLE.write_text(str(int(is_out)))


class Glass:
    """What an SSD1306 on the bus would be showing, from the bytes that are sent to it."""

    def __init__(self) -> None:
        self.is_on = False
        self._memory = bytearray(_WIDTH * _PAGES)
        self._columns, self._rows = (0, _WIDTH - 1), (0, _PAGES - 1)
        self._column = self._row = 0
        self._descriptor = os.open(_GLASS, os.O_RDONLY)
        threading.Thread(target=self._read, daemon=True).start()

    def pixels(self) -> list[list[bool]]:
        """Return the rows from the top, each from the left."""
        memory = bytes(self._memory)
        return [
            [bool(memory[y // 8 * _WIDTH + x] >> y % 8 & 1) for x in range(_WIDTH)]
            for y in range(_PAGES * 8)
        ]

    def text(self) -> str:
        """Return the picture as text, two rows of pixels a line."""
        rows = self.pixels()
        return "\n".join(
            "".join(
                " ▀▄█"[upper + 2 * lower] for upper, lower in zip(rows[y], rows[y + 1], strict=True)
            ).rstrip()
            for y in range(0, _PAGES * 8, 2)
        )

    def shows(self, picture: bytes) -> bool:
        """Tell whether it shows `picture` (rows of 16 bytes), moved by a pixel at most."""
        wanted = [
            [bool(picture[y * 16 + x // 8] >> (7 - x % 8) & 1) for x in range(_WIDTH)]
            for y in range(_PAGES * 8)
        ]
        shown = self.pixels()
        return any(shown == _moved(wanted, dx, dy) for dx in (0, 1, -1) for dy in (0, 1, -1))

    def _read(self) -> None:
        while True:
            record = os.read(self._descriptor, _LONGEST_RECORD)
            length = _RECORD_HEAD.unpack_from(record)[1]
            message = record[_RECORD_HEAD.size : _RECORD_HEAD.size + length]
            if message and message[0] == _DATA:
                self._take_data(message[1:])
            elif message:
                self._take_commands(iter(message[1:]))

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
                self.is_on = command == _ON
            elif command == _COLUMNS:
                self._columns, self._column = (arguments[0], arguments[1]), arguments[0]
            elif command == _ROWS:
                self._rows, self._row = (arguments[0], arguments[1]), arguments[0]


def _moved(rows: list[list[bool]], dx: int, dy: int) -> list[list[bool]]:
    def at(x: int, y: int) -> bool:
        return 0 <= x < _WIDTH and 0 <= y < _PAGES * 8 and rows[y][x]

    return [[at(x - dx, y - dy) for x in range(_WIDTH)] for y in range(_PAGES * 8)]


class Follower:
    """Whoever follows a MIDI clock; the kernel stamps each byte as it is delivered.

    So what is told is when the box sent, whatever this program was doing then.
    """

    port = "Follower in"

    def __init__(self) -> None:
        # In the guest only: the virtual Pi brings it.
        import rtmidi  # noqa: PLC0415

        self.arrived: list[tuple[float, str]] = []
        """Seconds after the first byte, and message in hexadecimal."""
        self._at_s = 0.0
        self._in = rtmidi.MidiIn(
            rtapi=rtmidi.API_LINUX_ALSA, name="Follower", queue_size_limit=1 << 16
        )
        self._in.ignore_types(timing=False)
        self._in.set_callback(self._take)
        self._in.open_virtual_port(name=self.port)

    def _take(self, event: tuple[list[int], float], _data: object) -> None:
        message, after_s = event
        self._at_s += after_s
        self.arrived.append((self._at_s, bytes(message).hex()))


class Cable:
    """The far end of a virtual MIDI cable: what arrives, and when."""

    def __init__(self, device: str) -> None:
        self.arrived: list[tuple[int, str]] = []
        """Host time and message in hexadecimal."""
        self._descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        message = b""
        while True:
            select.select([self._descriptor], [], [], _LOOK_EVERY_S)
            try:
                data = os.read(self._descriptor, 256)
            except BlockingIOError:
                continue
            at_ns = time.monotonic_ns()
            for byte in data:
                message += bytes([byte])
                if byte == 0xF7:
                    self.arrived.append((at_ns, message.hex()))
                    message = b""
