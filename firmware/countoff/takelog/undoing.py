"""Undoing an edit, or doing one again that was undone. For commands only, in their own process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.edits import EditKind, all_edits, undoing, write_edit
from countoff.takelog.numbers import next_number
from countoff.takelog.take_edits import Done, EditRefusedError
from countoff.takelog.telling_edits import told_edits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.stamps import Stamp


class NothingToUndoError(LookupError):
    """There is no such edit; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone; `next_take` is a song whose next number is another one now, and that number."""

    done: Done
    next_take: tuple[str, int] | None


def undo(connection: sqlite3.Connection, stamp: Stamp, number: int | None) -> Undone:
    """Undo edit `number`, or the last that counts; an undo that is undone does its edit again.

    Raises NothingToUndoError, or EditRefusedError for one that is undone already.
    """
    edits = all_edits(connection)
    edit = _wanted(edits, number)
    (told,) = told_edits(connection, [edit], edits)
    written = write_edit(connection, undoing(edit), stamp)
    is_undo = told.depth % 2 == 0
    sentence = f"{'Undone' if is_undo else 'Done again'}: {told.words}."
    song = told.root.song
    if told.root.kind != EditKind.NEXT_NUMBER or song is None:
        return Undone(Done(sentence, written, is_undo), None)
    following = next_number(connection, song)
    sentence += f" The next take of {song} is T{following}."
    return Undone(Done(sentence, written, is_undo), (song, following))


def _wanted(edits: Sequence[LoggedEdit], number: int | None) -> LoggedEdit:
    if number is None:
        counting = [edit for edit in edits if edit.kind != EditKind.UNDO and not edit.is_undone]
        if not counting:
            raise NothingToUndoError("There is nothing to undo.")
        return counting[-1]
    found = next((edit for edit in edits if edit.number == number), None)
    if found is None:
        raise NothingToUndoError(
            f"There is no edit {number}: `countoff takes edits --all` lists them."
        )
    if found.is_undone:
        by = next(edit.number for edit in edits if edit.undoes == found.id and not edit.is_undone)
        raise EditRefusedError(
            f"Edit {number} is undone already, by edit {by}:"
            f" `countoff takes undo {by}` does it again."
        )
    return found
