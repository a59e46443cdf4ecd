"""A take that the DAW can confirm: when its click comes, what it shows, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.actions import DawCommand, StartClicks, StartClock, TellDaw
from countoff.core.daw import (
    Answer,
    DawAbilities,
    DawTransport,
    OnRecord,
    OnStop,
    Verdict,
    WithoutAnswer,
)
from countoff.core.entries import (
    CountInMoved,
    DawAnswered,
    HowEnded,
    IncidentHappened,
    TakeCertified,
    TakeEnded,
    TakeJudged,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import (
    DawHeard,
    DawNotTold,
    DawTold,
    Part,
    PartState,
    Pedal,
    TimePassed,
)
from countoff.core.midi_clock import ClockStart
from countoff.core.screen.view import HealthMark
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
STOPPED, ARMED, PLAYING, RECORDING = DawTransport
ANSWERS = DawAbilities(can_answer=True)
ALIVE = DawAbilities(can_answer=True, shows_life=True)
LEAD_S = 0.5


@pytest.fixture
def answering(open_studio: type[Studio]) -> Callable[..., Studio]:
    """Open a studio whose DAW can answer."""

    def opened(daw: DawAbilities = ANSWERS, **settings: Any) -> Studio:
        return open_studio(daw=daw, **settings)

    return opened


def hear(studio: Studio, word: DawTransport | None, at_s: float) -> None:
    """Let the DAW say something, or only show that it is alive."""
    studio.run_to(at_s)
    studio.feed(DawHeard(studio.ns(at_s), word))


def live(studio: Studio, until_s: float) -> None:
    """Let signs of life come twice a second until then."""
    while studio.now_s + 0.5 < until_s:
        hear(studio, None, studio.now_s + 0.5)
    hear(studio, None, until_s)


def start(studio: Studio, answer_after_s: float = 0.02) -> None:
    """Press ROLL at second 10, and have the DAW record a moment after."""
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10 + answer_after_s)
    studio.up(ROLL, max(studio.now_s, 10.15))


@pytest.mark.parametrize("answer_after_s", [0.0, 0.02, 0.3, 0.44])
def test_confirmed_in_time_the_first_click_comes_after_the_constant_lead(
    answering: Callable[..., Studio], answer_after_s: float
) -> None:
    """However long the DAW takes, within the lead: the click is where it always is."""
    studio = answering()
    start(studio, answer_after_s)
    assert studio.told == ["record"]
    studio.run_to(studio.bar_s(2))
    first_s = studio.heard_s[0]
    assert first_s == pytest.approx(10 + LEAD_S, abs=1e-4)
    assert studio.logged(CountInMoved) == []
    assert studio.logged(TakeStarted)[0].first_click_ns == pytest.approx(
        studio.ns(10.5), abs=25_000
    )


def test_no_click_is_started_before_the_daw_has_answered(answering: Callable[..., Studio]) -> None:
    """The take is logged and the DAW told at once; nothing sounds, nothing counts."""
    studio = answering()
    studio.press(ROLL, 10)
    (started,) = studio.logged(TakeStarted)
    assert started.at_ns == studio.ns(10)
    assert started.daw_can_answer
    studio.run_to(10.9)
    assert studio.told == ["record"]
    assert not any(isinstance(action, StartClicks) for _, action in studio.actions)
    assert studio.phase is Phase.COUNT_IN
    assert (studio.screen.page, studio.screen.bar) == ("count_in", 0)
    assert studio.screen.message == "WAITING FOR DAW"


def test_a_late_answer_begins_the_count_in_as_soon_as_it_can(
    answering: Callable[..., Studio],
) -> None:
    """Past the lead: first click at the answer and the stream's notice, and log and row agree."""
    studio = answering()
    start(studio, 0.7)
    (moved,) = studio.logged(CountInMoved)
    first_s = 10.7 + 0.06
    assert moved.first_click_ns == pytest.approx(studio.ns(first_s), abs=25_000)
    # Two bars of count-in at 120: bar 1 is four seconds on.
    assert moved.bar1_ns - moved.first_click_ns == pytest.approx(4_000_000_000, abs=25_000)
    studio.run_to(16)
    assert studio.heard_s[0] == pytest.approx(first_s, abs=1e-4)
    (rolled,) = studio.logged(TakeRolled)
    assert rolled.frame == moved.bar1_frame


