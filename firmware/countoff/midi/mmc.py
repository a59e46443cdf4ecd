"""MIDI Machine Control: transport commands as bytes, and back. Pure, table-driven.

A message is `F0 7F device 06 command… F7`. Several commands may lie in one; what is not known is
skipped by its length, which its number tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.midi.timecode import TimeCode

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_DEVICES = 0x7F

_HEAD = bytes((0xF0, 0x7F))
_COMMANDS_FOLLOW = 0x06
_END = 0xF7
_LOCATE = 0x44
_LOCATE_TO_TARGET = 0x01
_TARGET_BYTES = 6
_MASKED_WRITE = 0x41
_MASKED_BYTES = 4
_RECORD_READY = 0x4F
_TRACKS_PER_BYTE = 7
# Below the first track lie video, time code and auxiliary tracks. Their bits are never set: one DAW
# takes them for tracks of negative numbers.
_BITS_BEFORE_TRACKS = 5
_SHUTTLE = 0x47
_SHUTTLE_BYTES = 3
_STEP = 0x48
_STEP_BYTES = 1
_REVERSE = 0x40
_SPEED_FRACTION = 1 << 14
_SPEED_WHOLE = 8
_HIGHEST_SHIFT = 7
# Commands from here on are followed by a count and that many bytes.
_FIRST_COUNTED = 0x40
_FIRST_RESERVED = 0x78


class Transport(IntEnum):
    """The commands that move the transport; the value is the command's byte."""

    STOP = 0x01
    PLAY = 0x02
    DEFERRED_PLAY = 0x03
    """Play once a locate under way has arrived."""
    FAST_FORWARD = 0x04
    REWIND = 0x05
    RECORD_STROBE = 0x06
    """Punch in: record, and roll where the transport stands."""
    RECORD_EXIT = 0x07
    """Punch out: record no more, and roll on."""
    RECORD_PAUSE = 0x08
    PAUSE = 0x09
    EJECT = 0x0A
    CHASE = 0x0B
    """Follow the time code that comes in."""
    ERROR_RESET = 0x0C
    """Forget an error, and obey again."""
    RESET = 0x0D
    """Be as after power-up."""


_TRANSPORT_BYTES = frozenset(Transport)
HIGHEST_TRACK = _TRACKS_PER_BYTE * 0x80 - _BITS_BEFORE_TRACKS
MOST_STEPS = 0x3F
FASTEST_SHUTTLE = Fraction((_SPEED_WHOLE * _SPEED_FRACTION - 1) << _HIGHEST_SHIFT, _SPEED_FRACTION)


@dataclass(frozen=True, slots=True)
class Locate:
    """Go to `place` and stop there."""

    place: TimeCode


@dataclass(frozen=True, slots=True)
class RecordReady:
    """Arm `track`, the first being 1, or disarm it; no other track is touched.

    Ardour counts busses among the tracks, and arms another one from track 10 on.
    """

    track: int
    is_ready: bool

    def __post_init__(self) -> None:
        """Refuse tracks that there are not. Raises ValueError."""
        if not 1 <= self.track <= HIGHEST_TRACK:
            raise ValueError(f"MMC: track {self.track} is none; 1 to {HIGHEST_TRACK} can be armed.")


@dataclass(frozen=True, slots=True)
class Shuttle:
    """Wind at `speed` times the normal one, backwards if negative."""

    speed: Fraction

    def __post_init__(self) -> None:
        """Refuse speeds that there are not. Raises ValueError."""
        if abs(self.speed) > FASTEST_SHUTTLE:
            raise ValueError(
                f"MMC: a shuttle's speed is {self.speed};"
                f" up to {int(FASTEST_SHUTTLE)} times the normal one, either way, is allowed."
            )


@dataclass(frozen=True, slots=True)
class Step:
    """Go `steps` on, backwards if negative; how long a step is, the DAW decides."""

    steps: int

    def __post_init__(self) -> None:
        """Refuse more than a byte can say. Raises ValueError."""
        if abs(self.steps) > MOST_STEPS:
            raise ValueError(
                f"MMC: a step is {self.steps}; up to {MOST_STEPS}, either way, is allowed."
            )


Command = Transport | Locate | RecordReady | Shuttle | Step


@dataclass(frozen=True, slots=True)
class Addressed:
    """A command and the device it is for; ALL_DEVICES is everybody."""

    command: Command
    device_id: int = ALL_DEVICES


