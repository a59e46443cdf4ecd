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

_CELL: Final = 9
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
_DASH: Final = np.ones((1, 5), dtype=np.bool_)


def corner_left(view: ScreenView) -> int:
    """Return where the corner begins: what stands beside it ends before."""
    cells = 4 if _shows_muted(view) else 3
    return RIGHT - cells * (_CELL + _GAP) + _GAP


def paint_corner(canvas: Canvas, view: ScreenView) -> None:
    """Paint the marks into their corner."""
    health = view.health
    pictures = ((_DISK, health.disk), (_DAW, health.daw), (_AUDIO, health.audio))
    x = RIGHT - _CELL
    for picture, mark in pictures:
        if mark is HealthMark.OK:
            canvas.paint(picture, *_centred(picture, x))
        elif mark is HealthMark.ABSENT:
            canvas.paint(_DASH, *_centred(_DASH, x))
        else:
            cut = picture if mark is HealthMark.WARN else _CROSS
            canvas.block(x, TOP, _CELL, _CELL)
            canvas.carve(cut, *_centred(cut, x))
        x -= _CELL + _GAP
    if _shows_muted(view):
        canvas.paint(_MUTED, *_centred(_MUTED, x))


def _shows_muted(view: ScreenView) -> bool:
    # A message needs the room for its moment.
    return view.click_muted and not view.message


def _centred(mask: NDArray[np.bool_], x: int) -> tuple[int, int]:
    height, width = mask.shape
    return x + (_CELL - width) // 2, TOP + (_CELL - height) // 2
