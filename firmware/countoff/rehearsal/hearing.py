"""Finding clicks in a WAV file by their sound alone: where each starts, which voice, how loud.

Knows nothing of plans: it is the ear that judges them. Reads the file from the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.plan import Voice
from countoff.core.voices import voice_bank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_HEADER_BYTES = 44
_FULL_SCALE = 32767
# A voice starts at full height from one sample to the next; nothing else in a click moves so far at
# once, measured against what sounds just before and just after.
_BEFORE_MS = 5
_AFTER_MS = 2
_SHARE_OF_PEAK = 0.5
_QUIETEST_STEP = 16
_CHUNK_FRAMES = 1 << 20


@dataclass(frozen=True, slots=True)
class Heard:
    """A click that starts at `frame` of the file; `level_db` against the voice at full level."""

    frame: int
    voice: Voice
    level_db: float


def clicks_heard(path: Path, rate_hz: int) -> list[Heard]:
    """Return every click in the one-channel WAV file at `path`, in order. May block."""
    if path.stat().st_size <= _HEADER_BYTES:
        return []
    samples = np.memmap(path, dtype="<i2", mode="r", offset=_HEADER_BYTES)
    ear = _Ear(rate_hz)
    heard: list[Heard] = []
    for start in range(0, len(samples), _CHUNK_FRAMES):
        heard.extend(ear.listen(samples, start))
    return heard


class _Ear:
    """Compares what it hears with the voices it knows at this rate."""

    def __init__(self, rate_hz: int) -> None:
        self._before_frames = rate_hz * _BEFORE_MS // 1000
        self._after_frames = rate_hz * _AFTER_MS // 1000
        self._voices = [samples[: self._after_frames] for samples in voice_bank(rate_hz)]

    def listen(self, samples: NDArray[np.int16], start: int) -> Iterator[Heard]:
        """Yield the clicks that start in the chunk at `start`, with a look at what is around it."""
        from_frame = max(0, start - self._before_frames - 1)
        chunk = samples[from_frame : start + _CHUNK_FRAMES + self._after_frames]
        if not chunk.any():
            return
        for stretch_start, stretch_end in self._stretches(chunk):
            sound = np.concatenate(
                [np.zeros(1), chunk[stretch_start:stretch_end].astype(np.float64)]
            )
            for frame in self._onsets(sound):
                at_frame = from_frame + stretch_start + frame - 1
                if start <= at_frame < start + _CHUNK_FRAMES:
                    voice, level_db = self._named(samples[at_frame : at_frame + self._after_frames])
                    yield Heard(at_frame, voice, level_db)

    def _stretches(self, chunk: NDArray[np.int16]) -> Iterator[tuple[int, int]]:
        """Yield the stretches between silences longer than what an onset is compared with."""
        sounding = np.flatnonzero(chunk)
        breaks = np.flatnonzero(np.diff(sounding) > self._before_frames)
        firsts = sounding[np.concatenate([[0], breaks + 1])]
        lasts = sounding[np.concatenate([breaks, [len(sounding) - 1]])]
        for first, last in zip(firsts, lasts, strict=True):
            yield int(first), int(last) + 1

    def _onsets(self, sound: NDArray[np.float64]) -> Iterator[int]:
        steps = np.abs(np.diff(sound, prepend=0.0))
        height = np.abs(sound)
        after = _highest_ahead(height, self._after_frames)
        before = np.zeros_like(height)
        before[1:] = _highest_ahead(height[::-1], self._before_frames)[::-1][:-1]
        loudest = np.maximum(before, after)
        is_onset = steps >= np.maximum(_SHARE_OF_PEAK * loudest, _QUIETEST_STEP)
        # Where a sound is cut off it moves as far, but down: what follows is not there yet.
        is_onset &= height >= np.maximum(_SHARE_OF_PEAK * after, _QUIETEST_STEP)
        return (int(frame) for frame in np.flatnonzero(is_onset))

    def _named(self, sound: NDArray[np.int16]) -> tuple[Voice, float]:
        """Return the voice that `sound` is most like, and its level."""
        heard = sound.astype(np.float64) / _FULL_SCALE
        best, best_likeness, best_gain = Voice.ACCENT, -1.0, 0.0
        for voice, beginning in zip(Voice, self._voices, strict=True):
            known = beginning[: len(heard)]
            product = float(heard @ known)
            power = float(known @ known)
            likeness = product / (np.sqrt(power * float(heard @ heard)) or 1.0)
            if likeness > best_likeness:
                best, best_likeness, best_gain = voice, likeness, product / power
        return best, 20 * float(np.log10(max(best_gain, 1e-9)))


def _highest_ahead(height: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    """Return for each frame the highest of the `frames` that begin with it."""
    highest = height.copy()
    reach = 1
    while reach < frames:
        step = min(reach, frames - reach)
        if step >= len(highest):
            break
        highest[:-step] = np.maximum(highest[:-step], highest[step:])
        reach += step
    return highest
