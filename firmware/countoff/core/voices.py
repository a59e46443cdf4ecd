"""The voice bank: the sounds of `core.sounds` as samples, made at the stream's own rate.

Made once when a stream opens, never in the audio callback. Every voice begins on its first sample,
which is small but not nothing (EDGE of its height), after digital silence: an instrument finds the
onset as the first sample that is not silent. From there the attack is smooth to its second
derivative, so that next to nothing of it lies above half the rate, where it would fold back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from countoff.core.sounds import Sound, recipe
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from countoff.core.sounds import Recipe

EDGE = 0.01
"""How high a voice starts, of what it would be without an attack: -40 dB."""

USUAL_SOUNDS = (Sound.WOODBLOCK,) * len(Voice)
# A recipe's peak is measured at this rate, whatever the stream's, so that levels are alike at all.
_MEASURED_AT_HZ = 96_000
_FADED_SHARE = 0.25


def voice_bank(
    rate_hz: int, sounds: Sequence[Sound] = USUAL_SOUNDS
) -> tuple[NDArray[np.float32], ...]:
    """Return every voice as mono float32 samples at `rate_hz`, in the order of `Voice`.

    `sounds` names the sound of each voice. Each peaks below 0 dBFS, where its recipe says, and ends
    in silence without a step.
    """
    return tuple(
        voice_samples(sound, voice, rate_hz) for voice, sound in zip(Voice, sounds, strict=True)
    )


def voice_samples(sound: Sound, voice: Voice, rate_hz: int) -> NDArray[np.float32]:
    """Return one voice of `sound` as mono float32 samples at `rate_hz`. Takes some ms."""
    written = recipe(sound, voice)
    peak = np.abs(_wave(written, _MEASURED_AT_HZ)).max()
    return np.asarray(_wave(written, rate_hz) * (written.peak / peak), dtype=np.float32)


def _wave(written: Recipe, rate_hz: int) -> NDArray[np.float64]:
    length_s = written.length_ms / 1000
    seconds = np.arange(int(length_s * rate_hz) + 2) / rate_hz
    attack = EDGE + (1 - EDGE) * _smooth(seconds / (written.attack_ms / 1000))
    # The decays are low by then; this takes them to nothing.
    faded = 1 - _smooth((seconds / length_s - 1) / _FADED_SHARE + 1)
    partials = written.partials
    # All turned together, so that their sum is at its top as the voice begins.
    first = sum(partial.weight * np.exp(2j * np.pi * partial.turns) for partial in partials)
    wave = np.zeros(len(seconds))
    for partial in partials:
        phase = 2 * np.pi * (partial.hz * seconds + partial.turns) - np.angle(first)
        decay = np.exp(-seconds / (partial.decay_ms / 1000))
        wave += partial.weight * decay * np.cos(phase)
    return wave * attack * faded


def _smooth(done: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way from 0 to 1 that begins and ends without a bend: the smoothest fifth power."""
    at = np.clip(done, 0.0, 1.0)
    return np.asarray(at**3 * (10 - 15 * at + 6 * at**2))
