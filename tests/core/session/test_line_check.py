"""The rules of a line check: pedals that are ticked off start nothing, and a take ends it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import (
    EndLineCheck,
    LearnNormallyClosed,
    StartClicks,
    StartLineCheck,
    StopClicks,
)
from countoff.core.daw import DawAbilities, DawTransport
from countoff.core.entries import TakeStarted
from countoff.core.events import (
    ClickMisheard,
    DawHeard,
    LineCheckAsked,
    LineCheckDone,
    LineChecked,
    LoopbackListened,
    Misheard,
    Pedal,
    PedalsLookedAt,
    TrialClicksAsked,
)
from countoff.core.finding import PEDALS_CHECK, Finding, Grade
from countoff.core.line_check import LineCheck, Stage
from countoff.core.screen.view import CheckShown, HealthMark
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
WELL = Finding.well("audio", "It plays.")
WRONG = Finding.fault("screen", "It answers at 0x3D, not 0x3C.", "Set oled.i2c_address = 0x3D.")
CLOSED = Finding.fault(PEDALS_CHECK, "KEEPER (pin 22) is closed.", "Take off what lies on it.")


def ask(studio: Studio, at_s: float, *, is_attended: bool = True) -> None:
    """Ask for a line check."""
    studio.run_to(at_s)
    studio.feed(LineCheckAsked(studio.ns(at_s), is_attended, "panel"))


def find(studio: Studio, at_s: float, *findings: Finding, closed: frozenset[Pedal] | None) -> None:
    """Have the checks find something and be through, unless it is not known which are `closed`."""
    studio.run_to(at_s)
    at_ns, run = studio.ns(at_s), check_of(studio).run
    for finding in findings:
        studio.feed(LineChecked(at_ns, run, finding))
    if closed is not None:
        studio.feed(PedalsLookedAt(at_ns, run, closed))
        studio.feed(LineCheckDone(at_ns, run))


def check_of(studio: Studio) -> LineCheck:
    """Return the newest line check."""
    assert studio.state.line_check is not None
    return studio.state.line_check


def shown(studio: Studio) -> CheckShown:
    """Return what the screen shows of it."""
    assert studio.screen.page == "line_check"
    assert studio.screen.check is not None
    return studio.screen.check


def done(studio: Studio, kind: type) -> list[object]:
    """Return the actions of one kind so far."""
    return [action for _, action in studio.actions if isinstance(action, kind)]


def test_each_pedal_is_ticked_off_and_starts_nothing(studio: Studio) -> None:
    """All four are felt, while the checks are made and after; the light says what it is."""
    ask(studio, 1)
    assert studio.light is TallyLight.LINE_CHECK
    studio.press(ROLL, 2)
    find(studio, 3, WELL, closed=frozenset())
    assert check_of(studio).stage is Stage.FEELING
    assert dict(shown(studio).pedals) == dict(
        zip(("ROLL", "AGAIN", "KEEPER", "SONG"), (True, False, False, False), strict=True)
    )
    for at_s, pedal in ((4, AGAIN), (5, KEEPER), (6, SONG)):
        studio.press(pedal, at_s)
    assert check_of(studio).stage is Stage.TELLING
    assert shown(studio).title == "ALL WELL"
    assert (studio.phase, studio.told, studio.logged(TakeStarted)) == (Phase.IDLE, [], [])
    assert studio.did[-1] == "song press: line check: felt"
    studio.run_to(30)
    assert (check_of(studio).stage, studio.screen.page) == (Stage.OVER, "idle")


def test_a_line_for_each_check_while_they_are_made(studio: Studio) -> None:
    """Each has its mark, and the newest stay on the screen."""
    ask(studio, 1, is_attended=False)
    find(studio, 2, *[WELL] * 5, WRONG, closed=None)
    assert shown(studio).lines == (*[("AUDIO", HealthMark.OK)] * 4, ("SCREEN", HealthMark.FAULT))
    assert shown(studio).pedals == ()


def test_song_goes_through_what_is_not_well(studio: Studio) -> None:
    """The faults first, each with what to do; and ROLL then starts a take as ever."""
    ask(studio, 1)
    doubt = Finding.doubt("clock", "It is not synchronised.", "Connect a network.")
    find(studio, 2, doubt, WRONG, WELL, closed=frozenset())
    for at_s, pedal in enumerate(Pedal, start=3):
        studio.press(pedal, at_s)
    assert (shown(studio).title, shown(studio).is_trouble) == ("FAIL SCREEN", True)
    assert " ".join(shown(studio).text) == f"{WRONG.found} {WRONG.remedy}"
    studio.press(SONG, 10)
    assert (shown(studio).title, shown(studio).foot) == ("WARN CLOCK", "SONG: 2/2")
    studio.press(SONG, 11)
    assert shown(studio).title == "FAIL SCREEN"
    studio.press(ROLL, 12)
    assert (studio.phase, studio.told) == (Phase.COUNT_IN, ["record"])
    assert (check_of(studio).stage, check_of(studio).was_broken_off) == (Stage.OVER, False)


def test_pedals_that_nobody_steps_on_are_told(studio: Studio) -> None:
    """After twenty seconds without a step it is told which were not felt."""
    ask(studio, 1)
    find(studio, 2, WELL, closed=frozenset())
    studio.press(AGAIN, 10)
    studio.run_to(29.9)
    assert check_of(studio).stage is Stage.FEELING
    studio.run_to(30.1)
    assert shown(studio).title == "WARN PEDALS FELT"
    assert check_of(studio).findings[-1].found == "No step was felt on ROLL, KEEPER, SONG."


def test_roll_held_leaves_it(studio: Studio) -> None:
    """Whoever has seen enough need not wait, and starts no take by it."""
    ask(studio, 1)
    find(studio, 2, WELL, closed=frozenset())
    studio.press(ROLL, 3, hold_s=2.5)
    assert (check_of(studio).stage, studio.screen.page, studio.phase) == (
        Stage.OVER,
        "idle",
        Phase.IDLE,
    )
    assert check_of(studio).was_broken_off


@pytest.mark.parametrize("is_attended", [True, False])
def test_a_take_ends_it_at_once(studio: Studio, is_attended: bool) -> None:
    """A take that is asked for begins as if there were no line check, and nobody looks any more."""
    ask(studio, 1, is_attended=is_attended)
    find(studio, 2, WELL, closed=None)
    studio.ask("start", 3)
    assert (studio.phase, studio.told) == (Phase.COUNT_IN, ["record"])
    assert done(studio, EndLineCheck) == [EndLineCheck(studio.ns(3))]
    assert (check_of(studio).stage, check_of(studio).was_broken_off) == (Stage.OVER, True)
    late = LineChecked(studio.ns(4), check_of(studio).run, WRONG)
    studio.feed(late)
    assert check_of(studio).findings == (WELL,)
    assert studio.light is not TallyLight.LINE_CHECK


def test_a_press_starts_a_take_where_nobody_stands_there_for_it(studio: Studio) -> None:
    """Asked for from a terminal, the pedals keep their meaning."""
    ask(studio, 1, is_attended=False)
    studio.press(ROLL, 2)
    assert (studio.phase, studio.told) == (Phase.COUNT_IN, ["record"])
    assert check_of(studio).was_broken_off


def test_none_while_something_is_recorded(studio: Studio) -> None:
    """In a take it is refused, and so while the DAW's last word is that it records."""
    studio.press(ROLL, 1)
    ask(studio, 2)
    assert studio.state.line_check is None
    assert studio.screen.message == "NOT DURING A TAKE"
    assert studio.did[-1] == "panel line_check: refused: something is being recorded"
    assert done(studio, StartLineCheck) == []


