"""What is counted before a take: how long, and on which of its beats it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from countoff.core.voice import Voice

if TYPE_CHECKING:
    from countoff.core.tempo import Meter

SILENT = "."


@dataclass(frozen=True, slots=True)
class CountIn:
    """A count-in: whole bars, or so many beats, or words with a dot for each silent beat.

    words:        "1", ".", "2", ".", "1", "2", "3", "4": one a beat; where there are none,
    bars, beats:  how long it is; one of them is 0
    rest_beats:   so many of the last beats are silent
    meter:        counted in another meter than the section that follows; None for its own
    is_half_time: counted at half the speed
    """

    bars: int = 2
    beats: int = 0
    words: tuple[str, ...] = ()
    rest_beats: int = 0
    meter: Meter | None = None
    is_half_time: bool = False


TWO_BARS = CountIn()
NO_COUNT_IN = CountIn(bars=0)


class Count(NamedTuple):
    """One click of a count-in, so many ticks before the song's first downbeat that follows."""

    ticks_before: int
    voice: Voice


@dataclass(frozen=True, slots=True)
class Counting:
    """A count-in laid out: its beats and its clicks, by how far before the downbeat they come.

    `ticks` is its whole length, from its first beat to that downbeat, pick-up included.
    """

    ticks: int
    ticks_per_beat: int
    ticks_per_bar: int
    counts: tuple[Count, ...]


def laid_out(count_in: CountIn, meter: Meter, beat_ticks: int, pick_up_ticks: int = 0) -> Counting:
    """Return how `count_in` counts into a section in `meter` whose clicked beat is `beat_ticks`.

    A pick-up is counted into as players do it: whole bars lie on the song's own bar lines, and the
    pick-up comes in on the last of their beats. Where less than a bar would be left to count, there
    is one bar more. Beats and words end where the pick-up begins.
    """
    own = count_in.meter
    ticks_per_bar = own.ticks_per_bar if own is not None else meter.ticks_per_bar
    ticks_per_beat = own.ticks_per_beat if own is not None else beat_ticks
    ticks_per_beat *= 2 if count_in.is_half_time else 1
    beats_per_bar = max(ticks_per_bar // ticks_per_beat, 1)
    if count_in.bars:
        counted_ticks = count_in.bars * ticks_per_bar
        if counted_ticks - pick_up_ticks < ticks_per_bar:
            counted_ticks += ticks_per_bar
        bar_starts = range(0, counted_ticks, ticks_per_bar)
        beats = tuple(
            (bar_start + in_bar, in_bar == 0)
            for bar_start in bar_starts
            for in_bar in range(0, ticks_per_bar, ticks_per_beat)
            if bar_start + in_bar < counted_ticks - pick_up_ticks
        )
    else:
        words = count_in.words or tuple("x" * count_in.beats)
        counted_ticks = len(words) * ticks_per_beat + pick_up_ticks
        beats = tuple(
            (place * ticks_per_beat, _is_one(count_in, place, beats_per_bar))
            for place in range(len(words))
        )
        if count_in.words:
            heard = [place for place, word in enumerate(words) if word != SILENT]
            last_heard = len(words) - count_in.rest_beats
            beats = tuple(beats[place] for place in heard if place < last_heard)
            return _counting(counted_ticks, ticks_per_beat, ticks_per_bar, beats)
    sounding = len(beats) - min(count_in.rest_beats, len(beats))
    return _counting(counted_ticks, ticks_per_beat, ticks_per_bar, beats[:sounding])


def _is_one(count_in: CountIn, place: int, beats_per_bar: int) -> bool:
    if count_in.words:
        return count_in.words[place] == "1"
    return (count_in.beats - place) % beats_per_bar == 0


def _counting(
    ticks: int, ticks_per_beat: int, ticks_per_bar: int, beats: tuple[tuple[int, bool], ...]
) -> Counting:
    counts = tuple(
        Count(ticks - place, Voice.COUNT_IN_ACCENT if is_one else Voice.COUNT_IN)
        for place, is_one in beats
    )
    return Counting(ticks, ticks_per_beat, ticks_per_bar, counts)
