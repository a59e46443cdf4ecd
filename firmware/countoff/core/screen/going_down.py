"""The last picture before the machine is off, or on its way back. Pure: any thread.

Nothing redraws it: it stays for as long as the screen has power, so it is small, and dark but for its
words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from countoff.core.screen.furniture import fitted, paint_centred
from countoff.core.screen.letters import small

if TYPE_CHECKING:
    from PIL import Image

_MIDDLE: Final = TOP + 36
_LINE_TOP: Final = BOTTOM - 20


def draw_halted() -> Image.Image:
    """Return the picture of a machine that has stopped: its plug may be pulled."""
    return _drawn("HALTED", "SAFE TO SWITCH OFF")


def draw_restarting() -> Image.Image:
    """Return the picture of a machine that will be back: its plug is left alone."""
    return _drawn("RESTARTING", "WILL BE BACK")


def _drawn(title: str, line: str) -> Image.Image:
    canvas = Canvas()
    paint_centred(canvas, fitted(title, RIGHT - LEFT), (LEFT, RIGHT), (TOP, _MIDDLE))
    paint_centred(canvas, small().render(line), (LEFT, RIGHT), (_LINE_TOP, BOTTOM))
    return canvas.image()
