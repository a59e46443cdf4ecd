"""Certifying takes: what the processes count is summed up while one runs, and told soon after it. Pure.

Each take's click is accounted for from its first click to where the take is closed; faults are laid
to the take in whose click they lie, also those that are noticed when it is over already.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.certificate import Evidence, Grade, certificate
from countoff.core.click_faults import ClickFault, FaultKind
from countoff.core.counts import SenderCounts
from countoff.core.entries import TakeCertified
from countoff.core.events import Misheard
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import (
        ClickGap,
        ClickMisheard,
        ClockJumped,
        LoopbackListened,
        PlayerCounted,
        SenderCounted,
    )
    from countoff.core.session.state import State, Take
    from countoff.core.session.turn import Turn
    from countoff.core.timebase import ClockFit

_NS_PER_SECOND = 1_000_000_000
# What is noticed late comes within this: the counters are read at least twice in it.
CERTIFY_AFTER_NS = _NS_PER_SECOND // 2
_MISHEARD = {
    Misheard.MISSING: (FaultKind.UNHEARD, "did not come back over the cable"),
    Misheard.BROKEN: (FaultKind.BROKEN, "came back broken over the cable"),
    Misheard.SHIFTED: (FaultKind.SHIFTED, "came back out of place over the cable"),
}


def note_counted(turn: Turn, event: PlayerCounted) -> None:
    """Add what the player has counted since the last reading to the takes that it belongs to."""
    before = turn.state.counted
    turn.update(counted=event)
    if event.is_stand_in:
        return
    start = before.counts if before is not None and before.stream == event.stream else None

    def added(take: Take) -> Take:
        account = take.account
        is_on_stream = event.epoch == take.epoch
        if not is_on_stream and event.stream != account.stream:
            return take
        if before is not None and take.closed_ns is not None and take.closed_ns <= before.at_ns:
            return take
        next_frame = event.counts.next_frame if is_on_stream else account.next_frame
        account = replace(account, stream=event.stream, next_frame=next_frame)
        if start is None or _is_before_click(turn.state, take, event.at_ns):
            return replace(take, account=account)
        account = replace(account, streams=account.streams.plus(event.epoch, start, event.counts))
        take = replace(take, account=account)
        missed = event.counts.missed_clicks - start.missed_clicks
        if missed and take.how is None:
            take = _faulty(take, FaultKind.MISSED, turn.frame_now(), turn.at_ns, count=missed)
        return take

    _for_each(turn, added)


def note_sent(turn: Turn, event: SenderCounted) -> None:
    """Add what a sender has counted since the last reading to the takes that it belongs to."""
    before = turn.state.sent.get(event.part)
    turn.update(sent=MappingProxyType({**turn.state.sent, event.part: event}))
    is_same = before is not None and before.sender == event.sender
    start = before.counts if before is not None and is_same else SenderCounts()

    def added(take: Take) -> Take:
        if before is not None and take.closed_ns is not None and take.closed_ns <= before.at_ns:
            return take
        senders = take.account.senders.plus(start, event.counts)
        return replace(take, account=replace(take.account, senders=senders))

    _for_each(turn, added)


def note_fit(turn: Turn, fit: ClockFit) -> None:
    """Keep a fit of the running take's own stream, for the drift of its crystal."""
    take = turn.state.take
    if take is not None and take.epoch == fit.epoch:
        turn.update_take(account=take.account.with_fit(fit))


def take_of_gap(state: State, event: ClickGap) -> Take | None:
    """Return the take in whose click the gap lies: the running one, or one that was just closed."""
    from_frame = event.frame - event.lost_frames
    for take in state.uncertified:
        if take.epoch == event.epoch and from_frame < take.click_end_frame:
            return take
    running = state.take
    return running if running is not None and not running.is_rehearsal else None


