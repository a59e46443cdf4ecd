"""What is done to the box itself, between takes: the line check, and switching it off. Pure.

Neither may disturb a recording, whoever began it: both are refused unless the box is idle and the
last word of the DAW is not that it records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import PowerOff
from countoff.core.daw import DawTransport
from countoff.core.session.line_checking import begin
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from countoff.core.events import LineCheckAsked, PowerOffRefused
    from countoff.core.session.turn import Turn

# Longer than going down takes: the screen has another thing to say by then.
_SWITCHING_OFF_NS = 60_000_000_000
_NOT_NOW = "refused: something is being recorded"


def line_check(turn: Turn) -> str:
    """Have everything looked at that takes depend on, the pedals by whoever stands there."""
    if is_refused(turn):
        return _NOT_NOW
    return begin(turn, is_attended=True)


def line_check_from(turn: Turn, event: LineCheckAsked) -> str:
    """Have everything looked at, as somebody asked who may stand elsewhere."""
    if is_refused(turn):
        return _NOT_NOW
    return begin(turn, is_attended=event.is_attended)


def shut_down(turn: Turn) -> str:
    """Have the whole box go down, so that its plug can be pulled."""
    if is_refused(turn):
        return _NOT_NOW
    turn.do(PowerOff(turn.at_ns))
    turn.update(goes_off_until_ns=turn.at_ns + _SWITCHING_OFF_NS)
    turn.say("SWITCHING OFF", _SWITCHING_OFF_NS)
    return "switches off"


def stay_on(turn: Turn, event: PowerOffRefused) -> None:
    """Say that the box could not be switched off after all; why is in the journal."""
    turn.update(goes_off_until_ns=0)
    turn.say(event.words)


def is_refused(turn: Turn) -> bool:
    """Tell whether neither may be now, and say why on the screen."""
    if turn.state.phase is not Phase.IDLE:
        turn.say("NOT DURING A TAKE")
        return True
    if turn.state.daw.transport is DawTransport.RECORDING:
        turn.say("NOT NOW: DAW RECORDS")
        return True
    return False
