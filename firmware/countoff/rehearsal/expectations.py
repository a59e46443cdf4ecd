"""Whether a session was what its script expected: each line that was not met, as a sentence.

Judges what was left behind: the samples of the WAV file, the bytes that were sent, the rows of the
log. Where clicks belong is worked out here from the song as it was written, not from the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.plan import Voice
from countoff.core.tempo import BarBeat
from countoff.rehearsal.playing import Unmet
from countoff.rehearsal.script import ANY_CLICK, seconds_text
from countoff.rehearsal.statements import (
    HeardAfter,
    HeardAt,
    HeardCount,
    HeardEvery,
    HeardNothing,
    HeardNothingFor,
    HeardNow,
    LoggedFlag,
    LoggedFlags,
    LoggedIncident,
    LoggedIncidents,
    LoggedPress,
    LoggedTake,
    LoggedTakes,
    SentExactly,
    SentNothing,
    SentSoon,
    SentTimes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.song import Song
    from countoff.rehearsal.hearing import Heard
    from countoff.rehearsal.logbook import Logbook, LoggedTakeRow
    from countoff.rehearsal.playing import Course, Moment
    from countoff.rehearsal.statements import Line, Script, Span, TakeName

_NS_PER_SECOND = 1_000_000_000
_LEVEL_TOLERANCE_DB = 0.3
_NAMED_AT_MOST = 4


class _NotSoError(Exception):
    """What was expected is not what was found; the message says both."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames of the WAV file, the end left out, and where bar 1 is in them, if in a take."""

    start: int
    end: int
    words: str


