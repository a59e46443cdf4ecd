"""`countoff takes list` and `countoff takes show`: the take log at the command line.

Runs in the command's own process, never in the daemon. Reads only. Rich is loaded when a table is drawn.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.takelog.reader import (
    LogUnreadableError,
    TakeAmbiguousError,
    TakeLog,
    TakeNotFoundError,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from countoff.takelog.reader import TakeDetail

NOTHING_FOUND = 1
WRONG_USE = 2
LOG_UNREADABLE = 3


def add_takes_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    default_folder: Callable[[Path | None], Path],
) -> None:
    """Add `takes` to a command line's parsers; `default_folder` is asked when no --folder is given.

    It gets the configuration file that `--config` names, or None.

    The parsed arguments carry `run`, a function of the arguments that returns the exit code: 0 done,
    1 nothing found, 2 wrong use, 3 the log cannot be read.
    """
    takes = subparsers.add_parser("takes", help="list the takes in the log, or show one of them")
    wanted = takes.add_subparsers(dest="takes_command", required=True, metavar="list|show")

    listing = wanted.add_parser("list", help="list all takes, oldest first")
    listing.add_argument("--song", help="only the takes of this song")
    listing.set_defaults(run=lambda arguments: _list(arguments, default_folder))

    showing = wanted.add_parser("show", help="show one take: its times, flags, incidents, presses")
    showing.add_argument("take", metavar="TAKE", help="NUMBER, SONG:NUMBER or an id's beginning")
    showing.add_argument(
        "--chart", action="store_true", help="print the song as it was played, as a song file"
    )
    showing.set_defaults(run=lambda arguments: _show(arguments, default_folder))

    for parser in (listing, showing):
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument(
            "--folder", type=Path, help="the take log's folder (default: the configured one)"
        )


def _list(arguments: argparse.Namespace, default_folder: Callable[[Path | None], Path]) -> int:
    folder: Path = arguments.folder or default_folder(getattr(arguments, "config", None))
    try:
        takes = TakeLog(folder).takes()
    except LogUnreadableError as trouble:
        return _complain(str(trouble), LOG_UNREADABLE)
    song: str | None = arguments.song
    if song is not None:
        takes = [take for take in takes if take.song.casefold() == song.casefold()]
    if arguments.json:
        print(json.dumps([dataclasses.asdict(take) for take in takes], indent=2))
        return 0 if takes else NOTHING_FOUND
    if not takes:
        of_song = "" if song is None else f' of "{song}"'
        return _complain(f"There is no take{of_song} in {folder}.", NOTHING_FOUND)
    from countoff.takelog.tables import print_takes  # noqa: PLC0415 - rich is not cheap to load

    print_takes(takes)
    return 0


def _show(arguments: argparse.Namespace, default_folder: Callable[[Path | None], Path]) -> int:
    folder: Path = arguments.folder or default_folder(getattr(arguments, "config", None))
    try:
        detail = TakeLog(folder).take(arguments.take)
    except LogUnreadableError as trouble:
        return _complain(str(trouble), LOG_UNREADABLE)
    except TakeNotFoundError as trouble:
        return _complain(str(trouble), NOTHING_FOUND)
    except TakeAmbiguousError as trouble:
        return _complain(str(trouble), WRONG_USE)
    if arguments.chart:
        return _print_chart(detail)
    if arguments.json:
        whole = dataclasses.asdict(detail)
        print(json.dumps({**whole.pop("summary"), **whole}, indent=2))
        return 0
    from countoff.takelog.tables import print_take  # noqa: PLC0415 - rich is not cheap to load

    print_take(detail)
    return 0


def _print_chart(detail: TakeDetail) -> int:
    if detail.chart is None:
        take = detail.summary
        sentence = f"T{take.number} of {take.song} is from before charts were kept: it has none."
        return _complain(sentence, NOTHING_FOUND)
    print(detail.chart, end="")
    return 0


def _complain(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)
    return exit_code
