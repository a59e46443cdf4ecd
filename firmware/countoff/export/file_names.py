"""What a file is called that is made for a song. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# What one file system or another does not take, and what would lead into another folder.
_REFUSED: Final = frozenset('/\\:*?"<>|')
_MOST_BYTES: Final = 120


def file_names(titles: Sequence[str], suffix: str) -> list[str]:
    """Return a file name for each title, no two of them the same in whatever capitals."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        stem = _stem(title)
        name, again = f"{stem}{suffix}", 2
        while name.casefold() in taken:
            name, again = f"{stem} ({again}){suffix}", again + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _stem(title: str) -> str:
    plain = unicodedata.normalize("NFC", title)
    signs = ("-" if sign in _REFUSED or not sign.isprintable() else sign for sign in plain)
    stem = "".join(signs).encode()[:_MOST_BYTES].decode(errors="ignore")
    # A dot in front hides a file, and one at the end is lost on some systems.
    return stem.strip(" .") or "song"
