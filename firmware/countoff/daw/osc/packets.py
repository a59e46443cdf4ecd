"""Open Sound Control: messages as bytes, and back. Pure.

A packet is one message or a bundle of packets. Everything in it is padded to four bytes. What is
not understood gives no message, and never an error: anybody on the network may send anything.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

Argument = int | float | str | bool | None

_BUNDLE = b"#bundle\0"
_TIME_TAG_BYTES = 8
_DEEPEST = 4
_PAD = 4


@dataclass(frozen=True, slots=True)
class OscMessage:
    """One message: `/transport_play` and its arguments."""

    address: str
    arguments: tuple[Argument, ...] = ()


class _CutShortError(ValueError):
    """A packet ends before what it announces."""


def encode(message: OscMessage) -> bytes:
    """Return the packet of one message whose arguments are whole numbers, numbers and text."""
    tags, data = ",", b""
    for argument in message.arguments:
        match argument:
            case str():
                tags, data = f"{tags}s", data + _padded(argument.encode())
            case bool() | None:
                tags += {True: "T", False: "F", None: "N"}[argument]
            case int():
                tags, data = f"{tags}i", data + struct.pack(">i", argument)
            case float():
                tags, data = f"{tags}f", data + struct.pack(">f", argument)
    return _padded(message.address.encode()) + _padded(tags.encode()) + data


def decode(packet: bytes) -> tuple[OscMessage, ...]:
    """Return the messages in `packet`, in order; none where it is no OSC."""
    try:
        return tuple(_messages(packet, 0))
    except (_CutShortError, UnicodeDecodeError):
        return ()


def _messages(packet: bytes, depth: int) -> list[OscMessage]:
    if not packet.startswith(_BUNDLE):
        return _message(packet)
    found: list[OscMessage] = []
    place = len(_BUNDLE) + _TIME_TAG_BYTES
    while place < len(packet) and depth < _DEEPEST:
        length = int(_number(packet, place, ">i"))
        place += 4
        if not 0 < length <= len(packet) - place:
            raise _CutShortError
        found += _messages(packet[place : place + length], depth + 1)
        place += length
    return found


def _message(packet: bytes) -> list[OscMessage]:
    address, place = _text(packet, 0)
    if not address.startswith("/"):
        return []
    # Some old senders leave the tags out where there is no argument.
    tags, place = _text(packet, place) if place < len(packet) else (",", place)
    if not tags.startswith(","):
        return []
    arguments: list[Argument] = []
    for tag in tags[1:]:
        match tag:
            case "i" | "f":
                arguments.append(_number(packet, place, f">{tag}"))
                place += 4
            case "h" | "d" | "t":
                arguments.append(_number(packet, place, ">d" if tag == "d" else ">q"))
                place += 8
            case "s" | "S":
                text, place = _text(packet, place)
                arguments.append(text)
            case "T" | "F" | "N":
                arguments.append({"T": True, "F": False, "N": None}[tag])
            case _:
                # How long it is cannot be known, nor where the next one begins.
                return []
    return [OscMessage(address, tuple(arguments))]


def _number(packet: bytes, place: int, kind: str) -> int | float:
    if place + struct.calcsize(kind) > len(packet):
        raise _CutShortError
    number: int | float = struct.unpack_from(kind, packet, place)[0]
    return number


def _text(packet: bytes, place: int) -> tuple[str, int]:
    """Return the text that begins at `place`, and where what follows it begins."""
    end = packet.find(0, place)
    if end < 0:
        raise _CutShortError
    return packet[place:end].decode(), end + _PAD - end % _PAD


def _padded(text: bytes) -> bytes:
    """Return `text` with one zero byte or more, up to a multiple of four."""
    return text + bytes(_PAD - len(text) % _PAD)
