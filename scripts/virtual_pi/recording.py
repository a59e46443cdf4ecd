"""What the virtual audio interface played: clicks as sound after silence, against an exact grid.

Runs on the host, on the WAV file that the virtual machine writes. Shares no code with the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RATE_HZ = 48_000
_CHANNELS = 2
_SAMPLE_BYTES = 2
_HEADER_BYTES = 44
# A click begins softly, on its first sample; between clicks there is nothing at all.
_LOUD = 0.001
_FULL_SCALE = 32768
# Between the end of a click and the next there is silence; within a click there is not.
_SILENCE_FRAMES = RATE_HZ * 12 // 1000
# An accent is this much louder than the quietest click of the same take, by its recipe.
_ACCENT_OVER_BEAT = 1.2


@dataclass(frozen=True)
class Onset:
    """A click that was heard."""

    frame: int
    peak: float


def onsets(path: Path) -> list[Onset]:
    """Return the clicks in the recording; the file may still grow."""
    frame_bytes = _CHANNELS * _SAMPLE_BYTES
    body = path.read_bytes()[_HEADER_BYTES:]
    body = body[: len(body) // frame_bytes * frame_bytes]
    samples = np.frombuffer(body, dtype="<i2").reshape(-1, _CHANNELS)[:, 0]
    return onsets_in(samples, 0)


def onsets_in(samples: NDArray[np.int16], first_frame: int) -> list[Onset]:
    """Return the clicks in samples of one channel, of which the first is `first_frame`."""
    level = np.abs(samples.astype(np.float32)) / _FULL_SCALE
    loud = np.flatnonzero(level > _LOUD)
    if not len(loud):
        return []
    before = np.diff(loud, prepend=loud[0] - _SILENCE_FRAMES - 1)
    starts = loud[before > _SILENCE_FRAMES]
    return [
        Onset(first_frame + int(start), float(np.max(level[start : start + _SILENCE_FRAMES])))
        for start in starts
    ]


def takes_of(heard: list[Onset], pause_s: float = 3.0) -> list[list[Onset]]:
    """Return the clicks parted where nothing was heard for `pause_s`."""
    takes: list[list[Onset]] = []
    for onset in heard:
        if not takes or onset.frame - takes[-1][-1].frame > pause_s * RATE_HZ:
            takes.append([])
        takes[-1].append(onset)
    return takes


def off_grid(heard: list[Onset], bpm: str, whole: int = 0) -> list[tuple[int, int]]:
    """Return for each click its beat, and how many frames it lies off the grid.

    The grid goes through the click at the place `whole`, which is exactly on its frame: bar 1 is.
    """
    beat_frames = Fraction(60 * RATE_HZ) / Fraction(bpm)
    whole_frame = heard[min(whole, len(heard) - 1)].frame
    found = []
    for onset in heard:
        beat = round((onset.frame - whole_frame) / beat_frames)
        grid_frame = whole_frame + beat * beat_frames
        found.append((beat, onset.frame - floor(grid_frame + Fraction(1, 2))))
    return found


def wrong_accents(heard: list[Onset], bpm: str, beats_in_bar: int) -> int:
    """Return how many clicks are loud where they should not be, or not where they should."""
    quietest = min(onset.peak for onset in heard)
    return sum(
        (onset.peak > _ACCENT_OVER_BEAT * quietest) != (beat % beats_in_bar == 0)
        for onset, (beat, _) in zip(heard, off_grid(heard, bpm), strict=True)
    )
