"""Names for sections of which not all have one, and some have the same. Pure."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from countoff.songs.playing_order import pass_names
from countoff.songs.values import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOM_FOR_A_NUMBER = len(" (500)")


def section_names(given: Sequence[str]) -> list[str]:
    """Return a name for each section, no two alike: `Section 1`, `Verse 1`, `Verse 1 (2)`, `Verse 2`.

    Those that have the same are numbered, as the passes of a song file are. One without a name goes
    on with the one before it; the first ones, with none before them, are sections.
    """
    passes = pass_names([name for name in given if name])
    taken = set(passes)
    named = iter(passes)
    names: list[str] = []
    current = ""
    for name in given:
        if name:
            current = next(named)
            names.append(current)
            continue
        stem = current[: MOST_CHARACTERS - _ROOM_FOR_A_NUMBER].rstrip()
        numbered = (f"{stem} ({part})" if stem else f"Section {part - 1}" for part in count(2))
        names.append(next(each for each in numbered if each not in taken))
        taken.add(names[-1])
    return names