def encode(command: Command, device_id: int = ALL_DEVICES) -> bytes:
    """Return the whole message for one command. Raises ValueError for a device there cannot be."""
    if not 0 <= device_id <= ALL_DEVICES:
        raise ValueError(
            f"An MMC device id is {device_id}; from 0 to 126 is one device, 127 is all of them."
        )
    return _HEAD + bytes((device_id, _COMMANDS_FOLLOW)) + _body(command) + bytes((_END,))


def decode(message: bytes) -> tuple[Addressed, ...]:
    """Return the commands in `message` that are known, in order; none where it is not MMC."""
    if len(message) < len(_HEAD) + 4 or not message.startswith(_HEAD) or message[-1] != _END:
        return ()
    device_id, sub_id, body = message[2], message[3], message[4:-1]
    if sub_id != _COMMANDS_FOLLOW or max(device_id, *body) > 0x7F:
        return ()
    return tuple(Addressed(command, device_id) for command in _commands(body))


def _commands(body: bytes) -> list[Command]:
    found: list[Command] = []
    index = 0
    while index < len(body):
        number = body[index]
        data = b""
        index += 1
        if _FIRST_COUNTED <= number < _FIRST_RESERVED:
            if index >= len(body) or index + 1 + body[index] > len(body):
                break  # cut short: what it was cannot be known, nor where the next one begins
            data = body[index + 1 : index + 1 + body[index]]
            index += 1 + len(data)
        if number in _TRANSPORT_BYTES:
            found.append(Transport(number))
        else:
            found += _counted(number, data)
    return found


def _counted(number: int, data: bytes) -> list[Command]:
    """Return what a command of some bytes orders; a masked write may arm several tracks."""
    if number == _LOCATE and len(data) == _TARGET_BYTES and data[0] == _LOCATE_TO_TARGET:
        place = TimeCode.from_bytes(*data[1:])
        return [Locate(place)] if place else []
    if number == _MASKED_WRITE and len(data) == _MASKED_BYTES and data[0] == _RECORD_READY:
        return list(_armed(*data[1:]))
    if number == _SHUTTLE and len(data) == _SHUTTLE_BYTES:
        return [Shuttle(_speed(*data))]
    if number == _STEP and len(data) == _STEP_BYTES:
        steps = data[0] & MOST_STEPS
        return [Step(-steps if data[0] & _REVERSE else steps)]
    return []


def _armed(byte: int, mask: int, bits: int) -> Iterator[RecordReady]:
    first = byte * _TRACKS_PER_BYTE - _BITS_BEFORE_TRACKS + 1
    for bit in range(_TRACKS_PER_BYTE):
        if mask >> bit & 1 and first + bit >= 1:
            yield RecordReady(first + bit, is_ready=bool(bits >> bit & 1))


def _body(command: Command) -> bytes:
    match command:
        case Transport():
            return bytes((command,))
        case Locate(place):
            return bytes((_LOCATE, _TARGET_BYTES, _LOCATE_TO_TARGET)) + place.five_bytes
        case RecordReady(track, is_ready):
            byte, bit = divmod(track - 1 + _BITS_BEFORE_TRACKS, _TRACKS_PER_BYTE)
            bits = 1 << bit if is_ready else 0
            return bytes((_MASKED_WRITE, _MASKED_BYTES, _RECORD_READY, byte, 1 << bit, bits))
        case Shuttle(speed):
            return bytes((_SHUTTLE, _SHUTTLE_BYTES, *_speed_bytes(speed)))
        case Step(steps):
            reverse = _REVERSE if steps < 0 else 0
            return bytes((_STEP, _STEP_BYTES, abs(steps) | reverse))


def _speed(high: int, middle: int, low: int) -> Fraction:
    """Return a speed of three bytes: three whole bits and fourteen below, shifted up."""
    shift, whole = high >> 3 & _HIGHEST_SHIFT, high & (_SPEED_WHOLE - 1)
    speed = Fraction((whole << 14 | middle << 7 | low) << shift, _SPEED_FRACTION)
    return -speed if high & _REVERSE else speed


def _speed_bytes(speed: Fraction) -> tuple[int, int, int]:
    """Return a speed's bytes, as fine as its size allows."""
    size = abs(speed)
    shift = 0
    while size >= _SPEED_WHOLE << shift:
        shift += 1
    # Rounded down: rounding up could carry into the shift.
    parts = int(size * _SPEED_FRACTION) >> shift
    reverse = _REVERSE if speed < 0 else 0
    return reverse | shift << 3 | parts >> 14, parts >> 7 & 0x7F, parts & 0x7F
