"""Whether what was heard is what a script expects. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import NotSoError, so_many, some_of
from countoff.rehearsal.language import ANY_CLICK, KINDS
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
    Place,
)

if TYPE_CHECKING:
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
            case HeardEvery():
                self._heard_every(expected, evidence.take(expected.take))
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
            raise NotSoError(f"expected {kind} {where}; heard {KINDS[heard.voice]}.")
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
            raise NotSoError(f"expected {kind} after {wait}; heard {KINDS[first.voice]}.")

    def _heard_nothing(self, stretch: _Stretch) -> None:
        found = self._between(stretch)
        if found:
            at_s = self._evidence.seconds(found[0].frame)
            raise NotSoError(
                f"expected no click {stretch.words}; heard {len(found)}, the first at {at_s}."
            )

    def _heard_every(self, expected: HeardEvery, take: LoggedTakeRow) -> None:
        evidence, first, end = self._evidence, expected.first, expected.end
        stretch = _Stretch(evidence.frame_at(take, first), evidence.frame_at(take, end), "")
        heard = {one.frame: one for one in self._between(stretch)}
        walk = evidence.walk(take)
        wanted = {
            evidence.frame_of(take, walk, click.seconds): click
            for click in walk.clicks(walk.seconds(walk.spot(first)), walk.seconds(walk.spot(end)))
        }
        wrong = []
        for frame, click in wanted.items():
            found, kind = heard.get(frame), KINDS[click.voice]
            if found is None:
                wrong.append(f"no {kind} at {click.words}")
            elif found.voice is not click.voice:
                wrong.append(f"{KINDS[found.voice]} instead of {kind} at {click.words}")
            elif expected.level_db is not None:
                level_db = expected.level_db + click.level_db
                if abs(found.level_db - level_db) > _LEVEL_TOLERANCE_DB:
                    at = f"at {click.words} at {found.level_db:.1f} dB instead of {level_db:.1f} dB"
                    wrong.append(f"{kind} {at}")
        wrong += [
            f"{KINDS[one.voice]} at {evidence.seconds(frame)} where none belongs"
            for frame, one in heard.items()
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
        name = KINDS[nearest.voice]
        return f"nothing there, the nearest is {name}, {nearest.frame - frame:+} frames away"

    def _stretch(self, span: Span, name: TakeName | None) -> _Stretch:
        words = f"from {_point_words(span.start)}"
        words += f" to {_point_words(span.end)}" if span.end is not None else ""
        take = None
        if isinstance(span.start, Place) or isinstance(span.end, Place):
            take = self._evidence.take(name)
            words += f" of take {take.number}"
        start = self._point(span.start, take)
        if span.end is not None:
            return _Stretch(start, self._point(span.end, take), words)
        end = self._evidence.end_frame if take is None else self._evidence.end_of(take)
        return _Stretch(start, end, words)

    def _point(self, point: int | Place, take: LoggedTakeRow | None) -> int:
        if isinstance(point, Place):
            return self._evidence.frame_at(take or self._evidence.take(None), point)
        return self._evidence.frame(point)


def _is_of(kind: str, heard: Heard) -> bool:
    return kind in (ANY_CLICK, KINDS[heard.voice])


def _point_words(point: int | Place) -> str:
    return f"bar {point}" if isinstance(point, Place) else seconds_text(point)
