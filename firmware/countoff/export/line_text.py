"""People's words as one line of a file that other programs read. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

# What controls something, ends a line, or is no sign at all.
_NOT_WRITTEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NO_SIGNS: Final = frozenset({"\ufffe", "\uffff"})


def one_line(text: str) -> str:
    """Return a text with a space for whatever ends a line, or cannot stand in a file; letters stay."""
    return "".join(
        " " if unicodedata.category(sign) in _NOT_WRITTEN or sign in _NO_SIGNS else sign
        for sign in text
    )
