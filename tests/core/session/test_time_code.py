"""What the rules have the sender send of time code, from ROLL to the DAW's stop."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.session.conftest import Studio

from countoff.core.actions import (
    AimClock,
    ClockAction,
    ExtendClock,
    LayClockAnew,
    StartClock,
    StopClock,
    TellDaw,
)
from countoff.core.daw import DawAbilities, DawTransport, KnownFrom
from countoff.core.entries import DawPlaced, TakeStarted
from countoff.core.events import DawHeard, Part, PartState, Pedal, SongAsked
from countoff.core.session.state import LocatePlace
from countoff.core.song import Song, free_song
from countoff.core.time_code import TimeCodeRate, TimeCodeStretch

if TYPE_CHECKING:
    from countoff.core.timebase import ClockFit

LEAD_S = 3.0
CUEING_S = 0.2
MS = 0.001
# Kingdom's count-in: two bars of two seconds.
COUNT_IN_S = 4.0


@dataclass
class Run:
    """Time code as it was sent without a stop: where it was sent to, and each quarter frame."""

    located_s: list[tuple[float, int]] = field(default_factory=list)
    quarters: list[tuple[float, int]] = field(default_factory=list)
    stopped_s: float | None = None


@dataclass
class Chaser:
    """Whoever follows time code: takes in everything the rules have asked for, each at its moment."""

    runs: list[Run] = field(default_factory=list)
    _ahead: list[tuple[int, int, bool]] = field(default_factory=list)
    _last: int = -1

    def follow(self, studio: Studio) -> None:
        """Read all of the day so far."""
        fit: ClockFit | None = None
        for at_ns, action in [*studio.actions, (studio.now_ns, None)]:
            if fit is not None:
                self._let_pass(at_ns, fit, studio)
            match action:
                case StartClock(fit, TimeCodeStretch() as stretch):
                    self.runs.append(Run())
                    self._last = -1
                    self._ahead = self._laid(stretch)
                case LayClockAnew(fit, TimeCodeStretch() as stretch):
                    self._ahead = self._laid(stretch)
                case ExtendClock(_, TimeCodeStretch() as stretch):
                    self._ahead += self._laid(stretch)
                case AimClock(fit):
                    pass
                case StopClock(stop_ns):
                    self._ahead = []
                    self.runs[-1].stopped_s = second(stop_ns, studio)

    def _laid(self, stretch: TimeCodeStretch) -> list[tuple[int, int, bool]]:
        first = stretch.first_quarter
        laid = [
            (frame, quarter, False)
            for quarter, frame in enumerate(stretch.frames, start=first)
            if quarter > self._last
        ]
        if stretch.located_frame is not None and self._last < 0 and not self.runs[-1].located_s:
            laid.insert(0, (stretch.located_frame, first, True))
        return laid

    def _let_pass(self, until_ns: int, fit: ClockFit, studio: Studio) -> None:
        while self._ahead and fit.ns_at_frame(self._ahead[0][0]) < until_ns:
            frame, quarter, is_located = self._ahead.pop(0)
            at_s = second(fit.ns_at_frame(frame), studio)
            if is_located:
                self.runs[-1].located_s.append((at_s, quarter))
            else:
                self._last = quarter
                self.runs[-1].quarters.append((at_s, quarter))


def second(at_ns: int, studio: Studio) -> float:
    """Return the second of the day of a host time."""
    return (at_ns - studio.ns(0)) / 1e9


def followed(studio: Studio) -> list[Run]:
    """Return what was heard so far."""
    chaser = Chaser()
    chaser.follow(studio)
    return chaser.runs


def coded(open_studio: Any, *songs: Song, can_answer: bool = False, **said: Any) -> Studio:
    """A studio whose DAW is rolled by time code at 25 frames a second."""
    abilities = DawAbilities(
        can_answer=can_answer,
        deadline_ns=2_500_000_000,
        is_started_by_clock=True,
        keeps_takes=True,
    )
    settings = {"time_code": TimeCodeRate.FPS_25, "lead_ns": int(LEAD_S * 1e9), "daw": abilities}
    studio: Studio = open_studio(*songs, **{**settings, **said})
    return studio


def assert_even(run: Run, quarter_s: float = 0.01) -> None:
    """Every quarter frame came once and in its turn, at an even pace: no burst and no gap."""
    assert run.quarters[0][1] % 8 == 0
    numbers = [quarter for _, quarter in run.quarters]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    gaps_s = [b - a for (a, _), (b, _) in itertools.pairwise(run.quarters)]
    assert gaps_s == pytest.approx([quarter_s] * len(gaps_s), abs=1e-4)


def shown_at(run: Run, at_s: float) -> float:
    """Return what a receiver's clock shows at a moment, in seconds, at 25 frames."""
    begun_s, quarter = [each for each in run.quarters if each[0] <= at_s + 1e-6][-1]
    return quarter / 100 + at_s - begun_s


