"""The MIDI clock of a take: begun with its count-in, planned on as its clicks are, ended with the DAW.

It runs on through the ring-out, as the song would, until the DAW is told to stop. A rehearsal has
none: a DAW that follows would roll.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import AimClock, ExtendClock, LayClockAnew, StartClock, StopClock
from countoff.core.midi_clock import (
    TICKS_PER_PULSE,
    clock_opening,
    clock_stretch,
    opening_stretch,
)
from countoff.core.session.planning import PLAN_AHEAD_S, PLAN_MORE_BELOW_S, tick_later

if TYPE_CHECKING:
    from countoff.core.midi_clock import ClockOpening
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn
    from countoff.core.timebase import ClockFit

# What the sender may not have sent yet when a new stream is there: more than any port's lead.
_LAID_AGAIN_S = 2


def begin_clock(turn: Turn, fit: ClockFit) -> None:
    """Begin the clock of the take whose count-in begins, where it has one."""
    take, opening = turn.take, _opening(turn)
    if opening is None:
        return
    planned_to_tick = tick_later(opening.pulse_tick, PLAN_AHEAD_S, take.grid)
    turn.update_take(clock_opening=opening, clock_planned_to_tick=planned_to_tick)
    turn.do(StartClock(fit, opening_stretch(opening, take.grid, planned_to_tick)))


def said_of_clock(turn: Turn) -> str:
    """Return what is to be said of the clock of the take just begun; mostly nothing."""
    opening = _opening(turn)
    if opening is None:
        return ""
    if opening.sixteenths is None:
        return "; MIDI clock continues where the DAW stands: song position does not reach so far"
    if opening.late_ticks:
        pulses = opening.late_ticks / TICKS_PER_PULSE
        return f"; MIDI clock starts the DAW {pulses:+.0f} pulses off: it counts in sixteenths"
    return ""


def _opening(turn: Turn) -> ClockOpening | None:
    if turn.take.is_rehearsal:
        return None
    return clock_opening(turn.take.song, turn.state.settings.clock_start)


def lay_clock_anew(turn: Turn, fit: ClockFit, soonest_tick: int) -> None:
    """Lay the clock onto the take's new grid, from what may not have left before `soonest_tick`."""
    take = turn.take
    opening = take.clock_opening
    if opening is None:
        return
    from_tick = tick_later(soonest_tick, -_LAID_AGAIN_S, take.grid)
    planned_to_tick = tick_later(soonest_tick, PLAN_AHEAD_S, take.grid)
    if from_tick <= opening.start_tick:
        stretch = opening_stretch(opening, take.grid, planned_to_tick)
    else:
        stretch = clock_stretch(take.grid, from_tick, planned_to_tick)
    turn.update_take(clock_planned_to_tick=planned_to_tick)
    turn.do(LayClockAnew(fit, stretch))


def aim_clock(turn: Turn, fit: ClockFit) -> None:
    """Have a clock that runs on the stream of `fit` sent by it."""
    take = turn.state.take
    if take is not None and take.clock_opening is not None and take.epoch == fit.epoch:
        turn.do(AimClock(fit))


def plan_more_clock(turn: Turn) -> None:
    """Plan the clock's next stretch."""
    take = turn.take
    end_tick = tick_later(take.clock_planned_to_tick, PLAN_AHEAD_S, take.grid)
    stretch = clock_stretch(take.grid, take.clock_planned_to_tick, end_tick)
    turn.update_take(clock_planned_to_tick=end_tick)
    turn.do(ExtendClock(take.epoch, stretch))


def plan_more_clock_at_frame(take: Take) -> int:
    """Return the frame on which `plan_more_clock` is due: long before a ring-out could outlast it."""
    ahead_frames = take.grid.frames_in(PLAN_MORE_BELOW_S)
    return take.grid.frame_at_tick(take.clock_planned_to_tick) - ahead_frames


def stop_clock(turn: Turn) -> None:
    """End the running take's clock, if it has one, together with the DAW."""
    if turn.take.clock_opening is not None:
        turn.do(StopClock(turn.at_ns))
