"""Recordings grouped into passes. Pure.

The clues, the strongest first: where on the timeline a recording begins, when it was begun, the pass's
number in its name, its length, when it was closed. Two recordings of one track are never of one pass.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from countoff.export.recordings.ordering import in_order, pass_key, recorded_s, with_times
from countoff.export.recordings.values import Pass, Track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    timed, clock, doubts = with_times([Pass("", _tracks(cell)) for cell in cells])
    remarks += doubts
    ordered, ordered_by = in_order(timed, clock)
    named = tuple(
        replace(found, name=f"P{number}") for number, found in enumerate(ordered, start=1)
    )
    return Grouped(named, ordered_by, tuple(remarks))


def _cells(recordings: Sequence[Recording]) -> list[Cell]:
    """Split all recordings until no cell holds two passes."""
    whole: list[Cell] = []
    for placed in _split(list(recordings), lambda found: found.place_s, SAME_PLACE_S):
        for begun in _split(placed, recorded_s, SAME_MOMENT_S):
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
        keyed = [host for host in fitting if pass_key(host) == pass_key(cell)]
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


def _tracks(cell: Cell) -> tuple[Track, ...]:
    grouped: defaultdict[tuple[int, str], Cell] = defaultdict(list)
    for recording in sorted(cell, key=lambda found: (found.seat, found.path)):
        grouped[recording.seat[:2]].append(recording)
    return tuple(
        Track(found[0].track, found[0].track_number, tuple(found)) for found in grouped.values()
    )
