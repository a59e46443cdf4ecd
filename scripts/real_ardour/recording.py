"""What Ardour recorded: clicks in a file, and where on its timeline the file begins.

Shares no code with the box: it knows clicks only as sound after silence.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import soundfile

if TYPE_CHECKING:
    from pathlib import Path

# A click begins softly, on its first sample; between clicks there is nothing at all.
_LOUD = 0.001
_SILENCE_S = 0.012
_TIME_REFERENCE_AT = 338


@dataclass(frozen=True)
class Recorded:
    """One file: the frames at which a click begins, from its own beginning."""

    name: str
    rate_hz: int
    frames: int
    starts_at_frame: int
    onsets: tuple[int, ...]

    def off_grid(self, bpm: str) -> int:
        """Return by how many frames the clicks leave a grid of `bpm`; 0 where one fits them all."""
        beat = Fraction(60 * self.rate_hz) / Fraction(bpm)
        off = [onset - place * beat for place, onset in enumerate(self.onsets)]
        # On one grid the places differ by less than what rounding to whole frames takes.
        return max(0, int(max(off) - min(off))) if off else 0


def read_recording(file: Path) -> Recorded:
    """Read one file."""
    sound, rate_hz = soundfile.read(file, dtype="float32")
    loud = np.flatnonzero(np.abs(sound) > _LOUD)
    onsets: tuple[int, ...] = ()
    if len(loud):
        silence = int(_SILENCE_S * rate_hz)
        starts = loud[np.flatnonzero(np.diff(loud, prepend=loud[0] - silence - 1) > silence)]
        onsets = tuple(int(start) for start in starts)
    return Recorded(file.name, rate_hz, len(sound), _time_reference(file.read_bytes()), onsets)


def _time_reference(data: bytes) -> int:
    """Return the frame at which a Broadcast Wave file begins; 0 where it does not say."""
    place = 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        if kind == b"bext":
            low, high = struct.unpack_from("<II", data, place + 8 + _TIME_REFERENCE_AT)
            return int(low) | int(high) << 32
        place += 8 + length + length % 2
    return 0
