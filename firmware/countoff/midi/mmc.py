"""MIDI Machine Control: transport commands as bytes, and back. Pure, table-driven.

A message is `F0 7F device 06 command… F7`. Several commands may lie in one; what is not known is
skipped by its length, which its number tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from countoff.midi.timecode import Rate, TimeCode

ALL_DEVICES = 0x7F

_HEAD = bytes((0xF0, 0x7F))
_COMMANDS_FOLLOW = 0x06
_END = 0xF7
_LOCATE = 0x44
_LOCATE_TO_TARGET = 0x01
_TARGET_BYTES = 6
# Commands from here on are followed by a count and that many bytes.
_FIRST_COUNTED = 0x40
_FIRST_RESERVED = 0x78
_HOUR_BITS = 0x1F
_RATE_SHIFT = 5
_RATE_BITS = 0x03
_SIXTY_BITS = 0x3F
_FRAME_BITS = 0x1F


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


_TRANSPORT_BYTES = frozenset(Transport)


@dataclass(frozen=True, slots=True)
class Locate:
    """Go to `place` and stop there."""

    place: TimeCode


Command = Transport | Locate


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
    body = _locate_bytes(command.place) if isinstance(command, Locate) else bytes((command,))
    return _HEAD + bytes((device_id, _COMMANDS_FOLLOW)) + body + bytes((_END,))


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
        elif number == _LOCATE and (place := _place(data)) is not None:
            found.append(Locate(place))
    return found


def _locate_bytes(place: TimeCode) -> bytes:
    return bytes(
        (
            _LOCATE,
            _TARGET_BYTES,
            _LOCATE_TO_TARGET,
            place.rate << _RATE_SHIFT | place.hour,
            place.minute,
            place.second,
            place.frame,
            place.subframe,
        )
    )


def _place(data: bytes) -> TimeCode | None:
    """Return where a locate goes, or None where it goes to no time code that exists."""
    if len(data) != _TARGET_BYTES or data[0] != _LOCATE_TO_TARGET:
        return None
    _, hour, minute, second, frame, subframe = data
    try:
        # Above the numbers lie flags that say nothing about the place.
        return TimeCode(
            hour=hour & _HOUR_BITS,
            minute=minute & _SIXTY_BITS,
            second=second & _SIXTY_BITS,
            frame=frame & _FRAME_BITS,
            rate=Rate(hour >> _RATE_SHIFT & _RATE_BITS),
            subframe=subframe,
        )
    except ValueError:
        return None