def test_a_word_that_waited_its_turn_costs_no_click(answering: Callable[..., Studio]) -> None:
    """The rules are given a late answer later still: the first click is where it can yet sound."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.feed(DawHeard(studio.ns(10.7), RECORDING, taken_ns=studio.ns(10.9)))
    studio.now_ns = studio.ns(10.9)
    (moved,) = studio.logged(CountInMoved)
    assert moved.first_click_ns == pytest.approx(studio.ns(10.96), abs=25_000)
    (answered,) = studio.logged(DawAnswered)
    assert answered.at_ns == studio.ns(10.7)
    studio.run_to(12)
    assert studio.heard_s[0] == pytest.approx(10.96, abs=1e-4)
    assert studio.heard_s[1] == pytest.approx(11.46, abs=1e-4)


def test_a_deadline_that_is_looked_at_late_costs_no_click(
    answering: Callable[..., Studio],
) -> None:
    """The controller stalls over it: the count-in that is warned of begins when it still can."""
    studio = answering(without_answer=WithoutAnswer.WARN)
    studio.press(ROLL, 10)
    studio.feed(TimePassed(studio.ns(11.4)))
    studio.run_to(13)
    assert studio.heard_s[0] == pytest.approx(11.46, abs=1e-4)


def test_the_delay_of_the_answer_is_logged_once_the_command_has_left(
    answering: Callable[..., Studio],
) -> None:
    """From when its last byte left to when the DAW said that it records."""
    studio = answering()
    studio.down(ROLL, 10)
    due_ns = studio.commands[0].at_ns
    studio.feed(DawTold(studio.ns(10.003), DawCommand.RECORD, due_ns))
    hear(studio, RECORDING, 10.04)
    (answered,) = studio.logged(DawAnswered)
    assert answered.delay_ns == pytest.approx(37_000_000, abs=2)


@pytest.mark.parametrize("word", [None, STOPPED, ARMED, PLAYING])
def test_without_an_answer_by_the_deadline_there_is_no_count_in(
    answering: Callable[..., Studio], word: DawTransport | None
) -> None:
    """Refused: the take is cancelled, its number used, the DAW told to stop, the screen says why."""
    studio = answering()
    studio.press(ROLL, 10)
    if word is not None:
        hear(studio, word, 10.2)
    studio.run_to(10.999)
    assert studio.phase is Phase.COUNT_IN
    studio.run_to(11.001)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record", "stop"]
    (ended,) = studio.logged(TakeEnded)
    assert ended.how is HowEnded.CANCELLED
    assert ended.frame <= studio.logged(TakeStarted)[0].first_click_frame
    said = "DAW: NO ANSWER" if word is None else "DAW NOT RECORDING"
    assert studio.screen.message == said
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.kind, incident.take_id) == ("daw did not record", ended.take_id)
    (judged,) = studio.logged(TakeJudged)
    assert (judged.verdict, judged.gap) == (Verdict.NOT_SEEN, None)
    studio.run_to(20)
    assert studio.heard == []
    (certified,) = studio.logged(TakeCertified)
    assert certified.certificate.words == "NO CLICK DUE"
    studio.press(ROLL, 21)
    assert studio.logged(TakeStarted)[-1].number == 2


def test_configured_to_warn_the_count_in_comes_at_the_deadline(
    answering: Callable[..., Studio],
) -> None:
    """The screen says so, the light is that of a missing answer, and a late answer turns it solid."""
    studio = answering(without_answer=WithoutAnswer.WARN)
    studio.press(ROLL, 10)
    studio.run_to(11.01)
    assert studio.screen.message == "DAW: NO ANSWER"
    assert studio.light is TallyLight.ANSWER_MISSING
    studio.run_to(studio.bar_s(1) + 0.7)
    assert studio.heard_s[0] == pytest.approx(11.06, abs=1e-4)
    assert studio.phase is Phase.ROLLING
    assert studio.light is TallyLight.ANSWER_MISSING
    hear(studio, RECORDING, 20)
    assert studio.light is TallyLight.RECORDING
    studio.ask("stop", 30)
    (judged,) = studio.logged(TakeJudged)
    assert (judged.verdict, judged.gap) == (Verdict.GAP, (-1, 1))
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.verdict == "GAP COUNT-IN"


def test_a_take_that_was_warned_of_and_never_confirmed_was_not_seen(
    answering: Callable[..., Studio],
) -> None:
    """It was played all the same: NOT SEEN."""
    studio = answering(without_answer=WithoutAnswer.WARN)
    studio.press(ROLL, 10)
    studio.ask("stop", 30)
    assert studio.logged(TakeJudged)[0].verdict is Verdict.NOT_SEEN


def test_a_foot_cancels_what_still_waits(answering: Callable[..., Studio]) -> None:
    """ROLL again before the answer: cancelled, and a word that comes after that starts nothing."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.press(ROLL, 10.4)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record", "stop"]
    hear(studio, RECORDING, 10.6)
    hear(studio, STOPPED, 10.62)
    studio.run_to(20)
    assert studio.heard == []
    assert len(studio.logged(TakeStarted)) == 1
    assert studio.logged(IncidentHappened) == []


