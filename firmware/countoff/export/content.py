"""What goes into one file of an export. A value; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.export.recordings.values import MatchedRecordings
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.export.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into one file.

    timeline:   laid out as the format wants it
    path:       of the file, which is not there yet; what a file names lies beside it, or has a whole path
    read, songs: the session and those of its songs that are in the timeline; before tracking there is none
    recordings: what the DAW recorded, matched to takes; None where nobody said where that is
    table:      of a format of several files, which one this is
    """

    timeline: Timeline
    path: Path
    read: SessionRead | None = None
    songs: tuple[SongRead, ...] = ()
    recordings: MatchedRecordings | None = None
    table: str = ""
