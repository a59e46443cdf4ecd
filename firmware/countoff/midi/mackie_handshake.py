"""Mackie Control: how surface and DAW find each other, as bytes and back. Pure.

The DAW asks who is there, the surface names itself and challenges, the DAW responds, the surface
confirms. The box is the surface; it accepts any response, as published ways to compute it differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from countoff.midi.mackie import MACKIE_CONTROL, exclusive, exclusive_body

# REAPER says everything again to a surface whose serial number begins with XYZ.
SERIAL = b"XYZCNTF"
CHALLENGE = b"\x10\x20\x30\x40"
VERSION = "V2.10"

_SERIAL_BYTES = 7
_CHALLENGE_BYTES = 4
_VERSION_BYTES = 5


@dataclass(frozen=True, slots=True)
class Query:
    """The DAW asks whether anybody is there."""


@dataclass(frozen=True, slots=True)
class Online:
    """The surface is there; said at power-up, and when queried. Some DAWs then say all again."""

    serial: bytes = SERIAL
    challenge: bytes = CHALLENGE

    def __post_init__(self) -> None:
        _check("serial number", self.serial, _SERIAL_BYTES)
        _check("challenge", self.challenge, _CHALLENGE_BYTES)


@dataclass(frozen=True, slots=True)
class Response:
    """The DAW responds to a challenge."""

    serial: bytes
    response: bytes

    def __post_init__(self) -> None:
        _check("serial number", self.serial, _SERIAL_BYTES)
        _check("response", self.response, _CHALLENGE_BYTES)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The surface finds the response right: they are connected."""

    serial: bytes = SERIAL

    def __post_init__(self) -> None:
        _check("serial number", self.serial, _SERIAL_BYTES)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The surface finds the response wrong. The box never says so."""

    serial: bytes

    def __post_init__(self) -> None:
        _check("serial number", self.serial, _SERIAL_BYTES)


@dataclass(frozen=True, slots=True)
class VersionRequest:
    """The DAW asks for the version of the surface's program."""


@dataclass(frozen=True, slots=True)
class Version:
    """The version of the surface's program, in five characters."""

    text: str = VERSION

    def __post_init__(self) -> None:
        _check("version", self.text.encode(), _VERSION_BYTES)


Handshake = Query | Online | Response | Confirmation | Refusal | VersionRequest | Version


def encode(said: Handshake, device_id: int = MACKIE_CONTROL) -> bytes:
    """Return the bytes of one step. Raises ValueError for a device there cannot be."""
    match said:
        case Query():
            body = b"\x00"
        case Online(serial, challenge):
            body = b"\x01" + serial + challenge
        case Response(serial, response):
            body = b"\x02" + serial + response
        case Confirmation(serial):
            body = b"\x03" + serial
        case Refusal(serial):
            body = b"\x04" + serial
        case VersionRequest():
            body = b"\x13\x00"
        case Version(text):
            body = b"\x14" + text.encode("ascii")
    return exclusive(body, device_id)


def decode(data: bytes, device_id: int = MACKIE_CONTROL) -> Handshake | None:
    """Return the step that `data` is, to or from `device_id`, or None where it is none."""
    match tuple(exclusive_body(data, device_id)):
        case (0x00,):
            return Query()
        case (0x01, *data_bytes) if len(data_bytes) == _SERIAL_BYTES + _CHALLENGE_BYTES:
            return Online(*_serial_and_rest(data_bytes))
        case (0x02, *data_bytes) if len(data_bytes) == _SERIAL_BYTES + _CHALLENGE_BYTES:
            return Response(*_serial_and_rest(data_bytes))
        case (0x03, *serial) if len(serial) == _SERIAL_BYTES:
            return Confirmation(bytes(serial))
        case (0x04, *serial) if len(serial) == _SERIAL_BYTES:
            return Refusal(bytes(serial))
        case (0x13,) | (0x13, 0x00):
            return VersionRequest()
        case (0x14, *text) if len(text) == _VERSION_BYTES:
            return Version(bytes(text).decode("ascii"))
    return None


def answer(data: bytes, device_id: int = MACKIE_CONTROL) -> bytes | None:
    """Return what surface `device_id` answers to the DAW's `data`; None where nothing is asked."""
    match decode(data, device_id):
        case Query():
            return encode(Online(), device_id)
        case Response():
            return encode(Confirmation(), device_id)
        case VersionRequest():
            return encode(Version(), device_id)
    return None


def _serial_and_rest(data: list[int]) -> tuple[bytes, bytes]:
    return bytes(data[:_SERIAL_BYTES]), bytes(data[_SERIAL_BYTES:])


def _check(what: str, data: bytes, length: int) -> None:
    if len(data) != length or not data.isascii():
        raise ValueError(
            f"Mackie Control: a {what} is {data!r}; {length} bytes below 128 are allowed."
        )
