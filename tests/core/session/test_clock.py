"""What the rules have the sender send of MIDI clock, from ROLL to the DAW's stop."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.actions import (
    AimClock,
    ClockAction,
    ExtendClock,
    LayClockAnew,
    StartClock,
    StopClock,
    TellDaw,
)
from countoff.core.count_in import CountIn
from countoff.core.daw import DawAbilities, DawPlace, DawTransport, KnownFrom
from countoff.core.entries import DawPlaced, TakeStarted
from countoff.core.events import DawHeard, Pedal, SongAsked
from countoff.core.midi_clock import ClockStart, ClockWord
from countoff.core.section import Section
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan

if TYPE_CHECKING:
    from core.session.conftest import Studio
    from countoff.core.midi_clock import ClockStretch, Cue
    from countoff.core.timebase import ClockFit

PULSE_S = 60 / 120 / 24


@dataclass
class Follower:
    """Whoever follows the clock: when each pulse and word came, in seconds of the day."""

    pulses_s: list[float] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    cues: list[tuple[float, Cue]] = field(default_factory=list)
    stops_s: list[float] = field(default_factory=list)
    aims: int = 0
    _ahead: list[tuple[int, int | None, Cue | None]] = field(default_factory=list)
    _last_tick: int = -(1 << 40)

    def follow(self, studio: Studio) -> None:
        """Take in everything the rules have asked for so far, each at its moment."""
        fit: ClockFit | None = None
        for at_ns, action in [*studio.actions, (studio.now_ns, None)]:
            if fit is not None:
                self._let_pass(at_ns, fit, studio)
            match action:
                case StartClock(fit, stretch):
                    self._last_tick = -(1 << 40)
                    self._ahead = self._laid(stretch)
                case LayClockAnew(fit, stretch):
                    self._ahead = self._laid(stretch)
                case ExtendClock(_, stretch):
                    self._ahead += self._laid(stretch)
                case AimClock(fit):
                    self.aims += 1
                case StopClock(stop_ns):
                    self._ahead = []
                    self.stops_s.append(second(stop_ns, studio))

    def _laid(self, stretch: ClockStretch) -> list[tuple[int, int | None, Cue | None]]:
        pulses = [
            (frame, tick, None)
            for frame, tick in zip(
                stretch.frames, itertools.count(stretch.first_tick, 40), strict=False
            )
            if tick > self._last_tick
        ]
        cues = [(cue.frame, None, cue) for cue in stretch.cues if cue.tick > self._last_tick]
        return sorted([*cues, *pulses], key=lambda one: one[0])

    def _let_pass(self, until_ns: int, fit: ClockFit, studio: Studio) -> None:
        while self._ahead and fit.ns_at_frame(self._ahead[0][0]) <= until_ns:
            frame, tick, cue = self._ahead.pop(0)
            at_s = second(fit.ns_at_frame(frame), studio)
            if cue is not None:
                self.cues.append((at_s, cue))
            elif tick is not None:
                self._last_tick = tick
                self.pulses_s.append(at_s)
                self.ticks.append(tick)


def second(at_ns: int, studio: Studio) -> float:
    """Return the second of the day of a host time."""
    return (at_ns - studio.ns(0)) / 1e9


def followed(studio: Studio) -> Follower:
    """Return what a follower heard of the whole day so far."""
    follower = Follower()
    follower.follow(studio)
    return follower


def clock_actions(studio: Studio) -> list[ClockAction]:
    """Return what was asked for of the clock."""
    return [action for _, action in studio.actions if isinstance(action, ClockAction)]


@pytest.fixture
def clocked(open_studio: Any) -> Studio:
    """The usual day, with a clock that starts the DAW on bar 1."""
    studio: Studio = open_studio(clock_start=ClockStart.BAR_1)
    return studio


def test_no_clock_as_it_comes(studio: Studio) -> None:
    """Where nothing is configured nothing of a clock is asked for."""
    studio.press(Pedal.ROLL, 1)
    studio.run_to(60)
    assert clock_actions(studio) == []


def test_pulses_from_the_count_in_and_start_on_bar_1(clocked: Studio) -> None:
    """24 to the quarter from the first count, Start 3 ms before bar 1, and none left out for minutes."""
    clocked.press(Pedal.ROLL, 1)
    clocked.run_to(200)
    heard = followed(clocked)
    assert heard.pulses_s[0] == pytest.approx(1.5, abs=1e-4)
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert gaps_s == pytest.approx([PULSE_S] * len(gaps_s), abs=5e-5)
    assert heard.pulses_s[-1] > 199.9
    ((at_s, cue),) = heard.cues
    assert cue.word is ClockWord.START
    assert clocked.bar1_s - at_s == pytest.approx(0.003, abs=5e-5)


def test_start_with_the_count_in(open_studio: Any) -> None:
    """So configured, the DAW is started 3 ms before the first count."""
    studio = open_studio(clock_start=ClockStart.COUNT_IN)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    ((at_s, cue),) = followed(studio).cues
    assert cue.word is ClockWord.START
    assert 1.5 - at_s == pytest.approx(0.003, abs=5e-5)


@pytest.mark.parametrize(("start", "bar1_s"), [(ClockStart.COUNT_IN, 4), (ClockStart.BAR_1, 0)])
def test_start_places_the_take_of_a_daw_that_it_moves(
    open_studio: Any, start: ClockStart, bar1_s: int
) -> None:
    """Start means the top of the timeline: bar 1 lies two bars of 120 after it, or right there."""
    studio = open_studio(clock_start=start, daw=DawAbilities(is_started_by_clock=True))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    (placed,) = studio.logged(DawPlaced)
    assert placed.bar1 == DawPlace(Fraction(bar1_s), KnownFrom.LOCATE)
    (started,) = studio.logged(TakeStarted)
    assert studio.entries.index(started) < studio.entries.index(placed)


def test_start_places_no_take_of_a_daw_that_something_else_moves(open_studio: Any) -> None:
    """Where the DAW stands then is not known from the clock."""
    studio = open_studio(clock_start=ClockStart.COUNT_IN)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    assert all(placed.bar1.seconds != 4 for placed in studio.logged(DawPlaced))


def test_from_a_section_a_daw_that_the_clock_moves_is_not_placed(open_studio: Any) -> None:
    """Where a song position lies in seconds is the DAW's own map's to say."""
    daw = DawAbilities(is_started_by_clock=True)
    studio = open_studio(clock_start=ClockStart.BAR_1, daw=daw)
    studio.feed(SongAsked(studio.ns(0.5), "Kingdom", "Verse", is_looped=False, source="panel"))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    assert studio.logged(DawPlaced) == []


def test_it_runs_on_through_the_ring_out_and_stops_with_the_daw(clocked: Studio) -> None:
    """Ended at the bar the click is over; the clock goes on until the DAW is told to stop."""
    clocked.press(Pedal.ROLL, 1)
    clocked.press(Pedal.ROLL, 40, hold_s=0.7)
    clocked.run_to(70)
    heard = followed(clocked)
    (stop_ns,) = [
        action.at_ns
        for _, action in clocked.actions
        if isinstance(action, TellDaw) and action.command == "stop"
    ]
    assert heard.stops_s == [second(stop_ns, clocked)]
    assert heard.pulses_s[-1] == pytest.approx(heard.stops_s[0], abs=PULSE_S)
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert gaps_s == pytest.approx([PULSE_S] * len(gaps_s), abs=5e-5)


def test_a_song_with_an_end_has_its_clock_in_the_ring_out(open_studio: Any) -> None:
    """The song's length ends the click, whatever was planned; the clock needs more."""
    studio = open_studio(open_studio.kingdom_ending_after(8), clock_start=ClockStart.BAR_1)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(60)
    heard = followed(studio)
    end_s = studio.bar_s(9)
    assert len(heard.stops_s) == 1
    assert heard.stops_s[0] > end_s + 9
    assert heard.pulses_s[-1] == pytest.approx(heard.stops_s[0], abs=PULSE_S)


