"""Where on the DAW's timeline a take lies, and how long the DAW took to roll. Pure.

What is known is the place of the song's bar 1: from where the DAW was sent and when it said that it
records, or, better, from what its time code or its display said meanwhile. Each reading of these
comes late by the DAW's own delay, never early: of many the furthest is nearest to the truth.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand
from countoff.core.daw import DawPlace, KnownFrom
from countoff.core.entries import DawAnswered, DawPlaced

if TYPE_CHECKING:
    from countoff.core.events import DawTold
    from countoff.core.session.state import Take
    from countoff.core.session.turn import Turn

_NS_PER_SECOND = 1_000_000_000
# What the DAW says of itself counts for more than what it was told.
_TRUST = {
    KnownFrom.LOCATE: 0,
    KnownFrom.DISPLAY: 1,
    KnownFrom.OSC: 2,
    KnownFrom.TIME_CODE: 3,
}
# A reading further from the first one than this is of something else: somebody moved the DAW.
_SAME_TAKE_S = 1
# A place that has become better by less than this is not written down again.
_BETTER_BY_S = Fraction(1, 1000)


def note_told(turn: Turn, event: DawTold) -> None:
    """Keep when the command to record the running take has left."""
    take = turn.state.take
    if event.command is not DawCommand.RECORD or take is None:
        return
    confirmation = take.confirmation
    if not confirmation.is_awaited or event.due_ns != confirmation.record_ns:
        return
    turn.update_confirmation(told_ns=event.at_ns)
    delay_ns = turn.take.confirmation.delay_ns
    if delay_ns is not None and confirmation.seen_ns is not None:
        turn.log(DawAnswered(take.id, confirmation.seen_ns, delay_ns))


def place_by_locate(turn: Turn) -> None:
    """Place the take by where the DAW was sent for it: there it stood until it rolled, just now."""
    located_s = turn.take.confirmation.located_s
    if located_s is not None:
        _take_reading(turn, DawPlace(Fraction(located_s), KnownFrom.LOCATE), turn.at_ns)


def note_place(turn: Turn, place: DawPlace, at_ns: int) -> None:
    """Place the running take by where the DAW says it was at `at_ns`, if it was recording then."""
    take = turn.state.take
    if take is None or take.confirmation.is_held or not turn.state.daw_records(at_ns):
        return
    if take.confirmation.is_awaited:
        _take_reading(turn, place, at_ns)


def place_for_sure(turn: Turn, bar1: DawPlace) -> None:
    """Place the take where its bar 1 is known to lie, whatever was known of that before."""
    turn.update_confirmation(bar1=bar1)
    log_place(turn)


def log_place(turn: Turn) -> None:
    """Write down where the take lies, if that is known better than it was written before."""
    confirmation = turn.take.confirmation
    place, logged = confirmation.bar1, confirmation.bar1_logged
    if place is None:
        return
    is_same = logged is not None and logged.known_from is place.known_from
    if logged is not None and is_same and abs(place.seconds - logged.seconds) < _BETTER_BY_S:
        return
    turn.update_confirmation(bar1_logged=place)
    turn.log(DawPlaced(turn.take.id, turn.at_ns, place))


def place_now_ns(turn: Turn, take: Take) -> int | None:
    """Return where on its timeline the DAW is now, in ns from its beginning; None where not known."""
    place, clock = take.confirmation.bar1, turn.state.clock
    if place is None or clock is None or clock.epoch != take.epoch:
        return None
    since_bar1_ns = turn.at_ns - clock.ns_at_frame(take.bar1_frame)
    return round(place.seconds * _NS_PER_SECOND) + since_bar1_ns


def _take_reading(turn: Turn, reading: DawPlace, at_ns: int) -> None:
    bar1_ns = _bar1_ns(turn)
    if bar1_ns is None:
        return
    seconds = reading.seconds + Fraction(bar1_ns - at_ns, _NS_PER_SECOND)
    bar1 = replace(reading, seconds=seconds)
    known = turn.take.confirmation.bar1
    if known is None or _TRUST[bar1.known_from] > _TRUST[known.known_from]:
        turn.update_confirmation(bar1=bar1)
        log_place(turn)
    elif bar1.known_from is known.known_from and 0 < seconds - known.seconds < _SAME_TAKE_S:
        turn.update_confirmation(bar1=bar1)


def _bar1_ns(turn: Turn) -> int | None:
    take, clock = turn.take, turn.state.clock
    if clock is None or clock.epoch != take.epoch:
        return None
    return clock.ns_at_frame(take.bar1_frame)