class Judge:
    """Compares a script's expectations with what its session left behind."""

    def __init__(
        self, script: Script, course: Course, heard: Sequence[Heard], logbook: Logbook
    ) -> None:
        """Judge by what was `heard` in the WAV file and what the `logbook` says."""
        self._script = script
        self._course = course
        self._heard = heard
        self._logbook = logbook
        self._end_frame = course.length_ns * course.rate_hz // _NS_PER_SECOND

    def unmet(self) -> list[Unmet]:
        """Return every line that was not met, in the order of the script."""
        found = list(self._course.unmet)
        for line in self._script.lines:
            try:
                self._judge(line)
            except _NotSoError as not_so:
                found.append(Unmet(line, str(not_so)))
        return sorted(found, key=lambda unmet: unmet.line.number)

    def _judge(self, line: Line) -> None:
        statement = line.statement
        moment = self._course.moments.get(line.number)
        match statement:
            case HeardCount():
                self._heard_count(statement)
            case HeardAt():
                take = self._take(statement.take)
                frame = self._frame_at(take, statement.place)
                where = f"at bar {statement.place} of take {take.number}"
                self._heard_at(statement.kind, frame, statement.level_db, where, 0)
            case HeardEvery():
                self._heard_every(statement)
            case HeardNothing(None):
                self._heard_nothing(_Stretch(0, self._end_frame, "in the session"))
            case HeardNothing(span, take_name) if span is not None:
                self._heard_nothing(self._stretch(span, take_name))
            case SentNothing(None):
                if self._course.sent:
                    raise _NotSoError(f"expected nothing sent; found {self._sent_words()}.")
            case SentTimes(meaning, count):
                found = sum(sent.meaning == meaning for sent in self._course.sent)
                if found != count:
                    raise _NotSoError(f"expected {meaning} sent {count} times; found {found}.")
            case SentExactly(meanings):
                self._sent_exactly(meanings)
            case LoggedTakes(count):
                found = len(self._logbook.takes)
                if found != count:
                    raise _NotSoError(f"expected {count} takes in the log; found {found}.")
            case LoggedTake(take_name, how, place):
                self._logged_take(self._take(take_name), how, place)
            case LoggedFlag():
                self._logged_flag(statement)
            case LoggedFlags(count, take_name):
                self._logged_flags(count, take_name)
            case LoggedIncident():
                self._logged_incident(statement)
            case LoggedIncidents(count, take_name):
                self._logged_incidents(count, take_name)
            case LoggedPress(source, did, count):
                self._logged_press(source, did, count)
            case _:
                if moment is not None:
                    self._judge_at(line, moment)

    def _judge_at(self, line: Line, moment: Moment) -> None:
        """Judge what is expected at a moment of the session."""
        frame = self._frame(moment.start_ns)
        where = f"at {seconds_text(moment.start_ns)}"
        match line.statement:
            case SentSoon(meaning, within_ns):
                self._sent_soon(meaning, moment.start_ns, within_ns)
            case SentNothing(length_ns) if length_ns is not None:
                end_ns = moment.start_ns + length_ns
                found = [s for s in self._course.sent if moment.start_ns <= s.at_ns < end_ns]
                if found:
                    words = f"{found[0].meaning} at {seconds_text(found[0].at_ns)}"
                    raise _NotSoError(
                        f"expected nothing sent for {seconds_text(length_ns)}; found {words}."
                    )
            case HeardNow(kind, level_db):
                self._heard_at(kind, frame, level_db, where, 1)
            case HeardAfter(kind, wait_ns):
                self._heard_after(kind, frame, self._frame(moment.start_ns + wait_ns))
            case HeardNothingFor(length_ns):
                end = self._frame(moment.start_ns + length_ns)
                self._heard_nothing(_Stretch(frame, end, f"{where} for {seconds_text(length_ns)}"))

    # What was sent.

    def _sent_soon(self, meaning: str, start_ns: int, within_ns: int) -> None:
        after = [sent for sent in self._course.sent if sent.at_ns >= start_ns]
        first = next((sent for sent in after if sent.meaning == meaning), None)
        if first is None:
            raise _NotSoError(
                f"expected {meaning} sent after {seconds_text(start_ns)}; found"
                f" {', '.join(sent.meaning for sent in after[:_NAMED_AT_MOST]) or 'nothing'}."
            )
        late_ns = first.at_ns - start_ns
        if late_ns > within_ns:
            raise _NotSoError(
                f"expected {meaning} sent within {seconds_text(within_ns)}; found it"
                f" {seconds_text(late_ns)} after."
            )

    def _sent_exactly(self, meanings: Sequence[str]) -> None:
        found = [sent.meaning for sent in self._course.sent]
        if found != list(meanings):
            raise _NotSoError(f"expected {', '.join(meanings)} sent; found {self._sent_words()}.")

    def _sent_words(self) -> str:
        return ", ".join(sent.meaning for sent in self._course.sent) or "nothing"

    # What was heard.

    def _heard_count(self, expected: HeardCount) -> None:
        stretch = self._stretch(expected.span, expected.take)
        found = sum(_is_of(expected.kind, heard) for heard in self._between(stretch))
        if found != expected.count:
            raise _NotSoError(
                f"expected {expected.count} {expected.kind}s {stretch.words}; heard {found}."
            )

    def _heard_at(
        self, kind: str, frame: int, level_db: int | None, where: str, tolerance: int
    ) -> None:
        near = [heard for heard in self._heard if abs(heard.frame - frame) <= tolerance]
        if not near:
            raise _NotSoError(f"expected {kind} {where}; heard {self._nearest(frame)}.")
        heard = near[0]
        if not _is_of(kind, heard):
            raise _NotSoError(f"expected {kind} {where}; heard {heard.voice.name.lower()}.")
        if level_db is not None and abs(heard.level_db - level_db) > _LEVEL_TOLERANCE_DB:
            raise _NotSoError(
                f"expected {kind} {where} at {level_db} dB; heard it at {heard.level_db:.1f} dB."
            )

    def _heard_after(self, kind: str, start: int, frame: int) -> None:
        first = next((heard for heard in self._heard if heard.frame >= start), None)
        wait = self._seconds(frame - start)
        if first is None:
            raise _NotSoError(f"expected the first click after {wait}; heard nothing.")
        if abs(first.frame - frame) > 1:
            found = self._seconds(first.frame - start)
            raise _NotSoError(f"expected the first click after {wait}; heard it after {found}.")
        if not _is_of(kind, first):
            name = first.voice.name.lower()
            raise _NotSoError(f"expected {kind} after {wait}; heard {name}.")

    def _heard_nothing(self, stretch: _Stretch) -> None:
        found = self._between(stretch)
        if found:
            at_s = self._seconds(found[0].frame)
            raise _NotSoError(
                f"expected no click {stretch.words}; heard {len(found)}, the first at {at_s}."
            )

    def _heard_every(self, expected: HeardEvery) -> None:
        take = self._take(expected.take)
        song = self._song(take)
        first, end = self._frame_at(take, expected.first), self._frame_at(take, expected.end)
        heard = {one.frame: one.voice for one in self._between(_Stretch(first, end, ""))}
        wanted = {
            self._frame_of(take, song, quarters): (voice, words)
            for quarters, voice, words in _written_clicks(song, expected.first, expected.end)
        }
        wrong = [
            f"no {voice.name.lower()} at {words}"
            for frame, (voice, words) in wanted.items()
            if frame not in heard
        ]
        wrong += [
            f"{heard[frame].name.lower()} instead of {voice.name.lower()} at {words}"
            for frame, (voice, words) in wanted.items()
            if frame in heard and heard[frame] is not voice
        ]
        wrong += [
            f"{voice.name.lower()} at {self._seconds(frame)} where none belongs"
            for frame, voice in heard.items()
            if frame not in wanted
        ]
        if wrong:
            raise _NotSoError(
                f"expected every one of {len(wanted)} clicks from bar {expected.first} to bar"
                f" {expected.end} of take {take.number}; heard {_some(wrong)}."
            )

    def _between(self, stretch: _Stretch) -> list[Heard]:
        return [heard for heard in self._heard if stretch.start <= heard.frame < stretch.end]

    def _nearest(self, frame: int) -> str:
        if not self._heard:
            return "nothing at all"
        nearest = min(self._heard, key=lambda heard: abs(heard.frame - frame))
        away = nearest.frame - frame
        name = nearest.voice.name.lower()
        return f"nothing there, the nearest is {name}, {away:+} frames away"

    # Where things are in the WAV file.

    def _frame(self, at_ns: int) -> int:
        return (2 * at_ns * self._course.rate_hz + _NS_PER_SECOND) // (2 * _NS_PER_SECOND)

    def _seconds(self, frames: int) -> str:
        return seconds_text(frames * _NS_PER_SECOND // self._course.rate_hz)

    def _stretch(self, span: Span, take_name: TakeName | None) -> _Stretch:
        words = f"from {_point_words(span.start)}"
        words += f" to {_point_words(span.end)}" if span.end is not None else ""
        take = None
        if isinstance(span.start, BarBeat) or isinstance(span.end, BarBeat):
            take = self._take(take_name)
            words += f" of take {take.number}"
        start = self._point(span.start, take)
        if span.end is not None:
            end = self._point(span.end, take)
        else:
            end = self._end_frame if take is None else self._end_of(take)
        return _Stretch(start, end, words)

    def _point(self, point: int | BarBeat, take: LoggedTakeRow | None) -> int:
        if isinstance(point, BarBeat) and take is not None:
            return self._frame_at(take, point)
        return self._frame(int(point) if isinstance(point, int) else 0)

    def _end_of(self, take: LoggedTakeRow) -> int:
        """Return the frame at which the next take was asked for, or the session's end."""
        later_ns = [other.at_ns for other in self._logbook.takes if other.at_ns > take.at_ns]
        return self._frame(min(later_ns)) if later_ns else self._end_frame

    def _frame_at(self, take: LoggedTakeRow, place: BarBeat) -> int:
        song = self._song(take)
        if place.beat > song.meter.beats_per_bar:
            raise _NotSoError(
                f"expected bar {place} of take {take.number}; a bar of {song.meter} has no beat"
                f" {place.beat}."
            )
        return self._frame_of(take, song, _quarters(song, place))

    def _frame_of(self, take: LoggedTakeRow, song: Song, quarters: Fraction) -> int:
        """Return the frame so many quarter notes after the take's bar 1, one rounding from it."""
        frames_per_quarter = 60 * self._course.rate_hz / song.tempo.quarters_per_minute
        bar1 = Fraction(self._frame(take.first_click_ns))
        bar1 += Fraction(song.count_in_bars * _bar_quarters(song)) * frames_per_quarter
        exact = bar1 + quarters * frames_per_quarter
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

    # What was logged.

    def _take(self, name: TakeName | None) -> LoggedTakeRow:
        takes = self._logbook.takes
        called = [take for take in takes if name is None or take.answers_to(name)]
        if len(called) == 1:
            return called[0]
        wanted = "one take" if name is None else f"take {name.number}"
        wanted += f' of "{name.song}"' if name is not None and name.song else ""
        listed = ", ".join(f'take {take.number} of "{take.song}"' for take in takes)
        hint = " Say which." if called else ""
        raise _NotSoError(f"expected {wanted} in the log; found {listed or 'no take'}.{hint}")

    def _song(self, take: LoggedTakeRow) -> Song:
        return next(song for song in self._script.songs if song.title == take.song)

    def _logged_take(self, take: LoggedTakeRow, how: str, place: BarBeat | None) -> None:
        found_how = take.how or "open"
        wanted = how.replace("_", " ") + (f" at bar {place}" if place else "")
        found = found_how.replace("_", " ") + (f" at bar {take.end}" if take.end else "")
        if found_how != how or (place is not None and take.end != place):
            raise _NotSoError(f"expected take {take.number} {wanted}; the log says {found}.")

    def _logged_flag(self, expected: LoggedFlag) -> None:
        take = self._take(expected.take)
        for flag in self._logbook.flags:
            place = None if flag.is_whole_take else flag.place
            is_so = (flag.take_id, flag.kind, place) == (take.id, expected.kind, expected.place)
            if is_so and flag.is_taken_back == expected.is_taken_back:
                return
        of_take = [str(flag) for flag in self._logbook.flags if flag.take_id == take.id]
        where = f"at bar {expected.place}" if expected.place else "for the whole take"
        back = " taken back" if expected.is_taken_back else ""
        raise _NotSoError(
            f"expected {expected.kind.replace('_', ' ')} {where} of take {take.number}{back};"
            f" the log has {_some(of_take) if of_take else 'no flag of it'}."
        )

    def _logged_flags(self, count: int, take_name: TakeName | None) -> None:
        take_id = None if take_name is None else self._take(take_name).id
        found = [
            str(flag)
            for flag in self._logbook.flags
            if not flag.is_taken_back and take_id in (None, flag.take_id)
        ]
        if len(found) != count:
            words = _some(found) if found else "none"
            raise _NotSoError(f"expected {count} flags; the log has {len(found)}: {words}.")

    def _logged_incident(self, expected: LoggedIncident) -> None:
        take_id = None if expected.take is None else self._take(expected.take).id
        of_kind = [one for one in self._logbook.incidents if one.kind == expected.kind]
        for incident in of_kind:
            is_there = expected.place in (None, incident.place)
            if is_there and take_id in (None, incident.take_id):
                return
        found = [str(incident) for incident in self._logbook.incidents]
        where = f" at bar {expected.place}" if expected.place else ""
        raise _NotSoError(
            f'expected incident "{expected.kind}"{where}; the log has {_some(found) or "none"}.'
        )

    def _logged_incidents(self, count: int, take_name: TakeName | None) -> None:
        take_id = None if take_name is None else self._take(take_name).id
        found = [str(one) for one in self._logbook.incidents if take_id in (None, one.take_id)]
        if len(found) != count:
            words = _some(found) or "none"
            raise _NotSoError(f"expected {count} incidents; the log has {len(found)}: {words}.")

    def _logged_press(self, source: str, did: str, count: int | None) -> None:
        by_source = [one for one in self._logbook.presses if source in (one.source, one.gesture)]
        found = sum(one.did.startswith(did) for one in by_source)
        if found != count if count is not None else not found:
            times = f" {count} times" if count is not None else ""
            others = _some([f'"{one.did}"' for one in by_source]) or "no such press"
            raise _NotSoError(f'expected {source} "{did}"{times}; the log has {others}.')


def _is_of(kind: str, heard: Heard) -> bool:
    return kind in (ANY_CLICK, heard.voice.name.lower())


def _bar_quarters(song: Song) -> Fraction:
    return Fraction(4 * song.meter.beats_per_bar, song.meter.note_value)


def _quarters(song: Song, place: BarBeat) -> Fraction:
    """Return how many quarter notes `place` is after bar 1."""
    beats = Fraction(4 * (place.beat - 1), song.meter.note_value)
    return (place.bar - 1) * _bar_quarters(song) + beats


def _written_clicks(song: Song, first: BarBeat, end: BarBeat) -> list[tuple[Fraction, Voice, str]]:
    """Return what the song as written must sound between two places: where, what, and in words."""
    clicks = []
    step = Fraction(song.subdivision.value, 960)
    for bar in range(first.bar, end.bar + 1):
        start = (bar - 1) * _bar_quarters(song)
        in_bar = {
            Fraction(4 * beat, song.meter.note_value): Voice.BEAT
            for beat in range(song.meter.beats_per_bar)
        }
        in_bar[Fraction(0)] = Voice.ACCENT
        place = Fraction(0)
        while step and bar >= 1 and place < _bar_quarters(song):
            in_bar.setdefault(place, Voice.SUBDIVISION)
            place += step
        for offset, voice in sorted(in_bar.items()):
            beat = 1 + offset * song.meter.note_value / 4
            shown = f"bar {bar}.{int(beat)}" + ("" if beat.denominator == 1 else "+")
            clicks.append((start + offset, voice, shown))
    start_quarters, end_quarters = _quarters(song, first), _quarters(song, end)
    return [click for click in clicks if start_quarters <= click[0] < end_quarters]


def _point_words(point: int | BarBeat) -> str:
    return f"bar {point}" if isinstance(point, BarBeat) else seconds_text(point)


def _some(words: Sequence[str]) -> str:
    more = len(words) - _NAMED_AT_MOST
    return ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
