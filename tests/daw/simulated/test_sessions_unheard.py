"""Whole sessions with every profile that cannot answer: whatever the DAW does, nobody claims to know.

The real rules and the simulated DAW, in virtual time. The light is never solid, no take has a verdict,
and the click goes its way.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.daw.simulated.cable import SHIPPED, by_key
from tests.daw.simulated.test_sessions import MS, Room

from countoff.core.daw import CANNOT_ANSWER, DawTransport
from countoff.core.entries import HowEnded, TakeJudged, TakeStarted
from countoff.core.events import Part, PartState, Pedal
from countoff.core.midi_clock import ClockStart
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight
from countoff.daw.profile import Dialect
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.actions import Action
    from countoff.core.events import Event
    from countoff.daw.profile import Profile

UNHEARD = [
    profile
    for profile in SHIPPED
    if profile.answers.dialect is Dialect.NONE and profile.transport.dialect is not Dialect.MTC
]
BEAT_S = 0.25


class QuietRoom(Room):
    """A studio whose DAW says nothing."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.way = Part.DAW
        if profile.transport.dialect is Dialect.REALTIME:
            self.way = Part.CLOCK
            clocked = replace(self.state.settings, clock_start=ClockStart.COUNT_IN)
            self.state = replace(self.state, settings=clocked)

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Take an event in: whatever it was, the light is not solid."""
        actions = super().feed(event)
        assert self.light is not TallyLight.RECORDING
        return actions


def pull(room: QuietRoom) -> None:
    """Pull the cable that moves the DAW."""
    room.daw.pull()
    room.report(room.way, PartState.FAULT, room.now_s)
    assert room.light is TallyLight.DAW_LOST
    room.run_to(room.now_s + 1)
    assert room.light is TallyLight.DAW_LOST
    room.daw.push()
    room.report(room.way, PartState.OK, room.now_s)


def late(room: QuietRoom) -> None:
    """Have what it says come late, if it said anything."""
    room.daw.daw.faults.late_ns = 400 * MS


def flood(room: QuietRoom) -> None:
    """Have it say a hundred things a second that are nothing to the box."""
    room.daw.daw.faults.flood_hz = 100


def deaf(room: QuietRoom) -> None:
    """Have it hear nothing any more."""
    room.daw.daw.faults.is_deaf = True


def refuse(room: QuietRoom) -> None:
    """Have it record nothing."""
    room.daw.daw.faults.refuses = True


def crash(room: QuietRoom) -> None:
    """Have it die."""
    room.daw.crash()


def use(what: Ask) -> Callable[[QuietRoom], None]:
    """Have its own user do something."""

    def used(room: QuietRoom) -> None:
        room.use(what)

    return used


CASES: dict[str, Callable[[QuietRoom], None]] = {
    "nothing": lambda _room: None,
    "space bar": use(Ask.SPACE),
    "out of record": use(Ask.RECORD_EXIT),
    "record": use(Ask.RECORD),
    "cable": pull,
    "late": late,
    "flood": flood,
    "deaf": deaf,
    "refuses": refuse,
    "crash": crash,
}
every = pytest.mark.parametrize("profile", UNHEARD, ids=by_key)
whatever = pytest.mark.parametrize("case", CASES)


def test_there_are_such_profiles() -> None:
    """Moved by MMC, by the clock, and not at all."""
    assert {profile.transport.dialect for profile in UNHEARD} == {
        Dialect.MMC,
        Dialect.REALTIME,
        Dialect.NONE,
    }


def clicks_on_the_beat(room: QuietRoom, until_s: float) -> None:
    """Have it that every click was heard, from the lead after the press on, a beat apart."""
    heard_s = [each for each in room.heard_s if each < until_s - 1e-3]
    assert heard_s[0] == pytest.approx(10 + room.lead_s, abs=1e-3)
    gaps_s = [after - before for before, after in itertools.pairwise(heard_s)]
    assert gaps_s == pytest.approx([BEAT_S] * len(gaps_s), abs=1e-3)
    assert heard_s[-1] > until_s - 1.1 * BEAT_S


@every
@whatever
def test_before_the_press(profile: Profile, case: str) -> None:
    """At rest the light is off; the take is counted in, rolls and ends as ever, without a verdict."""
    room = QuietRoom(profile)
    room.run_to(8.5)
    CASES[case](room)
    room.run_to(9.9)
    assert (room.light, room.logged(TakeStarted)) == (TallyLight.OFF, [])
    room.start()
    room.run_to(room.bar_s(1) - 0.1)
    assert room.light is TallyLight.COUNT_IN
    room.run_to(room.bar_s(2))
    assert (room.phase, room.light) == (Phase.ROLLING, TallyLight.CANNOT_ANSWER)
    stop_s = room.now_s
    room.ask("stop", stop_s)
    room.run_to(stop_s + 2)
    assert room.light is TallyLight.OFF
    clicks_on_the_beat(room, stop_s)
    nobody_knows(room)


@every
@whatever
def test_in_a_take(profile: Profile, case: str) -> None:
    """It goes on: the click on the beat, the light as it was."""
    room = QuietRoom(profile)
    room.start()
    room.run_to(room.bar_s(2))
    if profile.transport.dialect is not Dialect.NONE:
        assert room.daw.does is DawTransport.RECORDING
    room.run_to(room.bar_s(4))
    assert room.light is TallyLight.CANNOT_ANSWER
    CASES[case](room)
    room.run_to(room.bar_s(6))
    assert (room.phase, room.light) == (Phase.ROLLING, TallyLight.CANNOT_ANSWER)
    stop_s = room.now_s
    room.ask("stop", stop_s)
    room.run_to(stop_s + 2)
    clicks_on_the_beat(room, stop_s)
    nobody_knows(room)


@every
def test_again(profile: Profile) -> None:
    """A false start in bar 2: the next take is counted in, and recorded where the box moves the DAW."""
    room = QuietRoom(profile)
    room.start()
    room.press(Pedal.AGAIN, room.bar_s(2, 2))
    room.run_to(room.now_s + 0.5)
    room.run_to(room.bar_s(3))
    assert room.light is TallyLight.CANNOT_ANSWER
    assert room.ends == [HowEnded.FALSE_START]
    assert len(room.logged(TakeStarted)) == 2
    if profile.transport.dialect is not Dialect.NONE:
        assert room.daw.does is DawTransport.RECORDING
        assert len(room.daw.daw.machine.takes) == 1
    nobody_knows(room)


def nobody_knows(room: QuietRoom) -> None:
    """Have it that no take was judged, and that the screen says why."""
    assert room.logged(TakeJudged) == []
    last_take = room.screen.last_take
    assert last_take is None or last_take.verdict == CANNOT_ANSWER
    assert last_take is not None or room.phase is not Phase.IDLE
