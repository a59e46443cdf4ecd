"""Edits in words, for lists of them. Reads only, on the connection it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.edits import EditKind
from countoff.takelog.summaries import summaries
from countoff.takelog.words import edit_words, take_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from countoff.takelog.edits import LoggedEdit


@dataclass(frozen=True, slots=True)
class ToldEdit:
    """An edit, and what it is about in words; of an undo that is what it undoes in the end.

    undoes: the number of the edit that it undoes, None for one that is no undo
    depth:  how many undos lie between it and that: 0 for an edit itself, 1 for an undo of one
    """

    edit: LoggedEdit
    undoes: int | None
    root: LoggedEdit
    depth: int
    words: str


def told_edits(
    connection: sqlite3.Connection, edits: Sequence[LoggedEdit], everything: Iterable[LoggedEdit]
) -> list[ToldEdit]:
    """Return each of `edits` with its words; `everything` is every edit of the log."""
    by_id = {edit.id: edit for edit in everything}
    found = [(edit, *_root(edit, by_id)) for edit in edits]
    roots = [root for _, root, _ in found]
    about = {root.take_id for root in roots}
    about |= {root.value for root in roots if root.kind == EditKind.COMP_CHOICE}
    takes = {
        take.id: take
        for take in summaries(connection, [each for each in about if isinstance(each, str)])
    }

    def words(root: LoggedEdit) -> str:
        def call(take_id: str) -> str:
            take = takes.get(take_id)
            if take is None:
                return f"take {take_id[:8]}"
            if root.kind == EditKind.MOVE and take.moved_from is not None:
                song, number = take.moved_from
                return f"T{number} of {song}"
            return take_words(take)

        return edit_words(root, call)

    return [
        ToldEdit(
            edit,
            by_id[edit.undoes].number if edit.undoes in by_id else None,
            root,
            depth,
            words(root),
        )
        for edit, root, depth in found
    ]


def _root(edit: LoggedEdit, by_id: dict[str, LoggedEdit]) -> tuple[LoggedEdit, int]:
    depth = 0
    while edit.undoes in by_id:
        edit, depth = by_id[edit.undoes], depth + 1
    return edit, depth
