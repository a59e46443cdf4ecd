"""Text that every reader shows the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.export.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Réfrain", "Refrain"), ("Ærø Größe", "AEro Grosse"), ("F♯ \u2013 “Łódź…”", 'F# - "Lodz..."'),
     (" a \t b\n", "a b"), ("サビ 2", "?? 2"), ("", ""), ("ﬁn", "fin")],
)  # fmt: skip
def test_letters_lose_their_accents(text: str, plain: str) -> None:
    """What has no plain letter is a question mark; blanks are single."""
    assert plain_text(text) == plain


@given(st.text())
@settings(deadline=None)
def test_any_text_becomes_printable_ascii_once_and_for_all(text: str) -> None:
    """Plain text of plain text is the same."""
    plain = plain_text(text)
    assert plain.isascii()
    assert plain == "" or plain.isprintable()
    assert plain_text(plain) == plain
