"""Which click sounds where. The oracles count beats in whole numbers, without the code they judge."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.plan import Click, Voice, clicks
from countoff.core.song import Song, Subdivision
from countoff.core.tempo import Grid, Meter, Tempo

RATE_HZ = 48_000


def make_song(
    quarters_per_minute: str = "120",
    meter: Meter | None = None,
    subdivision: Subdivision = Subdivision.NONE,
    length_bars: int | None = None,
    count_in_bars: int = 2,
) -> Song:
    """Return a song that differs from the usual only in what is said."""
    return Song(
        title="Kingdom",
        tempo=Tempo(Fraction(quarters_per_minute)),
        meter=meter or Meter(4, 4),
        count_in_bars=count_in_bars,
        length_bars=length_bars,
        subdivision=subdivision,
    )


def grid_of(song: Song, first_click_frame: int = 0) -> Grid:
    """Return the grid of a take whose count-in begins on `first_click_frame`."""
    frames_per_tick = song.tempo.frames_per_tick(RATE_HZ)
    return Grid(first_click_frame + song.count_in_ticks * frames_per_tick, frames_per_tick)


def all_clicks(song: Song, to_tick: int) -> list[Click]:
    """Return the clicks of a take from the first one of its count-in."""
    return list(clicks(song, grid_of(song), -song.count_in_ticks, to_tick))


songs = st.builds(
    make_song,
    st.sampled_from(["20", "92.5", "113.7", "127.3", "400"]),
    st.builds(Meter, st.integers(1, 13), st.sampled_from((1, 2, 4, 8, 16, 32))),
    st.sampled_from(Subdivision),
    st.none() | st.integers(1, 40),
    st.integers(0, 4),
)


@pytest.mark.parametrize(
    ("quarters_per_minute", "frames_times", "parts"),
    # A beat lasts exactly frames_times / parts frames at 48 kHz.
    [("110", 288_000, 11), ("127.3", 28_800_000, 1273)],
)
def test_24_hours_of_plan_end_on_the_exact_frame(
    quarters_per_minute: str, frames_times: int, parts: int
) -> None:
    """A day of plan, made in stretches of 30 s, has every click on its frame up to the last."""
    song = make_song(quarters_per_minute, count_in_bars=0)
    grid = grid_of(song)
    beats_in_a_day = 24 * 3600 * RATE_HZ * parts // frames_times
    assert beats_in_a_day * frames_times == 24 * 3600 * RATE_HZ * parts
    stretch_ticks = 61_111  # no multiple of a beat: the seams fall anywhere
    end_tick = beats_in_a_day * 960 + 1
    beat = 0
    for from_tick in range(0, end_tick, stretch_ticks):
        for click in clicks(song, grid, from_tick, min(from_tick + stretch_ticks, end_tick)):
            assert click.frame == (2 * beat * frames_times + parts) // (2 * parts)
            assert click.voice is (Voice.BEAT if beat % 4 else Voice.ACCENT)
            beat += 1
    assert beat == beats_in_a_day + 1
    assert click.frame == 24 * 3600 * 48_000


@pytest.mark.parametrize("first_click_frame", [0, 1, 123_456_789])
@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(7, 8), Meter(3, 2)])
def test_count_in_and_song_lie_on_one_grid(first_click_frame: int, meter: Meter) -> None:
    """Beat N after the first click of the count-in is where N beats fit, also across bar 1."""
    song = make_song("113.7", meter)
    grid = grid_of(song, first_click_frame)
    heard = list(clicks(song, grid, -song.count_in_ticks, 20 * meter.ticks_per_bar))
    assert heard[0].frame == first_click_frame
    assert len(heard) == 22 * meter.beats_per_bar
    # A quarter lasts 60 s / 113.7: 10 * 60 * 48000 / 1137 frames.
    for beat, click in enumerate(heard):
        frames = Fraction(10 * 60 * RATE_HZ * beat * 4, 1137 * meter.note_value)
        assert abs(click.frame - first_click_frame - frames) <= Fraction(1, 2)


@given(songs, st.integers(400, 30_000))
def test_a_plan_made_in_stretches_has_every_click_once(song: Song, stretch_ticks: int) -> None:
    """However a plan is cut into stretches, together they are the plan: no click twice, none lost."""
    grid = grid_of(song)
    from_tick = -song.count_in_ticks
    to_tick = from_tick + 40_000
    cuts = [*range(from_tick, to_tick, stretch_ticks), to_tick]
    pieces = [click for a, b in pairwise(cuts) for click in clicks(song, grid, a, b)]
    assert pieces == list(clicks(song, grid, from_tick, to_tick))


@given(songs)
def test_clicks_rise_and_never_share_a_tick(song: Song) -> None:
    """The plan is in order, with one voice at a place at most."""
    for one, next_one in pairwise(all_clicks(song, 100_000)):
        assert one.tick < next_one.tick
        assert one.frame < next_one.frame


@pytest.mark.parametrize("length_bars", [1, 2, 16])
@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(7, 8)])
def test_no_click_on_the_downbeat_after_a_length(length_bars: int, meter: Meter) -> None:
    """A song of N bars has its last click on the last beat of bar N, however far one asks."""
    song = make_song(meter=meter, length_bars=length_bars)
    heard = all_clicks(song, 10**6)
    assert heard[-1].tick == length_bars * meter.ticks_per_bar - meter.ticks_per_beat
    assert len([click for click in heard if click.tick >= 0]) == length_bars * meter.beats_per_bar


@pytest.mark.parametrize(
    ("meter", "beats"), [(Meter(4, 4), 4), (Meter(7, 8), 7), (Meter(5, 4), 5), (Meter(1, 4), 1)]
)
def test_each_bar_has_one_accent_on_its_downbeat(meter: Meter, beats: int) -> None:
    """The accent is on beat 1 of every bar, of the count-in too, and nowhere else."""
    heard = all_clicks(make_song(meter=meter), 8 * meter.ticks_per_bar)
    expected = ([Voice.ACCENT] + [Voice.BEAT] * (beats - 1)) * 10
    assert [click.voice for click in heard] == expected


@pytest.mark.parametrize(
    ("subdivision", "meter", "bar"),
    [
        (Subdivision.EIGHTH, Meter(4, 4), "A.B.B.B."),
        (Subdivision.SIXTEENTH, Meter(2, 4), "A...B..."),
        (Subdivision.TRIPLET, Meter(3, 4), "A..B..B.."),
        (Subdivision.EIGHTH, Meter(7, 8), "ABBBBBB"),
        (Subdivision.SIXTEENTH, Meter(5, 8), "A.B.B.B.B."),
        (Subdivision.NONE, Meter(4, 4), "ABBB"),
    ],
)
def test_subdivisions_fill_the_beats_of_the_song(
    subdivision: Subdivision, meter: Meter, bar: str
) -> None:
    """Between the beats come the subdivisions, evenly; where both meet, the beat sounds."""
    song = make_song(meter=meter, subdivision=subdivision)
    heard = [click for click in all_clicks(song, 3 * meter.ticks_per_bar) if click.tick >= 0]
    assert "".join("AGB.ab"[click.voice] for click in heard) == bar * 3
    steps = {later.tick - earlier.tick for earlier, later in pairwise(heard)}
    assert len(steps) == 1


def test_a_count_in_clicks_beats_only() -> None:
    """The count-in has no subdivisions: it is counted, not filled."""
    song = make_song(subdivision=Subdivision.SIXTEENTH)
    counted_in = [click for click in all_clicks(song, 960) if click.tick < 0]
    assert [click.tick for click in counted_in] == [tick * 960 for tick in range(-8, 0)]


def test_nothing_sounds_before_the_count_in() -> None:
    """Asked for earlier ticks than there are, the plan begins with the count-in."""
    song = make_song()
    assert next(clicks(song, grid_of(song), -(10**6), 960)).tick == -song.count_in_ticks


def test_a_song_without_count_in_begins_on_bar_1() -> None:
    """No count-in is no click below tick 0."""
    assert all_clicks(make_song(count_in_bars=0), 960)[0] == Click(0, Voice.ACCENT, 0)