def test_a_false_start_stops_it_and_begins_anew(clocked: Studio) -> None:
    """AGAIN: one stop, then another clock from its own count-in on, whose Start is its bar 1's."""
    clocked.press(Pedal.ROLL, 1)
    clocked.press(Pedal.AGAIN, 8)
    clocked.run_to(30)
    heard = followed(clocked)
    assert len(heard.stops_s) == 1
    first, second_cue = heard.cues
    assert first[0] < heard.stops_s[0] < second_cue[0]
    assert clocked.bar1_s - second_cue[0] == pytest.approx(0.003, abs=5e-5)
    between = [at_s for at_s in heard.pulses_s if heard.stops_s[0] < at_s < clocked.bar1_s - 4.01]
    assert between == []


def test_cancelled_in_the_count_in(clocked: Studio) -> None:
    """The clock is stopped; whether a stop is to be sent is known to the sender."""
    clocked.press(Pedal.ROLL, 1)
    clocked.press(Pedal.ROLL, 3)
    clocked.run_to(30)
    heard = followed(clocked)
    assert heard.cues == []
    assert len(heard.stops_s) == 1
    assert heard.pulses_s[-1] < 3.1


def test_a_rehearsal_has_none(clocked: Studio) -> None:
    """A DAW that follows would roll, and record perhaps."""
    clocked.press(Pedal.AGAIN, 1, hold_s=0.7)
    clocked.run_to(30)
    assert clocked.heard
    assert clock_actions(clocked) == []


