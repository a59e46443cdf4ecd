"""Plans: which voice sounds at which frame.

Pure, exact and slow enough to be called from the controller only, never from the audio callback:
the player gets the finished flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.song import Song
    from countoff.core.tempo import Grid


class Voice(IntEnum):
    """The role of a click, which is its place in the player's bank of sounds.

    ACCENT:          the bar's first beat
    GROUP:           the first note of a group inside a bar, as in 2+2+3
    BEAT:            every other beat
    SUBDIVISION:     what lies between beats
    COUNT_IN_ACCENT: the first beat of a bar of the count-in
    COUNT_IN:        every other beat of the count-in
    """

    ACCENT = 0
    GROUP = 1
    BEAT = 2
    SUBDIVISION = 3
    COUNT_IN_ACCENT = 4
    COUNT_IN = 5


@dataclass(frozen=True, slots=True)
class Click:
    """One click: `voice` starts exactly at `frame`; `tick` says where in the song it stands.

    `level` is the linear gain of this one click.
    """

    frame: int
    voice: Voice
    tick: int
    level: float = 1.0


def clicks(song: Song, grid: Grid, from_tick: int, to_tick: int) -> Iterator[Click]:
    """Yield the clicks of `song` on `grid` with from_tick <= tick < to_tick, in order.

    The count-in is the ticks below 0, from `-song.count_in_ticks` on; it clicks beats only. A song
    with a length has no click at or after its end: the downbeat that follows stays silent.
    """
    meter = song.meter
    first_tick = max(from_tick, -song.count_in_ticks)
    end_tick = to_tick if song.length_ticks is None else min(to_tick, song.length_ticks)
    pattern = bar_pattern(song)
    for bar_tick in range(
        first_tick // meter.ticks_per_bar * meter.ticks_per_bar, end_tick, meter.ticks_per_bar
    ):
        for tick_in_bar, voice in pattern:
            tick = bar_tick + tick_in_bar
            is_counted_in = tick >= 0 or voice is not Voice.SUBDIVISION
            if first_tick <= tick < end_tick and is_counted_in:
                yield Click(grid.frame_at_tick(tick), voice, tick)


def bar_pattern(song: Song) -> tuple[tuple[int, Voice], ...]:
    """Return what clicks in a bar of `song`: the tick within the bar and the voice, in order.

    Subdivisions count from each downbeat; where one meets a beat, the beat sounds.
    """
    meter = song.meter
    pattern = {}
    if song.subdivision.value:
        pattern = dict.fromkeys(
            range(0, meter.ticks_per_bar, song.subdivision.value), Voice.SUBDIVISION
        )
    pattern |= dict.fromkeys(range(0, meter.ticks_per_bar, meter.ticks_per_beat), Voice.BEAT)
    pattern[0] = Voice.ACCENT
    return tuple(sorted(pattern.items()))
