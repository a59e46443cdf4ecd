"""What several pages are furnished with: headings, strips, lines of text, the row of beats.

Pure: any thread. Every function paints on the canvas it is given.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.lettering import lettered
from countoff.core.screen.letters import bold, small
from countoff.core.screen.marks import corner_left

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.letters import Alphabet
    from countoff.core.screen.view import ScreenView

PILL_HEIGHT: Final = 12

_BEATS_HEIGHT: Final = 8
_BANNER_HEIGHT: Final = 22

# From the largest that a line may be lettered in to the smallest: height and stroke.
_LETTERING_SIZES: Final = ((20, 4), (17, 3), (14, 3))

_NUMBER_WEIGHT: Final = 0.175
_SMALLEST_NUMBER: Final = 12


def fitted(text: str, width: int, max_height: int = 20) -> NDArray[np.bool_]:
    """Return `text` as large as it fits into `width`; cut with … where even the bold is too wide."""
    for height, stroke in _LETTERING_SIZES:
        mask = lettered(text, height, stroke) if height <= max_height else None
        if mask is not None and mask.shape[1] <= width:
            return mask
    return bold().render(bold().fit(text, width))


def numbered(text: str, width: int, height: int) -> NDArray[np.bool_]:
    """Return a number `height` high, or as much smaller as makes it fit into `width`."""
    for smaller in range(height, _SMALLEST_NUMBER - 1, -3):
        mask = lettered(text, smaller, round(smaller * _NUMBER_WEIGHT))
        if mask is not None and mask.shape[1] <= width:
            return mask
    return bold().render(bold().fit(text, width))


def paint_text(
    canvas: Canvas, alphabet: Alphabet, text: str, x: int, y: int, *, width: int = RIGHT - LEFT
) -> None:
    """Paint one line from `x` to the right, cut with … at `width`."""
    canvas.paint(alphabet.render(alphabet.fit(text, width)), x, y)


def paint_text_right(canvas: Canvas, alphabet: Alphabet, text: str, y: int) -> None:
    """Paint one line that ends at the right edge."""
    canvas.paint(alphabet.render(text), RIGHT - alphabet.width(text), y)


def paint_right(canvas: Canvas, mask: NDArray[np.bool_], y: int) -> None:
    """Paint a mask that ends at the right edge."""
    canvas.paint(mask, RIGHT - mask.shape[1], y)


def paint_centred(
    canvas: Canvas, mask: NDArray[np.bool_], across: tuple[int, int], down: tuple[int, int]
) -> None:
    """Paint a mask in the middle between two columns and between two rows."""
    canvas.paint(mask, *_centre(mask, across, down))


def paint_heading(canvas: Canvas, view: ScreenView, text: str) -> None:
    """Paint the bold line at the top, left of the marks."""
    paint_text(canvas, bold(), text, LEFT, TOP, width=corner_left(view) - 3 - LEFT)


def paint_strip(canvas: Canvas, view: ScreenView, text: str) -> None:
    """Paint a line in place of the heading, dark on a lit strip."""
    right = corner_left(view) - 2
    canvas.block(LEFT, TOP, right - LEFT, PILL_HEIGHT)
    room = right - LEFT - 4
    mask = (
        bold().render(text)
        if bold().width(text) <= room
        else small().render(small().fit(text, room))
    )
    canvas.carve(mask, *_centre(mask, (LEFT, right), (TOP, TOP + PILL_HEIGHT)))


def paint_bar(canvas: Canvas, mark: NDArray[np.bool_], verb: str, text: str, y: int) -> None:
    """Paint a line across the whole screen, dark on lit; the mark says the verb if that is too long."""
    canvas.block(LEFT, y, RIGHT - LEFT, PILL_HEIGHT)
    room = RIGHT - LEFT - 4
    said = bold().render(f"{verb} {text}")
    if said.shape[1] > room:
        room -= mark.shape[1] + 4
        alphabet = bold() if bold().width(text) <= room else small()
        words = alphabet.render(alphabet.fit(text, room))
        said = np.zeros((PILL_HEIGHT - 2, mark.shape[1] + 4 + words.shape[1]), dtype=np.bool_)
        for part, x in ((mark, 0), (words, mark.shape[1] + 4)):
            top = (said.shape[0] - part.shape[0] + 1) // 2
            said[top : top + part.shape[0], x : x + part.shape[1]] = part
    canvas.carve(said, *_centre(said, (LEFT, RIGHT), (y, y + PILL_HEIGHT)))


def paint_banner(canvas: Canvas, text: str) -> None:
    """Paint a line over the lower part of a page, dark on a lit banner as wide as the screen."""
    y = BOTTOM - _BANNER_HEIGHT
    canvas.carve(np.ones((_BANNER_HEIGHT + 5, RIGHT - LEFT), dtype=np.bool_), LEFT, y - 5)
    canvas.block(LEFT, y, RIGHT - LEFT, _BANNER_HEIGHT)
    mask = fitted(text, RIGHT - LEFT - 8, max_height=14)
    canvas.carve(mask, *_centre(mask, (LEFT, RIGHT), (y, BOTTOM)))


def paint_pill(canvas: Canvas, text: str, x: int, y: int) -> int:
    """Paint bold text dark on a lit block of its own width; return that width."""
    width = pill_width(text)
    canvas.block(x, y, width, PILL_HEIGHT)
    canvas.carve(bold().render(text), x + 3, y + 1)
    return width


def pill_width(text: str) -> int:
    """Return how wide a pill with `text` is."""
    return bold().width(text) + 6


def paint_beats(canvas: Canvas, view: ScreenView) -> None:
    """Paint the bar as a row along the foot: this beat a lit block, the others a short dash.

    The dash is longer where the bar or a group begins.
    """
    top = BOTTOM - _BEATS_HEIGHT
    count = max(1, view.beats_in_bar)
    begins = {0, *accumulate(view.beat_groups)}
    gap = 3 if count <= 8 else 2
    span = RIGHT - LEFT + gap
    for place in range(count):
        x = LEFT + place * span // count
        width = LEFT + (place + 1) * span // count - gap - x
        if place + 1 == view.beat:
            canvas.block(x, top, width, _BEATS_HEIGHT)
        else:
            dash = max(1, min(width, 8 if place in begins else 4))
            canvas.paint(np.ones((2, dash), dtype=np.bool_), x + (width - dash) // 2, top + 3)


def _centre(
    mask: NDArray[np.bool_], across: tuple[int, int], down: tuple[int, int]
) -> tuple[int, int]:
    height, width = mask.shape
    return sum(across) // 2 - width // 2, sum(down) // 2 - height // 2
