"""The values of a song file's other keys: each read exactly, or its fault told. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from countoff.config.problems import either, quoted
from countoff.core.nearest import nearest_word
from countoff.core.section import PATTERN_VOICES, Subdivision
from countoff.core.tempo import MOST_BEATS_PER_BAR, NOTE_VALUES, Meter
from countoff.songs import note_names
from countoff.songs.numbers import exact_number, whole_number

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.songs.faults import Spot

LONGEST_SONG_BARS: Final = 9999
MOST_REPEATS: Final = 99
MOST_CHARACTERS: Final = 80
MOST_CHARACTERS_OF_NOTES: Final = 2000
SOFTEST_DB: Final = -40
LOUDEST_DB: Final = 6

SUBDIVISIONS: Final = {
    "none": Subdivision.NONE,
    "8th": Subdivision.EIGHTH,
    "triplet": Subdivision.TRIPLET,
    "16th": Subdivision.SIXTEENTH,
    "auto": Subdivision.AUTO,
}

_METER: Final = re.compile(r"(\d{1,3}) ?/ ?(\d{1,3})")
_GROUPING: Final = re.compile(r"\d{1,2}(?: ?\+ ?\d{1,2})*")
_PICK_UP: Final = re.compile(r"(?:(?P<number>[\d./ ]*[\d.]) )?(?P<note>.*[a-z])")
_TIMES: Final = re.compile(r"(?P<name>.*\S) ?x ?(?P<times>\d{1,4})")


def read_line(value: object, spot: Spot, *, can_be_empty: bool = False) -> str | None:
    """Read a name or a title: some characters on one line."""
    is_line = isinstance(value, str) and len(value) <= MOST_CHARACTERS and _is_line(value)
    if isinstance(value, str) and is_line and (value.strip() or can_be_empty):
        return value
    how_many = f"{'at most' if can_be_empty else '1 to'} {MOST_CHARACTERS}"
    spot.wrong(value, f"{how_many} characters of text in quotes, on one line")
    return None


def read_remark(value: object, spot: Spot) -> str | None:
    """Read what may be left empty: the artist, the key."""
    return read_line(value, spot, can_be_empty=True)


def read_notes(value: object, spot: Spot) -> str | None:
    """Read the notes for the screen, which may have several lines."""
    if isinstance(value, str) and len(value) <= MOST_CHARACTERS_OF_NOTES:
        lines = value.expandtabs().split("\n")
        if all(_is_line(line) for line in lines):
            return value
    spot.wrong(value, f"at most {MOST_CHARACTERS_OF_NOTES} characters of text in quotes")
    return None


def read_meter(value: object, spot: Spot) -> Meter | None:
    """Read a meter such as 7/8."""
    match = _METER.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        beats_per_bar, note_value = int(match[1]), int(match[2])
        if 1 <= beats_per_bar <= MOST_BEATS_PER_BAR and note_value in NOTE_VALUES:
            return Meter(beats_per_bar, note_value)
    values = "/".join(str(note_value) for note_value in NOTE_VALUES)
    spot.wrong(value, f'a meter such as "7/8": 1 to {MOST_BEATS_PER_BAR} beats of {values}')
    return None


def read_grouping(value: object, spot: Spot) -> tuple[int, ...] | None:
    """Read how a bar's notes are grouped, such as 2+2+3."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if _GROUPING.fullmatch(text):
        groups = tuple(int(group) for group in text.split("+"))
        if all(groups):
            return groups
    spot.wrong(value, 'groups such as "2+2+3", which add up to the upper number of the meter')
    return None


def read_flag(value: object, spot: Spot) -> bool | None:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    guess = f" Did you mean {word}, without quotes?" if word in {"true", "false"} else ""
    spot.wrong(value, "true or false", guess)
    return None


