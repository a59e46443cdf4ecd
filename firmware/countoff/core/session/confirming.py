"""Confirming takes: what is heard of the DAW, and what becomes of a take that it does not confirm.

Pure. The count-in of a take waits for the DAW's word that it records, up to the deadline; after
that there is none, or, as configured, one with a warning. Whoever plays knows what is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import DropDawCommands
from countoff.core.daw import Answer, DawTransport, OnStop, WithoutAnswer
from countoff.core.entries import HowEnded
from countoff.core.session.at_the_daw import (
    SAID_FOR_NS,
    begin_at_daw,
    lose_unstopped,
    recording_begun_ns,
    stop_at_daw,
    unstopped_ns,
)
from countoff.core.session.certifying import note_lost
from countoff.core.session.clocking import lay_clock_anew, lay_clock_to_first_click
from countoff.core.session.ending import close_take, end_take
from countoff.core.session.known_daw import LIFE_NS, ROLLS_NOT
from countoff.core.session.laying import move_count_in, start_count_in
from countoff.core.session.placing import note_place
from countoff.core.session.seeing import see, unsee, unsee_since_life

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import DawHeard
    from countoff.core.session.known_daw import KnownDaw
    from countoff.core.session.state import State
    from countoff.core.session.turn import Turn
    from countoff.core.timebase import ClockFit

_MS = 1_000_000
# A port may be set to send so much earlier; between two takes more than twice as much lies.
_EARLY_NS = 100 * _MS


def note_heard(turn: Turn, event: DawHeard) -> None:
    """Take in what was heard of the DAW: its word, its place, or only that it is alive."""
    state = turn.state
    if not state.settings.daw.can_answer or event.at_ns < state.daw.since_ns:
        return
    before = state.daw
    turn.update(daw=state.daw.having_heard(event))
    take = state.take
    if take is None or take.is_rehearsal:
        begun_ns = recording_begun_ns(turn.state)
        if begun_ns is not None and begun_ns <= turn.at_ns:
            begin_at_daw(turn)
    elif turn.state.daw_is_there:
        _weigh(turn, event.transport, before)
    if event.place is not None:
        note_place(turn, event.place, event.at_ns)


def due_of_daw(state: State) -> list[tuple[int, Callable[[Turn], None]]]:
    """Return the moments that time alone will bring between the box and the DAW, with their rules."""
    take = state.take
    if take is None or take.is_rehearsal:
        moments = ((recording_begun_ns(state), begin_at_daw), (unstopped_ns(state), lose_unstopped))
        return [(moment, rule) for moment, rule in moments if moment is not None]
    confirmation = take.confirmation
    if confirmation.answer is Answer.COMMANDED and confirmation.due_ns is not None:
        return [(confirmation.due_ns, _be_overdue)]
    life_ns = state.daw.life_ns
    if confirmation.answer is Answer.CONFIRMED and state.settings.daw.shows_life:
        return [] if life_ns is None else [(life_ns + LIFE_NS + 1, _fall_silent)]
    return []


def lose_daw(turn: Turn) -> None:
    """Note that the way to the DAW is gone: what it said last is not known to be so any more."""
    turn.update(daw=turn.state.daw.having_lost(turn.at_ns))
    take = turn.state.take
    if take is not None and take.confirmation.answer is Answer.CONFIRMED:
        unsee(turn, Answer.LOST)


def go_on_unrecorded(turn: Turn, answer: Answer, words: str) -> None:
    """Refuse the take whose count-in waits, or begin it with a warning, as configured."""
    unsee(turn, answer)
    if not turn.take.confirmation.is_held:
        return
    if turn.state.settings.without_answer is WithoutAnswer.WARN:
        _release(turn)
    else:
        turn.do(DropDawCommands())
        end_take(turn, HowEnded.CANCELLED, turn.at_ns)
        close_take(turn, by_itself=True)
    turn.say(words, for_ns=SAID_FOR_NS)


def move_to_stream(turn: Turn, clock: ClockFit) -> None:
    """Lay a take whose count-in waits for the DAW onto a new stream, at the same moment."""
    old, take = turn.state.clock, turn.take
    first_click_ns = turn.at_ns if old is None else old.ns_at_frame(take.first_click_frame)
    move_count_in(turn, clock, clock.frame_at_ns(first_click_ns))
    lay_clock_anew(turn, clock, turn.take.grid.tick_at_frame(clock.frame_at_ns(turn.at_ns)))


def _weigh(turn: Turn, word: DawTransport | None, before: KnownDaw) -> None:
    """Let the DAW's word, or a mere sign of life, have its effect on the running take.

    `before` is what was known of the DAW before it.
    """
    state, confirmation = turn.state, turn.take.confirmation
    was_stopping = before.is_stopping(turn.at_ns, state.settings.daw.deadline_ns)
    # Out of record first, and then stopped: it has been seen to roll up to here.
    rolled_on = confirmation.seen_ns is not None and before.transport is DawTransport.PLAYING
    is_stop = word in ROLLS_NOT and state.settings.on_stop is OnStop.END
    if turn.take.began_at_daw and word not in (None, DawTransport.RECORDING):
        stop_at_daw(turn)
    elif confirmation.answer is Answer.CONFIRMED:
        if word in ROLLS_NOT and was_stopping:
            # It obeys the stop of the take before; what it said in between was of that take too.
            unsee(turn, Answer.COMMANDED)
        elif is_stop:
            stop_at_daw(turn)
        elif word is not None and word is not DawTransport.RECORDING:
            unsee(turn, Answer.MISSING, "daw not recording", f"The DAW says that it is {word}.")
            turn.say("DAW HAS STOPPED" if word in ROLLS_NOT else "DAW NOT RECORDING")
    elif is_stop and rolled_on and confirmation.answer is Answer.MISSING:
        stop_at_daw(turn)
    elif _is_answer(state, turn.at_ns, is_new=word is DawTransport.RECORDING):
        _confirm(turn)


def _is_answer(state: State, at_ns: int, *, is_new: bool) -> bool:
    """Tell whether that the DAW records is its answer to the command of the running take.

    Where it is not new it may be of the take before, as long as it may still obey the stop of that.
    """
    take = state.take
    if take is None or not state.daw_records(at_ns):
        return False
    if at_ns < take.confirmation.record_ns - _EARLY_NS:
        return False
    return is_new or not state.daw.is_stopping(at_ns, state.settings.daw.deadline_ns)


def _confirm(turn: Turn) -> None:
    """Note that the DAW records, and let the count-in begin that waited for it."""
    is_late = turn.take.confirmation.answer is Answer.MISSING
    if turn.take.confirmation.is_held:
        _release(turn)
    see(turn)
    if is_late:
        turn.say("DAW IS RECORDING")


def _release(turn: Turn) -> None:
    """Begin the count-in: when it was planned if that can still be, else as soon as it can."""
    state, take = turn.state, turn.take
    turn.update_confirmation(is_held=False)
    clock = state.clock
    if clock is None:
        return
    # From now on, not from the moment of the word or of the deadline: either may have had to wait.
    soonest_frame = clock.frame_at_ns(turn.now_ns + clock.notice_ns)
    if take.first_click_frame < soonest_frame:
        move_count_in(turn, clock, soonest_frame)
        lay_clock_to_first_click(turn, clock, take)
        next_position_ns = max(take.next_position_ns, turn.at_ns)
        turn.update_take(next_position_ns=next_position_ns)
    if state.audio_is_here:
        start_count_in(turn)
    else:
        # It sounds from its next event on, once a stream is there.
        note_lost(turn)


def _be_overdue(turn: Turn) -> None:
    """Let the deadline of the DAW's answer come."""
    state = turn.state
    if _is_answer(state, turn.at_ns, is_new=False):
        _confirm(turn)
        return
    abilities, pressed_ns = state.settings.daw, turn.take.pressed_ns
    life_ns = state.daw.life_ns
    is_deaf = life_ns is None or life_ns < pressed_ns
    detail = (
        "The DAW was told to record, and has not said that it does within"
        f" {abilities.deadline_ns / _MS:g} ms."
    )
    turn.incident("daw did not record", detail)
    words = "DAW: NO ANSWER" if is_deaf else "DAW NOT RECORDING"
    go_on_unrecorded(turn, Answer.MISSING, words)


def _fall_silent(turn: Turn) -> None:
    """Note that nothing was heard of the DAW for too long to believe its last word."""
    detail = "Nothing has been heard of the DAW for 1 s."
    unsee_since_life(turn, "daw silent", detail)
    turn.say("DAW IS SILENT")
