"""Writes the day's tempo into the text of a song file, and leaves everything else in it. Pure.

Comments, layout and the notes that tempos count stay; every tempo of the file is scaled alike.
"""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.note_names import note_ticks
from countoff.songs.numbers import decimal_text, exact_decimal, exact_number, number_text
from countoff.songs.reading import song_of
from countoff.songs.tempo_text import about, number_toml

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from tomlkit.items import Item

    from countoff.core.tempo import Tempo

_TEMPOS: Final = ("tempo", "from", "to")
_NOTE: Final = re.compile(r"(?P<note>[^=]*=\s*)(?P<number>[^=]*\S)(?P<rest>\s*)")


def changed_text(old_text: str, tempo: Tempo) -> str:
    """Return a song file's text with its first tempo changed to `tempo`, all others in proportion.

    What is read from it is the song `at_tempo(tempo)`, exactly. Raises ValueError with a sentence
    where the old text is no song with a tempo, or a new tempo is not one that a file can say.
    """
    song, faults = song_of(_values(old_text))
    if song is None:
        raise ValueError(f"The song file has faults, and is not changed: {faults[0].sentence}")
    if song.is_free:
        raise ValueError(f"{song.title} is a free song: it has no tempo that could be changed.")
    changed = song.at_tempo(tempo)
    if changed == song:
        return old_text
    ratio = tempo.quarters_per_minute / song.sections[0].tempo.quarters_per_minute
    # 100 says more than "dotted quarter = 200/3", where the dotted quarter is not the beat.
    text = _scaled_text(old_text, ratio, keeps_notes=False)
    if song_of(_values(text))[0] == changed:
        return text
    text = _scaled_text(old_text, ratio, keeps_notes=True)
    back, faults = song_of(_values(text))
    if back is None:
        raise ValueError(f"At {tempo} the song would not be right: {faults[0].sentence}")
    return text


def _scaled_text(old_text: str, ratio: Fraction, *, keeps_notes: bool) -> str:
    """Return the text with every tempo `ratio` times as fast.

    Without `keeps_notes` one that is a decimal number of quarters, and none of its note, counts
    quarters from then on.
    """
    document = tomlkit.parse(old_text)
    _scale(document, ratio, keeps_notes=keeps_notes)
    for section in document.get("section", []):
        _scale(section, ratio, keeps_notes=keeps_notes)
    return document.as_string()


def _values(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=exact_decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The song file is not TOML, and is not changed: {error}.") from error


def _scale(table: MutableMapping[str, Any], ratio: Fraction, *, keeps_notes: bool) -> None:
    """Scale every tempo of a table of the file, of its ramps, and of its changes."""
    for key in _TEMPOS:
        value = table.get(key)
        if isinstance(value, dict):
            _scale(value, ratio, keeps_notes=keeps_notes)
        elif isinstance(value, list):
            for entry in value:
                _scale(entry, ratio, keeps_notes=keeps_notes)
        elif value is not None:
            table[key] = _scaled(value, ratio, keeps_notes=keeps_notes)
            _remark(table, key)


def _scaled(value: Item, ratio: Fraction, *, keeps_notes: bool) -> Item:
    """Return one tempo `ratio` times as fast."""
    if not isinstance(value, str):
        number = Fraction(value) if isinstance(value, int) else Fraction(value.as_string())
        return tomlkit.value(number_toml(number * ratio))
    match = _NOTE.fullmatch(value)
    counted = exact_number(match["number"] if match else value)
    if counted is None:
        return value
    if match is None:
        return tomlkit.value(number_toml(counted * ratio))
    count = counted * ratio
    ticks = note_ticks(match["note"].partition("=")[0]) or TICKS_PER_QUARTER
    quarters = decimal_text(count * ticks / TICKS_PER_QUARTER)
    if quarters is not None and decimal_text(count) is None and not keeps_notes:
        return tomlkit.value(quarters)
    return tomlkit.string(f"{match['note']}{number_text(count)}{match['rest']}")


def _remark(table: MutableMapping[str, Any], key: str) -> None:
    """Say beside a fraction what it is about, where nothing else is said there."""
    item = table[key]
    is_on_its_own_line = isinstance(table, (TOMLDocument, Table))
    if is_on_its_own_line and not item.trivia.comment and (remark := about(str(item))):
        item.comment(remark)
