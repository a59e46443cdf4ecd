"""Whether the time code that was sent is what a script expects: read back, as a receiver does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.ears import displayed_seconds
from countoff.midi.mtc_reader import STOPPED_AFTER_NS, Motion, Reader
from countoff.rehearsal.evidence import NotSoError
from countoff.rehearsal.script import seconds_text

if TYPE_CHECKING:
    from countoff.midi.mtc_reader import PlaceRead
    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.statements import TimeCodeAt

_NS_PER_SECOND = 1_000_000_000
# What a script writes of a place, and what two roundings to a frame of the sound come to.
_NEAR_NS = 1_000_000


def judge_time_code(expected: TimeCodeAt, evidence: Evidence) -> None:
    """Judge what a receiver of the time code shows at a place. Raises NotSoError."""
    read = _read(evidence)
    if expected.place is None:
        if read:
            raise NotSoError(f"expected no time code; found {len(read)} places of it.")
        return
    frame = evidence.frame_at(evidence.take(expected.take), expected.place)
    at_ns = frame * _NS_PER_SECOND // evidence.course.rate_hz
    before = [one for one in read if one.at_ns <= at_ns]
    wanted = seconds_text(expected.shown_ns)
    if not before or at_ns - before[-1].at_ns > STOPPED_AFTER_NS:
        raise NotSoError(f"expected time code {wanted} at bar {expected.place}; found none there.")
    shown_ns = round(displayed_seconds(before[-1].place) * _NS_PER_SECOND)
    shown_ns += at_ns - before[-1].at_ns
    if abs(shown_ns - expected.shown_ns) > _NEAR_NS:
        found = seconds_text(shown_ns)
        raise NotSoError(f"expected time code {wanted} at bar {expected.place}; found {found}.")


def _read(evidence: Evidence) -> list[PlaceRead]:
    """Return every place that rolled by, each with the moment at which it was whole."""
    reader = Reader()
    places = (reader.hear(one.at_ns, one.message) for one in evidence.course.clock)
    return [place for place in places if place is not None and place.motion is Motion.FORWARDS]
