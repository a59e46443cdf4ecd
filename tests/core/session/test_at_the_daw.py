"""What somebody does at the DAW itself, where a take lies there, and the markers that flags make."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.actions import DawCommand, StartClicks
from countoff.core.daw import (
    DawAbilities,
    DawPlace,
    DawTransport,
    KnownFrom,
    OnRecord,
    OnStop,
    Verdict,
)
from countoff.core.entries import (
    DawPlaced,
    FlagMade,
    HowEnded,
    IncidentHappened,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import DawHeard, DawTold, Part, PartState, Pedal
from countoff.core.screen.view import HealthMark
from countoff.core.session.pedals import Phase
from countoff.core.session.state import LocatePlace
from countoff.core.session.view import next_view_change_ns
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
STOPPED, ARMED, PLAYING, RECORDING = DawTransport


@pytest.fixture
def answering(open_studio: type[Studio]) -> Callable[..., Studio]:
    """Open a studio whose DAW can answer."""

    def opened(**settings: Any) -> Studio:
        abilities = {name: settings.pop(name) for name in [*settings] if name.startswith("can_")}
        daw = DawAbilities(**{"can_answer": True, **abilities})
        return open_studio(daw=daw, **settings)

    return opened


def hear(
    studio: Studio, word: DawTransport | None, at_s: float, place: DawPlace | None = None
) -> None:
    """Let the DAW say something."""
    studio.run_to(at_s)
    studio.feed(DawHeard(studio.ns(at_s), word, place))


def displayed(seconds: float, known_from: KnownFrom = KnownFrom.DISPLAY) -> DawPlace:
    """Return a place on the DAW's timeline."""
    return DawPlace(Fraction(str(seconds)), known_from)


# A take that begins at the DAW.


def test_record_pressed_at_the_daw_is_a_take_without_click(
    answering: Callable[..., Studio],
) -> None:
    """Logged with its times and the chosen song's number, red at once, no click, closed by its stop."""
    studio = answering()
    hear(studio, RECORDING, 30)
    assert studio.light is TallyLight.RECORDING
    assert studio.phase is Phase.ROLLING
    (started,) = studio.logged(TakeStarted)
    assert (started.song, started.number, started.began_at_daw) == ("Kingdom", 1, True)
    assert started.at_ns == studio.ns(30)
    assert len(studio.logged(TakeRolled)) == 1
    studio.run_to(72.5)
    view = studio.screen
    assert (view.page, view.elapsed, view.without_click) == ("rolling", "0:42", True)
    hear(studio, STOPPED, 90)
    assert studio.phase is Phase.IDLE
    (ended,) = studio.logged(TakeEnded)
    assert (ended.how, ended.at_ns) == (HowEnded.ENDED, studio.ns(90))
    assert len(studio.logged(TakeClosed)) == 1
    assert studio.logged(TakeJudged)[0].verdict is Verdict.RECORDED
    assert studio.told == []
    assert studio.heard == []
    assert not any(isinstance(action, StartClicks) for _, action in studio.actions)
    assert studio.logged(IncidentHappened) == []
    assert studio.light is TallyLight.OFF
    studio.run_to(100)
    assert studio.logged(TakeCertified)[0].certificate.words == "NO CLICK DUE"
    studio.press(ROLL, 110)
    assert studio.logged(TakeStarted)[-1].number == 2


def test_it_is_logged_without_any_sound(answering: Callable[..., Studio]) -> None:
    """No card, no stream, no clock: what the DAW records is written down all the same."""
    studio = answering()
    studio.lose_audio(1)
    hear(studio, RECORDING, 30)
    assert studio.light is TallyLight.RECORDING
    studio.regain_audio(40, epoch=2)
    studio.run_to(50)
    assert studio.phase is Phase.ROLLING
    assert studio.screen.message == ""
    hear(studio, STOPPED, 60)
    (started,), (ended,) = studio.logged(TakeStarted), studio.logged(TakeEnded)
    assert ended.at_ns - started.at_ns == 30_000_000_000


