"""The time code of a take: it begins with the press, for a DAW needs a while to find its way to it.

It runs on through the ring-out; where it ceases, the DAW stops. A rehearsal has none: the DAW would
roll. The take's place on it is known to the frame, since the box itself says it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.actions import ExtendClock, LayClockAnew, StartClock
from countoff.core.daw import DawPlace, KnownFrom
from countoff.core.session.placing import place_for_sure
from countoff.core.session.planning import PLAN_AHEAD_S, PLAN_MORE_BELOW_S
from countoff.core.time_code import run_from, run_to

if TYPE_CHECKING:
    from countoff.core.grid import Grid
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn
    from countoff.core.time_code import TimeCodeRun, TimeCodeStretch
    from countoff.core.timebase import ClockFit

_MS = 1_000_000
_NS_PER_SECOND = 1_000_000_000
STOPS_AFTER_NS = 800 * _MS
"""From when time code ceases: by then the DAW has noticed, though it rolls on for some frames."""
# From where it is sent to the first quarter frame: it has to get there.
_CUEING_NS = 200 * _MS
# What is planned at the press, before the DAW is told anything; the rest comes with the next turn.
_PLANNED_AT_PRESS_S = 2
# What the sender may not have sent yet when a new stream is there: more than any port's lead.
_LAID_AGAIN_S = 2


def begin_time_code(turn: Turn, fit: ClockFit, at_ns: int, place_s: int, *, is_bar1: bool) -> None:
    """Begin the running take's time code at host time `at_ns`, where takes have one.

    It begins at `place_s`, as the DAW displays it; where `is_bar1`, the song's bar 1 is there.
    """
    rate, take = turn.state.settings.time_code, turn.take
    if rate is None:
        return
    laid = run_to if is_bar1 else run_from
    run = laid(rate, place_s, take.grid, at_ns, fit.frame_at_ns(at_ns + _CUEING_NS))
    planned = _opening(run, take.grid, fit)
    turn.update_take(time_code=_planned_to(run, planned))
    turn.do(StartClock(fit, planned))


def place_on_time_code(turn: Turn) -> None:
    """Write down where the song's bar 1 lies on the running take's time code, where it has one."""
    run = turn.take.time_code
    if run is not None:
        place_for_sure(turn, DawPlace(run.bar1_s, KnownFrom.TIME_CODE))


def keep_time_code(turn: Turn, fit: ClockFit, before: Grid) -> None:
    """Have time code go on as it runs though the take was laid anew: its bar 1 is elsewhere on it.

    The state's clock is still that of the grid `before`.
    """
    take, old = turn.take, turn.state.clock
    run = take.time_code
    if run is None or old is None:
        return
    if old.epoch == fit.epoch:
        later_s = Fraction(take.grid.origin_frame - before.origin_frame) / take.grid.rate_hz
    else:
        new_ns = fit.exact_ns_at_frame(take.grid.origin_frame)
        later_s = (new_ns - old.exact_ns_at_frame(before.origin_frame)) / _NS_PER_SECOND
    later_quarters = later_s * run.rate.quarters_per_second
    turn.update_take(time_code=replace(run, bar1_quarter=run.bar1_quarter + later_quarters))
    if old.epoch != fit.epoch:
        lay_time_code_anew(turn, fit)


def lay_time_code_anew(turn: Turn, fit: ClockFit) -> None:
    """Lay the time code onto the take's new grid, from what may not have left yet."""
    take = turn.take
    run = take.time_code
    if run is None:
        return
    now_frame = fit.frame_at_ns(turn.at_ns)
    from_quarter = run.quarter_at_frame(take.grid, now_frame - take.grid.frames_in(_LAID_AGAIN_S))
    if from_quarter <= run.first_quarter:
        planned = _opening(run, take.grid, fit)
    else:
        planned = run.stretch(take.grid, from_quarter, _later(from_quarter, run))
    turn.update_take(time_code=_planned_to(run, planned))
    turn.do(LayClockAnew(fit, planned))


def plan_more_time_code(turn: Turn) -> None:
    """Plan the time code's next stretch."""
    take = turn.take
    run = take.time_code
    if run is None:
        return
    planned = run.stretch(take.grid, run.planned_to_quarter, _later(run.planned_to_quarter, run))
    turn.update_take(time_code=_planned_to(run, planned))
    turn.do(ExtendClock(take.epoch, planned))


def plan_more_time_code_at_frame(take: Take, run: TimeCodeRun) -> int:
    """Return the frame on which `plan_more_time_code` is due: a ring-out cannot outlast the rest.

    After a press, when there is little yet, it lies before that: it is due at once.
    """
    ahead_frames = take.grid.frames_in(PLAN_MORE_BELOW_S)
    return run.frame_at_quarter(take.grid, run.planned_to_quarter) - ahead_frames


def _opening(run: TimeCodeRun, grid: Grid, fit: ClockFit) -> TimeCodeStretch:
    """Return its first stretch, with the DAW sent to where it begins."""
    end_quarter = _later(run.first_quarter, run, _PLANNED_AT_PRESS_S)
    planned = run.stretch(grid, run.first_quarter, end_quarter)
    return replace(planned, located_frame=fit.frame_at_ns(run.located_ns))


def _later(quarter: int, run: TimeCodeRun, seconds: int = PLAN_AHEAD_S) -> int:
    return quarter + int(seconds * run.rate.quarters_per_second)


def _planned_to(run: TimeCodeRun, planned: TimeCodeStretch) -> TimeCodeRun:
    return replace(run, planned_to_quarter=planned.first_quarter + len(planned.frames))
