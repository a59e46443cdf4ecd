"""MIDI's real-time messages, and the song position that goes with them. Pure bytes.

A clock is 24 pulses to the quarter note. Start and Continue take effect on the pulse that follows
them; the song position counts sixteenths, six pulses each, whatever the meter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MOST_SIXTEENTHS = (1 << 14) - 1
_SONG_POSITION = 0xF2
_SEVEN_BITS = 0x7F
_POSITION_BYTES = 3


class Realtime(IntEnum):
    """A message of one byte, by that byte."""

    PULSE = 0xF8
    START = 0xFA
    CONTINUE = 0xFB
    STOP = 0xFC


@dataclass(frozen=True, slots=True)
class SongPosition:
    """Where a Continue that follows goes on: so many sixteenths after the song's beginning."""

    sixteenths: int

    def __post_init__(self) -> None:
        """Refuse what 14 bits cannot say. Raises ValueError."""
        if not 0 <= self.sixteenths <= MOST_SIXTEENTHS:
            message = (
                f"A song position is 0 to {MOST_SIXTEENTHS} sixteenths; found {self.sixteenths}."
            )
            raise ValueError(message)


ClockMessage = Realtime | SongPosition
_BY_BYTE = {bytes((word,)): word for word in Realtime}


def encode(message: ClockMessage) -> bytes:
    """Return the bytes of `message`."""
    if isinstance(message, SongPosition):
        low, high = message.sixteenths & _SEVEN_BITS, message.sixteenths >> 7
        return bytes((_SONG_POSITION, low, high))
    return bytes((message,))


def decode(data: bytes) -> ClockMessage | None:
    """Return the message that `data` is, or None where it is another one, or not whole."""
    if len(data) == _POSITION_BYTES and data[0] == _SONG_POSITION:
        low, high = data[1:]
        return SongPosition(low | high << 7) if max(low, high) <= _SEVEN_BITS else None
    return _BY_BYTE.get(data)
