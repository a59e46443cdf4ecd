"""Where a press falls: phase, take and place, kept from the edge for the hold, and logged.

Pure. What a hold does later must need nothing of the take that only its edge could know: somebody
else may have ended that take meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.entries import PressLogged
from countoff.core.session.pedals import Phase
from countoff.core.session.state import Edge
from countoff.core.tempo import NO_PLACE

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn


def edge_now(turn: Turn) -> Edge:
    """Return the phase, the take and the place that a press made now falls into.

    While a take rolls the place is where it is; otherwise it is where the last take's music ended.
    """
    phase, take = turn.state.phase, turn.state.flagged_take
    take_id = take.id if take is not None and not take.is_rehearsal else None
    if take is None:
        return Edge(phase, take_id, NO_PLACE, 0, 0, 0)
    if phase is Phase.ROLLING:
        tick = turn.tick_now()
        place = take.place_at_tick(tick)
        return Edge(phase, take_id, place, tick, take.epoch, turn.frame_now())
    return Edge(phase, take_id, take.ended_at, take.ended_tick, take.epoch, take.ended_frame)


def log_press(turn: Turn, name: str, gesture: str, edge: Edge, did: str) -> None:
    """Write down who asked for what, and what came of it; `edge` is when and where it was asked."""
    turn.log(
        PressLogged(
            id=turn.new_id(),
            at_ns=turn.at_ns,
            pedal=name,
            gesture=gesture,
            phase=edge.phase,
            take_id=edge.take_id,
            did=did,
        )
    )
