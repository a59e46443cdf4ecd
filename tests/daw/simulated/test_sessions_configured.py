"""More sessions with every profile that answers: flags, the box set to warn, and clicks at each moment.

The real rules and the simulated DAW, in virtual time.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.daw.simulated.cable import SHIPPED, by_key
from tests.daw.simulated.test_sessions import MS, RED, SOON_S, Room, confirmed, every

from countoff.core.daw import DawTransport, OnRecord, OnStop, Verdict, WithoutAnswer
from countoff.core.entries import HowEnded, IncidentHappened, TakeJudged, TakeStarted
from countoff.core.events import Pedal
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from countoff.daw.profile import Profile

BEAT_S = 0.25


def set_to(room: Room, **ways: Any) -> Room:
    """Configure the box of a room otherwise."""
    room.state = replace(room.state, settings=replace(room.state.settings, **ways))
    return room


def beats(room: Room, first_s: float, until_s: float) -> None:
    """Have it that from the first click on there was one on each beat, and none before or after."""
    heard_s = room.heard_s
    assert heard_s[0] == pytest.approx(first_s, abs=1e-3)
    gaps_s = [after - before for before, after in itertools.pairwise(heard_s)]
    assert gaps_s == pytest.approx([BEAT_S] * len(gaps_s), abs=1e-3)
    assert until_s - BEAT_S - 1e-3 <= heard_s[-1] <= until_s + 1e-3


@pytest.mark.parametrize("profile", [each for each in SHIPPED if each.transport.marker], ids=by_key)
def test_flags_are_its_markers(profile: Profile) -> None:
    """KEEPER, a hold of it and SONG: each makes one there within a tenth of a second, and it records on."""
    room = confirmed(profile)
    for bar, (pedal, hold_s) in enumerate(
        [(Pedal.KEEPER, 0.1), (Pedal.KEEPER, 0.7), (Pedal.SONG, 0.1)], start=4
    ):
        room.run_to(room.bar_s(4 * bar, 2))
        flagged_ns = room.now_ns
        room.press(pedal, room.now_s, hold_s)
        room.run_to(room.now_s + SOON_S)
        marker = room.daw.daw.machine.markers[bar - 4]
        assert 0 <= marker.at_ns - flagged_ns < 100 * MS
        assert (room.daw.does, room.light) == (DawTransport.RECORDING, RED)
    assert len(room.daw.daw.machine.markers) == 3
    room.ask("stop", room.now_s)
    room.press(Pedal.KEEPER, room.now_s + 2)
    assert len(room.daw.daw.machine.markers) == 3
    assert room.verdicts == [Verdict.RECORDED]


@every
def test_set_to_warn_a_stop_there_leaves_the_click_alone(profile: Profile) -> None:
    """The light says within a tenth of a second that it does not record; the verdict has the bar."""
    room = set_to(confirmed(profile), on_stop=OnStop.WARN)
    room.run_to(room.bar_s(5, 2))
    room.use(Ask.STOP)
    room.run_to(room.now_s + SOON_S)
    assert (room.phase, room.light) == (Phase.ROLLING, TallyLight.ANSWER_MISSING)
    assert room.screen.message == "DAW HAS STOPPED"
    room.run_to(room.bar_s(8))
    stop_s = room.now_s
    room.ask("stop", stop_s)
    room.run_to(stop_s + 1)
    (judged,) = room.logged(TakeJudged)
    assert (judged.verdict, judged.gap and judged.gap.bar) == (Verdict.GAP, 5)
    beats(room, 10 + room.lead_s, stop_s)


@every
def test_set_to_ignore_a_recording_of_its_own_is_no_take(profile: Profile) -> None:
    """It is red within a tenth of a second all the same, and off as soon after it has ended."""
    room = set_to(Room(profile), on_record=OnRecord.IGNORE)
    room.run_to(10)
    room.use(Ask.RECORD)
    room.run_to(10 + SOON_S)
    assert (room.phase, room.light) == (Phase.IDLE, RED)
    room.run_to(13)
    assert room.light is RED
    room.use(Ask.STOP)
    room.run_to(13 + SOON_S)
    assert room.light is TallyLight.OFF
    assert room.logged(TakeStarted) == []
    assert room.heard == []


@every
@pytest.mark.parametrize("fault", ["deaf", "refuses"])
def test_set_to_warn_it_is_counted_in_all_the_same(profile: Profile, fault: str) -> None:
    """At the deadline: the click comes, the light says that the answer is missing, NOT SEEN."""
    room = set_to(Room(profile), without_answer=WithoutAnswer.WARN)
    room.daw.daw.faults.is_deaf = fault == "deaf"
    room.daw.daw.faults.refuses = fault == "refuses"
    room.press(Pedal.ROLL, 10)
    due_s = 10 + profile.answers.deadline_ns / 1e9
    room.run_to(due_s - 0.01)
    assert room.heard == []
    room.run_to(due_s + 4)
    assert room.light is TallyLight.ANSWER_MISSING
    assert [incident.kind for incident in room.logged(IncidentHappened)] == ["daw did not record"]
    stop_s = room.now_s
    room.ask("stop", stop_s)
    room.run_to(stop_s + 1)
    assert room.verdicts == [Verdict.NOT_SEEN]
    beats(room, max(due_s + 0.06, 10 + room.lead_s), stop_s)


@every
def test_clicks_of_a_take_whose_feedback_is_late(profile: Profile) -> None:
    """First click at the lead, or as soon as the word is there; red when it comes; silence with the stop."""
    room = Room(profile)
    room.daw.daw.faults.late_ns = 400 * MS
    room.press(Pedal.ROLL, 10)
    answer_s = 10.15
    while not room.state.take or room.state.take.confirmation.is_held:
        assert room.heard == []
        assert room.light is not RED
        answer_s = room.now_s
        room.run_to(room.now_s + 0.005)
    first_s = max(10 + room.lead_s, answer_s + 0.06)
    assert room.light is RED
    room.run_to(room.bar_s(3, 2))
    stop_s = room.now_s
    room.ask("stop", stop_s)
    room.run_to(stop_s + 2)
    assert first_s - 1e-3 <= room.heard_s[0] <= first_s + 0.006
    beats(room, room.heard_s[0], stop_s)
    assert room.ends == [HowEnded.ENDED]
    assert room.verdicts == [Verdict.RECORDED]


@every
def test_clicks_of_a_take_that_is_stopped_there(profile: Profile) -> None:
    """One on each beat up to the space bar, a tenth of a second later none any more; no stop is sent after."""
    room = confirmed(profile)
    room.run_to(room.bar_s(6, 3) + 0.05)
    room.use(Ask.SPACE)
    stopped_s, told = room.now_s, len(room.told)
    room.run_to(stopped_s + 2)
    beats(room, 10 + room.lead_s, stopped_s)
    assert len(room.told) == told
    assert room.logged(IncidentHappened) == []
