"""Names for sections of which not all have one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def section_names(given: Sequence[str]) -> list[str]:
    """Return a name for each section: one without goes on with the one before, as `Verse 2`.

    Without any name before it, it is `Section 1` and so on. No name is made that is given already.
    """
    taken = set(given)
    names: list[str] = []
    stem, part = "Section", 0
    for name in given:
        if name:
            stem, part = name, 1
            names.append(name)
            continue
        part += 1
        while f"{stem} {part}" in taken:
            part += 1
        names.append(f"{stem} {part}")
    return names
