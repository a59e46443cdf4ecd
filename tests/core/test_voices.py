"""The sounds, by what an instrument sees of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.core.limiter import KNEE
from countoff.core.sounds import Sound, recipe
from countoff.core.voice import Voice
from countoff.core.voices import voice_bank, voice_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
AUDIBLE_HZ = 20_000

every_sound = pytest.mark.parametrize("sound", Sound)
every_voice = pytest.mark.parametrize("voice", Voice)
every_rate = pytest.mark.parametrize("rate_hz", RATES_HZ)


def spectrum(
    samples: NDArray[np.float32], rate_hz: int, length_frames: int
) -> NDArray[np.complex128]:
    """Return the sound's spectrum as a continuous wave has it, whatever the rate."""
    found: NDArray[np.complex128] = np.fft.rfft(samples.astype(float), length_frames) / rate_hz
    return found


def centre_hz(samples: NDArray[np.float32], rate_hz: int) -> float:
    """Return where the sound's energy lies."""
    power = np.abs(np.fft.rfft(samples.astype(float), 1 << 16)) ** 2
    return float(np.fft.rfftfreq(1 << 16, 1 / rate_hz) @ power / power.sum())


def decibels(ratio: float) -> float:
    """Return a ratio of heights in dB."""
    return 20 * float(np.log10(max(ratio, 1e-12)))


@every_sound
@every_voice
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_nothing_folds_back(sound: Sound, voice: Voice, rate_hz: int) -> None:
    """At every audible frequency a sound is what it is at sixteen times the rate.

    What differs is what has folded back: 64 dB below the sound's strongest frequency, and 70 for the
    usual sound, at the one moment when the ear is busy with the onset itself.
    """
    times, length_frames = 16, 1 << 14
    found = spectrum(voice_samples(sound, voice, rate_hz), rate_hz, length_frames)
    finer = voice_samples(sound, voice, rate_hz * times)
    true = spectrum(finer, rate_hz * times, length_frames * times)[: len(found)]
    is_audible = np.fft.rfftfreq(length_frames, 1 / rate_hz) <= AUDIBLE_HZ

    folded = np.abs(found - true)[is_audible].max() / np.abs(true).max()

    assert decibels(folded) < (-70 if sound is Sound.WOODBLOCK else -64)


@every_sound
@every_voice
def test_no_partial_is_above_what_is_heard(sound: Sound, voice: Voice) -> None:
    """Every partial is below 20 kHz, so below half of every rate."""
    assert max(partial.hz for partial in recipe(sound, voice).partials) < AUDIBLE_HZ


@every_sound
@every_voice
@every_rate
def test_a_voice_starts_on_its_first_sample(sound: Sound, voice: Voice, rate_hz: int) -> None:
    """The onset is findable to the sample: the first is not silent, in 16 bits and 12 dB softer too.

    It is the smallest part of an attack, not a step, which would spread over every frequency.
    """
    samples = np.abs(voice_samples(sound, voice, rate_hz))

    assert samples[0] > 10 ** (12 / 20) * 8 / 32768
    assert samples[0] < 0.05 * samples.max()
    assert samples[: rate_hz // 1000].max() > 0.5 * samples.max()


@every_sound
@every_voice
@every_rate
def test_a_voice_ends_in_silence(sound: Sound, voice: Voice, rate_hz: int) -> None:
    """The last sample is zero and the last millisecond is inaudible: no step, no tick at the end."""
    samples = voice_samples(sound, voice, rate_hz)

    assert samples[-1] == 0
    assert decibels(np.abs(samples[-rate_hz // 1000 :]).max()) < -60


@every_sound
@every_rate
def test_voices_differ_in_loudness(sound: Sound, rate_hz: int) -> None:
    """Accent, group, beat and subdivision fall in height, none alone reaches the limiter."""
    peaks = [float(np.abs(samples).max()) for samples in voice_bank(rate_hz, (sound,) * len(Voice))]

    assert max(peaks) < KNEE
    assert peaks[Voice.ACCENT] > 1.2 * peaks[Voice.BEAT]
    assert peaks[Voice.ACCENT] > 1.1 * peaks[Voice.GROUP] > 1.2 * peaks[Voice.BEAT]
    assert peaks[Voice.BEAT] > 1.6 * peaks[Voice.SUBDIVISION] > 0.2
    assert peaks[Voice.COUNT_IN_ACCENT] > 1.2 * peaks[Voice.COUNT_IN]


@every_sound
def test_voices_differ_in_colour(sound: Sound) -> None:
    """No two voices of a sound are alike when their levels are: the ear need not judge by level."""
    bank = [samples.astype(float) for samples in voice_bank(48_000, (sound,) * len(Voice))]
    for one, other in combinations(bank, 2):
        length = min(len(one), len(other))
        product = abs(float(one[:length] @ other[:length]))
        assert product < 0.85 * np.linalg.norm(one) * np.linalg.norm(other)


@every_sound
def test_a_subdivision_is_shorter_and_brighter(sound: Sound) -> None:
    """What lies between the beats has another colour and is over sooner."""
    bank = voice_bank(48_000, (sound,) * len(Voice))
    beat, between = bank[Voice.BEAT], bank[Voice.SUBDIVISION]

    assert len(between) < 0.6 * len(beat)
    assert centre_hz(between, 48_000) > 1.15 * centre_hz(beat, 48_000)


@every_voice
def test_low_bleed_is_narrow_and_short(voice: Voice) -> None:
    """All but a thousandth of it lies between 1.5 and 4 kHz, and it is over in 30 ms."""
    samples = voice_samples(Sound.LOW_BLEED, voice, 48_000)
    power = np.abs(np.fft.rfft(samples.astype(float), 1 << 16)) ** 2
    hz = np.fft.rfftfreq(1 << 16, 1 / 48_000)

    assert power[(hz < 1500) | (hz > 4000)].sum() < 0.001 * power.sum()
    assert len(samples) < 0.03 * 48_000


@every_sound
@every_voice
def test_a_voice_sounds_the_same_at_any_rate(sound: Sound, voice: Voice) -> None:
    """A voice is as long, as loud and of the same colour at 44.1 kHz as at 192 kHz."""
    reference = voice_samples(sound, voice, 192_000)
    for rate_hz in RATES_HZ:
        samples = voice_samples(sound, voice, rate_hz)
        energy_s = float(samples.astype(float) @ samples) / rate_hz
        reference_energy_s = float(reference.astype(float) @ reference) / 192_000
        assert len(samples) / rate_hz == pytest.approx(len(reference) / 192_000, abs=1e-4)
        assert energy_s == pytest.approx(reference_energy_s, rel=0.005)
        assert centre_hz(samples, rate_hz) == pytest.approx(centre_hz(reference, 192_000), rel=0.01)


def test_each_voice_can_have_its_own_sound() -> None:
    """A bank takes each voice from the sound that is named for it."""
    sounds = (Sound.STICK, Sound.BEEP, Sound.BEEP, Sound.SHAKER, Sound.STICK, Sound.COWBELL)
    for voice, samples in zip(Voice, voice_bank(48_000, sounds), strict=True):
        assert np.array_equal(samples, voice_samples(sounds[voice], voice, 48_000))