def test_a_hold_of_roll_ends_it_too(answering: Callable[..., Studio]) -> None:
    """The drummer ends it: ring-out, and the DAW is told to stop."""
    studio = answering()
    hear(studio, RECORDING, 30)
    studio.press(ROLL, 40)
    assert studio.screen.message == "HOLD TO END"
    studio.press(ROLL, 45, hold_s=0.8)
    assert studio.phase is Phase.RING_OUT
    studio.press(ROLL, 50)
    assert studio.told == ["stop"]
    hear(studio, STOPPED, 50.3)
    assert studio.phase is Phase.IDLE


def test_one_foot_does_not_give_it_up(answering: Callable[..., Studio]) -> None:
    """AGAIN within its first bars is no false start of what somebody at the DAW wants."""
    studio = answering()
    hear(studio, RECORDING, 30)
    studio.press(AGAIN, 32)
    assert studio.phase is Phase.ROLLING
    assert studio.screen.message == "HOLD FOR FALSE START"


def test_flags_are_made_in_it_by_its_time(answering: Callable[..., Studio]) -> None:
    """It has no bars: the flag says 0:12."""
    studio = answering()
    hear(studio, RECORDING, 30)
    studio.press(KEEPER, 42.3)
    assert studio.screen.message == "KEEP T1 0:12"
    assert len(studio.logged(FlagMade)) == 1


def test_punching_out_ends_it(answering: Callable[..., Studio]) -> None:
    """What is recorded is over, though the DAW rolls; in again, it is another take."""
    studio = answering()
    hear(studio, RECORDING, 30)
    hear(studio, PLAYING, 40)
    hear(studio, RECORDING, 50)
    assert [take.number for take in studio.logged(TakeStarted)] == [1, 2]


def test_it_is_ended_by_the_stop_whatever_a_stop_does_to_others(
    answering: Callable[..., Studio],
) -> None:
    """Also where takes with a click only warn."""
    studio = answering(on_stop=OnStop.WARN)
    hear(studio, RECORDING, 30)
    hear(studio, STOPPED, 40)
    assert studio.phase is Phase.IDLE


def test_configured_to_ignore_it_nothing_is_logged_and_the_light_is_true(
    answering: Callable[..., Studio],
) -> None:
    """The DAW records: red. No take."""
    studio = answering(on_record=OnRecord.IGNORE)
    hear(studio, RECORDING, 30)
    assert studio.light is TallyLight.RECORDING
    assert studio.phase is Phase.IDLE
    assert studio.logged(TakeStarted) == []


def test_what_is_stale_without_a_take_is_not_off(open_studio: type[Studio]) -> None:
    """Its user's recording falls silent: lamp, panel and the screen's corner say that nobody knows."""
    alive = DawAbilities(can_answer=True, shows_life=True)
    studio = open_studio(daw=alive, on_record=OnRecord.IGNORE)
    hear(studio, RECORDING, 5)
    studio.run_to(5.9)
    assert (studio.light, studio.screen.health.daw) == (TallyLight.RECORDING, HealthMark.OK)
    change_ns = next_view_change_ns(studio.state, studio.now_ns)
    assert change_ns is not None
    assert change_ns <= studio.ns(6) + 1
    studio.run_to(6.1)
    assert (studio.light, studio.screen.health.daw) == (TallyLight.DAW_LOST, HealthMark.WARN)
    hear(studio, STOPPED, 7)
    assert (studio.light, studio.screen.health.daw) == (TallyLight.OFF, HealthMark.OK)


def test_a_late_word_of_a_cancelled_take_begins_none(answering: Callable[..., Studio]) -> None:
    """The DAW is slow: it says that it records when the box has told it to stop already."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.press(ROLL, 10.45)
    hear(studio, RECORDING, 10.7)
    assert studio.phase is Phase.IDLE
    hear(studio, STOPPED, 10.9)
    studio.run_to(20)
    assert len(studio.logged(TakeStarted)) == 1


def test_a_word_after_a_stop_that_holds_is_a_take_at_the_daw(
    answering: Callable[..., Studio],
) -> None:
    """A DAW that never said that it stopped, and then records by its own user's hand."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.press(ROLL, 10.45)
    hear(studio, RECORDING, 10.8)
    studio.run_to(11.4)
    assert studio.phase is Phase.IDLE
    studio.run_to(11.5)
    assert studio.phase is Phase.ROLLING
    assert studio.logged(TakeStarted)[-1].began_at_daw


