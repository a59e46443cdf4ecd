"""What is to be done: each action carries its moment where it is scheduled.

The pure step returns them; the controller hands them out, in order, and none of them waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.entries import Entry
    from countoff.core.events import Pedal
    from countoff.core.midi_clock import ClockStretch
    from countoff.core.plan import Click
    from countoff.core.time_code import TimeCodeStretch
    from countoff.core.timebase import ClockFit

    Stretch = ClockStretch | TimeCodeStretch


class DawCommand(StrEnum):
    """What the DAW can be told, whatever dialect it speaks."""

    RECORD = "record"
    STOP = "stop"
    LOCATE = "locate"
    MARKER = "marker"
    """Make a marker of its own where it is."""


@dataclass(frozen=True, slots=True)
class TellDaw:
    """Tell the DAW at host time `at_ns`; `locate_s` is where to, for LOCATE only."""

    at_ns: int
    command: DawCommand
    locate_s: int = 0


@dataclass(frozen=True, slots=True)
class DropDawCommands:
    """Drop what the DAW was to be told and has not been yet."""


@dataclass(frozen=True, slots=True)
class StartClicks:
    """Replace whatever sounds by `clicks`, on the frames of stream `epoch`."""

    epoch: int
    clicks: tuple[Click, ...]


@dataclass(frozen=True, slots=True)
class ExtendClicks:
    """Append `clicks` to those that run."""

    epoch: int
    clicks: tuple[Click, ...]


@dataclass(frozen=True, slots=True)
class SilenceFrom:
    """Let no click start at or after `frame` of stream `epoch`; what sounds rings out."""

    epoch: int
    frame: int


@dataclass(frozen=True, slots=True)
class StopClicks:
    """Fade the click out at the next block and drop the rest of the plan."""


@dataclass(frozen=True, slots=True)
class SetClickLevel:
    """Set the level of the whole click; -inf dB where it is muted."""

    level_db: float


@dataclass(frozen=True, slots=True)
class StartClock:
    """Send `stretch` instead of any MIDI clock or time code that runs, on the frames of `fit`."""

    fit: ClockFit
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class ExtendClock:
    """Append `stretch`, on the frames of stream `epoch`, to the clock or time code that runs."""

    epoch: int
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class LayClockAnew:
    """Send what of `stretch` has not left yet, on the frames of `fit`, instead of what was planned."""

    fit: ClockFit
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class AimClock:
    """Send the clock that runs by `fit` from now on: its stream has been measured anew."""

    fit: ClockFit


@dataclass(frozen=True, slots=True)
class StopClock:
    """End the clock or time code at host time `at_ns`; where a clock started the DAW, stop it too."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class WriteLog:
    """Put an entry into the take log."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class StartLineCheck:
    """Look at everything that takes depend on; asked for at host time `at_ns`, while idle."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class EndLineCheck:
    """Look no further: something more important has begun at host time `at_ns`."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class LearnNormallyClosed:
    """Take the contact of `pedal` for one that opens when stepped on, until the box ends."""

    pedal: Pedal


@dataclass(frozen=True, slots=True)
class PowerOff:
    """Have the whole box go down; asked for at host time `at_ns`, while idle."""

    at_ns: int


LineCheckAction = StartLineCheck | EndLineCheck | LearnNormallyClosed
"""What the line check is to do, which has threads of its own."""

ClockAction = StartClock | ExtendClock | LayClockAnew | AimClock | StopClock
"""What MIDI clock and time code are to do: all goes to the sender that has the clock's port."""

Action = (
    TellDaw
    | DropDawCommands
    | StartClicks
    | ExtendClicks
    | SilenceFrom
    | StopClicks
    | SetClickLevel
    | ClockAction
    | WriteLog
    | LineCheckAction
    | PowerOff
)
