"""The DAW's own user: takes that begin at the DAW, and takes that are stopped there. Pure.

What somebody at the DAW records is a take without click: logged with its times, nothing sounds, and
it is over when the DAW stops. What somebody stops there has ended normally.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.daw import Answer, DawTransport, OnRecord
from countoff.core.entries import DawAnswered, HowEnded, TakeRolled, TakeStarted
from countoff.core.session.confirmation import Confirmation
from countoff.core.session.ending import close_take, end_take, silence
from countoff.core.session.laying import laid
from countoff.core.session.pedals import Phase
from countoff.core.session.places import begin_session_where_due
from countoff.core.session.planning import PLAN_AHEAD_S, POSITION_INTERVAL_NS, tick_later
from countoff.core.session.state import Take
from countoff.core.song import free_song
from countoff.core.timebase import ClockFit

if TYPE_CHECKING:
    from countoff.core.session.state import State
    from countoff.core.session.turn import Turn

# Long enough for an engineer to look up, and to get up.
SAID_FOR_NS = 10_000_000_000
# Frames need a rate also where no stream has run yet; they say nothing then.
_NOMINAL_RATE_HZ = 48_000


def recording_begun_ns(state: State) -> int | None:
    """Return when a take without click is to begin, or None: somebody at the DAW records.

    A word that comes while the DAW may still obey a stop of the box can be of the take before; it
    has to hold for longer than that.
    """
    known, settings = state.daw, state.settings
    if state.phase is not Phase.IDLE or settings.on_record is not OnRecord.LOG:
        return None
    if known.transport is not DawTransport.RECORDING:
        return None
    begun_ns = max(known.transport_ns, state.phase_since_ns)
    if known.stop_told_ns is not None:
        if known.transport_ns <= known.stop_told_ns:
            return None
        begun_ns = max(begun_ns, known.stop_told_ns + settings.daw.deadline_ns)
    return begun_ns if state.daw_records(begun_ns) else None


def begin_at_daw(turn: Turn) -> None:
    """Begin the take without click that somebody at the DAW records."""
    begin_session_where_due(turn)
    state = turn.state
    clock = state.clock
    if clock is None:
        clock = ClockFit(0, _NOMINAL_RATE_HZ, 0, turn.at_ns, 0.0, 0)
        turn.update(clock=clock)
    song = free_song(state.song.title)
    number = state.next_number(song)
    frame = clock.frame_at_ns(turn.at_ns)
    grid = laid(turn, song, clock, frame)
    take = Take(
        id=turn.new_id(),
        number=number,
        song=song,
        is_rehearsal=False,
        pressed_ns=turn.at_ns,
        epoch=clock.epoch,
        grid=grid,
        first_click_frame=frame,
        planned_to_tick=tick_later(song.first_tick, PLAN_AHEAD_S, grid),
        end_tick=None,
        has_rolled=True,
        next_position_ns=turn.at_ns + POSITION_INTERVAL_NS,
        began_at_daw=True,
        confirmation=Confirmation(
            Answer.CONFIRMED, turn.at_ns, seen_ns=turn.at_ns, believed_ns=turn.at_ns
        ),
    )
    turn.enter(Phase.ROLLING, by_itself=True)
    turn.update(
        take=take,
        message=None,
        waiting_press=None,
        last_numbers=MappingProxyType({**state.last_numbers, song.title: number}),
        takes_begun=state.takes_begun + 1,
    )
    turn.log(_started(turn.state, take, clock))
    turn.log(TakeRolled(take.id, turn.at_ns, take.epoch, frame))
    turn.log(DawAnswered(take.id, turn.at_ns, None))


def stop_at_daw(turn: Turn) -> None:
    """End the running take: the DAW has stopped, and nobody asked it to."""
    take = turn.take
    if turn.state.phase is not Phase.RING_OUT:
        silence(turn)
        end_take(turn, HowEnded.ENDED if take.has_rolled else HowEnded.CANCELLED, turn.at_ns)
    close_take(turn, by_itself=True, daw_has_stopped=True)
    turn.say("STOPPED AT DAW")


def unstopped_ns(state: State) -> int | None:
    """Return when a DAW that was told to stop has had its time and records on; None where not."""
    known = state.daw
    told_ns = known.stop_told_ns
    if told_ns is None or known.is_unstopped or state.phase is not Phase.IDLE:
        return None
    if known.transport is not DawTransport.RECORDING or known.transport_ns > told_ns:
        return None
    due_ns = told_ns + state.settings.daw.deadline_ns
    return due_ns if state.daw_records(due_ns) else None


def lose_unstopped(turn: Turn) -> None:
    """Say that the DAW records on though it was told to stop."""
    turn.update(daw=replace(turn.state.daw, is_unstopped=True))
    turn.incident_of_last_take("daw did not stop", "The DAW was told to stop, and records on.")
    turn.say("STOP THE DAW", for_ns=SAID_FOR_NS)


def _started(state: State, take: Take, clock: ClockFit) -> TakeStarted:
    song = take.song
    at_ns = clock.ns_at_frame(take.first_click_frame)
    return TakeStarted(
        id=take.id,
        session_id=state.session_id,
        song=song.title,
        number=take.number,
        tempo=str(song.tempo),
        meter=str(song.meter),
        chart=song,
        tempo_ratio=Fraction(1),
        is_looped=False,
        click_level_db=None if state.click_is_muted else state.click_level_db,
        sample_rate_hz=clock.rate_hz,
        epoch=clock.epoch,
        first_click_frame=take.first_click_frame,
        bar1_frame=take.bar1_frame,
        at_ns=take.pressed_ns,
        first_click_ns=at_ns,
        bar1_ns=at_ns,
        daw_can_answer=True,
        began_at_daw=True,
    )
