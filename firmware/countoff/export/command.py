"""`countoff export`: what was recorded, or is to be, as other programs read it.

Runs in the command's own process, never in the daemon. Reads the log and song files, and writes new files only.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.export.formats import FORMATS
from countoff.export.places import MOST_PLACES
from countoff.export.recordings.by_hand import add_match_argument
from countoff.takelog.command_line import (
    LOG_UNREADABLE,
    NOTHING_FOUND,
    WRONG_USE,
    complain,
    log_folder_of,
    print_json,
)
from countoff.takelog.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.files import FileToWrite
    from countoff.export.recordings.values import MatchedRecordings
    from countoff.export.session_reading import SessionRead
    from countoff.takelog.command_line import DefaultFolder

_USUAL_RATE_HZ = 48_000
_LOWEST_HZ, _HIGHEST_HZ = 8_000, 768_000
_USUAL_PLACES = 12


def add_export_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], default_folder: DefaultFolder
) -> None:
    """Add `export`; `default_folder` is asked for the log's when no --folder is given.

    It sets `run`, which returns the exit code: 0 done, 1 no such session or song, 2 wrong use or nothing
    written, 3 the log cannot be read.
    """
    parser = subparsers.add_parser(
        "export",
        help="write a session, or the one to come, as other programs read it",
        description="Writes takes, sections, flags, tempo and the comp for other programs; with --empty, the"
        " project to record into.",
        epilog="formats:\n"
        + "\n".join(f"  {name:<15} {each.about}" for name, each in FORMATS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--format",
        required=True,
        choices=tuple(FORMATS),
        metavar="FORMAT",
        help=", ".join(FORMATS),
    )
    parser.add_argument(
        "-o",
        dest="place",
        metavar="PLACE",
        required=True,
        help="the file to write; a folder gets a file for each song",
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument(
        "--session",
        metavar="NAME",
        help='"last" (default), its day as in 2026-11-22, or the beginning of an id',
    )
    parser.add_argument(
        "--song",
        metavar="SONG",
        action="append",
        default=[],
        help="only this song, several times for several; with --empty a song file, or a song of the box",
    )
    parser.add_argument(
        "--empty", action="store_true", help="before tracking: the project to record the song into"
    )
    parser.add_argument(
        "--places",
        type=int,
        metavar="COUNT",
        help=f"with --empty: for how many takes there are places (default {_USUAL_PLACES})",
    )
    parser.add_argument(
        "--rate", type=int, metavar="HZ", help="the project's sample rate (default: the takes' own)"
    )
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="FOLDER",
        help="what the DAW recorded, for formats that hold audio",
    )
    add_match_argument(parser)
    parser.add_argument("--json", action="store_true", help="say as JSON what was written")
    parser.add_argument(
        "--folder", type=Path, help="the take log's folder (default: the configured one)"
    )
    parser.set_defaults(run=lambda arguments: _export(arguments, default_folder))


def _export(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    from countoff.export.files import (  # noqa: PLC0415
        ExportRefusedError,
        NothingToExportError,
        write_files,
    )
    from countoff.songs.finding import SongNotFoundError  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError  # noqa: PLC0415
    from countoff.takelog.reader import (  # noqa: PLC0415
        LogUnreadableError,
        SessionAmbiguousError,
        SessionNotFoundError,
    )

    trouble = _wrong_use(arguments)
    if trouble:
        return complain(trouble, WRONG_USE)
    remarks: list[str] = []
    try:
        if arguments.empty:
            files = _before(arguments, remarks)
        else:
            files = _after(arguments, default_folder, remarks)
        remarks.extend(write_files(files, is_forced=arguments.force))
    except (SessionNotFoundError, SongNotFoundError, NothingToExportError) as error:
        return complain(str(error), NOTHING_FOUND)
    except (SessionAmbiguousError, ExportRefusedError, NotWrittenError) as error:
        return complain(str(error), WRONG_USE)
    except LogUnreadableError as error:
        return complain(str(error), LOG_UNREADABLE)
    _tell(files, remarks, as_json=arguments.json)
    return 0


def _wrong_use(arguments: argparse.Namespace) -> str:
    """Return what does not go together, as a sentence; empty where all does."""
    if arguments.rate is not None and not _LOWEST_HZ <= arguments.rate <= _HIGHEST_HZ:
        return f"--rate is {_LOWEST_HZ} to {_HIGHEST_HZ} Hz, such as 48000; found {arguments.rate}."
    if not arguments.empty:
        return "" if arguments.places is None else "--places goes with --empty only."
    if not arguments.song:
        return "Say which song is to be recorded: --song SONG, a song file or a song of the box."
    if arguments.session is not None or arguments.recordings is not None:
        return "--empty is before tracking: leave out --session and --recordings."
    if arguments.places is not None and not 1 <= arguments.places <= MOST_PLACES:
        return f"--places is 1 to {MOST_PLACES}, of ten minutes each; found {arguments.places}."
    return ""


def _after(
    arguments: argparse.Namespace, default_folder: DefaultFolder, remarks: list[str]
) -> Sequence[FileToWrite]:
    from countoff.export.files import chosen_songs, files_after_tracking  # noqa: PLC0415
    from countoff.export.session_reading import read_session  # noqa: PLC0415
    from countoff.takelog.reader import TakeLog  # noqa: PLC0415

    chosen = FORMATS[arguments.format]
    read = read_session(
        TakeLog(log_folder_of(arguments, default_folder)), arguments.session or "last"
    )
    songs = chosen_songs(read, arguments.song)
    recordings = None
    if arguments.recordings is not None:
        recordings = _recordings(arguments, read)
        remarks.extend(recordings.doubts)
    return files_after_tracking(
        read, songs, chosen, arguments.place, rate_hz=arguments.rate, recordings=recordings
    )


def _recordings(arguments: argparse.Namespace, read: SessionRead) -> MatchedRecordings:
    from countoff.export.files import ExportRefusedError  # noqa: PLC0415
    from countoff.export.recordings.by_hand import (  # noqa: PLC0415
        MatchUnclearError,
        said_by_hand,
    )
    from countoff.export.recordings.find import UnknownPassError, matched_recordings  # noqa: PLC0415
    from countoff.export.recordings.folder import FolderUnusableError  # noqa: PLC0415

    if not FORMATS[arguments.format].has_recordings:
        raise ExportRefusedError(f"{arguments.format} holds no audio: leave out --recordings.")
    takes = sorted(
        (take for song in read.songs for take in song.takes), key=lambda take: take.ordinal
    )
    details = [take.detail for take in takes]
    try:
        by_hand = said_by_hand(arguments.match, [detail.summary for detail in details])
        return matched_recordings(arguments.recordings, details, by_hand)
    except (MatchUnclearError, UnknownPassError, FolderUnusableError) as error:
        raise ExportRefusedError(str(error)) from error


def _before(arguments: argparse.Namespace, remarks: list[str]) -> Sequence[FileToWrite]:
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import song_folder  # noqa: PLC0415
    from countoff.config.rules import session_settings  # noqa: PLC0415
    from countoff.export.before_tracking import before_tracking, way_of  # noqa: PLC0415
    from countoff.export.files import files_before_tracking  # noqa: PLC0415
    from countoff.songs.finding import find_song  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    settings = session_settings(loaded.config, loaded.profile)
    way = way_of(settings, arguments.places or _USUAL_PLACES)
    if not settings.daw.can_locate:
        remarks.append(
            f"{loaded.profile.name} is a DAW that the box sends nowhere: takes come where it stands, unless"
            " somebody moves it to these places."
        )
    timelines = []
    for word in dict.fromkeys(arguments.song):
        found = find_song(word, lambda: song_folder(loaded))
        remarks.extend(str(problem) for problem in found.problems)
        timelines.append(before_tracking(found.song, way, arguments.rate or _USUAL_RATE_HZ))
    return files_before_tracking(timelines, FORMATS[arguments.format], arguments.place)


def _tell(files: Sequence[FileToWrite], remarks: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "written": [
                    {
                        "path": str(file.path),
                        "songs": [song.title for song in file.content.timeline.songs],
                        "take_count": len(file.content.timeline.takes),
                    }
                    for file in files
                ],
                "remarks": list(remarks),
            }
        )
        return
    for remark in remarks:
        print(printable(remark))
    for file in files:
        print(printable(f"{file.path} is written."))
