"""Recordings grouped into passes. Pure.

The clues, the strongest first: where on the timeline a recording begins, when it was begun, the pass's
number in its name, its length, when it was closed. Two recordings of one track are never of one pass.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from countoff.export.recordings.values import Pass, Span, Track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from countoff.export.recordings.values import Recording

SAME_PLACE_S = 0.1
"""Delay compensation moves the tracks of one pass apart by less; two passes are further apart."""

SAME_MOMENT_S = 2.0
"""The files of one pass are made one after the other."""

SAME_CLOSING_S = 3.0
"""And closed so."""

SAME_LENGTH_S = 0.05
"""The tracks of one pass end together."""

_NS_PER_SECOND = 1_000_000_000
# A file is closed soon after its end; its moment is that of the disk's clock.
_CLOSED_AFTER_S = 2.0
_CLOSED_BEFORE_S = 0.5
# How much two passes may seem to overlap: wall clocks are coarse, and are put right.
_OVERLAP_S = 0.5

_MOMENTS = "the moments in their names and headers"
_FILE_TIMES = "the times of the files"

Cell = list["Recording"]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The passes in the order in which they were recorded, as far as that can be told.

    ordered_by: what their order is known from, in words; empty where it is only that of their names
    remarks:    sentences on what does not fit
    """

    passes: tuple[Pass, ...]
    ordered_by: str
    remarks: tuple[str, ...]


def passes_of(recordings: Sequence[Recording]) -> Grouped:
    """Group `recordings` into passes, and put these in order."""
    cells, remarks = _joined(_cells(recordings))
    timed, clock_words, doubt = _timed([Pass("", _tracks(cell)) for cell in cells])
    remarks += doubt
    ordered, ordered_by = _ordered(timed, clock_words)
    named = tuple(
        replace(found, name=f"P{number}") for number, found in enumerate(ordered, start=1)
    )
    return Grouped(named, ordered_by, tuple(remarks))


def _cells(recordings: Sequence[Recording]) -> list[Cell]:
    """Split all recordings until no cell holds two passes."""
    whole: list[Cell] = []
    for placed in _split(list(recordings), lambda found: found.place_s, SAME_PLACE_S):
        for begun in _split(placed, _recorded_s, SAME_MOMENT_S):
            first = begun[0]
            if first.place_s is None and first.recorded is None:
                for numbered in _split_by_key(begun):
                    whole += _split(numbered, lambda found: found.length_s, SAME_LENGTH_S)
            else:
                whole.append(begun)
    for split in (_split_by_key, _split_by_closing, _split_by_length, _dealt):
        whole = [part for cell in whole for part in (split(cell) if _is_doubled(cell) else [cell])]
    return whole


def _is_doubled(cell: Cell) -> bool:
    """Tell whether a track is there twice."""
    return len({recording.seat for recording in cell}) < len(cell)


def _split(cell: Cell, clue: Callable[[Recording], float | None], tolerance: float) -> list[Cell]:
    """Split where the clue's values lie further apart than `tolerance`; those without one go together."""
    valued = sorted(
        ((value, found) for found in cell if (value := clue(found)) is not None),
        key=lambda pair: (pair[0], pair[1].path),
    )
    parts: list[Cell] = []
    last = None
    for value, found in valued:
        if last is None or value - last > tolerance:
            parts.append([])
        parts[-1].append(found)
        last = value
    without = [found for found in cell if clue(found) is None]
    return [*parts, without] if without else parts


def _recorded_s(recording: Recording) -> float | None:
    """Return the wall clock of the DAW's machine as seconds, in whatever zone it stands."""
    moment = recording.recorded
    return None if moment is None else moment.timestamp()


def _split_by_key(cell: Cell) -> list[Cell]:
    keyed: defaultdict[tuple[int, ...], Cell] = defaultdict(list)
    for recording in cell:
        keyed[recording.pass_key].append(recording)
    return [keyed[key] for key in sorted(keyed)]


def _split_by_closing(cell: Cell) -> list[Cell]:
    return _split(cell, lambda found: found.changed_ns / _NS_PER_SECOND, SAME_CLOSING_S)


def _split_by_length(cell: Cell) -> list[Cell]:
    return _split(cell, lambda found: found.length_s, SAME_LENGTH_S)


def _dealt(cell: Cell) -> list[Cell]:
    """Deal what nothing tells apart out by name: the first of each track, the second of each, ..."""
    parts: list[Cell] = []
    for recording in sorted(cell, key=lambda found: found.path):
        part = next((part for part in parts if not _is_doubled([*part, recording])), None)
        if part is None:
            parts.append([recording])
        else:
            part.append(recording)
    return parts


