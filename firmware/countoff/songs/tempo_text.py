"""A tempo as TOML, exact whatever it is. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.note_names import note_name
from countoff.songs.numbers import decimal_text, number_text

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.songs.tempo_values import NamedTempo

_FRACTION: Final = re.compile(r"(\d+)/(\d+)")


def tempo_text(named: NamedTempo) -> str:
    """Return what is read as just this tempo: 92.5, "1000000/7" or "dotted quarter = 66".

    Raises ValueError where its note has no name.
    """
    if not named.note_ticks:
        return number_toml(named.tempo.quarters_per_minute)
    name = note_name(named.note_ticks)
    if name is None:
        message = (
            f"A note of {named.note_ticks} ticks is clicked as the beat, and has no name that a song"
            " file could give it."
        )
        raise ValueError(message)
    count = named.tempo.quarters_per_minute * TICKS_PER_QUARTER / named.note_ticks
    return f'"{name} = {number_text(count)}"'


def number_toml(value: Fraction) -> str:
    """Return a number where it is a decimal one of a sensible length, else a fraction in quotes."""
    return decimal_text(value) or f'"{number_text(value)}"'


def about(toml: str) -> str:
    """Return a remark on a tempo that is written as a fraction: `about 98.595`; else nothing."""
    numbers = _FRACTION.findall(toml)
    if not numbers:
        return ""
    said = (f"{int(above) / int(below):.3f}".rstrip("0").rstrip(".") for above, below in numbers)
    return f"about {' and '.join(said)}"