def read_subdivision(value: object, spot: Spot) -> Subdivision | None:
    """Read what clicks between the beats."""
    if isinstance(value, str) and value in SUBDIVISIONS:
        return SUBDIVISIONS[value]
    guess = nearest_word(value.lower(), SUBDIVISIONS) if isinstance(value, str) else ""
    spot.wrong(value, either([quoted(word) for word in SUBDIVISIONS]), guess)
    return None


def read_bars(value: object, spot: Spot) -> int | None:
    """Read a length in bars."""
    bars = whole_number(value)
    if bars is not None and 1 <= bars <= LONGEST_SONG_BARS:
        return bars
    spot.wrong(value, f"a whole number of bars from 1 to {LONGEST_SONG_BARS}")
    return None


def read_repeat(value: object, spot: Spot) -> int | None:
    """Read how many times a section is played in a row."""
    times = whole_number(value)
    if times is not None and 1 <= times <= MOST_REPEATS:
        return times
    spot.wrong(value, f"a whole number from 1 to {MOST_REPEATS}: how often it is played")
    return None


def read_level(value: object, spot: Spot) -> float | None:
    """Read a level in dB."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        level = exact_number(value)
        if level is not None and SOFTEST_DB <= level <= LOUDEST_DB:
            return float(value)
    spot.wrong(
        value,
        f"a number from {SOFTEST_DB} to {LOUDEST_DB} (dB against the song's click); click = false"
        " is silent",
    )
    return None


def read_pattern(value: object, spot: Spot) -> str | None:
    """Read what each beat of the bar sounds like: X.x."""
    letters = "".join(value.split()) if isinstance(value, str) else ""
    if letters and set(letters) <= set(PATTERN_VOICES):
        return letters
    spot.wrong(value, 'one letter a beat, such as "X.x.": X accent, x beat, a dot for silence')
    return None


def read_pick_up(value: object, spot: Spot) -> PickUp | None:
    """Read the pick-up: beats, or so many of a named note."""
    if isinstance(value, str):
        text = " ".join(value.lower().split())
        match = _PICK_UP.fullmatch(text)
        number, note = (match["number"], match["note"]) if match else (text, "beats")
        count = exact_number("1" if number is None else number)
        ticks = 0 if note in {"beat", "beats"} else _note_ticks(note)
        guess = "" if ticks is not None else note_names.nearest_note(note)
    else:
        count, ticks, guess = exact_number(value), 0, ""
    if count is not None and count >= 0 and ticks is not None:
        return count, ticks
    spot.wrong(
        value,
        'beats or notes, such as 1, "2 beats", "3 8ths" or "dotted quarter", less than a bar',
        guess,
    )
    return None


PickUp = tuple["Fraction", int]
"""So many of the note that is so many ticks long; 0 ticks for the section's beat."""


def _note_ticks(note: str) -> int | None:
    ticks = note_names.note_ticks(note)
    # "3 8ths", "2 quarters", "2 halves".
    singular = "half" if note == "halves" else note.removesuffix("s").replace("halve", "half")
    return note_names.note_ticks(singular) if ticks is None else ticks


def read_form(value: object, spot: Spot) -> tuple[str, ...] | None:
    """Read the names of the sections in the order in which they are played."""
    allowed = 'a list of section names such as ["Verse", "Chorus", "Verse", "Chorus x2"]'
    if not isinstance(value, list) or not value:
        spot.wrong(value, allowed)
        return None
    names = [name for name in value if isinstance(name, str) and name.strip()]
    if len(names) < len(value):
        spot.wrong(value, allowed)
        return None
    return tuple(names)


def times_in(name: str) -> tuple[str, int]:
    """Return `Chorus` and 2 for `Chorus x2`; a name alone is played once."""
    match = _TIMES.fullmatch(name)
    return (match["name"], int(match["times"])) if match else (name, 1)


def _is_line(text: str) -> bool:
    """Tell whether no control character is in it, of which a screen could make nothing."""
    return all(character >= " " and not "\x7f" <= character <= "\x9f" for character in text)
