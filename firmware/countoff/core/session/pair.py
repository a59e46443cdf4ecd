"""AGAIN and SONG held down together: since when, and what comes of it after how long. Pure values.

They are the two that no shoe covers without KEEPER. What is asked for by them is never needed in a
take, and takes a hold that nobody does by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from countoff.core.events import Pedal

if TYPE_CHECKING:
    from countoff.core.gestures import Feet, PedalContact

_MS: Final = 1_000_000

PAIR: Final = (Pedal.AGAIN, Pedal.SONG)
PAIR_NAME: Final = "again+song"
# Further apart they are two presses, each of which has had its meaning.
PAIR_WITHIN_NS: Final = 500 * _MS


class PairStep(StrEnum):
    """What a hold of both comes to, in this order."""

    HINT = "hint"
    LINE_CHECK = "line_check"
    OFF_IN_3 = "off_in_3"
    OFF_IN_2 = "off_in_2"
    OFF_IN_1 = "off_in_1"
    SHUT_DOWN = "shut_down"


PAIR_STEPS: Final = (
    (600 * _MS, PairStep.HINT),
    (2000 * _MS, PairStep.LINE_CHECK),
    (5000 * _MS, PairStep.OFF_IN_3),
    (6000 * _MS, PairStep.OFF_IN_2),
    (7000 * _MS, PairStep.OFF_IN_1),
    (8000 * _MS, PairStep.SHUT_DOWN),
)
"""When each step comes, from the moment at which both were down."""


@dataclass(frozen=True, slots=True)
class PairHeld:
    """Both have been down since `since_ns`, and `steps_done` of the steps are behind them."""

    since_ns: int
    steps_done: int = 0

    @property
    def next_step_ns(self) -> int | None:
        """When the next step is due; None after the last one."""
        if self.steps_done == len(PAIR_STEPS):
            return None
        return self.since_ns + PAIR_STEPS[self.steps_done][0]

    @property
    def is_counting_down(self) -> bool:
        """Whether the screen counts down to switching off."""
        if not 0 < self.steps_done < len(PAIR_STEPS):
            return False
        last = PAIR_STEPS[self.steps_done - 1][1]
        return last in (PairStep.OFF_IN_3, PairStep.OFF_IN_2, PairStep.OFF_IN_1)


def pair_is_down(feet: Feet) -> bool:
    """Tell whether a foot each is on AGAIN and SONG, put there together, and on no other pedal.

    A pedal that is stuck is under no foot: the line check is how one finds it.
    """
    down = [contact for contact in feet.contacts if contact.is_under_a_foot]
    if tuple(contact.pedal for contact in down) != PAIR:
        return False
    return _apart_ns(down[0], down[1]) <= PAIR_WITHIN_NS


def _apart_ns(first: PedalContact, second: PedalContact) -> int:
    return abs(first.edge_ns - second.edge_ns)
