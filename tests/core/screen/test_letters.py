from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.screen.lettering import lettered
from countoff.core.screen.letters import Alphabet, bold, small

PRINTABLE = [chr(code) for code in range(33, 127)]
ALPHABETS = st.sampled_from([small, bold]).map(lambda alphabet: alphabet())


def test_small_alphabet_has_all_of_ascii() -> None:
    """Every printable character has a glyph, and no two look alike."""
    shapes = {(small().glyphs[c].shape, small().render(c).tobytes()) for c in PRINTABLE}
    # Trimmed to their ink, ' and , and ` still differ by the row they stand in.
    assert len(shapes) == len(PRINTABLE)


def test_bold_alphabet_has_all_of_ascii_in_capitals() -> None:
    """Every printable character has a glyph; small letters are drawn as capitals."""
    assert "□" not in bold().fold("".join(PRINTABLE))
    assert np.array_equal(bold().render("verse 2"), bold().render("VERSE 2"))
    capitals = [c for c in PRINTABLE if c not in string.ascii_lowercase]
    shapes = {(bold().glyphs[c].shape, bold().render(c).tobytes()) for c in capitals}
    assert len(shapes) == len(capitals)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Señal", "Senal"),
        ("Für Elise", "Fur Elise"),
        ("Smørrebrød", "Smorrebrod"),
        ("Straße", "Strasse"),
        ("Don\u2019t", "Don't"),
        ("one\u2013two", "one-two"),
        ("ﬁne", "fine"),
        ("歌", "□"),
        ("a\tb\u00a0c", "a b c"),
    ],
)
def test_folding(written: str, shown: str) -> None:
    """Accents are dropped and typographic signs made plain; what stays unknown is a box."""
    assert small().fold(written) == shown


@given(ALPHABETS, st.text(max_size=60))
def test_width_is_what_is_rendered(alphabet: Alphabet, text: str) -> None:
    """A text is exactly as wide as it says, and as high as its alphabet."""
    assert alphabet.render(text).shape == (alphabet.height, alphabet.width(text))


@given(ALPHABETS, st.text(max_size=60), st.integers(min_value=12, max_value=126))
def test_fit_never_exceeds(alphabet: Alphabet, text: str, width: int) -> None:
    """A fitted text is no wider than allowed, is untouched where it fits, and else ends with …."""
    fitted = alphabet.fit(text, width)
    assert alphabet.width(fitted) <= width
    if alphabet.width(text) <= width:
        assert fitted == text
    else:
        assert fitted.endswith("…")
        assert text.startswith(fitted[:-1])


@given(st.text(alphabet=string.ascii_letters + string.digits + " .,:/-+&'!?()#", max_size=20))
def test_lettering_covers_titles(text: str) -> None:
    """Letters, digits and the usual signs can be drawn at any size."""
    mask = lettered(text, 17, 3)
    assert mask is not None
    assert mask.shape[0] == 17


def test_lettering_says_what_it_cannot_draw() -> None:
    """A letter without strokes gives None, so that a smaller alphabet takes over."""
    assert lettered("A*B", 17, 3) is None


@pytest.mark.parametrize(("height", "stroke"), [(12, 2), (18, 3), (39, 7), (52, 9)])
def test_numerals_fill_their_height_and_differ(height: int, stroke: int) -> None:
    """Each numeral reaches from the first row to the last, and no two are the same."""
    masks = [lettered(digit, height, stroke) for digit in string.digits]
    for mask in masks:
        assert mask is not None
        assert mask[0].any()
        assert mask[-1].any()
        assert mask[:, 0].any()
        assert mask[:, -1].any()
    assert len({(mask.shape, mask.tobytes()) for mask in masks if mask is not None}) == 10
