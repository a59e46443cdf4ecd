"""From the configuration to the OSC input that it asks for. Opens nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.osc.ears import ear_for
from countoff.daw.osc.input import OscInput
from countoff.daw.osc.listening import OscListener
from countoff.daw.profile import Dialect
from countoff.daw.speaking import rate_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.config.load import Loaded
    from countoff.core.events import Event


def osc_input(
    loaded: Loaded, post: Callable[[Event], None], say: Callable[[str], None]
) -> OscInput | None:
    """Return the input of a DAW that answers by OSC, to be started; None where it does not."""
    answers, daw = loaded.profile.answers, loaded.config.daw
    if answers.dialect is not Dialect.OSC or answers.osc_words is None:
        return None
    machine, _, port = daw.osc.rpartition(":")
    listener = OscListener(ear_for(answers.osc_words, rate_of(daw.frames_per_second)))
    return OscInput(listener, (machine, int(port)), daw.osc_port, post=post, say=say)
