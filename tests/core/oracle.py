"""What a song should sound like: worked out from the definitions, to sixty digits.

It reads what a song says and computes nothing with the program's code. It counts in quarter notes
and seconds, not in ticks and frames; it walks through every bar; and a time is where the integral
of the tempo over time has grown to that many quarter notes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpmath import MPContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoSpan

mp = MPContext()
mp.dps = 60
# What the rounding to a frame allows, and the last digits of sixty.
HALF_A_SAMPLE = mp.mpf("0.500000001")
_VOICES = {"X": "ACCENT", "x": "BEAT"}


@dataclass(frozen=True)
class Sound:
    """One click: where in the song, when after bar 1, in what voice and how loud."""

    quarters: Fraction
    seconds: Any
    voice: str
    gain: float
    bar: int
    beat: int

    def frame(self, origin_frame: Fraction, rate_hz: int) -> Any:
        """Return its exact place on a stream in which bar 1 is at `origin_frame`."""
        return real(origin_frame) + self.seconds * rate_hz


@dataclass(frozen=True)
class Leg:
    """One tempo, or one ramp from `first` to `last`, from `begin` on, in quarters of the song."""

    begin: Fraction
    end: Fraction | None
    first: Fraction
    last: Fraction
    shape: str

    def seconds(self, quarters: Fraction) -> Any:
        """Return how long the first `quarters` of it take."""
        if self.first == self.last:
            return real(60 * quarters / self.first)
        assert self.end is not None
        length = self.end - self.begin
        if self.shape == "beats":
            # dt = 60 dq / (first + slope q), integrated.
            slope = (self.last - self.first) / length
            return 60 / real(slope) * mp.log(real((self.first + slope * quarters) / self.first))
        # The mean tempo of the whole is halfway, which gives its length D; then
        # 60 q = first t + (last - first) t t / (2 D), solved for t.
        lasts = 120 * length / (self.first + self.last)
        bend = (self.last - self.first) / (2 * lasts)
        return (mp.sqrt(real(self.first**2 + 240 * bend * quarters)) - real(self.first)) / (
            2 * real(bend)
        )

    def tempo_squared(self, quarters: Fraction) -> Fraction:
        """Return the square of the tempo after `quarters`: that is rational in either shape."""
        if self.first == self.last:
            return self.first**2
        assert self.end is not None
        done = quarters / (self.end - self.begin)
        if self.shape == "beats":
            return (self.first + (self.last - self.first) * done) ** 2
        return self.first**2 + (self.last**2 - self.first**2) * done


class Course:
    """The tempo of a row of sections, from the first of them on; before it its tempo holds."""

    def __init__(self, sections: list[Section]) -> None:
        """Lay the sections' tempos out end to end."""
        self.legs: list[Leg] = []
        self.begins_s: list[Any] = [mp.mpf(0)]
        begin = Fraction(0)
        for section in sections:
            end = None if section.bars is None else begin + section.bars * _bar(section.meter)
            for span, following in zip(section.tempos, [*section.tempos[1:], None], strict=True):
                until = end if following is None else begin + Fraction(following.start_tick, 960)
                self.legs.append(_leg(span, begin + Fraction(span.start_tick, 960), until))
            if end is not None:
                begin = end
        self.begins = [leg.begin for leg in self.legs]
        for leg in self.legs[:-1]:
            assert leg.end is not None
            self.begins_s.append(self.begins_s[-1] + leg.seconds(leg.end - leg.begin))

    def _number(self, quarters: Fraction) -> int:
        return max(bisect_right(self.begins, quarters) - 1, 0)

    def seconds(self, quarters: Fraction) -> Any:
        """Return when `quarters` after the first section's downbeat are over."""
        if quarters <= 0:
            return real(60 * quarters / self.legs[0].first)
        number = self._number(quarters)
        leg = self.legs[number]
        return self.begins_s[number] + leg.seconds(quarters - leg.begin)

    def tempo_squared(self, quarters: Fraction) -> Fraction:
        """Return the square of the tempo there."""
        if quarters <= 0:
            return self.legs[0].first ** 2
        leg = self.legs[self._number(quarters)]
        return leg.tempo_squared(quarters - leg.begin)


def heard(
    song: Song,
    *,
    start: int = 0,
    passes: int = 1,
    since: Fraction | None = None,
    until: Fraction = Fraction(400),
) -> list[Sound]:
    """Return what sounds when `song` is played from section `start` on, its count-in too.

    With more than one of `passes` only that section is played, so often. Places are in quarters of
    the song, and seconds count from its bar 1, as if it had been played from there; no further than
    `until` quarters after where it is started, and of that nothing before `since`, in quarters of
    the song.
    """
    before = list(song.sections[:start])
    played = list(song.sections[start:]) if passes == 1 else [song.sections[start]] * passes
    bars_before = sum(section.bars or 0 for section in before)
    numbers = [bars_before + 1] * len(played)
    if passes == 1:
        for place in range(1, len(played)):
            numbers[place] = numbers[place - 1] + (played[place - 1].bars or 0)
    entry = sum(((section.bars or 0) * _bar(section.meter) for section in before), Fraction(0))
    entry_s = Course([*before, *played]).seconds(entry)
    course = Course(played)
    sounds = []
    for quarters, voice, gain, bar, beat in _walk(
        song, start, played, numbers, course, until=until
    ):
        if since is None or entry + quarters >= since:
            sounds.append(
                Sound(entry + quarters, entry_s + course.seconds(quarters), voice, gain, bar, beat)
            )
    return sounds


