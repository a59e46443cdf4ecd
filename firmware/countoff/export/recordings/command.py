"""`countoff recordings FOLDER`: what a DAW recorded, and which takes it is of.

Runs in the command's own process, never in the daemon. Reads headers and the log; writes nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from countoff.export.recordings.values import MatchedRecordings, MatchedTake
    from countoff.takelog.reader import SessionSummary, TakeDetail

DONE = 0
NOTHING_FOUND = 1
WRONG_USE = 2
LOG_UNREADABLE = 3


def add_recordings_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    default_folder: Callable[[Path | None], Path],
) -> None:
    """Add `recordings`; `default_folder` is asked for the log's when no --folder is given.

    It sets `run`, which returns the exit code: 0 done, 1 no recording or no take, 2 wrong use, 3 the log
    cannot be read.
    """
    from countoff.export.recordings.by_hand import add_match_argument  # noqa: PLC0415

    parser = subparsers.add_parser(
        "recordings",
        help="match the recordings of a DAW to the takes of a session",
        description="Groups the recordings in a folder into passes and says which takes they are of."
        " Reads their headers and names only, and never writes to them.",
    )
    parser.add_argument("recordings", type=Path, metavar="FOLDER", help="the DAW's audio folder")
    parser.add_argument(
        "--session",
        default="last",
        metavar="NAME",
        help='"last" (default), its day as in 2026-11-22, or the beginning of an id',
    )
    add_match_argument(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--folder", type=Path, help="the take log's folder (default: the configured one)"
    )
    parser.set_defaults(run=lambda arguments: _recordings(arguments, default_folder))


def _recordings(
    arguments: argparse.Namespace, default_folder: Callable[[Path | None], Path]
) -> int:
    from countoff.export.recordings.by_hand import (  # noqa: PLC0415
        MatchUnclearError,
        said_by_hand,
    )
    from countoff.export.recordings.find import UnknownPassError, matched_recordings  # noqa: PLC0415
    from countoff.export.recordings.folder import FolderUnusableError  # noqa: PLC0415
    from countoff.takelog.naming import (  # noqa: PLC0415
        SessionAmbiguousError,
        SessionNotFoundError,
    )
    from countoff.takelog.reader import LogUnreadableError, TakeLog  # noqa: PLC0415

    folder: Path = arguments.folder or default_folder(getattr(arguments, "config", None))
    try:
        log = TakeLog(folder)
        session = log.session(arguments.session)
        details = [log.take(take.id) for take in log.takes(session.id)]
        by_hand = said_by_hand(arguments.match, [detail.summary for detail in details])
        found = matched_recordings(arguments.recordings, details, by_hand)
    except LogUnreadableError as trouble:
        return _complain(str(trouble), LOG_UNREADABLE)
    except SessionNotFoundError as trouble:
        return _complain(str(trouble), NOTHING_FOUND)
    except (
        SessionAmbiguousError,
        MatchUnclearError,
        UnknownPassError,
        FolderUnusableError,
    ) as trouble:
        return _complain(str(trouble), WRONG_USE)
    if arguments.json:
        print(json.dumps(as_json(found, session, details), indent=2, ensure_ascii=False))
        return DONE if found.passes and details else NOTHING_FOUND
    if not found.passes or not details:
        for doubt in found.doubts if not found.passes else ():
            _complain(doubt, NOTHING_FOUND)
        lacking = (
            f"The session of {session.started_label} has no take"
            if found.passes
            else f"There is no recording in {arguments.recordings}"
        )
        return _complain(f"{lacking}: nothing can be matched.", NOTHING_FOUND)
    from countoff.export.recordings.tables import print_matched  # noqa: PLC0415 - rich is not cheap

    print_matched(found, session, details)
    return DONE


def as_json(
    found: MatchedRecordings, session: SessionSummary, details: Sequence[TakeDetail]
) -> dict[str, Any]:
    """Return all of it, frames as whole numbers, as JSON has it."""
    summaries = {detail.summary.id: detail.summary for detail in details}

    def called(take_id: str) -> dict[str, Any]:
        return {"id": take_id, "song": summaries[take_id].song, "number": summaries[take_id].number}

    return {
        "folder": str(found.folder),
        "session": session.id,
        "takes": [{**called(take.take_id), **_take_as_json(take)} for take in found.takes],
        "passes": [
            {
                "name": each.name,
                "length_s": each.length_s,
                "place_s": each.place_s,
                "recordings": [recording.path for recording in each.recordings],
            }
            for each in found.passes
        ],
        "missing": [called(take_id) for take_id in found.missing],
        "extra": list(found.extra),
        "open": [
            {
                "pass": each.pass_name,
                "may_be": [called(take_id) for take_id in each.take_ids if take_id is not None],
                "may_be_none": None in each.take_ids,
            }
            for each in found.open
        ],
        "doubts": list(found.doubts),
    }


def _take_as_json(take: MatchedTake) -> dict[str, Any]:
    return {
        "pass": take.pass_name,
        "by_hand": take.by_hand,
        "bar1_from": take.bar1_from,
        "bar1_within_ms": take.bar1_within_ms,
        "tracks": [
            {
                "name": track.name,
                "recordings": [
                    {
                        "path": placed.recording.path,
                        "side": placed.recording.side,
                        "rate_hz": placed.recording.rate_hz,
                        "channels": placed.recording.channels,
                        "length_frames": placed.recording.length_frames,
                        "bar1_offset_frames": placed.bar1_offset_frames,
                    }
                    for placed in track.recordings
                ],
            }
            for track in take.tracks
        ],
    }


def _complain(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)
    return exit_code
