"""Seeing the DAW record a take: from when on, with what gaps, and what is to be said of it. Pure.

The verdict is RECORDED only where the DAW said so without a gap from the first click to the stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import Answer, Verdict
from countoff.core.entries import DawAnswered, TakeJudged
from countoff.core.session.placing import log_place, place_by_locate

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn
    from countoff.core.tempo import BarBeat

# A DAW that goes in and out of record again and again is in the log often enough with these.
_MOST_LOGGED_GAPS = 16


def see(turn: Turn) -> None:
    """Note that the DAW says, now, that it records the running take."""
    _end_gap(turn)
    is_first = turn.take.confirmation.seen_ns is None
    turn.update_confirmation(answer=Answer.CONFIRMED, unseen_since_ns=None, believed_ns=turn.at_ns)
    if is_first:
        turn.update_confirmation(seen_ns=turn.at_ns)
        confirmation = turn.take.confirmation
        turn.log(DawAnswered(turn.take.id, turn.at_ns, confirmation.delay_ns))
        place_by_locate(turn)


def unsee(turn: Turn, answer: Answer, kind: str = "", detail: str = "") -> None:
    """Note that from now on nobody knows whether the DAW records the running take, and why.

    `kind` and `detail` are of the incident; none is logged without them.
    """
    _unsee_since(turn, answer, turn.at_ns)
    if kind:
        _log_gap(turn, kind, detail)


def unsee_since_life(turn: Turn, kind: str, detail: str) -> None:
    """Note the same of a DAW that has fallen silent: nobody has known since its last sign of life."""
    life_ns = turn.state.daw.life_ns
    _unsee_since(turn, Answer.LOST, turn.at_ns if life_ns is None else life_ns)
    _log_gap(turn, kind, detail)


def judge(turn: Turn) -> None:
    """Say of the take that is closed now what the DAW has said of it, where it could."""
    take = turn.take
    if not take.confirmation.is_awaited:
        return
    log_place(turn)
    _end_gap(turn)
    confirmation = turn.take.confirmation
    if confirmation.seen_ns is None:
        verdict = Verdict.NOT_SEEN
    elif confirmation.gap is not None:
        verdict = Verdict.GAP
    else:
        verdict = Verdict.RECORDED
    turn.update_confirmation(verdict=verdict)
    proves_arming = turn.state.settings.daw.proves_arming
    gap = confirmation.gap if verdict is Verdict.GAP else None
    turn.log(TakeJudged(take.id, turn.at_ns, verdict, gap, proves_arming))


def _unsee_since(turn: Turn, answer: Answer, since_ns: int) -> None:
    confirmation = turn.take.confirmation
    if confirmation.unseen_since_ns is None:
        turn.update_confirmation(unseen_since_ns=since_ns)
    turn.update_confirmation(answer=answer)


def _log_gap(turn: Turn, kind: str, detail: str) -> None:
    if turn.take.confirmation.gap_count < _MOST_LOGGED_GAPS:
        turn.incident(kind, detail)


def _end_gap(turn: Turn) -> None:
    """End the stretch in which nobody knew, if there is one; before the first click it is no gap."""
    take, clock = turn.take, turn.state.clock
    confirmation = take.confirmation
    since_ns = confirmation.unseen_since_ns
    if since_ns is None or clock is None or confirmation.is_held:
        return
    gap_ns = max(since_ns, clock.ns_at_frame(take.first_click_frame))
    if take.epoch != clock.epoch:
        # A ring-out is not laid onto a new stream: its music is over.
        gap_ns = max(gap_ns, take.ended_ns)
    if turn.at_ns <= gap_ns:
        return
    turn.update_confirmation(gap_count=confirmation.gap_count + 1)
    if confirmation.gap is None:
        turn.update_confirmation(gap=_place_at(turn, gap_ns))


def _place_at(turn: Turn, at_ns: int) -> BarBeat:
    """Return where the running take was at `at_ns`; in its ring-out, where its music ended."""
    take = turn.take
    if take.how is not None and at_ns >= take.ended_ns:
        return take.ended_at
    return turn.place_now(at_ns)
