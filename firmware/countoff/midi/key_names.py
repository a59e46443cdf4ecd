"""The names of keys, and the two numbers that stand for one in a MIDI file. Pure."""

from __future__ import annotations

import re
from typing import Final

# By fifths, from seven flats to seven sharps.
_MAJOR: Final = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_MINOR: Final = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
_NO_SHARPS: Final = _MAJOR.index("C")

_KEY = re.compile(r"([A-Ga-g])\s*(#|♯|b|♭|sharp|flat)?\s*-?\s*([A-Za-z]*)")
_SIGNS: Final = {"#": "#", "♯": "#", "sharp": "#", "b": "b", "♭": "b", "flat": "b"}
_MAJOR_WORDS: Final = ("", "M", "maj", "major", "dur")
_MINOR_WORDS: Final = ("m", "min", "minor", "moll")


def key_signature(key: str) -> tuple[int, bool] | None:
    """Return how many sharps `key` has (flats are negative), and whether it is minor.

    None where no key is written in a way that is understood: `F# minor`, `Bbm`, `E flat major`.
    """
    match = _KEY.fullmatch(key.strip())
    if match is None:
        return None
    letter, sign, word = match.groups()
    tonic = letter.upper() + _SIGNS.get(sign, "")
    is_minor = word in _MINOR_WORDS or word.lower() in _MINOR_WORDS[1:]
    if not is_minor and word not in _MAJOR_WORDS and word.lower() not in _MAJOR_WORDS[2:]:
        return None
    tonics = _MINOR if is_minor else _MAJOR
    return (tonics.index(tonic) - _NO_SHARPS, is_minor) if tonic in tonics else None


def key_name(short: str) -> str:
    """Return how people write the key that MIDI libraries call `F#m`: F# minor."""
    return f"{short[:-1]} minor" if short.endswith("m") else f"{short} major"
