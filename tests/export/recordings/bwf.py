"""Broadcast Wave files as bytes, by the format's own description. Shares nothing with what reads them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 48_000


def bext(reference: int, date: str = "2026-11-22", time: str = "14:03:12") -> bytes:
    """Return the body of a bext chunk of version 1."""
    return struct.pack(
        "<256s32s32s10s8sIIH254s",
        b"a take",
        b"some DAW",
        b"reference",
        date.encode(),
        time.encode(),
        reference & 0xFFFFFFFF,
        reference >> 32,
        1,
        b"",
    )


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk, padded to an even length."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def fmt(rate_hz: int = RATE_HZ) -> bytes:
    """Return the format of mono PCM of 16 bits."""
    return chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate_hz, 2 * rate_hz, 2, 16))


def header(frames: int, before_data: bytes = b"", rate_hz: int = RATE_HZ) -> bytes:
    """Return all of a RIFF file but its samples."""
    opening = b"WAVE" + before_data + fmt(rate_hz)
    data = struct.pack("<4sI", b"data", 2 * frames)
    return struct.pack("<4sI", b"RIFF", len(opening) + len(data) + 2 * frames) + opening + data


def write_sparse(path: Path, frames: int, reference: int | None, recorded: str = "") -> None:
    """Write a file of silence that takes no room on the disk; `recorded` is "2026-11-22 14:03:12"."""
    before = b""
    if reference is not None:
        date, time = (recorded or "0000-00-00 00:00:00").split(" ")
        before = chunk(b"bext", bext(reference, date, time))
    opening = header(frames, before)
    with path.open("wb") as file:
        file.write(opening)
        file.truncate(len(opening) + 2 * frames)
