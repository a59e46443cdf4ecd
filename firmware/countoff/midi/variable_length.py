"""Numbers of one to four bytes, as MIDI files have them. Pure."""

from __future__ import annotations


def variable_length(value: int) -> bytes:
    """Write a number in groups of seven bits, the highest first; each but the last has its top bit."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))
