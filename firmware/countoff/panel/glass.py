"""The OLED on the panel: every dot of it, in half blocks where there is room, else in braille."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from countoff.panel import dots, paint

if TYPE_CHECKING:
    from textual.geometry import Size

_LIT = Style(color=paint.GLOW, bgcolor=paint.GLASS)
_STALE = Style(color=paint.STALE_GLOW, bgcolor=paint.GLASS)


class Glass(Widget):
    """Shows the picture of the latest status; a stale one is dimmed, never dark."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._screen_text = ""
        self._dots = dots.rows("")
        self._lines: list[str] = []
        self._is_stale = True
        self.is_large = False

    def show(self, screen: str) -> None:
        """Show the picture of a status (base64)."""
        if screen == self._screen_text and not self._is_stale:
            return
        self._screen_text = screen
        self._is_stale = False
        self._dots = dots.rows(screen)
        self._redraw()

    def go_stale(self) -> None:
        """Keep the picture, but show that nobody vouches for it."""
        if not self._is_stale:
            self._is_stale = True
            self._redraw()

    def resize_dots(self, *, is_large: bool) -> None:
        """Use half blocks (128 x 32 characters) or braille (64 x 16)."""
        if is_large != self.is_large or not self._lines:
            self.is_large = is_large
            self._redraw()
            self.refresh(layout=True)

    def _redraw(self) -> None:
        self._lines = (dots.half_blocks if self.is_large else dots.braille)(self._dots)
        self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the picture's width in characters."""
        return dots.WIDTH if self.is_large else dots.WIDTH // 2

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the picture's height in lines."""
        return dots.HEIGHT // 2 if self.is_large else dots.HEIGHT // 4

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        style = _STALE if self._is_stale else _LIT
        line = self._lines[y] if y < len(self._lines) else ""
        return Strip([Segment(line, style)]).adjust_cell_length(self.size.width, style)
