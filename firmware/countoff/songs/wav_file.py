"""WAV files as bytes: a header, samples, and cue points with names.

Pure. A file is `header`, then all samples as `sample_bytes`, then `ending`: written in one pass, for
all lengths are known before. Names are UTF-8.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The format counts its bytes in 32 bits.
MOST_FILE_BYTES = 2**32
_PCM = 1
_IEEE_FLOAT = 3


class Bits(StrEnum):
    """What a sample is: a whole number of 16 or 24 bits, or a float of 32."""

    SIXTEEN = "16"
    TWENTY_FOUR = "24"
    FLOAT = "float"

    @property
    def sample_bytes(self) -> int:
        """How many bytes a sample has."""
        return 4 if self is Bits.FLOAT else int(self) // 8


class Cue(NamedTuple):
    """A cue point: a frame and what it is called."""

    frame: int
    name: str


class WavShape(NamedTuple):
    """What a WAV file holds: one channel of `length_frames` samples, and cue points in order."""

    rate_hz: int
    bits: Bits
    length_frames: int
    cues: Sequence[Cue] = ()

    @property
    def data_bytes(self) -> int:
        """How many bytes all samples take."""
        return self.length_frames * self.bits.sample_bytes

    @property
    def file_bytes(self) -> int:
        """How many bytes the file has, or would have: lengths that none can hold are asked, too."""
        bare = self._replace(length_frames=0, cues=[Cue(0, cue.name) for cue in self.cues])
        padded_bytes = self.data_bytes + self.data_bytes % 2
        return len(_opening(bare)) + 8 + padded_bytes + len(ending(bare))


def header(shape: WavShape) -> bytes:
    """Return what comes before the samples. Raises ValueError where the file would be too long."""
    if shape.file_bytes >= MOST_FILE_BYTES:
        message = f"A WAV file has less than {MOST_FILE_BYTES} bytes; this has {shape.file_bytes}."
        raise ValueError(message)
    riff = struct.pack("<4sI", b"RIFF", shape.file_bytes - 8)
    return riff + _opening(shape)[8:] + struct.pack("<4sI", b"data", shape.data_bytes)


def sample_bytes(samples: NDArray[np.float32], bits: Bits) -> bytes:
    """Return samples from -1 to 1 as the file holds them.

    Whole numbers are the nearest ones, without dither: what is silent is zeros, and 1 is the
    largest there is.
    """
    if bits is Bits.FLOAT:
        return samples.tobytes()
    full_scale = 2 ** (8 * bits.sample_bytes - 1)
    # Exact in single precision: a power of two scales, and 24 bits are what a single holds.
    whole = samples * np.float32(full_scale)
    np.rint(whole, out=whole)
    np.clip(whole, -full_scale, full_scale - 1, out=whole)
    if bits is Bits.SIXTEEN:
        words: NDArray[np.int16] = whole.astype("<i2")
        return words.tobytes()
    # Of the four bytes of a whole number, the lowest three; one after another is quickest.
    four = whole.astype("<i4").view(np.uint8).reshape(-1, 4)
    three = np.empty((len(four), 3), dtype=np.uint8)
    for place in range(3):
        three[:, place] = four[:, place]
    return three.tobytes()


def ending(shape: WavShape) -> bytes:
    """Return what comes after the samples: the cue points and their names."""
    padding = bytes(shape.data_bytes % 2)
    if not shape.cues:
        return padding
    points, names = struct.pack("<I", len(shape.cues)), b"adtl"
    for number, cue in enumerate(shape.cues, start=1):
        points += struct.pack("<II4sIII", number, cue.frame, b"data", 0, 0, cue.frame)
        name = cue.name.replace("\0", "").encode("utf-8", "replace") + b"\0"
        names += _chunk(b"labl", struct.pack("<I", number) + name)
    return padding + _chunk(b"cue ", points) + _chunk(b"LIST", names)


def _opening(shape: WavShape) -> bytes:
    """Return all before the data chunk; the length of the whole is still missing in it."""
    size = shape.bits.sample_bytes
    is_float = shape.bits is Bits.FLOAT
    tag = _IEEE_FLOAT if is_float else _PCM
    form = struct.pack("<HHIIHH", tag, 1, shape.rate_hz, shape.rate_hz * size, size, 8 * size)
    opening = struct.pack("<4sI4s", b"RIFF", 0, b"WAVE")
    if not is_float:
        return opening + _chunk(b"fmt ", form)
    # What is not plain PCM says how long its extension is, and how many frames there are.
    fact = struct.pack("<I", shape.length_frames)
    return opening + _chunk(b"fmt ", form + struct.pack("<H", 0)) + _chunk(b"fact", fact)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + bytes(len(body) % 2)
