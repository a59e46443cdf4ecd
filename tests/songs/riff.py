"""Reads WAV files for the tests, from their bytes, by the format's description alone."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Wav(NamedTuple):
    """A WAV file: samples from -1 to 1, and the frame of each cue with its name."""

    rate_hz: int
    bits: int
    samples: NDArray[np.float64]
    cues: list[tuple[int, str]]


def read_wav(data: bytes) -> Wav:
    """Return what a file of one channel holds; anything that is not as it must be is an error."""
    riff, size, kind = struct.unpack("<4sI4s", data[:12])
    assert (riff, size, kind) == (b"RIFF", len(data) - 8, b"WAVE")
    chunks = dict(_chunks(data[12:]))
    tag, channels, rate_hz, rate_bytes, frame_bytes, bits = struct.unpack(
        "<HHIIHH", chunks["fmt "][:16]
    )
    assert channels == 1
    assert (frame_bytes, rate_bytes) == (bits // 8, rate_hz * bits // 8)
    assert (tag, bits) in {(1, 16), (1, 24), (3, 32)}
    samples = _samples(chunks["data"], bits)
    if tag == 3:
        assert struct.unpack("<I", chunks["fact"]) == (len(samples),)
        assert chunks["fmt "][16:] == b"\0\0"
    return Wav(rate_hz, bits, samples, _cues(chunks))


def _chunks(data: bytes) -> list[tuple[str, bytes]]:
    found = []
    while data:
        name, size = struct.unpack("<4sI", data[:8])
        found.append((name.decode("ascii"), data[8 : 8 + size]))
        assert len(data) >= 8 + size + size % 2, "the last chunk is cut short"
        assert not any(data[8 + size : 8 + size + size % 2])
        data = data[8 + size + size % 2 :]
    assert len({name for name, _ in found}) == len(found)
    return found


def _samples(data: bytes, bits: int) -> NDArray[np.float64]:
    if bits == 32:
        return np.frombuffer(data, "<f4").astype(np.float64)
    if bits == 16:
        return np.frombuffer(data, "<i2") / 2**15
    low, middle, high = np.frombuffer(data, np.uint8).reshape(-1, 3).T.astype(np.int64)
    whole = low + 256 * middle + 65536 * high
    return np.where(whole >= 2**23, whole - 2**24, whole) / 2**23


def _cues(chunks: dict[str, bytes]) -> list[tuple[int, str]]:
    if "cue " not in chunks:
        assert "LIST" not in chunks
        return []
    (count,) = struct.unpack("<I", chunks["cue "][:4])
    frames = {}
    for number in range(count):
        point = chunks["cue "][4 + 24 * number : 28 + 24 * number]
        name, position, chunk, chunk_start, block_start, frame = struct.unpack("<II4sIII", point)
        assert (chunk, chunk_start, block_start, position) == (b"data", 0, 0, frame)
        frames[name] = frame
    assert chunks["LIST"][:4] == b"adtl"
    names = {}
    for chunk_name, body in _labels(chunks["LIST"][4:]):
        assert chunk_name == "labl"
        text = body[4:]
        assert text.endswith(b"\0")
        assert text.count(b"\0") == 1
        names[struct.unpack("<I", body[:4])[0]] = text[:-1].decode("utf-8")
    assert names.keys() == frames.keys()
    assert len(frames) == count
    return [(frames[number], names[number]) for number in sorted(frames)]


def _labels(data: bytes) -> list[tuple[str, bytes]]:
    found = []
    while data:
        name, size = struct.unpack("<4sI", data[:8])
        found.append((name.decode("ascii"), data[8 : 8 + size]))
        data = data[8 + size + size % 2 :]
    return found
