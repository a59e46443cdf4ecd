"""Ticks, frames, bars and beats. The oracles count in decimals, with none of the code they judge."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.tempo import BarBeat, Grid, Meter, Tempo, bar_beat_at_tick, tick_of_bar

RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)

tempos = st.fractions(min_value=20, max_value=400, max_denominator=1000)
origins = st.fractions(min_value=0, max_value=2**40, max_denominator=10**6)
meters = st.builds(Meter, st.integers(1, 32), st.sampled_from((1, 2, 4, 8, 16, 32)))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any grid that a song at any rate can have."""
    rate_hz = draw(st.sampled_from(RATES_HZ))
    return Grid(draw(origins), Tempo(draw(tempos)).frames_per_tick(rate_hz))


def frame_by_decimals(quarters: int, quarters_per_minute: str, rate_hz: int) -> int:
    """Return where a quarter note lies, by decimal arithmetic with sixty digits."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(quarters) * 60 * rate_hz / Decimal(quarters_per_minute)
        return int((exact + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def song_grid(quarters_per_minute: str, rate_hz: int) -> Grid:
    """Return a grid that begins on frame 0."""
    return Grid(Fraction(0), Tempo(Fraction(quarters_per_minute)).frames_per_tick(rate_hz))


def test_an_hour_at_110_ends_on_its_frame() -> None:
    """An hour at 110 quarter notes a minute ends on frame 172 800 000, not 1200 frames later."""
    assert song_grid("110", 48_000).frame_at_tick(110 * 60 * 960) == 172_800_000


@pytest.mark.parametrize("quarters_per_minute", ["110", "127.3", "113.7", "92.5", "399.999"])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_day_of_quarter_notes_stays_exact(quarters_per_minute: str, rate_hz: int) -> None:
    """At any tempo and rate a quarter note is on the frame that sixty-digit decimals give."""
    grid = song_grid(quarters_per_minute, rate_hz)
    quarters_in_a_day = int(Decimal(quarters_per_minute) * 60 * 24)
    for quarters in (0, 1, 2, 3, 997, 86_399, quarters_in_a_day - 1, quarters_in_a_day):
        oracle_frame = frame_by_decimals(quarters, quarters_per_minute, rate_hz)
        assert grid.frame_at_tick(quarters * 960) == oracle_frame


@given(grids(), st.integers(-(10**9), 10**9))
def test_a_tick_is_found_again_from_its_frame(grid: Grid, tick: int) -> None:
    """From a tick to its frame and back is the same tick, where a tick is longer than a frame."""
    frame = grid.frame_at_tick(tick)
    found_tick = grid.tick_at_frame(frame)
    assert found_tick >= tick
    assert grid.frame_at_tick(found_tick) == frame
    if grid.frames_per_tick >= 1:
        assert found_tick == tick


@given(grids(), st.integers(-(2**40), 2**40))
def test_a_frame_belongs_to_the_last_tick_that_began(grid: Grid, frame: int) -> None:
    """The tick at a frame has begun by then, and the next one has not."""
    tick = grid.tick_at_frame(frame)
    assert grid.frame_at_tick(tick) <= frame < grid.frame_at_tick(tick + 1)


@pytest.mark.parametrize("tick", [-3, -1, 0, 1, 2, 10**9])
def test_halfway_between_two_frames_is_the_later_one_in_both_directions(tick: int) -> None:
    """A place at N + 1/2 is frame N + 1, and at frame N its tick has not begun."""
    grid = Grid(Fraction(1, 2), Fraction(25))
    assert grid.frame_at_tick(tick) == 25 * tick + 1
    assert grid.tick_at_frame(25 * tick + 1) == tick
    assert grid.tick_at_frame(25 * tick) == tick - 1


@given(grids(), st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_later_ticks_are_never_earlier(grid: Grid, tick: int, ticks_later: int) -> None:
    """Time runs forward: frames rise with ticks."""
    assert grid.frame_at_tick(tick) <= grid.frame_at_tick(tick + ticks_later)


@given(grids(), st.integers(-(10**9), 10**9))
def test_a_tick_is_one_rounding_away_from_its_place(grid: Grid, tick: int) -> None:
    """No frame is more than half a frame from the exact place."""
    exact_frame = grid.origin_frame + tick * grid.frames_per_tick
    assert abs(grid.frame_at_tick(tick) - exact_frame) <= Fraction(1, 2)


@given(meters, st.integers(-100, 10_000), st.integers(0, 31), st.integers(0, 119))
def test_bars_and_beats_count_as_people_do(meter: Meter, bar: int, beat: int, rest: int) -> None:
    """A tick within beat N of bar M is called M.N, also before bar 1."""
    beat %= meter.beats_per_bar
    tick = tick_of_bar(bar, meter) + beat * meter.ticks_per_beat + rest
    assert bar_beat_at_tick(tick, meter) == BarBeat(bar, beat + 1)


def test_bar_1_is_tick_0_and_the_bar_before_it_is_bar_0() -> None:
    """The song's first downbeat is 1.1, and the last tick of the count-in is in bar 0."""
    assert str(bar_beat_at_tick(0, Meter(7, 8))) == "1.1"
    assert str(bar_beat_at_tick(-1, Meter(7, 8))) == "0.7"


@pytest.mark.parametrize(
    ("meter", "ticks_per_bar"),
    [(Meter(4, 4), 3840), (Meter(7, 8), 3360), (Meter(5, 4), 4800), (Meter(11, 16), 2640)],
)
def test_odd_meters_have_whole_bars(meter: Meter, ticks_per_bar: int) -> None:
    """A bar of any meter is a whole number of ticks: 960 to the quarter note."""
    assert meter.ticks_per_bar == ticks_per_bar


@pytest.mark.parametrize("quarters_per_minute", [0, -1, Fraction(-1, 1000)])
def test_a_tempo_of_nothing_is_refused(quarters_per_minute: Fraction) -> None:
    """A tempo of zero or less is refused in a sentence that says what was found."""
    with pytest.raises(ValueError, match=f"above 0.*found {quarters_per_minute}"):
        Tempo(Fraction(quarters_per_minute))


@pytest.mark.parametrize(
    ("beats_per_bar", "note_value", "words"),
    [(0, 4, "1 to 32 beats"), (33, 4, "1 to 32 beats"), (4, 3, "one of 1, 2, 4"), (4, 0, "4/0")],
)
def test_a_meter_nobody_can_count_is_refused(
    beats_per_bar: int, note_value: int, words: str
) -> None:
    """A meter without a whole number of ticks is refused, and the sentence says what is allowed."""
    with pytest.raises(ValueError, match=words):
        Meter(beats_per_bar, note_value)


@pytest.mark.parametrize(
    ("quarters_per_minute", "written"),
    [("120", "120"), ("92.5", "92.5"), ("113.7", "113.7"), ("127.125", "127.125"), ("400", "400")],
)
def test_a_tempo_reads_as_it_was_written(quarters_per_minute: str, written: str) -> None:
    """The screen and the log show the tempo as the song's author wrote it."""
    assert str(Tempo(Fraction(quarters_per_minute))) == written
