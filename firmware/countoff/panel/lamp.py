"""The tally on the panel: a lens that is lit as the lamp in the room is, on the same clock.

It is redrawn when the light changes and at no other time; the next change is computed, not polled.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from countoff.core.tally import COLOURS, TallyLight, brightness, next_change_ns
from countoff.panel import paint, shading

if TYPE_CHECKING:
    from textual.timer import Timer

_NS_PER_SECOND = 1_000_000_000
# Rather just after a change than just before it, when nothing would be different yet.
_JUST_AFTER_S = 0.001
_HATCH = "╱"  # noqa: RUF001 - the line, not the slash: it joins its neighbours


class Lens(Widget):
    """The lit part of the tally."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._light: TallyLight | None = None
        self._first_beat_ns: int | None = None
        self._beat_length_ns: int | None = None
        self.brightness = 0.0
        """What is shown now: 0 dark, 1 full."""
        self._timer: Timer | None = None

    def show(self, tally: dict[str, Any]) -> None:
        """Show the light of a status."""
        shown = (TallyLight(tally["light"]), tally["first_beat_ns"], tally["beat_length_ns"])
        if shown != (self._light, self._first_beat_ns, self._beat_length_ns):
            self._light, self._first_beat_ns, self._beat_length_ns = shown
            self._look()

    def go_stale(self) -> None:
        """Show that nobody knows: neither lit nor dark, but hatched."""
        if self._light is not None:
            self._light = None
            self._look()

    def _look(self) -> None:
        """Redraw if the brightness has changed, and come back at its next change."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        now_ns = time.monotonic_ns()
        light, beat = self._light, (self._first_beat_ns, self._beat_length_ns)
        self.brightness = 0.0 if light is None else brightness(light, now_ns, *beat)
        next_ns = None if light is None else next_change_ns(light, now_ns, *beat)
        if next_ns is not None:
            rest_s = max(next_ns - now_ns, 0) / _NS_PER_SECOND
            self._timer = self.set_timer(rest_s + _JUST_AFTER_S, self._look)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of the lens: two rows of light in half blocks."""
        width, height = self.size.width, self.size.height * 2
        if self._light is None:
            hatch = Style(color=paint.FAINT, bgcolor=paint.STALE_LENS)
            face = Style(bgcolor=paint.FACE)
            inside = shading.inside_lens(width, height)[2 * y]
            return Strip([Segment(_HATCH, hatch) if dot else Segment(" ", face) for dot in inside])
        colour = paint.LENSES[COLOURS[self._light]]
        return half_block_strip(shading.lens(width, height, colour, self.brightness), y)


def half_block_strip(rows: shading.Rows, y: int) -> Strip:
    """Return line `y` of a picture of dots."""
    both = zip(rows[2 * y], rows[2 * y + 1], strict=True)
    return Strip([Segment("▀", Style(color=upper, bgcolor=lower)) for upper, lower in both])
