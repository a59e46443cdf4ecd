"""How far ahead a running take is planned, and how often its place is logged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.grid import Grid

# A controller that stalls for as long as is planned silences nothing.
PLAN_AHEAD_S = 30
PLAN_MORE_BELOW_S = 15
POSITION_INTERVAL_NS = 1_000_000_000


def tick_later(tick: int, seconds: int, grid: Grid) -> int:
    """Return the last tick that comes within `seconds` after `tick`; before it where negative."""
    return grid.tick_at_frame(grid.frame_at_tick(tick) + grid.frames_in(seconds))