def test_again_while_it_waits_is_answered_by_its_own_word_only(
    answering: Callable[..., Studio],
) -> None:
    """A slow DAW's word of the first take is none of the second, whose count-in waits on."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.down(AGAIN, 10.3)
    hear(studio, RECORDING, 10.4)
    studio.up(AGAIN, 10.45)
    assert studio.phase is Phase.COUNT_IN
    assert not any(isinstance(action, StartClicks) for _, action in studio.actions)
    hear(studio, STOPPED, 10.7)
    hear(studio, RECORDING, 10.95)
    studio.run_to(12)
    assert studio.heard_s[0] == pytest.approx(10.3 + 0.25 + LEAD_S, abs=1e-4)
    assert studio.told == ["record", "stop", "locate 1200", "record"]


def test_again_while_rolling_waits_for_the_next_word(answering: Callable[..., Studio]) -> None:
    """The DAW still says that it records when the next take begins: that was the take before."""
    studio = answering()
    start(studio)
    studio.press(AGAIN, studio.bar_s(3))
    again_s = studio.now_s
    assert studio.phase is Phase.COUNT_IN
    studio.run_to(again_s + 0.1)
    assert studio.state.take is not None
    assert studio.state.take.confirmation.answer is Answer.COMMANDED
    hear(studio, STOPPED, studio.now_s + 0.05)
    hear(studio, RECORDING, studio.now_s + 0.25)
    assert studio.state.take.confirmation.answer is Answer.CONFIRMED


def test_a_sign_of_life_confirms_no_take_by_the_word_of_the_one_before(
    answering: Callable[..., Studio],
) -> None:
    """Its display moves while it has yet to obey the stop: that it records was the take before."""
    studio = answering(daw=ALIVE)
    start(studio)
    live(studio, studio.bar_s(3))
    studio.press(AGAIN, studio.bar_s(3))
    again_s = studio.now_s
    for later_s in (0.1, 0.2, 0.3, 0.4):
        hear(studio, None, again_s + later_s)
        assert studio.state.take is not None
        assert studio.state.take.confirmation.answer is Answer.COMMANDED
    hear(studio, STOPPED, again_s + 0.45)
    hear(studio, None, again_s + 0.5)
    assert studio.state.take.confirmation.answer is Answer.COMMANDED
    hear(studio, RECORDING, again_s + 0.6)
    assert studio.state.take.confirmation.answer is Answer.CONFIRMED
    assert len(studio.logged(TakeStarted)) == 2


def test_a_late_stop_of_the_take_before_ends_no_take(answering: Callable[..., Studio]) -> None:
    """A DAW 500 ms behind: what it says of a stopped take in the next one is not its user's stop."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.down(AGAIN, 10.3)
    hear(studio, RECORDING, 10.6)
    hear(studio, STOPPED, 10.8)
    assert studio.phase is Phase.COUNT_IN
    hear(studio, RECORDING, 11.05)
    studio.up(AGAIN, 11.1)
    studio.run_to(studio.bar_s(2))
    assert studio.phase is Phase.ROLLING
    assert studio.light is TallyLight.RECORDING


