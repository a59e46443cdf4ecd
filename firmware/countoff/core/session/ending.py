"""Ending a take: at the bar, at once, or by the song's own length; then the ring-out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, DropDawCommands, SilenceFrom, StopClicks, TellDaw
from countoff.core.entries import HowEnded, TakeClosed, TakeEnded
from countoff.core.session.choosing import take_in_waiting_songs
from countoff.core.session.clocking import stop_clock
from countoff.core.session.pedals import Phase
from countoff.core.session.places import note_recorded
from countoff.core.session.seeing import judge
from countoff.core.session.state import RING_OUT_NS

if TYPE_CHECKING:
    from countoff.core.session.turn import Turn

_MS = 1_000_000
# The edge of a press may be believed so much later than it was: it might have been a bounce.
_BELIEVED_LATE_NS = 50 * _MS
_AFTER_TAKE_NS = 20_000 * _MS


def end_at_bar(turn: Turn) -> str:
    """Play the bar out: no click on the downbeat that follows, and the DAW records on."""
    take = turn.take
    if not take.has_rolled:
        return cancel(turn)
    if take.song.is_free:
        # There is neither a bar to play out nor a click that is on its way.
        end_tick = turn.tick_now() + 1
    else:
        # A downbeat that may be on its way to the converter already is played, and its bar too.
        end_tick = take.song.next_bar_tick(turn.tick_now(turn.at_ns + _notice_ns(turn)))
    if take.end_tick is not None and take.end_tick <= end_tick:
        return "ends at this bar already"
    turn.update_take(end_tick=end_tick)
    turn.do(SilenceFrom(take.epoch, take.grid.frame_at_tick(end_tick)))
    if take.song.is_free:
        return "ends at once: there are no bars"
    last_bar = take.place_at_tick(end_tick - 1).bar
    turn.say(f"ENDS AFTER BAR {last_bar}")
    return f"ends after bar {last_bar}"


def reach_planned_end(turn: Turn) -> None:
    """Let the click's planned end come: the take rings out, a rehearsal is over."""
    take = turn.take
    if take.end_tick is None:
        return
    end_take(turn, HowEnded.ENDED, turn.at_ns)
    if take.is_rehearsal:
        _become_idle(turn, by_itself=True)
        return
    turn.enter(Phase.RING_OUT, by_itself=True)
    turn.update(ring_out_until_ns=turn.at_ns + RING_OUT_NS)


def stop(turn: Turn) -> str:
    """Stop now, wherever the take is: fade the click, tell the DAW, close the take."""
    if turn.state.phase is Phase.COUNT_IN:
        return cancel(turn)
    words = _words(turn)
    # While it rings out the click has ended already, on the bar line that the log names.
    if turn.state.phase is Phase.ROLLING:
        silence(turn)
        end_take(turn, HowEnded.ENDED, turn.at_ns)
    turn.update(message=None)
    close_take(turn)
    return f"{words} stopped"


def cancel(turn: Turn) -> str:
    """Give the count-in up: its number stays used."""
    silence(turn)
    words = _words(turn)
    end_take(turn, HowEnded.CANCELLED, turn.at_ns)
    close_take(turn)
    return f"{words} cancelled"


def silence(turn: Turn) -> None:
    """Fade the click out, and drop what the DAW was still to be told of this take."""
    take = turn.take
    if take.confirmation.is_held or take.began_at_daw:
        # Nothing sounds: nobody will say that it has faded.
        turn.do(DropDawCommands())
        return
    turn.do(StopClicks(), DropDawCommands())
    turn.update(fading_take_id=None if take.is_rehearsal else take.id)


def end_take(turn: Turn, how: HowEnded, at_ns: int) -> None:
    """Write down that the take's music is over at host time `at_ns`, and where it was."""
    take = turn.take
    tick = turn.tick_now(at_ns)
    # The last place that was begun lies before a planned end, not on the downbeat after it.
    last_tick = min(tick, take.end_tick - 1) if take.end_tick is not None else tick
    place = take.place_at_tick(last_tick)
    frame = turn.frame_now(at_ns)
    if take.end_tick is not None:
        frame = min(frame, take.grid.frame_at_tick(take.end_tick))
    if take.confirmation.is_held:
        frame = min(frame, take.first_click_frame)
    turn.update_take(
        how=how, ended_at=place, ended_tick=last_tick, ended_frame=frame, ended_ns=at_ns
    )
    if take.is_rehearsal:
        return
    turn.log(TakeEnded(take.id, at_ns, take.epoch, frame, place.bar, place.beat, how))


def close_take(turn: Turn, *, by_itself: bool = False, daw_has_stopped: bool = False) -> None:
    """Tell the DAW to stop, and be idle again with this take as the one just ended.

    A DAW that has stopped is not told: for many a second stop means to go back to the beginning.
    """
    take = turn.take
    if not take.is_rehearsal:
        if not daw_has_stopped:
            turn.do(TellDaw(turn.at_ns, DawCommand.STOP))
            turn.update(daw=replace(turn.state.daw, stop_told_ns=turn.at_ns))
        stop_clock(turn)
        turn.log(TakeClosed(take.id, turn.at_ns))
        turn.update_take(closed_ns=turn.at_ns)
        judge(turn)
        turn.update(uncertified=(*turn.state.uncertified, turn.take))
        note_recorded(turn, take)
    if not by_itself:
        # What was said of how the take would end does not hold any more.
        turn.update(message=None)
    _become_idle(turn, by_itself=by_itself)


def _become_idle(turn: Turn, *, by_itself: bool) -> None:
    take = turn.take
    turn.enter(Phase.IDLE, by_itself=by_itself)
    turn.update(take=None, waiting_press=None)
    if not take.is_rehearsal:
        turn.update(last_take=take, after_take_until_ns=turn.at_ns + _AFTER_TAKE_NS)
    take_in_waiting_songs(turn)


def _notice_ns(turn: Turn) -> int:
    clock = turn.state.clock
    return (clock.notice_ns if clock is not None else 0) + _BELIEVED_LATE_NS


def _words(turn: Turn) -> str:
    take = turn.take
    return "rehearsal" if take.is_rehearsal else f"take {take.number}"
