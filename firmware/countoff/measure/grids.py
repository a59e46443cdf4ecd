"""The plan that a measurement is held against: a song's clicks, and the grid that they lie on.

For commands only; reads the song and the configuration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.grid import Grid
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.command_line import complain, found_song
from countoff.songs.rendering import CannotRenderError, laid_out, starting_at
from countoff.songs.sounds import sounds_of_output

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from countoff.config.load import Loaded
    from countoff.core.mixer import Program
    from countoff.core.song import Song

_MOST_BARS = 9999
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
    """Return what a take of `song` plays in at least `seconds`. Raises CannotRenderError."""
    sounds, faults = sounds_of_output(loaded, rate_hz)
    for sentence in faults:
        complain(sentence)
    laid = laid_out(song, rate_hz, sounds, bars=bars_for(song, seconds))
    return Played(song, laid.program, sounds.bank)


def grid_of(song: Song, rate_hz: int, first_frame: int = 0) -> Grid:
    """Return the grid of a take of `song` whose first beat is on `first_frame`."""
    before_frames = song.tempo_map.seconds_at_tick(song.first_tick) * rate_hz
    return Grid(song.tempo_map, rate_hz, Fraction(first_frame - math.floor(before_frames + _HALF)))


def bars_for(song: Song, seconds: float) -> int | None:
    """Return how many bars of a song without an end fill `seconds`, or None where it ends."""
    if song.length_ticks is not None or song.is_free:
        return None
    last = song.sections[-1]
    fastest = max(float(tempo.quarters_per_minute) for tempo in song.written_tempos)
    bar_s = last.meter.ticks_per_bar / TICKS_PER_QUARTER * 60 / fastest
    written = sum(section.bars or 0 for section in song.sections[song.start_index :])
    return min(written + math.ceil(seconds / bar_s) + 1, _MOST_BARS)
