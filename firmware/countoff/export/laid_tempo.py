"""One tempo map for a whole timeline: the bars of each take in their place, and bars that fill up between. Pure.

What lies between two takes has a tempo of its own, at which whole bars last just as long: so the next take's
bars begin on a bar line, and its bar 1 is at its exact second, in every DAW that takes the map over.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER, Meter, Tempo
from countoff.core.tempo_map import TempoMap, TempoSpan, tempo_map
from countoff.export.tempo_steps import Filling
from countoff.export.timeline import MeterChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.song import Song
    from countoff.core.tempo_map import Stretch

_FILLING_QUARTERS_PER_SECOND: Final = 2
_FILLING_METER: Final = Meter(4, 4)
# Shorter than this, what is between two takes would have to be filled at a silly tempo.
_LEAST_BETWEEN_S: Final = Fraction(1, 2)


class Bars(NamedTuple):
    """The bars of one take, or of a song that is to be played.

    song:     as it is played: from where it begins, and with its loop
    bar1_s:   the song's bar 1 on the timeline
    from_s:   from where on there may be bars before the music
    end_tick: the song's tick at which the music is over
    until_s:  up to where its bars are counted on after that, where nothing else comes
    """

    song: Song
    bar1_s: Fraction
    from_s: Fraction
    end_tick: int
    until_s: Fraction


class LaidTempo(NamedTuple):
    """A tempo map from the beginning of the timeline on, its meters, and a bar line after all of it.

    fillings: what only fills up, from where to where
    """

    tempo_map: TempoMap
    meters: tuple[MeterChange, ...]
    end_tick: int
    fillings: tuple[Filling, ...]


def laid_tempo(all_bars: Sequence[Bars], end_s: Fraction) -> LaidTempo:
    """Return the tempo map of a timeline that is at least `end_s` long.

    The bars come in the order of their places, none within another's.
    """
    laying = _Laying()
    for number, bars in enumerate(all_bars):
        following = all_bars[number + 1] if number + 1 < len(all_bars) else None
        laying.add(bars, following)
    laying.finish(end_s)
    return laying.laid()


def bar_line_at_or_after(song: Song, tick: int) -> int:
    """Return the first bar line of a song that is not before `tick`."""
    return song.next_bar_tick(tick - 1)


def music_tick(song: Song) -> int:
    """Return the bar line with which the music of a take of `song` begins; its pick-up is before."""
    return song.start_ticks[song.start_index]


class _Laying:
    """Walks along the timeline, bar line by bar line."""

    def __init__(self) -> None:
        self._tick = 0
        self._seconds = Fraction(0)
        self._spans: list[TempoSpan] = []
        self._meters: list[MeterChange] = []
        self._fillings: list[Filling] = []

    def add(self, bars: Bars, following: Bars | None) -> None:
        song, bar1_s = bars.song, bars.bar1_s
        bar_ticks = song.meter.ticks_per_bar
        first_tick = music_tick(song)
        first_s = bar1_s + song.tempo_map.seconds_at_tick(first_tick)
        bar_s = bar_ticks * song.tempo.seconds_per_tick
        earliest_s = self._seconds + _LEAST_BETWEEN_S if self._spans else Fraction(0)
        bars_before = max(floor((first_s - max(bars.from_s, earliest_s)) / bar_s), 0)
        if 0 < first_s - bars_before * bar_s - self._seconds < _LEAST_BETWEEN_S:
            bars_before = max(bars_before - 1, 0)
        start_tick = first_tick - bars_before * bar_ticks
        if following is None:
            end_tick = _last_bar_line(bars)
        else:
            end_tick = bar_line_at_or_after(song, bars.end_tick)
            limit_s = _music_s(following) - _LEAST_BETWEEN_S
            while end_tick > start_tick and _seconds_at(bars, end_tick) > limit_s:
                end_tick = _bar_line_before(song, end_tick, first_tick)
        if end_tick <= start_tick:
            return
        self.fill_up_to(_seconds_at(bars, start_tick))
        offset = self._tick - start_tick
        self._lay(song.tempo_map, start_tick, end_tick, offset)
        self._meter(self._tick, song.meter)
        for index in range(song.start_index + 1, len(song.sections)):
            if song.start_ticks[index] >= end_tick:
                break
            self._meter(offset + song.start_ticks[index], song.sections[index].meter)
        self._tick = offset + end_tick
        self._seconds = _seconds_at(bars, end_tick)

    def fill_up_to(self, seconds: Fraction) -> None:
        """Lay whole bars, the last of them perhaps shorter, that are over at `seconds`."""
        gap_s = seconds - self._seconds
        if gap_s <= 0:
            return
        quarters = max(round(gap_s * _FILLING_QUARTERS_PER_SECOND), 1)
        self._spans.append(
            TempoSpan(self._tick, Tempo(Fraction(quarters * SECONDS_PER_MINUTE) / gap_s))
        )
        whole_bars, rest = divmod(quarters, _FILLING_METER.beats_per_bar)
        if whole_bars:
            self._meter(self._tick, _FILLING_METER)
        if rest:
            rest_tick = self._tick + whole_bars * _FILLING_METER.ticks_per_bar
            self._meter(rest_tick, Meter(rest, 4))
        end_tick = self._tick + quarters * TICKS_PER_QUARTER
        self._fillings.append(Filling(self._tick, end_tick))
        self._tick, self._seconds = end_tick, seconds

    def finish(self, end_s: Fraction) -> None:
        """Lay whole bars up to the end, where nothing else has come so far; at least one in all."""
        missing_s = end_s - self._seconds
        if self._spans and missing_s <= 0:
            return
        bars = max(ceil(missing_s * _FILLING_QUARTERS_PER_SECOND / _FILLING_METER.beats_per_bar), 1)
        self._spans.append(
            TempoSpan(
                self._tick, Tempo(Fraction(SECONDS_PER_MINUTE * _FILLING_QUARTERS_PER_SECOND))
            )
        )
        self._meter(self._tick, _FILLING_METER)
        self._tick += bars * _FILLING_METER.ticks_per_bar

    def laid(self) -> LaidTempo:
        return LaidTempo(
            tempo_map(self._spans, self._tick),
            tuple(self._meters),
            self._tick,
            tuple(self._fillings),
        )

    def _lay(self, whole: TempoMap, start_tick: int, end_tick: int, offset: int) -> None:
        """Lay the spans of a song's tempo from one of its ticks to another."""
        for index, stretch in enumerate(whole.stretches):
            is_last = index + 1 == len(whole.stretches)
            until = end_tick if is_last else min(whole.start_ticks[index + 1], end_tick)
            # The first one's tempo holds before it, too: what is counted in.
            begins = start_tick if index == 0 else max(stretch.start_tick, start_tick)
            if begins >= until:
                continue
            if index == 0 and stretch.is_ramp and begins < stretch.start_tick:
                self._spans.append(TempoSpan(offset + begins, stretch.tempo))
                begins = stretch.start_tick
                if begins >= until:
                    continue
            self._spans.append(_part(whole, stretch, begins, until, offset))

    def _meter(self, tick: int, meter: Meter) -> None:
        if not self._meters or self._meters[-1].meter != meter:
            self._meters.append(MeterChange(tick, meter))


