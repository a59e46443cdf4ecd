"""The three health marks in the upper right corner: audio, DAW, disk, always in that order.

Well: the part's own small picture. A warning: that picture dark on a lit block. A fault: a lit
block with a cross. Absent: a dash. Their places tell which part is meant. A fourth mark stands left
of them while the click is muted. Below them are the marks that pages use: what comes next, a loop,
a tempo that moves. Pure: any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from countoff.core.screen.canvas import RIGHT, TOP
from countoff.core.screen.view import HealthMark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import ScreenView

MARK_CELL: Final = 9
"""How wide and how high a mark is."""
_GAP: Final = 1


def _mask(*rows: str) -> NDArray[np.bool_]:
    return np.array([[dot == "#" for dot in row] for row in rows])


# Headphones, a record button, a memory card.
_AUDIO: Final = _mask(
    "..###..",
    ".#...#.",
    "#.....#",
    "#.....#",
    "##...##",
    "##...##",
    "##...##",
)
_DAW: Final = _mask(
    "..###..",
    ".#...#.",
    "#.###.#",
    "#.###.#",
    "#.###.#",
    ".#...#.",
    "..###..",
)
_DISK: Final = _mask(
    "#####..",
    "#.#.##.",
    "#.#.###",
    "#.....#",
    "#.###.#",
    "#.###.#",
    "#######",
)
_MUTED: Final = _mask(
    "...#.....",
    "..##.....",
    "####.#.#.",
    "####..#..",
    "####.#.#.",
    "..##.....",
    "...#.....",
)
_CROSS: Final = _mask(
    "##...##",
    "###.###",
    ".#####.",
    "..###..",
    ".#####.",
    "###.###",
    "##...##",
)
NEXT: Final = _mask(
    "##....",
    "####..",
    "#####.",
    "######",
    "#####.",
    "####..",
    "##....",
)
LOOP: Final = _mask(
    "......#...",
    "......##..",
    "..#######.",
    ".########.",
    "##....##..",
    "##....#...",
    "##......##",
    "##......##",
    ".########.",
    "..######..",
)
FASTER: Final = _mask(
    "...#...",
    "..###..",
    "..###..",
    ".#####.",
    ".#####.",
    "#######",
)
SLOWER: Final = FASTER[::-1]
CHECK_MARKS: Final = {
    HealthMark.OK: _mask(
        ".......",
        "......#",
        ".....##",
        "#...##.",
        "##.##..",
        ".###...",
        "..#....",
    ),
    HealthMark.WARN: _mask(
        "...#...",
        "..###..",
        "..###..",
        "...#...",
        "...#...",
        ".......",
        "...#...",
    ),
    HealthMark.FAULT: _CROSS,
}
"""What a line check says of a part: well, to be looked at, wrong; told apart by their shapes."""
_DASH: Final = np.ones((1, 5), dtype=np.bool_)


def corner_left(view: ScreenView) -> int:
    """Return where the corner begins: what stands beside it ends before."""
    cells = 4 if _shows_muted(view) else 3
    return RIGHT - cells * (MARK_CELL + _GAP) + _GAP


def paint_corner(canvas: Canvas, view: ScreenView) -> None:
    """Paint the marks into their corner."""
    paint_marks(canvas, view, RIGHT, TOP)


def paint_marks(canvas: Canvas, view: ScreenView, right: int, top: int) -> None:
    """Paint the marks in a row that ends before column `right`, from row `top` on."""
    health = view.health
    pictures = ((_DISK, health.disk), (_DAW, health.daw), (_AUDIO, health.audio))
    x = right - MARK_CELL
    for picture, mark in pictures:
        if mark is HealthMark.OK:
            canvas.paint(picture, *_centred(picture, x, top))
        elif mark is HealthMark.ABSENT:
            canvas.paint(_DASH, *_centred(_DASH, x, top))
        else:
            cut = picture if mark is HealthMark.WARN else _CROSS
            canvas.block(x, top, MARK_CELL, MARK_CELL)
            canvas.carve(cut, *_centred(cut, x, top))
        x -= MARK_CELL + _GAP
    if _shows_muted(view):
        canvas.paint(_MUTED, *_centred(_MUTED, x, top))


def _shows_muted(view: ScreenView) -> bool:
    # A message needs the room for its moment.
    return view.click_muted and not view.message


def _centred(mask: NDArray[np.bool_], x: int, top: int) -> tuple[int, int]:
    height, width = mask.shape
    return x + (MARK_CELL - width) // 2, top + (MARK_CELL - height) // 2
