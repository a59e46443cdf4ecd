"""The rules of a line check: what a step on a pedal means in it, how it goes on, when it gives way.

Pure. The checks themselves are made elsewhere, and come in as events. Whatever begins a take ends a
line check at once; until then a step on a pedal only ticks that pedal off, where somebody stands there
for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.actions import (
    EndLineCheck,
    LearnNormallyClosed,
    StartClicks,
    StartLineCheck,
    StopClicks,
)
from countoff.core.daw import DawTransport
from countoff.core.events import (
    ClickMisheard,
    LineCheckDone,
    LineChecked,
    LoopbackListened,
    Pedal,
    PedalsLookedAt,
    TrialClicksAsked,
)
from countoff.core.finding import Grade, counted
from countoff.core.gestures import Held, HoldStage, Pressed
from countoff.core.line_check import STEPS_TO_LEARN, LineCheck, Stage
from countoff.core.session.line_check_view import pages_told
from countoff.core.session.pedals import Phase
from countoff.core.trial_clicks import TrialClicks

if TYPE_CHECKING:
    from countoff.core.gestures import Gesture
    from countoff.core.session.state import State
    from countoff.core.session.turn import Turn

    FromChecks = LineChecked | PedalsLookedAt | TrialClicksAsked | LineCheckDone

_NS_PER_SECOND = 1_000_000_000
# No check takes this long, with all their deadlines: then whoever makes them is gone.
_LOOKING_NS = 90 * _NS_PER_SECOND
# So long nobody has stepped on a pedal: nobody stands there any more.
_FEELING_NS = 20 * _NS_PER_SECOND
_TELLING_NS = {Grade.PASS: 6 * _NS_PER_SECOND}
_TELLING_TROUBLE_NS = 60 * _NS_PER_SECOND


def begin(turn: Turn, *, is_attended: bool) -> str:
    """Begin a line check, or say that one is under way. Whether one may be is asked before."""
    before = turn.state.line_check
    if before is not None and before.is_under_way:
        return "nothing: a line check is under way"
    check = LineCheck(1, is_attended, turn.at_ns + _LOOKING_NS)
    if before is not None:
        check = replace(check, run=before.run + 1, learnt=before.learnt)
    _become(turn, check)
    # What the screen said last, how to get here, is done.
    turn.update(message=None)
    turn.do(StartLineCheck(turn.at_ns))
    return "line check"


def hear_checks(turn: Turn, event: FromChecks) -> None:
    """Take in what the checks say; what is left of an earlier line check says nothing any more."""
    check = turn.state.line_check
    if check is None or event.run != check.run or check.stage is not Stage.LOOKING:
        return
    match event:
        case LineChecked():
            _become(turn, replace(check, findings=(*check.findings, event.finding)))
        case PedalsLookedAt():
            _become(turn, replace(check, closed=event.closed))
        case TrialClicksAsked():
            _play_trial(turn, check)
        case LineCheckDone():
            until_ns = turn.at_ns + _FEELING_NS
            _become(turn, replace(check, stage=Stage.FEELING, until_ns=until_ns))
            _tell_if_felt(turn)


def hear_trial(turn: Turn, event: ClickMisheard | LoopbackListened) -> None:
    """Take in what came back of the clicks that were played."""
    check = turn.state.line_check
    if check is not None and check.trial is not None and check.is_under_way:
        _become(turn, replace(check, trial=check.trial.having(event)))


def takes(state: State, gesture: Gesture) -> bool:
    """Tell whether a gesture is for the line check, and means nothing else."""
    check = state.line_check
    if check is None or state.phase is not Phase.IDLE:
        return False
    if check.takes_steps:
        # A pedal that is stuck is said as ever.
        return not (isinstance(gesture, Held) and gesture.stage is HoldStage.STUCK)
    is_page = isinstance(gesture, Pressed) and gesture.pedal is Pedal.SONG
    # Where there is no other page, SONG names the next song as ever.
    return is_page and check.stage is Stage.TELLING and len(pages_told(check)) > 1


def step_on(turn: Turn, gesture: Gesture) -> str:
    """Let a gesture that the line check `takes` have its meaning; return it in words, or nothing."""
    check = turn.state.line_check
    if check is None:
        return ""
    if check.stage is Stage.TELLING:
        until_ns = turn.at_ns + _TELLING_TROUBLE_NS
        _become(turn, replace(check, page=check.page + 1, until_ns=until_ns))
        return "line check: the next page"
    if isinstance(gesture, Held):
        # Of a contact that is closed at rest a hold says nothing, and before that is known of none.
        is_meant = gesture.pedal is Pedal.ROLL and gesture.stage is HoldStage.HOLD
        if is_meant and check.closed is not None and gesture.pedal not in check.to_learn:
            leave(turn)
            return "leaves the line check"
        return ""
    if not isinstance(gesture, Pressed):
        return ""
    check = check.stepped(gesture.pedal)
    did = "line check: felt"
    if check.steps.count(gesture.pedal) >= STEPS_TO_LEARN and gesture.pedal in check.to_learn:
        check = check.having_learnt(gesture.pedal)
        turn.do(LearnNormallyClosed(gesture.pedal))
        did = "line check: learnt that it is normally closed"
    if check.stage is Stage.FEELING:
        check = replace(check, until_ns=turn.at_ns + _FEELING_NS)
    _become(turn, check)
    _tell_if_felt(turn)
    return did


def due_of_line_check(state: State) -> int | None:
    """Return when a line check goes on by itself; None where it does not."""
    check = state.line_check
    return None if check is None or check.stage is Stage.OVER else check.until_ns


def go_on(turn: Turn) -> None:
    """Go on with a line check whose stage has lasted long enough."""
    check = turn.state.line_check
    if check is None:
        return
    if check.stage is Stage.TELLING:
        _become(turn, replace(check, stage=Stage.OVER))
        return
    if check.stage is Stage.LOOKING:
        turn.do(EndLineCheck(turn.at_ns))
        check = replace(check, was_broken_off=True)
    _tell(turn, check)


def give_way(turn: Turn) -> None:
    """End the line check where something more important has begun: a take, or the DAW records."""
    check, state = turn.state.line_check, turn.state
    if check is None or check.stage is Stage.OVER:
        return
    if state.phase is not Phase.IDLE or state.daw.transport is DawTransport.RECORDING:
        _end(turn, check)


def leave(turn: Turn) -> None:
    """End the line check because somebody has seen enough."""
    check = turn.state.line_check
    if check is not None and check.stage is not Stage.OVER:
        _end(turn, check)


def _end(turn: Turn, check: LineCheck) -> None:
    if check.stage is Stage.LOOKING:
        turn.do(EndLineCheck(turn.at_ns))
        is_playing = check.trial is not None and not check.trial.is_heard
        if is_playing and not _has_click(turn.state):
            turn.do(StopClicks())
    _become(turn, replace(check, stage=Stage.OVER, was_broken_off=check.is_under_way))


def _has_click(state: State) -> bool:
    """Tell whether a take's own click has replaced what was played: not while it waits for the DAW."""
    take = state.take
    if take is None or state.phase not in (Phase.COUNT_IN, Phase.ROLLING):
        return False
    return not (take.began_at_daw or take.confirmation.is_held)


def _tell_if_felt(turn: Turn) -> None:
    check = turn.state.line_check
    if check is not None and check.stage is Stage.FEELING and check.is_felt:
        _tell(turn, check)


def _tell(turn: Turn, check: LineCheck) -> None:
    """Have the screen tell what was found, for as long as it takes to read it."""
    check = check.with_felt_told()
    if not check.is_attended:
        turn.say("LINE CHECK: " + ("ALL WELL" if not check.troubles else counted(check.troubles)))
        _become(turn, replace(check, stage=Stage.OVER))
        return
    until_ns = turn.at_ns + _TELLING_NS.get(check.grade, _TELLING_TROUBLE_NS)
    _become(turn, replace(check, stage=Stage.TELLING, until_ns=until_ns))


def _play_trial(turn: Turn, check: LineCheck) -> None:
    clock = turn.state.clock
    if clock is None or not turn.state.audio_is_here:
        return
    trial = TrialClicks.after(clock, turn.at_ns)
    _become(turn, replace(check, trial=trial))
    turn.do(StartClicks(trial.epoch, trial.clicks))


def _become(turn: Turn, check: LineCheck) -> None:
    turn.update(line_check=check)
