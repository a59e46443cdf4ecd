"""The `bext` chunk of a Broadcast Wave file: where on the DAW's timeline it begins, and when it was made.

Reads a few hundred bytes of a file, whatever its length; waits for the disk. RIFF, RF64 and BW64. A file
without the chunk, or with one that is cut off or makes no sense, says nothing: no error.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

RECORDED_WITHIN_S = 1.0
"""The chunk tells whole seconds."""

_KINDS = (b"RIFF", b"RF64", b"BW64")
_MOST_CHUNKS = 64
_IN_DS64 = 0xFFFFFFFF
# Description, originator and its reference come first; date, time and the time reference are wanted.
_DATE_AT = 256 + 32 + 32
_WANTED = struct.Struct("<10s8sQ")
# A DAW that writes nonsense there writes large nonsense: no timeline is longer than two days.
_LONGEST_S = 48 * 3600


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What the chunk says.

    time_reference_frames: where the file begins, in its frames from the beginning of the timeline
    recorded:              on the DAW's own wall clock; written as UTC, whatever zone that stands in
    """

    time_reference_frames: int | None
    recorded: datetime | None


NOTHING = Broadcast(None, None)


def read_broadcast(file: BinaryIO, rate_hz: int) -> Broadcast:
    """Return what the chunk of the open `file` says. Raises OSError where the disk does."""
    body = _bext(file)
    if body is None:
        return NOTHING
    date, time, reference = _WANTED.unpack(body)
    is_sensible = reference < _LONGEST_S * rate_hz
    return Broadcast(reference if is_sensible else None, _moment(date, time))


def _bext(file: BinaryIO) -> bytes | None:
    """Return the wanted bytes of the chunk, None where there are none."""
    opening = file.read(12)
    if opening[:4] not in _KINDS or opening[8:] != b"WAVE":
        return None
    data_bytes = 0
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return None
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"bext":
            body = file.read(min(size, _DATE_AT + _WANTED.size))
            wanted = body[_DATE_AT:]
            return wanted if len(wanted) == _WANTED.size else None
        begins = file.tell()
        if name == b"ds64":
            data_bytes = int.from_bytes(file.read(16)[8:], "little")
        if size == _IN_DS64:
            size = data_bytes
        file.seek(begins + size + size % 2)
    return None


def _moment(date: bytes, time: bytes) -> datetime | None:
    """Return the moment; the signs between the numbers are not the same everywhere."""
    numbers = [int(found) for found in re.findall(rb"\d+", date + b" " + time)]
    if len(numbers) != 6:
        return None
    year, month, day, hour, minute, second = numbers
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
