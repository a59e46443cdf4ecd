"""Keys as people write them, against mido's table of MIDI's two numbers."""

from __future__ import annotations

import mido
import pytest

from countoff.midi.key_names import key_name, key_signature

SHORT = [
    f"{letter}{sign}{mode}" for letter in "ABCDEFG" for sign in ("", "#", "b") for mode in ("", "m")
]


@pytest.mark.parametrize("short", SHORT)
def test_every_key_has_the_numbers_that_mido_gives_it(short: str) -> None:
    """Short, and in words; a key that no signature has is none."""
    try:
        data = bytes(mido.MetaMessage("key_signature", key=short).bytes()[-2:])
    except ValueError:
        assert key_signature(short) is None
        return
    expected = (data[0] - 256 if data[0] > 127 else data[0], bool(data[1]))
    assert key_signature(short) == expected
    assert key_signature(key_name(short)) == expected


@pytest.mark.parametrize(
    ("written", "short"),
    [("F# minor", "F#m"), ("F sharp minor", "F#m"), ("E♭ major", "Eb"), ("e flat", "Eb"),
     ("Bb min", "Bbm"), ("a moll", "Am"), ("C dur", "C"), ("CM", "C"), ("D-minor", "Dm"),
     (" G ", "G"), ("C♯m", "C#m"), ("A MINOR", "Am"), ("A Maj", "A")],
)  # fmt: skip
def test_keys_are_understood_as_people_write_them(written: str, short: str) -> None:
    """Signs or words, long or short."""
    assert key_signature(written) == key_signature(short) is not None


@pytest.mark.parametrize(
    "written", ["", "H", "modal", "D dorian", "G# major", "Fb", "12", "C to D"]
)
def test_what_is_no_key_is_none(written: str) -> None:
    """Modes, and keys with more than seven signs, have no numbers."""
    assert key_signature(written) is None
