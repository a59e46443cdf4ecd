"""A tempo as an item of a TOML file, exact whatever it is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomlkit

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.note_names import note_name
from countoff.songs.numbers import decimal_text, number_text

if TYPE_CHECKING:
    from fractions import Fraction

    from tomlkit.items import Item

    from countoff.songs.tempo_values import NamedTempo


def tempo_item(named: NamedTempo) -> Item:
    """Return what is read as just this tempo: 92.5, "1000000/7" or "dotted quarter = 66".

    Raises ValueError where its note has no name.
    """
    if not named.note_ticks:
        return number_item(named.tempo.quarters_per_minute)
    name = note_name(named.note_ticks)
    if name is None:
        message = (
            f"A note of {named.note_ticks} ticks is clicked as the beat, and has no name that a song"
            " file could give it."
        )
        raise ValueError(message)
    count = named.tempo.quarters_per_minute * TICKS_PER_QUARTER / named.note_ticks
    return tomlkit.string(f"{name} = {number_text(count)}")


def number_item(value: Fraction) -> Item:
    """Return a number where it is a decimal one of a sensible length, else a fraction in quotes."""
    decimal = decimal_text(value)
    return tomlkit.string(number_text(value)) if decimal is None else tomlkit.value(decimal)
