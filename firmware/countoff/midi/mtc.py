"""MIDI Time Code: quarter frames and full frames, as bytes and back. Pure.

A place takes eight quarter frames, sent over two frames; the place is that of the moment of the
first. A full frame is said on every locate while nothing rolls, and before the first quarter frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.midi.timecode import Rate, TimeCode

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_DEVICES = 0x7F
PIECES = 8
FRAMES_PER_PLACE = 2

QUARTER_FRAME = 0xF1
"""The first of a quarter frame's two bytes."""
_HEAD = bytes((0xF0, 0x7F))
_FULL_FRAME = bytes((0x01, 0x01))
_FULL_FRAME_BYTES = 10
_END = 0xF7


@dataclass(frozen=True, slots=True)
class QuarterFrame:
    """One piece of a place: `bits` is four of its bits, `piece`, from 0, says which."""

    piece: int
    bits: int

    def __post_init__(self) -> None:
        """Refuse what a byte cannot say. Raises ValueError."""
        if not (0 <= self.piece < PIECES and 0 <= self.bits <= 0x0F):
            raise ValueError(
                f"A quarter frame is piece {self.piece} with {self.bits};"
                f" pieces 0 to {PIECES - 1} with 0 to 15 are allowed."
            )


@dataclass(frozen=True, slots=True)
class FullFrame:
    """A whole place at once: the transport has gone there."""

    place: TimeCode
    device_id: int = ALL_DEVICES

    def __post_init__(self) -> None:
        """Refuse a device that there cannot be. Raises ValueError."""
        if not 0 <= self.device_id <= ALL_DEVICES:
            raise ValueError(
                f"A full frame's device id is {self.device_id};"
                " from 0 to 126 is one device, 127 is all of them."
            )


def encode(message: QuarterFrame | FullFrame) -> bytes:
    """Return the bytes of `message`."""
    match message:
        case QuarterFrame(piece, bits):
            return bytes((QUARTER_FRAME, piece << 4 | bits))
        case FullFrame(place, device_id):
            return full_frame_of(place.five_bytes[:4], device_id)


def full_frame_of(place_bytes: bytes, device_id: int = ALL_DEVICES) -> bytes:
    """Return the full frame of a place that is given as its hour with rate, minute, second, frame."""
    return _HEAD + bytes((device_id,)) + _FULL_FRAME + place_bytes + bytes((_END,))


def decode(data: bytes) -> QuarterFrame | FullFrame | None:
    """Return the message that `data` is, or None where it is another one, or not whole."""
    if len(data) == 2 and data[0] == QUARTER_FRAME and data[1] < 0x80:
        return QuarterFrame(data[1] >> 4, data[1] & 0x0F)
    if len(data) != _FULL_FRAME_BYTES or not data.startswith(_HEAD) or data[-1] != _END:
        return None
    device_id, sub_ids, place_bytes = data[2], data[3:5], data[5:-1]
    if sub_ids != _FULL_FRAME or device_id > ALL_DEVICES or not place_bytes.isascii():
        return None
    place = TimeCode.from_bytes(*place_bytes)
    return FullFrame(place, device_id) if place else None


def pieces_of(place: TimeCode) -> tuple[QuarterFrame, ...]:
    """Return the eight pieces of a place; what is below a frame is not said."""
    hour, minute, second, frame, _ = place.five_bytes
    halves = (half for number in (frame, second, minute, hour) for half in (number, number >> 4))
    return tuple(QuarterFrame(piece, half & 0x0F) for piece, half in enumerate(halves))


def place_of(pieces: tuple[QuarterFrame, ...]) -> TimeCode | None:
    """Return the place that eight pieces, in the order of their numbers, say; None if none is so."""
    bits = [piece.bits for piece in pieces]
    frame, second, minute, hour = (
        low | high << 4 for low, high in zip(bits[::2], bits[1::2], strict=True)
    )
    return TimeCode.from_bytes(hour, minute, second, frame)


def quarter_frames(start: TimeCode, frames: int) -> Iterator[tuple[Fraction, bytes]]:
    """Yield the messages of a stretch of so many frames, each with its moment.

    The moment is in real seconds after `start`, exactly: nothing adds up over an hour. Where a
    receiver expects an even frame in each place, at every rate but 25, the first message comes at
    the first even frame. Only whole places are said: the last one may be cut by a frame. After
    23:59:59 comes midnight.
    """
    rate = start.rate
    first = start.frames + (1 if start.subframe else 0)
    if rate is not Rate.FPS_25:
        first += first % FRAMES_PER_PLACE
    # In hundredths of a frame, so that a quarter is a whole number too.
    begin = start.frames * 100 + start.subframe
    speed = rate.frames_per_second * 100
    for number in range(first, start.frames + frames - 1, FRAMES_PER_PLACE):
        place = TimeCode.at_frame(number % rate.frames_per_day, rate)
        for piece in pieces_of(place):
            moment = number * 100 + piece.piece * 25 - begin
            yield Fraction(moment * speed.denominator, speed.numerator), encode(piece)
