"""What comes of AGAIN and SONG held together, moment by moment: a hint, the line check, going off.

Pure. Letting go of either, or stepping on any other pedal, ends it at once; it begins again only
with a new press.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.gestures import Pressed, Released
from countoff.core.session.edges import edge_now, log_press
from countoff.core.session.pair import PAIR, PAIR_NAME, PAIR_STEPS, PairHeld, PairStep, pair_is_down
from countoff.core.session.pedals import Phase
from countoff.core.session.upkeep import is_refused, line_check, shut_down

if TYPE_CHECKING:
    from countoff.core.events import Pedal
    from countoff.core.gestures import Gesture
    from countoff.core.session.turn import Turn

_NS_PER_SECOND = 1_000_000_000
# Each number stands until the next one does.
_COUNT_NS = 1_100_000_000
_COUNTED = {
    PairStep.OFF_IN_3: "POWER OFF IN 3",
    PairStep.OFF_IN_2: "POWER OFF IN 2",
    PairStep.OFF_IN_1: "POWER OFF IN 1",
}


def feel_pair(turn: Turn, gesture: Gesture) -> None:
    """Notice that both are held from now on, or no longer. After what each pedal means by itself."""
    if isinstance(gesture, Pressed):
        is_new = turn.state.phase is Phase.IDLE and pair_is_down(turn.state.feet)
        if is_new and gesture.pedal in PAIR:
            _begin(turn)
        else:
            _end(turn)
    elif isinstance(gesture, Released) and gesture.pedal in PAIR:
        _end(turn)


def is_of_pair(turn: Turn, pedal: Pedal) -> bool:
    """Tell whether a pedal that is held is one of a pair that is."""
    return turn.state.pair is not None and pedal in PAIR


def take_pair_step(turn: Turn) -> None:
    """Do what is due now of a pair that is held."""
    pair = turn.state.pair
    if pair is None or pair.next_step_ns is None:
        return
    after_ns, step = PAIR_STEPS[pair.steps_done]
    turn.update(pair=replace(pair, steps_done=pair.steps_done + 1))
    if turn.state.phase is not Phase.IDLE:
        # Somebody at the DAW or at a panel has begun a take meanwhile.
        _end(turn)
        return
    if step not in (PairStep.HINT, PairStep.LINE_CHECK) and (third := _third_down(turn)):
        turn.update(pair=None)
        turn.say(f"STAYS ON: {third.upper()}")
        return
    match step:
        case PairStep.HINT:
            turn.say("HOLD FOR LINE CHECK")
        case PairStep.LINE_CHECK:
            _log_hold(turn, after_ns, line_check(turn))
        case PairStep.SHUT_DOWN:
            _log_hold(turn, after_ns, shut_down(turn))
        case _ if is_refused(turn):
            turn.update(pair=None)
        case _:
            turn.say(_COUNTED[step], _COUNT_NS)


def _third_down(turn: Turn) -> Pedal | None:
    """Return a third pedal that is down, stuck or not: then it may be a case that lies on all three."""
    contacts = turn.state.feet.contacts
    return next((each.pedal for each in contacts if each.is_down and each.pedal not in PAIR), None)


def _begin(turn: Turn) -> None:
    edges = turn.state.edges
    # What the first one was to do at its release, or held alone, was not meant.
    turn.update(pair=PairHeld(turn.at_ns), edges=MappingProxyType({}))
    for pedal, edge in edges.items():
        if edge.is_pending:
            log_press(turn, pedal, "press", edge, "ignored: two pedals at once")


def _end(turn: Turn) -> None:
    pair = turn.state.pair
    if pair is None:
        return
    turn.update(pair=None)
    if pair.is_counting_down:
        turn.say("STAYS ON")


def _log_hold(turn: Turn, after_ns: int, did: str) -> None:
    log_press(turn, PAIR_NAME, f"held {after_ns // _NS_PER_SECOND} s", edge_now(turn), did)
