"""Beginning a take: the DAW is told first, then the count-in is planned, then it is logged."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.actions import (
    DawCommand,
    ExtendClicks,
    StartClicks,
    TellDaw,
)
from countoff.core.entries import ClickRejoined, HowEnded, TakeStarted
from countoff.core.grid import Grid, corrected_rate_hz
from countoff.core.plan import clicks
from countoff.core.session.account import Account
from countoff.core.session.clocking import begin_clock, lay_clock_anew
from countoff.core.session.ending import close_take, end_take, silence
from countoff.core.session.pedals import Phase
from countoff.core.session.places import (
    LAST_PLACE_HOURS,
    begin_session_where_due,
    locate_s,
    note_located,
)
from countoff.core.session.planning import PLAN_AHEAD_S, PLAN_MORE_BELOW_S, tick_later
from countoff.core.session.state import Take

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn
    from countoff.core.timebase import ClockFit

_MS = 1_000_000

# A DAW needs a moment to settle between being stopped, being sent elsewhere and recording.
_STOP_TO_LOCATE_NS = 50 * _MS
_LOCATE_TO_RECORD_NS = 200 * _MS
_ORIGIN_PARTS = 1_000_000
_POSITION_INTERVAL_NS = 1000 * _MS


def start(turn: Turn, *, is_rehearsal: bool = False) -> str:
    """Begin the next take of the song where the DAW stands. Returns what was done."""
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
    locate_at_ns = turn.at_ns + _STOP_TO_LOCATE_NS
    place_s = locate_s(turn)
    if place_s is not None:
        turn.do(TellDaw(locate_at_ns, DawCommand.LOCATE, place_s))
        note_located(turn, place_s)
    # Also where it is not sent anywhere: it may have been told to stop just now.
    did = _begin(turn, record_at_ns=locate_at_ns + _LOCATE_TO_RECORD_NS, is_rehearsal=False)
    return did if place_s is not None else f"{did} {_follow_on(turn)}"


def _follow_on(turn: Turn) -> str:
    """Say, on the screen once a session, that the DAW records on where it stopped."""
    if not turn.state.has_said_timeline_is_full:
        turn.update(has_said_timeline_is_full=True)
        turn.say("TIMELINE IS FULL")
    return f"where the DAW stopped: no place is left below {LAST_PLACE_HOURS} h"


def _can_begin(turn: Turn) -> bool:
    return turn.state.audio_is_here and turn.state.clock is not None


def _begin(turn: Turn, *, record_at_ns: int, is_rehearsal: bool) -> str:
    """Tell the DAW to record, plan the count-in a constant lead later, and log the take."""
    state = turn.state
    if not _can_begin(turn) or state.clock is None:
        turn.say("NO AUDIO: NO CLICK")
        return "refused: audio is away"
    song, clock = state.song, state.clock
    if not is_rehearsal:
        begin_session_where_due(turn)
        state = turn.state
    first_click_frame = clock.frame_at_ns(
        record_at_ns + max(state.settings.lead_ns, clock.notice_ns)
    )
    # Bar 1 lies on a whole frame: so a song's clicks are the same frames after it in every take.
    rate_hz = corrected_rate_hz(clock.rate_hz, state.settings.rate_ppm)
    from_bar1 = Grid(song.tempo_map, rate_hz, Fraction(0))
    bar1_frame = first_click_frame - from_bar1.frame_at_tick(song.first_tick)
    grid = Grid(song.tempo_map, rate_hz, Fraction(bar1_frame))
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
        next_position_ns=turn.at_ns + _POSITION_INTERVAL_NS,
        was_muted=state.click_is_muted,
        account=Account().with_fit(clock),
    )
    if not is_rehearsal:
        turn.do(TellDaw(record_at_ns, DawCommand.RECORD))
    planned = tuple(clicks(song, grid, song.first_tick, take.planned_to_tick))
    turn.do(StartClicks(clock.epoch, planned))
    turn.enter(Phase.COUNT_IN)
    turn.update(take=take, message=None, waiting_press=None)
    of_clock = begin_clock(turn, clock)
    if is_rehearsal:
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
        )
    )
    return f"take {number} of {song.title}{of_clock}"


def rejoin(turn: Turn, clock: ClockFit) -> int:
    """Lay the running take's grid onto the new stream of `clock`, from the next click on.

    Returns the tick of that click, or of the end of what is planned where there is none.

    That click keeps the host time that it had by the old stream's clock, whose last fit is still
    the state's when this is called. (Were bar 1 kept instead, then ten minutes later a crystal of
    50 ppm more, or one that is not measured yet, would move the click by 30 ms.)
    """
    old = turn.state.clock
    take = turn.take
    if old is None:
        return take.song.start_tick
    # What is to sound within the next moment cannot reach the converter any more.
    soonest_tick = take.grid.tick_at_frame(old.frame_at_ns(turn.at_ns + clock.notice_ns)) + 1
    soonest_ns = old.exact_ns_at_frame(take.grid.exact_frame_at_tick(soonest_tick))
    soonest_s = take.grid.tempo_map.seconds_at_tick(soonest_tick)
    rate_hz = corrected_rate_hz(clock.rate_hz, turn.state.settings.rate_ppm)
    origin_frame = clock.exact_frame_at_ns(soonest_ns) - soonest_s * rate_hz
    # Exact to a millionth of a frame, so that it does not get longer with every stream.
    origin_frame = origin_frame.limit_denominator(_ORIGIN_PARTS)
    grid = Grid(take.grid.tempo_map, rate_hz, origin_frame)
    planned_to_tick = tick_later(soonest_tick, PLAN_AHEAD_S, grid)
    end_tick = planned_to_tick if take.end_tick is None else min(planned_to_tick, take.end_tick)
    turn.update_take(
        epoch=clock.epoch,
        grid=grid,
        first_click_frame=grid.frame_at_tick(take.song.first_tick),
        planned_to_tick=planned_to_tick,
    )
    planned = tuple(clicks(take.song, grid, soonest_tick, end_tick))
    turn.do(StartClicks(clock.epoch, planned))
    lay_clock_anew(turn, clock, soonest_tick)
    back_tick = planned[0].tick if planned else soonest_tick
    if take.is_rehearsal:
        return back_tick
    place = take.place_at_tick(back_tick)
    bar1_frame = turn.take.bar1_frame
    turn.log(
        ClickRejoined(
            take_id=take.id,
            at_ns=turn.at_ns,
            epoch=clock.epoch,
            sample_rate_hz=clock.rate_hz,
            frame=grid.frame_at_tick(back_tick),
            bar=place.bar,
            beat=place.beat,
            bar1_frame=bar1_frame,
            bar1_ns=clock.ns_at_frame(bar1_frame),
        )
    )
    return back_tick


def plan_more(turn: Turn) -> None:
    """Plan the next stretch of clicks, where the running take's plan comes to its end soon."""
    take = turn.take
    more_to_tick = tick_later(take.planned_to_tick, PLAN_AHEAD_S, take.grid)
    end_tick = more_to_tick if take.end_tick is None else min(more_to_tick, take.end_tick)
    planned = tuple(clicks(take.song, take.grid, take.planned_to_tick, end_tick))
    turn.update_take(planned_to_tick=more_to_tick)
    if planned:
        turn.do(ExtendClicks(take.epoch, planned))


def plan_more_at_frame(take: Take) -> int:
    """Return the frame on which `plan_more` is due."""
    return take.grid.frame_at_tick(take.planned_to_tick) - take.grid.frames_in(PLAN_MORE_BELOW_S)
