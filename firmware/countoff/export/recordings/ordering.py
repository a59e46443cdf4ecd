"""When each pass began, and in which order they were recorded, as far as anything says it. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from countoff.export.recordings.values import Pass, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.values import Recording

_NS_PER_SECOND = 1_000_000_000
# A file is closed soon after its end; its moment is that of the disk's clock.
_CLOSED_AFTER_S = 2.0
_CLOSED_BEFORE_S = 0.5
# The files of a pass are stamped one after the other.
_STAMPED_AFTER_S = 1.0
# How much two passes may seem to overlap: wall clocks are coarse, and are put right.
_OVERLAP_S = 0.5


class Order(StrEnum):
    """What the order of the passes is known from, in words."""

    MOMENTS = "the moments in their names and headers"
    FILE_TIMES = "the times of the files"
    NUMBERS = "the numbers in their names"
    PLACES = "their places on the timeline"
    NOTHING = ""


_NOT_BELIEVED = (
    "The moments in names and headers are not those of the recording: passes would overlap. They are"
    " not used."
)


def with_times(passes: Sequence[Pass]) -> tuple[list[Pass], Order, list[str]]:
    """Give each pass the moment at which it began, where all of them have a credible one.

    Returns what says so, too, and a sentence where names and headers are not believed.
    """
    stamped = [_stamped(found) for found in passes]
    spans = [span for span in stamped if span is not None]
    remarks: list[str] = []
    if spans and len(spans) == len(passes):
        late = [
            span.shifted(-found.length_s)._replace(
                earliest_s=span.earliest_s - found.length_s - _STAMPED_AFTER_S
            )
            for found, span in zip(passes, spans, strict=True)
        ]
        is_early, is_late = _is_credible(passes, spans), _is_credible(passes, late)
        if is_early or is_late:
            timed = [
                replace(
                    found,
                    begun=span if is_early else None,
                    begun_if_late=late_span if is_late else None,
                    is_begun_told=True,
                )
                for found, span, late_span in zip(passes, spans, late, strict=True)
            ]
            return timed, Order.MOMENTS, remarks
        remarks.append(_NOT_BELIEVED)
    closed = [_closed(found) for found in passes]
    if _is_credible(passes, closed) and _has_order_of_names(passes, closed):
        timed = [replace(found, begun=span) for found, span in zip(passes, closed, strict=True)]
        return timed, Order.FILE_TIMES, remarks
    return list(passes), Order.NOTHING, remarks


def in_order(passes: Sequence[Pass], clock: Order) -> tuple[list[Pass], Order]:
    """Return the passes in the order in which they were recorded, and what says so.

    `clock` is what says when they began.
    """
    keys = {found: pass_key(found.recordings) for found in passes}
    is_keyed = len(set(keys.values())) == len(passes) and all(keys.values())
    is_placed = len({found.place_s for found in passes} - {None}) == len(passes)
    order: Order = Order.NOTHING
    if clock is Order.MOMENTS or (clock is Order.FILE_TIMES and not is_keyed):
        order = clock
    elif is_keyed:
        order = Order.NUMBERS
    elif is_placed:
        order = Order.PLACES

    def rank(found: Pass) -> tuple[float, tuple[int, ...], float, str]:
        span = found.begun or found.begun_if_late
        begun_s = span.earliest_s if span is not None and order is clock else 0.0
        key = () if order is Order.PLACES else keys[found]
        return begun_s, key, found.place_s or 0.0, found.recordings[0].path

    return sorted(passes, key=rank), order if len(passes) > 1 else Order.NOTHING


def recorded_s(recording: Recording) -> float | None:
    """Return the wall clock of the DAW's machine as seconds, in whatever zone it stands."""
    moment = recording.recorded
    return None if moment is None else moment.timestamp()


def pass_key(recordings: Sequence[Recording]) -> tuple[int, ...]:
    """Return the key that the most of these names have."""
    keys = [recording.pass_key for recording in recordings]
    return max(keys, key=lambda key: (keys.count(key), key))


def _stamped(found: Pass) -> Span | None:
    spans = [
        (moment_s, moment_s + recording.recorded_within_s)
        for recording in found.recordings
        if (moment_s := recorded_s(recording)) is not None
    ]
    if not spans:
        return None
    return Span(min(early for early, _ in spans), max(late for _, late in spans))


def _closed(found: Pass) -> Span:
    closed_s = min(recording.changed_ns for recording in found.recordings) / _NS_PER_SECOND
    begun_s = closed_s - found.length_s
    return Span(begun_s - _CLOSED_AFTER_S, begun_s + _CLOSED_BEFORE_S)


def _is_credible(passes: Sequence[Pass], begun: Sequence[Span]) -> bool:
    """Tell whether one pass could have been recorded after the other."""
    ordered = sorted((span, found.length_s) for found, span in zip(passes, begun, strict=True))
    return all(
        first.earliest_s + length_s - _OVERLAP_S <= second.latest_s
        for (first, length_s), (second, _) in pairwise(ordered)
    )


def _has_order_of_names(passes: Sequence[Pass], begun: Sequence[Span]) -> bool:
    """Tell whether no time runs against the numbers in the names: those of copies may."""
    keys = [pass_key(found.recordings) for found in passes]
    if not all(keys) or len(set(keys)) < len(keys):
        return True
    ordered = [span for _, span in sorted(zip(keys, begun, strict=True))]
    return all(first.earliest_s <= second.latest_s for first, second in pairwise(ordered))
