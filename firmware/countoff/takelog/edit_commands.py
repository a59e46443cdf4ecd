"""`countoff takes rate`, `flag`, `note`, `rename`, `next`, `move`, `undo` and `edits`.

They run in the command's own process, never in the daemon, and write edits: nothing that was logged is
changed by them, and each says how it is undone.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from countoff.control.reaching import add_daemon_arguments, sockets
from countoff.takelog.command_line import (
    LOG_UNREADABLE,
    NOTHING_FOUND,
    WRONG_USE,
    add_log_arguments,
    answered,
    complain,
    log_folder_of,
    print_done,
    print_json,
)
from countoff.takelog.naming import SongNotFoundError
from countoff.takelog.reader import TakeLog
from countoff.takelog.schema import FILE_NAME

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from countoff.takelog.box_numbers import Box
    from countoff.takelog.command_line import DefaultFolder
    from countoff.takelog.stamps import StampSource
    from countoff.takelog.take_edits import Desk, Done

    Deed = Callable[[Desk, argparse.Namespace], Done]
    Titles = Callable[[Path | None], list[str]]

_TAKE = "NUMBER, SONG:NUMBER or an id's beginning"
_LISTED = 50
_UNTOLD = "No running box was reached: one that starts reads it in the log."


def add_edit_commands(
    wanted: argparse._SubParsersAction[argparse.ArgumentParser],
    default_folder: DefaultFolder,
    titles: Titles,
) -> None:
    """Add the commands that write edits to those of `takes`; `titles` are the songs of the box."""
    rate = wanted.add_parser("rate", help="rate a take from 0 to 5")
    rate.add_argument("take", metavar="TAKE", help=_TAKE)
    rate.add_argument("rating", metavar="RATING", type=int, help="0 to 5")
    _set_deed(rate, default_folder, _rate)

    flag = wanted.add_parser("flag", help="flag a bar of a take, or take a flag back")
    flag.add_argument("take", metavar="TAKE", help=_TAKE)
    flag.add_argument(
        "place", metavar="BAR[.BEAT]", help="33, 33.2, whole; 1:23 in a song without bars"
    )
    flag.add_argument("kind", metavar="KIND", help="keeper, fix_here, no_good or marker")
    flag.add_argument(
        "--take-back", action="store_true", help="take that flag back, whoever made it"
    )
    _set_deed(flag, default_folder, _flag)

    note = wanted.add_parser("note", help="note something of a take")
    note.add_argument("take", metavar="TAKE", help=_TAKE)
    note.add_argument("text", metavar="TEXT", nargs="+", help="what there is to note")
    _set_deed(note, default_folder, _note)

    rename = wanted.add_parser("rename", help="give a take a name")
    rename.add_argument("take", metavar="TAKE", help=_TAKE)
    rename.add_argument("name", metavar="NAME", help='its name; "" for none any more')
    _set_deed(rename, default_folder, _rename)

    following = wanted.add_parser("next", help="set the number of a song's next take")
    following.add_argument("song", metavar="SONG", help="the song's title")
    following.add_argument("number", metavar="NUMBER", type=int, help="as in the DAW's playlist")
    following.set_defaults(run=lambda arguments: _next(arguments, default_folder, titles))

    move = wanted.add_parser("move", help="move a take to another song, as its next take")
    move.add_argument("take", metavar="TAKE", help=_TAKE)
    move.add_argument("song", metavar="SONG", help="the title of the song that it is of")
    move.add_argument("--new", action="store_true", help="it is a song that there was not so far")
    move.set_defaults(run=lambda arguments: _move(arguments, default_folder, titles))

    undo = wanted.add_parser("undo", help="undo the last edit, or the one of this number")
    undo.add_argument("edit", metavar="EDIT", nargs="?", type=int, help="as `edits` numbers them")
    undo.set_defaults(run=lambda arguments: _undo(arguments, default_folder))

    edits = wanted.add_parser("edits", help=f"list the last {_LISTED} edits, oldest first")
    edits.add_argument("--all", action="store_true", help="list all that there are")
    edits.set_defaults(run=lambda arguments: answered(lambda: _edits(arguments, default_folder)))

    for parser in (rate, flag, note, rename, following, move, undo, edits):
        add_log_arguments(parser)
    for parser in (following, move, undo):
        add_daemon_arguments(parser)


def titles_of_the_box(config: Path | None) -> list[str]:
    """Return the titles of all songs in the box's folder. Waits for the disk."""
    # What is loaded here, only those need who name a song.
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import song_folder  # noqa: PLC0415
    from countoff.songs.book import open_songbook  # noqa: PLC0415

    return [song.title for song in open_songbook(song_folder(load(config))).songs]


def stamps_of_this_machine() -> StampSource:
    """Return where the stamps of edits come from."""
    from countoff.takelog.stamps import SystemStamps  # noqa: PLC0415 - not for those who only read

    return SystemStamps.read()


def _set_deed(parser: argparse.ArgumentParser, default_folder: DefaultFolder, deed: Deed) -> None:
    """Have the command do one deed in one transaction."""

    def write(arguments: argparse.Namespace) -> int:
        from countoff.takelog.editing import edit_log  # noqa: PLC0415
        from countoff.takelog.take_edits import Desk  # noqa: PLC0415

        def done(folder: Path) -> Done:
            stamp = stamps_of_this_machine().now()
            with edit_log(folder) as connection:
                return deed(Desk(connection, stamp), arguments)

        return edited(arguments, default_folder, done)

    parser.set_defaults(run=write)


