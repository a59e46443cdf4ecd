"""Takes are certified: readings of the counters and faults with their places go in, one entry comes out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.certificate import Certificate, Grade
from countoff.core.counts import LATENESS_LIMITS_NS, SenderCounts, StreamCounts
from countoff.core.entries import IncidentHappened, TakeCertified, TakeClosed, TakeStarted
from countoff.core.events import (
    AudioLost,
    ClickGap,
    ClockFitted,
    ClockJumped,
    Part,
    Pedal,
    PlayerCounted,
    SenderCounted,
)

if TYPE_CHECKING:
    from tests.core.session.conftest import Stream, Studio

ROLL, AGAIN = Pedal.ROLL, Pedal.AGAIN
MS = 1_000_000
RATE_HZ = 48_000
# What lies between asking for a block and hearing it.
AHEAD_NS = 20 * MS


class Counter:
    """A player's counters as the controller reads them: four times a second, from its own arithmetic."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.lost_frames = self.gaps = self.missed = 0
        self.opened_frame = self._next_frame()
        self.late_blocks = self.server_xruns = 0
        self.longest_wait_ns = 10 * MS
        self.is_stand_in = False

    @property
    def stream(self) -> Stream:
        """The stream that runs."""
        assert self.studio.stream is not None
        return self.studio.stream

    def _next_frame(self) -> int:
        return self.stream.fit.frame_at_ns(self.studio.now_ns + AHEAD_NS)

    def read(self) -> None:
        """Have the counters read now."""
        next_frame = self._next_frame()
        counts = StreamCounts(
            next_frame=next_frame,
            frames_delivered=next_frame - self.opened_frame - self.lost_frames,
            frames_lost=self.lost_frames,
            gaps=self.gaps,
            blocks=(next_frame - self.opened_frame) // 512,
            late_blocks=self.late_blocks,
            longest_wait_ns=self.longest_wait_ns,
            server_xruns=self.server_xruns,
            missed_clicks=self.missed,
            is_fifo=True,
            is_memory_locked=True,
        )
        epoch = self.stream.epoch
        now_ns = self.studio.now_ns
        self.studio.feed(PlayerCounted(now_ns, epoch, epoch, counts, self.is_stand_in))

    def run_to(self, at_s: float) -> None:
        """Let time pass, with the counters read on the way."""
        while self.studio.now_s + 0.25 < at_s:
            self.studio.run_to(self.studio.now_s + 0.25)
            self.read()
        self.studio.run_to(at_s)

    def lose(self, frame: int, frames: int) -> None:
        """Lose frames just before `frame`, and have it noticed now."""
        self.lost_frames += frames
        self.gaps += 1
        self.studio.feed(ClickGap(self.studio.now_ns, self.stream.epoch, frame, frames))


@pytest.fixture
def counter(studio: Studio) -> Counter:
    """The counters of the studio's first stream."""
    return Counter(studio)


def certified(studio: Studio, index: int = -1) -> Certificate:
    """Return a take's certificate."""
    return studio.logged(TakeCertified)[index].certificate


def roll(studio: Studio, counter: Counter, at_s: float) -> TakeStarted:
    """Begin a take."""
    counter.run_to(at_s)
    studio.press(ROLL, at_s)
    return studio.logged(TakeStarted)[-1]


def stop(studio: Studio, counter: Counter, at_s: float) -> None:
    """Stop it, and have it certified."""
    counter.run_to(at_s)
    studio.ask("stop", at_s)
    counter.run_to(at_s + 1)


def test_a_whole_take_is_clean_half_a_second_after_it_was_closed(
    studio: Studio, counter: Counter
) -> None:
    """Once for each take; every frame from the first click to the close was due and delivered."""
    roll(studio, counter, 10)
    stop(studio, counter, studio.bar_s(9, 3))
    (entry,) = studio.logged(TakeCertified)
    (closed,) = studio.logged(TakeClosed)
    assert entry.take_id == studio.logged(TakeStarted)[0].id
    assert entry.at_ns == closed.at_ns + 500 * MS
    made = entry.certificate
    assert (made.grade, made.is_clean, made.words) == (Grade.BY_COUNTERS, True, "CLICK CLEAN")
    figures = made.figures
    clicked_s = (closed.at_ns - studio.logged(TakeStarted)[0].first_click_ns) / 1e9
    assert figures.frames_due == figures.frames_delivered
    # A reading lies up to a quarter of a second before and after.
    assert 0 <= figures.frames_due - clicked_s * RATE_HZ <= RATE_HZ / 2 + 1
    assert (figures.fifo, figures.memory_locked, figures.epochs) == (True, True, (1,))
    assert figures.longest_wait_ms == 10.0


