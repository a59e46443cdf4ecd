"""Plans: which voice sounds at which frame, and how loud.

Pure, exact and slow enough to be called from the controller only, never from the audio callback:
the player gets the finished flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.section import Subdivision
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from countoff.core.grid import Grid
    from countoff.core.song import Song


@dataclass(frozen=True, slots=True)
class Click:
    """One click: `voice` starts exactly at `frame`; `tick` says where in the song it stands.

    `level` is its gain: that of its section.
    """

    frame: int
    voice: Voice
    tick: int
    level: float = 1.0


def clicks(song: Song, grid: Grid, from_tick: int, to_tick: int) -> Iterator[Click]:
    """Yield the clicks of `song` on `grid` with from_tick <= tick < to_tick, in order.

    The count-in comes before `song.start_tick` and has voices of its own. A song with a length has
    no click at or after its end: the downbeat that follows stays silent.
    """
    ticks, voices, levels = score(song, from_tick, to_tick)
    frames = grid.frames_at_ticks(ticks)
    for frame, voice, tick, level in zip(
        frames.tolist(), voices.tolist(), ticks.tolist(), levels.tolist(), strict=True
    ):
        yield Click(frame, Voice(voice), tick, level)


def score(
    song: Song, from_tick: int, to_tick: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return ticks, voices and levels of the clicks with from_tick <= tick < to_tick, in order."""
    rows = list(_counted(song, from_tick, to_tick))
    first_tick = max(from_tick, song.start_tick)
    end_tick = to_tick if song.length_ticks is None else min(to_tick, song.length_ticks)
    if first_tick < end_tick:
        for index in range(song.section_index_at_tick(first_tick), len(song.sections)):
            # A stretch may end within the pick-up, before the first section's downbeat.
            if index > song.start_index and song.start_ticks[index] >= end_tick:
                break
            rows.extend(_in_section(song, index, first_tick, end_tick))
    ticks = np.array([tick for tick, _, _ in rows], dtype=np.int64)
    voices = np.array([voice for _, voice, _ in rows], dtype=np.int64)
    return ticks, voices, np.array([level for _, _, level in rows], dtype=np.float64)


def _counted(song: Song, from_tick: int, to_tick: int) -> Iterator[tuple[int, Voice, float]]:
    downbeat_tick = song.start_ticks[song.start_index]
    for count in song.counting.counts:
        tick = downbeat_tick - count.ticks_before
        if from_tick <= tick < to_tick:
            yield tick, count.voice, 1.0


def _in_section(
    song: Song, index: int, first_tick: int, end_tick: int
) -> Iterator[tuple[int, Voice, float]]:
    """Yield what clicks in section `index` between the two ticks; a pick-up is in its first bar 0."""
    section = song.sections[index]
    start_tick = song.start_ticks[index]
    section_end_tick = song.section_end_tick(index)
    if section_end_tick is not None:
        end_tick = min(end_tick, section_end_tick)
    ticks_per_bar = section.meter.ticks_per_bar
    level = 10 ** (section.level_db / 20)
    bars_before = (max(first_tick, start_tick) - start_tick) // ticks_per_bar
    if first_tick < start_tick and index == song.start_index:
        bars_before = (first_tick - start_tick) // ticks_per_bar
    pattern = section.clicks_in_bar(section.tempo.quarters_per_minute)
    is_changing = section.subdivision is Subdivision.AUTO and (
        len(section.tempos) > 1 or section.tempos[0].is_ramp
    )
    for bar_tick in range(start_tick + bars_before * ticks_per_bar, end_tick, ticks_per_bar):
        if is_changing:
            pattern = section.clicks_in_bar(song.tempo_map.quarters_per_minute_at_tick(bar_tick))
        for tick_in_bar, voice in pattern:
            tick = bar_tick + tick_in_bar
            if first_tick <= tick < end_tick:
                yield tick, voice, level
