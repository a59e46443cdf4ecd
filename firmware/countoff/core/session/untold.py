"""A command that never reached the DAW: which take that concerns, and what is said of it. Pure.

The light of a take that the DAW was never told to record says so until the take is over, whatever
becomes of the port meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand
from countoff.core.daw import Answer
from countoff.core.session.at_the_daw import SAID_FOR_NS
from countoff.core.session.confirming import go_on_unrecorded

if TYPE_CHECKING:
    from countoff.core.events import DawNotTold
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn

_NOT_RECORDING = "DAW NOT RECORDING"


def note_untold(turn: Turn, event: DawNotTold) -> None:
    """Lay a command that never left to its take, and say what somebody has to do by hand."""
    detail = f"The DAW was not told to {event.command}. {event.reason}".strip()
    running, last = turn.state.take, turn.state.last_take
    if event.command is DawCommand.STOP:
        if last is not None and last.daw_was_told:
            turn.say("STOP THE DAW", for_ns=SAID_FOR_NS)
        turn.incident_of_last_take("daw not told", detail)
    elif _is_before(event, running):
        turn.incident_of_last_take("daw not told", detail)
    else:
        turn.incident("daw not told", detail)
        if event.command is DawCommand.RECORD and running is not None:
            turn.update_take(daw_was_told=False)
            if running.confirmation.is_awaited:
                go_on_unrecorded(turn, Answer.LOST, _NOT_RECORDING)
            turn.say(_NOT_RECORDING, for_ns=SAID_FOR_NS)


def _is_before(event: DawNotTold, running: Take | None) -> bool:
    """Tell whether the command was for an older take than the one that runs, if any."""
    return running is None or running.is_rehearsal or event.due_ns < running.pressed_ns