def edited(
    arguments: argparse.Namespace,
    default_folder: DefaultFolder,
    deed: Callable[[Path], Done],
    remark: Callable[[], str] = str,
) -> int:
    """Do one deed on the log that is meant, and say what it did, or why not; return the exit code.

    `remark` is asked for when it is done, for what else there is to say.
    """
    from countoff.takelog.box_numbers import BoxRefusedError  # noqa: PLC0415
    from countoff.takelog.editing import LogNotEditableError  # noqa: PLC0415
    from countoff.takelog.flag_places import PlaceRefusedError  # noqa: PLC0415
    from countoff.takelog.take_edits import EditRefusedError  # noqa: PLC0415
    from countoff.takelog.undoing import NothingToUndoError  # noqa: PLC0415

    folder = log_folder_of(arguments, default_folder)
    if not (folder / FILE_NAME).exists():
        return complain(f"There is no take yet in {folder}.", NOTHING_FOUND)

    def edit() -> int:
        try:
            done = deed(folder)
        except (EditRefusedError, PlaceRefusedError, BoxRefusedError) as trouble:
            return complain(str(trouble), WRONG_USE)
        except NothingToUndoError as trouble:
            return complain(str(trouble), NOTHING_FOUND)
        except LogNotEditableError as trouble:
            return complain(str(trouble), LOG_UNREADABLE)
        return print_done(done, as_json=arguments.json, remark=remark())

    return answered(edit)


def _rate(desk: Desk, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.take_edits import rate  # noqa: PLC0415

    return rate(desk, arguments.take, arguments.rating)


def _flag(desk: Desk, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.take_edits import flag, take_flag_back  # noqa: PLC0415

    do = take_flag_back if arguments.take_back else flag
    return do(desk, arguments.take, arguments.place, arguments.kind)


def _note(desk: Desk, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.take_edits import note  # noqa: PLC0415

    return note(desk, arguments.take, " ".join(arguments.text))


def _rename(desk: Desk, arguments: argparse.Namespace) -> Done:
    from countoff.takelog.take_edits import rename  # noqa: PLC0415

    return rename(desk, arguments.take, arguments.name)


def _next(arguments: argparse.Namespace, default_folder: DefaultFolder, titles: Titles) -> int:
    from countoff.takelog.numbering import set_next  # noqa: PLC0415

    reached: list[bool] = []

    def done(folder: Path) -> Done:
        song = title_meant(arguments, TakeLog(folder), titles)
        with _box(arguments, folder) as box:
            reached.append(box.is_there)
            return set_next(folder, stamps_of_this_machine(), box, song, arguments.number)

    return edited(arguments, default_folder, done, lambda: "" if all(reached) else _UNTOLD)


def _move(arguments: argparse.Namespace, default_folder: DefaultFolder, titles: Titles) -> int:
    from countoff.takelog.numbering import move_to_its_next  # noqa: PLC0415

    def done(folder: Path) -> Done:
        song = title_meant(arguments, TakeLog(folder), titles)
        with _box(arguments, folder) as box:
            return move_to_its_next(folder, stamps_of_this_machine(), box, arguments.take, song)

    return edited(arguments, default_folder, done)


def _undo(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    from countoff.takelog.editing import edit_log  # noqa: PLC0415
    from countoff.takelog.undoing import undo  # noqa: PLC0415

    remarks: list[str] = []

    def done(folder: Path) -> Done:
        with edit_log(folder) as connection:
            undone = undo(connection, stamps_of_this_machine().now(), arguments.edit)
        if undone.next_take is not None:
            with _box(arguments, folder) as box:
                if not box.is_there:
                    remarks.append(_UNTOLD)
                box.set_next(*undone.next_take)
        return undone.done

    return edited(arguments, default_folder, done, lambda: "".join(remarks))


def _edits(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    folder = log_folder_of(arguments, default_folder)
    told = TakeLog(folder).told_edits(None if arguments.all else _LISTED)
    if arguments.json:
        print_json([{**dataclasses.asdict(each.edit), "words": each.words} for each in told])
        return 0 if told else NOTHING_FOUND
    if not told:
        return complain(f"There is no edit in {folder}.", NOTHING_FOUND)
    from countoff.takelog.edit_tables import print_edits  # noqa: PLC0415 - rich is not cheap to load

    print_edits(told)
    return 0


def _box(arguments: argparse.Namespace, folder: Path) -> AbstractContextManager[Box]:
    from countoff.takelog.box_numbers import running_box  # noqa: PLC0415

    return running_box(sockets(arguments), folder)


def title_meant(arguments: argparse.Namespace, log: TakeLog, titles: Titles) -> str:
    """Return the song that is meant, as the log or the box writes it. Raises SongNotFoundError."""
    from countoff.core.nearest import nearest_word  # noqa: PLC0415

    title: str = arguments.song
    known = list(dict.fromkeys((*log.songs(), *titles(getattr(arguments, "config", None)))))
    if title in known:
        return title
    found = [each for each in known if each.casefold() == title.casefold()]
    if found:
        return found[0]
    if getattr(arguments, "new", False):
        return title
    hint = " Say --new where it is a song that there was not so far." * hasattr(arguments, "new")
    raise SongNotFoundError(
        f'Neither the log nor the box has a song "{title}".{nearest_word(title, known)}{hint}'
    )
