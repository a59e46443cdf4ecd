"""Any day with a DAW that answers: whatever it says and whatever feet do, the rules of a take hold."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.session.conftest import Studio
from core.session.test_any_day import AT_ONCE, DENSE, SHORT, happenings, let_happen, waits
from countoff.core.daw import (
    DawAbilities,
    DawPlace,
    DawTransport,
    KnownFrom,
    OnRecord,
    OnStop,
    Verdict,
    WithoutAnswer,
)
from countoff.core.entries import (
    DawAnswered,
    HowEnded,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import DawHeard, DawNotTold, DawTold, Pedal, PedalMoved
from countoff.core.midi_clock import ClockStart
from countoff.core.screen.pages import draw
from countoff.core.session.lighting import next_light_change_ns, tally_view
from countoff.core.session.pedals import Phase
from countoff.core.session.view import next_view_change_ns

if TYPE_CHECKING:
    from countoff.core.actions import Action, TellDaw
    from countoff.core.events import Event

PLACES = st.none() | st.builds(
    DawPlace, st.fractions(-10, 90_000, max_denominator=1000), st.sampled_from(KnownFrom)
)
SAID = st.one_of(
    st.tuples(st.just("hear"), st.none() | st.sampled_from(DawTransport), PLACES),
    st.tuples(st.just("hear"), st.just(DawTransport.RECORDING), st.none()),
    st.tuples(st.just("told"), st.booleans()),
)
BOXES = st.fixed_dictionaries(
    {
        "daw": st.builds(
            DawAbilities,
            can_answer=st.just(value=True),
            shows_life=st.booleans(),
            deadline_ns=st.sampled_from([100_000_000, 1_000_000_000, 3_000_000_000]),
            can_locate=st.booleans(),
            can_mark=st.booleans(),
            proves_arming=st.booleans(),
        ),
        "without_answer": st.sampled_from(WithoutAnswer),
        "on_stop": st.sampled_from(OnStop),
        "on_record": st.sampled_from(OnRecord),
        "clock_start": st.sampled_from(ClockStart),
    }
)


class Looking(Studio):
    """A studio in which screen and light are looked at after each step."""

    def feed(self, event: Event) -> tuple[Action, ...]:
        actions = super().feed(event)
        at_ns = max(event.at_ns, self.now_ns)
        assert (self.state.take is None) is (self.state.phase is Phase.IDLE)
        tally_view(self.state, at_ns)
        for change_ns in (
            next_view_change_ns(self.state, at_ns),
            next_light_change_ns(self.state, at_ns),
        ):
            assert change_ns is None or change_ns > at_ns
        return actions


def say(studio: Studio, what: tuple[Any, ...]) -> None:
    """Let the DAW, or the sender, say something now."""
    match what:
        case ("hear", word, place):
            studio.feed(DawHeard(studio.now_ns, word, place))
        case ("told", has_left) if studio.commands:
            command = studio.commands[-1]
            told: Event = DawTold(studio.now_ns, command.command, command.at_ns)
            if not has_left:
                told = DawNotTold(studio.now_ns, command.command, command.at_ns, "No port.")
            studio.feed(told)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), box=BOXES)
def test_any_day_with_a_daw_keeps_the_rules(data: st.DataObject, box: dict[str, Any]) -> None:
    """No event in any order raises, and each take is begun, ended, judged and closed once."""
    songs = data.draw(st.permutations([SHORT, AT_ONCE, DENSE, Studio.kingdom]))
    studio = Looking(*songs, **box)
    day = data.draw(st.lists(st.tuples(waits, st.one_of(happenings, SAID, SAID)), max_size=40))
    for number, (wait_s, what) in enumerate(day):
        studio.run_to(studio.now_s + wait_s)
        if what[0] in ("hear", "told"):
            say(studio, what)
        else:
            let_happen(studio, what, epoch=number + 2)
    draw(studio.screen)
    for pedal in Pedal:
        studio.feed(PedalMoved(studio.now_ns, pedal, is_down=False))
    studio.feed(DawHeard(studio.now_ns, DawTransport.STOPPED))
    studio.run_to(studio.now_s + 5)
    studio.ask("stop", studio.now_s)
    studio.run_to(studio.now_s + 12)
    assert studio.phase is Phase.IDLE
    judge_log(studio, refuses=box["without_answer"] is WithoutAnswer.REFUSE)


def judge_log(studio: Studio, *, refuses: bool) -> None:
    """Every take has its entries, in their order, and its verdict fits what was said of it."""
    started = [entry.id for entry in studio.logged(TakeStarted)]
    assert len(set(started)) == len(started)
    for kind in (TakeEnded, TakeClosed, TakeJudged, TakeCertified):
        assert [entry.take_id for entry in studio.logged(kind)] == started, kind
    answered = {entry.take_id for entry in studio.logged(DawAnswered)}
    rolled = {entry.take_id for entry in studio.logged(TakeRolled)}
    for judged in studio.logged(TakeJudged):
        assert (judged.verdict is Verdict.NOT_SEEN) is (judged.take_id not in answered)
        assert (judged.gap is not None) is (judged.verdict is Verdict.GAP)
    for ended in studio.logged(TakeEnded):
        assert (ended.how is HowEnded.CANCELLED) is (ended.take_id not in rolled)
    if refuses:
        # Nobody plays a take that the DAW has never said to record.
        assert rolled <= answered
    assert_said_after_its_start(studio)


def assert_said_after_its_start(studio: Studio) -> None:
    """What is logged of a take that the log does not know yet would be lost."""
    known = set()
    for entry in studio.entries:
        if isinstance(entry, TakeStarted):
            known.add(entry.id)
        take_id = getattr(entry, "take_id", None)
        assert take_id is None or take_id in known, entry


@settings(max_examples=60, deadline=None)
@given(answer_after_s=st.floats(0, 2), box=BOXES)
def test_no_click_sounds_before_the_daw_has_said_that_it_records(
    answer_after_s: float, box: dict[str, Any]
) -> None:
    """Whatever its delay: the first click is at the lead or right after the word, or there is none."""
    studio = Looking(
        **{**box, "without_answer": WithoutAnswer.REFUSE, "on_record": OnRecord.IGNORE}
    )
    studio.down(Pedal.ROLL, 10)
    studio.run_to(10 + answer_after_s)
    studio.feed(DawHeard(studio.ns(10 + answer_after_s), DawTransport.RECORDING))
    studio.run_to(13)
    deadline_s = box["daw"].deadline_ns / 1e9
    if answer_after_s > deadline_s:
        assert studio.heard == []
    elif answer_after_s < deadline_s:
        first_s = max(10.5, 10 + answer_after_s + 0.06)
        assert abs(studio.heard_s[0] - first_s) < 2e-4


class MoodyDaw:
    """Mostly does what it is told, after a moment; sometimes it does not, or does what it likes."""

    def __init__(self, studio: Studio, chance: random.Random) -> None:
        self._studio = studio
        self._chance = chance
        self._told = 0
        self._coming: list[tuple[float, DawTransport | None]] = []

    def live_to(self, until_s: float) -> None:
        """Let time pass, and everything be said that the DAW has to say."""
        studio, chance = self._studio, self._chance
        while studio.now_s < until_s - 1e-6:
            for command in studio.commands[self._told :]:
                self._obey(command)
            self._told = len(studio.commands)
            if chance.random() < 0.02:
                word = chance.choice([*DawTransport])
                self._coming.append((studio.now_s + chance.random(), word))
            if chance.random() < 0.9:
                self._coming.append((studio.now_s + 0.4, None))
            self._coming.sort(key=lambda said: said[0])
            step_s = min(studio.now_s + 0.4, until_s)
            while self._coming and self._coming[0][0] <= step_s:
                at_s, word = self._coming.pop(0)
                studio.run_to(max(at_s, studio.now_s))
                studio.feed(DawHeard(studio.now_ns, word))
            studio.run_to(step_s)

    def _obey(self, command: TellDaw) -> None:
        if command.command not in ("record", "stop") or self._chance.random() < 0.1:
            return
        word = DawTransport.RECORDING if command.command == "record" else DawTransport.STOPPED
        at_s = self._studio.now_s + self._chance.choice([0.01, 0.05, 0.3, 0.45, 0.7])
        self._coming.append((at_s, word))


@pytest.mark.parametrize("seed", range(4))
def test_minutes_with_a_moody_daw_keeps_the_rules(seed: int) -> None:
    """Four pedals trodden at random beside a DAW that mostly obeys: not one rule is broken."""
    chance = random.Random(seed)
    abilities = DawAbilities(can_answer=True, shows_life=chance.random() < 0.5)
    studio = Looking(
        Studio.kingdom_ending_after(24),
        SHORT,
        AT_ONCE,
        daw=abilities,
        without_answer=chance.choice([*WithoutAnswer]),
        on_stop=chance.choice([*OnStop]),
    )
    daw = MoodyDaw(studio, chance)
    while studio.now_s < 900:
        daw.live_to(studio.now_s + chance.choice([0.1, 0.4, 1, 3, 10, 40]))
        studio.press(chance.choice([Pedal.ROLL, *Pedal]), studio.now_s, chance.choice([0.1, 0.7]))
    daw.live_to(studio.now_s + 3)
    studio.feed(DawHeard(studio.now_ns, DawTransport.STOPPED))
    studio.run_to(studio.now_s + 5)
    studio.ask("stop", studio.now_s)
    studio.run_to(studio.now_s + 12)
    refuses = studio.state.settings.without_answer is WithoutAnswer.REFUSE
    judge_log(studio, refuses=refuses)
    assert len(studio.logged(TakeStarted)) > 5
