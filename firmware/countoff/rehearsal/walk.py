"""Walking through a song as it is written: where its bars and beats lie, and what clicks there.

The judge's own arithmetic, in quarter notes and seconds, from what the song says and from nothing
that planned the click. Times of steady tempos are exact, those of ramps right to fifty digits. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from countoff.core.section import Subdivision
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.tempo_map import LinearIn
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoSpan
    from countoff.rehearsal.statements import Place

_DIGITS = Context(prec=50)
_LETTERS = {"X": Voice.ACCENT, "x": Voice.BEAT, ".": None}
# `auto` divides a beat where fewer than so many come in a minute, and twice below the second.
_DIVIDED_BELOW = 80
_DIVIDED_TWICE_BELOW = 50


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
        counted, _ = self._counted
        return Spot(self.start_index, -max(counted, self._pick_up))

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
        return Spot(index, bars_in * _bar(meter) + beats_in, place.pass_number)

    def beat_after(self, place: Place) -> Spot:
        """Return where the beat of `place` is over. Raises NoSuchPlaceError."""
        spot = self.spot(place)
        beat = Fraction(4, self.song.sections[spot.index].meter.note_value)
        return Spot(spot.index, spot.quarters + beat, spot.pass_number)

    def quarters(self, spot: Spot) -> Fraction:
        """Return how many quarter notes are played from bar 1 to `spot`, in the song as a whole."""
        before = sum((_quarters(section) for section in self.song.sections[: spot.index]), _ZERO)
        passed = spot.pass_number - 1
        more = passed * _quarters(self.song.sections[spot.index]) if passed else _ZERO
        return before + more + spot.quarters

    def seconds(self, spot: Spot) -> Fraction:
        """Return how long after the song's bar 1 `spot` comes, at the tempo of this take."""
        section = self.song.sections[spot.index]
        seconds = self._begins_s[spot.index] + _seconds_into(section, spot.quarters)
        if spot.pass_number > 1:
            seconds += (spot.pass_number - 1) * _seconds_into(section, _quarters(section))
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
            yield Spot(index, -_bar(sections[index].meter))
        if self.is_looped:
            for pass_number in count(1):
                yield from self._bars_of(index, pass_number)
        for later in range(index, len(sections)):
            yield from self._bars_of(later, 1)

    def _bars_of(self, index: int, pass_number: int) -> Iterator[Spot]:
        section = self.song.sections[index]
        for bar in count() if section.bars is None else range(section.bars):
            yield Spot(index, bar * _bar(section.meter), pass_number)

    def _bar_clicks(self, bar: Spot) -> Iterator[WrittenClick]:
        """Yield what clicks in the bar that begins at `bar`, from the pick-up on."""
        section = self.song.sections[bar.index]
        if not section.has_click:
            return
        tempo = _tempo_at(section, bar.quarters) * self.ratio
        for offset, voice in _voices_in_bar(section, tempo):
            spot = Spot(bar.index, bar.quarters + offset, bar.pass_number)
            if spot.quarters >= -self._pick_up:
                yield WrittenClick(self.seconds(spot), voice, section.level_db, self._words(spot))

    def _count_in_clicks(self) -> Iterator[WrittenClick]:
        _, beats = self._counted
        for before, is_one in beats:
            spot = Spot(self.start_index, -before)
            voice = Voice.COUNT_IN_ACCENT if is_one else Voice.COUNT_IN
            yield WrittenClick(self.seconds(spot), voice, 0.0, self._words(spot))

    @property
    def _start(self) -> Section:
        return self.song.sections[self.start_index]

    @cached_property
    def _pick_up(self) -> Fraction:
        is_top = self.start_index == 0
        return Fraction(self.song.pick_up_ticks, TICKS_PER_QUARTER) if is_top else _ZERO

    @cached_property
    def _counted(self) -> tuple[Fraction, list[tuple[Fraction, bool]]]:
        """How long the count-in is, and its sounding beats: quarters before bar 1, and its ones.

        The count lies on the song's own beats. Whole bars, words too, end with the bar before bar
        1, the pick-up coming in over their last beats, and there is a bar more where that would
        leave less than one. Other beats and words end on the last beat before the pick-up. At half
        time a bar that has no whole number of beats is counted as two.
        """
        said, section, pick_up = self.song.count_in, self._start, self._pick_up
        bar = _bar(said.meter or section.meter)
        beat = Fraction(4, said.meter.note_value) if said.meter is not None else _beat(section)
        if said.is_half_time:
            beat *= 2
            bar *= 1 if (bar / beat).denominator == 1 else 2
        beats = len(said.words) or said.beats or int(said.bars * bar / beat)
        length = beats * beat
        if said.bars:
            length += bar if length - pick_up < bar else 0
        elif not (said.words and (length / bar).denominator == 1 and length > pick_up):
            # Its last beat is the last one before the pick-up, which may come between two.
            length += pick_up // beat * beat
        counted = [length - n * beat for n in range(int(length / beat))]
        counted = [before for before in counted if before > pick_up]
        counted = counted[: max(len(counted) - said.rest_beats, 0)]
        if not said.words:
            return length, [(before, (before / bar).denominator == 1) for before in counted]
        spoken = [(before, said.words[n]) for n, before in enumerate(counted)]
        return length, [(before, word == "1") for before, word in spoken if word != "."]

    @cached_property
    def _begins_s(self) -> tuple[Fraction, ...]:
        begins = [_ZERO]
        for section in self.song.sections[:-1]:
            begins.append(begins[-1] + _seconds_into(section, _quarters(section)))
        return tuple(begins)

    def _words(self, spot: Spot) -> str:
        meter = self.song.sections[spot.index].meter
        bars, rest = divmod(spot.quarters, _bar(meter))
        beats, between = divmod(rest * meter.note_value / 4, 1)
        words = f"bar {self.first_bars[spot.index] + bars}.{beats + 1}" + ("+" if between else "")
        return f"{words} pass {spot.pass_number}" if spot.pass_number > 1 else words


