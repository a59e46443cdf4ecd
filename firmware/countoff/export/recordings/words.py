"""Passes, lengths and lists in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.values import Pass

MOST_NAMED = 6
"""How many a sentence names."""


def described(found: Pass) -> str:
    """Return a pass in a few words: 12 tracks, 3:41.2, at 1:00:10."""
    count = len(found.tracks)
    tracks = f"{count} tracks" if count != 1 else f"{found.tracks[0].name} alone"
    place = "" if found.place_s is None else f", at {length_words(found.place_s)}"
    return f"{tracks}, {length_words(found.length_s)}{place}"


def length_words(seconds: float) -> str:
    """Return a length as people say it: 0:07.4, 3:41.2, 1:02:03.0."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02}.{rest % 10}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def either(words: Sequence[str]) -> str:
    """Return words as a choice: P1, P2 or P3."""
    return _listed(words, "or")


def all_of(words: Sequence[str]) -> str:
    """Return words as a list: P1, P2 and P3."""
    return _listed(words, "and")


def _listed(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
