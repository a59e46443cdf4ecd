"""What the screen's glass shows, in the virtual Pi, from the bytes that go over its bus.

Runs in the guest. Shares no code with the product: it knows the chip's commands. The bus lets one
program listen: `Glass` is that, or what a recorder leaves, where one has listened since the boot.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BUS = Path("/dev/vpi-i2c")
RECORDED = Path("/run/vpi/glass")
"""What the glass shows now: whether it is on, and its memory."""
RECORDED_BYTES = 1 + 128 * 8
_LONGEST_RECORD = 70_000
_RECORD_HEAD = struct.Struct("<QH")
_WIDTH, _PAGES = 128, 8
# Commands of the SSD1306 that are followed by arguments, and how many.
_ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA8: 1}
_ARGUMENTS |= dict.fromkeys((0xD3, 0xD5, 0xD9, 0xDA, 0xDB), 1)
_OFF, _ON = 0xAE, 0xAF
_COLUMNS, _ROWS = 0x21, 0x22
_DATA = 0x40


class Picture:
    """What is on a glass: `memory` holds whether it is on, and then its pixels as the chip does."""

    def __init__(self, memory: bytearray | mmap.mmap) -> None:
        self.memory = memory

    @property
    def is_on(self) -> bool:
        """Whether it shows anything."""
        return bool(self.memory[0])

    def pixels(self) -> list[list[bool]]:
        """Return the rows from the top, each from the left."""
        memory = bytes(self.memory[1:])
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


class Chip(Picture):
    """An SSD1306 as it takes in what is sent to it."""

    def __init__(self, memory: bytearray | mmap.mmap) -> None:
        super().__init__(memory)
        self._columns, self._rows = (0, _WIDTH - 1), (0, _PAGES - 1)
        self._column = self._row = 0

    def take(self, message: bytes) -> None:
        """Take in one message of the bus."""
        if message and message[0] == _DATA:
            self._take_data(message[1:])
        elif message:
            self._take_commands(iter(message[1:]))

    def _take_data(self, data: bytes) -> None:
        for byte in data:
            self.memory[1 + self._row * _WIDTH + self._column] = byte
            self._column += 1
            if self._column > self._columns[1]:
                self._column = self._columns[0]
                self._row = self._row + 1 if self._row < self._rows[1] else self._rows[0]

    def _take_commands(self, commands: Iterator[int]) -> None:
        for command in commands:
            arguments = [next(commands) for _ in range(_ARGUMENTS.get(command, 0))]
            if command in (_OFF, _ON):
                self.memory[0] = command == _ON
            elif command == _COLUMNS:
                self._columns, self._column = (arguments[0], arguments[1]), arguments[0]
            elif command == _ROWS:
                self._rows, self._row = (arguments[0], arguments[1]), arguments[0]


class Glass(Chip):
    """Listens to the bus itself, on a thread of its own."""

    def __init__(self) -> None:
        super().__init__(bytearray(RECORDED_BYTES))
        self._descriptor = os.open(BUS, os.O_RDONLY)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            self.take(message_of(self._descriptor))


def message_of(descriptor: int) -> bytes:
    """Return the next message of the bus; waits for it."""
    record = os.read(descriptor, _LONGEST_RECORD)
    length = _RECORD_HEAD.unpack_from(record)[1]
    return record[_RECORD_HEAD.size : _RECORD_HEAD.size + length]


def recorded_memory(*, is_new: bool = False) -> mmap.mmap:
    """Return the memory that the recorder leaves; made where `is_new`."""
    with RECORDED.open("w+b" if is_new else "r+b") as file:
        if is_new:
            file.truncate(RECORDED_BYTES)
        return mmap.mmap(file.fileno(), RECORDED_BYTES)


def _moved(rows: list[list[bool]], dx: int, dy: int) -> list[list[bool]]:
    def at(x: int, y: int) -> bool:
        return 0 <= x < _WIDTH and 0 <= y < _PAGES * 8 and rows[y][x]

    return [[at(x - dx, y - dy) for x in range(_WIDTH)] for y in range(_PAGES * 8)]
