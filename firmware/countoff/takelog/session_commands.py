"""`countoff session`: a day's work, its people and its hours: `list`, `show`, and what is said of it.

It runs in the command's own process, never in the daemon. What is said of a session is an edit, like what
is said of takes: `countoff takes undo` undoes it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from countoff.takelog.command_line import (
    NOTHING_FOUND,
    add_log_arguments,
    answered,
    complain,
    log_folder_of,
    print_json,
)
from countoff.takelog.edit_commands import (
    edited,
    stamps_of_this_machine,
    title_meant,
    titles_of_the_box,
)
from countoff.takelog.naming import LAST, SessionNotFoundError
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from countoff.takelog.command_line import DefaultFolder
    from countoff.takelog.edit_commands import Titles
    from countoff.takelog.reader import SessionSummary
    from countoff.takelog.take_edits import Desk, Done

    Deed = Callable[[Desk, SessionSummary, argparse.Namespace], Done]

_SESSION = '"last", its day (2026-11-22) or an id\'s beginning'


def add_session_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    default_folder: DefaultFolder,
    titles: Titles = titles_of_the_box,
) -> None:
    """Add `session` to a command line's parsers; `default_folder` and `titles` as for `takes`."""
    session = subparsers.add_parser(
        "session", help="a day's work: who plays what, and how long it all took"
    )
    wanted = session.add_subparsers(dest="session_command", required=True, metavar="COMMAND")

    listing = wanted.add_parser("list", help="list all sessions, oldest first")
    listing.set_defaults(run=lambda arguments: answered(lambda: _list(arguments, default_folder)))
    showing = wanted.add_parser("show", help="show a session: people, songs, takes, hours, notes")
    showing.add_argument("session", metavar="SESSION", nargs="?", default=LAST, help=_SESSION)
    showing.set_defaults(run=lambda arguments: answered(lambda: _show(arguments, default_folder)))

    engineer = wanted.add_parser("engineer", help="say who sits at the desk")
    engineer.add_argument("name", metavar="NAME", help='"" for nobody any more')
    engineer.set_defaults(run=_written(default_folder, _engineer))
    room = wanted.add_parser("room", help="say where it is")
    room.add_argument("room", metavar="ROOM", help='"" for nowhere any more')
    room.set_defaults(run=_written(default_folder, _room))
    player = wanted.add_parser("player", help="say who plays what")
    player.add_argument("player", metavar="PLAYER", help="a player's name")
    player.add_argument(
        "instrument", metavar="INSTRUMENT", help='what they play; "" where they do not play'
    )
    player.add_argument("--song", metavar="SONG", help="only in this song of the session")
    player.set_defaults(run=_written(default_folder, _player, titles))
    note = wanted.add_parser("note", help="note something of a session")
    note.add_argument("text", metavar="TEXT", nargs="+", help="what there is to note")
    note.set_defaults(run=_written(default_folder, _note))

    for parser in (listing, showing, engineer, room, player, note):
        add_log_arguments(parser)
    for parser in (engineer, room, player, note):
        parser.add_argument(
            "--session", metavar="SESSION", help=f"the session: {_SESSION} (default: today's)"
        )


def _list(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    folder = log_folder_of(arguments, default_folder)
    sessions = TakeLog(folder).sessions()
    if arguments.json:
        print_json([dataclasses.asdict(session) for session in sessions])
        return 0 if sessions else NOTHING_FOUND
    if not sessions:
        return complain(f"There is no session yet in {folder}.", NOTHING_FOUND)
    from countoff.takelog.session_tables import print_sessions  # noqa: PLC0415 - rich is not cheap

    print_sessions(sessions)
    return 0


def _show(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    day = TakeLog(log_folder_of(arguments, default_folder)).session_day(arguments.session)
    if arguments.json:
        print_json(dataclasses.asdict(day))
        return 0
    from countoff.takelog.session_tables import print_session  # noqa: PLC0415 - rich is not cheap

    print_session(day)
    return 0


def _written(
    default_folder: DefaultFolder, deed: Deed, titles: Titles | None = None
) -> Callable[[argparse.Namespace], int]:
    """Return a command that does one deed to a session, in one transaction."""

    def write(arguments: argparse.Namespace) -> int:
        def done(folder: Path) -> Done:
            from countoff.takelog.editing import edit_log  # noqa: PLC0415
            from countoff.takelog.recovery import session_to_continue  # noqa: PLC0415
            from countoff.takelog.take_edits import Desk  # noqa: PLC0415

            log = TakeLog(folder)
            session = log.session(arguments.session or LAST)
            if titles is not None and arguments.song is not None:
                arguments.song = title_meant(arguments, log, titles)
            stamp = stamps_of_this_machine().now()
            with edit_log(folder) as connection:
                goes_on = session_to_continue(connection, stamp) is not None
                if arguments.session is None and not goes_on:
                    raise SessionNotFoundError(_over(session))
                return deed(Desk(connection, stamp), session, arguments)

        return edited(arguments, default_folder, done)

    return write


def _over(session: SessionSummary) -> str:
    """Return the sentence for a session that is over where today's is meant."""
    return (
        f"The last session in the log, which began at {session.started_label} UTC, is over: the box"
        f' begins another with its next start or take. Say --session "{LAST}" where it is meant.'
    )


def _engineer(desk: Desk, session: SessionSummary, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.session_edits import set_engineer  # noqa: PLC0415

    return set_engineer(desk, session, arguments.name)


def _room(desk: Desk, session: SessionSummary, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.session_edits import set_room  # noqa: PLC0415

    return set_room(desk, session, arguments.room)


def _player(desk: Desk, session: SessionSummary, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.session_edits import set_player  # noqa: PLC0415

    return set_player(desk, session, arguments.player, arguments.instrument, arguments.song)


def _note(desk: Desk, session: SessionSummary, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.session_edits import note_of_session  # noqa: PLC0415

    return note_of_session(desk, session, " ".join(arguments.text))
