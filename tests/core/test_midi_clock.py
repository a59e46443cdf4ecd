"""The MIDI clock's pulses and cues, held against the oracle's own arithmetic."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import rates_hz, songs
from core.oracle import HALF_A_SAMPLE, Course, count_in, real
from countoff.core.count_in import NO_COUNT_IN, CountIn
from countoff.core.grid import Grid
from countoff.core.midi_clock import (
    ClockOpening,
    ClockStart,
    ClockStretch,
    ClockWord,
    Cue,
    clock_opening,
    clock_stretch,
    opening_stretch,
)
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan

if TYPE_CHECKING:
    from core.oracle import Any

PULSE = Fraction(1, 24)
SIXTEENTH = Fraction(1, 4)
MOST_PULSES = 500
starts = st.sampled_from((ClockStart.COUNT_IN, ClockStart.BAR_1))


def entry_of(song: Song, start: int) -> Fraction:
    """Return how many quarters before section `start` the song has."""
    return sum(
        (
            Fraction(4 * section.meter.beats_per_bar, section.meter.note_value)
            * (section.bars or 0)
            for section in song.sections[:start]
        ),
        Fraction(0),
    )


def pulses_expected(song: Song, start: int, first: Fraction, count: int, rate_hz: int) -> list[Any]:
    """Return the exact frames of `count` pulses from `first` quarters of the song on."""
    course = Course(list(song.sections[start:]))
    entry = entry_of(song, start)
    entry_s = Course(list(song.sections)).seconds(entry)
    return [
        real(Fraction(7)) + (entry_s + course.seconds(first + n * PULSE - entry)) * rate_hz
        for n in range(count)
    ]


@settings(max_examples=60)
@given(songs(), st.integers(0, 4), starts, rates_hz)
def test_every_pulse_within_half_a_sample(
    song: Song, start: int, clock_start: ClockStart, rate_hz: int
) -> None:
    """24 to each quarter from the clock's beginning on, through ramps and meters, to the song's end."""
    start = min(start, len(song.sections) - 1)
    taken = song.starting_at(start)
    opening = clock_opening(taken, clock_start)
    assert opening is not None
    grid = Grid(taken.tempo_map, rate_hz, Fraction(7))
    end_tick = opening.pulse_tick + 40 * MOST_PULSES
    if song.length_ticks is not None:
        end_tick = min(end_tick, song.length_ticks)
    stretch = opening_stretch(opening, grid, end_tick)
    count = len(stretch.frames)
    assert count == -(-(end_tick - opening.pulse_tick) // 40)
    expected = pulses_expected(song, start, Fraction(opening.pulse_tick, 960), count, rate_hz)
    for frame, exact in zip(stretch.frames, expected, strict=True):
        assert abs(frame - exact) <= HALF_A_SAMPLE


@given(songs(), st.integers(0, 4), rates_hz, st.lists(st.integers(1, 4000), max_size=6))
def test_stretches_join(song: Song, start: int, rate_hz: int, lengths: list[int]) -> None:
    """Planned in any stretches the pulses are the same: none twice, and none left out."""
    taken = song.starting_at(min(start, len(song.sections) - 1))
    grid = Grid(taken.tempo_map, rate_hz, Fraction(7))
    edges = list(itertools.accumulate(lengths, initial=taken.first_tick))
    parts = [clock_stretch(grid, a, b) for a, b in itertools.pairwise(edges)]
    joined = [frame for part in parts for frame in part.frames]
    assert joined == list(clock_stretch(grid, edges[0], edges[-1]).frames)


@settings(max_examples=100)
@given(songs(), st.integers(0, 4), starts, rates_hz)
def test_cues_lie_where_receivers_need_them(
    song: Song, start: int, clock_start: ClockStart, rate_hz: int
) -> None:
    """Start after the pulse before, at most 5 ms early; a position 50 ms before, and on its place."""
    start = min(start, len(song.sections) - 1)
    taken = song.starting_at(start)
    opening = clock_opening(taken, clock_start)
    assert opening is not None
    grid = Grid(taken.tempo_map, rate_hz, Fraction(7))
    stretch = opening_stretch(opening, grid, opening.start_tick + 4000)
    frame_of_tick = dict(zip(range(stretch.first_tick, 1 << 30, 40), stretch.frames, strict=False))
    *position, going = stretch.cues
    start_frame = frame_of_tick[opening.start_tick]
    before_frame = frame_of_tick.get(opening.start_tick - 40)
    assert going.tick == opening.start_tick
    assert before_frame is None or before_frame < going.frame
    assert going.frame < start_frame <= going.frame + rate_hz * 5 / 1000
    quarter_s = 60 / taken.tempo_map.quarters_per_minute_at_tick(opening.start_tick)
    if quarter_s / 24 > Fraction(1, 400) and before_frame is not None:
        assert start_frame - going.frame >= rate_hz / 1000 - 1
    top = top_of(song, clock_start)
    sixteenths = (Fraction(opening.start_tick, 960) - top) / SIXTEENTH
    if going.word is ClockWord.START:
        assert position == []
        assert sixteenths == 0
    else:
        (one,) = position
        assert (one.word, one.sixteenths) == (ClockWord.POSITION, sixteenths)
        assert going.frame - one.frame >= rate_hz * 50 / 1000
        assert one.frame <= stretch.frames[0]


def top_of(song: Song, clock_start: ClockStart) -> Fraction:
    """Return where the DAW's bar 1 is, in quarters of the song."""
    if clock_start is ClockStart.BAR_1:
        return Fraction(0)
    counted = count_in(song, song.sections[0], pick_up := Fraction(song.pick_up_ticks, 960))
    begins = Fraction(song.starting_at(0).first_tick, 960)
    # What is counted in silence is counted too.
    assert begins <= min((place for place, _ in counted), default=-pick_up)
    return -(-begins // PULSE) * PULSE


@given(songs(), st.integers(0, 4), starts)
def test_the_daw_begins_where_it_is_asked_to(
    song: Song, start: int, clock_start: ClockStart
) -> None:
    """On the take's first bar line or with the count-in; within a sixteenth of it, and said so."""
    start = min(start, len(song.sections) - 1)
    taken = song.starting_at(start)
    opening = clock_opening(taken, clock_start)
    assert opening is not None
    assert opening.pulse_tick <= opening.start_tick
    # Before the DAW's bar 1 there is nowhere to begin: it is waited for.
    assert abs(opening.late_ticks) < 240 or opening.sixteenths == 0
    if clock_start is ClockStart.BAR_1:
        assert opening.start_tick - opening.late_ticks == entry_of(song, start) * 960
        assert start or opening == ClockOpening(opening.pulse_tick, 0, 0)
    else:
        assert 0 <= opening.start_tick - opening.late_ticks - taken.first_tick < 40
        assert start or opening.sixteenths == 0


def steady(tempo: int = 120, meter: Meter | None = None, **said: Any) -> Song:
    """Return a song of one tempo."""
    return steady_song("Steady", Tempo(Fraction(tempo)), meter or Meter(4, 4), **said)


def opened(song: Song, clock_start: ClockStart) -> ClockStretch:
    """Return the first second of its clock at 48 kHz, bar 1 on frame 480 000."""
    opening = clock_opening(song, clock_start)
    assert opening is not None
    grid = Grid(song.tempo_map, 48_000, Fraction(480_000))
    return opening_stretch(opening, grid, opening.pulse_tick + 1920)


def test_from_the_top() -> None:
    """Start with bar 1, or with the first count: 3 ms before that pulse."""
    song = steady()
    assert opened(song, ClockStart.BAR_1).cues == (Cue(0, 479_856, ClockWord.START),)
    counted = opened(song, ClockStart.COUNT_IN)
    assert counted.frames[:3] == (288_000, 289_000, 290_000)
    assert counted.cues == (Cue(-7680, 287_856, ClockWord.START),)


def test_the_tempo_alone() -> None:
    """Pulses as with the count-in, and not a word: something else starts the DAW."""
    for song in (steady(), steady(first_bars=[("Verse", 1), ("Bridge", 17)]).starting_at(1)):
        alone, counted = opened(song, ClockStart.TEMPO), opened(song, ClockStart.COUNT_IN)
        assert alone.cues == ()
        assert (alone.first_tick, alone.frames) == (counted.first_tick, counted.frames)


def test_from_a_section() -> None:
    """Position in sixteenths from bar 1 and Continue; with the count-in, from the first count on."""
    song = steady(first_bars=[("Verse", 1), ("Bridge", 17)]).starting_at(1)
    bridge_frame = 480_000 + 16 * 96_000
    on_bar = opened(song, ClockStart.BAR_1).cues
    assert on_bar == (
        Cue(16 * 3840 - 7680, bridge_frame - 192_000, ClockWord.POSITION, 256),
        Cue(16 * 3840, bridge_frame - 144, ClockWord.CONTINUE),
    )
    counted = opened(song, ClockStart.COUNT_IN).cues
    assert counted == (
        Cue(14 * 3840, bridge_frame - 192_000 - 144 - 3840, ClockWord.POSITION, 256),
        Cue(14 * 3840, bridge_frame - 192_000 - 144, ClockWord.CONTINUE),
    )


def test_a_loop_runs_on() -> None:
    """The second pass has no cue of its own: its pulses follow those of the first."""
    song = steady(first_bars=[("Verse", 1), ("Bridge", 3), ("Out", 5)]).looping(1)
    opening = clock_opening(song, ClockStart.BAR_1)
    assert opening == ClockOpening(0, 7680, 32)
    grid = Grid(song.tempo_map, 48_000, Fraction(0))
    frames = clock_stretch(grid, 7680, 7680 * 4).frames
    assert {b - a for a, b in itertools.pairwise(frames)} == {1000}


def test_between_two_sixteenths() -> None:
    """A bar line on a 32nd: the DAW goes on from the sixteenth before, and that is said."""
    song = steady(meter=Meter(7, 32), first_bars=[("A", 1), ("B", 2)]).starting_at(1)
    assert clock_opening(song, ClockStart.BAR_1) == ClockOpening(-840, 720, 3, -120)
    uncounted = Song(song.title, song.sections, NO_COUNT_IN, start_index=1)
    assert clock_opening(uncounted, ClockStart.BAR_1) == ClockOpening(840, 960, 4, 120)


def test_further_than_a_position_can_say() -> None:
    """Beyond 1024 bars there is a Continue and no position."""
    song = steady(first_bars=[("A", 1), ("B", 1026)]).starting_at(1)
    opening = clock_opening(song, ClockStart.BAR_1)
    assert opening is not None
    assert opening.sixteenths is None
    assert [cue.word for cue in opened(song, ClockStart.BAR_1).cues] == [ClockWord.CONTINUE]


def test_a_longer_count_in_before_the_daws_top() -> None:
    """Where a section's count-in begins before the DAW's bar 1, the DAW starts with that bar."""
    short = steady(first_bars=[("A", 1), ("B", 2)], count_in=CountIn(2))
    long = Song("Longer", short.sections, CountIn(2, is_half_time=True)).starting_at(1)
    opening = clock_opening(long, ClockStart.COUNT_IN)
    assert opening is not None
    assert opening.sixteenths is not None
    assert opening.sixteenths >= 0


@pytest.mark.parametrize("clock_start", ClockStart)
def test_no_clock(clock_start: ClockStart) -> None:
    """A song without tempo has none, and no song has one where it is off."""
    assert clock_opening(free_song("Improvised"), clock_start) is None
    assert (clock_opening(steady(), clock_start) is None) == (clock_start is ClockStart.OFF)


def test_after_the_end_it_runs_on_at_the_last_tempo() -> None:
    """A ritardando from 120 to 60 is over: pulses then come as they do at 60."""
    song = steady(bars=2)
    ramp = TempoSpan(0, Tempo(Fraction(120)), Tempo(Fraction(60)))
    slowing = Song(song.title, (replace(song.sections[0], tempos=(ramp,)),))
    assert slowing.length_ticks == 7680
    grid = Grid(slowing.tempo_map, 48_000, Fraction(0))
    frames = clock_stretch(grid, 7680, 15360).frames
    assert {b - a for a, b in itertools.pairwise(frames)} == {2000}
