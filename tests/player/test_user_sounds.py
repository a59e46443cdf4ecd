"""WAV files as voices: what is in the file is what is heard, at any rate."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from countoff.core.sounds import Sound
from countoff.core.voice import Voice
from countoff.core.voices import voice_bank, voice_samples
from countoff.player.user_sounds import SoundUnusableError, user_bank, wav_samples

if TYPE_CHECKING:
    from pathlib import Path

LENGTH_S = 0.25
FORMATS = ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "PCM_U8"]


def tone(rate_hz: int, hz: float = 1000.0) -> np.ndarray:
    """Return a tone that swells and fades, so that no rate has anything to cut."""
    seconds = np.arange(round(LENGTH_S * rate_hz)) / rate_hz
    return 0.8 * np.sin(np.pi * seconds / LENGTH_S) ** 2 * np.sin(2 * np.pi * hz * seconds)


def written(path: Path, samples: np.ndarray, rate_hz: int, subtype: str = "FLOAT") -> Path:
    """Write a WAV file."""
    soundfile.write(path, samples, rate_hz, subtype=subtype)
    return path


@pytest.mark.parametrize("subtype", FORMATS)
@pytest.mark.parametrize("is_stereo", [False, True])
def test_every_depth_is_read_as_it_is(tmp_path: Path, subtype: str, is_stereo: bool) -> None:
    """At its own rate a file is heard sample for sample, within a step of its depth."""
    samples = tone(48_000)
    file = np.column_stack([samples * 1.2, samples * 0.8]) if is_stereo else samples
    found = wav_samples(written(tmp_path / "a.wav", file, 48_000, subtype), 48_000)

    step = 2**-7 if subtype == "PCM_U8" else 2**-15
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, samples, atol=step)


@pytest.mark.parametrize("file_rate_hz", [8000, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 192_000])
def test_any_rate_becomes_the_streams(tmp_path: Path, file_rate_hz: int, rate_hz: int) -> None:
    """Resampled, a tone is the same tone, in place, in phase and 100 dB above its error."""
    found = wav_samples(written(tmp_path / "a.wav", tone(file_rate_hz), file_rate_hz), rate_hz)
    expected = tone(rate_hz)
    length = min(len(found), len(expected))

    file_length_s = len(tone(file_rate_hz)) / file_rate_hz
    assert len(found) == pytest.approx(file_length_s * rate_hz, abs=1)
    assert np.abs(found[:length] - expected[:length]).max() < 0.8e-5


def test_its_first_sample_is_the_clicks(tmp_path: Path) -> None:
    """Silence at the beginning stays: whoever put it there wanted it."""
    samples = np.concatenate([np.zeros(480), tone(48_000)])
    found = wav_samples(written(tmp_path / "a.wav", samples, 48_000), 48_000)

    assert not found[:480].any()
    assert len(found) == len(samples)


def test_a_bank_of_names_and_files(tmp_path: Path) -> None:
    """Each voice has what was chosen for it."""
    file = written(tmp_path / "a.wav", tone(48_000), 48_000)
    sounds = ["stick", str(file), str(file), "shaker", "beep", "beep"]
    bank, sentences = user_bank(48_000, sounds)

    assert sentences == ()
    for voice in (Voice.GROUP, Voice.BEAT):
        np.testing.assert_allclose(bank[voice], tone(48_000), atol=1e-6)
    for voice in (Voice.ACCENT, Voice.SUBDIVISION, Voice.COUNT_IN_ACCENT, Voice.COUNT_IN):
        own = voice_samples(Sound(sounds[voice]), voice, 48_000)
        assert np.array_equal(bank[voice], own)


def bad_files(folder: Path) -> dict[str, Path]:
    """Return a file for each way of being no voice, by what the sentence must say."""
    (folder / "text.wav").write_text("not a sound")
    (folder / "folder.wav").mkdir()
    (folder / "empty.wav").touch()
    whole = written(folder / "whole.wav", tone(48_000), 48_000).read_bytes()
    (folder / "cut.wav").write_bytes(whole[:30])
    return {
        "there is no such file": folder / "missing.wav",
        "no such file": folder / "folder.wav",
        "no WAV file that can be read": folder / "text.wav",
        "can be read": folder / "empty.wav",
        "no WAV": folder / "cut.wav",
        "it is 2.5 s long": written(folder / "long.wav", np.zeros(120_000), 48_000),
        "it is 0 s long": written(folder / "none.wav", np.zeros(0), 48_000),
        "it has 3 channels": written(folder / "three.wav", np.zeros((100, 3)), 48_000),
        "not all of its samples are numbers": written(
            folder / "nan.wav", np.array([0.1, np.nan]), 48_000
        ),
    }


def test_a_bad_file_is_one_sentence_and_a_woodblock(tmp_path: Path) -> None:
    """Whatever is wrong with a file is named with what is allowed, and the click goes on without it."""
    for said, path in bad_files(tmp_path).items():
        with pytest.raises(SoundUnusableError, match=said) as caught:
            wav_samples(path, 48_000)
        assert str(path) in str(caught.value)
        assert "at most 2 s are allowed, mono or stereo" in str(caught.value)

        bank, sentences = user_bank(48_000, [str(path), *["woodblock"] * 4, str(path)])
        assert len(sentences) == 1
        assert sentences[0].endswith("The woodblock sounds in its place.")
        for samples, usual in zip(bank, voice_bank(48_000), strict=True):
            assert np.array_equal(samples, usual)


def test_no_library_is_loaded_without_a_file() -> None:
    """A box with its own sounds reads no file and loads nothing that could."""
    program = (
        "import sys\n"
        "import countoff.player.__main__\n"
        "from countoff.player.user_sounds import user_bank\n"
        "user_bank(48_000, ['beep'] * 6)\n"
        "assert not {'soundfile', 'soxr'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
