"""Draw a view: the same view gives the same pixels, on the box and in the front panel.

Pure: any thread, though never one that sound or a press waits for (a page takes about a
millisecond).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

from countoff.core.screen.asleep import paint_asleep
from countoff.core.screen.canvas import Canvas
from countoff.core.screen.checking import paint_line_check
from countoff.core.screen.marks import paint_corner
from countoff.core.screen.resting import paint_after_take, paint_fault, paint_idle, paint_ring_out
from countoff.core.screen.rolling import paint_count_in, paint_rolling

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.screen.view import Page, ScreenView

_PAINTERS: Final[dict[Page, Callable[[Canvas, ScreenView], None]]] = {
    "idle": paint_idle,
    "count_in": paint_count_in,
    "rolling": paint_rolling,
    "ring_out": paint_ring_out,
    "after_take": paint_after_take,
    "fault": paint_fault,
    "line_check": paint_line_check,
    "asleep": paint_asleep,
}

_BURN_IN_PATH: Final = (
    (0, 0),
    (1, 0),
    (1, 1),
    (0, 1),
    (-1, 1),
    (-1, 0),
    (-1, -1),
    (0, -1),
    (1, -1),
)
_BURN_IN_STAY_MINUTES: Final = 2


def draw(view: ScreenView) -> Image.Image:
    """Return the page of `view`: 128 by 64 pixels, mode "1", its outermost pixels dark."""
    canvas = Canvas()
    _PAINTERS[view.page](canvas, view)
    if view.page != "asleep":
        paint_corner(canvas, view)
    return canvas.image()


def shift_for_burn_in(image: Image.Image, minute: int) -> Image.Image:
    """Return `image` moved by at most a pixel each way, to another place every two minutes.

    A page keeps its outermost pixels dark, so nothing of it is lost.
    """
    path_place = minute // _BURN_IN_STAY_MINUTES % len(_BURN_IN_PATH)
    moved = Image.new("1", image.size)
    moved.paste(image, _BURN_IN_PATH[path_place])
    return moved
