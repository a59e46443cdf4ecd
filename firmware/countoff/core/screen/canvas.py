"""The sheet a page is drawn on: 128 by 64 pixels, lit or dark.

One pixel along every edge stays dark, so that the picture can move by a pixel against burn-in and
lose nothing. What does not fit is cut at that edge. Pure: any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH: Final = 128
HEIGHT: Final = 64
MARGIN: Final = 1

LEFT: Final = MARGIN
TOP: Final = MARGIN
RIGHT: Final = WIDTH - MARGIN
BOTTOM: Final = HEIGHT - MARGIN


class Canvas:
    """Masks are painted on it at (x, y), the upper left corner; RIGHT and BOTTOM are one past."""

    def __init__(self) -> None:
        self._lit: NDArray[np.bool_] = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)

    def paint(self, mask: NDArray[np.bool_], x: int, y: int) -> None:
        """Light the pixels of `mask`."""
        self._part(mask, x, y, lit=True)

    def carve(self, mask: NDArray[np.bool_], x: int, y: int) -> None:
        """Darken the pixels of `mask`."""
        self._part(mask, x, y, lit=False)

    def block(self, x: int, y: int, width: int, height: int) -> None:
        """Light a block with rounded corners."""
        mask = np.ones((height, width), dtype=np.bool_)
        if min(width, height) > 3:
            mask[[0, 0, -1, -1], [0, -1, 0, -1]] = False
        self.paint(mask, x, y)

    def image(self) -> Image.Image:
        """Return the picture, mode "1"."""
        return Image.fromarray(self._lit.astype(np.uint8) * 255).convert(
            "1", dither=Image.Dither.NONE
        )

    def _part(self, mask: NDArray[np.bool_], x: int, y: int, *, lit: bool) -> None:
        height, width = mask.shape
        left, top = max(LEFT, x), max(TOP, y)
        right, bottom = min(RIGHT, x + width), min(BOTTOM, y + height)
        if left < right and top < bottom:
            shown = mask[top - y : bottom - y, left - x : right - x]
            self._lit[top:bottom, left:right][shown] = lit
