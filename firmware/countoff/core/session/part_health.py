"""How a part is, where several make it up: as the worst of them, and none is hidden by another. Pure.

The pedals are footswitches on pins and a foot controller on a MIDI port; each speaks for itself.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.events import PartState
from countoff.core.session.state import PartHealth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.events import PartReported
    from countoff.core.session.turn import Turn

_WORST_FIRST = (PartState.FAULT, PartState.WARNING, PartState.VIRTUAL, PartState.OK)


def note_health(turn: Turn, event: PartReported) -> None:
    """Take in what a part, or one of those that make it up, says of itself."""
    state = turn.state
    said = {**state.said_by, (event.part, event.source): PartHealth(event.state, event.sentence)}
    of_part = [health for (part, _), health in said.items() if part is event.part]
    turn.update(
        said_by=MappingProxyType(said),
        parts=MappingProxyType({**state.parts, event.part: _together(of_part)}),
    )


def _together(healths: Sequence[PartHealth]) -> PartHealth:
    """Return the worst state, and every sentence of those that want a look, the worst first."""
    ranked = sorted(healths, key=lambda health: _WORST_FIRST.index(health.state))
    worst = ranked[0]
    if worst.state not in (PartState.FAULT, PartState.WARNING):
        return worst
    wanting = [each for each in ranked if each.state in (PartState.FAULT, PartState.WARNING)]
    return PartHealth(worst.state, " ".join(each.sentence for each in wanting))
