"""The one way in: `step(state, event) -> (state, actions)`, and when to call it next.

Pure. Time comes in with the events; what was due before an event is done first, each thing at its
own moment, so that a controller that wakes late changes nothing but the lateness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core import gestures
from countoff.core.entries import ClickSilenced, TakePosition, TakeRolled
from countoff.core.events import (
    ActionAsked,
    AudioLost,
    ClickGap,
    ClickMisheard,
    ClickStopped,
    ClockFitted,
    ClockJumped,
    DawHeard,
    DawNotTold,
    DawTold,
    LineCheckAsked,
    LineCheckDone,
    LineChecked,
    LoopbackListened,
    Mishap,
    NextNumberAsked,
    Part,
    PartReported,
    PartState,
    PedalMoved,
    PedalsLookedAt,
    PlayerCounted,
    PowerOffRefused,
    SenderCounted,
    SongAsked,
    SongsRead,
    TimePassed,
    TrialClicksAsked,
)
from countoff.core.session.asked import carry_out
from countoff.core.session.both_held import take_pair_step
from countoff.core.session.certifying import (
    CERTIFY_AFTER_NS,
    certify,
    note_counted,
    note_fit,
    note_gap,
    note_jump,
    note_listened,
    note_lost,
    note_misheard,
    note_rejoined,
    note_sent,
    take_of_gap,
)
from countoff.core.session.choosing import choose_song, take_in_songs
from countoff.core.session.clocking import aim_clock, plan_more_clock, plan_more_clock_at_frame
from countoff.core.session.confirming import due_of_daw, lose_daw, move_to_stream, note_heard
from countoff.core.session.dimming import is_touch
from countoff.core.session.edges import edge_now, log_press
from countoff.core.session.ending import close_take, reach_planned_end
from countoff.core.session.laying import plan_more, plan_more_at_frame, rejoin
from countoff.core.session.line_checking import (
    due_of_line_check,
    give_way,
    go_on,
    hear_checks,
    hear_trial,
)
from countoff.core.session.numbering import set_next_number
from countoff.core.session.part_health import note_health
from countoff.core.session.pedals import Do, Phase
from countoff.core.session.placing import note_told
from countoff.core.session.planning import POSITION_INTERVAL_NS
from countoff.core.session.presses import feel
from countoff.core.session.starting import next_take, start_over
from countoff.core.session.time_coding import plan_more_time_code, plan_more_time_code_at_frame
from countoff.core.session.turn import Turn
from countoff.core.session.untold import note_untold
from countoff.core.session.upkeep import line_check_from, stay_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.actions import Action
    from countoff.core.events import Event
    from countoff.core.session.state import State


def step(state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    """Return the state after `event`, and what is to be done.

    Whatever time has brought about by `event.at_ns` is done first. An event may be a little older
    than the one before (a pedal's edge is stamped by the kernel); it is placed at its own time.
    """
    turn = Turn(state, event.at_ns)
    if isinstance(event, DawHeard) and event.taken_ns is not None:
        turn.now_ns = max(event.taken_ns, event.at_ns)
    _let_time_pass(turn, event.at_ns)
    turn.at_ns = event.at_ns
    _take_in(turn, event)
    give_way(turn)
    if is_touch(event, state, turn.state):
        turn.update(touched_ns=event.at_ns)
    return turn.state, tuple(turn.actions)


def next_moment_ns(state: State) -> int | None:
    """Return when `step` has to be called with TimePassed at the latest, or None."""
    return min((moment_ns for moment_ns, _ in _due(state)), default=None)


def _let_time_pass(turn: Turn, until_ns: int) -> None:
    while True:
        due = [entry for entry in _due(turn.state) if entry[0] <= until_ns]
        if not due:
            return
        moment_ns, rule = min(due, key=lambda entry: entry[0])
        turn.at_ns = moment_ns
        rule(turn)


def _due(state: State) -> list[tuple[int, Callable[[Turn], None]]]:
    """Return every moment that time alone will bring, with its rule."""
    due: list[tuple[int, Callable[[Turn], None]]] = []
    gesture_ns = gestures.next_gesture_ns(state.feet)
    if gesture_ns is not None:
        due.append((gesture_ns, _ripen_gestures))
    if state.waiting_press is not None:
        due.append((state.waiting_press.until_ns, _give_take_up))
    if state.pair is not None and state.pair.next_step_ns is not None:
        due.append((state.pair.next_step_ns, take_pair_step))
    if (line_check_ns := due_of_line_check(state)) is not None:
        due.append((line_check_ns, go_on))
    if state.phase is Phase.RING_OUT:
        due.append((state.ring_out_until_ns, _close_by_itself))
    if state.uncertified:
        due.append(((state.uncertified[0].closed_ns or 0) + CERTIFY_AFTER_NS, certify))
    if state.phase in (Phase.COUNT_IN, Phase.ROLLING):
        due.extend(_due_in_take(state))
        due.extend(_due_of_time_code(state))
    due.extend(due_of_daw(state))
    return due


def _due_in_take(state: State) -> list[tuple[int, Callable[[Turn], None]]]:
    """Return the moments of a running take: its bar 1, its end, its next position, more plan."""
    take, clock = state.take, state.clock
    if take is None or clock is None or take.confirmation.is_held:
        return []
    due: list[tuple[int, Callable[[Turn], None]]] = []
    if state.phase is Phase.COUNT_IN:
        due.append((clock.ns_at_frame(take.start_frame), _roll))
    elif take.end_tick is not None:
        due.append((clock.ns_at_frame(take.grid.frame_at_tick(take.end_tick)), reach_planned_end))
    if not take.is_rehearsal:
        due.append((take.next_position_ns, _note_position))
    if take.end_tick is None or take.planned_to_tick < take.end_tick:
        due.append((clock.ns_at_frame(plan_more_at_frame(take)), plan_more))
    if take.clock_opening is not None:
        due.append((clock.ns_at_frame(plan_more_clock_at_frame(take)), plan_more_clock))
    return due


def _due_of_time_code(state: State) -> list[tuple[int, Callable[[Turn], None]]]:
    """Return when more time code is to be planned: also while the count-in waits for the DAW."""
    take, clock = state.take, state.clock
    if take is None or clock is None or take.time_code is None:
        return []
    more_frame = plan_more_time_code_at_frame(take, take.time_code)
    return [(max(clock.ns_at_frame(more_frame), take.pressed_ns), plan_more_time_code)]


def _ripen_gestures(turn: Turn) -> None:
    feet, made = gestures.passed(turn.state.feet, turn.at_ns)
    turn.update(feet=feet)
    for gesture in made:
        feel(turn, gesture)


def _give_take_up(turn: Turn) -> None:
    """Carry the waiting press out: no other pedal went down with it."""
    waiting = turn.state.waiting_press
    if waiting is None:
        return
    turn.update(waiting_press=None)
    # Where the song's own end came first, the take was complete; the next one is wanted all the same.
    did = start_over(turn) if turn.state.phase is Phase.ROLLING else next_take(turn)
    log_press(turn, waiting.pedal, "press alone", waiting.edge, did)


def _close_by_itself(turn: Turn) -> None:
    close_take(turn, by_itself=True)


def _roll(turn: Turn) -> None:
    turn.enter(Phase.ROLLING, by_itself=True)
    turn.update_take(has_rolled=True)
    take = turn.take
    if not take.is_rehearsal:
        turn.log(TakeRolled(take.id, turn.at_ns, take.epoch, take.start_frame))


def _note_position(turn: Turn) -> None:
    take = turn.take
    place = turn.place_now()
    turn.update_take(next_position_ns=take.next_position_ns + POSITION_INTERVAL_NS)
    frame = turn.frame_now()
    turn.log(TakePosition(take.id, turn.at_ns, take.epoch, frame, place.bar, place.beat))


def _take_in(turn: Turn, event: Event) -> None:
    match event:
        case TimePassed():
            pass
        case PedalMoved():
            feet, made = gestures.moved(turn.state.feet, event)
            turn.update(feet=feet)
            for gesture in made:
                feel(turn, gesture)
        case ActionAsked():
            _ask(turn, event)
        case LineCheckAsked():
            log_press(
                turn, event.source, "line_check", edge_now(turn), line_check_from(turn, event)
            )
        case LineChecked() | PedalsLookedAt() | TrialClicksAsked() | LineCheckDone():
            hear_checks(turn, event)
        case SongAsked():
            log_press(turn, event.source, "song", edge_now(turn), choose_song(turn, event))
        case NextNumberAsked():
            log_press(turn, event.source, "number", edge_now(turn), set_next_number(turn, event))
        case SongsRead():
            take_in_songs(turn, event)
        case ClockFitted():
            _fit(turn, event)
        case AudioLost():
            _lose_audio(turn, event)
        case ClickStopped():
            _note_silence(turn, event)
        case ClickGap():
            _note_gap(turn, event)
        case ClockJumped():
            note_jump(turn, event)
            detail = f"The stream's frames jumped by {event.jump_ns / 1e6:.1f} ms against time."
            turn.incident("clock jumped", detail)
        case PlayerCounted():
            note_counted(turn, event)
        case SenderCounted():
            note_sent(turn, event)
        case LoopbackListened() | ClickMisheard():
            _hear_click(turn, event)
        case DawNotTold():
            note_untold(turn, event)
        case DawTold():
            note_told(turn, event)
        case DawHeard():
            note_heard(turn, event)
        case Mishap():
            turn.incident(event.kind, event.detail)
        case PartReported():
            _note_part(turn, event)
        case PowerOffRefused():
            stay_on(turn, event)


def _ask(turn: Turn, event: ActionAsked) -> None:
    edge = edge_now(turn)
    is_known = event.action in frozenset(Do)
    did = carry_out(turn, Do(event.action)) if is_known else "nothing: there is no such action"
    log_press(turn, event.source, event.action, edge, did)


def _fit(turn: Turn, event: ClockFitted) -> None:
    state = turn.state
    is_new_stream = state.take is not None and state.take.epoch != event.fit.epoch
    is_to_rejoin = is_new_stream and state.phase in (Phase.COUNT_IN, Phase.ROLLING)
    if is_to_rejoin and state.take is not None and state.take.confirmation.is_held:
        move_to_stream(turn, event.fit)
        is_to_rejoin = False
    elif is_to_rejoin:
        back_tick = rejoin(turn, event.fit)
    else:
        aim_clock(turn, event.fit)
    turn.update(clock=event.fit, audio_is_here=not event.is_stand_in)
    note_fit(turn, event.fit)
    if is_to_rejoin and not event.is_stand_in:
        note_rejoined(turn, back_tick)
    if turn.state.take is not None and turn.state.take.began_at_daw:
        # Without a click nobody misses it, nor hears it come back.
        return
    if is_to_rejoin and event.is_stand_in:
        turn.incident("click unheard", "A virtual output keeps the grid; nobody hears the click.")
    elif is_to_rejoin:
        turn.incident("click rejoined", "The click is back on its grid with the next event.")
        turn.say("CLICK IS BACK")


def _lose_audio(turn: Turn, event: AudioLost) -> None:
    if turn.state.audio_is_here:
        note_lost(turn)
        turn.update(audio_is_here=False, fading_take_id=None)
        turn.incident("audio lost", event.reason)
        take = turn.state.take
        has_click = take is not None and not take.began_at_daw
        if turn.state.phase in (Phase.COUNT_IN, Phase.ROLLING) and has_click:
            turn.say("NO CLICK: AUDIO LOST")


def _note_silence(turn: Turn, event: ClickStopped) -> None:
    """Write the frame of the fade to the take that was stopped; a rehearsal has no entry."""
    take_id = turn.state.fading_take_id
    if take_id is not None:
        turn.update(fading_take_id=None)
        turn.log(ClickSilenced(take_id, event.at_ns, event.epoch, event.frame))


def _note_gap(turn: Turn, event: ClickGap) -> None:
    rate_hz = turn.state.clock.rate_hz if turn.state.clock else 0
    length = f"{1000 * event.lost_frames / rate_hz:.1f} ms" if rate_hz else "of unknown length"
    detail = f"The stream lost {event.lost_frames} frames ({length})."
    take = take_of_gap(turn.state, event)
    if take is not None:
        note_gap(turn, take, event)
    # Where it began: that is where the sound broke off.
    from_frame = event.frame - event.lost_frames
    if take is not None and take.closed_ns is not None:
        turn.incident_of_closed_take(take, "click gap", detail, from_frame)
    else:
        is_of_take = take is not None and take.epoch == event.epoch
        turn.incident("click gap", detail, from_frame if is_of_take else None)


# Audio has incidents of its own; a song file with a typing mistake spoils no take.
_NO_INCIDENT = (Part.AUDIO, Part.SONGS)


def _hear_click(turn: Turn, event: LoopbackListened | ClickMisheard) -> None:
    """Take in what came back over a cable: of a take's click, or of a line check's."""
    if isinstance(event, LoopbackListened):
        note_listened(turn, event)
    else:
        note_misheard(turn, event)
    hear_trial(turn, event)


def _note_part(turn: Turn, event: PartReported) -> None:
    was, daw_was_there = turn.state.parts[event.part].state, turn.state.daw_is_there
    note_health(turn, event)
    if daw_was_there and not turn.state.daw_is_there:
        lose_daw(turn)
    if (
        event.state is PartState.FAULT
        and was is not PartState.FAULT
        and event.part not in _NO_INCIDENT
    ):
        turn.incident(f"{event.part} fault", event.sentence)
    is_left = event.part is Part.DAW and event.state is PartState.WARNING and was is PartState.OK
    if is_left and turn.state.take is not None:
        turn.incident("daw disconnected", event.sentence)
