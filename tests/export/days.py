"""Any day in the studio, drawn by hypothesis, with what must come out of it for each take.

What is expected is worked out from what was drawn, to sixty digits, and with no code of the exports: where every
take, section, flag and incident lies, in seconds after its take's bar 1.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st
from tests.core.drawing import rates_hz, songs
from tests.core.oracle import Course
from tests.export.made_days import (
    INTERRUPTED,
    MadeDay,
    MadeFlag,
    MadeSection,
    MadeTake,
    nearest_frame,
)

from countoff.core.count_in import TWO_BARS
from countoff.core.daw import DawPlace, KnownFrom, Verdict
from countoff.core.entries import (
    DawAnswered,
    DawPlaced,
    FlagChanged,
    FlagKind,
    FlagMade,
    FlagTakenBack,
    HowEnded,
    IncidentHappened,
    SessionStarted,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakePosition,
    TakeRolled,
    TakeStarted,
)
from countoff.core.song import free_song
from countoff.takelog.edits import Edit, EditKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.entries import Entry
    from countoff.core.section import Section
    from countoff.core.song import Song

TITLES: Final = ("Night Bus", "Über & <Söhne>", '=1+1, "quoted" \u05e9\u05d9\u05e8')
# Further apart than the longest take that is drawn.
APART_S: Final = 3600
STACK_S: Final = 3600
_NS: Final = 1_000_000_000
_MOST_BEATS: Final = 40


@st.composite
def days(draw: st.DrawFn) -> MadeDay:
    """Any session: songs, takes, false starts, faults, flags of every kind, known places and unknown ones."""
    way = draw(st.sampled_from(("unknown", "string_out", "string_out", "mixed", "stacked")))
    count = 1 if way == "stacked" else draw(st.integers(1, 3))
    book = [
        _plainly_clicked(draw(songs(most_sections=3, most_bars=3)), title)
        for title in TITLES[:count]
    ]
    if count > 1 and draw(st.booleans()):
        book[-1] = free_song(book[-1].title)
    day = MadeDay(draw(rates_hz), way, [], [SessionStarted("s1", 1)], [])
    numbers: dict[str, int] = {}
    now_ns = 10 * _NS
    for ordinal in range(1, draw(st.integers(1, 5)) + 1):
        song = draw(st.sampled_from(book))
        numbers[song.title] = numbers.get(song.title, 0) + draw(st.integers(1, 2))
        take = MadeTake(
            id=f"take{ordinal}",
            title=song.title,
            number=numbers[song.title],
            ordinal=ordinal,
            status=draw(
                st.sampled_from(
                    ("ended", "ended", "ended", "false_start", "cancelled", INTERRUPTED)
                )
            ),
            rating=draw(st.none() | st.integers(0, 5)),
            name=draw(st.sampled_from(("", "", "the sad one", "a,b"))),
        )
        drawing = _Drawing(draw, day, take, song, now_ns)
        now_ns = drawing.closed_ns + draw(st.integers(1, 60)) * _NS
    return day


def _plainly_clicked(song: Song, title: str) -> Song:
    """Give a song its title and the usual click, which no export tells of: so its chart can be read again."""
    return replace(
        song,
        title=title,
        count_in=TWO_BARS,
        sections=tuple(
            replace(section, pattern="", grouping=(), beat_ticks=0) for section in song.sections
        ),
    )


class _Beat(NamedTuple):
    """A beat of what was played: in which part of it, and what people call it."""

    tick: int
    ticks: int
    part: int
    bar: int
    beat: int


class _Playing:
    """A song from one section on, or one of its sections looped: where its ticks lie, in time and in bars."""

    def __init__(self, song: Song, start: int, *, is_looped: bool) -> None:
        self.song, self.start, self.is_looped = song, start, is_looped
        before = list(song.sections[:start])
        self.played: list[tuple[int, int, Section]] = (
            [(start, each, song.sections[start]) for each in range(4)]
            if is_looped
            else [(start + each, 0, part) for each, part in enumerate(song.sections[start:])]
        )
        self.course = Course([*before, *(section for _, _, section in self.played)])
        bars = [section.bars or 0 for section in song.sections]
        self.first_bars = [1 + total for total in accumulate([0, *bars[:-1]])]
        self.entry_tick = sum(_ticks(section) for section in before)

    def seconds(self, tick: int) -> Fraction:
        """Return when a tick comes."""
        found = self.course.seconds(Fraction(tick, 960))
        return Fraction(str(found)) if not isinstance(found, Fraction) else found

    def beats(self) -> Iterator[_Beat]:
        """Yield each beat of it."""
        tick = self.entry_tick
        for part, (index, _, section) in enumerate(self.played):
            beat_ticks = 3840 // section.meter.note_value
            bars = 6 if section.bars is None else section.bars
            for count in range(bars * section.meter.beats_per_bar):
                bar, beat = divmod(count, section.meter.beats_per_bar)
                yield _Beat(
                    tick + count * beat_ticks,
                    beat_ticks,
                    part,
                    self.first_bars[index] + bar,
                    beat + 1,
                )
            tick += _ticks(section)

    def spans(self) -> list[tuple[int, int | None]]:
        """Return where each part begins and ends; None for one that rolls until stopped."""
        spans: list[tuple[int, int | None]] = []
        tick = self.entry_tick
        for _, _, section in self.played:
            end = None if section.bars is None else tick + _ticks(section)
            spans.append((tick, end))
            tick = end or tick
        return spans


def _ticks(section: Section) -> int:
    return (section.bars or 0) * section.meter.beats_per_bar * 3840 // section.meter.note_value


class _Drawing:
    """Draws one take of a song whose press is at `press_ns`, and adds it to the day."""

    def __init__(
        self, draw: st.DrawFn, day: MadeDay, take: MadeTake, song: Song, press_ns: int
    ) -> None:
        self.draw, self.day, self.take, self.song = draw, day, take, song
        start = draw(st.integers(0, len(song.sections) - 1))
        section = song.sections[start]
        # A loop of two beats leaves open which pass of it is meant.
        beats = (section.bars or 0) * section.meter.beats_per_bar
        may_loop = beats > 3 and take.status != "cancelled"
        is_looped = may_loop and draw(st.integers(0, 3)) == 0
        if is_looped and take.status == INTERRUPTED:
            # In which pass it broke off, its last bar and beat do not tell.
            take.status = "ended"
        self.playing = _Playing(song, start, is_looped=is_looped)
        pick_up = song.pick_up_ticks if start == 0 else 0
        self.first_s = self.playing.seconds(self.playing.entry_tick - pick_up)
        # Bar 1 is a whole frame of the stream, and the first note two to nine seconds after the press.
        rate_hz = day.rate_hz
        first_frame = press_ns * rate_hz // _NS + draw(st.integers(2 * rate_hz, 9 * rate_hz))
        self.bar1_frame = first_frame - nearest_frame(self.first_s, rate_hz)
        self.bar1_ns = self.bar1_frame * _NS // rate_hz
        answers = draw(st.booleans())
        chart = song.looping(start) if is_looped else song.starting_at(start)
        self.entries: list[Entry] = [
            TakeStarted(
                id=take.id, session_id="s1", song=song.title, number=take.number,
                tempo=str(chart.tempo), meter=str(chart.meter), chart=chart,
                tempo_ratio=Fraction(1), is_looped=is_looped, click_level_db=0,
                sample_rate_hz=rate_hz, epoch=take.ordinal, first_click_frame=first_frame,
                bar1_frame=self.bar1_frame, at_ns=press_ns, first_click_ns=press_ns,
                bar1_ns=self.bar1_ns, daw_can_answer=answers,
            )
        ]  # fmt: skip
        began_ns = press_ns
        if answers:
            began_ns += draw(st.integers(1_000_000, 300_000_000))
            self.entries.append(DawAnswered(take.id, began_ns, 1_000_000))
        take.start_s = self.after_bar1_s(began_ns)
        self.closed_ns = self.at_ns(self.first_s) - _NS
        if take.status == "cancelled":
            self.end(self.closed_ns, 0, 1)
        else:
            self.play()
        if take.status != INTERRUPTED:
            take.end_s = self.after_bar1_s(self.closed_ns)
            self.entries.append(TakeClosed(take.id, self.closed_ns))
        if answers:
            verdict = draw(st.sampled_from((Verdict.RECORDED, Verdict.RECORDED, Verdict.NOT_SEEN)))
            self.entries.append(
                TakeJudged(take.id, self.closed_ns, verdict, None, proves_arming=False)
            )
        self.place()
        self.say()
        day.entries.extend(sorted(self.entries, key=lambda entry: entry.at_ns))
        day.takes.append(take)

    def at_ns(self, seconds: Fraction) -> int:
        """Return the host time of so many seconds after bar 1."""
        return round((Fraction(self.bar1_frame, self.day.rate_hz) + seconds) * _NS)

    def after_bar1_s(self, at_ns: int) -> Fraction:
        """Return how long after bar 1 a host time is."""
        return Fraction(at_ns - self.bar1_ns, _NS)

    def place(self) -> None:
        """Let the DAW say where the take lies, or not."""
        way, take = self.day.way, self.take
        if way == "unknown" or (way == "mixed" and self.draw(st.booleans())):
            return
        # As it lies in the log: a number in double precision.
        place_s = STACK_S if way == "stacked" else APART_S * take.ordinal - float(take.start_s)
        take.daw_bar1_s = Fraction(place_s)
        self.entries.append(
            DawPlaced(take.id, self.closed_ns, DawPlace(take.daw_bar1_s, KnownFrom.TIME_CODE))
        )

    def play(self) -> None:
        """Let the music come so far, be flagged and struck, and end."""
        draw, take, playing = self.draw, self.take, self.playing
        take.music_s = self.first_s
        self.entries.append(TakeRolled(take.id, self.at_ns(self.first_s), take.ordinal, 0))
        beats = list(playing.beats())[:_MOST_BEATS]
        is_interrupted = take.status == INTERRUPTED
        # Nobody saw the end of an interrupted take: it is known to have come to its last beat.
        last = draw(st.integers(min(int(is_interrupted), len(beats) - 1), len(beats) - 1))
        end_tick = beats[last].tick + (0 if is_interrupted else beats[last].ticks)
        end_s = playing.seconds(end_tick)
        over_ns = self.at_ns(end_s)
        self.lay_sections(end_tick, over_ns)
        for _ in range(draw(st.integers(0, 3))):
            self.flag(beats[draw(st.integers(0, last))])
        if draw(st.integers(0, 3)) == 0:
            self.strike(beats[draw(st.integers(0, last))])
        bar, beat = (0, 0) if self.song.is_free else beats[last][3:]
        if is_interrupted:
            self.entries.append(TakePosition(take.id, over_ns, take.ordinal, 0, bar, beat))
            seen_s = take.sections[0].end_s if self.song.is_free else end_s
            take.end_s = max(take.start_s, seen_s)
            self.closed_ns = over_ns
            return
        self.end(over_ns, bar, beat)
        self.closed_ns = over_ns + draw(st.integers(0, 10)) * _NS

    def end(self, at_ns: int, bar: int, beat: int) -> None:
        """Let the music be over."""
        how = HowEnded(self.take.status)
        self.entries.append(TakeEnded(self.take.id, at_ns, self.take.ordinal, 0, bar, beat, how))

    def lay_sections(self, end_tick: int, over_ns: int) -> None:
        """Note from when to when each part was played."""
        take, playing = self.take, self.playing
        if self.song.is_free:
            # A song without bars is measured by the clock, in whole ticks of a 960th of a second.
            ticks = ((2 * (over_ns - self.bar1_ns) + 1) * 960 - 1) // (2 * _NS)
            take.sections.append(MadeSection(0, 0, Fraction(0), Fraction(ticks, 960)))
            return
        for (index, pass_index, _), (begins, ends) in zip(
            playing.played, playing.spans(), strict=True
        ):
            until = end_tick if ends is None else min(ends, end_tick)
            if until > begins:
                seconds = playing.seconds(begins), playing.seconds(until)
                take.sections.append(MadeSection(index, pass_index, *seconds))

    def flag(self, beat: _Beat) -> None:
        """Flag a beat, a little later than it came; by foot, or afterwards by its bar and beat."""
        draw, take, rate_hz = self.draw, self.take, self.day.rate_hz
        kind = draw(st.sampled_from(FlagKind))
        section = self.song.sections[self.playing.played[beat.part][0]].name
        is_whole, is_free = draw(st.integers(0, 3)) == 0, self.song.is_free
        no_bar = is_whole or is_free
        bar, in_bar = (None, None) if no_bar else (beat.bar, beat.beat)
        if not is_free and draw(st.integers(0, 3)) == 0:
            value = {"kind": str(kind), "whole_take": is_whole}
            if not is_whole:
                value |= {"section": section, "bar": beat.bar, "beat": beat.beat}
            self.day.edits.append(Edit(EditKind.FLAG, value, take_id=take.id))
            seconds = None if is_whole else self.playing.seconds(self.first_pass_tick(beat))
            take.flags.append(MadeFlag(kind, bar, in_bar, seconds))
            return
        frame = self.frame_of(beat) + draw(st.integers(0, rate_hz // 20))
        flag_id, made_ns = f"{take.id}f{len(self.entries)}", frame * _NS // rate_hz
        said = (0, 0) if is_free else (beat.bar, beat.beat)
        self.entries.append(
            FlagMade(
                flag_id, take.id, kind, made_ns, take.ordinal, frame, *said, section,
                whole_take=is_whole,
            )
        )  # fmt: skip
        if draw(st.integers(0, 4)) == 0:
            self.entries.append(FlagTakenBack(flag_id, made_ns + 1))
            return
        if kind is FlagKind.KEEPER and draw(st.booleans()):
            kind = FlagKind.FIX_HERE
            self.entries.append(FlagChanged(flag_id, kind, made_ns + 1))
        seconds = None if is_whole else Fraction(frame - self.bar1_frame, rate_hz)
        take.flags.append(MadeFlag(kind, bar, in_bar, seconds))

    def first_pass_tick(self, beat: _Beat) -> int:
        """Return the tick of what people call so, in a loop that of the first pass."""
        return next(each.tick for each in self.playing.beats() if (each.bar, each.beat) == beat[3:])

    def strike(self, beat: _Beat) -> None:
        """Let the stream lose some frames."""
        frame = self.frame_of(beat) + 7
        said = (0, 0) if self.song.is_free else (beat.bar, beat.beat)
        self.entries.append(
            IncidentHappened(
                f"{self.take.id}i", frame * _NS // self.day.rate_hz, self.take.id, "click gap",
                "400 frames lost.", self.take.ordinal, frame, *said,
            )
        )  # fmt: skip
        seconds = Fraction(frame - self.bar1_frame, self.day.rate_hz)
        self.take.incidents.append(("click gap", seconds))

    def frame_of(self, beat: _Beat) -> int:
        """Return the frame of the stream on which a beat was."""
        return self.bar1_frame + nearest_frame(self.playing.seconds(beat.tick), self.day.rate_hz)

    def say(self) -> None:
        """Let people rate, name and note the take."""
        take, edits = self.take, self.day.edits
        if take.rating is not None:
            edits.append(Edit(EditKind.RATING, take.rating, take_id=take.id))
        if take.name:
            edits.append(Edit(EditKind.NAME, take.name, take_id=take.id))
        if self.draw(st.booleans()):
            take.notes.append("bass was late, <b>too</b>")
            edits.append(Edit(EditKind.NOTE, take.notes[0], take_id=take.id))
