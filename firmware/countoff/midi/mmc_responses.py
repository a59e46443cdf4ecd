"""What a machine answers over MIDI Machine Control, as bytes and back. Pure.

A message is `F0 7F device 07 field data… F7`; several fields may lie in one. How long a field is,
its number tells. What a field's bits mean is not judged here, apart from places.
"""

from __future__ import annotations

from dataclasses import dataclass

from countoff.midi.mmc import ALL_DEVICES
from countoff.midi.timecode import TimeCode

SELECTED_TIME_CODE = 0x01
"""Where the machine is."""

_HEAD = bytes((0xF0, 0x7F))
_RESPONSES_FOLLOW = 0x07
_END = 0xF7
_PLACE_BYTES = 5
_SHORT_PLACE_BYTES = 2
# By number: places from 01, short places from 20, counted fields from 40, single bytes from 78.
_FIRST_SHORT = 0x20
_FIRST_COUNTED = 0x40
_FIRST_SINGLE = 0x78
_NEGATIVE = 0x40
_IS_STATUS = 0x20


@dataclass(frozen=True, slots=True)
class Response:
    """One field of the machine at `device_id`. Raises ValueError for one that cannot be said."""

    field: int
    data: bytes
    device_id: int = ALL_DEVICES

    def __post_init__(self) -> None:
        length = _length(self.field)
        if not (1 <= self.field <= 0x7F and 0 <= self.device_id <= ALL_DEVICES):
            raise ValueError(
                f"MMC: field {self.field} of device {self.device_id} is none;"
                " 1 to 127 and 0 to 127 are allowed."
            )
        if not self.data.isascii() or len(self.data) > 0x7F or length not in {None, len(self.data)}:
            raise ValueError(
                f"MMC: field {self.field} is {self.data!r};"
                f" {length if length is not None else 'up to 127'} bytes below 128 are allowed."
            )

    @property
    def place(self) -> TimeCode | None:
        """Return the place that is told, or None where it tells none, or one before midnight."""
        if self.field >= _FIRST_SHORT:
            return None
        hour, minute, second, frame, last = self.data
        if frame & _NEGATIVE:
            return None
        subframe = 0 if frame & _IS_STATUS else last
        return TimeCode.from_bytes(hour, minute, second, frame, subframe)


def encode(response: Response) -> bytes:
    """Return the whole message for one answer."""
    count = bytes((len(response.data),)) if _length(response.field) is None else b""
    body = bytes((response.field,)) + count + response.data
    return _HEAD + bytes((response.device_id, _RESPONSES_FOLLOW)) + body + bytes((_END,))


def decode(message: bytes) -> tuple[Response, ...]:
    """Return the fields in `message`, in order; none where it is no answer of a machine."""
    if len(message) < len(_HEAD) + 4 or not message.startswith(_HEAD) or message[-1] != _END:
        return ()
    device_id, sub_id, body = message[2], message[3], message[4:-1]
    if sub_id != _RESPONSES_FOLLOW or device_id > ALL_DEVICES or not body.isascii():
        return ()
    found: list[Response] = []
    index = 0
    # Field 0 announces numbers that are not known, and so not how long what follows is.
    while index < len(body) and body[index] > 0:
        field, start = body[index], index + 1
        length = _length(field)
        if length is None:
            length = body[start] if start < len(body) else len(body)
            start += 1
        index = start + length
        if index > len(body):
            break  # cut short
        found.append(Response(field, body[start:index], device_id))
    return tuple(found)


def _length(field: int) -> int | None:
    """Return how many bytes a field has, or None where a count says so."""
    if field >= _FIRST_SINGLE:
        return 0
    if field >= _FIRST_COUNTED:
        return None
    return _SHORT_PLACE_BYTES if field >= _FIRST_SHORT else _PLACE_BYTES
