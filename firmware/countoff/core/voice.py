"""The voices of the click: what a click says, and its place in the player's bank of sounds."""

from __future__ import annotations

from enum import IntEnum


class Voice(IntEnum):
    """What a click says; the value is its place in the voice bank."""

    ACCENT = 0
    """The first beat of a bar."""
    GROUP = 1
    """The first beat of a group within a bar: 2+2+3."""
    BEAT = 2
    SUBDIVISION = 3
    COUNT_IN_ACCENT = 4
    """The ones of a count-in."""
    COUNT_IN = 5
