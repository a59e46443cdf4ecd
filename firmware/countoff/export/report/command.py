"""`countoff report`: a session as one page for the studio's client, to look at and to print.

Runs in the command's own process, never in the daemon; reads the log and writes one new file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.takelog.command_line import NOTHING_FOUND, answered, complain, log_folder_of

if TYPE_CHECKING:
    import argparse

    from countoff.takelog.command_line import DefaultFolder


def add_report_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], default_folder: DefaultFolder
) -> None:
    """Add `report`; `default_folder` is asked for the log's when no --folder is given.

    It sets `run`, which returns the exit code: 0 done, 1 no such session or the file could not be
    written, 2 wrong use, 3 the log cannot be read.
    """
    report = subparsers.add_parser(
        "report",
        help="write a session's report: one HTML page, to look at and to print",
        description="Takes on the day's time line, the comp of each song with its grid, flags, verdicts,"
        " incidents and certificates, people and hours. The times are those of this machine's zone.",
    )
    report.add_argument(
        "session",
        metavar="SESSION",
        nargs="?",
        default="last",
        help='"last" (default), its day as in 2026-11-22, or the beginning of an id',
    )
    report.add_argument(
        "-o", dest="place", type=Path, metavar="FILE.html", required=True, help="the file to write"
    )
    report.add_argument("--force", action="store_true", help="write over a file that is there")
    report.add_argument(
        "--folder", type=Path, help="the take log's folder (default: the configured one)"
    )
    report.set_defaults(run=lambda arguments: answered(lambda: _report(arguments, default_folder)))


def _report(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    from countoff.songs.new_file import NotWrittenError, new_file  # noqa: PLC0415

    place: Path = arguments.place
    try:
        # First whether it may be written there: to read a long day takes a moment.
        with new_file(place, is_forced=arguments.force) as file:
            file.write(report_of(log_folder_of(arguments, default_folder), arguments.session))
    except NotWrittenError as trouble:
        return complain(str(trouble), NOTHING_FOUND)
    print(f"{place} is written.")
    return 0


def report_of(folder: Path, session: str = "last") -> bytes:
    """Return the report of the session that answers to `session`, in this machine's zone.

    Waits for the disk. Raises SessionNotFoundError, SessionAmbiguousError or LogUnreadableError.
    """
    # Here and not above: no other command is to wait for these.
    from countoff.export.report.page import report_page  # noqa: PLC0415
    from countoff.export.session_reading import read_session  # noqa: PLC0415
    from countoff.takelog.reader import TakeLog  # noqa: PLC0415

    return report_page(read_session(TakeLog(folder), session), datetime.now(UTC)).encode()
