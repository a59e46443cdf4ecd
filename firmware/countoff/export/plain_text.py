"""Text in ASCII, for formats whose readers agree on nothing else. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

# What Unicode does not take apart. By number, where a sign looks like another.
_SPELLED: Final = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
        "♯": "#", "♭": "b", "…": "...",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2013": "-", "\u2014": "-", "\u00d7": "x", "\u0131": "i",
    }
)  # fmt: skip


def plain_text(text: str) -> str:
    """Return `text` in printable ASCII: letters lose their accents, and what has none is a `?`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    plain = "".join(
        letter if " " <= letter <= "~" else " " if letter.isspace() else "?" for letter in letters
    )
    return " ".join(plain.split())
