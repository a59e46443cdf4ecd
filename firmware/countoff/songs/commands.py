"""`countoff song` and its commands; `check` and `show` are here.

They run in the command's own process, never in the daemon. What each needs is loaded when it runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.songs.choosing_command import add_choosing_command
from countoff.songs.command_line import DONE, WRONG, add_song_argument, found_song
from countoff.songs.exchange_commands import add_exchange_commands
from countoff.songs.saving_command import add_saving_command

if TYPE_CHECKING:
    import argparse

_PIPE_WIDTH = 240


def add_song_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `song` with its commands; each sets `run`, which returns the exit code."""
    song = subparsers.add_parser("song", help="check, show, choose, save, import and export songs")
    commands = song.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="name every fault of song files; exit code 1 if any")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a song file")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=check_songs)

    show = commands.add_parser("show", help="print a song's sections with their bars and times")
    add_song_argument(show)
    show.add_argument("--json", action="store_true", help="as JSON, with exact numbers")
    show.set_defaults(run=show_song)

    add_exchange_commands(commands)
    add_choosing_command(commands)
    add_saving_command(commands)


def check_songs(arguments: argparse.Namespace) -> int:
    """Print every fault of every file."""
    from countoff.songs.reading import read_song  # noqa: PLC0415

    reports = []
    for path in arguments.files:
        song, problems = read_song(path, outcome="")
        faults = [
            {"line": problem.line, "key": problem.key, "sentence": problem.sentence}
            for problem in problems
        ]
        title = None if song is None else song.title
        reports.append({"file": str(path), "title": title, "faults": faults})
        if not arguments.json:
            print("\n".join(str(problem) for problem in problems) or f"{path} is right.")
    if arguments.json:
        print(json.dumps(reports, indent=2, ensure_ascii=False))
    return WRONG if any(report["faults"] for report in reports) else DONE


def show_song(arguments: argparse.Namespace) -> int:
    """Print one song, as a table or as JSON."""
    found = found_song(arguments)
    if found is None:
        return WRONG
    if arguments.json:
        from countoff.songs.overview import as_values  # noqa: PLC0415

        print(json.dumps(as_values(found.song), indent=2, ensure_ascii=False))
        return DONE
    from rich.console import Console  # noqa: PLC0415 - rich is not cheap to load

    from countoff.songs.showing import print_song  # noqa: PLC0415

    # In a pipe there is no width to keep to, and a table that is cut could not be searched.
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    print_song(found.song, Console(width=width, highlight=False))
    return DONE
