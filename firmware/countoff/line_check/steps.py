"""Which pedals were stepped on, and how often, where no box is running that knows. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from countoff.core.line_check import STEPS_TO_LEARN

if TYPE_CHECKING:
    from countoff.core.events import Pedal, PedalMoved

# What a contact does for longer after an edge is another step.
_BOUNCING_NS: Final = 150_000_000


class Steps:
    """The steps since it was made. One thread tells, another one may look."""

    def __init__(self) -> None:
        """Have felt nothing."""
        self._closings: Counter[Pedal] = Counter()
        self._last_ns: dict[Pedal, int] = {}

    def forget(self) -> None:
        """Count anew: nobody was asked to step on anything yet."""
        self._closings.clear()

    def moved(self, event: PedalMoved) -> None:
        """Take in an edge: a step is one that goes down, of a normally closed contact the way back."""
        is_bounce = event.at_ns - self._last_ns.get(event.pedal, -_BOUNCING_NS) < _BOUNCING_NS
        self._last_ns[event.pedal] = event.at_ns
        if event.is_down and not is_bounce:
            self._closings[event.pedal] += 1

    @property
    def felt(self) -> frozenset[Pedal]:
        """The pedals that were stepped on."""
        return frozenset(self._closings)

    def has_learnt(self, pedal: Pedal) -> bool:
        """Tell whether a pedal whose contact is closed at rest was stepped on often enough."""
        return self._closings[pedal] >= STEPS_TO_LEARN
