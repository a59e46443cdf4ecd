"""What a DAW is told, in the bytes that it understands. Pure.

One dialect so far: MMC. Record Strobe arms and rolls by itself, so nothing is said before it; Stop
comes after Record Exit, so that no DAW is left armed.
"""

from __future__ import annotations

from dataclasses import dataclass

from countoff.core.actions import DawCommand
from countoff.midi import mmc
from countoff.midi.mmc import Locate, Transport
from countoff.midi.timecode import Rate, TimeCode

# Some DAWs keep four bits of the hour: hour 16 would be hour 0, in the middle of what is recorded.
HIGHEST_LOCATE_HOUR = 15
_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Dialect:
    """How this DAW is spoken to; `rate` is that of its time code."""

    device_id: int = mmc.ALL_DEVICES
    rate: Rate = Rate.FPS_25


def rate_of(frames_per_second: int | str) -> Rate:
    """Return the rate that is configured as 24, 25, 30 or "30df". Raises ValueError for others."""
    rates = {24: Rate.FPS_24, 25: Rate.FPS_25, 30: Rate.FPS_30, "30df": Rate.FPS_30_DROP}
    if frames_per_second not in rates:
        raise ValueError(
            f"{frames_per_second} frames a second is no time code;"
            ' 24, 25, 30 and "30df" are allowed.'
        )
    return rates[frames_per_second]


def messages_for(command: DawCommand, locate_s: int, dialect: Dialect) -> tuple[bytes, ...]:
    """Return the messages that tell the DAW `command`, in the order to send them.

    `locate_s` counts, for LOCATE, the seconds that the DAW displays. Beyond the last hour that
    every DAW reads rightly there is no message, and the DAW stays where it is.
    """
    return tuple(
        mmc.encode(said, dialect.device_id) for said in _commands(command, locate_s, dialect.rate)
    )


def _commands(command: DawCommand, locate_s: int, rate: Rate) -> tuple[mmc.Command, ...]:
    match command:
        case DawCommand.RECORD:
            return (Transport.RECORD_STROBE,)
        case DawCommand.STOP:
            return (Transport.RECORD_EXIT, Transport.STOP)
        case DawCommand.LOCATE:
            if locate_s >= (HIGHEST_LOCATE_HOUR + 1) * _SECONDS_PER_HOUR:
                return ()
            return (Locate(TimeCode.at_seconds(locate_s, rate)),)
        case DawCommand.MARKER:
            return ()