def test_a_recording_that_outlasts_a_rehearsal_is_logged_after_it(
    answering: Callable[..., Studio],
) -> None:
    """While the click is rehearsed the light alone says that the DAW records."""
    studio = answering()
    studio.down(AGAIN, 10)
    studio.up(AGAIN, 10.8)
    hear(studio, RECORDING, 14)
    assert studio.light is TallyLight.RECORDING
    assert studio.logged(TakeStarted) == []
    studio.ask("stop", 20)
    studio.run_to(20.1)
    assert studio.logged(TakeStarted)[0].began_at_daw
    assert studio.phase is Phase.ROLLING


def test_a_daw_that_is_lost_meanwhile_leaves_it_open(answering: Callable[..., Studio]) -> None:
    """Nobody knows whether it records on: lost, not over; back and recording, with a gap."""
    studio = answering()
    hear(studio, RECORDING, 30)
    studio.report(Part.DAW, PartState.FAULT, 40)
    assert studio.light is TallyLight.DAW_LOST
    assert studio.phase is Phase.ROLLING
    studio.report(Part.DAW, PartState.OK, 45)
    hear(studio, RECORDING, 45.1)
    assert studio.light is TallyLight.RECORDING
    hear(studio, STOPPED, 50)
    assert studio.logged(TakeJudged)[0].verdict is Verdict.GAP


# Where in the DAW.


def start_again(studio: Studio) -> float:
    """Have a second take, which the DAW is sent away for, and return when it said that it records."""
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.up(ROLL, 10.2)
    studio.press(AGAIN, studio.bar_s(3))
    hear(studio, STOPPED, studio.now_s + 0.01)
    record = next(told for told in reversed(studio.commands) if told.command == "record")
    studio.run_to(studio.now_s + 0.2)
    record = next(told for told in reversed(studio.commands) if told.command == "record")
    studio.feed(DawTold(record.at_ns + 2_000_000, DawCommand.RECORD, record.at_ns))
    rolls_s = studio.now_s + 0.05
    hear(studio, RECORDING, rolls_s)
    return rolls_s


def test_where_it_was_sent_and_when_it_rolled_place_a_take(
    answering: Callable[..., Studio],
) -> None:
    """Sent to 20 minutes: bar 1 lies there, as long after as it comes after the roll."""
    studio = answering()
    rolls_s = start_again(studio)
    (placed,) = studio.logged(DawPlaced)
    assert placed.bar1.known_from is KnownFrom.LOCATE
    assert float(placed.bar1.seconds) == pytest.approx(1200 + studio.bar1_s - rolls_s, abs=1e-4)


def test_what_the_daw_displays_counts_for_more_than_what_it_was_told(
    answering: Callable[..., Studio],
) -> None:
    """It was sent to 20 minutes and stands at an hour: the hour is logged."""
    studio = answering()
    start_again(studio)
    at_s = studio.now_s + 1
    hear(studio, None, at_s, displayed(3600))
    placed = studio.logged(DawPlaced)[-1]
    assert placed.bar1.known_from is KnownFrom.DISPLAY
    assert float(placed.bar1.seconds) == pytest.approx(3600 + studio.bar1_s - at_s, abs=1e-4)


def test_of_many_readings_the_one_that_came_least_late_counts(
    answering: Callable[..., Studio],
) -> None:
    """Each is late by up to 80 ms: the log comes within 5 ms of the truth, in two entries."""
    studio = answering()
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    for number, late_s in enumerate((0.08, 0.03, 0.07, 0.004, 0.05)):
        true_s = 11 + number
        hear(studio, None, true_s + late_s, displayed(true_s, KnownFrom.TIME_CODE))
    # Somebody's display that shows something else is not of this take.
    hear(studio, None, 17, displayed(400, KnownFrom.TIME_CODE))
    studio.ask("stop", 30)
    placed = studio.logged(DawPlaced)
    assert len(placed) == 2
    assert float(placed[-1].bar1.seconds) == pytest.approx(studio.bar1_s, abs=0.0041)


