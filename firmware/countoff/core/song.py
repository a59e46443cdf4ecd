"""What is played: a song with its tempo, meter, count-in and sections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from countoff.core.tempo import TICKS_PER_QUARTER, Meter, Tempo, tick_of_bar

COMMON_TIME = Meter(4, 4)


class Subdivision(Enum):
    """What is clicked between the beats; the value is its length in ticks, 0 for nothing."""

    NONE = 0
    EIGHTH = TICKS_PER_QUARTER // 2
    TRIPLET = TICKS_PER_QUARTER // 3
    SIXTEENTH = TICKS_PER_QUARTER // 4


@dataclass(frozen=True, slots=True)
class Section:
    """A named part of a song, from the downbeat of `first_bar` to the next section."""

    name: str
    first_bar: int


@dataclass(frozen=True, slots=True)
class Song:
    """A song: one tempo and one meter, clicked from bar 1 until its length or until stopped.

    `sections` are in order and their first bars rise; bars before the first belong to it too.
    """

    title: str
    tempo: Tempo
    meter: Meter = COMMON_TIME
    count_in_bars: int = 2
    length_bars: int | None = None
    subdivision: Subdivision = Subdivision.NONE
    sections: tuple[Section, ...] = ()

    @property
    def count_in_ticks(self) -> int:
        """The length of the count-in in ticks."""
        return self.count_in_bars * self.meter.ticks_per_bar

    @property
    def length_ticks(self) -> int | None:
        """The length of the song in ticks, or None where it rolls until stopped."""
        return None if self.length_bars is None else tick_of_bar(self.length_bars + 1, self.meter)

    def section_index_at_bar(self, bar: int) -> int | None:
        """Return which section `bar` lies in, or None for a song without sections."""
        index = None
        for candidate, section in enumerate(self.sections):
            if section.first_bar <= bar or index is None:
                index = candidate
        return index


BUILT_IN_SONG = Song(title="Click 120", tempo=Tempo(Fraction(120)))
