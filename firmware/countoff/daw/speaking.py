"""One thing that is said to a DAW, in the bytes of a dialect. Pure, table-driven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.daw import LAST_PLACE_HOURS
from countoff.daw.profile import Dialect, Said
from countoff.midi import hui, mackie, mmc
from countoff.midi.timecode import Rate, TimeCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS_PER_HOUR = 3600

_MMC: Mapping[Said, mmc.Transport] = {
    Said.RECORD: mmc.Transport.RECORD_STROBE,
    Said.RECORD_EXIT: mmc.Transport.RECORD_EXIT,
    Said.PLAY: mmc.Transport.PLAY,
    Said.STOP: mmc.Transport.STOP,
}
_MACKIE: Mapping[Said, mackie.Button] = {
    Said.RECORD: mackie.Button.RECORD,
    Said.PLAY: mackie.Button.PLAY,
    Said.STOP: mackie.Button.STOP,
    Said.MARKER: mackie.Button.MARKER,
}
_HUI: Mapping[Said, hui.Switch] = {
    Said.RECORD: hui.RECORD,
    Said.PLAY: hui.PLAY,
    Said.STOP: hui.STOP,
}


@dataclass(frozen=True, slots=True)
class Address:
    """Who is spoken to: the MMC device, and the time code that this DAW counts its places in."""

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


def messages_for(
    said: Said, dialect: Dialect, address: Address, locate_s: int = 0
) -> tuple[bytes, ...]:
    """Return the messages that say it, in order; none where the dialect has no bytes for it.

    A DAW that real-time messages move is started and stopped by the clock itself, not from here.
    `locate_s` counts, for LOCATE, the seconds that the DAW displays. Beyond the last hour that
    every DAW reads rightly there is no message, and the DAW stays where it is.
    """
    match dialect:
        case Dialect.MMC if said is Said.LOCATE:
            if locate_s >= LAST_PLACE_HOURS * _SECONDS_PER_HOUR:
                return ()
            place = TimeCode.at_seconds(locate_s, address.rate)
            return (mmc.encode(mmc.Locate(place), address.device_id),)
        case Dialect.MMC if said in _MMC:
            return (mmc.encode(_MMC[said], address.device_id),)
        case Dialect.MACKIE if said in _MACKIE:
            return mackie.pressed(_MACKIE[said])
        case Dialect.HUI if said in _HUI:
            return hui.pressed(_HUI[said])
    return ()
