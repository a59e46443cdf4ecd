"""MIDI files byte by byte, as other programs write them, and as none should."""

from __future__ import annotations

import struct


def number(value: int) -> bytes:
    """Write a number as MIDI files do: seven bits a byte, the highest first."""
    digits = [value & 127]
    while value > 127:
        value >>= 7
        digits.insert(0, value & 127 | 128)
    return bytes(digits)


def event(ticks: int, data: bytes) -> bytes:
    """Return any event, so many ticks after the one before."""
    return number(ticks) + data


def meta(ticks: int, kind: int, data: bytes) -> bytes:
    """Return a meta event."""
    return event(ticks, bytes((255, kind)) + number(len(data)) + data)


def tempo(ticks: int, micros: int) -> bytes:
    """Return a tempo event."""
    return meta(ticks, 0x51, struct.pack(">I", micros)[1:])


def meter(ticks: int, beats: int, power: int) -> bytes:
    """Return a meter event; the lower number is 2 to the `power`."""
    return meta(ticks, 0x58, bytes((beats, power, 24, 8)))


def marker(ticks: int, name: str | bytes) -> bytes:
    """Return a marker."""
    return meta(ticks, 6, name.encode() if isinstance(name, str) else name)


def name(text: str) -> bytes:
    """Return a track's name, at its beginning."""
    return meta(0, 3, text.encode())


def note(ticks: int, length: int) -> bytes:
    """Return a note of the kick drum and its end, which goes without a status of its own."""
    return event(ticks, b"\x99\x24\x64") + event(length, b"\x24\x00")


def end(ticks: int = 0) -> bytes:
    """Return the end of a track."""
    return meta(ticks, 0x2F, b"")


def chunk(kind: bytes, *parts: bytes) -> bytes:
    """Return a chunk with its length."""
    data = b"".join(parts)
    return kind + struct.pack(">I", len(data)) + data


def track(*parts: bytes) -> bytes:
    """Return a track chunk; its end is written by the caller."""
    return chunk(b"MTrk", *parts)


def midi(*chunks: bytes, kind: int = 1, division: int = 480, tracks: int | None = None) -> bytes:
    """Return a file; the number of tracks is that of the chunks unless another is said."""
    count = len(chunks) if tracks is None else tracks
    return chunk(b"MThd", struct.pack(">HHH", kind, count, division)) + b"".join(chunks)
