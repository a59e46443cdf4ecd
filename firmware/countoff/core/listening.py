"""Where a click begins in what was recorded of it: correlation with the very voice that was planned.

Pure, for instruments and for the checker of a take's loopback; never called in the audio callback.
Over JACK, or in a file, a click comes as it was made, and its place is exact. Over a cable it comes
through two converters: its place lies between samples, and it may be upside down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Below this share of full scale there is nothing that anybody could have heard.
_SILENT = 1e-6
# Several clicks of one voice over a cable are alike to some percent.
_AS_STRONG = 0.8
_HILL_FRAMES = 480


@dataclass(frozen=True, slots=True)
class HeardClick:
    """What was found of one planned click.

    place_frame: where it begins, in frames of the recording; between two of them over a cable
    gain:        how loud it is against the voice as it was made; negative where it is upside down
    likeness:    how much of what sounds there it explains: 1 for all of it, 0 for nothing
    """

    place_frame: float
    gain: float
    likeness: float


def find_click(
    samples: NDArray[np.float32],
    expected_frame: int,
    voice: NDArray[np.float32],
    *,
    reach_frames: int,
    is_digital: bool,
) -> HeardClick:
    """Return the best place of `voice` within `reach_frames` of `expected_frame` in `samples`.

    Outside of `samples` there is silence. Where nothing sounds at all, the likeness is 0. Takes
    about a millisecond; `voice` is best cut off where the next click begins.
    """
    start = expected_frame - reach_frames
    window = stretch_of(samples, start, expected_frame + reach_frames + len(voice))
    products = np.correlate(window.astype(np.float64), voice.astype(np.float64), mode="valid")
    at = int(np.argmax(products if is_digital else np.abs(products)))
    heard_energy = float(np.square(window[at : at + len(voice)], dtype=np.float64).sum())
    voice_energy = float(np.square(voice, dtype=np.float64).sum())
    place, product = float(at), float(products[at])
    if not is_digital and 0 < at < len(products) - 1:
        before, here, after = np.abs(products[at - 1 : at + 2])
        bend = before - 2 * here + after
        if bend < 0:
            place += 0.5 * (before - after) / bend
            # The top of the parabola is what a voice between two samples would have given.
            product = float(
                np.copysign(here - 0.25 * (before - after) * (place - at), products[at])
            )
    if heard_energy <= _SILENT**2 * len(voice) or voice_energy == 0:
        return HeardClick(float(expected_frame), 0.0, 0.0)
    likeness = abs(product) / np.sqrt(heard_energy * voice_energy)
    return HeardClick(start + place, product / voice_energy, float(min(likeness, 1.0)))


def first_place(samples: NDArray[np.float32], voice: NDArray[np.float32]) -> int:
    """Return where `voice` is heard first in `samples`, which may hold it several times."""
    size = 1 << (len(samples) + len(voice)).bit_length()
    turned = np.conj(np.fft.rfft(voice, size))
    products = np.abs(np.fft.irfft(np.fft.rfft(samples, size) * turned, size))
    products = products[: max(len(samples) - len(voice), 0) + 1]
    strong = int(np.argmax(products >= _AS_STRONG * products.max()))
    # The first strong product lies on the slope of its hill, among a tone's lower ones.
    return strong + int(np.argmax(products[strong : strong + _HILL_FRAMES]))


def take_away(samples: NDArray[np.float32], heard: HeardClick, voice: NDArray[np.float32]) -> None:
    """Take a click that was found out of `samples`, in place: what is left is something else."""
    whole = int(np.floor(heard.place_frame))
    part = heard.place_frame - whole
    wave = voice if part == 0 else _later_by(voice, part)
    first, last = max(whole, 0), min(whole + len(wave), len(samples))
    if first < last:
        samples[first:last] -= np.float32(heard.gain) * wave[first - whole : last - whole]


def stretch_of(samples: NDArray[np.float32], start: int, end: int) -> NDArray[np.float32]:
    """Return `samples` from `start` to `end`, with silence where there are none."""
    if start >= 0 and end <= len(samples):
        return samples[start:end]
    stretch = np.zeros(end - start, dtype=np.float32)
    first, last = max(start, 0), min(end, len(samples))
    if first < last:
        stretch[first - start : last - start] = samples[first:last]
    return stretch


def _later_by(voice: NDArray[np.float32], part: float) -> NDArray[np.float32]:
    """Return `voice` begun a part of a frame later."""
    length = 1 << (len(voice) + 64).bit_length()
    turns = np.fft.rfftfreq(length) * part
    wave = np.fft.irfft(np.fft.rfft(voice, length) * np.exp(-2j * np.pi * turns), length)
    return wave[: len(voice) + 1].astype(np.float32)
