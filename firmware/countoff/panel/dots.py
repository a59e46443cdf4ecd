"""The screen's 128 x 64 dots as lines of characters: two dots a cell, or eight. Pure."""

from __future__ import annotations

import base64
from typing import Final

WIDTH: Final = 128
HEIGHT: Final = 64
_ROW_BYTES: Final = WIDTH // 8

# Upper dot, lower dot.
_HALVES: Final = {("0", "0"): " ", ("1", "0"): "▀", ("0", "1"): "▄", ("1", "1"): "█"}
# The bit of each dot of a braille cell, row by row, left and right.
_BRAILLE_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE: Final = 0x2800
_BLANK_PICTURE: Final = bytes(_ROW_BYTES * HEIGHT)


def rows(screen: str) -> list[str]:
    """Return a `0` or `1` for every dot, row by row, of the status's base64 text; empty: all dark.

    Raises ValueError where it is no picture of this screen.
    """
    packed = base64.b64decode(screen, validate=True) if screen else _BLANK_PICTURE
    if len(packed) != len(_BLANK_PICTURE):
        raise ValueError(
            f"A picture of the screen has {len(_BLANK_PICTURE)} bytes; found {len(packed)}."
        )
    return [
        f"{int.from_bytes(packed[start : start + _ROW_BYTES]):0{WIDTH}b}"
        for start in range(0, len(packed), _ROW_BYTES)
    ]


def half_blocks(dots: list[str]) -> list[str]:
    """Return 32 lines of 128 characters, two dots above each other in each."""
    pairs = zip(dots[::2], dots[1::2], strict=True)
    return ["".join(_HALVES[pair] for pair in zip(*both, strict=True)) for both in pairs]


def braille(dots: list[str]) -> list[str]:
    """Return 16 lines of 64 characters, two dots wide and four high in each."""
    return [
        "".join(
            chr(_BRAILLE | _cell([row[left : left + 2] for row in four]))
            for left in range(0, WIDTH, 2)
        )
        for four in (dots[top : top + 4] for top in range(0, HEIGHT, 4))
    ]


def _cell(quarter: list[str]) -> int:
    return sum(
        bit
        for dots, bits in zip(quarter, _BRAILLE_BITS, strict=True)
        for dot, bit in zip(dots, bits, strict=True)
        if dot == "1"
    )
