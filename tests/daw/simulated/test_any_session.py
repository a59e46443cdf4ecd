"""Any session with any profile: whatever feet, the DAW's user and its cable do, nothing false is said.

The real rules, the real conversation and the simulated DAW, in virtual time. The oracle is the DAW's
own machine: what it really recorded, and when. Light and verdict are held against that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.daw.simulated.cable import SHIPPED
from tests.daw.simulated.test_sessions import LIFE_NS, MS, Room

from countoff.core.daw import DawTransport, OnRecord, OnStop, Verdict, WithoutAnswer
from countoff.core.entries import (
    CountInMoved,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import Part, PartState, Pedal
from countoff.core.tally import TallyLight
from countoff.daw.profile import Dialect
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from countoff.core.actions import Action
    from countoff.core.events import Event
    from countoff.daw.profile import Profile

S = 1000 * MS
# What the DAW does is said a block later, and several of its lights are one word.
SAID_WITHIN_NS = 60 * MS
PROMPT_NS = 100 * MS
BEAT_NS = 250 * MS


class Stretch(NamedTuple):
    """The DAW recorded from one moment to another."""

    from_ns: int
    to_ns: int


class Witness(Room):
    """A room in which it is written down what the DAW really did, at every step."""

    def __init__(self, profile: Profile, **ways: Any) -> None:
        self.profile = profile
        self.is_cable_there = True
        self.troubled_ns = 0
        """When something was last wrong that can delay or hide a word."""
        self._records_since_ns: int | None = None
        super().__init__(profile)
        self.state = replace(self.state, settings=replace(self.state.settings, **ways))

    @property
    def recorded(self) -> list[Stretch]:
        """All that the DAW has recorded by now."""
        takes = self.daw.daw.machine.takes
        stretches = [
            Stretch(take.at_ns, take.at_ns + round((take.to_s - take.from_s) * S)) for take in takes
        ]
        if self._records_since_ns is not None:
            stretches.append(Stretch(self._records_since_ns, self.now_ns))
        return stretches

    @property
    def answers(self) -> bool:
        """Whether the DAW can say that it records."""
        return self.profile.answers.dialect is not Dialect.NONE

    @property
    def has_trouble(self) -> bool:
        """Whether something is wrong now that can delay or hide a word."""
        faults = self.daw.daw.faults
        # One that refuses says over OSC that no track is armed, also of what it records already;
        # HUI says nothing to whom it does not hear.
        is_hidden = faults.late_ns > 0 or faults.refuses or faults.is_deaf
        return is_hidden or not self.is_cable_there or not self.daw.daw.is_running

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Take an event in, and look at light and DAW."""
        if self.cable is not None and self.recorded:
            self.recorded_ns = self.recorded[-1].to_ns
        actions = super().feed(event)
        if self.cable is not None:
            self._judge_light()
        return actions

    def _send_time_code(self, to_ns: int) -> None:
        """Send none ahead: here the DAW's user may do something in between."""

    def _pass_to(self, at_ns: int) -> None:
        super()._pass_to(at_ns)
        if self.cable is not None:
            self._watch()

    def _watch(self) -> None:
        if self.daw.does is not DawTransport.RECORDING or not self.daw.daw.is_running:
            self._records_since_ns = None
        elif self._records_since_ns is None:
            self._records_since_ns = self.now_ns
        if self.has_trouble:
            self.troubled_ns = self.now_ns

    def _judge_light(self) -> None:
        """Solid is never a guess; and where the DAW says that it records it comes at once."""
        self._watch()
        light = self.light
        assert self.answers or light is not TallyLight.RECORDING
        since_ns = self._records_since_ns
        if since_ns is None or not self.answers:
            return
        is_plain = self.now_ns - self.troubled_ns > 3 * S
        if is_plain and self.now_ns - since_ns > PROMPT_NS:
            # In a count-in that was confirmed it flashes; a fault of the sound comes first.
            assert light in (TallyLight.RECORDING, TallyLight.COUNT_IN)

    def finish(self) -> None:
        """Let everything come to an end, and write it down."""
        faults = self.daw.daw.faults
        faults.late_ns = faults.flood_hz = 0
        faults.is_deaf = faults.refuses = False
        self.run_to(self.now_s + 1)
        self.use(Ask.STOP)
        self.run_to(self.now_s + 1)
        self.ask("stop", self.now_s)
        self.run_to(self.now_s + 15)


