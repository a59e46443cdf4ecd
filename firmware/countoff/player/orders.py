"""From messages to orders: what the command thread works out, so that the callback need not.

Pure. Each function returns new orders, which the command thread hands over by one assignment.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.mixer import Program

if TYPE_CHECKING:
    from countoff.player.click_table import ClickTable


@dataclass(frozen=True, slots=True)
class Orders:
    """What the callback is to do, replaced as a whole.

    level:       gain of the whole click; the callback glides to it
    stop_serial: counts the stops asked for; where it has grown, what sounds is faded out at the
                 next block, and `program` begins afresh
    """

    program: Program = field(default_factory=Program)
    level: float = 1.0
    stop_serial: int = 0


def stopped(orders: Orders, serial: int) -> Orders:
    """Return orders that fade out what sounds at the next block and play nothing after."""
    return Orders(Program(gains=orders.program.gains), orders.level, serial)


def silenced_from(orders: Orders, frame: int) -> Orders:
    """Return orders in which no click starts at or after `frame`; what sounds rings out."""
    return replace(orders, program=replace(orders.program, silent_from_frame=frame))


def at_level(orders: Orders, level: float) -> Orders:
    """Return orders with another gain of the whole click."""
    return replace(orders, level=level)


def extended(
    orders: Orders,
    clicks: ClickTable,
    *,
    next_frame: int,
    keep_from_frame: int,
) -> tuple[Orders, int]:
    """Return orders with more clicks, and how many of them came too late to be played.

    Clicks before `next_frame` have missed their block and are dropped, never played as a burst;
    those before `keep_from_frame` have rung out and are forgotten, so that the plan does not grow
    with the length of a song.
    """
    program = orders.program
    in_time = clicks.frames >= next_frame
    kept = program.frames >= keep_from_frame
    longer = replace(
        program,
        frames=np.concatenate([program.frames[kept], clicks.frames[in_time]]),
        voices=np.concatenate([program.voices[kept], clicks.voices[in_time]]),
        levels=np.concatenate([program.levels[kept], clicks.levels[in_time]]),
    )
    return replace(orders, program=longer), int(len(in_time) - in_time.sum())
