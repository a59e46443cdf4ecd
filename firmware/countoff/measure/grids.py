"""The plan that a measurement is held against: a song's clicks, and the grid that they lie on.

For commands only; reads the song and the configuration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.grid import Grid, corrected_rate_hz
from countoff.core.mixer import Program
from countoff.core.plan import score
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.command_line import complain, found_song
from countoff.songs.rendering import CannotRenderError, starting_at
from countoff.songs.sounds import sounds_of_output

if TYPE_CHECKING:
    import argparse

    from numpy.typing import NDArray

    from countoff.config.load import Loaded
    from countoff.core.song import Song

_MOST_TICKS = 10_000 * 4 * TICKS_PER_QUARTER
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Played:
    """A song as a take plays it, and what it sounds like on the first output."""

    song: Song
    program: Program
    bank: tuple[NDArray[np.float32], ...]


def asked_song(arguments: argparse.Namespace) -> Song:
    """Return the song that is asked for, from the section that is asked for.

    Raises CannotRenderError where there is none.
    """
    found = found_song(arguments)
    if found is None:
        raise CannotRenderError("Without its song a take cannot be held against anything.")
    if found.song.is_free:
        raise CannotRenderError(f'"{found.song.title}" has no tempo, and so no click.')
    return starting_at(found.song, arguments.section) if arguments.section else found.song


def as_played(song: Song, loaded: Loaded, rate_hz: int, seconds: float) -> Played:
    """Return what a take of `song` plays, where it has no end for at least `seconds`.

    Its frame 0 is that of the take's first beat. Raises CannotRenderError.
    """
    sounds, faults = sounds_of_output(loaded, rate_hz)
    for sentence in faults:
        complain(sentence)
    grid = grid_of(song, loaded, rate_hz)
    ticks, voices, levels = score(song, song.first_tick, _end_tick(song, seconds))
    program = Program(
        frames=grid.frames_at_ticks(ticks),
        voices=voices,
        levels=levels.astype(np.float32),
        gains=np.array(sounds.gains, dtype=np.float32)[:, np.newaxis],
    )
    return Played(song, program, sounds.bank)


def grid_of(song: Song, loaded: Loaded, rate_hz: int, first_frame: int = 0) -> Grid:
    """Return the grid of a take of `song` whose first beat is on `first_frame`."""
    grid_hz = corrected_rate_hz(rate_hz, Fraction(str(loaded.config.audio.rate_ppm)))
    before_frames = song.tempo_map.seconds_at_tick(song.first_tick) * grid_hz
    # Whole, as that of a take is.
    origin_frame = Fraction(first_frame - math.floor(before_frames + _HALF))
    return Grid(song.tempo_map, grid_hz, origin_frame)


def _end_tick(song: Song, seconds: float) -> int:
    if song.length_ticks is not None:
        return song.length_ticks
    fastest = max(tempo.quarters_per_minute for tempo in song.written_tempos)
    ticks = math.ceil(seconds * fastest / 60 * TICKS_PER_QUARTER)
    return song.next_bar_tick(song.start_ticks[-1] + min(ticks, _MOST_TICKS))
