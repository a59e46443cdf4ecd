from __future__ import annotations

import base64
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from countoff.panel import dots

SIZE = (128, 64)
PICTURES = st.binary(min_size=1024, max_size=1024)
# Where the dots of a braille cell are, by their number: column, row.
BRAILLE_PLACES = {
    "1": (0, 0),
    "2": (0, 1),
    "3": (0, 2),
    "4": (1, 0),
    "5": (1, 1),
    "6": (1, 2),
    "7": (0, 3),
    "8": (1, 3),
}


def picture(packed: bytes) -> Image.Image:
    """Return the picture as Pillow sees it."""
    return Image.frombytes("1", SIZE, packed)


@given(PICTURES)
def test_braille_shows_every_dot(packed: bytes) -> None:
    """The dots that Unicode's own names give to each character are those of the picture."""
    lines = dots.braille(dots.rows(base64.b64encode(packed).decode()))

    shown = Image.new("1", SIZE)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            name = unicodedata.name(character)
            numbers = "" if name.endswith("BLANK") else name.rpartition("-")[2]
            for number in numbers:
                across, down = BRAILLE_PLACES[number]
                shown.putpixel((2 * x + across, 4 * y + down), 1)
    assert (len(lines), {len(line) for line in lines}) == (16, {64})
    assert shown.tobytes() == packed


@given(PICTURES)
def test_half_blocks_show_every_dot(packed: bytes) -> None:
    """Upper, lower, full and no block are the two dots of each cell."""
    lines = dots.half_blocks(dots.rows(base64.b64encode(packed).decode()))

    shown = Image.new("1", SIZE)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            shown.putpixel((x, 2 * y), character in "▀█")
            shown.putpixel((x, 2 * y + 1), character in "▄█")
    assert (len(lines), {len(line) for line in lines}) == (32, {128})
    assert shown.tobytes() == packed


def test_no_picture_is_all_dark() -> None:
    """A daemon that has drawn nothing yet shows a dark screen."""
    assert set("".join(dots.half_blocks(dots.rows("")))) == {" "}


def test_a_picture_of_another_size_is_refused() -> None:
    """A picture that is not this screen's is an error that says what was found."""
    with pytest.raises(ValueError, match="1024 bytes; found 3"):
        dots.rows(base64.b64encode(b"abc").decode())