def test_a_daw_that_records_already_is_not_told_again(answering: Callable[..., Studio]) -> None:
    """Its record button is a toggle: told once more it might stop. The count-in need not wait."""
    studio = answering(on_record=OnRecord.IGNORE)
    hear(studio, RECORDING, 5)
    assert studio.phase is Phase.IDLE
    assert studio.light is TallyLight.RECORDING
    studio.press(ROLL, 10)
    studio.run_to(studio.bar_s(2))
    assert studio.told == []
    assert studio.heard_s[0] == pytest.approx(10.5, abs=1e-4)
    assert studio.light is TallyLight.RECORDING


def test_the_clock_goes_with_the_count_in(answering: Callable[..., Studio]) -> None:
    """No pulse before the DAW has answered, and then the clock of the plan as it was laid anew."""
    studio = answering(clock_start=ClockStart.COUNT_IN)
    studio.press(ROLL, 10)
    studio.run_to(10.69)
    assert not any(isinstance(action, StartClock) for _, action in studio.actions)
    hear(studio, RECORDING, 10.7)
    assert any(isinstance(action, StartClock) for _, action in studio.actions)


def test_lost_audio_while_it_waits_moves_the_count_in_to_the_new_stream(
    answering: Callable[..., Studio],
) -> None:
    """The card is pulled and back before the DAW answers: the click comes when it would have."""
    studio = answering()
    studio.press(ROLL, 10)
    studio.lose_audio(10.2)
    studio.regain_audio(10.3, epoch=2, rate_hz=44_100)
    assert studio.logged(CountInMoved)[-1].sample_rate_hz == 44_100
    assert not any(isinstance(action, StartClicks) for _, action in studio.actions)
    hear(studio, RECORDING, 10.4)
    studio.run_to(12)
    assert studio.heard_s[0] == pytest.approx(10.5, abs=1e-4)


def test_a_command_that_never_left_refuses_the_take_at_once(
    answering: Callable[..., Studio],
) -> None:
    """Nobody waits for an answer to what was never asked."""
    studio = answering()
    studio.press(ROLL, 10)
    told = [action for _, action in studio.actions if isinstance(action, TellDaw)]
    studio.feed(DawNotTold(studio.now_ns, DawCommand.RECORD, told[0].at_ns, "No port."))
    assert studio.phase is Phase.IDLE
    assert studio.screen.message == "DAW NOT RECORDING"
    assert studio.logged(TakeJudged)[0].verdict is Verdict.NOT_SEEN
    assert [one.kind for one in studio.logged(IncidentHappened)] == ["daw not told"]


# The verdict.


def test_recorded_without_a_gap_is_recorded(answering: Callable[..., Studio]) -> None:
    """From the first click to the stop the DAW said so."""
    studio = answering(daw=DawAbilities(can_answer=True, proves_arming=True))
    start(studio)
    studio.ask("stop", studio.bar_s(4, 3))
    (judged,) = studio.logged(TakeJudged)
    assert (judged.verdict, judged.gap, judged.proves_arming) == (Verdict.RECORDED, None, True)
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.verdict == "RECORDED"
    assert not studio.screen.last_take.arming_is_unknown
    assert studio.logged(IncidentHappened) == []


def test_what_a_dialect_cannot_prove_is_said(answering: Callable[..., Studio]) -> None:
    """RECORDED, by a DAW whose word says nothing of armed tracks."""
    studio = answering()
    start(studio)
    studio.ask("stop", studio.bar_s(4, 3))
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.arming_is_unknown
    assert not studio.logged(TakeJudged)[0].proves_arming


def test_out_of_record_while_it_rolls_is_a_gap(answering: Callable[..., Studio]) -> None:
    """Punched out in bar 3 and in again in bar 5: fast blink between, and the verdict names bar 3."""
    studio = answering()
    start(studio)
    hear(studio, PLAYING, studio.bar_s(3, 2) + 0.01)
    assert studio.light is TallyLight.ANSWER_MISSING
    assert studio.phase is Phase.ROLLING
    hear(studio, RECORDING, studio.bar_s(5))
    assert studio.light is TallyLight.RECORDING
    studio.ask("stop", studio.bar_s(7))
    (judged,) = studio.logged(TakeJudged)
    assert (judged.verdict, judged.gap) == (Verdict.GAP, (3, 2))
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.kind, incident.bar, incident.beat) == ("daw not recording", 3, 2)
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.verdict == "GAP BAR 3"


