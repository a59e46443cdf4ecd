"""The tally on the panel: a lens that is lit as the lamp in the room is, on the same clock.

It is redrawn when the light changes and at no other time; the next change is computed, not polled.
"""

from __future__ import annotations

import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from countoff.core.tally import COLOURS, TallyLight, brightness, next_change_ns
from countoff.panel import paint

if TYPE_CHECKING:
    from textual.timer import Timer

_NS_PER_SECOND = 1_000_000_000
# How far the light falls off from the middle of the lens to its rim, and beyond it.
_RIM_SHARE = 0.45
_HALO_SHARE = 0.42
_HALO_REACH = 1.6
_BEZEL = 0.9


class Lens(Widget):
    """The lit part of the tally."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._light: TallyLight | None = None
        self._first_beat_ns: int | None = None
        self._beat_length_ns: int | None = None
        self._brightness = 0.0
        self._timer: Timer | None = None

    def show(self, tally: dict[str, Any]) -> None:
        """Show the light of a status."""
        shown = (TallyLight(tally["light"]), tally["first_beat_ns"], tally["beat_length_ns"])
        if shown != (self._light, self._first_beat_ns, self._beat_length_ns):
            self._light, self._first_beat_ns, self._beat_length_ns = shown
            self._look()

    def go_stale(self) -> None:
        """Show that nobody knows: neither lit nor dark."""
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
        self._brightness = 0.0 if light is None else brightness(light, now_ns, *beat)
        next_ns = None if light is None else next_change_ns(light, now_ns, *beat)
        if next_ns is not None:
            self._timer = self.set_timer(
                max(next_ns - now_ns, 0) / _NS_PER_SECOND + 0.001, self._look
            )
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of the lens: two rows of light in half blocks."""
        width, height = self.size
        if self._light is None:
            return Strip(list(_stale_line(width, height, y)))
        lens = paint.LENSES[COLOURS[self._light]]
        return Strip(list(_lit_line(width, height, y, lens, self._brightness)))


@lru_cache(maxsize=512)
def _lit_line(width: int, height: int, y: int, lens: str, level: float) -> tuple[Segment, ...]:
    return tuple(
        Segment("▀", Style(color=upper, bgcolor=lower))
        for upper, lower in (
            (
                _colour(x, 2 * y, width, height * 2, lens, level),
                _colour(x, 2 * y + 1, width, height * 2, lens, level),
            )
            for x in range(width)
        )
    )


@lru_cache(maxsize=64)
def _stale_line(width: int, height: int, y: int) -> tuple[Segment, ...]:
    hatch = Style(color=paint.FAINT, bgcolor=paint.STALE_LENS)
    face = Style(bgcolor=paint.FACE)
    inside = [_rim(x, 2 * y + 0.5, width, height * 2) < 0 for x in range(width)]
    return tuple(Segment("╱", hatch) if here else Segment(" ", face) for here in inside)


def _colour(x: int, y: int, width: int, height: int, lens: str, level: float) -> str:
    """Return the colour of one dot: lens, bezel or the glow on the face around it."""
    distance = _rim(x, y, width, height)
    if distance < 0:
        depth = min(1.0, -distance / (height / 2 - 1))
        light = level * (_RIM_SHARE + (1 - _RIM_SHARE) * depth)
        # An unlit lens catches a little of the room at its middle.
        glass = paint.mixed(paint.DARK_LENS, "#4a2a28", depth * 0.6)
        hot = paint.mixed(lens, "#fff4ea", 0.5 * depth * level)
        return paint.mixed(glass, hot, light)
    glow = level * _HALO_SHARE * math.exp(-distance / _HALO_REACH)
    metal = "#0e0f11" if distance < _BEZEL else paint.FACE
    return paint.mixed(metal, lens, glow)


def _rim(x: float, y: float, width: int, height: int) -> float:
    """Return how far a dot is outside the lens (negative: inside): a pill with room around it."""
    half_width, half_height = width / 2 - 2, height / 2 - 1
    across = max(abs(x + 0.5 - width / 2) - (half_width - half_height), 0.0)
    along = y + 0.5 - height / 2
    return math.hypot(across, along) - half_height
