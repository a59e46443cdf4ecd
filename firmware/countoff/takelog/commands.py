"""`countoff takes`: the take log at the command line; `list` and `show` are here, and only read.

Runs in the command's own process, never in the daemon. Rich is loaded when a table is drawn.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from countoff.takelog.command_line import (
    NOTHING_FOUND,
    WRONG_USE,
    add_log_arguments,
    answered,
    complain,
    log_folder_of,
    print_json,
)
from countoff.takelog.edit_commands import add_edit_commands, titles_of_the_box
from countoff.takelog.edits import HIGHEST_RATING
from countoff.takelog.naming import SessionNotFoundError
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from countoff.takelog.command_line import DefaultFolder
    from countoff.takelog.reader import TakeDetail
    from countoff.takelog.summaries import TakeSummary

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def add_takes_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    default_folder: DefaultFolder,
    titles: Callable[[Path | None], list[str]] = titles_of_the_box,
) -> None:
    """Add `takes` to a command line's parsers; `default_folder` is asked when no --folder is given.

    It gets the configuration file that `--config` names, or None, and so do `titles`, the songs of
    the box.

    The parsed arguments carry `run`, a function of the arguments that returns the exit code: 0 done,
    1 nothing found, 2 wrong use, 3 the log cannot be read or written.
    """
    takes = subparsers.add_parser("takes", help="list and show the takes in the log, and edit them")
    wanted = takes.add_subparsers(dest="takes_command", required=True, metavar="COMMAND")

    listing = wanted.add_parser("list", help="list all takes, oldest first")
    listing.add_argument("--song", help="only the takes of this song")
    listing.add_argument("--day", metavar="YYYY-MM-DD", help="only those of this day, in UTC")
    listing.add_argument(
        "--rating", type=int, metavar="RATING", help="only those that are rated so or better"
    )
    listing.add_argument(
        "--session", metavar="SESSION", help="only this one's: \"last\", its day, an id's beginning"
    )
    listing.set_defaults(run=lambda arguments: answered(lambda: _list(arguments, default_folder)))

    showing = wanted.add_parser("show", help="show one take: its times, flags, incidents, presses")
    showing.add_argument("take", metavar="TAKE", help="NUMBER, SONG:NUMBER or an id's beginning")
    showing.add_argument(
        "--chart", action="store_true", help="print the song as it was played, as a song file"
    )
    showing.set_defaults(run=lambda arguments: answered(lambda: _show(arguments, default_folder)))

    for parser in (listing, showing):
        add_log_arguments(parser)
    add_edit_commands(wanted, default_folder, titles)


def _list(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    if wrong := _wrong_filter(arguments):
        return complain(wrong, WRONG_USE)
    folder = log_folder_of(arguments, default_folder)
    log = TakeLog(folder)
    song: str | None = arguments.song
    try:
        session = None if arguments.session is None else log.session(arguments.session).id
        found = log.takes(session, song=song, day=arguments.day)
        takes = [take for take in found if _is_wanted(take, arguments)]
    except SessionNotFoundError:
        if arguments.json:
            print_json([])
        raise
    if arguments.json:
        print_json([dataclasses.asdict(take) for take in takes])
        return 0 if takes else NOTHING_FOUND
    if not takes:
        return complain(f"There is no take{_filtered_by(arguments)} in {folder}.", NOTHING_FOUND)
    from countoff.takelog.tables import print_takes  # noqa: PLC0415 - rich is not cheap to load

    print_takes(takes)
    return 0


def _wrong_filter(arguments: argparse.Namespace) -> str:
    """Return the sentence for a filter that nothing could ever pass, or nothing."""
    rating: int | None = arguments.rating
    if rating is not None and not 0 <= rating <= HIGHEST_RATING:
        return f"--rating is a whole number from 0 to {HIGHEST_RATING}; found {rating}."
    if arguments.day is not None and not _DAY.fullmatch(arguments.day):
        return f'--day is a day such as 2026-11-22; found "{arguments.day}".'
    return ""


def _is_wanted(take: TakeSummary, arguments: argparse.Namespace) -> bool:
    least: int | None = arguments.rating
    return least is None or (take.rating is not None and take.rating >= least)


def _filtered_by(arguments: argparse.Namespace) -> str:
    """Return which takes were looked for: of "Harbour", rated 4 or better."""
    words = [
        "" if arguments.song is None else f' of "{arguments.song}"',
        "" if arguments.day is None else f" of {arguments.day}",
        "" if arguments.rating is None else f" rated {arguments.rating} or better",
        "" if arguments.session is None else f" of session {arguments.session}",
    ]
    return "".join(words)


def _show(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    detail = TakeLog(log_folder_of(arguments, default_folder)).take(arguments.take)
    if arguments.chart:
        return _print_chart(detail)
    if arguments.json:
        whole = dataclasses.asdict(detail)
        print_json({**whole.pop("summary"), **whole})
        return 0
    from countoff.takelog.tables import print_take  # noqa: PLC0415 - rich is not cheap to load

    print_take(detail)
    return 0


def _print_chart(detail: TakeDetail) -> int:
    if detail.chart is None:
        take = detail.summary
        sentence = f"T{take.number} of {take.song} is from before charts were kept: it has none."
        return complain(sentence, NOTHING_FOUND)
    print(detail.chart, end="")
    return 0
