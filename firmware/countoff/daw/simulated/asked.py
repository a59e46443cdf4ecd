"""What a DAW can be asked for, whichever dialect asks, or its own user. Pure values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction


class Ask(StrEnum):
    """One thing that is asked of a DAW."""

    RECORD = "record"
    """Record from where it stands, whatever it does now."""
    RECORD_PAUSE = "record pause"
    """Be armed, and do not roll."""
    RECORD_BUTTON = "record button"
    """What the button does depends on the DAW, and on what it does now: it toggles."""
    RECORD_EXIT = "record exit"
    PLAY = "play"
    STOP = "stop"
    PAUSE = "pause"
    SPACE = "space bar"
    """Stop where it rolls, roll where it does not."""
    LOCATE = "locate"
    CHASE = "follow time code"
    """Roll along time code that was, or would have been, at `seconds` at host time 0."""
    MARKER = "marker"


class Asked(NamedTuple):
    """What is asked for; `seconds` is where to, for LOCATE, CHASE and a PLAY from a place."""

    what: Ask
    seconds: Fraction | None = None
