"""The sound card goes and comes back: the DAW records on, and the click returns to its grid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import ExtendClicks, StartClicks
from countoff.core.entries import (
    ClickRejoined,
    ClickSilenced,
    FlagMade,
    IncidentHappened,
    TakeEnded,
    TakePosition,
    TakeStarted,
)
from countoff.core.events import ClickGap, ClickStopped, ClockFitted, Mishap, Pedal
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
FRAME_NS = 1e9 / 44_100

OTHER_STREAMS = [
    {"epoch": 2},
    {"epoch": 2, "ppm": 180},
    {"epoch": 2, "ppm": -200, "rate_hz": 44_100},
    {"epoch": 9, "rate_hz": 192_000},
]


def assert_on_the_grid(studio: Studio, from_s: float, to_s: float, frames: float = 1.1) -> None:
    """Every beat of the newest take between two moments was heard, once, on its place."""
    bar1_ns = studio.logged(TakeStarted)[-1].bar1_ns
    beat_ns = 500_000_000
    heard = [h.at_ns for h in studio.heard if studio.ns(from_s) <= h.at_ns <= studio.ns(to_s)]
    first = -(-(studio.ns(from_s) - bar1_ns) // beat_ns)
    last = (studio.ns(to_s) - bar1_ns) // beat_ns
    expected = [bar1_ns + beat * beat_ns for beat in range(first, last + 1)]
    assert len(heard) == len(expected)
    for at_ns, expected_ns in zip(heard, expected, strict=True):
        # The new crystal may run 200 ppm off, so a beat may be off by what it gains on the way.
        drift_ns = abs(at_ns - studio.ns(from_s)) * 2e-4
        assert abs(at_ns - expected_ns) <= frames * FRAME_NS + drift_ns


@pytest.mark.parametrize("stream", OTHER_STREAMS, ids=str)
def test_the_click_comes_back_on_its_grid(studio: Studio, stream: dict[str, int]) -> None:
    """Lost in bar 10, back three seconds later on another stream: the beats are where they were."""
    studio.press(ROLL, 10)
    lost_s = studio.bar_s(10, 2.5)
    studio.lose_audio(lost_s)
    assert studio.screen.message == "NO CLICK: AUDIO LOST"
    back_s = lost_s + 3.1
    studio.regain_audio(back_s, **stream)
    assert studio.screen.message == "CLICK IS BACK"
    studio.run_to(back_s + 60)
    assert not [h for h in studio.heard if studio.ns(lost_s) < h.at_ns < studio.ns(back_s)]
    assert_on_the_grid(studio, back_s + 0.1, back_s + 60)
    assert studio.phase is Phase.ROLLING
    assert studio.told == ["record"]
    assert studio.screen.bar == 1 + int((studio.now_s - studio.bar1_s) / 2)
    incidents = studio.logged(IncidentHappened)
    assert [(i.kind, i.bar, i.beat) for i in incidents] == [
        ("audio lost", 10, 2),
        ("click rejoined", 11, 4),
    ]


@pytest.mark.parametrize("stream", OTHER_STREAMS, ids=str)
def test_the_log_says_where_the_grid_lies_on_the_new_stream(
    studio: Studio, stream: dict[str, int]
) -> None:
    """Every frame in the log has its stream, and with that stream's grid it is at its bar and beat."""
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(3))
    studio.lose_audio(studio.bar_s(10, 2.5))
    studio.regain_audio(studio.bar_s(12, 1.5), **stream)
    studio.press(SONG, studio.bar_s(14, 2.5))
    studio.ask("end_at_bar", studio.bar_s(20, 2.5))
    studio.run_to(studio.bar_s(22))
    (started,), (rejoined,) = studio.logged(TakeStarted), studio.logged(ClickRejoined)
    rate_hz = stream.get("rate_hz", 48_000)
    assert (rejoined.take_id, rejoined.epoch) == (started.id, stream["epoch"])
    assert (rejoined.sample_rate_hz, rejoined.bar, rejoined.beat) == (rate_hz, 12, 2)
    first_back = next(h for h in studio.heard if h.at_ns > studio.ns(studio.bar_s(11)))
    assert studio.stream is not None
    assert studio.stream.ns_at_frame(rejoined.frame) == first_back.at_ns
    grids = {
        started.epoch: (started.bar1_frame, 24_000),
        rejoined.epoch: (rejoined.bar1_frame, rate_hz // 2),
    }
    kinds = (FlagMade, TakePosition, TakeEnded, IncidentHappened)
    placed = [entry for kind in kinds for entry in studio.logged(kind)]
    assert {entry.epoch for entry in placed} == {1, stream["epoch"]}
    for entry in placed:
        assert entry.frame is not None
        assert entry.epoch is not None
        bar1_frame, beat_frames = grids[entry.epoch]
        # A planned end is named by its last beat, and its frame is the downbeat that follows.
        beat = (entry.frame - bar1_frame) // beat_frames - isinstance(entry, TakeEnded)
        assert (entry.bar, entry.beat) == (beat // 4 + 1, beat % 4 + 1)


@pytest.mark.parametrize("stream", [{"epoch": 2}, {"epoch": 3, "rate_hz": 44_100}], ids=str)
def test_bar_1_keeps_its_host_time_within_a_frame(studio: Studio, stream: dict[str, int]) -> None:
    """On a crystal that runs alike, bar 1 is at the moment at which it was, an hour before too."""
    studio.press(ROLL, 10)
    bar1_ns = studio.logged(TakeStarted)[0].bar1_ns
    studio.lose_audio(studio.bar_s(1800))
    studio.regain_audio(studio.bar_s(1801), **stream)
    assert studio.state.take is not None
    assert studio.stream is not None
    there_ns = studio.stream.ns_at_frame(studio.state.take.bar1_frame)
    assert abs(there_ns - bar1_ns) <= 1e9 / studio.stream.rate_hz


@pytest.mark.parametrize("ppm", [-200, 150])
def test_the_click_comes_back_where_it_was_heard_not_where_another_crystal_would_have_it(
    studio: Studio, ppm: int
) -> None:
    """Ten minutes into a take, another crystal's ppm (or one not yet measured) make no jump."""
    studio.press(ROLL, 10)
    studio.lose_audio(studio.bar_s(300))
    studio.regain_audio(studio.bar_s(301) + 0.2, epoch=2, ppm=ppm)
    studio.run_to(studio.now_s + 1)
    assert_on_the_grid(studio, studio.bar_s(301, 2) - 0.1, studio.bar_s(301, 2) + 0.1)


def test_many_losses_do_not_add_up(studio: Studio) -> None:
    """After twenty lost streams the click is still within a frame of its grid."""
    studio.press(ROLL, 10)
    bar1_ns = studio.logged(TakeStarted)[0].bar1_ns
    for loss in range(20):
        studio.lose_audio(studio.bar_s(2 * loss + 2))
        studio.regain_audio(studio.bar_s(2 * loss + 3), epoch=loss + 2)
    assert studio.state.take is not None
    assert studio.stream is not None
    there_ns = studio.stream.ns_at_frame(studio.state.take.bar1_frame)
    assert abs(there_ns - bar1_ns) <= 1e9 / 48_000


def test_audio_that_is_lost_in_the_count_in_comes_back_in_it(studio: Studio) -> None:
    """The count-in goes on in silence, bar 1 comes when it was to come."""
    studio.press(ROLL, 10)
    studio.lose_audio(11.1)
    studio.regain_audio(12.2, epoch=2)
    studio.run_to(20)
    assert_on_the_grid(studio, 12.3, 20)
    assert studio.phase is Phase.ROLLING


def test_audio_that_is_lost_before_the_count_in_gives_all_of_it(studio: Studio) -> None:
    """Lost and found again within the lead, no click is missing."""
    studio.press(ROLL, 10)
    studio.lose_audio(10.2)
    studio.regain_audio(10.3, epoch=2)
    studio.run_to(20)
    assert_on_the_grid(studio, 10.49, 20)


@pytest.mark.parametrize(("before_s", "is_heard"), [(0.0599, False), (0.0607, True)])
def test_a_beat_that_is_too_near_is_left_out(
    studio: Studio, before_s: float, is_heard: bool
) -> None:
    """What cannot reach the converter within 60 ms is not begun late: the next beat is the first."""
    studio.press(ROLL, 10)
    studio.lose_audio(studio.bar_s(3))
    beat_s = studio.bar_s(4)
    studio.regain_audio(beat_s - before_s, epoch=2)
    studio.run_to(beat_s + 0.6)
    heard = [at_s for at_s in studio.heard_s if at_s > beat_s - 0.1]
    expected = [beat_s, beat_s + 0.5] if is_heard else [beat_s + 0.5]
    assert heard == pytest.approx(expected, abs=1e-3)


def test_without_audio_bars_and_flags_go_on(studio: Studio) -> None:
    """The take's place is known by the last clock: flags and positions keep their bars."""
    studio.press(ROLL, 10)
    studio.lose_audio(studio.bar_s(10))
    studio.press(KEEPER, studio.bar_s(15, 3))
    studio.run_to(studio.bar_s(40, 4))
    assert studio.logged(FlagMade)[0].bar == 15
    assert studio.logged(TakePosition)[-1].bar == 40
    assert studio.told == ["record"]


def test_an_end_that_was_asked_for_holds_on_the_new_stream(studio: Studio) -> None:
    """End at the bar, then a loss: the click is not back after the end."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(5, 1.1))
    studio.lose_audio(studio.bar_s(5, 1.5))
    studio.regain_audio(studio.bar_s(5, 2.5), epoch=2)
    studio.run_to(studio.bar_s(6) + 5)
    assert_on_the_grid(studio, studio.bar_s(5, 3) - 0.1, studio.bar_s(5, 4) + 0.1)
    assert studio.heard_s[-1] == pytest.approx(studio.bar_s(5, 4), abs=1e-3)
    (ended,) = studio.logged(TakeEnded)
    assert (ended.bar, ended.beat) == (5, 4)
    assert studio.phase is Phase.RING_OUT


def test_a_song_that_ended_while_audio_was_away_is_not_clicked_again(
    open_studio: type[Studio],
) -> None:
    """The end comes without sound; in the ring-out a new stream stays silent."""
    studio = open_studio(open_studio.kingdom_ending_after(6))
    studio.press(ROLL, 10)
    studio.lose_audio(studio.bar_s(5))
    studio.run_to(studio.bar_s(7) + 1)
    assert studio.phase is Phase.RING_OUT
    studio.regain_audio(studio.now_s, epoch=2)
    studio.run_to(studio.now_s + 30)
    assert studio.heard_s[-1] <= studio.bar_s(5) + 0.001
    assert studio.told == ["record", "stop"]


def test_an_incident_in_the_ring_out_is_placed_where_the_music_ended(studio: Studio) -> None:
    """Frames of another stream say nothing of the bars of a take that has ended."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(5, 1.1))
    studio.lose_audio(studio.bar_s(6) + 2)
    studio.regain_audio(studio.bar_s(6) + 3, epoch=2)
    studio.feed(Mishap(studio.now_ns, "late byte", "A byte left 12 ms late."))
    (late_byte,) = (i for i in studio.logged(IncidentHappened) if i.kind == "late byte")
    assert (late_byte.bar, late_byte.beat, late_byte.frame) == (5, 4, None)
    assert late_byte.take_id == studio.logged(TakeStarted)[0].id


def test_a_better_fit_of_the_same_stream_moves_no_click(studio: Studio) -> None:
    """The clock is measured every second; planned frames stay, and nothing is sent again."""
    studio.press(ROLL, 10)
    assert studio.stream is not None
    for second in range(1, 8):
        studio.run_to(10 + second)
        fit = replace(studio.stream.fit, at_ns=studio.stream.fit.at_ns + 9_000, ppm=3.0 * second)
        studio.feed(ClockFitted(studio.now_ns, fit))
    plans = [action for _, action in studio.actions if isinstance(action, StartClicks)]
    assert len(plans) == 1
    assert not [action for _, action in studio.actions if isinstance(action, ExtendClicks)]
    assert studio.logged(IncidentHappened) == []


def test_a_stream_that_comes_back_while_idle_is_used_for_the_next_take(studio: Studio) -> None:
    """Nothing to rejoin: the next take is planned on the new stream."""
    studio.lose_audio(5)
    studio.regain_audio(8, epoch=2, rate_hz=96_000)
    studio.press(ROLL, 10)
    studio.run_to(20)
    assert studio.logged(TakeStarted)[0].sample_rate_hz == 96_000
    assert_on_the_grid(studio, 10.4, 20)


def test_a_gap_is_an_incident_at_its_bar_and_moves_nothing(studio: Studio) -> None:
    """Lost frames are logged at the place of the take where they were lost; the click goes on."""
    studio.press(ROLL, 10)
    studio.run_to(studio.bar_s(9, 1) + 0.2)
    gap_frame = studio.logged(TakeStarted)[0].bar1_frame + 48_000 * 13  # bar 7, beat 3
    studio.feed(ClickGap(studio.now_ns, 1, gap_frame + 512, 512))
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.kind, incident.frame, incident.bar, incident.beat) == (
        "click gap",
        gap_frame,
        7,
        3,
    )
    assert "512 frames (10.7 ms)" in incident.detail
    studio.run_to(30)
    assert_on_the_grid(studio, 10.4, 30)
    assert studio.screen.page == "rolling"


def test_audio_is_lost_once(studio: Studio) -> None:
    """Told twice, it is one incident; while idle it belongs to no take."""
    studio.lose_audio(5)
    studio.lose_audio(6)
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.take_id, incident.bar, incident.frame) == (None, None, None)


def test_what_has_faded_is_said_once_and_of_its_take(studio: Studio) -> None:
    """The frame of a fade goes to the take that was stopped, never to an older one."""
    studio.press(ROLL, 10)
    studio.ask("stop", 20)
    studio.say_faded()
    studio.say_faded()
    studio.feed(ClickStopped(studio.now_ns, 1, 99))
    assert len(studio.logged(ClickSilenced)) == 1
