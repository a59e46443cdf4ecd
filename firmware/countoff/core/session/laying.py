"""Laying a take onto the frames of a stream: at its count-in, further ahead, and on another stream.

Pure. Nothing here begins or ends a take.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.actions import ExtendClicks, StartClicks
from countoff.core.entries import ClickRejoined, CountInMoved
from countoff.core.grid import Grid, corrected_rate_hz
from countoff.core.plan import clicks
from countoff.core.session.clocking import begin_clock, lay_clock_anew
from countoff.core.session.planning import PLAN_AHEAD_S, PLAN_MORE_BELOW_S, tick_later
from countoff.core.session.time_coding import (
    keep_time_code,
    lay_time_code_anew,
    place_on_time_code,
)

if TYPE_CHECKING:
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn
    from countoff.core.song import Song
    from countoff.core.timebase import ClockFit

_ORIGIN_PARTS = 1_000_000


def laid(turn: Turn, song: Song, clock: ClockFit, first_click_frame: int) -> Grid:
    """Return the grid of a take whose first click is on `first_click_frame` of the stream of `clock`.

    Bar 1 lies on a whole frame: so a song's clicks are the same frames after it in every take.
    """
    rate_hz = corrected_rate_hz(clock.rate_hz, turn.state.settings.rate_ppm)
    from_bar1 = Grid(song.tempo_map, rate_hz, Fraction(0))
    bar1_frame = first_click_frame - from_bar1.frame_at_tick(song.first_tick)
    return Grid(song.tempo_map, rate_hz, Fraction(bar1_frame))


def start_count_in(turn: Turn) -> None:
    """Start the planned clicks of the running take, and its MIDI clock."""
    take, clock = turn.take, turn.state.clock
    if clock is None:
        return
    planned = tuple(clicks(take.song, take.grid, take.song.first_tick, take.planned_to_tick))
    turn.do(StartClicks(take.epoch, planned))
    begin_clock(turn, clock)
    place_on_time_code(turn)


def move_count_in(turn: Turn, clock: ClockFit, first_click_frame: int) -> None:
    """Lay the running take, nothing of which has sounded yet, anew: its first click is elsewhere."""
    take = turn.take
    grid = laid(turn, take.song, clock, first_click_frame)
    turn.update_take(
        epoch=clock.epoch,
        grid=grid,
        first_click_frame=first_click_frame,
        planned_to_tick=tick_later(take.song.first_tick, PLAN_AHEAD_S, grid),
    )
    keep_time_code(turn, clock, take.grid)
    bar1_frame = turn.take.bar1_frame
    turn.log(
        CountInMoved(
            take_id=take.id,
            at_ns=turn.at_ns,
            epoch=clock.epoch,
            sample_rate_hz=clock.rate_hz,
            first_click_frame=first_click_frame,
            bar1_frame=bar1_frame,
            first_click_ns=clock.ns_at_frame(first_click_frame),
            bar1_ns=clock.ns_at_frame(bar1_frame),
        )
    )


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
    lay_time_code_anew(turn, clock)
    back_tick = planned[0].tick if planned else soonest_tick
    if take.is_rehearsal:
        return back_tick
    place_on_time_code(turn)
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
