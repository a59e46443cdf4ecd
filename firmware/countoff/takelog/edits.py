"""Edits: what people say of takes, songs and sessions after the fact, each an entry of its own.

Nothing in the log is ever changed by one: it is laid over what it speaks of by whoever reads, and can be
undone by another. Written and read on the connection that is given; waits for the disk. Never called in
the daemon but at its start.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from countoff.takelog.inserting import insert, stamp_columns
from countoff.takelog.stamps import Stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

HIGHEST_RATING = 5


class EditKind(StrEnum):
    """What an edit says, what it speaks of, and its value.

    "The last" means: the last one that is not undone counts. "Each" means: all of them do.
    """

    RATING = "rating"
    """Of a take: a whole number from 0 to 5. The last."""
    NOTE = "note"
    """Of a take, or of a session where no take is named: a text. Each."""
    NAME = "name"
    """Of a take: a text, empty for no name any more. The last."""
    FLAG = "flag"
    """Of a take: `kind`, `whole_take`, and where it is not: `section`, and `bar` and `beat`, or
    `elapsed_s` in a song without bars. Each. The edit's id is the flag's."""
    FLAG_TAKEN_BACK = "flag_taken_back"
    """Of a take: the id of one of its flags, whoever made it, as `flag`, and what it was: `kind`,
    and the place as in FLAG. Each."""
    MOVE = "move"
    """Of a take: the `song` that it is of, and its `number` there. The last. The edit's own song is
    the one it is moved to."""
    NEXT_NUMBER = "next_number"
    """Of a song: the number that its next take is to have. The last, until there are takes from
    that number on."""
    COMP_CHOICE = "comp_choice"
    """Of a section of a song (of the whole song without one: its master): the id of the take that
    was chosen, null where it is as proposed. The last."""
    ENGINEER = "engineer"
    """Of a session: who sits at the desk, a text, empty for nobody. The last."""
    ROOM = "room"
    """Of a session: where it is, a text. The last."""
    PLAYER = "player"
    """Of a session, or of one song in it: `player` and `instrument`, which is empty where they do
    not play. The last of each player."""
    UNDO = "undo"
    """Of another edit, which `undoes` names: it does not count. The value is null."""


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that is to be written; `value` is what JSON can hold, in the form its kind tells."""

    kind: EditKind
    value: Any = None
    session_id: str | None = None
    take_id: str | None = None
    song: str | None = None
    section_index: int | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """An edit as the log holds it: `number` is what people call it, in the order of writing."""

    number: int
    id: str
    kind: str
    value: Any
    session_id: str | None
    take_id: str | None
    song: str | None
    section_index: int | None
    undoes: str | None
    is_undone: bool
    stamp: Stamp


def write_edit(connection: sqlite3.Connection, edit: Edit, stamp: Stamp) -> LoggedEdit:
    """Append an edit, in a transaction of the caller; `editing.edit_log` opens one for a command.

    Whether it makes sense is the caller's to see, in that same transaction.
    """
    edit_id = str(uuid.uuid4())
    insert(
        connection,
        "edits",
        stamp_columns(stamp),
        id=edit_id,
        kind=str(edit.kind),
        session_id=edit.session_id,
        take_id=edit.take_id,
        song=edit.song,
        section_index=edit.section_index,
        value=json.dumps(edit.value, ensure_ascii=False),
        undoes=edit.undoes,
    )
    (number,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    return LoggedEdit(
        number=number,
        id=edit_id,
        kind=str(edit.kind),
        value=edit.value,
        session_id=edit.session_id,
        take_id=edit.take_id,
        song=edit.song,
        section_index=edit.section_index,
        undoes=edit.undoes,
        is_undone=False,
        stamp=stamp,
    )


def undoing(edit: LoggedEdit) -> Edit:
    """Return the edit that undoes `edit`, or does it again where that is an undo."""
    return Edit(
        EditKind.UNDO,
        session_id=edit.session_id,
        take_id=edit.take_id,
        song=edit.song,
        section_index=edit.section_index,
        undoes=edit.id,
    )


def all_edits(connection: sqlite3.Connection) -> list[LoggedEdit]:
    """Return every edit in the order of writing, those that are undone and the undos too."""
    return _marked(connection.execute(f"SELECT {_COLUMNS} FROM edits ORDER BY entry"))  # noqa: S608 - our own words


def edits_of_takes(
    connection: sqlite3.Connection, take_ids: Sequence[str]
) -> dict[str, list[LoggedEdit]]:
    """Return the edits of these takes, by take; a take without edits is left out."""
    found: dict[str, list[LoggedEdit]] = {}
    for edit in _marked(
        connection.execute(
            f"SELECT {_COLUMNS} FROM edits"  # noqa: S608 - our own words
            " WHERE take_id IN (SELECT value FROM json_each(?)) ORDER BY entry",
            (json.dumps(list(take_ids)),),
        )
    ):
        if edit.take_id is not None:
            found.setdefault(edit.take_id, []).append(edit)
    return found


def edits_of_session(connection: sqlite3.Connection, session_id: str) -> list[LoggedEdit]:
    """Return the edits of a session itself, not those of its takes."""
    return _marked(
        connection.execute(
            f"SELECT {_COLUMNS} FROM edits WHERE session_id = ? ORDER BY entry",  # noqa: S608 - our own words
            (session_id,),
        )
    )


def edits_of_kind(
    connection: sqlite3.Connection, kind: EditKind, song: str | None = None
) -> list[LoggedEdit]:
    """Return the edits of one kind, of one song or of all, without the undos."""
    found = _marked(
        connection.execute(
            f"SELECT {_COLUMNS} FROM edits WHERE kind IN (?1, 'undo')"  # noqa: S608 - our own words
            " AND (?2 IS NULL OR song = ?2) ORDER BY entry",
            (str(kind), song),
        )
    )
    return [edit for edit in found if edit.kind == kind]


def counting(edits: Iterable[LoggedEdit], kind: EditKind) -> list[LoggedEdit]:
    """Return those of one kind that are not undone, in the order of writing."""
    return [edit for edit in edits if edit.kind == kind and not edit.is_undone]


_COLUMNS = (
    "entry, id, kind, value, session_id, take_id, song, section_index, undoes,"
    " at_ns, at_utc, boot_id, clock_synchronised"
)


def _marked(rows: Iterable[Sequence[Any]]) -> list[LoggedEdit]:
    """Read rows of `_COLUMNS`, and see from the newest back which of them are undone."""
    read = [_read(row) for row in rows]
    undone: set[str] = set()
    for edit in reversed(read):
        if edit.undoes is not None and edit.id not in undone:
            undone.add(edit.undoes)
    return [replace(edit, is_undone=True) if edit.id in undone else edit for edit in read]


def _read(row: Sequence[Any]) -> LoggedEdit:
    number, edit_id, kind, value, session_id, take_id, song, section_index, undoes = row[:9]
    at_ns, at_utc, boot_id, clock_synchronised = row[9:]
    return LoggedEdit(
        number=number,
        id=edit_id,
        kind=kind,
        value=json.loads(value),
        session_id=session_id,
        take_id=take_id,
        song=song,
        section_index=section_index,
        undoes=undoes,
        is_undone=False,
        stamp=Stamp(at_ns, at_utc, boot_id, bool(clock_synchronised)),
    )
