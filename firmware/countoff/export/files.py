"""Which files an export writes, and what goes into each: all that is wrong is said before the first is begun.

Waits for the disk; for commands only.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.core.nearest import nearest_word
from countoff.export.content import Content
from countoff.export.file_names import file_names
from countoff.export.from_log import as_recorded, stacked
from countoff.export.timeline import Layout
from countoff.songs.new_file import NotWrittenError, check_place, new_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.formats import Format
    from countoff.export.recordings.values import MatchedRecordings
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.export.timeline import Timeline


class ExportRefusedError(ValueError):
    """What was asked for cannot be written so; the sentence says what can."""


class NothingToExportError(LookupError):
    """There is no such song, or no take at all; the sentence says so."""


@dataclass(frozen=True, slots=True)
class FileToWrite:
    """A file that is not there yet, and what goes into it."""

    format: Format
    content: Content

    @property
    def path(self) -> Path:
        """Where it goes."""
        return self.content.path


def chosen_songs(read: SessionRead, titles: Sequence[str]) -> tuple[SongRead, ...]:
    """Return the songs of a session that are meant, all where none is named.

    Raises NothingToExportError.
    """
    if not read.songs:
        label = read.session.started_label
        raise NothingToExportError(
            f"The session of {label} has no take: there is nothing to export."
        )
    if not titles:
        return read.songs
    found: dict[str, SongRead] = {}
    for title in titles:
        song = read.song(title)
        if song is None:
            guess = nearest_word(title, [each.title for each in read.songs])
            raise NothingToExportError(
                f'The session of {read.session.started_label} has no take of a song "{title}".{guess}'
            )
        found[song.title] = song
    return tuple(song for song in read.songs if song.title in found)


def files_after_tracking(
    read: SessionRead,
    songs: Sequence[SongRead],
    chosen: Format,
    place: str,
    *,
    rate_hz: int | None = None,
    recordings: MatchedRecordings | None = None,
) -> list[FileToWrite]:
    """Return the files of a session's songs: one, or one a song in a folder. Raises ExportRefusedError."""
    rate_hz = rate_hz or (None if recordings is None else _recorded_rate_hz(recordings))
    whole = Content(
        timeline=_timeline(read, songs, chosen, rate_hz, recordings)
        if len(songs) == 1 or chosen.has_many_songs
        else _timeline(read, songs[:1], chosen, rate_hz, recordings),
        path=Path(place),
        read=read,
        songs=tuple(songs),
        recordings=recordings,
    )
    if chosen.tables:
        return [
            FileToWrite(
                chosen, replace(whole, path=Path(place) / f"{table}{chosen.suffix}", table=table)
            )
            for table in chosen.tables
        ]
    if not is_folder(place):
        if len(songs) > 1 and not chosen.has_many_songs:
            raise ExportRefusedError(
                f"The session has {len(songs)} songs, and a file of this format holds one: name a folder"
                f' ("-o {place}/") for one file a song, or one with --song.'
            )
        return [FileToWrite(chosen, whole)]
    names = file_names([song.title for song in songs], chosen.suffix)
    return [
        FileToWrite(
            chosen,
            replace(
                whole,
                timeline=_timeline(read, [song], chosen, rate_hz, recordings),
                path=Path(place) / name,
                songs=(song,),
            ),
        )
        for song, name in zip(songs, names, strict=True)
    ]


def files_before_tracking(
    timelines: Sequence[Timeline], chosen: Format, place: str
) -> list[FileToWrite]:
    """Return the files of songs that are to be recorded, a file each. Raises ExportRefusedError."""
    if not chosen.has_before:
        raise ExportRefusedError(
            "This format holds takes, and before tracking there are none: leave out --empty."
        )
    if not is_folder(place):
        if len(timelines) > 1:
            raise ExportRefusedError(
                f"{len(timelines)} songs are {len(timelines)} projects: name a folder for them"
                f' ("-o {place}/").'
            )
        return [FileToWrite(chosen, Content(timelines[0], Path(place)))]
    names = file_names([timeline.title for timeline in timelines], chosen.suffix)
    return [
        FileToWrite(chosen, Content(timeline, Path(place) / name))
        for timeline, name in zip(timelines, names, strict=True)
    ]


def write_files(files: Sequence[FileToWrite], *, is_forced: bool) -> list[str]:
    """Write files, all of them or none; return what their formats cannot say, a sentence each.

    Folders are made where only the last part of their path is missing. Raises NotWrittenError.
    """
    for folder in dict.fromkeys(file.path.parent for file in files):
        _make_folder(folder)
    for file in files:
        check_place(file.path, is_forced=is_forced)
    remarks: dict[str, None] = {}
    with ExitStack() as stack:
        for file in files:
            opened = stack.enter_context(new_file(file.path, is_forced=is_forced))
            remarks |= dict.fromkeys(file.content.timeline.remarks)
            remarks |= dict.fromkeys(file.format.writer(file.content, opened))
    return list(remarks)


def is_folder(place: str) -> bool:
    """Tell whether a place is a folder for files: one that is there, or that is written with a "/"."""
    return place.endswith(os.sep) or Path(place).is_dir()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise NotWrittenError(
            f"{folder} cannot be made: there is no folder {folder.parent}."
        ) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise NotWrittenError(f"{folder} cannot be made as a folder: {why}.") from error


def _timeline(
    read: SessionRead,
    songs: Sequence[SongRead],
    chosen: Format,
    rate_hz: int | None,
    recordings: MatchedRecordings | None,
) -> Timeline:
    if chosen.layout is Layout.STACKED:
        return stacked(read, songs[0], rate_hz, least_before_s=_recorded_before_s(recordings))
    return as_recorded(read, songs, rate_hz)


def _recorded_before_s(recordings: MatchedRecordings | None) -> Fraction:
    """Return how long before bar 1 the longest of all recordings begins."""
    if recordings is None:
        return Fraction(0)
    return max(
        (
            Fraction(-placed.bar1_offset_frames, placed.recording.rate_hz)
            for take in recordings.takes
            for track in take.tracks
            for placed in track.recordings
        ),
        default=Fraction(0),
    )


def _recorded_rate_hz(recordings: MatchedRecordings) -> int | None:
    """Return the rate that most recordings of takes have, None where there is none."""
    rates = [
        placed.recording.rate_hz
        for take in recordings.takes
        for track in take.tracks
        for placed in track.recordings
    ]
    return max(sorted(set(rates)), key=rates.count, default=None)