def note_gap(turn: Turn, take: Take, event: ClickGap) -> None:
    """Lay a gap to the click of `take`, if it lies in it."""
    from_frame = event.frame - event.lost_frames
    is_in_click = (
        event.epoch == take.epoch
        and event.frame > take.first_click_frame
        and from_frame < take.click_end_frame
    )
    if not is_in_click or not _has_click(take):
        return
    length_ns = event.lost_frames * _NS_PER_SECOND // _rate_hz(turn)
    from_frame = max(from_frame, take.first_click_frame)
    _replace(turn, _faulty(take, FaultKind.GAP, from_frame, event.at_ns, length_ns=length_ns))


def note_jump(turn: Turn, event: ClockJumped) -> None:
    """Lay a jump of the stream's clock to the running take's click."""
    take = turn.state.take
    if take is None or turn.state.phase not in (Phase.COUNT_IN, Phase.ROLLING):
        return
    frame = turn.frame_now()
    if frame >= take.first_click_frame and _has_click(take):
        length_ns = abs(event.jump_ns)
        turn.update(take=_faulty(take, FaultKind.JUMP, frame, turn.at_ns, length_ns=length_ns))


def note_lost(turn: Turn) -> None:
    """Lay a lost stream to every take whose click it had not played to the end."""
    state = turn.state

    def lost(take: Take) -> Take:
        known = take.account.next_frame
        now_frame = turn.frame_now()
        frame = now_frame if known is None else known
        is_cut_off = frame < take.click_end_frame and _has_click(take)
        if not is_cut_off or state.clock is None or state.clock.epoch != take.epoch:
            return take
        frame = max(frame, take.first_click_frame)
        since_ns = state.clock.ns_at_frame(frame)
        return _faulty(take, FaultKind.LOST, frame, since_ns, length_ns=None)

    _for_each(turn, lost)


def note_rejoined(turn: Turn, back_tick: int) -> None:
    """End what was lost of the running take's click: it is back at `back_tick`, on its new stream.

    Called with the new stream's clock in the state.
    """
    take, at_ns = turn.take, turn.state.ns_at_tick(back_tick)
    if at_ns is None:
        return
    faults = []
    for fault in take.account.faults:
        if fault.kind is FaultKind.LOST and fault.length_ns is None:
            length_ns, until = at_ns - fault.since_ns, take.place_at_tick(back_tick)
            # One that was away before the first click only was not missed by anybody; the new grid
            # has that click within a frame of where it was.
            if length_ns * _rate_hz(turn) > _NS_PER_SECOND:
                faults.append(replace(fault, length_ns=length_ns, until=until))
        else:
            faults.append(fault)
    frame = take.grid.frame_at_tick(back_tick)
    turn.update_take(account=replace(take.account, faults=tuple(faults), next_frame=frame))


def note_listened(turn: Turn, event: LoopbackListened) -> None:
    """Note how far the clicks of a take have come back over the cable."""

    def listened(take: Take) -> Take:
        if take.epoch != event.epoch or event.to_frame < take.first_click_frame:
            return take
        account = take.account
        before = account.listened_from
        # What was once passed over was not listened to, whatever comes after it.
        from_frame = event.from_frame if before is None else max(before, event.from_frame)
        account = replace(
            account,
            listened_from=from_frame,
            listened_to=max(event.to_frame, account.listened_to or 0),
            way_ns=event.way_ns,
        )
        return replace(take, account=account)

    _for_each(turn, listened)


def note_misheard(turn: Turn, event: ClickMisheard) -> None:
    """Lay a click that did not come back as planned to its take, and write it down."""
    takes = [*turn.state.uncertified, *([turn.state.take] if turn.state.take is not None else [])]
    take = next(
        (
            take
            for take in takes
            if take.epoch == event.epoch
            and take.first_click_frame <= event.frame < take.click_end_frame
        ),
        None,
    )
    if take is None or take.is_rehearsal:
        return
    kind, how = _MISHEARD[event.what]
    by = f" by {event.late_ns / 1e6:.1f} ms" if event.late_ns else ""
    detail = f"A click {how}{by}."
    _replace(turn, _faulty(take, kind, event.frame, event.at_ns, length_ns=abs(event.late_ns)))
    if take.closed_ns is not None:
        turn.incident_of_closed_take(take, "click misheard", detail, event.frame)
    else:
        turn.incident("click misheard", detail, event.frame)