def do(room: Witness, what: str) -> None:
    """Have something happen now."""
    faults, daw = room.daw.daw.faults, room.daw
    match what:
        case "roll" | "again" | "keeper" | "song":
            room.press(Pedal(what), room.now_s, 0.1)
        case "hold roll":
            room.press(Pedal.ROLL, room.now_s, 0.7)
        case "deaf":
            faults.is_deaf = not faults.is_deaf
        case "refuse":
            faults.refuses = not faults.refuses
        case "late":
            faults.late_ns = 0 if faults.late_ns else 400 * MS
        case "flood":
            faults.flood_hz = 0 if faults.flood_hz else 50
        case "crash" if daw.daw.is_running:
            daw.crash()
        case "cable" if room.profile.answers.dialect is not Dialect.OSC:
            (daw.pull if room.is_cable_there else daw.push)()
            room.is_cable_there = not room.is_cable_there
            state = PartState.OK if room.is_cable_there else PartState.FAULT
            room.report(Part.DAW, state, room.now_s)
        case "space" | "record" | "stop" | "exit" | "pause":
            asks = {"space": Ask.SPACE, "exit": Ask.RECORD_EXIT, "pause": Ask.PAUSE}
            room.use(asks.get(what) or Ask(what))


FEET = ("roll", "roll", "roll", "again", "keeper", "hold roll", "song")
DEEDS = ("space", "record", "stop", "exit", "late", "late", "deaf", "refuse", "flood", "cable")
happenings = st.lists(
    st.tuples(
        st.sampled_from([0.02, 0.2, 0.45, 0.7, 1.5, 4.0]),
        st.sampled_from(FEET) | st.sampled_from((*FEET, *DEEDS, "cable", "crash")),
    ),
    min_size=2,
    max_size=10,
)


WAYS = st.fixed_dictionaries(
    {
        "without_answer": st.sampled_from(WithoutAnswer),
        "on_stop": st.sampled_from(OnStop),
        "on_record": st.sampled_from(OnRecord),
    }
)


@settings(max_examples=25, deadline=None)
@given(profile=st.sampled_from(SHIPPED), ways=WAYS, day=happenings)
def test_light_and_verdict_are_true(
    profile: Profile, ways: dict[str, Any], day: list[tuple[float, str]]
) -> None:
    """Solid only where the DAW records, there when it does; RECORDED only what it has really recorded."""
    room = Witness(profile, **ways)
    for wait_s, what in day:
        room.run_to(room.now_s + wait_s)
        do(room, what)
    room.finish()
    judge_verdicts(room)
    judge_clicks(room)


def judge_verdicts(room: Witness) -> None:
    """Hold each verdict against what the DAW has really recorded."""
    started = {entry.id: entry for entry in room.logged(TakeStarted)}
    first_ns = {id_: entry.first_click_ns for id_, entry in started.items()}
    first_ns |= {moved.take_id: moved.first_click_ns for moved in room.logged(CountInMoved)}
    ended_ns = {entry.take_id: entry.at_ns for entry in room.logged(TakeEnded)}
    judged = {entry.take_id: entry.verdict for entry in room.logged(TakeJudged)}
    assert set(judged) == (set(started) if room.answers else set())
    for take_id, verdict in judged.items():
        if verdict is not Verdict.RECORDED:
            continue
        # It may have stopped or died as long before the end as its word needs, or its silence.
        until_ns = ended_ns[take_id] - LIFE_NS - 400 * MS - SAID_WITHIN_NS
        at_ns = max(first_ns[take_id], started[take_id].at_ns) + SAID_WITHIN_NS
        for stretch in room.recorded:
            if stretch.from_ns <= at_ns <= stretch.to_ns + SAID_WITHIN_NS:
                at_ns = max(at_ns, stretch.to_ns + SAID_WITHIN_NS)
        assert at_ns >= until_ns, "a verdict of RECORDED for what the DAW did not record"


def judge_clicks(room: Witness) -> None:
    """Each click is on the beat of a take that ran then, and none sounds in any other."""
    closed_ns = {entry.take_id: entry.at_ns for entry in room.logged(TakeClosed)}
    rolled = {entry.take_id for entry in room.logged(TakeRolled)}
    starts = [
        (entry.id, entry.first_click_ns)
        for entry in (*room.logged(TakeStarted),)
        if not entry.began_at_daw
    ]
    moved = {entry.take_id: entry.first_click_ns for entry in room.logged(CountInMoved)}
    spans = [(moved.get(id_, first_ns), closed_ns.get(id_, 1 << 62)) for id_, first_ns in starts]
    for heard in room.heard:
        beats = [
            (heard.at_ns - first_ns) % BEAT_NS
            for first_ns, end_ns in spans
            if first_ns - MS <= heard.at_ns <= end_ns + PROMPT_NS
        ]
        assert any(min(beat, BEAT_NS - beat) < MS for beat in beats)
    assert rolled <= {entry.id for entry in room.logged(TakeStarted)}