def test_a_free_song_has_none(open_studio: Any) -> None:
    """There is no tempo to be sent."""
    studio = open_studio(free_song("Drones"), clock_start=ClockStart.BAR_1)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(30)
    assert clock_actions(studio) == []


def test_from_a_section_with_its_position(clocked: Studio) -> None:
    """The verse is bar 5: sixteenth 64 is told early in the count-in, and Continue on its bar."""
    clocked.feed(SongAsked(clocked.ns(0.5), "Kingdom", "Verse", is_looped=False, source="panel"))
    clocked.press(Pedal.ROLL, 1)
    clocked.run_to(20)
    position, going = followed(clocked).cues
    assert (position[1].word, position[1].sixteenths) == (ClockWord.POSITION, 64)
    assert going[1].word is ClockWord.CONTINUE
    assert clocked.bar_s(5) - going[0] == pytest.approx(0.003, abs=5e-5)
    assert going[0] - position[0] > 0.05


@pytest.mark.parametrize("away_s", [0.3, 7.0])
def test_on_a_new_stream_the_count_goes_on(clocked: Studio, away_s: float) -> None:
    """While audio is away the last fit goes on; then every pulse still comes once, and in time."""
    clocked.press(Pedal.ROLL, 1)
    clocked.lose_audio(12)
    clocked.regain_audio(12 + away_s, epoch=2, rate_hz=44_100)
    clocked.run_to(60)
    heard = followed(clocked)
    assert heard.ticks == list(range(heard.ticks[0], heard.ticks[-1] + 40, 40))
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert gaps_s == pytest.approx([PULSE_S] * len(gaps_s), abs=1e-4)
    assert len(heard.cues) == 1


def test_every_fit_is_handed_on(clocked: Studio) -> None:
    """Each newer fit of the stream goes to the sender while a clock runs, and no other."""
    clocked.open_better_fit(3.0, 0)
    clocked.press(Pedal.ROLL, 1)
    for _ in range(5):
        clocked.open_better_fit(4.0, 0)
    assert followed(clocked).aims == 5


def test_what_is_not_on_a_sixteenth_is_said(open_studio: Any) -> None:
    """The press's record names the pulses between the bar line and where the DAW goes on."""
    odd = steady_song("Odd", Tempo(Fraction(120)), Meter(7, 32), first_bars=[("A", 1), ("B", 2)])
    studio = open_studio(odd, clock_start=ClockStart.BAR_1)
    studio.feed(SongAsked(studio.ns(0.5), "Odd", "B", is_looped=False, source="panel"))
    studio.press(Pedal.ROLL, 1)
    assert "MIDI clock starts the DAW -3 pulses off: it counts in sixteenths" in studio.did[-1]


# Pulses alone, for a DAW that something else starts: it may roll by them only.


def pulsed(open_studio: Any, *songs: Any, **settings: Any) -> Studio:
    """A studio whose DAW has its tempo from the clock, and can answer."""
    studio: Studio = open_studio(
        *songs,
        clock_start=ClockStart.TEMPO,
        daw=DawAbilities(can_answer=True, deadline_ns=3_000_000_000),
        **settings,
    )
    return studio


def assert_even(heard: Follower) -> None:
    """Every pulse came once, and at the song's tempo: none is missing, and there is no burst."""
    assert heard.ticks == list(range(heard.ticks[0], heard.ticks[-1] + 40, 40))
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert gaps_s == pytest.approx([PULSE_S] * len(gaps_s), abs=1e-4)


