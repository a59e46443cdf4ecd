"""The nearest guess at a mistyped word, as the end of an error's sentence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest_word(found: str, allowed: Iterable[str]) -> str:
    """Return ` Did you mean "…"?` for the closest of `allowed`, or nothing where none is close."""
    close = closest_word(found, allowed)
    return f' Did you mean "{close}"?' if close else ""


def closest_word(found: str, allowed: Iterable[str]) -> str:
    """Return the closest of `allowed`, or an empty text where none is close.

    One with just these letters comes first: two of them were swapped.
    """
    close = get_close_matches(found, list(allowed))
    swapped = [word for word in close if sorted(word) == sorted(found)]
    return (swapped or close or [""])[0]
