"""What is played: a song with its sections, and how a take of it starts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from countoff.core.count_in import NO_COUNT_IN, TWO_BARS, CountIn, Counting, laid_out
from countoff.core.section import COMMON_TIME, Section, Subdivision
from countoff.core.tempo import NO_PLACE, BarBeat, Meter, Tempo
from countoff.core.tempo_map import TempoMap, TempoSpan, tempo_map

if TYPE_CHECKING:
    from collections.abc import Iterable

# A section that is looped comes round as often as fits into this, and at most so often: at least twice,
# and with no more tempos in all than can be laid out between two beats.
_LOOPED_FOR_S = 2 * 3600
_MOST_PASSES = 2000
_MOST_LOOPED_TEMPOS = 4000


@dataclass(frozen=True)
class Song:
    """A song, as it is played in a take: from which section on, and with what count-in.

    sections:      at least one; only the last may have no length
    pick_up_ticks: what is played before bar 1; less than a bar
    is_free:       there is no tempo: takes and flags, but neither click nor bars
    start_index:   the section that a take begins with
    first_bars:    the song's own number of each section's first bar; counted up where not given
    """

    title: str
    sections: tuple[Section, ...]
    count_in: CountIn = TWO_BARS
    pick_up_ticks: int = 0
    artist: str = ""
    key: str = ""
    notes: str = ""
    is_free: bool = False
    start_index: int = 0
    first_bars: tuple[int, ...] = ()
    start_ticks: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the sections out. Raises ValueError where one without length is not the last."""
        start_ticks, first_bars = [0], [1]
        for section in self.sections[:-1]:
            if section.ticks is None or section.bars is None:
                message = f"Only a song's last section may roll until stopped, not {section.name}."
                raise ValueError(message)
            start_ticks.append(start_ticks[-1] + section.ticks)
            first_bars.append(first_bars[-1] + section.bars)
        object.__setattr__(self, "start_ticks", tuple(start_ticks))
        if not self.first_bars:
            object.__setattr__(self, "first_bars", tuple(first_bars))

    @property
    def start_section(self) -> Section:
        """The section a take begins with."""
        return self.sections[self.start_index]

    @property
    def tempo(self) -> Tempo:
        """The tempo a take begins with."""
        return self.start_section.tempo

    @property
    def meter(self) -> Meter:
        """The meter a take begins in."""
        return self.start_section.meter

    @property
    def written_tempos(self) -> frozenset[Tempo]:
        """Every tempo that stands in it, those that ramps lead to included."""
        return frozenset(
            tempo
            for section in self.sections
            for span in section.tempos
            for tempo in (span.tempo, span.to)
            if tempo is not None
        )

    @property
    def length_ticks(self) -> int | None:
        """The tick at which the song ends, or None where it rolls until stopped."""
        last_ticks = self.sections[-1].ticks
        return None if last_ticks is None else self.start_ticks[-1] + last_ticks

    @property
    def start_tick(self) -> int:
        """The first tick of a take: negative for a pick-up."""
        return self.start_ticks[self.start_index] - self._pick_up_ticks_of_start

    @property
    def _pick_up_ticks_of_start(self) -> int:
        return self.pick_up_ticks if self.start_index == 0 else 0

    @cached_property
    def counting(self) -> Counting:
        """The count-in, laid out before the downbeat of the section a take begins with."""
        section = self.start_section
        return laid_out(
            self.count_in, section.meter, section.clicked_beat_ticks, self._pick_up_ticks_of_start
        )

    @property
    def first_tick(self) -> int:
        """Where the count-in begins."""
        return min(self.start_ticks[self.start_index] - self.counting.ticks, self.start_tick)

    @cached_property
    def whole_tempo_map(self) -> TempoMap:
        """The tempo of every section, whichever of them a take begins with."""
        spans = [
            replace(span, start_tick=start_tick + span.start_tick)
            for start_tick, section in zip(self.start_ticks, self.sections, strict=True)
            for span in section.tempos
        ]
        return tempo_map(spans, self.length_ticks)

    @cached_property
    def tempo_map(self) -> TempoMap:
        """The tempo of a take: that of the song, with the count-in in its first section's tempo."""
        return self.whole_tempo_map.from_tick(self.start_ticks[self.start_index])

    def section_index_at_tick(self, tick: int) -> int:
        """Return which section `tick` lies in; before the song it is the one a take begins with."""
        return max(bisect_right(self.start_ticks, tick) - 1, self.start_index)

    def section_end_tick(self, index: int) -> int | None:
        """Return the tick at which section `index` is over, or None where it rolls on."""
        if index + 1 < len(self.sections):
            return self.start_ticks[index + 1]
        return self.length_ticks

    def place_at_tick(self, tick: int) -> BarBeat:
        """Return the bar and beat that sound at `tick`, in the song's own bar numbers.

        Bars before the section a take begins with count back from it. In a song without tempo
        there are no bars: every place is 0.0.
        """
        if self.is_free:
            return NO_PLACE
        index = self.section_index_at_tick(tick)
        meter = self.sections[index].meter
        bars, tick_in_bar = divmod(tick - self.start_ticks[index], meter.ticks_per_bar)
        return BarBeat(self.first_bars[index] + bars, tick_in_bar // meter.ticks_per_beat + 1)

    def bars_begun_at_tick(self, tick: int) -> int:
        """Return how many bars a take has begun at `tick`, whatever their numbers."""
        begun = 0
        for index in range(self.start_index, self.section_index_at_tick(tick) + 1):
            end_tick = self.section_end_tick(index)
            until_tick = tick + 1 if end_tick is None else min(tick + 1, end_tick)
            ticks = until_tick - self.start_ticks[index]
            begun += max(-(-ticks // self.sections[index].meter.ticks_per_bar), 0)
        return begun

    def next_bar_tick(self, tick: int) -> int:
        """Return the first bar line after `tick`."""
        index = self.section_index_at_tick(tick)
        ticks_per_bar = self.sections[index].meter.ticks_per_bar
        start_tick = self.start_ticks[index]
        return start_tick + ((tick - start_tick) // ticks_per_bar + 1) * ticks_per_bar

    def next_beat_tick(self, tick: int) -> int:
        """Return the first beat after `tick`."""
        index = self.section_index_at_tick(tick)
        ticks_per_beat = self.sections[index].meter.ticks_per_beat
        start_tick = self.start_ticks[index]
        return start_tick + ((tick - start_tick) // ticks_per_beat + 1) * ticks_per_beat

    def starting_at(self, index: int) -> Song:
        """Return the song for takes that begin with section `index`; bars keep their numbers."""
        return replace(self, start_index=index)

    def looping(self, index: int) -> Song:
        """Return the song for takes that play section `index` again and again from its own bar on.

        Each pass has the song's own bar numbers. A section without length is only started at.
        """
        section = self.sections[index]
        if section.ticks is None:
            return self.starting_at(index)
        whole = self.whole_tempo_map
        end_tick = self.start_ticks[index] + section.ticks
        pass_s = whole.seconds_at_tick(end_tick) - whole.seconds_at_tick(self.start_ticks[index])
        most_passes = min(_MOST_PASSES, _MOST_LOOPED_TEMPOS // len(section.tempos))
        passes = max(min(int(_LOOPED_FOR_S / pass_s), most_passes), 2)
        return replace(
            self,
            sections=self.sections[:index] + (section,) * passes,
            first_bars=self.first_bars[:index] + (self.first_bars[index],) * passes,
            start_index=index,
        )

    def at_tempo(self, tempo: Tempo) -> Song:
        """Return the song with its first tempo changed to `tempo` and all others in proportion."""
        return self.scaled(tempo.quarters_per_minute / self.sections[0].tempo.quarters_per_minute)

    def scaled(self, ratio: Fraction) -> Song:
        """Return the song with all its tempos `ratio` times as fast."""
        if ratio == 1:
            return self
        return replace(self, sections=tuple(_scaled(section, ratio) for section in self.sections))


def _scaled(section: Section, ratio: Fraction) -> Section:
    spans = tuple(
        replace(
            span,
            tempo=Tempo(span.tempo.quarters_per_minute * ratio),
            to=None if span.to is None else Tempo(span.to.quarters_per_minute * ratio),
        )
        for span in section.tempos
    )
    return replace(section, tempos=spans)


def steady_song(
    title: str,
    tempo: Tempo,
    meter: Meter = COMMON_TIME,
    *,
    count_in: CountIn = TWO_BARS,
    bars: int | None = None,
    subdivision: Subdivision = Subdivision.NONE,
    first_bars: Iterable[tuple[str, int]] = (),
) -> Song:
    """Return a song of one tempo and one meter; sections are given by name and first bar.

    Bars before the first section belong to it too.
    """
    named = list(first_bars) or [("", 1)]
    starts = [1, *(bar for _, bar in named[1:])]
    ends = [*starts[1:], None if bars is None else bars + 1]
    steady = (TempoSpan(0, tempo),)
    sections = tuple(
        Section(
            name,
            None if end is None else end - start,
            steady,
            meter,
            subdivision=subdivision,
        )
        for (name, _), start, end in zip(named, starts, ends, strict=True)
    )
    return Song(title, sections, count_in)


def free_song(title: str) -> Song:
    """Return a song without tempo or click."""
    # Nobody sees these bars; they only carry the time.
    silent = Section("", None, (TempoSpan(0, Tempo(Fraction(60))),), has_click=False)
    return Song(title, (silent,), NO_COUNT_IN, is_free=True)


BUILT_IN_SONG = steady_song("Click 120", Tempo(Fraction(120)))
