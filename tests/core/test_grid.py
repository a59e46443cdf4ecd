"""Ticks on frames, in both directions. The oracle integrates the tempo, and shares no code."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drawing import RATES_HZ, rates_hz, songs, tempos
from core.oracle import HALF_A_SAMPLE, Course, real
from countoff.core.grid import Grid, corrected_rate_hz
from countoff.core.section import Section
from countoff.core.song import Song, steady_song
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan, tempo_map

origins = st.one_of(
    st.integers(-(2**40), 2**40).map(Fraction),
    st.fractions(-(2**40), 2**40, max_denominator=10**6),
)


corrections_ppm = st.just(Fraction(0)) | st.decimals(-500, 500, places=3).map(Fraction)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any grid that a song at any rate can have, corrected for another crystal or not."""
    rate_hz = corrected_rate_hz(draw(rates_hz), draw(corrections_ppm))
    return Grid(draw(songs()).tempo_map, rate_hz, draw(origins))


def steady_grid(quarters_per_minute: str, rate_hz: int, origin: Fraction = Fraction(0)) -> Grid:
    """Return the grid of one tempo."""
    song = steady_song("Kingdom", Tempo(Fraction(quarters_per_minute)))
    return Grid(song.tempo_map, rate_hz, origin)


def frame_by_decimals(quarters: int, quarters_per_minute: str, rate_hz: int) -> int:
    """Return where a quarter note lies, by decimal arithmetic with sixty digits."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(quarters) * 60 * rate_hz / Decimal(quarters_per_minute)
        return int((exact + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def test_an_hour_at_110_ends_on_its_frame() -> None:
    """An hour at 110 quarter notes a minute ends on frame 172 800 000, not 1200 frames later."""
    assert steady_grid("110", 48_000).frame_at_tick(110 * 60 * 960) == 172_800_000


def test_fifty_ppm_are_twelve_milliseconds_in_a_take() -> None:
    """A crystal that is 50 ppm fast has 576 frames more in four minutes, and the plan has too."""
    beats = 110 * 4 * 960
    plain = steady_grid("110", 48_000)
    corrected = Grid(plain.tempo_map, corrected_rate_hz(48_000, Fraction(50)), Fraction(0))
    assert corrected.frame_at_tick(beats) - plain.frame_at_tick(beats) == 576
    assert corrected_rate_hz(48_000, Fraction(0)) == 48_000


@pytest.mark.parametrize("quarters_per_minute", ["110", "127.3", "113.7", "92.5", "399.999"])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_day_of_quarter_notes_stays_exact(quarters_per_minute: str, rate_hz: int) -> None:
    """At any tempo and rate a quarter note is on the frame that sixty-digit decimals give."""
    grid = steady_grid(quarters_per_minute, rate_hz)
    quarters_in_a_day = int(Decimal(quarters_per_minute) * 60 * 24)
    for quarters in (0, 1, 2, 3, 997, 86_399, quarters_in_a_day - 1, quarters_in_a_day):
        oracle_frame = frame_by_decimals(quarters, quarters_per_minute, rate_hz)
        assert grid.frame_at_tick(quarters * 960) == oracle_frame


@given(
    songs(),
    rates_hz,
    corrections_ppm,
    origins,
    st.lists(st.integers(0, 120 * 960), min_size=1, max_size=20),
)
def test_every_tick_is_within_half_a_sample_of_the_oracle(
    song: Song, rate_hz: int, rate_ppm: Fraction, origin_frame: Fraction, ticks: list[int]
) -> None:
    """One rounding lies between a tick's place and its frame, wherever in the song it is."""
    grid = Grid(song.tempo_map, corrected_rate_hz(rate_hz, rate_ppm), origin_frame)
    course = Course(list(song.sections))
    real_rate_hz = rate_hz + rate_hz * real(rate_ppm) / 10**6
    for tick in ticks:
        if song.length_ticks is None or tick <= song.length_ticks:
            exact = real(origin_frame) + course.seconds(Fraction(tick, 960)) * real_rate_hz
            assert abs(grid.frame_at_tick(tick) - exact) <= HALF_A_SAMPLE


@given(grids(), st.integers(-(10**6), 10**6), st.integers(1, 50))
def test_frames_rise_with_every_tick(grid: Grid, tick: int, ticks: int) -> None:
    """No two ticks share a frame, and none comes before the one before it."""
    frames = [grid.frame_at_tick(each) for each in range(tick, tick + ticks + 1)]
    assert frames == sorted(set(frames))


@given(grids(), st.integers(-(10**6), 10**6))
def test_a_tick_is_found_again_from_its_frame(grid: Grid, tick: int) -> None:
    """From a tick to its frame and back is the same tick."""
    assert grid.tick_at_frame(grid.frame_at_tick(tick)) == tick


@given(grids(), st.integers(-(10**8), 10**8))
def test_a_frame_belongs_to_the_last_tick_that_began(grid: Grid, frames: int) -> None:
    """The tick at a frame has begun by then, and the next one has not."""
    frame = int(grid.origin_frame) + frames
    tick = grid.tick_at_frame(frame)
    assert grid.frame_at_tick(tick) <= frame < grid.frame_at_tick(tick + 1)


