"""The nearest guess at a mistyped word, as the end of an error's sentence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest_word(found: str, allowed: Iterable[str]) -> str:
    """Return ` Did you mean "…"?` for the closest of `allowed`, or nothing where none is close."""
    close = get_close_matches(found, list(allowed), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
