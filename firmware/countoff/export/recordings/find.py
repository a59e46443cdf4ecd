"""The recordings of a folder, matched to the takes of a session: everything in one call.

For commands and exports: reads headers, so it waits for the disk. Never writes to a recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.export.recordings.doubts import doubts_of, missing_takes
from countoff.export.recordings.folder import read_folder
from countoff.export.recordings.matching import match
from countoff.export.recordings.pass_doubts import doubt_of_form, doubts_of_passes
from countoff.export.recordings.passes import passes_of
from countoff.export.recordings.placing import matched_take
from countoff.export.recordings.takes import takes_to_find
from countoff.export.recordings.values import MatchedRecordings, OpenPass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from countoff.export.recordings.folder import Folder
    from countoff.export.recordings.matching import ByHand
    from countoff.export.recordings.takes import TakeToFind
    from countoff.takelog.reader import TakeDetail


class UnknownPassError(ValueError):
    """Something was said of a pass that the folder does not have; the sentence says which it has."""


def matched_recordings(
    path: Path, details: Sequence[TakeDetail], by_hand: ByHand | None = None
) -> MatchedRecordings:
    """Match the recordings in `path` to these takes, given in the order of the log.

    `by_hand` says of passes, by name, which take's id they are, or None. Raises FolderUnusableError where
    the folder cannot be read, and UnknownPassError.
    """
    return matched(read_folder(path), takes_to_find(details), by_hand or {})


def matched(folder: Folder, takes: Sequence[TakeToFind], by_hand: ByHand) -> MatchedRecordings:
    """Match what was read of a folder. Pure. Raises UnknownPassError."""
    grouped = passes_of(folder.recordings)
    passes = grouped.passes
    names = [found.name for found in passes]
    for name in by_hand:
        if name not in names:
            there = f"{names[0]} to {names[-1]}" if names else "none"
            raise UnknownPassError(f'"{name}" is no pass of {folder.path}: there are {there}.')
    matching = match(passes, takes, by_hand)
    found_takes = {
        column: matched_take(
            passes[row], takes[column], matching.reading, by_hand=row in matching.by_hand
        )
        for row, column in matching.take_of.items()
        if column is not None
    }
    return MatchedRecordings(
        folder=folder.path,
        passes=passes,
        takes=tuple(found_takes[column] for column in sorted(found_takes)),
        missing=tuple(take.id for take in missing_takes(takes, matching)),
        extra=tuple(
            names[row] for row, column in sorted(matching.take_of.items()) if column is None
        ),
        open=tuple(
            OpenPass(
                names[row],
                tuple(None if column is None else takes[column].id for column in columns),
            )
            for row, columns in sorted(matching.candidates.items())
        ),
        doubts=(
            *folder.refused,
            *doubts_of(passes, takes, matching),
            *grouped.remarks,
            *doubts_of_passes(passes, grouped.ordered_by),
            *(doubt_of_form(folder.form) if passes else ()),
        ),
    )
