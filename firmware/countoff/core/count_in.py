"""What is counted before a take: how long, and on which of its beats it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from countoff.core.voice import Voice

if TYPE_CHECKING:
    from countoff.core.tempo import Meter

ONE = "1"
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

    A pick-up is counted into as players do it: the count lies on the song's own beats, its ones on
    bar lines, and the pick-up comes in on the last beats of whole bars. Where less than a bar would
    be left to count, there is one bar more. Beats, and words that are no whole bars, end on the
    last beat before the pick-up. At half time an odd bar takes two bars of the song.
    """
    own = count_in.meter
    ticks_per_bar = own.ticks_per_bar if own is not None else meter.ticks_per_bar
    ticks_per_beat = own.ticks_per_beat if own is not None else beat_ticks
    if count_in.is_half_time:
        ticks_per_beat *= 2
        if ticks_per_bar % ticks_per_beat:
            ticks_per_bar *= 2
    words = count_in.words
    if count_in.bars:
        length_ticks = count_in.bars * ticks_per_bar
        if length_ticks - pick_up_ticks < ticks_per_bar:
            length_ticks += ticks_per_bar
        first_before = length_ticks
    else:
        length_ticks = (len(words) or count_in.beats) * ticks_per_beat
        first_before = length_ticks
        if not (words and length_ticks % ticks_per_bar == 0 and length_ticks > pick_up_ticks):
            first_before += pick_up_ticks // ticks_per_beat * ticks_per_beat
    befores = [
        before
        for before in range(first_before, first_before - length_ticks, -ticks_per_beat)
        if before > pick_up_ticks
    ]
    del befores[max(len(befores) - count_in.rest_beats, 0) :]
    if words:
        ones = [word == ONE for word in words]
    else:
        ones = [before % ticks_per_bar == 0 for before in befores]
    counts = tuple(
        Count(before, Voice.COUNT_IN_ACCENT if is_one else Voice.COUNT_IN)
        for place, (before, is_one) in enumerate(zip(befores, ones, strict=False))
        if not words or words[place] != SILENT
    )
    return Counting(max(first_before, pick_up_ticks), ticks_per_beat, ticks_per_bar, counts)