def test_the_next_take_goes_beyond_where_the_daw_said_it_was(
    answering: Callable[..., Studio],
) -> None:
    """A project that begins at an hour: the next fresh place lies beyond it."""
    studio = answering()
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    hear(studio, None, 11, displayed(3600))
    studio.up(ROLL, 11.2)
    studio.ask("stop", 40)
    hear(studio, STOPPED, 40.1)
    studio.press(AGAIN, 50)
    studio.run_to(51)
    assert studio.told[2] == "locate 4200"


def test_a_daw_that_cannot_be_sent_anywhere_is_not(answering: Callable[..., Studio]) -> None:
    """The take after a false start goes where the DAW stopped, and the log says so."""
    studio = answering(can_locate=False)
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.up(ROLL, 10.2)
    studio.press(AGAIN, studio.bar_s(3))
    studio.run_to(studio.now_s + 1)
    assert studio.told == ["record", "stop", "record"]
    assert "it cannot be sent anywhere" in studio.did[-1]
    assert studio.screen.message != "TIMELINE IS FULL"


def test_where_the_daw_keeps_takes_they_are_stacked(open_studio: type[Studio]) -> None:
    """Bar 1 lies on the configured place in every take, begun by ROLL or AGAIN, within a second."""
    abilities = DawAbilities(can_answer=True, keeps_takes=True)
    studio = open_studio(daw=abilities, locate_place=LocatePlace.FIXED, locate_s=3600)
    studio.press(ROLL, 10)
    studio.run_to(10.3)
    # Two bars of count-in are four seconds, the lead is half of one.
    assert studio.told == ["locate 3595", "record"]
    hear(studio, RECORDING, 10.3)
    studio.press(AGAIN, studio.bar_s(3))
    studio.run_to(studio.now_s + 0.4)
    assert studio.told[2:] == ["stop", "locate 3595", "record"]
    (placed,) = studio.logged(DawPlaced)
    assert 3599 < placed.bar1.seconds <= 3600


def test_a_take_from_a_later_section_is_stacked_where_that_is(open_studio: type[Studio]) -> None:
    """From the chorus in bar 13, 24 seconds into the song: sent to there."""
    abilities = DawAbilities(can_answer=True, keeps_takes=True)
    studio = open_studio(daw=abilities, locate_place=LocatePlace.FIXED, locate_s=3600)
    studio.ask("next_section", 5)
    studio.ask("next_section", 6)
    studio.press(ROLL, 10)
    studio.run_to(10.3)
    assert studio.told[0] == f"locate {3600 + 24 - 5}"


def test_takes_that_would_be_recorded_over_are_not_stacked(open_studio: type[Studio]) -> None:
    """ROLL records on where the DAW stands, as far as nobody has said that takes survive."""
    studio = open_studio(locate_place=LocatePlace.FIXED, locate_s=3600)
    studio.press(ROLL, 10)
    studio.run_to(11)
    assert studio.told == ["record"]


# Flags.


def test_a_flag_makes_the_daws_own_marker(answering: Callable[..., Studio]) -> None:
    """At its edge; taken back here, it stays there, and the log says so."""
    studio = answering(can_mark=True)
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.up(ROLL, 10.2)
    studio.press(KEEPER, studio.bar_s(4))
    assert studio.told == ["record", "marker"]
    assert studio.commands[1].at_ns == studio.logged(FlagMade)[0].at_ns
    assert studio.did[-1] == "keeper press: KEEP T1 INTRO; a marker in the DAW"
    studio.press(KEEPER, studio.now_s + 0.5)
    assert studio.did[-1].endswith("; the DAW keeps its marker")
    assert studio.told == ["record", "marker"]


def test_a_flag_after_the_take_makes_none(answering: Callable[..., Studio]) -> None:
    """The DAW stands somewhere: a marker there would be of nothing."""
    studio = answering(can_mark=True)
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.up(ROLL, 10.2)
    studio.ask("stop", studio.bar_s(4))
    studio.press(KEEPER, studio.now_s + 3)
    assert studio.told == ["record", "stop"]


def test_a_daw_without_markers_is_told_of_none(answering: Callable[..., Studio]) -> None:
    """The flag is in the log alone."""
    studio = answering()
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.up(ROLL, 10.2)
    studio.press(KEEPER, studio.bar_s(4))
    assert studio.told == ["record"]
