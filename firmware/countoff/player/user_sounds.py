"""The voice bank of a player: our own sounds, and WAV files that somebody wants to hear instead.

In the player's process while its stream opens, never in the callback. Reads files and may block. The
libraries that read and resample are loaded only where there is a file to read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.sounds import Sound
from countoff.core.voice import Voice
from countoff.core.voices import voice_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bank = tuple[tuple[NDArray[np.float32], ...], tuple[str, ...]]

LONGEST_S = 2
_MOST_CHANNELS = 2
_OWN = frozenset(sound.value for sound in Sound)
_SUBSTITUTE = Sound.WOODBLOCK
_ALLOWED = f"WAV files of at most {LONGEST_S} s are allowed, mono or stereo"


class SoundUnusableError(ValueError):
    """A WAV file cannot be a voice; the message says which and why."""


def user_bank(rate_hz: int, sounds: Sequence[str]) -> Bank:
    """Return every voice at `rate_hz` in the order of `Voice`, and a sentence for each bad file.

    `sounds` names for each voice a sound of our own, or else a WAV file, in whose place the
    woodblock sounds where it cannot be used. Never raises for what is in a file. May block.
    """
    read: dict[str, NDArray[np.float32] | None] = {}
    sentences = []
    bank = []
    for voice, sound in zip(Voice, sounds, strict=True):
        if sound in _OWN:
            bank.append(voice_samples(Sound(sound), voice, rate_hz))
            continue
        if sound not in read:
            try:
                read[sound] = wav_samples(Path(sound), rate_hz)
            except SoundUnusableError as error:
                read[sound] = None
                sentences.append(f"{error} The {_SUBSTITUTE} sounds in its place.")
        samples = read[sound]
        bank.append(voice_samples(_SUBSTITUTE, voice, rate_hz) if samples is None else samples)
    return tuple(bank), tuple(sentences)


def wav_samples(path: Path, rate_hz: int) -> NDArray[np.float32]:
    """Return the WAV file at `path` as mono float32 samples at `rate_hz`.

    As it is: its first sample is the click's, silence included, and its level is the file's, whose
    maker has balanced it against others. Two channels are averaged. Raises SoundUnusableError.
    """
    try:
        if not path.is_file():
            raise SoundUnusableError(f"{path} cannot be heard: there is no such file; {_ALLOWED}.")
        samples, file_rate_hz = _read(path)
        samples = samples.mean(axis=1)
        if file_rate_hz != rate_hz:
            import soxr  # noqa: PLC0415 - only where it is needed

            samples = soxr.resample(samples, file_rate_hz, rate_hz, quality="VHQ")
    except (ImportError, OSError) as error:
        raise SoundUnusableError(f"{path} cannot be heard: {error}; {_ALLOWED}.") from error
    return np.asarray(samples, dtype=np.float32)


def _read(path: Path) -> tuple[NDArray[np.float64], int]:
    """Return the samples (frames by channels) and their rate. Raises SoundUnusableError, OSError."""
    import soundfile  # noqa: PLC0415 - only where it is needed

    try:
        with soundfile.SoundFile(path) as file:
            length_s = file.frames / file.samplerate
            if not 0 < length_s <= LONGEST_S:
                raise SoundUnusableError(
                    f"{path} cannot be heard: it is {length_s:.3g} s long; {_ALLOWED}."
                )
            if file.channels > _MOST_CHANNELS:
                raise SoundUnusableError(
                    f"{path} cannot be heard: it has {file.channels} channels; {_ALLOWED}."
                )
            samples: NDArray[np.float64] = file.read(dtype="float64", always_2d=True)
            if not np.isfinite(samples).all():
                raise SoundUnusableError(
                    f"{path} cannot be heard: not all of its samples are numbers; {_ALLOWED}."
                )
            return samples, file.samplerate
    except soundfile.SoundFileError as error:
        raise SoundUnusableError(
            f"{path} cannot be heard: it is no WAV file that can be read; {_ALLOWED}."
        ) from error