def test_a_gap_before_the_first_click_is_none(answering: Callable[..., Studio]) -> None:
    """The port blinks between answer and first click: nothing that was to be recorded is missing."""
    studio = answering()
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10.02)
    studio.report(Part.DAW, PartState.FAULT, 10.1)
    assert studio.light is TallyLight.DAW_LOST
    studio.report(Part.DAW, PartState.OK, 10.2)
    assert studio.light is TallyLight.DAW_LOST
    hear(studio, RECORDING, 10.25)
    assert studio.light is TallyLight.RECORDING
    studio.up(ROLL, 10.3)
    studio.ask("stop", studio.bar_s(2))
    assert studio.logged(TakeJudged)[0].verdict is Verdict.RECORDED


def test_a_port_that_goes_and_comes_back_is_believed_only_after_a_new_word(
    answering: Callable[..., Studio],
) -> None:
    """Unplugged in bar 3, back in bar 4, asked again in bar 5: solid from that word on, GAP bar 3."""
    studio = answering()
    start(studio)
    studio.run_to(studio.bar_s(2))
    assert studio.light is TallyLight.RECORDING
    studio.report(Part.DAW, PartState.FAULT, studio.bar_s(3) + 0.01)
    assert studio.light is TallyLight.DAW_LOST
    studio.report(Part.DAW, PartState.OK, studio.bar_s(4))
    assert studio.light is TallyLight.DAW_LOST
    # What left the DAW before the cable did may still be in a queue.
    studio.feed(DawHeard(studio.ns(studio.bar_s(3)), RECORDING))
    assert studio.light is TallyLight.DAW_LOST
    hear(studio, RECORDING, studio.bar_s(5))
    assert studio.light is TallyLight.RECORDING
    studio.ask("stop", studio.bar_s(6))
    assert studio.logged(TakeJudged)[0].gap == (3, 1)


def test_a_word_without_life_is_believed_for_a_second(answering: Callable[..., Studio]) -> None:
    """It falls silent in bar 3: lost a second later by itself, back with the next sign, GAP bar 3."""
    studio = answering(daw=ALIVE)
    start(studio)
    live(studio, studio.bar_s(3) + 0.01)
    silent_s = studio.now_s
    studio.run_to(silent_s + 1.0)
    assert studio.light is TallyLight.RECORDING
    studio.run_to(silent_s + 1.000001)
    assert studio.light is TallyLight.DAW_LOST
    assert studio.screen.health.daw is HealthMark.WARN
    (incident,) = studio.logged(IncidentHappened)
    assert incident.kind == "daw silent"
    hear(studio, None, silent_s + 1.5)
    assert studio.light is TallyLight.RECORDING
    live(studio, studio.bar_s(6))
    studio.ask("stop", studio.bar_s(6))
    (judged,) = studio.logged(TakeJudged)
    assert (judged.verdict, judged.gap) == (Verdict.GAP, (3, 1))


def test_a_daw_that_crashes_while_red_is_lost_to_the_end(answering: Callable[..., Studio]) -> None:
    """No light says off: the take goes on, the DAW is lost, and its verdict names the bar."""
    studio = answering(daw=ALIVE)
    start(studio)
    live(studio, studio.bar_s(5, 2) + 0.01)
    studio.run_to(studio.bar_s(9))
    assert studio.phase is Phase.ROLLING
    assert studio.light is TallyLight.DAW_LOST
    studio.ask("stop", studio.bar_s(9))
    assert studio.logged(TakeJudged)[0].gap == (5, 2)


def test_many_gaps_do_not_flood_the_log(answering: Callable[..., Studio]) -> None:
    """In and out of record ten times a second: a few incidents, one verdict."""
    studio = answering()
    start(studio)
    studio.run_to(studio.bar_s(2))
    for _ in range(100):
        hear(studio, PLAYING, studio.now_s + 0.05)
        hear(studio, RECORDING, studio.now_s + 0.05)
    studio.ask("stop", studio.now_s + 0.1)
    assert 1 <= len(studio.logged(IncidentHappened)) <= 16
    assert studio.logged(TakeJudged)[0].gap == (2, 1)


