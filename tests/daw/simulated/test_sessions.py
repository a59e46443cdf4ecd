"""Whole sessions against the simulated DAW of every profile: tally, verdict and click at each moment.

The real rules, the real conversation and the simulated DAW, in virtual time. Throughout, solid red
is only shown where the DAW really records, or has until a moment ago and nobody could know better.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.core.session.conftest import Studio, ns, s
from tests.daw.simulated.cable import (
    CONFIRMING,
    CONFIRMING_BY_CABLE,
    FOLLOWING,
    MOVED,
    Cable,
    by_key,
)

from countoff.core.actions import ClockAction, DropDawCommands, TellDaw
from countoff.core.daw import DawTransport, Verdict
from countoff.core.entries import HowEnded, TakeEnded, TakeJudged, TakeStarted
from countoff.core.events import Part, PartState, Pedal, TimePassed
from countoff.core.session.pedals import Phase
from countoff.core.session.step import next_moment_ns
from countoff.core.song import steady_song
from countoff.core.tally import TallyLight
from countoff.core.tempo import Tempo
from countoff.core.time_code import TimeCodeRate
from countoff.daw.simulated.asked import Ask
from countoff.rehearsal.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from countoff.core.actions import Action
    from countoff.core.events import Event
    from countoff.daw.profile import Profile

RED = TallyLight.RECORDING
MS = 1_000_000
# Sign of life is good for a second.
LIFE_NS = 1000 * MS
# From a light of the DAW to the tally: what several lights need to be one word, and a block or two.
SOON_S = 0.1
# A bar is a second.
_FAST = steady_song("Fast", Tempo(Fraction(240)))


class Room(Studio):
    """A studio whose DAW is the simulated one."""

    def __init__(self, profile: Profile) -> None:
        self.cable: Cable | None = None
        self.clock = VirtualClock(self._follow)
        self.recorded_ns = 0
        time_code = TimeCodeRate.FPS_25 if profile.is_moved_by_time_code else None
        # One that follows time code needs a while; the others are pressed to it.
        lead_ns = 500 * MS if time_code is None else profile.transport.lead_ns
        self.lead_s = lead_ns / 1e9
        super().__init__(_FAST, daw=profile.abilities(), lead_ns=lead_ns, time_code=time_code)
        self.cable = Cable(profile, self.now_ns)
        self.report(Part.DAW, PartState.OK, s(self.cable.now_ns))
        self._take_in()

    @property
    def daw(self) -> Cable:
        """The cable to the DAW."""
        assert self.cable is not None
        return self.cable

    def run_to(self, at_s: float) -> None:
        """Let time pass for the rules and the DAW alike."""
        until_ns = ns(at_s)
        while True:
            moments = [next_moment_ns(self.state)]
            if self.cable is not None:
                self._send_time_code(min((each for each in moments if each), default=until_ns))
                moments += [self.cable.next_moment_ns(), self.clock.next_moment_ns()]
            moment_ns = min((each for each in moments if each is not None), default=until_ns + 1)
            if moment_ns > until_ns:
                break
            self._pass_to(moment_ns)
        self._pass_to(until_ns)
        self.feed(TimePassed(until_ns))

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Take an event in, and look at the light."""
        actions = super().feed(event)
        if self.cable is not None:
            if self.state.daw.transport is None:
                self.cable.tell_again()
            if self.daw.does is DawTransport.RECORDING and self.daw.daw.is_running:
                self.recorded_ns = self.now_ns
            if self.light is RED:
                late_ns = self.daw.daw.faults.late_ns
                assert self.now_ns - self.recorded_ns <= LIFE_NS + late_ns + 1
        return actions

    def use(self, what: Ask) -> None:
        """Have the DAW's own user do something, now."""
        self.daw.use(what)
        self._take_in()

    def start(self, at_s: float = 10) -> None:
        """Press ROLL, and run on to where the first beat is to come."""
        self.press(Pedal.ROLL, at_s)
        self.run_to(at_s + self.lead_s - 0.1)

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of each take."""
        return [judged.verdict for judged in self.logged(TakeJudged)]

    @property
    def ends(self) -> list[HowEnded]:
        """How each take ended."""
        return [ended.how for ended in self.logged(TakeEnded)]

    def _pass_to(self, at_ns: int) -> None:
        if self.cable is not None:
            self.cable.turn(at_ns)
            self.clock.send_to(at_ns)
        self._take_in()
        due_ns = next_moment_ns(self.state)
        if due_ns is not None and due_ns <= at_ns:
            self.feed(TimePassed(at_ns))

    def _take_in(self) -> None:
        for event in self.daw.events() if self.cable is not None else ():
            self.feed(event)

    def _do(self, action: Action) -> None:
        super()._do(action)
        if self.cable is not None and isinstance(action, TellDaw):
            self.cable.say(action)
        elif self.cable is not None and isinstance(action, DropDawCommands):
            self.cable.drop()
        elif isinstance(action, ClockAction):
            self.clock.do(action)

    def _send_time_code(self, to_ns: int) -> None:
        """Send what is due by then, and before anything else happens: nothing comes of most of it."""
        while (at_ns := self.clock.next_moment_ns()) is not None and at_ns < to_ns:
            turn_ns = self.daw.next_moment_ns()
            if turn_ns is not None and turn_ns <= at_ns:
                return
            self.clock.send_to(at_ns)

    def _follow(self, at_ns: int, data: bytes) -> None:
        self.daw.follow(at_ns, data)


def confirmed(profile: Profile) -> Room:
    """Return a room whose take rolls, red, in bar 2."""
    room = Room(profile)
    room.start()
    room.run_to(room.bar_s(2))
    assert room.light is RED
    assert room.phase is Phase.ROLLING
    return room


def silent_from(room: Room, at_s: float) -> None:
    """Have it that no click was heard after a moment."""
    room.run_to(room.now_s + 2)
    assert all(heard_s <= at_s for heard_s in room.heard_s)


# Of those that differ by their name and their menus alone, one is enough.
CONFIRMING_FOLLOWING = list(
    {
        (each.transport, each.answers): each
        for each in reversed(FOLLOWING)
        if each.answers.dialect != "none"
    }.values()
)
every = pytest.mark.parametrize("profile", [*CONFIRMING, *CONFIRMING_FOLLOWING], ids=by_key)


@every
def test_a_normal_take(profile: Profile) -> None:
    """Confirmed before the first click, which comes after the constant lead; red to the stop."""
    room = Room(profile)
    room.start()
    assert room.heard == []
    assert room.daw.does is DawTransport.RECORDING
    room.run_to(room.bar_s(1) - 0.1)
    assert room.light is TallyLight.COUNT_IN
    assert room.heard_s[0] == pytest.approx(10 + room.lead_s, abs=1e-3)
    room.run_to(room.bar_s(3))
    assert room.light is RED
    room.ask("stop", room.bar_s(3) + 0.5)
    room.run_to(room.now_s + 1)
    assert room.light is TallyLight.OFF
    assert room.daw.does is DawTransport.STOPPED
    assert room.verdicts == [Verdict.RECORDED]
    (take,) = room.daw.daw.machine.takes
    assert take.at_ns < ns(10 + room.lead_s)


@every
def test_again(profile: Profile) -> None:
    """A false start in bar 2: the next take is recorded and red as the first was."""
    room = confirmed(profile)
    room.press(Pedal.AGAIN, room.bar_s(2, 2))
    room.run_to(room.now_s + 0.5)
    room.run_to(room.bar_s(2))
    assert room.light is RED
    assert room.daw.does is DawTransport.RECORDING
    assert len(room.logged(TakeStarted)) == 2
    assert room.ends == [HowEnded.FALSE_START]
    assert room.verdicts == [Verdict.RECORDED]
    assert len(room.daw.daw.machine.takes) == 1


@every
@pytest.mark.parametrize("fault", ["deaf", "refuses"])
def test_a_take_that_is_not_recorded_is_not_counted_in(profile: Profile, fault: str) -> None:
    """By the deadline it is refused: no click, never red, and the DAW is told to stop."""
    room = Room(profile)
    room.daw.daw.faults.is_deaf = fault == "deaf"
    room.daw.daw.faults.refuses = fault == "refuses"
    room.press(Pedal.ROLL, 10)
    while room.phase is not Phase.IDLE:
        assert room.light is not RED
        assert room.now_s < 10 + profile.answers.deadline_ns / 1e9 + 0.2
        room.run_to(room.now_s + 0.05)
    room.run_to(room.now_s + 2)
    assert room.heard == []
    assert room.told[:2] == ["record", "stop"]
    assert room.ends == [HowEnded.CANCELLED]
    assert room.verdicts == [Verdict.NOT_SEEN]
    assert room.light is not RED
    if fault == "refuses":
        assert room.daw.does is DawTransport.STOPPED


@every
def test_the_space_bar_at_bar_20(profile: Profile) -> None:
    """The take ends normally, the click falls silent at once, and there is no alarm."""
    room = confirmed(profile)
    room.run_to(room.bar_s(20))
    room.use(Ask.SPACE)
    stopped_s = room.now_s
    room.run_to(stopped_s + SOON_S)
    assert room.light is TallyLight.OFF
    silent_from(room, stopped_s + SOON_S)
    assert room.ends == [HowEnded.ENDED]
    assert room.logged(TakeEnded)[0].bar == 20
    assert room.verdicts == [Verdict.RECORDED]


@every
def test_record_pressed_at_the_daw(profile: Profile) -> None:
    """A take without click, red within a tenth of a second, closed when the DAW stops."""
    room = Room(profile)
    room.run_to(10)
    room.use(Ask.RECORD)
    room.run_to(10 + SOON_S)
    assert room.light is RED
    room.run_to(15)
    assert room.light is RED
    room.use(Ask.SPACE)
    room.run_to(15 + SOON_S)
    assert room.light is TallyLight.OFF
    assert room.heard == []
    assert len(room.logged(TakeStarted)) == 1
    assert room.verdicts == [Verdict.RECORDED]


@pytest.mark.parametrize("profile", CONFIRMING_BY_CABLE, ids=by_key)
def test_a_cable_pulled_in_a_take_and_pushed_in_again(profile: Profile) -> None:
    """Not red without it, red with it, the click never minds, and the verdict tells of the gap."""
    room = confirmed(profile)
    room.run_to(room.bar_s(4))
    clicks = len(room.heard)
    room.daw.pull()
    room.report(Part.DAW, PartState.FAULT, room.now_s)
    assert room.light is TallyLight.DAW_LOST
    room.run_to(room.bar_s(6))
    assert room.light is TallyLight.DAW_LOST
    assert len(room.heard) == clicks + 8
    room.daw.push()
    room.report(Part.DAW, PartState.OK, room.now_s)
    # A HUI is only talked to again once it has answered a ping.
    room.run_to(room.now_s + 1.2)
    assert room.light is RED
    room.ask("stop", room.bar_s(8))
    room.run_to(room.now_s + 1)
    (judged,) = room.logged(TakeJudged)
    assert judged.verdict is Verdict.GAP
    assert judged.gap is not None
    assert judged.gap.bar in (3, 4)


@pytest.mark.parametrize(
    "profile", [each for each in CONFIRMING if each.answers.dialect == "osc"], ids=by_key
)
def test_a_cable_pulled_beside_the_network(profile: Profile) -> None:
    """What moves the DAW goes and comes back, what it says comes another way: it is red again."""
    room = confirmed(profile)
    room.report(Part.DAW, PartState.FAULT, room.now_s)
    assert room.light is TallyLight.DAW_LOST
    room.run_to(room.now_s + 1)
    assert room.light is TallyLight.DAW_LOST
    room.report(Part.DAW, PartState.OK, room.now_s)
    room.run_to(room.now_s + SOON_S)
    assert room.light is RED
    room.ask("stop", room.now_s)
    room.run_to(room.now_s + 1)
    assert room.verdicts == [Verdict.GAP]


@every
def test_feedback_400_ms_late(profile: Profile) -> None:
    """Confirmed all the same, and red to the end; what it says after the stop changes nothing."""
    room = Room(profile)
    room.daw.daw.faults.late_ns = 400 * MS
    room.run_to(9)
    room.press(Pedal.ROLL, 10)
    room.run_to(10 + room.lead_s + 1.5)
    room.run_to(room.bar_s(3))
    assert room.light is RED
    room.ask("stop", room.now_s)
    room.run_to(room.now_s + 2)
    assert room.light is TallyLight.OFF
    assert room.verdicts == [Verdict.RECORDED]
    assert len(room.logged(TakeStarted)) == 1


@pytest.mark.parametrize("profile", [*CONFIRMING, *CONFIRMING_FOLLOWING[:1]], ids=by_key)
def test_a_flood_of_feedback(profile: Profile) -> None:
    """Five hundred messages a second beside it: the same take, at the same moments."""
    room = Room(profile)
    room.daw.daw.faults.flood_hz = 500
    room.start()
    room.run_to(room.bar_s(1) + 0.1)
    assert room.light is RED
    assert room.heard_s[0] == pytest.approx(10 + room.lead_s, abs=1e-3)
    room.use(Ask.SPACE)
    room.run_to(room.now_s + SOON_S)
    assert room.light is TallyLight.OFF
    assert room.verdicts == [Verdict.RECORDED]


@pytest.mark.parametrize(
    "profile",
    [each for each in (*CONFIRMING, *CONFIRMING_FOLLOWING) if each.answers.shows_life],
    ids=by_key,
)
def test_a_crash_while_red(profile: Profile) -> None:
    """Its last word was that it records: a second later nobody believes it; the take goes on."""
    room = confirmed(profile)
    room.daw.crash()
    crashed_s = room.now_s
    room.run_to(crashed_s + 1.05)
    assert room.light is TallyLight.DAW_LOST
    room.run_to(room.bar_s(5))
    assert room.phase is Phase.ROLLING
    assert room.heard_s[-1] > crashed_s + 2
    room.ask("stop", room.now_s)
    room.run_to(room.now_s + 1)
    (judged,) = room.logged(TakeJudged)
    assert judged.verdict is Verdict.GAP
    assert judged.gap is not None
    assert judged.gap.bar in (1, 2)


@pytest.mark.parametrize("profile", CONFIRMING_FOLLOWING, ids=by_key)
def test_all_cables_pulled_from_a_daw_that_follows_time_code(profile: Profile) -> None:
    """Without time code it stops: not red, nor once it rolls again unarmed; the click never minds."""
    room = confirmed(profile)
    room.run_to(room.bar_s(4))
    clicks = len(room.heard)
    room.daw.pull()
    room.report(Part.DAW, PartState.FAULT, room.now_s)
    room.report(Part.CLOCK, PartState.FAULT, room.now_s)
    room.run_to(room.bar_s(6))
    assert room.light is TallyLight.DAW_LOST
    assert room.daw.does is DawTransport.STOPPED
    room.daw.push()
    room.report(Part.CLOCK, PartState.OK, room.now_s)
    assert room.light is TallyLight.DAW_LOST
    room.report(Part.DAW, PartState.OK, room.now_s)
    room.run_to(room.now_s + 2)
    assert room.daw.does is DawTransport.PLAYING
    assert room.light is TallyLight.DAW_LOST
    assert len(room.heard) == clicks + 16
    room.ask("stop", room.bar_s(9))
    room.run_to(room.now_s + 1)
    assert room.daw.does is DawTransport.STOPPED
    assert room.verdicts == [Verdict.GAP]


@pytest.mark.parametrize("profile", CONFIRMING_FOLLOWING[:1], ids=by_key)
def test_a_take_pressed_while_the_daw_still_rolls_out(profile: Profile) -> None:
    """Right after a take it follows the old time code for a moment: it is waited for, then armed."""
    room = confirmed(profile)
    room.ask("stop", room.bar_s(3))
    room.press(Pedal.ROLL, room.now_s + 0.05)
    room.run_to(room.now_s + 1.5)
    room.run_to(room.bar_s(2))
    assert room.light is RED
    assert room.daw.does is DawTransport.RECORDING
    first, second = room.daw.daw.machine.takes[0], room.daw.daw.machine.seconds_at(room.now_ns)
    assert (first.from_s // 600, second // 600) == (1, 2)


@pytest.mark.parametrize("profile", FOLLOWING, ids=by_key)
def test_a_rehearsal_sends_no_time_code(profile: Profile) -> None:
    """The click alone: the DAW neither goes anywhere nor rolls."""
    room = Room(profile)
    room.ask("rehearse", 10)
    room.run_to(room.now_s + 5)
    assert room.heard
    assert room.clock.sent == []
    assert room.daw.does in (DawTransport.STOPPED, DawTransport.ARMED)


@pytest.mark.parametrize(
    "profile",
    [each for each in (*MOVED, *FOLLOWING) if each.answers.dialect == "none"],
    ids=by_key,
)
def test_a_daw_that_cannot_answer(profile: Profile) -> None:
    """It is recorded, and the light says that nobody knows: never red."""
    room = Room(profile)
    room.start()
    room.run_to(room.bar_s(2))
    assert room.light is TallyLight.CANNOT_ANSWER
    assert room.heard_s[0] == pytest.approx(10 + room.lead_s, abs=1e-3)
    assert room.daw.does is DawTransport.RECORDING
    room.ask("stop", room.bar_s(3))
    room.run_to(room.now_s + 1)
    assert room.light is TallyLight.OFF
    assert len(room.daw.daw.machine.takes) == 1