def certify(turn: Turn) -> None:
    """Certify the take that was closed first, and write that down."""
    take, *rest = turn.state.uncertified
    made = certificate(_evidence(turn, take))
    turn.update(uncertified=tuple(rest))
    last = turn.state.last_take
    if last is not None and last.id == take.id:
        turn.update(last_take=replace(last, certificate=made))
    turn.log(TakeCertified(take.id, turn.at_ns, made))


def _evidence(turn: Turn, take: Take) -> Evidence:
    account = take.account
    is_read = account.next_frame is not None and bool(account.streams.epochs)
    next_frame = account.next_frame or 0
    end_frame = take.ended_frame
    is_to_the_end = not is_read or next_frame >= end_frame
    place = take.place_at_tick(take.grid.tick_at_frame(next_frame))
    return Evidence(
        streams=account.streams,
        senders=account.senders,
        faults=account.faults,
        more_gaps=account.more_gaps,
        beside=account.beside,
        has_click=_has_click(take) and end_frame > take.first_click_frame,
        is_muted=take.was_muted,
        was_counted=is_read,
        known_until=None if is_to_the_end else place,
        drift=account.best_drift,
        rate_hz=_rate_hz(turn),
        rate_ppm=turn.state.settings.rate_ppm,
        end_ns=take.ended_ns,
        way_ns=account.way_ns,
        grade=Grade.BY_LOOPBACK if _was_listened_to(take) else Grade.BY_COUNTERS,
    )


def _was_listened_to(take: Take) -> bool:
    """Tell whether every click of the take came back over the cable and was judged."""
    account = take.account
    return (
        account.listened_from is not None
        and account.listened_to is not None
        and account.listened_from <= take.first_click_frame
        and account.listened_to >= take.ended_frame
        and len(account.streams.epochs) == 1
    )


def _rate_hz(turn: Turn) -> int:
    clock = turn.state.clock
    if clock is None:
        message = "Where there was a take there is a clock."
        raise ValueError(message)
    return clock.rate_hz


def _has_click(take: Take) -> bool:
    return not take.song.is_free and not take.confirmation.is_held


def _is_before_click(state: State, take: Take, at_ns: int) -> bool:
    """Tell whether the take's first click was still to come when the counters were read."""
    if take.confirmation.is_held:
        return True
    clock = state.clock
    return clock is not None and at_ns < clock.ns_at_frame(take.first_click_frame)


def _faulty(
    take: Take,
    kind: FaultKind,
    frame: int,
    since_ns: int,
    *,
    length_ns: int | None = 0,
    count: int = 1,
) -> Take:
    """Return the take with one more fault, at a frame of its stream."""
    tick = take.grid.tick_at_frame(frame)
    fault = ClickFault(
        kind=kind,
        at=take.place_at_tick(tick),
        is_counting_in=tick < take.song.start_tick,
        since_ns=since_ns,
        from_frame=frame,
        length_ns=length_ns,
        count=count,
    )
    return replace(take, account=take.account.with_fault(fault))


def _for_each(turn: Turn, change: Callable[[Take], Take]) -> None:
    """Change the running take, and those that are not certified yet."""
    state = turn.state
    if state.take is not None and not state.take.is_rehearsal:
        turn.update(take=change(state.take))
    if state.uncertified:
        turn.update(uncertified=tuple(change(take) for take in state.uncertified))


def _replace(turn: Turn, take: Take) -> None:
    running = turn.state.take
    if running is not None and running.id == take.id:
        turn.update(take=take)
    turn.update(
        uncertified=tuple(
            take if other.id == take.id else other for other in turn.state.uncertified
        )
    )
