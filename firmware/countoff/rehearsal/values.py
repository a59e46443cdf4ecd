"""The values that a script is written in: times, lengths, places, tempos, levels, names. Pure.

Each is read by a reader, as `grammar` wants it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.tempo import Tempo
from countoff.rehearsal.grammar import MisreadError, Reader, literal, matching, one_of
from countoff.rehearsal.statements import Place, TakeName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.daw.profile import Profile

_NS_PER_SECOND = 1_000_000_000
# What a script can say of tempo and length.
_SLOWEST_QUARTERS_PER_MINUTE = 10
_FASTEST_QUARTERS_PER_MINUTE = 999
MOST_BARS = 9999


def read_time(words: Sequence[str], index: int) -> tuple[int, int]:
    """Read 1.5, 1.5 s, 12:30 or 1:00:00 as ns from the beginning."""
    if index < len(words) and ":" in words[index]:
        parts = words[index].split(":")
        if len(parts) <= 3 and all(part.replace(".", "", 1).isdigit() for part in parts):
            seconds = Decimal(0)
            for part in parts:
                seconds = 60 * seconds + Decimal(part)
            return int(seconds * _NS_PER_SECOND), index + 1
    try:
        return read_length(words, index, default_unit="s")
    except MisreadError as misread:
        raise MisreadError(misread.index, "a time such as 1.5, 12:30 or 1:00:00") from None


_UNITS_NS = {"s": _NS_PER_SECOND, "ms": _NS_PER_SECOND // 1000, "min": 60 * _NS_PER_SECOND}


def read_length(
    words: Sequence[str], index: int, default_unit: str | None = None
) -> tuple[int, int]:
    """Read 0.7 s, 700 ms or 2 min as ns."""
    expected = "a length such as 0.7 s, 20 ms or 2 min"
    if index >= len(words):
        raise MisreadError(index, expected)
    number = words[index].rstrip("smin")
    unit = words[index][len(number) :]
    index += 1
    if not unit and index < len(words) and words[index].lower() in _UNITS_NS:
        unit = words[index].lower()
        index += 1
    unit = unit or default_unit or ""
    if not number.replace(".", "", 1).isdigit():
        raise MisreadError(index - 1, expected)
    if unit not in _UNITS_NS:
        raise MisreadError(index, "a unit (s, ms or min)", tuple(_UNITS_NS))
    return int(Decimal(number) * _UNITS_NS[unit]), index


def read_place(words: Sequence[str], index: int) -> tuple[Place, int]:
    """Read 12.1, 12 (its first beat), or 12.1 pass 3 as a place."""
    place, index = _bar_beat(words, index)
    if index < len(words) and words[index].lower() == "pass":
        pass_number, index = number_from(1, MOST_BARS)(words, index + 1)
        return replace(place, pass_number=pass_number), index
    return place, index


def _place(word: str) -> Place:
    bar, _, beat = word.partition(".")
    if beat and int(beat) < 1:
        raise ValueError("beats count from 1")
    return Place(int(bar), int(beat or 1))


def _tempo(word: str) -> Tempo:
    value = Decimal(word)
    slowest, fastest = _SLOWEST_QUARTERS_PER_MINUTE, _FASTEST_QUARTERS_PER_MINUTE
    if not slowest <= value <= fastest:
        raise ValueError(f"from {slowest} to {fastest} quarter notes a minute")
    return Tempo(Fraction(value))


def number_from(lowest: int, highest: int) -> Reader:
    """Return a reader of a whole number within limits."""

    def within(word: str) -> int:
        if not lowest <= int(word) <= highest:
            raise ValueError(f"from {lowest} to {highest}")
        return int(word)

    return matching("a whole number", r"\d+", within)


def read_db(words: Sequence[str], index: int) -> tuple[int, int]:
    """Read -4 dB as a whole number."""
    if index < len(words):
        number = words[index].lower().removesuffix("db")
        if number.lstrip("+-").isdigit():
            after = index + 1
            if number == words[index].lower():
                after = literal(words, after, "db")
            return int(number), after
    raise MisreadError(index, "a level such as -4 dB")


def read_take_name(words: Sequence[str], index: int) -> tuple[TakeName, int]:
    """Read take 2, or take 2 of "Song"."""
    index = literal(words, index, "take")
    number, index = read_count(words, index)
    if index + 1 < len(words) and words[index].lower() == "of" and words[index + 1][0] == '"':
        song, index = read_text(words, index + 1)
        return TakeName(number, song), index
    return TakeName(number), index


def read_point(words: Sequence[str], index: int) -> tuple[int | Place, int]:
    """Read bar 12.1 as a place, or 1.5 as ns."""
    if index < len(words) and words[index].lower() == "bar":
        return read_place(words, index + 1)
    try:
        return read_time(words, index)
    except MisreadError:
        raise MisreadError(index, "a place such as bar 12.1 or a time such as 1.5") from None


def read_meaning(words: Sequence[str], index: int) -> tuple[str, int]:
    """Read what the DAW is told, a locate with its place."""
    meaning, index = _plain_meaning(words, index)
    if meaning != "locate":
        return str(meaning), index
    place_ns, index = read_time(words, index)
    minutes, seconds = divmod(place_ns // _NS_PER_SECOND, 60)
    return f"locate {minutes // 60:02}:{minutes % 60:02}:{seconds:02}", index


def read_profile_key(words: Sequence[str], index: int) -> tuple[Profile, int]:
    """Read the word of a DAW's profile, such as reaper."""
    # Here and not above: most scripts have no such DAW, and reading profiles is not cheap.
    from countoff.daw.finding import ProfileNotFoundError, find_profile  # noqa: PLC0415

    if index >= len(words):
        raise MisreadError(index, "a profile of a DAW such as reaper")
    try:
        return find_profile(words[index], None), index + 1
    except ProfileNotFoundError as reason:
        raise MisreadError(index, f"a profile of a DAW ({reason})") from reason


def read_seconds(words: Sequence[str], index: int) -> tuple[int, int]:
    """Read a time as whole seconds."""
    at_ns, index = read_time(words, index)
    return at_ns // _NS_PER_SECOND, index


_bar_beat = matching("a place such as 12.1 (bar and beat)", r"-?\d+(\.\d+)?", _place)
read_tempo = matching("a tempo such as 92.5", r"\d+(\.\d+)?", _tempo)
read_count = matching("a whole number", r"\d+", int)
read_file = matching(
    "a song file such as kingdom.toml", r'"?[^"]+\.toml"?', lambda word: word.strip('"')
)
read_text = matching('a text in quotes such as "Verse"', r'"[^"]+"', lambda word: word.strip('"'))
_plain_meaning = one_of(
    "what the DAW is told",
    {
        "record exit": "record exit",
        "record": "record",
        "stop": "stop",
        "locate": "locate",
        "marker": "marker",
        "play": "play",
    },
)
