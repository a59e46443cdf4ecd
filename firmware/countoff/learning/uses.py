"""What a foot controller's pedal can be for: a pedal of the box, or an action. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.events import Pedal
from countoff.core.nearest import nearest_word
from countoff.core.session.pedals import NOT_BY_A_PRESS, Do

if TYPE_CHECKING:
    from countoff.config.midi_pedals import PedalUse

_NOT_ASKED_FOR: Final = {Do.NOTHING, Do.HINT_HOLD, *NOT_BY_A_PRESS}
ACTIONS: Final = tuple(do for do in Do if do not in _NOT_ASKED_FOR)


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