# The light of the count-in.


def test_the_light_of_a_count_in_goes_from_dim_to_solid_to_its_flash(
    answering: Callable[..., Studio],
) -> None:
    """Waiting: dim. Confirmed: solid, at once. From its first beat: a flash. Rolling: solid."""
    studio = answering()
    studio.down(ROLL, 10)
    assert studio.light is TallyLight.COUNT_IN
    hear(studio, RECORDING, 10.05)
    assert studio.light is TallyLight.RECORDING
    studio.up(ROLL, 10.2)
    studio.run_to(10.39)
    assert studio.light is TallyLight.RECORDING
    studio.run_to(10.41)
    assert studio.light is TallyLight.COUNT_IN
    studio.run_to(studio.bar1_s - 0.01)
    assert studio.light is TallyLight.COUNT_IN
    studio.run_to(studio.bar1_s + 0.01)
    assert studio.light is TallyLight.RECORDING


@pytest.mark.parametrize("answer_after_s", [0.0, 0.39, 0.41, 0.45, 0.499, 0.6, 0.95])
def test_the_word_turns_the_light_solid_in_its_own_step(
    answering: Callable[..., Studio], answer_after_s: float
) -> None:
    """Also just before the first click; the flash begins a moment later, and ends at bar 1."""
    studio = answering()
    studio.down(ROLL, 10)
    hear(studio, RECORDING, 10 + answer_after_s)
    assert studio.light is TallyLight.RECORDING
    studio.run_to(max(studio.now_s, 10.5) + 0.2)
    assert studio.light is TallyLight.COUNT_IN
    studio.run_to(studio.now_s + 5)
    assert studio.light is TallyLight.RECORDING


# Stopped at the DAW.


@pytest.mark.parametrize("word", [STOPPED, ARMED])
def test_a_stop_at_the_daw_ends_the_take_normally(
    answering: Callable[..., Studio], word: DawTransport
) -> None:
    """Space bar at bar 20: silence at once, no stop is sent after it, no alarm, RECORDED."""
    studio = answering()
    start(studio)
    stop_s = studio.bar_s(20) + 0.01
    hear(studio, word, stop_s)
    assert studio.phase is Phase.IDLE
    (ended,) = studio.logged(TakeEnded)
    assert (ended.how, ended.bar, ended.beat) == (HowEnded.ENDED, 20, 1)
    assert studio.logged(TakeJudged)[0].verdict is Verdict.RECORDED
    assert studio.told == ["record"]
    heard_before = len(studio.heard)
    studio.run_to(stop_s + 5)
    assert len(studio.heard) == heard_before
    assert studio.logged(IncidentHappened) == []
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.how == "ended"


def test_a_stop_after_punching_out_ends_the_take_too(answering: Callable[..., Studio]) -> None:
    """Out of record in bar 6, stopped in bar 8: the take has ended there, with its gap."""
    studio = answering()
    start(studio)
    hear(studio, PLAYING, studio.bar_s(6) + 0.01)
    hear(studio, STOPPED, studio.bar_s(8) + 0.01)
    assert studio.phase is Phase.IDLE
    (ended,) = studio.logged(TakeEnded)
    assert (ended.how, ended.bar) == (HowEnded.ENDED, 8)
    assert studio.logged(TakeJudged)[0].gap == (6, 1)


def test_a_stop_at_the_daw_in_the_count_in_cancels_it(answering: Callable[..., Studio]) -> None:
    """The music never began: cancelled, without an alarm."""
    studio = answering()
    start(studio)
    hear(studio, STOPPED, 12)
    assert studio.phase is Phase.IDLE
    assert studio.logged(TakeEnded)[0].how is HowEnded.CANCELLED
    assert studio.logged(IncidentHappened) == []


def test_a_stop_at_the_daw_in_the_ring_out_closes_the_take(
    answering: Callable[..., Studio],
) -> None:
    """It had ended at its bar; the DAW need not be told."""
    studio = answering()
    start(studio)
    studio.ask("end_at_bar", studio.bar_s(5, 2))
    studio.run_to(studio.bar_s(6, 2))
    assert studio.phase is Phase.RING_OUT
    assert studio.light is TallyLight.RECORDING
    hear(studio, STOPPED, studio.now_s + 0.1)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record"]
    assert studio.logged(TakeJudged)[0].verdict is Verdict.RECORDED


