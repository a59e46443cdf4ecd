"""Note values by the names that musicians write: quarter, 8th, dotted quarter. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from countoff.core.nearest import nearest_word

_PLAIN: Final = {
    "whole": 3840,
    "half": 1920,
    "quarter": 960,
    "8th": 480,
    "16th": 240,
    "32nd": 120,
}
_SPELLED_OUT: Final = {"eighth": "8th", "sixteenth": "16th"}
_DOTTED: Final = "dotted "
_DOT: Final = Fraction(3, 2)

NOTE_NAMES: Final = tuple(_PLAIN)
ALLOWED: Final = '"quarter", "8th", "dotted quarter" and so on, from "whole" to "32nd"'


def note_ticks(name: str) -> int | None:
    """Return the length of the note of that name in ticks, or None where there is none."""
    words = " ".join(name.lower().split())
    plain = words.removeprefix(_DOTTED)
    plain = _SPELLED_OUT.get(plain, plain)
    if plain not in _PLAIN:
        return None
    return int(_PLAIN[plain] * (_DOT if words.startswith(_DOTTED) else 1))


def note_name(ticks: int) -> str | None:
    """Return the name of the note of that length, or None where it has none."""
    for name, plain_ticks in _PLAIN.items():
        if ticks == plain_ticks:
            return name
        if ticks == plain_ticks * _DOT:
            return _DOTTED + name
    return None


def nearest_note(name: str) -> str:
    """Return ` Did you mean "8th"?` for the closest name, or nothing where none is close."""
    names = [*NOTE_NAMES, *_SPELLED_OUT]
    return nearest_word(
        " ".join(name.lower().split()), [*names, *(_DOTTED + each for each in names)]
    )
