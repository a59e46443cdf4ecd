"""Rendering at rates below what a studio records at, judged from the samples."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.config.load import load
from countoff.core.sounds import Sound
from countoff.core.voice import Voice
from countoff.songs.sounds import sounds_of_output

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LOW_RATES_HZ = (8000, 11_025, 22_050, 44_099)
FITTING = (Sound.WOODBLOCK, Sound.BEEP, Sound.COWBELL, Sound.LOW_BLEED)


def bank_at(
    folder: Path, sound: str, rate_hz: int
) -> tuple[tuple[np.ndarray[tuple[int], np.dtype[np.float32]], ...], tuple[str, ...]]:
    """Return the voices of a box whose click is `sound`, and what is said of them."""
    place = folder / "countoff.toml"
    place.write_text(f'[click]\nsound = "{sound}"\n')
    sounds, faults = sounds_of_output(load(place), rate_hz)
    return sounds.bank, faults


def heights(wave: NDArray[np.float32], rate_hz: int, below_hz: float) -> NDArray[np.float64]:
    """Return the spectrum of a voice, every 150 Hz below a frequency."""
    height: NDArray[np.float64] = np.abs(_waves(len(wave), rate_hz, below_hz) @ wave / rate_hz)
    return height


# The voices of a sound are as long as each other, all but one; two rates are held together.
@lru_cache(maxsize=2)
def _waves(length: int, rate_hz: int, below_hz: float) -> NDArray[np.complex128]:
    hz = np.arange(50, below_hz, 150)
    return np.exp(-2j * np.pi * np.outer(hz, np.arange(length) / rate_hz))


@pytest.mark.parametrize("sound", FITTING)
@pytest.mark.parametrize("rate_hz", LOW_RATES_HZ)
def test_a_sound_that_fits_is_itself_at_a_low_rate(
    tmp_path: Path, sound: Sound, rate_hz: int
) -> None:
    """Up to nine tenths of half the rate its spectrum is that of the sound at 96 kHz: none folds."""
    low, faults = bank_at(tmp_path, sound, rate_hz)
    true, _ = bank_at(tmp_path, sound, 96_000)

    assert not faults
    for voice in Voice:
        found = heights(low[voice], rate_hz, 0.45 * rate_hz)
        meant = heights(true[voice], 96_000, 0.45 * rate_hz)
        assert np.abs(found - meant).max() < 0.03 * meant.max()


@pytest.mark.parametrize("sound", Sound)
@pytest.mark.parametrize("rate_hz", LOW_RATES_HZ)
def test_a_voice_begins_where_the_click_is(tmp_path: Path, sound: Sound, rate_hz: int) -> None:
    """Every voice that has not been called lost is under way within a millisecond, and not silent."""
    bank, faults = bank_at(tmp_path, sound, rate_hz)

    for samples in bank:
        height = np.abs(samples).max()
        if not faults:
            assert np.abs(samples[: max(rate_hz // 1000, 4)]).max() > 0.4 * height > 0.04


@pytest.mark.parametrize(
    ("sound", "rate_hz", "is_lost"),
    [("shaker", 8000, True), ("stick", 8000, True), ("shaker", 22_050, False)],
)
def test_a_sound_that_lies_too_high_is_named_once(
    tmp_path: Path, sound: str, rate_hz: int, is_lost: bool
) -> None:
    """The sentence names the sound, the rate, and what fits in its place."""
    _, faults = bank_at(tmp_path, sound, rate_hz)

    assert len(faults) == is_lost
    for sentence in faults:
        assert f"Of {sound} hardly anything is left at {rate_hz} Hz" in sentence
        assert "beep" in sentence
