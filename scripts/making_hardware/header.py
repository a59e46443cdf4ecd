"""The 40 pins of a Raspberry Pi's header: which one is which."""

from __future__ import annotations

from typing import Final

HEADER_PIN: Final[dict[int, int]] = {
    2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 18: 12, 27: 13, 22: 15, 23: 16, 24: 18, 10: 19,
    9: 21, 25: 22, 11: 23, 8: 24, 7: 26, 5: 29, 6: 31, 12: 32, 13: 33, 19: 35, 16: 36, 26: 37,
    20: 38, 21: 40,
}  # fmt: skip
"""BCM number to header pin, of those that a configuration may name (0 and 1 are an EEPROM's)."""

GROUNDS: Final = (6, 9, 14, 20, 25, 30, 34, 39)
RAIL_3V3: Final = (1, 17)
RAIL_5V: Final = (2, 4)


def place(header_pin: int) -> tuple[int, int]:
    """Return row and column of a header pin, both from 0: odd pins are column 0."""
    return (header_pin - 1) // 2, (header_pin - 1) % 2