def bar1_of(studio: Studio) -> float:
    """Return where the log says that the newest take's bar 1 lies; it is said once."""
    take = studio.logged(TakeStarted)[-1]
    (place,) = [placed.bar1 for placed in studio.logged(DawPlaced) if placed.take_id == take.id]
    assert place.known_from is KnownFrom.TIME_CODE
    return float(place.seconds)


def test_from_the_press_to_the_end_of_the_ring_out(open_studio: Any) -> None:
    """Located at once, rolling a moment later, past two planned stretches, until the DAW is stopped."""
    studio = coded(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(70)
    studio.press(Pedal.ROLL, 75, hold_s=1)
    studio.run_to(77)
    studio.press(Pedal.ROLL, 80)
    studio.run_to(90)

    (run,) = followed(studio)
    ((located_s, place),) = run.located_s
    assert located_s == pytest.approx(1, abs=1e-4)
    assert place == 600 * 100
    assert run.quarters[0] == (pytest.approx(1 + CUEING_S, abs=1e-4), 60_000)
    assert_even(run)
    assert run.stopped_s == pytest.approx(80, abs=1e-4)
    assert 80 - 0.011 < run.quarters[-1][0] <= 80
    assert studio.heard_s[0] == pytest.approx(1 + LEAD_S, abs=1e-4)


def test_bar_1_lies_where_the_log_says(open_studio: Any) -> None:
    """What a receiver shows as bar 1 sounds is what is written, for each take at its ten minutes."""
    studio = coded(open_studio)
    for number in (1, 2):
        studio.press(Pedal.ROLL, 100 * number)
        studio.run_to(100 * number + 20)
        studio.ask("stop", 100 * number + 20)
        run = followed(studio)[-1]
        assert run.quarters[0][1] == number * 60_000
        bar1_s = bar1_of(studio)
        assert bar1_s == pytest.approx(number * 600 + LEAD_S - CUEING_S + COUNT_IN_S, abs=1e-4)
        assert shown_at(run, studio.bar1_s) == pytest.approx(bar1_s, abs=1e-4)


def test_a_take_from_a_section(open_studio: Any) -> None:
    """The song's bar 1 lies before the take then, by as much as the song says."""
    studio = coded(open_studio)
    studio.feed(SongAsked(studio.now_ns, "Kingdom", "Verse", is_looped=False, source="panel"))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(20)
    (run,) = followed(studio)
    entry_s = 4 * 2
    assert shown_at(run, 1 + LEAD_S + COUNT_IN_S) == pytest.approx(bar1_of(studio) + entry_s, 1e-6)


def test_again_the_old_one_ceases_and_the_next_begins_once_the_daw_has_stopped(
    open_studio: Any,
) -> None:
    """A false start: nothing for a moment, then the next place; told to record no sooner."""
    studio = coded(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.press(Pedal.AGAIN, 12)
    studio.run_to(30)
    first, second_run = followed(studio)
    assert first.stopped_s is not None
    assert first.quarters[-1][0] <= first.stopped_s
    ((located_s, place),) = second_run.located_s
    assert located_s - first.stopped_s >= 0.5
    assert place == 1200 * 100
    assert_even(second_run)
    records = [told.at_ns for told in studio.commands if told.command == "record"]
    assert second(records[1], studio) == pytest.approx(located_s, abs=1e-4)
    assert studio.logged(TakeStarted)[-1].first_click_ns == pytest.approx(
        studio.ns(located_s + LEAD_S), abs=1e5
    )


def test_idle_and_rehearsing_nothing_runs(open_studio: Any) -> None:
    """No DAW rolls without a take."""
    studio = coded(open_studio)
    studio.run_to(10)
    studio.ask("rehearse", 10)
    studio.run_to(30)
    assert studio.heard
    assert followed(studio) == []


def test_a_box_without_it_sends_none(studio: Studio) -> None:
    """Nothing of it is in any other session."""
    studio.press(Pedal.ROLL, 1)
    studio.run_to(40)
    assert not any(isinstance(action, ClockAction) for _, action in studio.actions)


@pytest.mark.parametrize("answer_s", [1.6, 3.2])
def test_it_rolls_while_the_count_in_waits_for_the_daw(open_studio: Any, answer_s: float) -> None:
    """Time code is what makes the DAW record: it is there before, and even, however late the word."""
    studio = coded(open_studio, can_answer=True, lead_ns=1_000_000_000)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(answer_s)
    assert len(followed(studio)[0].quarters) > (answer_s - 1.25) * 100
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.run_to(40)
    (run,) = followed(studio)
    assert_even(run)
    assert studio.heard_s[0] == pytest.approx(max(2, answer_s + 0.06), abs=1e-4)
    assert shown_at(run, studio.heard_s[0] + COUNT_IN_S) == pytest.approx(bar1_of(studio), abs=1e-4)


def test_a_take_that_is_not_confirmed_ends_it(open_studio: Any) -> None:
    """Refused at the deadline: the DAW is not left rolling."""
    studio = coded(open_studio, can_answer=True)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    (run,) = followed(studio)
    assert studio.heard == []
    assert run.stopped_s == pytest.approx(3.5, abs=1e-4)


def test_cancelled_before_it_began_nothing_is_sent(open_studio: Any) -> None:
    """A press right after a take waits for the DAW to stop; taken back meanwhile, it leaves no trace."""
    studio = coded(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.ask("stop", 12)
    studio.press(Pedal.ROLL, 12.1, hold_s=0.1)
    studio.ask("cancel", 12.5)
    studio.run_to(20)
    first, none = followed(studio)
    assert first.quarters
    assert (none.located_s, none.quarters) == ([], [])
    assert [told.command for told in studio.commands if isinstance(told, TellDaw)].count(
        "record"
    ) == 1


@pytest.mark.parametrize("rate_hz", [48_000, 44_100])
def test_audio_away_and_back(open_studio: Any, rate_hz: int) -> None:
    """The sender goes on meanwhile; on the new stream every quarter frame follows the one before."""
    studio = coded(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.lose_audio(20)
    studio.regain_audio(23, epoch=2, rate_hz=rate_hz, ppm=80)
    studio.run_to(60)
    (run,) = followed(studio)
    assert_even(run)
    assert run.quarters[-1][0] > 59.9
    assert shown_at(run, 8) == pytest.approx(bar1_of(studio), abs=1e-4)


def test_audio_away_while_the_daw_is_awaited(open_studio: Any) -> None:
    """Laid onto the new stream with the count-in that waits: even, and its place is right."""
    studio = coded(open_studio, can_answer=True)
    studio.press(Pedal.ROLL, 1)
    studio.lose_audio(1.6)
    studio.regain_audio(2.1, epoch=2, rate_hz=44_100)
    studio.run_to(2.4)
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.run_to(40)
    (run,) = followed(studio)
    assert_even(run)
    first_s = studio.heard_s[0]
    assert first_s == pytest.approx(1 + LEAD_S, abs=1e-3)
    assert shown_at(run, first_s + COUNT_IN_S) == pytest.approx(bar1_of(studio), abs=1e-4)


def test_confirmed_while_audio_is_away(open_studio: Any) -> None:
    """The click is back with its next event; where bar 1 lies is written then."""
    studio = coded(open_studio, can_answer=True)
    studio.press(Pedal.ROLL, 1)
    studio.lose_audio(1.6)
    studio.run_to(2.4)
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.regain_audio(9, epoch=2)
    studio.run_to(40)
    (run,) = followed(studio)
    assert_even(run)
    assert shown_at(run, 1 + LEAD_S + COUNT_IN_S) == pytest.approx(bar1_of(studio), abs=1e-4)


@pytest.mark.parametrize("section", ["", "Verse"])
def test_stacked_bar_1_is_on_its_place(open_studio: Any, section: str) -> None:
    """Every take's bar 1 lies on the one place, a take from a section as far after it as it is."""
    studio = coded(
        open_studio, locate_place=LocatePlace.FIXED, locate_s=3600, lead_ns=2_345_600_000
    )
    if section:
        studio.feed(SongAsked(studio.now_ns, "Kingdom", section, is_looped=False, source="panel"))
    for number in (1, 2):
        studio.press(Pedal.ROLL, 40 * number)
        studio.run_to(40 * number + 20)
        studio.ask("stop", 40 * number + 20)
        run = followed(studio)[-1]
        assert_even(run)
        assert bar1_of(studio) == 3600
        begins_s = 40 * number + 2.3456 + COUNT_IN_S
        entry_s = 8 if section else 0
        assert shown_at(run, begins_s) == pytest.approx(3600 + entry_s, abs=1e-4)


def test_a_corrected_rate_is_time_codes_too(open_studio: Any) -> None:
    """By the crystal that is configured, as the click: quarter frames on the plan's own seconds."""
    studio = coded(open_studio, rate_ppm=Fraction(500))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(60)
    (run,) = followed(studio)
    first_s, first = run.quarters[0]
    last_s, last = run.quarters[-1]
    assert (last_s - first_s) / (last - first) == pytest.approx(0.01 * 1.0005, rel=1e-6)
    assert shown_at(run, studio.bar1_s) == pytest.approx(bar1_of(studio), abs=1e-4)


def test_a_song_without_tempo_has_it_too(open_studio: Any) -> None:
    """Nothing is counted in, and the DAW rolls."""
    studio = coded(open_studio, free_song("Improvised"))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(50)
    (run,) = followed(studio)
    assert_even(run)
    assert run.quarters[-1][0] > 49.9


def test_a_full_timeline_goes_on_behind_the_last_take(open_studio: Any) -> None:
    """Past the last of its places each take begins where the one before has ended."""
    studio = coded(open_studio, free_song("Improvised"))
    studio.state = replace(studio.state, takes_begun=95, idle_since_ns=studio.now_ns)
    studio.press(Pedal.ROLL, 1)
    studio.ask("stop", 31)
    studio.press(Pedal.ROLL, 60)
    studio.run_to(70)
    first, second_run = followed(studio)
    assert first.quarters[0][1] == 16 * 3600 * 100
    assert second_run.quarters[0][1] >= first.quarters[-1][1]
    assert second_run.quarters[0][1] - first.quarters[-1][1] < 100 * 100


def test_without_its_port_the_daw_is_lost(open_studio: Any) -> None:
    """Time code's port is a way to the DAW, and where it answers there are two."""
    silent, answering = coded(open_studio), coded(open_studio, can_answer=True)
    for studio in (silent, answering):
        assert studio.state.daw_is_there
        studio.report(Part.CLOCK, PartState.FAULT, 1)
        assert not studio.state.daw_is_there
        studio.report(Part.CLOCK, PartState.OK, 2)
        studio.report(Part.DAW, PartState.FAULT, 3)
    assert silent.state.daw_is_there
    assert not answering.state.daw_is_there


DEEDS = ("roll", "again", "stop", "end", "lose", "regain", "fit", "records", "halts", "cancel")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(50, 9000), st.sampled_from(DEEDS)), max_size=14))
def test_whatever_happens(happenings: list[tuple[int, str]]) -> None:
    """Time code runs with takes alone, one at a time; each piece once, in its turn, and where it is told."""
    studio = coded(Studio, can_answer=True)
    at_s, epoch = 1.0, 1
    for wait_ms, deed in happenings:
        at_s = max(at_s, studio.now_s) + wait_ms / 1000
        studio.run_to(at_s)
        match deed:
            case "roll" | "again":
                studio.press(Pedal(deed), at_s)
            case "stop" | "cancel":
                studio.ask(deed, at_s)
            case "end":
                studio.ask("end_at_bar", at_s)
            case "lose" if studio.stream is not None:
                studio.lose_audio(at_s)
            case "regain" if studio.stream is None:
                epoch += 1
                studio.regain_audio(at_s, epoch=epoch, ppm=epoch * 7)
            case "fit" if studio.stream is not None:
                studio.open_better_fit(3.0, 20_000)
            case "records":
                studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
            case "halts":
                studio.feed(DawHeard(studio.now_ns, DawTransport.STOPPED))
    studio.run_to(max(at_s, studio.now_s) + 3)
    runs = followed(studio)
    has_run = studio.state.take is not None and studio.state.take.time_code is not None
    assert [run.stopped_s is None for run in runs] == [False] * (len(runs) - has_run) + [
        True
    ] * has_run
    for run, after in itertools.pairwise(runs):
        assert run.stopped_s is not None
        assert all(run.stopped_s + 0.5 <= located_s for located_s, _ in after.located_s)
    for run in runs:
        numbers = [quarter for _, quarter in run.quarters]
        assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else True
        moments_s = [at_s for at_s, _ in run.quarters]
        assert moments_s == sorted(moments_s)
        assert all(b - a > 0.009 for a, b in itertools.pairwise(moments_s))