def _joined(cells: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """Give what was left over to the one pass of its length, and its number, that lacks its track.

    Left over are recordings that say less of themselves than the others do, and tracks whose own
    numbers have fallen behind because they were not armed once.
    """
    remarks: list[str] = []
    most = max((len(cell) for cell in cells), default=0)
    kept = [list(cell) for cell in cells if 2 * len(cell) > most]
    for cell in cells:
        if 2 * len(cell) > most:
            continue
        fitting = [host for host in kept if _fits(cell, host)]
        keyed = [host for host in fitting if _key(host) == _key(cell)]
        hosts = keyed or fitting
        if len(hosts) == 1:
            if not keyed:
                remarks.append(
                    f"{cell[0].path} is taken to be of the same pass as {hosts[0][0].path}: they are"
                    " equally long, and the numbers in their names do not agree."
                )
            hosts[0].extend(cell)
        else:
            kept.append(list(cell))
    return kept, remarks


def _fits(cell: Cell, host: Cell) -> bool:
    lengths = [recording.length_s for recording in (*cell, *host)]
    knows_more = any(_knows(found) for found in cell) and any(_knows(found) for found in host)
    return (
        not knows_more
        and max(lengths) - min(lengths) <= SAME_LENGTH_S
        and not _is_doubled([*cell, *host])
    )


def _knows(recording: Recording) -> bool:
    """Tell whether the recording itself says where or when it begins."""
    return recording.place_s is not None or recording.recorded is not None


def _key(cell: Cell) -> tuple[int, ...]:
    keys = [recording.pass_key for recording in cell]
    return max(keys, key=lambda key: (keys.count(key), key))


def _tracks(cell: Cell) -> tuple[Track, ...]:
    grouped: defaultdict[tuple[int, str], Cell] = defaultdict(list)
    for recording in sorted(cell, key=lambda found: (found.seat, found.path)):
        grouped[recording.seat[:2]].append(recording)
    return tuple(
        Track(found[0].track, found[0].track_number, tuple(found)) for found in grouped.values()
    )


def _timed(passes: Sequence[Pass]) -> tuple[list[Pass], str, list[str]]:
    """Give each pass the moment at which it began, where all of them have a credible one.

    Returns what says so, too, and a sentence where the headers are not believed.
    """
    remarks: list[str] = []
    for words, span in ((_MOMENTS, _recorded_span), (_FILE_TIMES, _closed_span)):
        spans = [span(found) for found in passes]
        timed = [
            replace(found, begun=span, is_begun_told=words == _MOMENTS)
            for found, span in zip(passes, spans, strict=True)
            if span
        ]
        if passes and len(timed) == len(passes):
            if _is_credible(timed) and (words == _MOMENTS or _has_order_of_names(timed)):
                return timed, words, remarks
            if words == _MOMENTS:
                remarks.append(
                    "The moments in names and headers are not those of the recording: passes would"
                    " overlap. They are not used."
                )
    return list(passes), "", remarks


def _is_credible(timed: Iterable[Pass]) -> bool:
    """Tell whether one pass could have been recorded after the other."""
    spans = sorted((found.begun, found.length_s) for found in timed if found.begun is not None)
    return all(
        first.earliest_s + length_s - _OVERLAP_S <= second.latest_s
        for (first, length_s), (second, _) in pairwise(spans)
    )


def _has_order_of_names(timed: Sequence[Pass]) -> bool:
    """Tell whether no time runs against the numbers in the names: those of copies may."""
    keys = [_key(list(found.recordings)) for found in timed]
    if not all(keys) or len(set(keys)) < len(keys):
        return True
    ordered = sorted(zip(keys, timed, strict=True), key=lambda pair: pair[0])
    begun = [found.begun for _, found in ordered if found.begun is not None]
    return all(first.earliest_s <= second.latest_s for first, second in pairwise(begun))


def _recorded_span(found: Pass) -> Span | None:
    spans = [
        (moment_s, moment_s + recording.recorded_within_s)
        for recording in found.recordings
        if (moment_s := _recorded_s(recording)) is not None
    ]
    if not spans:
        return None
    return Span(min(early for early, _ in spans), max(late for _, late in spans))


def _closed_span(found: Pass) -> Span:
    closed_s = min(recording.changed_ns for recording in found.recordings) / _NS_PER_SECOND
    begun_s = closed_s - found.length_s
    return Span(begun_s - _CLOSED_AFTER_S, begun_s + _CLOSED_BEFORE_S)


def _ordered(passes: Sequence[Pass], clock_words: str) -> tuple[list[Pass], str]:
    """Return the passes in the order in which they were recorded, and what says so."""

    def key(found: Pass) -> tuple[int, ...]:
        return _key(list(found.recordings))

    def begun_s(found: Pass) -> float:
        return 0.0 if found.begun is None else found.begun.earliest_s

    def place_s(found: Pass) -> float:
        return found.place_s or 0.0

    def path(found: Pass) -> str:
        return found.recordings[0].path

    is_timed = bool(clock_words)
    is_keyed = len({key(found) for found in passes}) == len(passes) and all(map(key, passes))
    is_placed = len({found.place_s for found in passes} - {None}) == len(passes)
    if is_timed and (clock_words == _MOMENTS or not is_keyed):
        words = clock_words
        ordered = sorted(passes, key=lambda p: (begun_s(p), key(p), place_s(p), path(p)))
    elif is_keyed:
        words = "the numbers in their names"
        ordered = sorted(passes, key=lambda p: (key(p), path(p)))
    elif is_placed:
        words = "their places on the timeline"
        ordered = sorted(passes, key=lambda p: (place_s(p), path(p)))
    else:
        words = ""
        ordered = sorted(passes, key=lambda p: (key(p), place_s(p), path(p)))
    return ordered, words if len(passes) > 1 else ""
