"""`countoff comp SONG`: the grid of sections by takes, the comp, and choices by hand.

Runs in the command's own process, never in the daemon. Rich is loaded when a grid is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.command_line import (
    WRONG_USE,
    add_log_arguments,
    answered,
    complain,
    log_folder_of,
    print_json,
)
from countoff.takelog.edit_commands import edited, stamps_of_this_machine
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from countoff.takelog.command_line import DefaultFolder
    from countoff.takelog.take_edits import Done


def add_comp_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], default_folder: DefaultFolder
) -> None:
    """Add `comp` to a command line's parsers; `default_folder` is asked when no --folder is given.

    The parsed arguments carry `run`, a function of the arguments that returns the exit code: 0 done,
    1 nothing found, 2 wrong use, 3 the log cannot be read or written.
    """
    comp = subparsers.add_parser(
        "comp", help="show which take gives which section of a song, or choose it by hand"
    )
    comp.add_argument("song", metavar="SONG", help="the song's title")
    comp.add_argument(
        "section", metavar="SECTION", nargs="?", help="its name, initials (c2) or number"
    )
    comp.add_argument(
        "take", metavar="TAKE", nargs="?", help='5 or T5; "proposed" gives the choice back'
    )
    comp.add_argument("--master", metavar="TAKE", help="make this take the master, or proposed")
    comp.add_argument(
        "--session",
        metavar="SESSION",
        help='only the takes of one: "last", its day, an id\'s beginning',
    )
    add_log_arguments(comp)
    comp.set_defaults(run=lambda arguments: _run(arguments, default_folder))


def _run(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    if arguments.section is None and arguments.master is None:
        return answered(lambda: _show(arguments, default_folder))
    if arguments.section is not None and arguments.master is not None:
        return complain("Choose a section's take or the --master, one at a time.", WRONG_USE)
    if arguments.section is not None and arguments.take is None:
        sentence = f'Say which take is to give "{arguments.section}", or "proposed".'
        return complain(sentence, WRONG_USE)
    if arguments.session is not None:
        sentence = "A choice is of a song, not of a session: leave out --session."
        return complain(sentence, WRONG_USE)
    return edited(arguments, default_folder, lambda folder: _choose(arguments, folder))


def _choose(arguments: argparse.Namespace, folder: Path) -> Done:
    from countoff.takelog.comp_edits import choose_master, choose_section  # noqa: PLC0415
    from countoff.takelog.editing import edit_log  # noqa: PLC0415
    from countoff.takelog.take_edits import Desk  # noqa: PLC0415

    stamp = stamps_of_this_machine().now()
    with edit_log(folder) as connection:
        desk = Desk(connection, stamp)
        if arguments.section is None:
            return choose_master(desk, arguments.song, arguments.master)
        return choose_section(desk, arguments.song, arguments.section, arguments.take)


def _show(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    log = TakeLog(log_folder_of(arguments, default_folder))
    session = None if arguments.session is None else log.session(arguments.session).id
    found = log.comp(arguments.song, session)
    if arguments.json:
        from countoff.takelog.comp_json import comp_values  # noqa: PLC0415

        print_json(comp_values(found))
        return 0
    from countoff.takelog.comp_tables import print_comp  # noqa: PLC0415 - rich is not cheap to load

    print_comp(found)
    return 0
