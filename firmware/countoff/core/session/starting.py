"""Beginning a take: the DAW is told first, then the count-in is planned, then it is logged."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.daw import LAST_PLACE_HOURS, Answer
from countoff.core.entries import DawAnswered, HowEnded, TakeStarted
from countoff.core.events import Part, PartState
from countoff.core.session.account import Account
from countoff.core.session.asking import asked_to_record
from countoff.core.session.clocking import begin_pulses, said_of_clock
from countoff.core.session.ending import close_take, end_take, silence
from countoff.core.session.laying import laid, start_count_in
from countoff.core.session.pedals import Phase
from countoff.core.session.places import (
    begin_session_where_due,
    is_stacking,
    locate_s,
    note_located,
    time_code_place_s,
)
from countoff.core.session.planning import PLAN_AHEAD_S, POSITION_INTERVAL_NS, tick_later
from countoff.core.session.state import Take
from countoff.core.session.time_coding import STOPS_AFTER_NS, begin_time_code

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn

_MS = 1_000_000

# A DAW needs a moment to settle between being stopped, being sent elsewhere and recording.
_STOP_TO_LOCATE_NS = 50 * _MS
_LOCATE_TO_RECORD_NS = 200 * _MS


def start(turn: Turn, *, is_rehearsal: bool = False) -> str:
    """Begin the next take of the song where the DAW stands, or where all takes are stacked.

    Returns what was done.
    """
    if is_stacking(turn.state.settings) or turn.state.settings.time_code is not None:
        return _begin_elsewhere(turn, is_rehearsal=is_rehearsal)
    return _begin(turn, record_at_ns=turn.at_ns, is_rehearsal=is_rehearsal)


def next_take(turn: Turn) -> str:
    """Close the take that rings out, if any, send the DAW to fresh timeline, and begin."""
    if turn.state.phase is Phase.RING_OUT:
        close_take(turn)
    return _begin_elsewhere(turn, is_rehearsal=False)


def start_over(turn: Turn) -> str:
    """Give the running take up, as cancelled or as a false start, and begin the next one."""
    take = turn.take
    if not _can_begin(turn):
        # Nothing to begin with: the take that runs is better than none.
        turn.say("NO AUDIO: TAKE GOES ON")
        return "refused: audio is away"
    how = HowEnded.FALSE_START if take.has_rolled else HowEnded.CANCELLED
    silence(turn)
    end_take(turn, how, turn.at_ns)
    close_take(turn)
    return _begin_elsewhere(turn, is_rehearsal=take.is_rehearsal)


def _begin_elsewhere(turn: Turn, *, is_rehearsal: bool) -> str:
    """Send the DAW to where the next take goes, and begin it."""
    if is_rehearsal or not _can_begin(turn):
        return _begin(turn, record_at_ns=turn.at_ns, is_rehearsal=is_rehearsal)
    begin_session_where_due(turn)
    if turn.state.settings.time_code is not None:
        return _begin_along_time_code(turn)
    locate_at_ns = turn.at_ns + _STOP_TO_LOCATE_NS
    place_s = locate_s(turn)
    if place_s is not None:
        turn.do(TellDaw(locate_at_ns, DawCommand.LOCATE, place_s))
        note_located(turn, place_s)
    # Also where it is not sent anywhere: it may have been told to stop just now.
    record_at_ns = locate_at_ns + _LOCATE_TO_RECORD_NS
    did = _begin(turn, record_at_ns=record_at_ns, is_rehearsal=False, located_s=place_s)
    return did if place_s is not None else f"{did} {_follow_on(turn)}"


def _begin_along_time_code(turn: Turn) -> str:
    """Begin the next take with time code: it sends the DAW to its place, and rolls it.

    A DAW that still follows the time code of the take before is let stop first.
    """
    idle_ns = turn.state.idle_since_ns
    record_at_ns = turn.at_ns
    if turn.state.takes_begun and idle_ns is not None:
        record_at_ns = max(turn.at_ns, idle_ns + STOPS_AFTER_NS)
    place_s = time_code_place_s(turn)
    note_located(turn, place_s)
    return _begin(turn, record_at_ns=record_at_ns, is_rehearsal=False, time_code_s=place_s)


def _follow_on(turn: Turn) -> str:
    """Say, on the screen once a session, that the DAW records on where it stopped."""
    if not turn.state.settings.daw.can_locate:
        return "where the DAW stopped: it cannot be sent anywhere"
    if not turn.state.has_said_timeline_is_full:
        turn.update(has_said_timeline_is_full=True)
        turn.say("TIMELINE IS FULL")
    return f"where the DAW stopped: no place is left below {LAST_PLACE_HOURS} h"


def _can_begin(turn: Turn) -> bool:
    state = turn.state
    return state.audio_is_here and state.clock is not None and not _goes_off(turn)


def _goes_off(turn: Turn) -> bool:
    """Tell whether the box is on its way down, which would interrupt any take."""
    return turn.at_ns < turn.state.goes_off_until_ns


def _refuse(turn: Turn) -> str:
    """Say why no take can begin; return it."""
    if _goes_off(turn):
        turn.say("SWITCHING OFF", turn.state.goes_off_until_ns - turn.at_ns)
        return "refused: the box is switching off"
    audio = turn.state.parts[Part.AUDIO].state
    if turn.state.clock is None and audio is not PartState.FAULT:
        # The box has only just come up: its pedals are quicker than its sound.
        turn.say("NO SOUND YET: WAIT")
        return "refused: the sound is still being opened"
    turn.say("NO AUDIO: NO CLICK")
    return "refused: audio is away"


def _begin(
    turn: Turn,
    *,
    record_at_ns: int,
    is_rehearsal: bool,
    located_s: int | None = None,
    time_code_s: int | None = None,
) -> str:
    """Tell the DAW to record, plan the count-in a constant lead later, and log the take.

    Where the DAW can answer, the count-in waits until it has. `time_code_s` is the place that time
    code has then, where the take has it.
    """
    state = turn.state
    if not _can_begin(turn) or state.clock is None:
        return _refuse(turn)
    song, clock = state.song, state.clock
    if not is_rehearsal:
        begin_session_where_due(turn)
        state = turn.state
    first_click_frame = clock.frame_at_ns(
        record_at_ns + max(state.settings.lead_ns, clock.notice_ns)
    )
    grid = laid(turn, song, clock, first_click_frame)
    number = state.next_number(song)
    take = Take(
        id=turn.new_id(),
        number=number,
        song=song,
        is_rehearsal=is_rehearsal,
        pressed_ns=turn.at_ns,
        epoch=clock.epoch,
        grid=grid,
        first_click_frame=first_click_frame,
        planned_to_tick=tick_later(song.first_tick, PLAN_AHEAD_S, grid),
        end_tick=song.length_ticks,
        next_position_ns=turn.at_ns + POSITION_INTERVAL_NS,
        was_muted=state.click_is_muted,
        account=Account().with_fit(clock),
    )
    if not is_rehearsal:
        take = replace(take, confirmation=asked_to_record(turn, record_at_ns, located_s))
        if take.confirmation.answer is not Answer.CONFIRMED:
            # Told again, a DAW that records already might leave record: its button is a toggle.
            turn.do(TellDaw(record_at_ns, DawCommand.RECORD))
    turn.enter(Phase.COUNT_IN)
    turn.update(take=take, message=None, waiting_press=None)
    begin_pulses(turn, clock)
    if time_code_s is not None:
        is_bar1 = is_stacking(state.settings)
        begin_time_code(turn, clock, record_at_ns, time_code_s, is_bar1=is_bar1)
    if is_rehearsal:
        start_count_in(turn)
        return f"rehearsal of {song.title}"
    turn.update(
        last_numbers=MappingProxyType({**state.last_numbers, song.title: number}),
        takes_begun=state.takes_begun + 1,
    )
    turn.log(
        TakeStarted(
            id=take.id,
            session_id=state.session_id,
            song=song.title,
            number=number,
            tempo=str(song.tempo),
            meter=str(song.meter),
            chart=song,
            tempo_ratio=state.tempo_ratios.get(song.title, Fraction(1)),
            is_looped=state.is_looped,
            click_level_db=None if state.click_is_muted else state.click_level_db,
            sample_rate_hz=clock.rate_hz,
            epoch=clock.epoch,
            first_click_frame=first_click_frame,
            bar1_frame=take.bar1_frame,
            at_ns=turn.at_ns,
            first_click_ns=clock.ns_at_frame(first_click_frame),
            bar1_ns=clock.ns_at_frame(take.bar1_frame),
            daw_can_answer=state.settings.daw.can_answer,
        )
    )
    # What is logged with its count-in is of a take that the log knows by then.
    if not take.confirmation.is_held:
        start_count_in(turn)
    if take.confirmation.answer is Answer.CONFIRMED:
        turn.log(DawAnswered(take.id, turn.at_ns, None))
    return f"take {number} of {song.title}{said_of_clock(turn)}"
