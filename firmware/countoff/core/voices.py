"""The sound of the click: short decaying tones, made at the stream's own rate.

Made once when a stream opens, never in the audio callback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.voice import Voice

if TYPE_CHECKING:
    from numpy.typing import NDArray

# An onset must be findable to the sample, by ear and by instrument, so a voice starts at once: its
# first sample is not zero, and its loudest is within the first millisecond.
_RAW_AMPLITUDE = 0.7


@dataclass(frozen=True, slots=True)
class _Recipe:
    """A voice as a mixture of sine waves under one decay."""

    partials_hz: tuple[float, ...]
    decay_ms: float
    length_ms: float
    amplitude: float


# Wood-like: two inharmonic partials. The accent is higher and louder, the subdivision short and dry.
_RECIPES = {
    Voice.ACCENT: _Recipe((2100.0, 3710.0), decay_ms=9.0, length_ms=60.0, amplitude=1.0),
    Voice.GROUP: _Recipe((1700.0, 3000.0), decay_ms=8.0, length_ms=50.0, amplitude=0.8),
    Voice.BEAT: _Recipe((1400.0, 2470.0), decay_ms=8.0, length_ms=50.0, amplitude=0.7),
    Voice.SUBDIVISION: _Recipe((1000.0, 1765.0), decay_ms=4.0, length_ms=25.0, amplitude=0.35),
    Voice.COUNT_IN_ACCENT: _Recipe((2500.0, 4420.0), decay_ms=9.0, length_ms=60.0, amplitude=0.9),
    Voice.COUNT_IN: _Recipe((1200.0, 2120.0), decay_ms=8.0, length_ms=50.0, amplitude=0.7),
}


def voice_bank(rate_hz: int) -> tuple[NDArray[np.float32], ...]:
    """Return every voice as mono float32 samples at `rate_hz`, in the order of `Voice`.

    The peak of the loudest is below 0 dBFS; each ends in silence, without a step.
    """
    return tuple(_render(_RECIPES[voice], rate_hz) for voice in Voice)


def _render(recipe: _Recipe, rate_hz: int) -> NDArray[np.float32]:
    """Return one voice. Cosines, so that the first sample is already at full height."""
    length_frames = round(recipe.length_ms * rate_hz / 1000)
    seconds = np.arange(length_frames) / rate_hz
    tone = np.zeros(length_frames)
    for weight, partial_hz in zip((0.7, 0.3), recipe.partials_hz, strict=True):
        tone += weight * np.cos(2 * np.pi * partial_hz * seconds)
    tone *= np.exp(-seconds * 1000 / recipe.decay_ms)
    # The decay is at -40 dB or below here; a last short taper takes it to nothing.
    taper_frames = length_frames // 4
    tone[-taper_frames:] *= np.linspace(1.0, 0.0, taper_frames)
    return np.asarray(_RAW_AMPLITUDE * recipe.amplitude * tone, dtype=np.float32)
