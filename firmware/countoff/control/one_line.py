"""The box in one line, for `systemctl status`. Pure, and quick enough for the owner thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.events import PartState
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from countoff.core.session.state import State

_PHASES: Final = {
    Phase.COUNT_IN: "counting in",
    Phase.ROLLING: "rolling",
    Phase.RING_OUT: "ringing out",
}


def one_line(state: State) -> str:
    """Return what the box does, and what of it does not work."""
    faults = [health.sentence for health in state.parts.values() if health.state is PartState.FAULT]
    return " ".join([_doing(state), *faults])


def _doing(state: State) -> str:
    take = state.take
    if take is None:
        return f"Idle: {state.song.title}, next take {state.next_number(state.song)}."
    if take.is_rehearsal:
        return f"Rehearsing {take.song.title}."
    return f"Take {take.number} of {take.song.title}: {_PHASES[state.phase]}."
