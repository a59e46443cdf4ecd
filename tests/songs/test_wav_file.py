from __future__ import annotations

import io
import wave

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.songs.riff import read_wav

from countoff.songs.wav_file import (
    MOST_FILE_BYTES,
    Bits,
    Cue,
    WavShape,
    ending,
    header,
    sample_bytes,
)

SAMPLES = np.array([0.0, 1.0, -1.0, 0.5, -0.25, 1e-9, 0.999999], dtype=np.float32)
CUES = (Cue(0, "Intro"), Cue(3, "Refrain à deux"), Cue(4, "Ärger 2"))


def file_of(
    samples: np.ndarray, bits: Bits, cues: tuple[Cue, ...] = (), rate_hz: int = 48_000
) -> bytes:
    """Return the whole file."""
    shape = WavShape(rate_hz, bits, len(samples), cues)
    data = header(shape) + sample_bytes(samples, bits) + ending(shape)
    assert len(data) == shape.file_bytes
    return data


@pytest.mark.parametrize("bits", Bits)
@pytest.mark.parametrize("length", range(len(SAMPLES) + 1))
def test_what_is_written_is_read(bits: Bits, length: int) -> None:
    """Any number of samples, odd ones of three bytes too, and the names of the cues."""
    wav = read_wav(file_of(SAMPLES[:length], bits, CUES))

    step = {Bits.SIXTEEN: 2**-15, Bits.TWENTY_FOUR: 2**-23, Bits.FLOAT: 0.0}[bits]
    assert wav.rate_hz == 48_000
    assert wav.cues == list(CUES)
    assert len(wav.samples) == length
    # The nearest step; the highest is one step below 1.
    nearest = np.minimum(SAMPLES[:length].astype(np.float64), 1 - step)
    assert np.abs(wav.samples - nearest).max(initial=0) <= step / 2


@pytest.mark.parametrize("bits", Bits)
@settings(deadline=None)
@given(rate_hz=st.integers(8_000, 384_000), length=st.integers(1, 50))
def test_libsndfile_reads_it(bits: Bits, rate_hz: int, length: int) -> None:
    """The library that half of all audio programs read with finds what the tests' reader finds."""
    samples = np.linspace(-1, 1, length, dtype=np.float32)
    data = file_of(samples, bits, CUES, rate_hz)

    read, read_rate_hz = soundfile.read(io.BytesIO(data))

    subtype = {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}[bits]
    assert soundfile.info(io.BytesIO(data)).subtype == subtype
    assert read_rate_hz == rate_hz
    assert np.array_equal(read, read_wav(data).samples)


@pytest.mark.parametrize("bits", [Bits.SIXTEEN, Bits.TWENTY_FOUR])
def test_the_standard_library_reads_it(bits: Bits) -> None:
    """A plain reader that knows nothing of cues is not troubled by them."""
    with wave.open(io.BytesIO(file_of(SAMPLES, bits, CUES))) as read:
        assert read.getnframes() == len(SAMPLES)
        assert read.getsampwidth() == bits.sample_bytes
        assert read.readframes(len(SAMPLES)) == sample_bytes(SAMPLES, bits)


def test_silence_is_zeros() -> None:
    """There is no dither: what is silent stays so, to the bit."""
    for bits in Bits:
        assert not any(sample_bytes(np.zeros(100, dtype=np.float32), bits))


def test_a_file_that_would_be_too_long_is_refused() -> None:
    """The format counts in 32 bits; the last length that fits is written, the next is not."""
    longest = MOST_FILE_BYTES // 2 - 23
    for frames in (2**32, 2**40):
        cues = (Cue(frames - 1, "End"),)
        for bits in Bits:
            assert WavShape(384_000, bits, frames, cues).file_bytes > frames * bits.sample_bytes

    assert WavShape(48_000, Bits.SIXTEEN, longest).file_bytes == MOST_FILE_BYTES - 2
    header(WavShape(48_000, Bits.SIXTEEN, longest))
    with pytest.raises(ValueError, match="4294967296"):
        header(WavShape(48_000, Bits.SIXTEEN, longest + 1))
