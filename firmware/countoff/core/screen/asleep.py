"""What is left of the screen of a box that nobody has touched for long: its marks, wandering.

They take another place each minute, by steps that come to every part of the glass in turn. Pure: any
thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.marks import MARK_CELL, corner_left, paint_marks

if TYPE_CHECKING:
    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import ScreenView

# Their own heights and widths from each other, and with no factor in common with the ways to go.
_STEP_ACROSS: Final = 37
_STEP_DOWN: Final = 11


def paint_asleep(canvas: Canvas, view: ScreenView) -> None:
    """Paint the three marks of health, and no more, where it is their turn to be."""
    width = RIGHT - corner_left(view)
    right = RIGHT - _wandered(view.wanderings * _STEP_ACROSS, RIGHT - LEFT - width)
    top = TOP + _wandered(view.wanderings * _STEP_DOWN, BOTTOM - TOP - MARK_CELL)
    paint_marks(canvas, view, right, top)


def _wandered(steps: int, way: int) -> int:
    """Return how far along a way of that length, walked to and fro, so many steps lead."""
    into = steps % (2 * way)
    return min(into, 2 * way - into)
