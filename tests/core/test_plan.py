"""Every click of any song on its frame, judged by an oracle that shares no code with the program."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import rates_hz, songs
from core.oracle import HALF_A_SAMPLE, Sound, heard
from countoff.core.grid import Grid
from countoff.core.mixer import Program, mix
from countoff.core.plan import Click, clicks, score
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.core.voice import Voice

FOR_QUARTERS: Final = 120
any_origin = st.one_of(
    st.integers(0, 2**40).map(Fraction), st.fractions(0, 2**40, max_denominator=10**6)
)


def grid_of(song: Song, rate_hz: int = 48_000, origin_frame: Fraction = Fraction(0)) -> Grid:
    """Return the grid of a take of `song`."""
    return Grid(song.tempo_map, rate_hz, origin_frame)


def end_of(song: Song, quarters: int = FOR_QUARTERS) -> int:
    """Return the tick so many quarters after the place where takes of `song` begin."""
    return song.start_ticks[song.start_index] + quarters * 960


def judge(played: list[Click], expected: list[Sound], grid: Grid) -> None:
    """Hold the clicks against the oracle's: the same ones, each within half a sample."""
    assert [(Fraction(click.tick, 960), click.voice.name) for click in played] == [
        (sound.quarters, sound.voice) for sound in expected
    ]
    for click, sound in zip(played, expected, strict=True):
        off_frames = abs(click.frame - sound.frame(grid.origin_frame, grid.rate_hz))
        assert off_frames <= HALF_A_SAMPLE, (click, off_frames)
        assert click.level == pytest.approx(sound.gain, rel=1e-12)


@given(songs(), rates_hz, any_origin)
def test_every_click_is_within_half_a_sample_of_the_oracle(
    song: Song, rate_hz: int, origin_frame: Fraction
) -> None:
    """No click is missing, none too many, each on its frame, in its voice, at its level."""
    grid = grid_of(song, rate_hz, origin_frame)
    played = list(clicks(song, grid, song.first_tick, end_of(song)))
    judge(played, heard(song, until=Fraction(FOR_QUARTERS)), grid)


@given(songs())
def test_every_click_is_in_the_bar_and_beat_of_the_oracle(song: Song) -> None:
    """The screen and the log name the place of a click as the score does, from any section on."""
    for start in range(len(song.sections)):
        started = song.starting_at(start)
        sounds = heard(song, start=start, until=Fraction(FOR_QUARTERS))
        counted = started.start_ticks[start] - started.counting.ticks
        for sound in sounds:
            if sound.quarters * 960 >= counted and not sound.voice.startswith("COUNT_IN"):
                place = started.place_at_tick(int(sound.quarters * 960))
                assert (place.bar, place.beat) == (sound.bar, sound.beat)


@given(songs(), rates_hz, any_origin)
def test_a_song_started_at_any_section_is_the_whole_song_from_there(
    song: Song, rate_hz: int, origin_frame: Fraction
) -> None:
    """From the section's downbeat on its clicks are the whole song's own, sample for sample."""
    whole = list(clicks(song, grid_of(song, rate_hz, origin_frame), 0, 400 * 960))
    for start, start_tick in enumerate(song.start_ticks):
        started = song.starting_at(start)
        later_frames = 987_654_321 * start
        grid = grid_of(started, rate_hz, origin_frame + later_frames)
        played = list(clicks(started, grid, started.first_tick, 400 * 960))
        judge(
            [click for click in played if click.tick < end_of(started)],
            heard(song, start=start, until=Fraction(FOR_QUARTERS)),
            grid,
        )
        assert [
            Click(click.frame - later_frames, click.voice, click.tick, click.level)
            for click in played
            if click.tick >= start_tick
        ] == [click for click in whole if click.tick >= start_tick]


@settings(max_examples=30)
@given(songs(most_sections=3, most_bars=3), rates_hz, st.integers(0, 2))
def test_a_looped_section_comes_round_exactly(song: Song, rate_hz: int, start: int) -> None:
    """Every pass has the song's own bar numbers, and no pass is a sample off the oracle."""
    start = min(start, len(song.sections) - 1)
    if song.sections[start].bars is None:
        assert song.looping(start) == song.starting_at(start)
        return
    looped = song.looping(start)
    passes = len(looped.sections) - start
    grid = grid_of(looped, rate_hz)
    played = list(clicks(looped, grid, looped.first_tick, end_of(looped)))
    expected = heard(song, start=start, passes=passes, until=Fraction(FOR_QUARTERS))
    judge(played, expected, grid)
    for sound in expected:
        if not sound.voice.startswith("COUNT_IN"):
            place = looped.place_at_tick(int(sound.quarters * 960))
            assert (place.bar, place.beat) == (sound.bar, sound.beat)


