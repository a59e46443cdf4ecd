"""The files that a rehearsal leaves: a WAV file and a MIDI file that others can read."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.variable_length import variable_length
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.midi_file import midi_file, midi_text
from countoff.rehearsal.virtual_daw import Sent

if TYPE_CHECKING:
    from pathlib import Path

RECORD = bytes.fromhex("F0 7F 7F 06 06 F7")


def test_wav_is_what_was_put(tmp_path: Path) -> None:
    """Python's own reader finds each sample on its frame, and silence where nothing was put."""
    sound = np.zeros(30_000, dtype=np.float32)
    sound[10_000:10_500] = np.linspace(-1.2, 1.2, 500)
    wav = ClickWav(tmp_path / "a.wav", 48_000)
    wav.open()
    wav.put(-5_000, np.concatenate([np.ones(5_000, dtype=np.float32), sound[:9_000]]))
    wav.put(9_000, sound[9_000:])
    wav.close(40_000)

    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getparams()[:4] == (1, 2, 48_000, 40_000)
        found = np.frombuffer(file.readframes(40_000), dtype="<i2")
    wanted = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    assert np.array_equal(found[:30_000], wanted)
    assert not found[30_000:].any()


@given(value=st.integers(0, 2**28 - 1))
def test_lengths_in_midi_files(value: int) -> None:
    """A number's groups of seven bits give the number again, all but the last marked."""
    written = variable_length(value)
    read = 0
    for byte in written:
        read = read << 7 | byte & 0x7F

    assert read == value
    assert [byte >> 7 for byte in written] == [1] * (len(written) - 1) + [0]


def test_midi_file_is_byte_for_byte_a_standard_one() -> None:
    """A message at 1.5 s is written as the file format says: header, tempo, message, end."""
    wanted = bytes.fromhex(
        "4D546864 00000006 0000 0001 2710"  # format 0, one track, 10000 ticks a quarter
        "4D54726B 00000014"
        "00 FF 51 03 0F4240"  # a quarter a second
        "F518 F0 05 7F7F0606F7"  # 15000 ticks on: system exclusive, five bytes follow
        "00 FF 2F 00"
    )

    assert midi_file([Sent(1_500_000_000, RECORD)]) == wanted


def test_midi_text_can_be_read() -> None:
    """Each message is a line: when, which bytes, what they mean."""
    locate = bytes.fromhex("F0 7F 7F 06 44 06 01 20 14 00 00 00 F7")
    text = midi_text([Sent(1_000_000_000, RECORD), Sent(62_500_000_000, locate)])

    assert text.splitlines() == [
        "     1.000000  F0 7F 7F 06 06 F7                       record",
        "    62.500000  F0 7F 7F 06 44 06 01 20 14 00 00 00 F7  locate 00:20:00",
    ]
