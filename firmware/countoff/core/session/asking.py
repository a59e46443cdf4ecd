"""Asking the DAW to record a take: what is waited for, and what it is already known to do. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import Answer
from countoff.core.session.confirmation import Confirmation

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn


def asked_to_record(turn: Turn, record_ns: int, located_s: int | None) -> Confirmation:
    """Return what is known of a take that the DAW is told at `record_ns` to record.

    Where it can answer, the count-in is held until it does. One that records already has nothing
    new to say, unless it was told to stop since: then it will say that first.
    """
    state = turn.state
    abilities = state.settings.daw
    if not abilities.can_answer:
        return Confirmation(Answer.CANNOT_ANSWER, record_ns, located_s=located_s)
    records_already = (
        record_ns <= turn.at_ns and state.daw.stop_told_ns is None and state.daw_records(turn.at_ns)
    )
    if records_already:
        return Confirmation(Answer.CONFIRMED, record_ns, seen_ns=turn.at_ns, believed_ns=turn.at_ns)
    return Confirmation(
        Answer.COMMANDED,
        record_ns,
        due_ns=record_ns + abilities.deadline_ns,
        is_held=True,
        unseen_since_ns=turn.at_ns,
        located_s=located_s,
    )
