"""Reading a line of words against a table of forms, and saying what was expected where none fits.

Pure. A form is a pattern such as `press PEDAL [COUNT times in LENGTH]`: small words stand for
themselves, capitals are slots that read a value, and what is in brackets may be left out. Of all
forms the one that fits furthest says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countoff.core.nearest import nearest_word

Reader = Callable[[Sequence[str], int], tuple[Any, int]]
"""Reads a value from words at an index; returns it and the index after it, or raises MisreadError."""

_WORD = re.compile(r'"[^"]*"|,|[^\s,"]+|"')
_PIECE = re.compile(r"[\[\]]|[^\s\[\]]+")


class MisreadError(ValueError):
    """What was expected at a word and not found; `guesses` are words that would have been right."""

    def __init__(self, index: int, expected: str, guesses: Sequence[str] = ()) -> None:
        super().__init__(expected)
        self.index = index
        self.expected = expected
        self.guesses = tuple(guesses)


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that can be said; `build` makes it of the slots' values, None for those left out."""

    pattern: str
    build: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Stands where an optional slot was left out."""


_Element = str | _LeftOut


def words_of(text: str) -> list[str]:
    """Split a line into words, quoted text and commas; a remark after # is left out."""
    words = []
    for word in _WORD.findall(text):
        if word.startswith("#"):
            break
        words.append(word)
    return words


def read_one(
    forms: Sequence[Form],
    slots: Mapping[str, Reader],
    words: Sequence[str],
    start: int,
    *,
    to_end: bool = True,
) -> tuple[Any, int]:
    """Read what one of `forms` says from `words[start:]`; return it and the index after it.

    `to_end` where nothing may follow. Raises MisreadError, of the forms that fit furthest.
    """
    misreads: list[MisreadError] = []
    for form in forms:
        for elements in _ways(form.pattern, slots):
            try:
                values, index = _read_elements(elements, slots, words, start)
                if to_end:
                    _require_end(words, index)
                return form.build(*values), index
            except MisreadError as misread:
                misreads.append(misread)
    raise _furthest(misreads)


def sentence_of(misread: MisreadError, words: Sequence[str]) -> str:
    """Say what was expected, what was found, and what was probably meant."""
    if misread.index >= len(words):
        return f"expected {misread.expected}; found the end of the line."
    found = words[misread.index]
    shown = found if found.startswith('"') else f'"{found}"'
    guess = nearest_word(found.strip('"').lower(), misread.guesses)
    return f"expected {misread.expected}; found {shown}.{guess}"


def one_of(what: str, choices: Mapping[str, object]) -> Reader:
    """Return a reader of one of `choices`, which may be several words long each."""
    listed = _either(list(choices))
    by_words = sorted(choices, key=lambda choice: -len(choice.split()))

    def read(words: Sequence[str], index: int) -> tuple[Any, int]:
        for choice in by_words:
            wanted = choice.split()
            found = [word.lower() for word in words[index : index + len(wanted)]]
            if found == wanted:
                return choices[choice], index + len(wanted)
        raise MisreadError(index, f"{what} ({listed})", tuple(choices))

    return read


def matching(what: str, pattern: str, make: Callable[[str], Any]) -> Reader:
    """Return a reader of one word that is like `pattern` and that `make` accepts."""
    form = re.compile(pattern)

    def read(words: Sequence[str], index: int) -> tuple[Any, int]:
        if index < len(words) and form.fullmatch(words[index]):
            try:
                return make(words[index]), index + 1
            except ValueError as reason:
                raise MisreadError(index, f"{what} ({reason})") from reason
        raise MisreadError(index, what)

    return read


def listed(item: Reader, separator: str | None) -> Reader:
    """Return a reader of one or more items, with `separator` between them, or with nothing."""

    def read(words: Sequence[str], index: int) -> tuple[Any, int]:
        value, index = item(words, index)
        values = [value]
        while index < len(words):
            if separator is not None:
                if words[index] != separator:
                    break
                index += 1
            value, index = item(words, index)
            values.append(value)
        return tuple(values), index

    return read


def literal(words: Sequence[str], index: int, wanted: str) -> int:
    """Return the index after the word `wanted`. Raises MisreadError where another one is there."""
    if index < len(words) and words[index].lower() == wanted:
        return index + 1
    raise MisreadError(index, f'"{wanted}"', (wanted,))


def _read_elements(
    elements: Sequence[_Element], slots: Mapping[str, Reader], words: Sequence[str], index: int
) -> tuple[list[Any], int]:
    values: list[Any] = []
    for element in elements:
        if isinstance(element, _LeftOut):
            values.append(None)
        elif element in slots:
            value, index = slots[element](words, index)
            values.append(value)
        else:
            index = literal(words, index, element)
    return values, index


def _require_end(words: Sequence[str], index: int) -> None:
    if index < len(words):
        raise MisreadError(index, "the end of the line")


def _ways(pattern: str, slots: Mapping[str, Reader]) -> list[list[_Element]]:
    """Return every way of saying `pattern`, with its optional parts and without, longest first."""
    ways: list[list[_Element]] = [[]]
    optional: list[str] | None = None
    for piece in _PIECE.findall(pattern):
        if piece == "[":
            optional = []
        elif piece == "]":
            part = optional or []
            without: list[_Element] = [_LeftOut() for word in part if word in slots]
            ways = [[*way, *more] for way in ways for more in (part, without)]
            optional = None
        elif optional is not None:
            optional.append(piece)
        else:
            ways = [[*way, piece] for way in ways]
    return ways


def _furthest(misreads: Sequence[MisreadError]) -> MisreadError:
    index = max(misread.index for misread in misreads)
    furthest = [misread for misread in misreads if misread.index == index]
    expected = list(dict.fromkeys(misread.expected for misread in furthest))
    guesses = tuple(guess for misread in furthest for guess in misread.guesses)
    return MisreadError(index, _either(expected), guesses)


def _either(choices: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))