def test_the_screen_says_it_after_the_take(studio: Studio, counter: Counter) -> None:
    """The words come with the certificate, and not before it is made."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(3))
    studio.ask("stop", studio.bar_s(3))
    last = studio.screen.last_take
    assert last is not None
    assert last.click == ""
    counter.run_to(studio.bar_s(3) + 1)
    last = studio.screen.last_take
    assert last is not None
    assert (last.click, last.click_is_faulty) == ("CLICK CLEAN", False)


def test_a_gap_stands_at_the_beat_where_it_began(studio: Studio, counter: Counter) -> None:
    """3.1 ms lost in beat 2 of bar 33."""
    take = roll(studio, counter, 10)
    counter.run_to(studio.bar_s(33, 2.5))
    counter.lose(take.bar1_frame + 24_000 * (32 * 4 + 1) + 12_000, 149)
    stop(studio, counter, studio.bar_s(36))
    made = certified(studio)
    assert (made.words, made.summary) == ("1 GAP BAR 33", "1 gap of 3.1 ms at bar 33.2")
    assert (made.figures.frames_lost, made.figures.gaps) == (149, 1)
    assert made.figures.frames_due == made.figures.frames_delivered + 149


def test_a_gap_that_is_noticed_late_belongs_to_the_take_it_lies_in(
    studio: Studio, counter: Counter
) -> None:
    """The next take runs already: the gap and its incident are the first one's."""
    first = roll(studio, counter, 10)
    counter.run_to(studio.bar_s(5, 3))
    bar5_frame = first.bar1_frame + 24_000 * 17
    studio.press(AGAIN, studio.bar_s(5, 3))
    assert len(studio.logged(TakeStarted)) == 2
    counter.lose(bar5_frame + 480, 240)
    counter.run_to(studio.now_s + 1)
    made = certified(studio, 0)
    assert made.summary == "1 gap of 5.0 ms at bar 5.2"
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.take_id, incident.bar, incident.beat) == (first.id, 5, 2)
    stop(studio, counter, studio.bar_s(3))
    assert certified(studio, 1).is_clean


@pytest.mark.parametrize("beats", [-12, 40])
def test_a_gap_outside_of_the_click_spoils_none(
    studio: Studio, counter: Counter, beats: int
) -> None:
    """Before the first click, and in the ring-out, there was nothing to be heard of it."""
    take = roll(studio, counter, 10)
    if beats < 0:
        counter.lose(take.first_click_frame, 96)
    counter.run_to(studio.bar_s(10, 3))
    studio.ask("end_at_bar", studio.bar_s(10, 3))
    counter.run_to(studio.bar_s(11, 2))
    if beats > 0:
        counter.lose(take.bar1_frame + 24_000 * beats + 12_000, 512)
    counter.run_to(studio.bar_s(11) + 12)
    made = certified(studio)
    assert made.is_clean
    assert len(studio.logged(IncidentHappened)) == 1


def test_a_lost_stream_is_lost_from_where_it_had_delivered_to_where_the_click_is_back(
    studio: Studio, counter: Counter
) -> None:
    """With both places, how long it was, and both streams' frames."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(12, 3) + 0.1)
    counter.read()
    studio.lose_audio(studio.bar_s(12, 3) + 0.2)
    back_s = studio.bar_s(13, 4) + 0.1
    studio.regain_audio(back_s, epoch=2)
    again = Counter(studio)
    again.read()
    stop(studio, again, studio.bar_s(16))
    made = certified(studio)
    assert made.words == "CLICK LOST BAR 12"
    # From 20 ms after the last reading to bar 14: a bar lasts 2 s, so it was 2.88 s.
    assert made.summary == "click lost from bar 12.3 to bar 14.1 (2.9 s)"
    assert made.figures.epochs == (1, 2)
    assert made.figures.frames_lost == pytest.approx(2.88 * RATE_HZ, abs=100)
    assert "The click was played by 2 streams in turn." in made.notes


def test_a_stand_in_gives_nobody_the_click_back(studio: Studio, counter: Counter) -> None:
    """What a virtual output plays meanwhile is not heard, and not counted as delivered."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(4, 3) + 0.1)
    counter.read()
    studio.lose_audio(studio.bar_s(4, 3) + 0.2)
    studio.regain_audio(studio.bar_s(5), epoch=2, is_stand_in=True)
    virtual = Counter(studio)
    virtual.is_stand_in = True
    virtual.run_to(studio.bar_s(8))
    stop(studio, virtual, studio.bar_s(9))
    made = certified(studio)
    assert made.summary == "click lost from bar 4.3 to its end"
    assert made.figures.epochs == (1,)
    delivered_s = studio.bar_s(4, 3) + 0.1 - 10
    assert made.figures.frames_delivered <= delivered_s * RATE_HZ + RATE_HZ / 4