def _part(whole: TempoMap, stretch: Stretch, begins: int, until: int, offset: int) -> TempoSpan:
    """Return a stretch from one tick to another; of a ramp that is cut off as far as it came."""
    if not stretch.is_ramp:
        return TempoSpan(offset + begins, stretch.tempo)
    is_cut = until < stretch.start_tick + (stretch.length_ticks or 0)
    to = Tempo(whole.quarters_per_minute_at_tick(until)) if is_cut else stretch.span.to
    return replace(stretch.span, start_tick=offset + begins, to=to)


def _last_bar_line(bars: Bars) -> int:
    """Return the first bar line at which the music is over, and all that the bars are counted on for."""
    song = bars.song
    end_tick = bar_line_at_or_after(song, bars.end_tick)
    last = song.tempo_map.stretches[-1]
    missing_s = bars.until_s - _seconds_at(bars, end_tick)
    if missing_s <= 0:
        return end_tick
    if end_tick >= last.start_tick:
        end_tick += ceil(missing_s / last.tempo.seconds_per_tick)
        return bar_line_at_or_after(song, end_tick)
    while _seconds_at(bars, end_tick) < bars.until_s:
        end_tick = song.next_bar_tick(end_tick)
    return end_tick


def _bar_line_before(song: Song, tick: int, first_tick: int) -> int:
    """Return the bar line before the one at `tick`."""
    if tick <= first_tick:
        return tick - song.meter.ticks_per_bar
    index = song.section_index_at_tick(tick - 1)
    return tick - song.sections[index].meter.ticks_per_bar


def _music_s(bars: Bars) -> Fraction:
    return _seconds_at(bars, music_tick(bars.song))


def _seconds_at(bars: Bars, tick: int) -> Fraction:
    return bars.bar1_s + bars.song.tempo_map.seconds_at_tick(tick)
