"""A MIDI foot controller's messages as events, like those of the pedals that are wired.

On the owner thread; nothing here waits. Bounces, holds and meanings are told apart by the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import ActionAsked, Pedal, PedalMoved
from countoff.midi.pedals import FootController

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from countoff.config.midi_pedals import PedalUse
    from countoff.core.events import Event
    from countoff.midi.pedals import Assignment, Trodden

SOURCE = "midi"


class MidiPedals:
    """The pedals of one foot controller, as they are assigned."""

    def __init__(self, assignments: Sequence[Assignment[PedalUse]]) -> None:
        """Begin with no foot on any of them."""
        self._controller = FootController(assignments)

    def hear(self, at_ns: int, data: bytes) -> tuple[Event, ...]:
        """Return what one whole message, heard at host time `at_ns`, makes happen."""
        return _events(self._controller.hear(at_ns, data))

    def lost(self, at_ns: int) -> tuple[Event, ...]:
        """Return what the loss of its port makes happen: every foot comes off."""
        return _events(self._controller.let_go(at_ns))


def _events(trodden: Iterable[Trodden[PedalUse]]) -> tuple[Event, ...]:
    events: list[Event] = []
    for each in trodden:
        if isinstance(each.use, Pedal):
            events.append(PedalMoved(each.at_ns, each.use, each.is_down))
        elif each.is_down:
            events.append(ActionAsked(each.at_ns, str(each.use), SOURCE))
    return tuple(events)
