"""From a gesture to what it does: the pedal table, and the guards against accidents."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.events import Pedal
from countoff.core.gestures import Held, HoldStage, Pressed
from countoff.core.session import line_checking
from countoff.core.session.asked import allowed_phases, carry_out, false_start_by_press
from countoff.core.session.both_held import feel_pair, is_of_pair
from countoff.core.session.edges import edge_now, log_press
from countoff.core.session.flagging import strengthen_to_fix
from countoff.core.session.pedals import Do, PedalUse, Phase, waits_for_release

if TYPE_CHECKING:
    from countoff.core.gestures import Gesture, Released
    from countoff.core.session.state import Edge
    from countoff.core.session.turn import Turn

# A press this soon after the phase changed by itself was meant for the phase before: a foot on its
# way to end a ring-out that has just run out must not start a take.
_JUST_CHANGED_NS = {Phase.IDLE: 1_500_000_000, Phase.RING_OUT: 600_000_000}
_JUST_CHANGED_WORDS = {Phase.IDLE: "IT IS OVER ALREADY", Phase.RING_OUT: "RINGING OUT ALREADY"}
_TRANSPORT = frozenset({Pedal.ROLL, Pedal.AGAIN})
# What gives a rolling take up is never done by a foot that is on two pedals.
_SPOILS = frozenset({Do.FALSE_START, Do.STOP, Do.END_AT_BAR})


def feel(turn: Turn, gesture: Gesture) -> None:
    """Let one gesture do what the pedal table says, and write it down."""
    # An edge that was taken for a bounce at first is believed later, and acts with its own time.
    turn.at_ns = gesture.at_ns
    if line_checking.takes(turn.state, gesture):
        _check_line(turn, gesture)
    elif isinstance(gesture, Pressed):
        _pressed(turn, gesture)
    elif isinstance(gesture, Held):
        _held(turn, gesture)
    else:
        _released(turn, gesture)
    feel_pair(turn, gesture)


def _check_line(turn: Turn, gesture: Gesture) -> None:
    edge = edge_now(turn)
    _remember(turn, gesture.pedal, None)
    if did := line_checking.step_on(turn, gesture):
        log_press(
            turn, gesture.pedal, "press" if isinstance(gesture, Pressed) else "hold", edge, did
        )


def _use(turn: Turn, pedal: Pedal, phase: Phase) -> PedalUse:
    return turn.state.settings.pedal_table.get((pedal, phase), PedalUse())


def _pressed(turn: Turn, press: Pressed) -> None:
    edge = edge_now(turn)
    use = _use(turn, press.pedal, edge.phase)
    why_ignored = _why_ignored(turn, press)
    if why_ignored:
        # The hold of a stutter still counts: nobody holds by accident.
        _remember(turn, press.pedal, edge if press.is_stutter and not press.is_stomp else None)
        log_press(turn, press.pedal, "press", edge, f"ignored: {why_ignored}")
        return
    _remember(turn, press.pedal, edge)
    if waits_for_release(use):
        _remember(turn, press.pedal, replace(edge, is_pending=True))
        did = "waits for the release or a hold"
    elif use.press is Do.FALSE_START and edge.phase is Phase.ROLLING:
        did = false_start_by_press(turn, press.pedal, edge)
    else:
        did = carry_out(turn, use.press)
    log_press(turn, press.pedal, "press", edge, did)


def _why_ignored(turn: Turn, press: Pressed) -> str:
    """Return why a press was an accident, which the screen says too; nothing where it was meant."""
    state = turn.state
    if press.is_stomp:
        # The first pedal of the stomp was not meant either, as far as it still waits.
        turn.update(waiting_press=None, edges=MappingProxyType({}))
        turn.say("TWO PEDALS: IGNORED")
        return "two pedals at once"
    do = _use(turn, press.pedal, state.phase).press
    if press.is_stutter:
        # What the first press made the screen say is worth more: KEEP T4 VERSE 2.
        is_free = state.message is None or state.message.until_ns <= turn.at_ns
        if is_free and do is not Do.NOTHING:
            turn.say("TOO FAST: IGNORED")
        return "too soon after the last press"
    just_changed_ns = _JUST_CHANGED_NS.get(state.phase, 0)
    if not press.is_alone and do in _SPOILS:
        turn.say("TWO PEDALS: IGNORED")
        return "another pedal is down too"
    is_late = state.phase_came_by_itself and turn.at_ns - state.phase_since_ns < just_changed_ns
    if is_late and press.pedal in _TRANSPORT:
        turn.say(_JUST_CHANGED_WORDS[state.phase])
        return f"{state.phase} has only just begun"
    return ""


def _held(turn: Turn, held: Held) -> None:
    if held.stage is HoldStage.STUCK:
        if is_of_pair(turn, held.pedal):
            return
        turn.say(f"{held.pedal.upper()} PEDAL STUCK?")
        turn.incident("pedal stuck", f"The {held.pedal} pedal has been down for 10 s.")
        return
    edge = turn.state.edges.get(held.pedal)
    if edge is None:
        return
    use = _use(turn, held.pedal, edge.phase)
    do = use.hold if held.stage is HoldStage.HOLD else use.long_hold
    if do is Do.NOTHING:
        return
    if not held.is_alone:
        turn.say("TWO PEDALS: IGNORED")
        did = "ignored: another pedal was down too"
    elif not _still_means(turn, edge, do):
        if do is Do.STOP and turn.state.phase is Phase.RING_OUT:
            turn.say("RINGING OUT ALREADY")
        did = f"ignored: pressed while {edge.phase}, held into {turn.state.phase}"
    elif do is Do.FIX_HERE:
        did = strengthen_to_fix(turn, held.edge_ns, edge)
    else:
        did = carry_out(turn, do)
    _remember(turn, held.pedal, replace(edge, is_pending=False))
    gesture = "hold" if held.stage is HoldStage.HOLD else "long hold"
    log_press(turn, held.pedal, gesture, edge, did)


def _released(turn: Turn, released: Released) -> None:
    edge = turn.state.edges.get(released.pedal)
    _remember(turn, released.pedal, None)
    if edge is None or not edge.is_pending:
        return
    use = _use(turn, released.pedal, edge.phase)
    if turn.state.phase is edge.phase:
        did = carry_out(turn, use.press)
    else:
        turn.say("TOO LATE: IGNORED")
        did = f"ignored: {turn.state.phase} by now"
    log_press(turn, released.pedal, "release", edge, did)


def _still_means(turn: Turn, edge: Edge, do: Do) -> bool:
    """Tell whether a hold still concerns the take that the press was made in."""
    now = edge_now(turn)
    if now.take_id != edge.take_id:
        return False
    # A flag may reach from the last bar into the ring-out of the same take. A stop may not: the
    # foot that has ended the take at the bar and stays down would cut its last cymbal.
    reaches_on = do is Do.FIX_HERE and now.phase in allowed_phases(do)
    return now.phase is edge.phase or (edge.phase is Phase.ROLLING and reaches_on)


def _remember(turn: Turn, pedal: Pedal, edge: Edge | None) -> None:
    """Keep in which phase and take a pedal went down; None where its hold means nothing."""
    edges = {other: kept for other, kept in turn.state.edges.items() if other is not pedal}
    if edge is not None:
        edges[pedal] = edge
    turn.update(edges=MappingProxyType(edges))
