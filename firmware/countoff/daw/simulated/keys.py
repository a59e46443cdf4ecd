"""What somebody who sits before the simulated DAW can do, a word each: keys and lines are these. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.nearest import nearest_word
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from collections.abc import Iterable


class Word(NamedTuple):
    """Something to do: its key in the terminal, and what it says there."""

    word: str
    key: str
    says: str
    ask: Ask | None = None


WORDS: Final = (
    Word("space", "space", "play / stop", Ask.SPACE),
    Word("record", "r", "record", Ask.RECORD),
    Word("stop", "s", "stop", Ask.STOP),
    Word("pause", "u", "pause", Ask.PAUSE),
    Word("marker", "m", "marker", Ask.MARKER),
    Word("locate", "l", "to 00:00:00", Ask.LOCATE),
    Word("deaf", "d", "deaf"),
    Word("refuse", "f", "refuses"),
    Word("late", "a", "late"),
    Word("flood", "o", "flood"),
    Word("unplug", "p", "unplugged"),
    Word("crash", "x", "crash"),
    Word("quit", "q", "leave"),
)
"""In the order in which the terminal names them. Faults are switched on and off by the same word."""

_BY_WORD = {word.word: word for word in WORDS}


def find_word(text: str) -> Word:
    """Return the word that `text` is. Raises ValueError with a sentence."""
    found = _BY_WORD.get(text.strip().lower())
    if found is None:
        raise ValueError(
            f'"{text.strip()}" is nothing that a DAW\'s user does.'
            f"{nearest_word(text.strip().lower(), _BY_WORD)} There are: {_listed(_BY_WORD)}."
        )
    return found


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
