"""Finding clicks in a WAV file by their sound alone: where each starts, which voice, how loud.

Knows nothing of plans: it is the ear that judges them. It knows what the voices sound like, as a
musician does, and lays each on what it hears. Reads the file from the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.voice import Voice
from countoff.core.voices import voice_bank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_HEADER_BYTES = 44
_FULL_SCALE = 32767
# Something starts where a sound reaches half of what it is about to be, and was below that before.
_BEFORE_MS = 5
_AFTER_MS = 2
_SHARE_OF_PEAK = 0.5
_QUIETEST_PEAK = 16
# It has begun at most this long earlier: every attack is shorter, and half a wave.
_RISE_MS = 0.75
# A click is what a voice begins like. What is left over is the rounding of the samples, and
# the level if it moves.
_MOST_LEFT_OVER = 0.1
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
    """Compares what it hears with the voices it knows at this rate. Takes a file front to back."""

    def __init__(self, rate_hz: int) -> None:
        self._before_frames = rate_hz * _BEFORE_MS // 1000
        self._after_frames = rate_hz * _AFTER_MS // 1000
        self._rise_frames = round(rate_hz * _RISE_MS / 1000)
        self._context_frames = self._before_frames + self._after_frames
        self._bank = [samples.astype(np.float64) * _FULL_SCALE for samples in voice_bank(rate_hz)]
        self._longest_voice_frames = max(len(samples) for samples in self._bank)
        self._known = _shifted(self._bank, self._rise_frames, self._after_frames)
        self._known_energy = np.cumsum(self._known**2, axis=2)
        self._last: list[tuple[int, Voice, float]] = []

    def listen(self, samples: NDArray[np.int16], start: int) -> Iterator[Heard]:
        """Yield the clicks that start in the chunk at `start`, with a look at what is around it."""
        from_frame = max(0, start - self._context_frames)
        chunk = samples[from_frame : start + _CHUNK_FRAMES + self._context_frames]
        if not chunk.any():
            return
        silence = np.zeros(self._context_frames)
        for stretch_start, stretch_end in self._stretches(chunk):
            sound = np.concatenate([silence, chunk[stretch_start:stretch_end], silence])
            first_frame = from_frame + stretch_start - len(silence)
            for place in self._rises(sound):
                found = self._click_before(sound, place, first_frame)
                if found is None or not start <= found[0] < start + _CHUNK_FRAMES:
                    continue
                frame, voice, gain = found
                self._last = [
                    click for click in self._last if click[0] > frame - self._longest_voice_frames
                ]
                if not self._last or frame > self._last[-1][0] + self._after_frames:
                    self._last.append(found)
                    yield Heard(frame, voice, 20 * float(np.log10(gain)))

    def _stretches(self, chunk: NDArray[np.int16]) -> Iterator[tuple[int, int]]:
        """Yield the stretches between silences longer than what a rise is compared with."""
        sounding = np.flatnonzero(chunk)
        breaks = np.flatnonzero(np.diff(sounding) > self._before_frames)
        firsts = sounding[np.concatenate([[0], breaks + 1])]
        lasts = sounding[np.concatenate([breaks, [len(sounding) - 1]])]
        for first, last in zip(firsts, lasts, strict=True):
            yield int(first), int(last) + 1

    def _rises(self, sound: NDArray[np.float64]) -> Iterator[int]:
        """Yield where `sound` first reaches half of what it is about to be."""
        height = np.abs(sound)
        after = _highest_ahead(height, self._after_frames)
        before = np.zeros_like(height)
        before[1:] = _highest_ahead(height[::-1], self._before_frames)[::-1][:-1]
        half = _SHARE_OF_PEAK * after
        is_rise = (height >= half) & (before < half) & (after >= _QUIETEST_PEAK)
        return (int(place) for place in np.flatnonzero(is_rise))

    def _click_before(
        self, sound: NDArray[np.float64], place: int, first_frame: int
    ) -> tuple[int, Voice, float] | None:
        """Return frame, voice and gain of the click that begins just before `place`, if one does."""
        window_start = place - self._rise_frames
        window = self._without_tails(sound, window_start, first_frame)
        # Where the sound was cut off, only what came before the cut can be compared.
        length = int(np.flatnonzero(sound[window_start : window_start + len(window)])[-1]) + 1
        window = window[:length]
        energy = np.maximum(self._known_energy[:, :, length - 1], 1.0)
        product = self._known[:, :, :length] @ window
        likeness = np.where(product > 0, product**2 / energy, 0.0)
        voice, shift = np.unravel_index(int(np.argmax(likeness)), likeness.shape)
        if likeness[voice, shift] < (1 - _MOST_LEFT_OVER) * float(window @ window):
            return None
        gain = float(product[voice, shift] / energy[voice, shift])
        return first_frame + window_start + int(shift), Voice(int(voice)), gain

    def _without_tails(
        self, sound: NDArray[np.float64], window_start: int, first_frame: int
    ) -> NDArray[np.float64]:
        """Return the window less what still rings of the clicks before it, where it does ring."""
        lead = self._after_frames
        wide = sound[window_start - lead : window_start + self._known.shape[2]]
        rest = wide.copy()
        for frame, voice, gain in self._last:
            offset = first_frame + window_start - lead - frame
            ringing = self._bank[voice][max(offset, 0) :][: len(rest)]
            if offset > 0 and len(ringing):
                rest[: len(ringing)] -= gain * ringing
        is_ringing = float(rest[:lead] @ rest[:lead]) < float(wide[:lead] @ wide[:lead])
        return (rest if is_ringing else wide)[lead:]


def _shifted(
    bank: list[NDArray[np.float64]], most_frames: int, after_frames: int
) -> NDArray[np.float64]:
    """Return how each voice begins, at each shift up to `most_frames`: voices, shifts, frames."""
    shifted = np.zeros((len(bank), most_frames + 1, most_frames + after_frames))
    for voice, samples in enumerate(bank):
        for shift in range(most_frames + 1):
            begin = samples[: shifted.shape[2] - shift]
            shifted[voice, shift, shift : shift + len(begin)] = begin
    return shifted


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