def _walk(
    song: Song,
    start: int,
    played: list[Section],
    numbers: list[int],
    course: Course,
    *,
    until: Fraction,
) -> Iterator[tuple[Fraction, str, float, int, int]]:
    """Yield place, voice, gain, bar and beat of every click, from the entry's downbeat on."""
    pick_up = Fraction(song.pick_up_ticks, 960) if start == 0 else Fraction(0)
    first = played[0]
    bar_length, note = _bar(first.meter), Fraction(4, first.meter.note_value)
    for quarters, voice in count_in(song, first, pick_up):
        bars = quarters // bar_length
        yield quarters, voice, 1.0, numbers[0] + bars, (quarters - bars * bar_length) // note + 1
    for quarters, voice in _bar_of(first, course.tempo_squared(Fraction(0))):
        if quarters - bar_length >= -pick_up:
            gain = 10 ** (first.level_db / 20)
            yield quarters - bar_length, voice, gain, numbers[0] - 1, quarters // note + 1
    downbeat = Fraction(0)
    for section, number in zip(played, numbers, strict=True):
        gain = 10 ** (section.level_db / 20)
        note = Fraction(4, section.meter.note_value)
        bar = 0
        while (section.bars is None or bar < section.bars) and downbeat < until:
            for quarters, voice in _bar_of(section, course.tempo_squared(downbeat)):
                if downbeat + quarters < until:
                    yield downbeat + quarters, voice, gain, number + bar, quarters // note + 1
            downbeat += _bar(section.meter)
            bar += 1


def _bar_of(section: Section, tempo_squared: Fraction) -> list[tuple[Fraction, str]]:
    """Return what sounds in one bar: quarters after its downbeat, and the voice."""
    if not section.has_click:
        return []
    bar_length, note = _bar(section.meter), Fraction(4, section.meter.note_value)
    beat = Fraction(section.beat_ticks, 960) or note
    beats = _multiples(beat, bar_length)
    groups = []
    if not section.pattern:
        groups = [note * sum(section.grouping[:n]) for n in range(len(section.grouping))]
    step = _subdivision(section.subdivision.name, beat, tempo_squared)
    between = _multiples(step, bar_length) if step else []
    row = []
    for place in sorted({*beats, *groups, *between}):
        if section.pattern and place in beats:
            voice = _VOICES.get(section.pattern[beats.index(place)])
        elif place == 0:
            voice = "ACCENT"
        elif place in groups and groups != beats:
            voice = "GROUP"
        elif place in beats:
            voice = "BEAT"
        else:
            voice = "SUBDIVISION"
        if voice is not None:
            row.append((place, voice))
    return row


def _subdivision(name: str, beat: Fraction, tempo_squared: Fraction) -> Fraction | None:
    """Return the note between the beats: only one that divides the beat evenly."""
    if name == "NONE":
        return None
    if name == "AUTO":
        # Below 80 beats a minute a beat is halved, or is three if dotted; below 50, twice that.
        if tempo_squared >= (80 * beat) ** 2:
            return None
        is_dotted = beat.numerator % 3 == 0
        parts = (3 if is_dotted else 2) * (2 if tempo_squared < (50 * beat) ** 2 else 1)
        return beat / parts
    if name == "TRIPLET":
        # Three to the quarter, or to a beat that is not made of quarters.
        return Fraction(1, 3) if (beat * 3).denominator == 1 else beat / 3
    note = {"EIGHTH": Fraction(1, 2), "SIXTEENTH": Fraction(1, 4)}[name]
    return note if (beat / note).denominator == 1 else None


def count_in(song: Song, section: Section, pick_up: Fraction) -> list[tuple[Fraction, str]]:
    """Return the count into `section`: quarters before its downbeat (negative), and the voice."""
    said = song.count_in
    meter = said.meter or section.meter
    bar, note = _bar(meter), Fraction(4, meter.note_value)
    beat = note if said.meter else Fraction(section.beat_ticks, 960) or note
    if said.is_half_time:
        beat *= 2
        # An odd bar has no half-time beats of its own: two of them are one.
        if (bar / beat).denominator != 1:
            bar *= 2
    if said.bars:
        bars = said.bars if said.bars * bar - pick_up >= bar else said.bars + 1
        places = [-bars * bar + place for place in _multiples(beat, bars * bar)]
        words = ["1" if place % bar == 0 else "x" for place in places]
    elif said.words:
        words = list(said.words)
        length = len(words) * beat
        # Whole bars of words are bars; others end on the last beat before the pick-up.
        is_whole = (length / bar).denominator == 1 and length > pick_up
        end = Fraction(0) if is_whole else -(pick_up // beat) * beat
        places = [end - length + number * beat for number in range(len(words))]
    else:
        end = -(pick_up // beat) * beat
        places = [end - (said.beats - number) * beat for number in range(said.beats)]
        words = ["1" if place % bar == 0 else "x" for place in places]
    counted = [(place, word) for place, word in zip(places, words, strict=True) if place < -pick_up]
    counted = counted[: max(len(counted) - said.rest_beats, 0)]
    return [
        (place, "COUNT_IN_ACCENT" if word == "1" else "COUNT_IN")
        for place, word in counted
        if word != "."
    ]


def real(value: Fraction) -> Any:
    """Return a rational number to sixty digits."""
    return mp.mpf(value.numerator) / value.denominator


def _leg(span: TempoSpan, begin: Fraction, end: Fraction | None) -> Leg:
    first = span.tempo.quarters_per_minute
    last = first if span.to is None else span.to.quarters_per_minute
    return Leg(begin, end, first, last, span.linear_in.value)


def _bar(meter: Meter) -> Fraction:
    return Fraction(4 * meter.beats_per_bar, meter.note_value)


def _multiples(step: Fraction, end: Fraction) -> list[Fraction]:
    """Return 0, step, 2 step, below `end`."""
    return [number * step for number in range(-(-end // step))]
