"""Whether what was heard is what a script expects. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.plan import Voice
from countoff.core.tempo import TICKS_PER_QUARTER, BarBeat
from countoff.rehearsal.evidence import NotSoError, bar_quarters, quarters_at, so_many, some_of
from countoff.rehearsal.language import ANY_CLICK
from countoff.rehearsal.script import seconds_text
from countoff.rehearsal.statements import (
    HeardAfter,
    HeardAt,
    HeardCount,
    HeardEvery,
    HeardExpectation,
    HeardNothing,
    HeardNothingFor,
    HeardNow,
)

if TYPE_CHECKING:
    from countoff.core.song import Song
    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.hearing import Heard
    from countoff.rehearsal.logbook import LoggedTakeRow
    from countoff.rehearsal.statements import Span, TakeName

_LEVEL_TOLERANCE_DB = 0.3


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames of the WAV file, the end left out, and how a script says them."""

    start: int
    end: int
    words: str


class SoundJudge:
    """Judges by the clicks that were found in the samples, and by nothing else."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def judge(self, expected: HeardExpectation, start_ns: int) -> None:
        """Judge what is expected of the moment `start_ns`, or of all. Raises NotSoError."""
        evidence = self._evidence
        start = evidence.frame(start_ns)
        where = f"at {seconds_text(start_ns)}"
        match expected:
            case HeardNow(kind, level_db):
                # A moment of the script may lie between two frames.
                self._heard_at(kind, start, level_db, where, tolerance_frames=1)
            case HeardAfter(kind, wait_ns):
                self._heard_after(kind, start, evidence.frame(start_ns + wait_ns))
            case HeardNothingFor(length_ns):
                end = evidence.frame(start_ns + length_ns)
                self._heard_nothing(_Stretch(start, end, f"{where} for {seconds_text(length_ns)}"))
            case HeardAt(kind, place, level_db, name):
                take = evidence.take(name)
                frame = evidence.frame_at(take, place)
                where = f"at bar {place} of take {take.number}"
                self._heard_at(kind, frame, level_db, where, tolerance_frames=0)
            case HeardCount(count, kind, span, name):
                stretch = self._stretch(span, name)
                found = sum(_is_of(kind, heard) for heard in self._between(stretch))
                if found != count:
                    wanted = so_many(count, kind)
                    raise NotSoError(f"expected {wanted} {stretch.words}; heard {found}.")
            case HeardEvery(first, end_place, name):
                self._heard_every(first, end_place, evidence.take(name))
            case HeardNothing(None):
                self._heard_nothing(_Stretch(0, evidence.end_frame, "in the session"))
            case HeardNothing(span, name) if span is not None:
                self._heard_nothing(self._stretch(span, name))

    def _heard_at(
        self, kind: str, frame: int, level_db: int | None, where: str, *, tolerance_frames: int
    ) -> None:
        near = [
            heard for heard in self._evidence.heard if abs(heard.frame - frame) <= tolerance_frames
        ]
        if not near:
            raise NotSoError(f"expected {kind} {where}; heard {self._nearest(frame)}.")
        heard = near[0]
        if not _is_of(kind, heard):
            raise NotSoError(f"expected {kind} {where}; heard {heard.voice.name.lower()}.")
        if level_db is not None and abs(heard.level_db - level_db) > _LEVEL_TOLERANCE_DB:
            raise NotSoError(
                f"expected {kind} {where} at {level_db} dB; heard it at {heard.level_db:.1f} dB."
            )

    def _heard_after(self, kind: str, start: int, frame: int) -> None:
        first = next((heard for heard in self._evidence.heard if heard.frame >= start), None)
        wait = self._evidence.seconds(frame - start)
        if first is None:
            raise NotSoError(f"expected the first click after {wait}; heard nothing.")
        if abs(first.frame - frame) > 1:
            found = self._evidence.seconds(first.frame - start)
            raise NotSoError(f"expected the first click after {wait}; heard it after {found}.")
        if not _is_of(kind, first):
            raise NotSoError(f"expected {kind} after {wait}; heard {first.voice.name.lower()}.")

    def _heard_nothing(self, stretch: _Stretch) -> None:
        found = self._between(stretch)
        if found:
            at_s = self._evidence.seconds(found[0].frame)
            raise NotSoError(
                f"expected no click {stretch.words}; heard {len(found)}, the first at {at_s}."
            )

    def _heard_every(self, first: BarBeat, end: BarBeat, take: LoggedTakeRow) -> None:
        evidence = self._evidence
        song = evidence.song(take)
        stretch = _Stretch(evidence.frame_at(take, first), evidence.frame_at(take, end), "")
        heard = {one.frame: one.voice for one in self._between(stretch)}
        wanted = {
            evidence.frame_of(take, song, quarters): (voice, words)
            for quarters, voice, words in _written_clicks(song, first, end)
        }
        wrong = []
        for frame, (voice, words) in wanted.items():
            found = heard.get(frame)
            if found is None:
                wrong.append(f"no {voice.name.lower()} at {words}")
            elif found is not voice:
                wrong.append(f"{found.name.lower()} instead of {voice.name.lower()} at {words}")
        wrong += [
            f"{voice.name.lower()} at {evidence.seconds(frame)} where none belongs"
            for frame, voice in heard.items()
            if frame not in wanted
        ]
        if wrong:
            raise NotSoError(
                f"expected every one of {len(wanted)} clicks from bar {first} to bar {end} of take"
                f" {take.number}; heard {some_of(wrong)}."
            )

    def _between(self, stretch: _Stretch) -> list[Heard]:
        heard = self._evidence.heard
        return [one for one in heard if stretch.start <= one.frame < stretch.end]

    def _nearest(self, frame: int) -> str:
        heard = self._evidence.heard
        if not heard:
            return "nothing at all"
        nearest = min(heard, key=lambda one: abs(one.frame - frame))
        name = nearest.voice.name.lower()
        return f"nothing there, the nearest is {name}, {nearest.frame - frame:+} frames away"

    def _stretch(self, span: Span, name: TakeName | None) -> _Stretch:
        words = f"from {_point_words(span.start)}"
        words += f" to {_point_words(span.end)}" if span.end is not None else ""
        take = None
        if isinstance(span.start, BarBeat) or isinstance(span.end, BarBeat):
            take = self._evidence.take(name)
            words += f" of take {take.number}"
        start = self._point(span.start, take)
        if span.end is not None:
            return _Stretch(start, self._point(span.end, take), words)
        end = self._evidence.end_frame if take is None else self._evidence.end_of(take)
        return _Stretch(start, end, words)

    def _point(self, point: int | BarBeat, take: LoggedTakeRow | None) -> int:
        if isinstance(point, BarBeat):
            return self._evidence.frame_at(take or self._evidence.take(None), point)
        return self._evidence.frame(point)


def _is_of(kind: str, heard: Heard) -> bool:
    return kind in (ANY_CLICK, heard.voice.name.lower())


def _written_clicks(song: Song, first: BarBeat, end: BarBeat) -> list[tuple[Fraction, Voice, str]]:
    """Return what the song as written must sound between two places: where, what, and in words."""
    clicks = []
    step = Fraction(song.subdivision.value, TICKS_PER_QUARTER)
    for bar in range(first.bar, end.bar + 1):
        in_bar = {
            Fraction(4 * beat, song.meter.note_value): Voice.BEAT
            for beat in range(song.meter.beats_per_bar)
        }
        in_bar[Fraction(0)] = Voice.ACCENT
        place = Fraction(0)
        while step and bar >= 1 and place < bar_quarters(song):
            in_bar.setdefault(place, Voice.SUBDIVISION)
            place += step
        start = (bar - 1) * bar_quarters(song)
        for offset, voice in sorted(in_bar.items()):
            beat = 1 + offset * song.meter.note_value / 4
            words = f"bar {bar}.{int(beat)}" + ("" if beat.denominator == 1 else "+")
            clicks.append((start + offset, voice, words))
    first_quarters, end_quarters = quarters_at(song, first), quarters_at(song, end)
    return [click for click in clicks if first_quarters <= click[0] < end_quarters]


def _point_words(point: int | BarBeat) -> str:
    return f"bar {point}" if isinstance(point, BarBeat) else seconds_text(point)
