"""Walking through a song as it is written: where its bars and beats lie, and what clicks there.

The judge's own arithmetic, in quarter notes and seconds, from what the song says and from nothing
that planned the click. Times of steady tempos are exact, those of ramps right to fifty digits. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.voice import Voice
from countoff.rehearsal.bars_as_written import ZERO, bar_quarters, section_quarters, voices_in_bar
from countoff.rehearsal.count_in_as_written import Counted, counted
from countoff.rehearsal.tempo_as_written import seconds_into, tempo_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.rehearsal.statements import Place


class NoSuchPlaceError(ValueError):
    """A place that a song has not; the message says why: "a bar of 7/8 has no beat 8"."""


@dataclass(frozen=True, slots=True)
class Spot:
    """So many quarter notes after the first downbeat of a section, in the n-th pass of a loop."""

    index: int
    quarters: Fraction
    pass_number: int = 1


class WrittenClick(NamedTuple):
    """What must sound, so long after the song's bar 1; `words` say where that is."""

    seconds: Fraction
    voice: Voice
    level_db: float
    words: str


@dataclass(frozen=True)
class Walk:
    """One take's way through `song`: from a section on, that one only or to the end.

    `ratio` is how much faster than written it is played.
    """

    song: Song
    start_index: int = 0
    is_looped: bool = False
    ratio: Fraction = Fraction(1)

    @cached_property
    def first_bars(self) -> tuple[int, ...]:
        """The number of each section's first bar."""
        numbers = [1]
        for section in self.song.sections[:-1]:
            numbers.append(numbers[-1] + (section.bars or 0))
        return tuple(numbers)

    @cached_property
    def begin(self) -> Spot:
        """Where a take begins: with its count-in, or with a pick-up that has none before it."""
        return Spot(self.start_index, -max(self._counted.quarters, self._pick_up))

    def spot(self, place: Place) -> Spot:
        """Return where a bar and beat of the take is. Raises NoSuchPlaceError."""
        song = self.song
        if song.is_free:
            raise NoSuchPlaceError("a song without tempo has no bars")
        if place.pass_number > 1 and not self.is_looped:
            raise NoSuchPlaceError("the take is not looped")
        index = self.start_index
        first, bars = self.first_bars[index], song.sections[index].bars
        if self.is_looped and bars is not None and place.bar >= first + bars:
            raise NoSuchPlaceError(f"the loop has bars {first} to {first + bars - 1}")
        if not self.is_looped:
            later = [n for n, bar in enumerate(self.first_bars) if index < n and bar <= place.bar]
            index = later[-1] if later else index
        meter = song.sections[index].meter
        if place.beat > meter.beats_per_bar:
            raise NoSuchPlaceError(f"a bar of {meter} has no beat {place.beat}")
        bars_in = place.bar - self.first_bars[index]
        beats_in = Fraction(4 * (place.beat - 1), meter.note_value)
        return Spot(index, bars_in * bar_quarters(meter) + beats_in, place.pass_number)

    def beat_after(self, place: Place) -> Spot:
        """Return where the beat of `place` is over. Raises NoSuchPlaceError."""
        spot = self.spot(place)
        beat = Fraction(4, self.song.sections[spot.index].meter.note_value)
        return Spot(spot.index, spot.quarters + beat, spot.pass_number)

    def quarters(self, spot: Spot) -> Fraction:
        """Return how many quarter notes are played from bar 1 to `spot`, in the song as a whole."""
        before = sum(
            (section_quarters(section) for section in self.song.sections[: spot.index]), ZERO
        )
        passed = spot.pass_number - 1
        more = passed * section_quarters(self.song.sections[spot.index]) if passed else ZERO
        return before + more + spot.quarters

    def seconds(self, spot: Spot) -> Fraction:
        """Return how long after the song's bar 1 `spot` comes, at the tempo of this take."""
        section = self.song.sections[spot.index]
        seconds = self._begins_s[spot.index] + seconds_into(section, spot.quarters)
        if spot.pass_number > 1:
            seconds += (spot.pass_number - 1) * seconds_into(section, section_quarters(section))
        return seconds / self.ratio

    def clicks(self, first_s: Fraction, end_s: Fraction) -> list[WrittenClick]:
        """Return what must sound between two moments, the later left out, in order.

        Both are in seconds after the song's bar 1.
        """
        found = list(self._count_in_clicks())
        for bar in self._bars():
            if self.seconds(bar) >= end_s:
                break
            found += self._bar_clicks(bar)
        return [click for click in found if first_s <= click.seconds < end_s]

    def _bars(self) -> Iterator[Spot]:
        """Yield every bar of the take, without end where it has none; a pick-up is in the first."""
        index, sections = self.start_index, self.song.sections
        if self._pick_up:
            yield Spot(index, -bar_quarters(sections[index].meter))
        if self.is_looped:
            for pass_number in count(1):
                yield from self._bars_of(index, pass_number)
        for later in range(index, len(sections)):
            yield from self._bars_of(later, 1)

    def _bars_of(self, index: int, pass_number: int) -> Iterator[Spot]:
        section = self.song.sections[index]
        for bar in count() if section.bars is None else range(section.bars):
            yield Spot(index, bar * bar_quarters(section.meter), pass_number)

    def _bar_clicks(self, bar: Spot) -> Iterator[WrittenClick]:
        """Yield what clicks in the bar that begins at `bar`, from the pick-up on."""
        section = self.song.sections[bar.index]
        if not section.has_click:
            return
        tempo = tempo_at(section, bar.quarters) * self.ratio
        for offset, voice in voices_in_bar(section, tempo):
            spot = Spot(bar.index, bar.quarters + offset, bar.pass_number)
            if spot.quarters >= -self._pick_up:
                yield WrittenClick(self.seconds(spot), voice, section.level_db, self._words(spot))

    def _count_in_clicks(self) -> Iterator[WrittenClick]:
        for before, is_one in self._counted.beats:
            spot = Spot(self.start_index, -before)
            voice = Voice.COUNT_IN_ACCENT if is_one else Voice.COUNT_IN
            yield WrittenClick(self.seconds(spot), voice, 0.0, self._words(spot))

    @property
    def _start(self) -> Section:
        return self.song.sections[self.start_index]

    @cached_property
    def _pick_up(self) -> Fraction:
        is_top = self.start_index == 0
        return Fraction(self.song.pick_up_ticks, TICKS_PER_QUARTER) if is_top else ZERO

    @cached_property
    def _counted(self) -> Counted:
        return counted(self.song.count_in, self._start, self._pick_up)

    @cached_property
    def _begins_s(self) -> tuple[Fraction, ...]:
        begins = [ZERO]
        for section in self.song.sections[:-1]:
            begins.append(begins[-1] + seconds_into(section, section_quarters(section)))
        return tuple(begins)

    def _words(self, spot: Spot) -> str:
        meter = self.song.sections[spot.index].meter
        bars, rest = divmod(spot.quarters, bar_quarters(meter))
        beats, between = divmod(rest * meter.note_value / 4, 1)
        words = f"bar {self.first_bars[spot.index] + bars}.{beats + 1}" + ("+" if between else "")
        return f"{words} pass {spot.pass_number}" if spot.pass_number > 1 else words