@given(songs(), rates_hz, any_origin, st.integers(200, 30_000))
def test_a_plan_made_in_stretches_has_every_click_once(
    song: Song, rate_hz: int, origin_frame: Fraction, stretch_ticks: int
) -> None:
    """However a plan is cut into stretches, together they are the plan: no click twice, none lost."""
    grid = grid_of(song, rate_hz, origin_frame)
    from_tick, to_tick = song.first_tick - 1000, song.first_tick + 50_000
    cuts = [*range(from_tick, to_tick, stretch_ticks), to_tick]
    pieces = [
        click for one, next_one in pairwise(cuts) for click in clicks(song, grid, one, next_one)
    ]
    assert pieces == list(clicks(song, grid, from_tick, to_tick))


@given(songs(), rates_hz)
def test_clicks_rise_and_never_share_a_frame(song: Song, rate_hz: int) -> None:
    """The plan is in order, with one voice at a place at most."""
    for one, next_one in pairwise(clicks(song, grid_of(song, rate_hz), song.first_tick, 10**5)):
        assert one.tick < next_one.tick
        assert one.frame < next_one.frame


@given(songs(), st.fractions(Fraction(1, 4), 4, max_denominator=1000), rates_hz)
def test_a_song_at_another_tempo_keeps_its_proportions(
    song: Song, ratio: Fraction, rate_hz: int
) -> None:
    """Nudged or tapped, every click comes where the oracle finds it, the ratio times as fast."""
    quick = song.at_tempo(Tempo(song.sections[0].tempo.quarters_per_minute * ratio))
    if any(section.subdivision is Subdivision.AUTO for section in song.sections):
        return
    grid = grid_of(quick, rate_hz)
    played = list(clicks(quick, grid, quick.first_tick, end_of(quick)))
    slow = heard(song, until=Fraction(FOR_QUARTERS))
    assert len(played) == len(slow)
    for click, sound in zip(played, slow, strict=True):
        exact_frame = sound.seconds * rate_hz * ratio.denominator / ratio.numerator
        assert abs(click.frame - exact_frame) <= HALF_A_SAMPLE


@settings(max_examples=40)
@given(songs(), st.lists(st.integers(1, 5000), min_size=1, max_size=20), st.integers(0, 2**32))
def test_any_sequence_of_block_sizes_gives_the_same_samples(
    song: Song, sizes: list[int], origin_frame: int
) -> None:
    """What the callback makes of a song does not depend on how it is asked for it."""
    grid = grid_of(song, 44_100, Fraction(origin_frame))
    from_tick = song.start_tick - 1920
    ticks, voices, levels = score(song, from_tick, from_tick + 30_000)
    noise = np.random.default_rng(1)
    bank = tuple(noise.uniform(-0.3, 0.3, size).astype(np.float32) for size in (900, 1, 700, 50, 1300, 400))  # fmt: skip
    gains = noise.uniform(0, 1, (len(bank), 2)).astype(np.float32)
    program = Program(grid.frames_at_ticks(ticks), voices, levels.astype(np.float32), gains)
    begin_frame = grid.frame_at_tick(from_tick) + 33
    whole = np.empty((60_000, 2), dtype=np.float32)
    mix(whole, begin_frame, program, bank, 1300)
    done, number = 0, 0
    while done < len(whole):
        block = np.empty((min(sizes[number % len(sizes)], len(whole) - done), 2), dtype=np.float32)
        mix(block, begin_frame + done, program, bank, 1300)
        assert np.array_equal(block, whole[done : done + len(block)])
        done += len(block)
        number += 1


@pytest.mark.parametrize(
    ("quarters_per_minute", "frames_times", "parts"),
    # A beat lasts exactly frames_times / parts frames at 48 kHz.
    [("110", 288_000, 11), ("127.3", 28_800_000, 1273)],
)
def test_24_hours_of_plan_end_on_the_exact_frame(
    quarters_per_minute: str, frames_times: int, parts: int
) -> None:
    """A day of plan, made in stretches of 30 s, has every click on its frame up to the last."""
    song = steady_song("Day", Tempo(Fraction(quarters_per_minute)))
    grid = grid_of(song)
    beats_in_a_day = 24 * 3600 * 48_000 * parts // frames_times
    assert beats_in_a_day * frames_times == 24 * 3600 * 48_000 * parts
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


