"""What a foot controller's pedal can be for: a pedal of the box, or an action. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.events import Pedal
from countoff.core.nearest import nearest_word
from countoff.core.session.pedals import Do

if TYPE_CHECKING:
    from countoff.config.midi_pedals import PedalUse

ACTIONS: Final = tuple(do for do in Do if do not in (Do.NOTHING, Do.HINT_HOLD))


def find_use(text: str) -> PedalUse:
    """Return the pedal, or else the action, that `text` names. Raises ValueError with a sentence.

    `keeper` is the pedal, which knows holds, and not the action.
    """
    word = text.strip().lower().replace(" ", "_").replace("-", "_")
    if word in list(Pedal):
        return Pedal(word)
    if word in ACTIONS:
        return Do(word)
    allowed = [*Pedal, *ACTIONS]
    raise ValueError(
        f'"{text.strip()}" is neither a pedal nor an action.{nearest_word(word, allowed)}'
        f" Pedals: {', '.join(Pedal)}. Actions: {', '.join(ACTIONS)}."
    )