def test_the_daw_that_begins_to_record_ends_it(studio_with_answers: Studio) -> None:
    """Somebody records at the DAW: that is a take, and no light swells beside it."""
    studio = studio_with_answers
    ask(studio, 1)
    studio.run_to(2)
    studio.feed(DawHeard(studio.ns(2), DawTransport.RECORDING))
    assert check_of(studio).stage is Stage.OVER
    assert len(done(studio, EndLineCheck)) == 1


@pytest.fixture
def studio_with_answers(studio: Studio) -> Studio:
    """A studio whose DAW says what it does."""
    return type(studio)(daw=DawAbilities(can_answer=True))


def test_a_pedal_closed_at_rest_is_learnt_by_two_steps(studio: Studio) -> None:
    """Its edges mean the opposite until then: it goes down when the foot comes off."""
    ask(studio, 1)
    find(studio, 2, CLOSED, closed=frozenset({KEEPER}))
    assert "KEEPER closed at rest" in " ".join(shown(studio).text)
    studio.down(KEEPER, 3)
    assert done(studio, LearnNormallyClosed) == []
    studio.up(KEEPER, 5)
    studio.down(KEEPER, 5.3)
    assert done(studio, LearnNormallyClosed) == [LearnNormallyClosed(KEEPER)]
    assert check_of(studio).learnt == {KEEPER}
    (finding,) = check_of(studio).findings
    assert finding.grade is Grade.WARN
    assert finding.found == "KEEPER opens when stepped on: learnt, until the box is switched off."


def test_a_held_foot_on_a_closed_contact_leaves_nothing(studio: Studio) -> None:
    """ROLL, normally closed by mistake, seems held from the first step on: that is no hold."""
    ask(studio, 1)
    find(studio, 2, CLOSED, closed=frozenset({ROLL}))
    studio.down(ROLL, 3)
    studio.run_to(6)
    assert check_of(studio).stage is Stage.FEELING
    studio.up(ROLL, 6.1)
    studio.down(ROLL, 6.5)
    assert check_of(studio).learnt == {ROLL}