@pytest.mark.parametrize("rate_hz", [44_100, 192_000])
def test_an_hour_that_never_keeps_a_tempo_is_exact_to_its_last_click(rate_hz: int) -> None:
    """A hundred ramps up and down, of both shapes, for an hour: the last one is as exact."""
    up, down = Tempo(Fraction("40")), Tempo(Fraction("300"))
    sections = tuple(
        Section(
            f"Part {number}",
            16,
            (TempoSpan(0, *((up, down) if number % 2 else (down, up)), list(LinearIn)[number // 2 % 2]),),
            Meter(7 + number % 3, 8),
        )
        for number in range(200)
    )  # fmt: skip
    song = Song("Hour", sections)
    grid = grid_of(song, rate_hz)
    assert song.length_ticks is not None
    assert song.tempo_map.seconds_at_tick(song.length_ticks) > 3600
    played = list(clicks(song, grid, song.first_tick, song.length_ticks))
    judge(played, heard(song, until=Fraction(10**6)), grid)


@pytest.mark.parametrize("shape", LinearIn)
@pytest.mark.parametrize(
    ("first", "last", "bars"), [("10", "999", 1), ("999", "10", 1), ("40", "300", 1000), ("300", "40", 1000), ("120", "120.001", 9999)]
)  # fmt: skip
def test_the_longest_and_steepest_ramps_are_exact(
    first: str, last: str, bars: int, shape: LinearIn
) -> None:
    """A ramp over one bar, over a thousand, and one that hardly moves over as many as there are."""
    span = TempoSpan(0, Tempo(Fraction(first)), Tempo(Fraction(last)), shape)
    subdivision = Subdivision.SIXTEENTH if bars == 1 else Subdivision.NONE
    section = Section("Ramp", bars, (span,), subdivision=subdivision)
    song = Song("Ramp", (section, Section("After", 2, (TempoSpan(0, Tempo(Fraction(last))),))))
    grid = grid_of(song, 192_000)
    begin = max(song.start_ticks[1] - 400 * 960, song.first_tick)
    played = list(clicks(song, grid, begin, 10**9))
    judge(played, heard(song, since=Fraction(begin, 960), until=Fraction(10**6)), grid)


@pytest.mark.parametrize("quarters_per_minute", [10, 999])
def test_the_longest_song_at_the_slowest_and_quickest_tempo_is_exact(
    quarters_per_minute: int,
) -> None:
    """9999 bars at 10 and at 999 quarter notes a minute end where they must."""
    song = steady_song("Long", Tempo(Fraction(quarters_per_minute)), bars=9999)
    *_, last = clicks(song, grid_of(song, 192_000), song.first_tick, 10**9)
    beats = 9999 * 4 - 1
    twice = 2 * beats * 60 * 192_000
    assert last.frame == (twice + quarters_per_minute) // (2 * quarters_per_minute)


def test_a_loop_of_one_bar_repeats_to_the_sample() -> None:
    """One bar, again and again: each pass begins where so many bars fit, and is called that bar."""
    song = steady_song("One", Tempo(Fraction("113.7")), first_bars=[("A", 1), ("B", 5), ("C", 6)])
    looped = song.looping(1)
    grid = grid_of(looped)
    ones = [
        click
        for click in clicks(looped, grid, looped.start_tick, 10**7)
        if click.voice is Voice.ACCENT
    ]
    assert len(ones) == len(looped.sections) - 1
    for number, click in enumerate(ones):
        exact_frame = Fraction((4 + number) * 4 * 60 * 48_000 * 10, 1137)
        assert abs(click.frame - exact_frame) <= Fraction(1, 2)
        assert looped.place_at_tick(click.tick) == (5, 1)


def test_many_tempos_that_share_no_measure_stay_exact() -> None:
    """A tempo per beat for 300 bars, none a multiple of another: the last click is as exact."""
    spans = tuple(
        TempoSpan(beat * 960, Tempo(Fraction(90_001 + 37 * beat % 9973, 1000)))
        for beat in range(1200)
    )
    song = Song("Drawn", (Section("All", 300, spans),))
    grid = grid_of(song, 44_100)
    played = list(clicks(song, grid, song.first_tick, 10**9))
    judge(played, heard(song, until=Fraction(10**6)), grid)


@pytest.mark.parametrize("length_bars", [1, 2, 16])
@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(7, 8)])
def test_no_click_on_the_downbeat_after_a_length(length_bars: int, meter: Meter) -> None:
    """A song of N bars has its last click on the last beat of bar N, however far one asks."""
    song = steady_song("Kingdom", Tempo(Fraction(120)), meter, bars=length_bars)
    played = list(clicks(song, grid_of(song), 0, 10**6))
    assert played[-1].tick == length_bars * meter.ticks_per_bar - meter.ticks_per_beat
    assert len(played) == length_bars * meter.beats_per_bar


def test_nothing_sounds_before_the_count_in() -> None:
    """Asked for earlier ticks than there are, the plan begins with the count-in."""
    song = steady_song("Kingdom", Tempo(Fraction(120)))
    assert next(clicks(song, grid_of(song), -(10**6), 960)).tick == song.first_tick == -7680


def test_a_free_song_has_no_click() -> None:
    """Takes of a song without tempo are silent, however long they last."""
    song = free_song("Improvisation")
    assert list(clicks(song, grid_of(song), -(10**6), 10**6)) == []