_ZERO = Fraction(0)


def _bar(meter: Meter) -> Fraction:
    """Return the length of a bar in quarter notes."""
    return Fraction(4 * meter.beats_per_bar, meter.note_value)


def _beat(section: Section) -> Fraction:
    """Return the length of a clicked beat in quarter notes."""
    own = Fraction(4, section.meter.note_value)
    return Fraction(section.beat_ticks, TICKS_PER_QUARTER) if section.beat_ticks else own


def _quarters(section: Section) -> Fraction:
    """Return the length of a section; one that rolls until stopped has none that anybody asks for."""
    return (section.bars or 0) * _bar(section.meter)


def _voices_in_bar(section: Section, tempo: Fraction) -> list[tuple[Fraction, Voice]]:
    """Return what sounds in a bar that begins at `tempo`: quarters after its downbeat, and voice."""
    bar, beat = _bar(section.meter), _beat(section)
    sounding: dict[Fraction, Voice | None] = {}
    step = _step(section, beat, tempo)
    place = _ZERO
    while step and place < bar:
        sounding[place] = Voice.SUBDIVISION
        place += step
    beats = [n * beat for n in range(-(-bar // beat))]
    sounding |= dict.fromkeys(beats, Voice.BEAT)
    if section.pattern:
        sounding |= {
            at: _LETTERS[letter] for at, letter in zip(beats, section.pattern, strict=True)
        }
    else:
        groups = _group_starts(section)
        # Where every beat is a group, as in a 6/8 in two, none of them stands out.
        if groups != beats:
            sounding |= dict.fromkeys(groups, Voice.GROUP)
        sounding[_ZERO] = Voice.ACCENT
    return [(at, voice) for at, voice in sorted(sounding.items()) if voice is not None]


def _group_starts(section: Section) -> list[Fraction]:
    starts, notes = [], 0
    for group in section.grouping:
        starts.append(Fraction(4 * notes, section.meter.note_value))
        notes += group
    return starts


def _step(section: Section, beat: Fraction, tempo: Fraction) -> Fraction:
    """Return the length of a subdivision in quarter notes, 0 for none.

    What does not go evenly into the beat is left out; triplets are thirds of any beat that has none.
    """
    if section.subdivision is not Subdivision.AUTO:
        step = Fraction(section.subdivision.value, TICKS_PER_QUARTER)
        if not step or (beat / step).denominator == 1:
            return step
        return beat / 3 if section.subdivision is Subdivision.TRIPLET else _ZERO
    beats_a_minute = tempo / beat
    if beats_a_minute >= _DIVIDED_BELOW:
        return _ZERO
    # A dotted note is three of a plain one.
    parts = 3 if _is_plain(beat / 3) else 2
    return beat / (parts * (2 if beats_a_minute < _DIVIDED_TWICE_BELOW else 1))


def _is_plain(note: Fraction) -> bool:
    """Tell whether a note is a whole one, halved or doubled any number of times."""
    return all(part & (part - 1) == 0 for part in (note.numerator, note.denominator))


def _spans(section: Section) -> list[tuple[Fraction, Fraction | None, TempoSpan]]:
    """Return each tempo of a section: from where, for how long (None for on and on), and which."""
    starts = [Fraction(span.start_tick, TICKS_PER_QUARTER) for span in section.tempos]
    ends = [*starts[1:], None if section.bars is None else _quarters(section)]
    return [
        (start, None if end is None else end - start, span)
        for start, end, span in zip(starts, ends, section.tempos, strict=True)
    ]


@lru_cache(maxsize=4096)
def _seconds_into(section: Section, quarters: Fraction) -> Fraction:
    """Return how long after a section's first downbeat a place in it comes, as written."""
    if quarters <= 0:
        return 60 * quarters / section.tempos[0].tempo.quarters_per_minute
    seconds = _ZERO
    spans = _spans(section)
    for number, (start, length, span) in enumerate(spans):
        is_last = number == len(spans) - 1
        into = quarters - start
        if into <= 0:
            break
        if length is not None and into > length:
            seconds += _seconds_in_span(span, length, length)
            # Beyond the end of the song time goes on as it went last.
            last = span.to or span.tempo
            seconds += 60 * (into - length) / last.quarters_per_minute if is_last else 0
        else:
            seconds += _seconds_in_span(span, length, into)
    return seconds


def _seconds_in_span(span: TempoSpan, length: Fraction | None, into: Fraction) -> Fraction:
    first = span.tempo.quarters_per_minute
    if length is None or span.to is None or span.to == span.tempo:
        return 60 * into / first
    rise = span.to.quarters_per_minute - first
    if span.linear_in is LinearIn.BEATS:
        # The tempo is first + slope * q: the integral of 60 dq over it.
        slope = rise / length
        grown = _DIGITS.ln(_decimal((first + slope * into) / first))
        return 60 / slope * Fraction(grown)
    # The mean tempo is half way, so the ramp lasts this long; then 60 q = first t + rise t² / 2D.
    lasts = 60 * length / (first + rise / 2)
    bend = rise / (2 * lasts)
    root = _DIGITS.sqrt(_decimal(first**2 + 240 * bend * into))
    return (Fraction(root) - first) / (2 * bend)


def _tempo_at(section: Section, quarters: Fraction) -> Fraction:
    """Return the tempo at a place of a section, as written."""
    spans = [span for span in _spans(section) if span[0] <= max(quarters, _ZERO)]
    start, length, span = spans[-1]
    first = span.tempo.quarters_per_minute
    into = quarters - start
    if length is None or span.to is None or into <= 0:
        return first
    last = span.to.quarters_per_minute
    if span.linear_in is LinearIn.BEATS:
        return first + (last - first) * into / length
    return Fraction(_DIGITS.sqrt(_decimal(first**2 + (last**2 - first**2) * into / length)))


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
