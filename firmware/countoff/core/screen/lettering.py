"""Numerals and capitals of any size, drawn from strokes: what is read from three metres away.

Each is a few lines and arcs in a box two high; a pixel is lit where its centre is within half a
stroke of them. Pure and without rounding luck: any thread.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from countoff.core.screen.letters import bold

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Point = tuple[float, float]
_Stroke = tuple[_Point, ...]

_ARC_STEPS: Final = 32


def _line(*points: _Point) -> _Stroke:
    return points


def _arc(
    centre: _Point, radii: _Point, start_degrees: float, end_degrees: float, *tail: _Point
) -> _Stroke:
    """Return an arc, clockwise from 3 o'clock, and the points it goes on to."""
    turns = [
        (start_degrees + (end_degrees - start_degrees) * step / _ARC_STEPS) * pi / 180
        for step in range(_ARC_STEPS + 1)
    ]
    curve = ((centre[0] + radii[0] * cos(t), centre[1] + radii[1] * sin(t)) for t in turns)
    return (*curve, *tail)


def _dot(x: float, y: float) -> _Stroke:
    return (x, y), (x, y)


# y from 0 (top) to 2; x from 0 to the right edge of the letter's box.
_STROKES: Final[dict[str, tuple[_Stroke, ...]]] = {
    "0": (
        _arc((0.5, 0.5), (0.5, 0.5), 180, 360, (1.0, 1.5)),
        _arc((0.5, 1.5), (0.5, 0.5), 0, 180, (0.0, 0.5)),
    ),
    "1": (_line((0.0, 0.42), (0.46, 0.0), (0.46, 2.0)),),
    "2": (_arc((0.5, 0.52), (0.5, 0.52), 180, 390, (0.0, 2.0), (1.0, 2.0)),),
    "3": (_arc((0.5, 0.48), (0.48, 0.48), 190, 450), _arc((0.5, 1.48), (0.5, 0.52), 270, 530)),
    "4": (_line((0.76, 2.0), (0.76, 0.0), (0.0, 1.42), (1.0, 1.42)),),
    "5": (
        _line((0.92, 0.0), (0.12, 0.0), (0.06, 0.92)),
        _arc((0.48, 1.38), (0.52, 0.62), 227, 515),
    ),
    "6": (
        _arc((0.5, 1.46), (0.5, 0.54), 0, 360),
        _arc((0.54, 0.56), (0.54, 0.56), 325, 180, (0.0, 1.46)),
    ),
    "7": (_line((0.0, 0.0), (1.0, 0.0), (0.36, 2.0)),),
    "8": (_arc((0.5, 0.47), (0.45, 0.47), 0, 360), _arc((0.5, 1.47), (0.5, 0.53), 0, 360)),
    "9": (
        _arc((0.5, 0.54), (0.5, 0.54), 0, 360),
        _arc((0.46, 1.44), (0.54, 0.56), 145, 0, (1.0, 0.54)),
    ),
    "A": (_line((0.0, 2.0), (0.55, 0.0), (1.1, 2.0)), _line((0.2, 1.35), (0.9, 1.35))),
    "B": (
        _line((0.0, 2.0), (0.0, 0.0), (0.45, 0.0)),
        _arc((0.45, 0.47), (0.47, 0.47), 270, 450, (0.0, 0.94)),
        _arc((0.45, 1.47), (0.55, 0.53), 270, 450, (0.0, 2.0)),
    ),
    "C": (
        _arc((0.5, 0.5), (0.5, 0.5), 340, 180, (0.0, 1.5)),
        _arc((0.5, 1.5), (0.5, 0.5), 180, 20),
    ),
    "D": (
        _line((0.4, 2.0), (0.0, 2.0), (0.0, 0.0), (0.4, 0.0)),
        _arc((0.4, 0.6), (0.6, 0.6), 270, 360, (1.0, 1.4)),
        _arc((0.4, 1.4), (0.6, 0.6), 0, 90),
    ),
    "E": (_line((0.85, 0.0), (0.0, 0.0), (0.0, 2.0), (0.85, 2.0)), _line((0.0, 0.98), (0.7, 0.98))),
    "F": (_line((0.85, 0.0), (0.0, 0.0), (0.0, 2.0)), _line((0.0, 0.98), (0.7, 0.98))),
    "G": (
        _arc((0.5, 0.5), (0.5, 0.5), 340, 180, (0.0, 1.5)),
        _arc((0.5, 1.5), (0.5, 0.5), 180, 0, (1.0, 1.1), (0.6, 1.1)),
    ),
    "H": (
        _line((0.0, 0.0), (0.0, 2.0)),
        _line((1.0, 0.0), (1.0, 2.0)),
        _line((0.0, 0.98), (1.0, 0.98)),
    ),
    "I": (_line((0.0, 0.0), (0.0, 2.0)),),
    "J": (_line((0.85, 0.0), (0.85, 1.5)), _arc((0.42, 1.5), (0.43, 0.5), 0, 165)),
    "K": (
        _line((0.0, 0.0), (0.0, 2.0)),
        _line((0.95, 0.0), (0.0, 1.25)),
        _line((0.38, 0.8), (1.0, 2.0)),
    ),
    "L": (_line((0.0, 0.0), (0.0, 2.0), (0.8, 2.0)),),
    "M": (_line((0.0, 2.0), (0.0, 0.0), (0.7, 1.25), (1.4, 0.0), (1.4, 2.0)),),
    "N": (_line((0.0, 2.0), (0.0, 0.0), (1.1, 2.0), (1.1, 0.0)),),
    "O": (
        _arc((0.55, 0.55), (0.55, 0.55), 180, 360, (1.1, 1.45)),
        _arc((0.55, 1.45), (0.55, 0.55), 0, 180, (0.0, 0.55)),
    ),
    "P": (
        _line((0.0, 2.0), (0.0, 0.0), (0.45, 0.0)),
        _arc((0.45, 0.56), (0.55, 0.56), 270, 450, (0.0, 1.12)),
    ),
    "Q": (
        _arc((0.55, 0.55), (0.55, 0.55), 180, 360, (1.1, 1.45)),
        _arc((0.55, 1.45), (0.55, 0.55), 0, 180, (0.0, 0.55)),
        _line((0.7, 1.5), (1.1, 2.0)),
    ),
    "R": (
        _line((0.0, 2.0), (0.0, 0.0), (0.45, 0.0)),
        _arc((0.45, 0.54), (0.55, 0.54), 270, 450, (0.0, 1.08)),
        _line((0.45, 1.08), (1.0, 2.0)),
    ),
    "S": (
        _arc((0.5, 0.49), (0.48, 0.49), 335, 90),
        _arc((0.5, 1.49), (0.5, 0.51), 270, 515),
    ),
    "T": (_line((0.0, 0.0), (1.1, 0.0)), _line((0.55, 0.0), (0.55, 2.0))),
    "U": (_line((0.0, 0.0), (0.0, 1.5)), _arc((0.5, 1.5), (0.5, 0.5), 180, 0, (1.0, 0.0))),
    "V": (_line((0.0, 0.0), (0.55, 2.0), (1.1, 0.0)),),
    "W": (_line((0.0, 0.0), (0.37, 2.0), (0.75, 0.6), (1.13, 2.0), (1.5, 0.0)),),
    "X": (_line((0.0, 0.0), (1.0, 2.0)), _line((1.0, 0.0), (0.0, 2.0))),
    "Y": (_line((0.0, 0.0), (0.55, 1.05), (1.1, 0.0)), _line((0.55, 1.05), (0.55, 2.0))),
    "Z": (_line((0.0, 0.0), (1.0, 0.0), (0.0, 2.0), (1.0, 2.0)),),
    "-": (_line((0.0, 1.0), (0.8, 1.0)),),
    "+": (_line((0.0, 1.0), (1.0, 1.0)), _line((0.5, 0.5), (0.5, 1.5))),
    "/": (_line((0.8, 0.0), (0.0, 2.0)),),
    "&": (
        _line((1.1, 2.0), (0.22, 0.7)),
        _arc((0.5, 0.42), (0.34, 0.42), 140, 395, (0.2, 1.18)),
        _arc((0.46, 1.52), (0.46, 0.48), 225, 15, (1.08, 1.1)),
    ),
    ",": (_line((0.12, 1.85), (0.0, 2.0)),),
    ".": (_dot(0.0, 2.0),),
    ":": (_dot(0.0, 0.7), _dot(0.0, 1.8)),
    "'": (_line((0.0, 0.0), (0.0, 0.4)),),
    "!": (_line((0.0, 0.0), (0.0, 1.2)), _dot(0.0, 2.0)),
    "?": (
        _arc((0.5, 0.5), (0.5, 0.5), 185, 420, (0.5, 1.1), (0.5, 1.25)),
        _dot(0.5, 2.0),
    ),
    "(": (_arc((0.7, 1.0), (0.7, 1.3), 130, 230),),
    ")": (_arc((-0.3, 1.0), (0.7, 1.3), -50, 50),),
    "#": (
        _line((0.4, 0.2), (0.2, 1.8)),
        _line((1.0, 0.2), (0.8, 1.8)),
        _line((0.1, 0.7), (1.2, 0.7)),
        _line((0.0, 1.3), (1.1, 1.3)),
    ),
}
_SPACE_WIDTH: Final = 0.35


