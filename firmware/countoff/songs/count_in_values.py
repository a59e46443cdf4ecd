"""What can be written after `count_in =`: bars, beats, words, or a table of them. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from countoff.core.count_in import NO_COUNT_IN, SILENT, TWO_BARS, CountIn
from countoff.core.nearest import nearest_word
from countoff.songs.numbers import whole_number
from countoff.songs.values import read_flag, read_meter

if TYPE_CHECKING:
    from countoff.songs.faults import Spot

MOST_COUNT_IN_BARS: Final = 8
MOST_COUNT_IN_BEATS: Final = 64

_ALLOWED: Final = (
    f'2 or "2 bars" (at most {MOST_COUNT_IN_BARS}), "4 beats" (at most {MOST_COUNT_IN_BEATS}),'
    ' words such as "1 . 2 . 1 2 3 4", "none",'
    ' or a table such as { bars = 2, rest = 1, meter = "4/4", half_time = true }'
)
_WORDS_ALLOWED: Final = (
    f'numbers and dots such as "1 . 2 . 1 2 3 4", at most {MOST_COUNT_IN_BEATS}; a dot is silent'
)
_LENGTHS: Final = ("bars", "beats", "words")
_KEYS: Final = (*_LENGTHS, "rest", "meter", "half_time")
_NONE: Final = "none"
_NUMBER: Final = re.compile(r"(\d{1,3})(?: (bar|beat)s?)?")
_WORD: Final = re.compile(r"[1-9]\d?|\.")


def read_count_in(value: object, spot: Spot) -> CountIn | None:
    """Read what stands after `count_in =`. None where there is a fault, which `spot` was told."""
    if isinstance(value, dict):
        return _table(value, spot)
    number_alone = whole_number(value)
    text = "" if number_alone is None else str(number_alone)
    if isinstance(value, str):
        text = " ".join(value.split())
    if text.lower() == _NONE:
        return NO_COUNT_IN
    match = _NUMBER.fullmatch(text.lower())
    if match is not None:
        number = int(match[1])
        if match[2] == "beat" and 1 <= number <= MOST_COUNT_IN_BEATS:
            return CountIn(bars=0, beats=number)
        if match[2] != "beat" and number <= MOST_COUNT_IN_BARS:
            return CountIn(bars=number)
    elif (words := _words(text)) is not None:
        return CountIn(bars=0, words=words)
    guess = nearest_word(text.lower(), [_NONE, "2 bars", "4 beats"])
    spot.wrong(value, _ALLOWED, guess if isinstance(value, str) else "")
    return None


def _words(text: str) -> tuple[str, ...] | None:
    words = tuple(text.split())
    if not 1 <= len(words) <= MOST_COUNT_IN_BEATS or set(words) == {SILENT}:
        return None
    return words if all(_WORD.fullmatch(word) for word in words) else None


def _table(value: dict[str, object], spot: Spot) -> CountIn | None:
    faults_before = len(spot.faults)
    spot.fields(value, _KEYS, _ALLOWED)
    lengths = [name for name in _LENGTHS if name in value]
    if len(lengths) > 1:
        spot.say(f"{spot.name} has {' and '.join(lengths)}; it must have one of them.")
    count_in = TWO_BARS
    for name in lengths:
        count_in = _length(name, value[name], spot.at(name)) or count_in
    if "rest" in value:
        rest_beats = whole_number(value["rest"])
        if rest_beats is None or not 0 <= rest_beats < MOST_COUNT_IN_BEATS:
            spot.at("rest").wrong(
                value["rest"], "a whole number: how many of the last beats are silent"
            )
        else:
            count_in = replace(count_in, rest_beats=rest_beats)
    if "meter" in value:
        count_in = replace(count_in, meter=read_meter(value["meter"], spot.at("meter")))
    if "half_time" in value:
        is_half_time = read_flag(value["half_time"], spot.at("half_time"))
        count_in = replace(count_in, is_half_time=bool(is_half_time))
    return count_in if len(spot.faults) == faults_before else None


def _length(name: str, value: object, spot: Spot) -> CountIn | None:
    if name == "words":
        words = _words(value) if isinstance(value, str) else None
        if words is None:
            spot.wrong(value, _WORDS_ALLOWED)
            return None
        return CountIn(bars=0, words=words)
    most = MOST_COUNT_IN_BARS if name == "bars" else MOST_COUNT_IN_BEATS
    number = whole_number(value)
    if number is None or not 1 <= number <= most:
        spot.wrong(value, f"a whole number from 1 to {most}")
        return None
    return CountIn(bars=number) if name == "bars" else CountIn(bars=0, beats=number)