def test_a_player_that_dies_just_before_the_end_is_found_out(
    studio: Studio, counter: Counter
) -> None:
    """The last click was to come; the loss is noticed when the take rings out already."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(4, 2))
    studio.ask("end_at_bar", studio.bar_s(4, 2))
    counter.run_to(studio.bar_s(4, 4) + 0.4)
    counter.read()
    studio.lose_audio(studio.bar_s(5) + 0.1)
    studio.run_to(studio.bar_s(5) + 12)
    made = certified(studio)
    assert made.words == "CLICK LOST BAR 4"
    assert made.summary == "click lost from bar 4.4 to its end"


def test_one_that_dies_in_the_ring_out_has_played_everything(
    studio: Studio, counter: Counter
) -> None:
    """The click was over."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(4, 2))
    studio.ask("end_at_bar", studio.bar_s(4, 2))
    counter.run_to(studio.bar_s(5) + 1)
    studio.lose_audio(studio.bar_s(5) + 1.1)
    studio.run_to(studio.bar_s(5) + 12)
    assert certified(studio).is_clean


def test_one_that_is_back_before_the_first_click_has_missed_nothing(
    studio: Studio, counter: Counter
) -> None:
    """A player that dies between the press and the count-in, and is replaced in time."""
    studio.press(ROLL, 10)
    counter.read()
    studio.feed(AudioLost(studio.now_ns, "It died."))
    studio.regain_audio(10.3, epoch=2)
    again = Counter(studio)
    again.read()
    stop(studio, again, studio.bar_s(3))
    assert certified(studio).is_clean


def test_readings_that_end_early_leave_something_unknown(studio: Studio, counter: Counter) -> None:
    """Nobody said that the stream was lost, and nobody knows that it was not."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(6, 2))
    counter.read()
    studio.ask("stop", studio.bar_s(9))
    studio.run_to(studio.bar_s(10))
    made = certified(studio)
    assert made.summary == "what was played after bar 6.2 is not known"


def test_without_readings_nothing_is_certified(studio: Studio) -> None:
    """A box whose player never told anything calls no click clean."""
    studio.press(ROLL, 10)
    studio.ask("stop", studio.bar_s(3))
    studio.run_to(studio.bar_s(4))
    made = certified(studio)
    assert (made.grade, made.is_clean) == (Grade.NONE, False)


def test_a_count_in_given_up_at_once_had_no_click(studio: Studio, counter: Counter) -> None:
    """It is certified too, once: nothing was due."""
    roll(studio, counter, 10)
    studio.press(ROLL, 10.4)
    counter.run_to(12)
    assert certified(studio).words == "NO CLICK DUE"


def test_a_false_start_and_the_take_after_it_have_one_each(
    studio: Studio, counter: Counter
) -> None:
    """Also where the second is closed before the first was certified."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(2))
    studio.press(AGAIN, studio.bar_s(2))
    studio.ask("stop", studio.now_s + 0.1)
    counter.run_to(studio.now_s + 2)
    takes = [take.id for take in studio.logged(TakeStarted)]
    assert [entry.take_id for entry in studio.logged(TakeCertified)] == takes


def test_a_rehearsal_is_not_certified(studio: Studio, counter: Counter) -> None:
    """Nobody records it."""
    studio.press(AGAIN, 10, hold_s=1.0)
    stop(studio, counter, 20)
    assert studio.logged(TakeCertified) == []


def test_clicks_that_came_too_late_are_a_fault(studio: Studio, counter: Counter) -> None:
    """At the place where that was found."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(7, 2) + 0.2)
    counter.missed += 2
    counter.read()
    stop(studio, counter, studio.bar_s(9))
    assert certified(studio).summary == "2 clicks came too late at bar 7.2"


def test_a_clock_that_jumps_is_a_fault_at_its_place(studio: Studio, counter: Counter) -> None:
    """The same player plays on, on frames that mean another time."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(7, 2) + 0.2)
    assert studio.stream is not None
    jumped = replace(studio.stream, epoch=2, start_ns=studio.stream.start_ns + 2_900_000)
    studio.feed(ClockJumped(studio.now_ns, 2, 2_900_000))
    studio.stream = jumped
    studio.feed(ClockFitted(studio.now_ns, jumped.fit))
    counter.read()
    (incident,) = (one for one in studio.logged(IncidentHappened) if one.kind == "clock jumped")
    assert "2.9 ms" in incident.detail
    studio.run_to(studio.bar_s(9))
    studio.ask("stop", studio.bar_s(9))
    studio.run_to(studio.bar_s(10))
    assert "jumped by 2.9 ms at bar 7.2" in certified(studio).summary