def _distance(
    x: NDArray[np.float64], y: NDArray[np.float64], stroke: _Stroke
) -> NDArray[np.float64]:
    """Return how far each point is from a stroke."""
    nearest = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in pairwise(stroke):
        dx, dy = bx - ax, by - ay
        length_squared = dx * dx + dy * dy
        along = 0.0 if length_squared == 0 else ((x - ax) * dx + (y - ay) * dy) / length_squared
        along = np.clip(along, 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(x - ax - along * dx, y - ay - along * dy))
    return nearest


@cache
def glyph(symbol: str, height: int, stroke: int) -> NDArray[np.bool_]:
    """Return one letter as a mask, `height` high, its lines `stroke` thick.

    Raises KeyError where there are no strokes for `symbol`.
    """
    shapes = _STROKES[symbol]
    # Slightly narrower than two to one, so that three numerals and a column fit side by side.
    unit = (height - stroke) * 0.52
    box_width = round(unit * max(x for shape in shapes for x, _ in shape))
    rows, columns = np.mgrid[0:height, 0 : box_width + stroke]
    x = columns + 0.5 - stroke / 2
    y = rows + 0.5 - stroke / 2
    mask = np.zeros(x.shape, dtype=np.bool_)
    for shape in shapes:
        scaled = tuple((px * unit, py * (height - stroke) / 2) for px, py in shape)
        # A hair over half a stroke, so that a centre on the very edge does not depend on rounding.
        mask |= _distance(x, y, scaled) <= stroke / 2 + 0.01
    return mask


def lettered(text: str, height: int, stroke: int) -> NDArray[np.bool_] | None:
    """Return `text` in capitals as a mask, `height` high; None where a letter has no strokes."""
    folded = bold().fold(text)
    if not set(folded) <= _STROKES.keys() | {" "}:
        return None
    gap = max(1, stroke // 2)
    space = np.zeros((height, round(_SPACE_WIDTH * (height - stroke))), dtype=np.bool_)
    pieces = []
    for symbol in folded:
        pieces.append(space if symbol == " " else glyph(symbol, height, stroke))
        pieces.append(np.zeros((height, gap), dtype=np.bool_))
    return np.hstack(pieces[:-1]) if pieces else space[:, :0]