def test_what_was_learnt_is_known_in_the_next_one(studio: Studio) -> None:
    """Until the box ends, so that it can be written down later; and its number is the next."""
    test_a_pedal_closed_at_rest_is_learnt_by_two_steps(studio)
    studio.ask("start", 10)
    studio.ask("stop", 11)
    ask(studio, 20)
    assert (check_of(studio).run, check_of(studio).learnt) == (2, {KEEPER})
    assert check_of(studio).findings == ()


def test_a_second_one_waits_for_the_first(studio: Studio) -> None:
    """Asked for twice, there is one."""
    ask(studio, 1)
    ask(studio, 2)
    assert len(done(studio, StartLineCheck)) == 1
    assert studio.did[-1] == "panel line_check: nothing: a line check is under way"


def test_checks_that_never_end_are_given_up(studio: Studio) -> None:
    """After a minute and a half it is told what was found until then."""
    ask(studio, 1, is_attended=False)
    find(studio, 2, WRONG, closed=None)
    studio.run_to(91.5)
    assert (check_of(studio).stage, check_of(studio).was_broken_off) == (Stage.OVER, True)
    assert studio.screen.message == "LINE CHECK: 1 FAIL"


def test_trial_clicks_are_played_and_heard(studio: Studio) -> None:
    """Three clicks on the stream that runs; what comes back is counted, and is nobody's take."""
    ask(studio, 1)
    studio.run_to(2)
    studio.feed(TrialClicksAsked(studio.ns(2), check_of(studio).run))
    (start,) = done(studio, StartClicks)
    assert isinstance(start, StartClicks)
    frames = [click.frame for click in start.clicks]
    studio.run_to(4)
    assert studio.heard_s == [2.4, 2.9, 3.4]
    studio.feed(ClickMisheard(studio.ns(4), 1, frames[1], Misheard.MISSING))
    studio.feed(ClickMisheard(studio.ns(4), 1, frames[2], Misheard.SHIFTED, 900_000))
    studio.feed(LoopbackListened(studio.ns(4), 1, frames[0], frames[1], 20_000_000))
    trial = check_of(studio).trial
    assert trial is not None
    assert not trial.is_heard
    studio.feed(LoopbackListened(studio.ns(4), 1, frames[0], frames[2] + 1, 20_000_000))
    trial = check_of(studio).trial
    assert trial is not None
    assert (trial.is_heard, trial.missing, trial.shifted, trial.way_ns) == (True, 1, 1, 20_000_000)


def test_trial_clicks_give_way(studio: Studio) -> None:
    """A take replaces them; without one they are faded out, since nobody listens any more."""
    ask(studio, 1)
    studio.run_to(2)
    studio.feed(TrialClicksAsked(studio.ns(2), check_of(studio).run))
    studio.feed(PedalsLookedAt(studio.ns(2), check_of(studio).run, frozenset()))
    studio.press(ROLL, 2.1, hold_s=0.7)
    assert len(done(studio, StopClicks)) == 1
    studio.run_to(10)
    assert studio.heard == [heard for heard in studio.heard if heard.at_ns <= studio.ns(2.8)]


@pytest.mark.parametrize("begun_by", ["pedal", "DAW"])
def test_trial_clicks_are_silent_where_a_take_has_none_yet(
    studio_with_answers: Studio, begun_by: str
) -> None:
    """While a count-in waits for the DAW, and in what is recorded there, no stray click sounds."""
    studio = studio_with_answers
    ask(studio, 1, is_attended=False)
    studio.run_to(2)
    studio.feed(TrialClicksAsked(studio.ns(2), check_of(studio).run))
    if begun_by == "pedal":
        studio.press(ROLL, 2.1)
    else:
        studio.feed(DawHeard(studio.ns(2.1), DawTransport.RECORDING))
    studio.run_to(2.6)
    assert studio.phase is not Phase.IDLE
    assert studio.heard_s == []


@pytest.mark.parametrize("findings", [[WELL], [WRONG]])
def test_song_names_the_next_song_where_there_is_no_page_to_turn(
    studio: Studio, findings: list[Finding]
) -> None:
    """Whoever reads that all is well, or the one thing that is not, can go on to the song."""
    ask(studio, 1)
    find(studio, 2, *findings, closed=frozenset())
    for at_s, pedal in enumerate(Pedal, start=3):
        studio.press(pedal, at_s)
    until_ns = check_of(studio).until_ns
    studio.press(SONG, 10)
    assert studio.screen.message == "NEXT: Harbour"
    assert check_of(studio).until_ns == until_ns