def test_what_the_server_says_is_told_and_proves_nothing(studio: Studio, counter: Counter) -> None:
    """Three xruns that cost no frame leave the click clean."""
    roll(studio, counter, 10)
    counter.run_to(studio.bar_s(5))
    counter.server_xruns += 3
    counter.late_blocks += 1
    counter.longest_wait_ns = 31 * MS
    stop(studio, counter, studio.bar_s(9))
    made = certified(studio)
    assert made.is_clean
    assert made.notes == (
        "The sound server reported 3 xruns; by the clock they cost no frame.",
        "1 block came late, and cost no frame.",
    )
    assert (made.figures.server_xruns, made.figures.longest_wait_ms) == (3, 31.0)


def test_the_crystals_are_compared_over_the_take(studio: Studio) -> None:
    """A stream that runs 20 ppm fast says so, with its uncertainty."""
    studio.lose_audio(2)
    studio.regain_audio(5, epoch=2, ppm=20)
    again = Counter(studio)
    roll(studio, again, 10)
    for second in range(11, 60):
        again.run_to(second)
        fit = again.stream.fit
        frame = fit.frame_at_ns(studio.now_ns)
        now = replace(fit, frame=frame, at_ns=fit.ns_at_frame(frame), residual_ns=30_000)
        studio.feed(ClockFitted(studio.now_ns, now))
    stop(studio, again, 60)
    figures = certified(studio).figures
    assert figures.clock_ppm == pytest.approx(20, abs=0.01)
    assert figures.clock_uncertainty_ppm is not None
    assert figures.clock_over_s is not None
    assert 0 < figures.clock_uncertainty_ppm <= 1.5


def test_messages_are_counted_for_each_take_over_senders(studio: Studio, counter: Counter) -> None:
    """What a sender sent before the take is not the take's; what its successor sent is."""

    def say(sender: int, sent: int, worst_ms: int, late_bucket: int) -> None:
        lateness = [0] * (len(LATENESS_LIMITS_NS) + 1)
        lateness[0], lateness[late_bucket] = sent - 1, 1
        counts = SenderCounts(
            sent=sent, late=1, worst_late_ns=worst_ms * MS, lateness=tuple(lateness)
        )
        studio.feed(SenderCounted(studio.now_ns, Part.DAW, sender, counts))

    say(1, 100, 9, -2)
    roll(studio, counter, 10)
    counter.run_to(14)
    say(1, 104, 9, -2)
    counter.run_to(16)
    say(2, 3, 4, -3)
    stop(studio, counter, studio.bar_s(9))
    figures = certified(studio).figures
    assert figures.midi_sent == 7
    assert sum(figures.midi_lateness) == 7
    assert figures.midi_worst_late_ms == 4.0


def test_a_plan_is_corrected_for_another_crystal(studio: Studio) -> None:
    """With 50 ppm the click of bar 121, four minutes in, is 12 ms later by the box's own frames."""
    studio.state = replace(
        studio.state, settings=replace(studio.state.settings, rate_ppm=Fraction(50))
    )
    studio.press(ROLL, 10)
    take = studio.logged(TakeStarted)[0]
    studio.run_to(studio.bar_s(121) + 1)
    heard = [one for one in studio.heard if one.tick == 120 * 4 * 960]
    late_ns = heard[0].at_ns - (take.bar1_ns + 240 * 10**9)
    assert late_ns == pytest.approx(12 * MS, abs=25_000)
    studio.ask("stop", studio.now_s)
    studio.run_to(studio.now_s + 1)
    assert certified(studio).figures.rate_ppm == 50


def test_the_muted_click_is_told(studio: Studio, counter: Counter) -> None:
    """It ran, whole, and nobody heard it."""
    studio.ask("mute_click", 5)
    roll(studio, counter, 10)
    stop(studio, counter, studio.bar_s(3))
    assert certified(studio).is_clean
    assert certified(studio).notes == ("The click was muted when the take began.",)
