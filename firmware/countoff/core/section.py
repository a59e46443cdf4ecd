"""A section of a song: its bars, its tempo, and what clicks in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from countoff.core.tempo import TICKS_PER_QUARTER, Meter, Tempo
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.tempo_map import TempoSpan

COMMON_TIME = Meter(4, 4)


class Subdivision(Enum):
    """What is clicked between the beats; the value is its length in ticks, 0 for nothing.

    A note that does not lie evenly in the beat is not clicked; a triplet is three to the quarter,
    or to the beat where that is not made of quarters: the 8ths of a 6/8 in two.
    """

    NONE = 0
    EIGHTH = TICKS_PER_QUARTER // 2
    TRIPLET = TICKS_PER_QUARTER // 3
    SIXTEENTH = TICKS_PER_QUARTER // 4
    AUTO = -1
    """As many as a slow beat needs to be felt."""


# Beats a minute below which `auto` divides a beat: further apart, they are hard to play in time to.
_HALVED_BELOW: Final = 80
_QUARTERED_BELOW: Final = 50

PATTERN_VOICES: Final = {"X": Voice.ACCENT, "x": Voice.BEAT, ".": None}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a song in one meter.

    tempos:     where the tempo changes, in ticks from the section's first downbeat; one is at 0
    bars:       None for the last section of a song that rolls until stopped
    grouping:   how the meter's notes are grouped, such as 2, 2, 3; empty for no groups
    beat_ticks: the note that is clicked as the beat; 0 for the meter's own
    pattern:    one letter a clicked beat: X accent, x beat, a dot for silence; empty for the usual
    level_db:   how loud this section's click is against the song's
    """

    name: str
    bars: int | None
    tempos: tuple[TempoSpan, ...]
    meter: Meter = COMMON_TIME
    grouping: tuple[int, ...] = ()
    beat_ticks: int = 0
    pattern: str = ""
    subdivision: Subdivision = Subdivision.NONE
    level_db: float = 0.0
    has_click: bool = True

    @property
    def tempo(self) -> Tempo:
        """The tempo it begins with."""
        return self.tempos[0].tempo

    @property
    def ticks(self) -> int | None:
        """Its length in ticks, or None where it rolls until stopped."""
        return None if self.bars is None else self.bars * self.meter.ticks_per_bar

    @property
    def clicked_beat_ticks(self) -> int:
        """The length of a clicked beat in ticks."""
        return self.beat_ticks or self.meter.ticks_per_beat

    @property
    def told_note_ticks(self) -> int:
        """The note that the tempo is told in: the clicked beat where one is named, or a quarter."""
        return self.beat_ticks or TICKS_PER_QUARTER

    def told(self, tempo: Tempo) -> Tempo:
        """Return `tempo` in the note it is told in: 66 for dotted quarters, where that is the beat.

        Beats a minute, and no longer quarter notes a minute: for eyes only.
        """
        return Tempo(tempo.quarters_per_minute * TICKS_PER_QUARTER / self.told_note_ticks)

    def clicks_in_bar(self, quarters_per_minute: Fraction) -> tuple[tuple[int, Voice], ...]:
        """Return what clicks in a bar that begins at this tempo: tick within the bar, and voice.

        Subdivisions count from the downbeat; where one meets a beat, the beat sounds, or is
        silent if the pattern says so.
        """
        if not self.has_click:
            return ()
        ticks_per_bar, beat_ticks = self.meter.ticks_per_bar, self.clicked_beat_ticks
        beats = range(0, ticks_per_bar, beat_ticks)
        step = self._subdivision_ticks(quarters_per_minute)
        heard: dict[int, Voice | None] = {}
        if step:
            heard |= dict.fromkeys(range(0, ticks_per_bar, step), Voice.SUBDIVISION)
        heard |= dict.fromkeys(beats, Voice.BEAT)
        if self.pattern:
            heard |= {
                tick: PATTERN_VOICES[letter]
                for tick, letter in zip(beats, self.pattern, strict=True)
            }
        else:
            groups = self._group_ticks()
            # Groups of one clicked beat each, as in a 6/8 in two, are only its beats.
            if groups != list(beats):
                heard |= dict.fromkeys(groups, Voice.GROUP)
            heard[0] = Voice.ACCENT
        return tuple((tick, voice) for tick, voice in sorted(heard.items()) if voice is not None)

    def _group_ticks(self) -> list[int]:
        first_notes = accumulate(self.grouping[:-1], initial=0) if self.grouping else ()
        return [note * self.meter.ticks_per_beat for note in first_notes]

    def _subdivision_ticks(self, quarters_per_minute: Fraction) -> int:
        """Return the length of what is clicked between the beats, 0 for nothing."""
        beat_ticks = self.clicked_beat_ticks
        if self.subdivision is not Subdivision.AUTO:
            ticks = int(self.subdivision.value)
            if not ticks or beat_ticks % ticks == 0:
                return ticks
            # What does not lie evenly in the beat would be a second rhythm against it; but in an
            # 8th or in a dotted beat there are triplets too.
            return beat_ticks // 3 if self.subdivision is Subdivision.TRIPLET else 0
        beats_per_minute = quarters_per_minute * TICKS_PER_QUARTER / beat_ticks
        if beats_per_minute >= _HALVED_BELOW:
            return 0
        # A dotted beat has three of the next smaller notes in it.
        parts = 3 if _is_dotted(beat_ticks) else 2
        return beat_ticks // (parts * (2 if beats_per_minute < _QUARTERED_BELOW else 1))


def _is_dotted(beat_ticks: int) -> bool:
    """Tell whether a beat is three of a plain note: not itself a plain one."""
    return (TICKS_PER_QUARTER * 4) % beat_ticks != 0 and beat_ticks % 3 == 0


def usual_grouping(meter: Meter) -> tuple[int, ...]:
    """Return how a player would group `meter` where nothing is said: 6/8, 9/8, 12/8 in threes."""
    is_compound = meter.note_value >= 8 and meter.beats_per_bar > 3 and meter.beats_per_bar % 3 == 0
    return (3,) * (meter.beats_per_bar // 3) if is_compound else ()