def test_pulses_alone_come_before_the_daw_has_answered(open_studio: Any) -> None:
    """Told to record, it rolls once it hears a tempo: that is there at once, and so is its word."""
    studio = pulsed(open_studio)
    studio.down(Pedal.ROLL, 1)
    studio.run_to(1.15)
    heard = followed(studio)
    assert 1 < heard.pulses_s[0] < 1.06
    assert len(heard.pulses_s) >= 4
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.run_to(70)
    assert studio.heard_s[0] == pytest.approx(1.5, abs=1e-4)
    heard = followed(studio)
    assert_even(heard)
    assert heard.cues == []
    assert heard.pulses_s[-1] > 69.9


@pytest.mark.parametrize("answer_s", [1.5, 1.7013, 2.2, 3.9])
def test_pulses_come_to_a_count_in_that_is_late(open_studio: Any, answer_s: float) -> None:
    """The first click is on a pulse: a few before it are a little closer or wider, none is missing."""
    studio = pulsed(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(answer_s)
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.run_to(80)
    heard = followed(studio)
    assert heard.ticks == list(range(heard.ticks[0], heard.ticks[-1] + 40, 40))
    first_s = studio.heard_s[0]
    assert first_s == pytest.approx(answer_s + 0.06, abs=1e-4)
    assert min(abs(first_s - pulse_s) for pulse_s in heard.pulses_s) < 1e-4
    for before_s, pulse_s in itertools.pairwise(heard.pulses_s):
        is_bent = answer_s < pulse_s <= first_s + 1e-3
        assert pulse_s - before_s == pytest.approx(PULSE_S, abs=PULSE_S / 5 if is_bent else 1e-4)
    assert heard.pulses_s[-1] > 79.9


@pytest.mark.parametrize("answer_s", [1.4, 2.5])
def test_pulses_go_on_while_audio_is_away_and_the_daw_is_awaited(
    open_studio: Any, answer_s: float
) -> None:
    """The card is pulled and back in the meantime: one even clock all the same."""
    studio = pulsed(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.lose_audio(1.25)
    studio.regain_audio(1.35, epoch=2, rate_hz=44_100)
    # What comes later is planned on the new stream's frames: so must be what runs.
    laid = [action for action in clock_actions(studio) if isinstance(action, LayClockAnew)]
    assert [action.fit.epoch for action in laid] == [2]
    studio.run_to(answer_s)
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.lose_audio(20)
    studio.regain_audio(21, epoch=3)
    studio.run_to(40)
    heard = followed(studio)
    assert heard.ticks == list(range(heard.ticks[0], heard.ticks[-1] + 40, 40))
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert gaps_s == pytest.approx([PULSE_S] * len(gaps_s), abs=PULSE_S / 5)


def test_pulses_of_a_take_that_is_not_confirmed_end_with_it(open_studio: Any) -> None:
    """Refused: the clock is silent as the click is."""
    studio = pulsed(open_studio)
    studio.press(Pedal.ROLL, 1)
    studio.run_to(10)
    heard = followed(studio)
    assert studio.heard == []
    assert heard.pulses_s[-1] == pytest.approx(4.0, abs=PULSE_S)
    assert heard.stops_s == pytest.approx([4.0], abs=1e-4)


def test_pulses_of_a_song_with_a_ramp(open_studio: Any) -> None:
    """A song that gets faster, after a wait longer than its count-in: each pulse comes once, in order."""
    ramp = TempoSpan(0, Tempo(Fraction(240)), Tempo(Fraction(300)))
    section = Section("Rush", 8, (ramp,), Meter(2, 4))
    studio = pulsed(open_studio, Song("Rush", (section,), CountIn(bars=1)))
    studio.press(Pedal.ROLL, 1)
    studio.run_to(3.5)
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    studio.run_to(9)
    heard = followed(studio)
    assert heard.ticks == list(range(heard.ticks[0], heard.ticks[-1] + 40, 40))
    gaps_s = [b - a for a, b in itertools.pairwise(heard.pulses_s)]
    assert min(gaps_s) > 60 / 300 / 24 * 0.9
    assert max(gaps_s) < 60 / 240 / 24 * 1.1
