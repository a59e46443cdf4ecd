"""A song file key by key: what stands there, read value by value, nothing concluded yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from countoff.core.nearest import closest_word
from countoff.songs.count_in_values import read_count_in
from countoff.songs.tempo_values import TempoWritten, read_tempo
from countoff.songs.values import (
    PickUp,
    read_bars,
    read_flag,
    read_form,
    read_grouping,
    read_level,
    read_line,
    read_meter,
    read_notes,
    read_pattern,
    read_pick_up,
    read_remark,
    read_repeat,
    read_subdivision,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from countoff.core.count_in import CountIn
    from countoff.core.section import Subdivision
    from countoff.core.tempo import Meter
    from countoff.songs.faults import Spot

SECTION: Final = "section"

SECTION_KEYS: Final[dict[str, Callable[[object, Spot], object]]] = {
    "name": read_line,
    "bars": read_bars,
    "meter": read_meter,
    "grouping": read_grouping,
    "tempo": read_tempo,
    "level": read_level,
    "click": read_flag,
    "subdivision": read_subdivision,
    "pattern": read_pattern,
    "repeat": read_repeat,
}
SONG_KEYS: Final[dict[str, Callable[[object, Spot], object]]] = {
    "title": read_line,
    "artist": read_remark,
    "key": read_remark,
    "notes": read_notes,
    "tempo": read_tempo,
    "meter": read_meter,
    "grouping": read_grouping,
    "count_in": read_count_in,
    "subdivision": read_subdivision,
    "click": read_flag,
    "pick_up": read_pick_up,
    "bars": read_bars,
    "form": read_form,
}
# What nobody hears: without it a song is better played than left out.
_REMARKS: Final = frozenset({"artist", "key", "notes"})
_KNOWN_OF_A_SONG: Final = (*SONG_KEYS, SECTION)
# What others call it.
_OTHER_WORDS: Final = {
    "bpm": "tempo",
    "time_signature": "meter",
    "signature": "meter",
    "length": "bars",
    "order": "form",
    "structure": "form",
    "volume": "level",
    "loop": "repeat",
    "name": "title",
    "label": "name",
}


@dataclass(frozen=True, slots=True)
class SectionWritten:
    """A `[[section]]` as it stands in the file; None where a key is not there or wrong.

    `faulty` holds the keys that are there and wrong: of these nothing can be concluded. Of a faulty
    list of tempo changes those that are right are there.
    """

    spot: Spot
    name: str | None = None
    bars: int | None = None
    meter: Meter | None = None
    grouping: tuple[int, ...] | None = None
    tempo: TempoWritten | None = None
    level: float | None = None
    click: bool | None = None
    subdivision: Subdivision | None = None
    pattern: str | None = None
    repeat: int | None = None
    faulty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SongWritten:
    """A song file as it stands; None where a key is not there or wrong, as in SectionWritten.

    `values` is what the file says, for a sentence to quote.
    """

    spot: Spot
    title: str | None = None
    artist: str | None = None
    key: str | None = None
    notes: str | None = None
    tempo: TempoWritten | None = None
    meter: Meter | None = None
    grouping: tuple[int, ...] | None = None
    count_in: CountIn | None = None
    subdivision: Subdivision | None = None
    click: bool | None = None
    pick_up: PickUp | None = None
    bars: int | None = None
    form: tuple[str, ...] | None = None
    sections: tuple[SectionWritten, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()

    def has(self, key: str) -> bool:
        """Tell whether the file has this key, right or wrong."""
        return key in self.values


def read_written(values: dict[str, Any], spot: Spot) -> SongWritten:
    """Read every key of the file; `spot` is told every fault."""
    read: dict[str, Any] = {}
    faulty = set()
    for name, value in values.items():
        if name in SONG_KEYS:
            faults_before = len(spot.faults)
            read[name] = SONG_KEYS[name](value, spot.at(name))
            if len(spot.faults) > faults_before:
                faulty.add(name)
        elif name != SECTION:
            home = f" {name} belongs to a [[section]]." if name in SECTION_KEYS else ""
            faulty |= _unknown(values, name, _KNOWN_OF_A_SONG, home, spot)
    sections = _sections(values[SECTION], spot) if SECTION in values else ()
    if sections is None:
        faulty.add(SECTION)
    return SongWritten(
        spot, **read, sections=sections or (), values=values, faulty=frozenset(faulty)
    )


def _sections(value: object, spot: Spot) -> tuple[SectionWritten, ...] | None:
    if isinstance(value, dict):
        spot.at(SECTION).say("[section] is not allowed; each one has two brackets: [[section]].")
        return None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        spot.at(SECTION).wrong(value, "tables, each of which begins with a line [[section]]")
        return None
    return tuple(_section(each, index, spot) for index, each in enumerate(value))


def _section(values: dict[str, Any], index: int, song_spot: Spot) -> SectionWritten:
    name = values.get("name")
    heading = name if isinstance(name, str) and name.strip() else f"section {index + 1}"
    spot = type(song_spot)(song_spot.faults, (SECTION, index), heading)
    read: dict[str, Any] = {}
    faulty = set()
    for key, value in values.items():
        if key in SECTION_KEYS:
            faults_before = len(spot.faults)
            read[key] = SECTION_KEYS[key](value, spot.at(key))
            if len(spot.faults) > faults_before:
                faulty.add(key)
        elif key == "bar":
            spot.at(key).say(
                f"bar = {value} is not allowed: a section does not say where it begins, but how long"
                " it is. Write bars = 16 for sixteen bars; the next section follows."
            )
            faulty.add("bars")
        else:
            home = (
                f" {key} belongs to the song: write it above the first [[section]]."
                if key in SONG_KEYS
                else ""
            )
            faulty |= _unknown(values, key, SECTION_KEYS, home, spot)
    return SectionWritten(spot, **read, faulty=frozenset(faulty))


def _unknown(
    values: dict[str, Any], name: str, known: Iterable[str], home: str, spot: Spot
) -> set[str]:
    """Tell of a key that nobody knows here; return the key that was meant, if that can be guessed.

    Whoever mistyped `meter` did not want a song in 4/4: what is nearly a key that is not there is
    a fault. `home` says where a key belongs that is known elsewhere; this, what is near nothing and
    what nobody hears are harmless.
    """
    known = tuple(known)
    other = _OTHER_WORDS.get(name.lower(), "")
    absent = [word for word in known if word not in values]
    if other in known:
        guess, meant = other, other if other in absent else ""
    else:
        guess = meant = "" if home else closest_word(name.lower(), absent)
    advice = f' Did you mean "{guess}"?' if guess else home
    is_harmless = not meant or meant in _REMARKS
    spot.at(name).unknown(values[name], known, advice, is_harmless=is_harmless)
    return set() if is_harmless else {meant}