@given(grids())
def test_where_a_tempo_changes_both_directions_agree(grid: Grid) -> None:
    """Around each change, where two tempos meet, every frame has its tick and every tick its frame."""
    for start_tick in grid.tempo_map.start_ticks:
        for tick in range(start_tick - 2, start_tick + 3):
            frame = grid.frame_at_tick(tick)
            assert grid.tick_at_frame(frame) == tick
            assert grid.tick_at_frame(frame - 1) == tick - 1


@given(grids(), st.lists(st.integers(-(10**6), 10**6), max_size=60))
def test_many_ticks_at_once_have_the_same_frames(grid: Grid, ticks: list[int]) -> None:
    """The quick way over whole arrays gives what each tick gives alone."""
    rising = np.array(sorted(ticks), dtype=np.int64)
    assert grid.frames_at_ticks(rising).tolist() == [grid.frame_at_tick(tick) for tick in rising.tolist()]  # fmt: skip


@pytest.mark.parametrize("tick", [-3, -1, 0, 1, 2, 10**9])
def test_halfway_between_two_frames_is_the_later_one_in_both_directions(tick: int) -> None:
    """A place at N + 1/2 is frame N + 1, and at frame N its tick has not begun."""
    grid = steady_grid("120", 48_000, Fraction(1, 2))
    assert grid.frame_at_tick(tick) == 25 * tick + 1
    assert grid.frames_at_ticks(np.array([tick])).tolist() == [25 * tick + 1]
    assert grid.tick_at_frame(25 * tick + 1) == tick
    assert grid.tick_at_frame(25 * tick) == tick - 1


@given(tempos, tempos, st.sampled_from(LinearIn), rates_hz, st.integers(1, 10**7))
def test_ticks_beyond_a_last_ramp_go_on_in_its_last_tempo(
    first: Tempo, last: Tempo, shape: LinearIn, rate_hz: int, ticks: int
) -> None:
    """A song that ends in a ramp rings out on a grid that goes on."""
    ramp = tempo_map([TempoSpan(0, first, last, shape)], 3840)
    grid = Grid(ramp, rate_hz, Fraction(0))
    tick = 3840 + ticks
    exact = grid.exact_frame_at_tick(3840) + ticks * last.frames_per_tick(rate_hz)
    assert abs(grid.frame_at_tick(tick) - exact) <= Fraction(1, 2)
    assert grid.tick_at_frame(grid.frame_at_tick(tick)) == tick


def test_a_ramp_between_tempos_that_no_double_can_tell_apart_has_frames() -> None:
    """It is as good as steady."""
    nearly = Tempo(Fraction(120) + Fraction(1, 10**20))
    for shape in LinearIn:
        ramp = tempo_map([TempoSpan(0, Tempo(Fraction(120)), nearly, shape)], 3840)
        grid = Grid(ramp, 48_000, Fraction(0))
        assert grid.frames_at_ticks(np.arange(0, 3841, 960)).tolist() == [0, 24_000, 48_000, 72_000, 96_000]  # fmt: skip
        assert grid.tick_at_frame(24_000) == 960


def test_a_ramp_that_lasts_for_a_day_is_exact_in_both_directions() -> None:
    """Doubles alone would be out of digits here."""
    quarters = 24 * 60 * 120
    ramp = tempo_map([TempoSpan(0, Tempo(Fraction(100)), Tempo(Fraction(140)))], quarters * 960)
    grid = Grid(ramp, 192_000, Fraction(10**15) + Fraction(1, 3))
    for tick in (1, 960, quarters * 480, quarters * 960 - 1):
        assert abs(grid.frame_at_tick(tick) - grid.exact_frame_at_tick(tick)) <= Fraction(1, 2)
        assert grid.tick_at_frame(grid.frame_at_tick(tick)) == tick


@pytest.mark.parametrize("shape", LinearIn)
def test_where_a_double_cannot_tell_which_frame_is_nearer_the_oracle_can(shape: LinearIn) -> None:
    """Of two million ticks, those nearest to half a frame are on the right one of the two."""
    quarters = 4 * 24 * 60 * 120
    ramp = TempoSpan(0, Tempo(Fraction(100)), Tempo(Fraction(140)), shape)
    song = Song("Days", (Section("Days", quarters // 4, (ramp,)),))
    grid = Grid(song.tempo_map, 192_000, Fraction(0))
    ticks = np.arange(quarters * 960 - 2_000_000, quarters * 960, dtype=np.int64)
    frames = grid.frames_at_ticks(ticks)
    done = ticks / (quarters * 960)
    if shape is LinearIn.BEATS:
        near = 60 * 192_000 * quarters / 40 * np.log1p(0.4 * done)
    else:
        near = 60 * 192_000 * quarters / 4800 * 2 * (np.sqrt(1e4 + 9600 * done) - 100)
    doubtful = np.flatnonzero(np.abs(near % 1 - 0.5) < 3e-5)
    assert len(doubtful) > 20
    course = Course(list(song.sections))
    for tick, frame in zip(ticks[doubtful].tolist(), frames[doubtful].tolist(), strict=True):
        assert abs(frame - course.seconds(Fraction(tick, 960)) * 192_000) <= HALF_A_SAMPLE
        assert frame == grid.frame_at_tick(tick)