def test_a_foot_on_its_way_as_the_daw_stops_starts_no_take(
    answering: Callable[..., Studio],
) -> None:
    """ROLL a moment after the engineer's stop was meant for the take that has just ended."""
    studio = answering()
    start(studio)
    hear(studio, STOPPED, studio.bar_s(6))
    studio.press(ROLL, studio.now_s + 0.5)
    assert studio.phase is Phase.IDLE
    assert len(studio.logged(TakeStarted)) == 1


def test_configured_to_warn_the_click_goes_on_after_a_stop_at_the_daw(
    answering: Callable[..., Studio],
) -> None:
    """The light says that an answer is missing; the click is not touched."""
    studio = answering(on_stop=OnStop.WARN)
    start(studio)
    hear(studio, STOPPED, studio.bar_s(6) + 0.01)
    assert studio.phase is Phase.ROLLING
    assert studio.light is TallyLight.ANSWER_MISSING
    assert studio.screen.message == "DAW HAS STOPPED"
    heard_before = len(studio.heard)
    studio.run_to(studio.bar_s(8))
    assert len(studio.heard) == heard_before + 8
    studio.ask("stop", studio.now_s + 0.1)
    assert studio.logged(TakeJudged)[0].gap == (6, 1)


def test_what_a_lost_daw_says_first_ends_no_take(answering: Callable[..., Studio]) -> None:
    """Asked anew after its port was away it may begin with any state: the click goes on."""
    studio = answering()
    start(studio)
    studio.report(Part.DAW, PartState.FAULT, studio.bar_s(3))
    studio.report(Part.DAW, PartState.OK, studio.bar_s(4))
    hear(studio, STOPPED, studio.bar_s(4) + 0.1)
    assert studio.phase is Phase.ROLLING
    hear(studio, RECORDING, studio.bar_s(4) + 0.2)
    assert studio.light is TallyLight.RECORDING


def test_a_daw_that_does_not_obey_its_stop_is_said_to(answering: Callable[..., Studio]) -> None:
    """It records on a second after it was told to stop: the screen says so, the light stays solid."""
    studio = answering()
    start(studio)
    studio.ask("stop", studio.bar_s(4))
    stop_s = studio.now_s
    studio.run_to(stop_s + 0.9)
    assert studio.light is TallyLight.RECORDING
    assert studio.screen.message != "STOP THE DAW"
    studio.run_to(stop_s + 1.1)
    assert studio.screen.message == "STOP THE DAW"
    assert [one.kind for one in studio.logged(IncidentHappened)] == ["daw did not stop"]
    studio.run_to(stop_s + 60)
    assert len(studio.logged(TakeStarted)) == 1
    hear(studio, STOPPED, stop_s + 61)
    assert studio.light is TallyLight.OFF


def test_a_rehearsal_is_none_of_the_daws_business(answering: Callable[..., Studio]) -> None:
    """Nothing is told, nothing waited for, and what the DAW says ends nothing."""
    studio = answering()
    studio.down(AGAIN, 10)
    studio.up(AGAIN, 10.8)
    studio.run_to(13)
    assert studio.screen.rehearsing
    hear(studio, STOPPED, 14)
    assert studio.phase is not Phase.IDLE
    assert studio.told == []


def test_an_armed_daw_at_rest_is_shown_as_armed(answering: Callable[..., Studio]) -> None:
    """Slow blink: it would record, and does not roll."""
    studio = answering()
    hear(studio, ARMED, 5)
    assert studio.light is TallyLight.ARMED
    hear(studio, STOPPED, 6)
    assert studio.light is TallyLight.OFF


def test_a_daw_that_cannot_answer_is_never_believed(open_studio: type[Studio]) -> None:
    """Whatever is heard of it, the light is that of a profile without an answer."""
    studio = open_studio()
    start(studio)
    studio.run_to(studio.bar_s(2))
    assert studio.light is TallyLight.CANNOT_ANSWER
    assert studio.logged(TakeJudged) == []
