"""Every click of the example songs, whole and from each section, held against the oracle."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

import countoff
from core.oracle import HALF_A_SAMPLE, Sound, heard
from countoff.core.grid import Grid
from countoff.core.mixer import Program, mix
from countoff.core.plan import Click, clicks, score
from countoff.core.voices import voice_bank
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from countoff.core.song import Song

FILES: Final = sorted((Path(countoff.__file__).parent / "songs" / "examples").glob("*.toml"))
# Of a song that rolls until stopped.
MOST_QUARTERS: Final = 3000
every_example = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def song_of(file: Path) -> Song:
    """Read an example."""
    song, problems = read_song(file)
    assert song is not None
    assert problems == []
    return song


@cache
def heard_of(file: Path, start: int = 0) -> list[Sound]:
    """Return what the oracle hears of an example from a section on: the same at every rate."""
    return heard(song_of(file), start=start, until=Fraction(MOST_QUARTERS))


def played(song: Song, grid: Grid) -> list[Click]:
    """Return every click of a take."""
    begin = song.start_ticks[song.start_index]
    return list(clicks(song, grid, song.first_tick, begin + MOST_QUARTERS * 960))


def judge(song: Song, found: list[Click], expected: list[Sound], grid: Grid) -> None:
    """Hold the clicks against the oracle's: place, bar and beat, frame, voice and level."""
    assert [(Fraction(click.tick, 960), click.voice.name) for click in found] == [
        (sound.quarters, sound.voice) for sound in expected
    ]
    for click, sound in zip(found, expected, strict=True):
        assert abs(click.frame - sound.frame(grid.origin_frame, grid.rate_hz)) <= HALF_A_SAMPLE
        assert click.level == pytest.approx(sound.gain, rel=1e-12)
        if not sound.voice.startswith("COUNT_IN"):
            assert song.place_at_tick(click.tick) == (sound.bar, sound.beat)


def test_there_are_six() -> None:
    """Otherwise nothing below would be shown."""
    assert len(FILES) >= 6


@every_example
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 192_000])
def test_every_click_of_an_example_is_within_half_a_sample(file: Path, rate_hz: int) -> None:
    """From the count-in's first beat to the end of the song."""
    song = song_of(file)
    if song.is_free:
        assert played(song, Grid(song.tempo_map, rate_hz, Fraction(0))) == []
        return
    expected = heard_of(file)
    assert expected
    for origin_frame in (Fraction(0), Fraction(10**9, 7)):
        grid = Grid(song.tempo_map, rate_hz, origin_frame)
        judge(song, played(song, grid), expected, grid)


@every_example
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_an_example_started_anywhere_is_the_whole_song_from_there(file: Path, rate_hz: int) -> None:
    """At each of its sections: the song's bar numbers, and its clicks, sample for sample."""
    song = song_of(file)
    if song.is_free:
        return
    whole = played(song, Grid(song.tempo_map, rate_hz, Fraction(0)))
    for start, start_tick in enumerate(song.start_ticks):
        started = song.starting_at(start)
        later_frames = 31_415_926 * start
        grid = Grid(started.tempo_map, rate_hz, Fraction(later_frames))
        found = played(started, grid)
        judge(started, found, heard_of(file, start), grid)
        end_tick = MOST_QUARTERS * 960
        from_there = [
            Click(click.frame - later_frames, click.voice, click.tick, click.level)
            for click in found
            if start_tick <= click.tick < end_tick
        ]
        assert from_there == [click for click in whole if start_tick <= click.tick]
        assert len(from_there) > 0 or not song.sections[start].has_click


@every_example
def test_each_section_of_an_example_loops_exactly(file: Path) -> None:
    """Pass after pass, in the song's own bars."""
    song = song_of(file)
    for start, section in enumerate(song.sections):
        if section.ticks is None:
            continue
        looped = song.looping(start)
        grid = Grid(looped.tempo_map, 48_000, Fraction(0))
        passes = 3
        begin = song.start_ticks[start]
        found = list(clicks(looped, grid, looped.first_tick, begin + passes * section.ticks))
        expected = heard(song, start=start, passes=passes, until=Fraction(10**6))
        judge(looped, found, expected, grid)


@every_example
def test_an_example_sounds_the_same_in_any_blocks(file: Path) -> None:
    """The samples do not depend on how many are asked for at a time."""
    song = song_of(file)
    grid = Grid(song.tempo_map, 48_000, Fraction(0))
    ticks, voices, levels = score(song, song.first_tick, song.first_tick + MOST_QUARTERS * 960)
    bank = voice_bank(48_000)
    longest = max(map(len, bank))
    gains = np.linspace(0.2, 1, len(bank) * 2, dtype=np.float32).reshape(-1, 2)
    program = Program(grid.frames_at_ticks(ticks), voices, levels.astype(np.float32), gains)
    begin = grid.frame_at_tick(song.first_tick) - 100
    whole = np.empty((20 * 48_000, 2), dtype=np.float32)
    mix(whole, begin, program, bank, longest)
    sizes = np.random.default_rng(3).integers(1, 3000, 2000).cumsum()
    edges = [0, *sizes[sizes < len(whole)].tolist(), len(whole)]
    for first, last in pairwise(edges):
        block = np.empty((last - first, 2), dtype=np.float32)
        mix(block, begin + first, program, bank, longest)
        assert np.array_equal(block, whole[first:last])
