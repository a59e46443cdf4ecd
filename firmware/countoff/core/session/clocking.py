"""The MIDI clock of a take: begun with its count-in, planned on as its clicks are, ended with the DAW.

It runs on through the ring-out, as the song would, until the DAW is told to stop. A rehearsal has
none: a DAW that follows would roll. A clock of pulses alone begins with the press: a DAW that something
else starts may roll by them only, and could not say before that it records.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.actions import AimClock, ExtendClock, LayClockAnew, StartClock, StopClock
from countoff.core.daw import DawPlace, KnownFrom
from countoff.core.midi_clock import (
    TICKS_PER_PULSE,
    ClockStretch,
    clock_opening,
    clock_stretch,
    opening_stretch,
    pulse_at_or_after,
)
from countoff.core.session.placing import place_for_sure
from countoff.core.session.planning import PLAN_AHEAD_S, PLAN_MORE_BELOW_S, tick_later

if TYPE_CHECKING:
    from countoff.core.midi_clock import ClockOpening
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn
    from countoff.core.timebase import ClockFit

# What the sender may not have sent yet when a new stream is there: more than any port's lead.
_LAID_AGAIN_S = 2
# From a press to the first pulse: what is planned for a moment that has passed leaves in a burst.
_PULSES_AFTER_NS = 30_000_000


def begin_pulses(turn: Turn, fit: ClockFit) -> None:
    """Begin the clock of the take just pressed, where it is pulses alone: they need no count-in."""
    take, opening = turn.take, _opening(turn)
    if opening is None or opening.starts:
        return
    soonest_tick = take.grid.tick_at_frame(fit.frame_at_ns(turn.at_ns + _PULSES_AFTER_NS)) + 1
    pulse_tick = min(pulse_at_or_after(soonest_tick), opening.pulse_tick)
    _begin(turn, fit, replace(opening, pulse_tick=pulse_tick))


def begin_clock(turn: Turn, fit: ClockFit) -> None:
    """Begin the clock of the take whose count-in begins, where it has one that does not run yet."""
    opening = _opening(turn)
    if opening is not None and turn.take.clock_opening is None:
        _begin(turn, fit, opening)


def _begin(turn: Turn, fit: ClockFit, opening: ClockOpening) -> None:
    take = turn.take
    planned_to_tick = tick_later(opening.pulse_tick, PLAN_AHEAD_S, take.grid)
    turn.update_take(clock_opening=opening, clock_planned_to_tick=planned_to_tick)
    turn.do(StartClock(fit, opening_stretch(opening, take.grid, planned_to_tick)))
    if turn.state.settings.daw.is_started_by_clock and opening.starts and opening.sixteenths == 0:
        # Start sends whoever follows to the top of its timeline.
        bar1_s = -take.song.tempo_map.seconds_at_tick(opening.start_tick)
        place_for_sure(turn, DawPlace(bar1_s, KnownFrom.LOCATE))


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
    if opening.starts and from_tick <= opening.start_tick:
        stretch = opening_stretch(opening, take.grid, planned_to_tick)
    else:
        from_tick = max(from_tick, opening.pulse_tick - take.clock_ahead_ticks)
        stretch = clock_stretch(take.grid, from_tick, planned_to_tick)
    turn.update_take(clock_planned_to_tick=planned_to_tick)
    turn.do(LayClockAnew(fit, _counted_on(take, stretch)))


def lay_clock_to_first_click(turn: Turn, fit: ClockFit, before: Take) -> None:
    """Have the pulses that run come to the first click, which has just moved, on their pulse there.

    `before` is the take as it was. From the last pulse that is over they are as many as fit best, a
    little closer or wider than the tempo has them: none is missing, and there is no burst.
    """
    take = turn.take
    if take.clock_opening is None:
        return
    first_tick = pulse_at_or_after(take.song.first_tick)
    first_frame = take.grid.frame_at_tick(first_tick)
    tick_now = before.grid.tick_at_frame(fit.frame_at_ns(turn.at_ns))
    last_tick = pulse_at_or_after(tick_now + 1) - TICKS_PER_PULSE
    last_frame = before.grid.frame_at_tick(last_tick)
    pulse_frames = before.grid.frame_at_tick(last_tick + TICKS_PER_PULSE) - last_frame
    to_come = max(round(Fraction(first_frame - last_frame, pulse_frames)), 1)
    ahead_ticks = before.clock_ahead_ticks + last_tick + to_come * TICKS_PER_PULSE - first_tick
    planned_to_tick = tick_later(first_tick, PLAN_AHEAD_S, take.grid)
    turn.update_take(clock_ahead_ticks=ahead_ticks, clock_planned_to_tick=planned_to_tick)
    bent = (
        last_frame + (first_frame - last_frame) * number // to_come for number in range(1, to_come)
    )
    even = clock_stretch(take.grid, first_tick, planned_to_tick)
    from_tick = first_tick - (to_come - 1) * TICKS_PER_PULSE
    stretch = ClockStretch(from_tick, (*bent, *even.frames))
    turn.do(LayClockAnew(fit, _counted_on(turn.take, stretch)))


def _counted_on(take: Take, stretch: ClockStretch) -> ClockStretch:
    """Return a stretch of the take's grid as its sender counts: pulses while it waited counted too."""
    return replace(stretch, first_tick=stretch.first_tick + take.clock_ahead_ticks)


def aim_clock(turn: Turn, fit: ClockFit) -> None:
    """Have a clock, or time code, that runs on the stream of `fit` sent by it."""
    take = turn.state.take
    if take is not None and take.has_clock and take.epoch == fit.epoch:
        turn.do(AimClock(fit))


def plan_more_clock(turn: Turn) -> None:
    """Plan the clock's next stretch."""
    take = turn.take
    end_tick = tick_later(take.clock_planned_to_tick, PLAN_AHEAD_S, take.grid)
    stretch = clock_stretch(take.grid, take.clock_planned_to_tick, end_tick)
    turn.update_take(clock_planned_to_tick=end_tick)
    turn.do(ExtendClock(take.epoch, _counted_on(take, stretch)))


def plan_more_clock_at_frame(take: Take) -> int:
    """Return the frame on which `plan_more_clock` is due: long before a ring-out could outlast it."""
    ahead_frames = take.grid.frames_in(PLAN_MORE_BELOW_S)
    return take.grid.frame_at_tick(take.clock_planned_to_tick) - ahead_frames


def stop_clock(turn: Turn) -> None:
    """End the running take's clock or time code, if it has one, together with the DAW."""
    if turn.take.has_clock:
        turn.do(StopClock(turn.at_ns))
