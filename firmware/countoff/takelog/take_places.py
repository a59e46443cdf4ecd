"""Where in the song a take's bars and moments lie, in ticks. Pure.

Ticks are those of the take: a loop is unrolled, its second pass begins where the first one ended.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.grid import Grid
from countoff.core.song import free_song

if TYPE_CHECKING:
    from countoff.core.song import Song
    from countoff.takelog.reader import TakeDetail

_NS_PER_SECOND = 1_000_000_000
# A take that ended so near to the beat after its last one ended on that beat: host and audio clock drift
# apart by some ms in a take.
_NEARLY_A_BEAT = Fraction(7, 8)
_FREE = free_song("")


@dataclass(frozen=True, slots=True)
class TakePlaces:
    """A take's song with its places. `looped_index` is the section that was looped, None for none."""

    song: Song
    looped_index: int | None
    _grid: Grid

    @property
    def pass_ticks(self) -> int:
        """The length of a pass of the loop, 0 where none was looped."""
        index = self.looped_index
        return 0 if index is None else self.song.sections[index].ticks or 0

    def tick_at_ns(self, at_ns: int) -> int:
        """Return where the take was at host time `at_ns`; right to some ms."""
        return self._grid.tick_at_frame(at_ns)

    def tick_of(self, bar: int, beat: int | None, at_ns: int | None = None) -> int:
        """Return the tick of a bar and beat in the song's own numbers; of a loop near `at_ns`."""
        song, start = self.song, self.song.start_index
        index = max(bisect_right(song.first_bars, bar) - 1, start)
        meter = song.sections[index].meter
        bars = bar - song.first_bars[index]
        tick = song.start_ticks[index] + bars * meter.ticks_per_bar
        tick += ((beat or 1) - 1) * meter.ticks_per_beat
        if at_ns is None or not self.pass_ticks:
            return tick
        # The moment lies within the beat, or as far beside it as the clocks are apart: in the pass whose
        # beat's middle is nearest.
        beyond = self.tick_at_ns(at_ns) - tick
        passes = (2 * beyond - meter.ticks_per_beat + self.pass_ticks) // (2 * self.pass_ticks)
        return tick + passes * self.pass_ticks

    def tick_of_seconds(self, seconds: float) -> int:
        """Return the tick of a time in a song without bars."""
        return self._grid.tick_at_frame(
            int(self._grid.origin_frame) + round(seconds * _NS_PER_SECOND)
        )

    def section_at(self, tick: int) -> int:
        """Return the section that a tick lies in, before the take's first one that one."""
        if self.looped_index is not None:
            return self.looped_index
        return self.song.section_index_at_tick(tick)

    def is_in_first_bar(self, tick: int, index: int) -> bool:
        """Tell whether a tick lies in the first bar of a section, or of one pass of it."""
        ticks = tick - self.song.start_ticks[index]
        if self.pass_ticks and ticks >= 0:
            ticks %= self.pass_ticks
        return ticks < self.song.sections[index].meter.ticks_per_bar

    def pass_at(self, tick: int) -> int:
        """Return which pass of the loop a tick lies in, from 0."""
        if self.looped_index is None or not self.pass_ticks:
            return 0
        return max(tick - self.song.start_ticks[self.looped_index], 0) // self.pass_ticks

    def end_tick(self, bar: int, beat: int, ended_ns: int | None) -> int:
        """Return where a take ended whose last beat that was begun is `beat` of `bar`.

        Between that beat and the next one the clock tells; nearly a beat is a beat. Where nobody knows
        when it ended it is that beat.
        """
        tick = self.tick_of(bar, beat, ended_ns)
        if ended_ns is None:
            return tick
        beat_ticks = self.song.sections[self.section_at(tick)].meter.ticks_per_beat
        played = self.tick_at_ns(ended_ns) - tick
        if played >= _NEARLY_A_BEAT * beat_ticks:
            return tick + beat_ticks
        return tick + max(played, 0)


def places_of(detail: TakeDetail, chart: Song | None) -> TakePlaces | None:
    """Return the places of a take; `chart` is its chart, read. None where there is none to go by.

    A take without bars needs no chart.
    """
    take = detail.summary
    song = _FREE if take.is_free else chart
    if song is None:
        return None
    index = _start_index(song, take.start_section, take.start_bar)
    looped_index = None
    if not take.is_free:
        played = song.looping(index) if take.is_looped else song.starting_at(index)
        if take.is_looped and song.sections[index].ticks is not None:
            looped_index = index
    else:
        played = song
    anchors = [event.bar1_ns for event in detail.events if event.bar1_ns is not None]
    bar1_ns = anchors[-1] if anchors else detail.bar1_ns
    grid = Grid(played.tempo_map, _NS_PER_SECOND, Fraction(bar1_ns))
    return TakePlaces(song.starting_at(index), looped_index, grid)


def _start_index(song: Song, section: str, first_bar: int) -> int:
    """Return the section that a take began with, by its first bar, or its name."""
    if first_bar in song.first_bars:
        return song.first_bars.index(first_bar)
    names = [each.name for each in song.sections]
    return names.index(section) if section in names else 0
