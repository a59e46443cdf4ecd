"""What edits make of a take: its rating, name and notes, where it was moved, the flags made and taken back.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from countoff.takelog.edits import EditKind, counting, edits_of_kind, edits_of_takes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from countoff.takelog.edits import LoggedEdit


@dataclass(frozen=True, slots=True)
class Overlay:
    """What lies over one take.

    place:      the song that the take was moved to, and its number there; None where it stayed
    flags:      the flags that edits made, taken back or not
    taken_back: by the id of a flag, the moment at which an edit took it back
    """

    rating: int | None = None
    name: str = ""
    notes: tuple[str, ...] = ()
    place: tuple[str, int] | None = None
    flags: tuple[LoggedEdit, ...] = ()
    taken_back: Mapping[str, str] = field(default_factory=dict)


NOTHING = Overlay()


def overlays(connection: sqlite3.Connection, take_ids: Sequence[str]) -> dict[str, Overlay]:
    """Return what lies over these takes, by take; a take without edits is left out."""
    return {
        take_id: overlay(edits) for take_id, edits in edits_of_takes(connection, take_ids).items()
    }


def overlay(edits: Sequence[LoggedEdit]) -> Overlay:
    """Return what the edits of one take make of it. Pure."""
    move = _last(edits, EditKind.MOVE)
    return Overlay(
        rating=_last(edits, EditKind.RATING),
        name=_last(edits, EditKind.NAME) or "",
        notes=tuple(edit.value for edit in counting(edits, EditKind.NOTE)),
        place=None if move is None else (move["song"], move["number"]),
        flags=tuple(counting(edits, EditKind.FLAG)),
        taken_back={
            edit.value["flag"]: edit.stamp.at_utc
            for edit in counting(edits, EditKind.FLAG_TAKEN_BACK)
        },
    )


def moved_takes(connection: sqlite3.Connection) -> dict[str, tuple[str, int]]:
    """Return the takes that were moved: the song that each is of, and its number there."""
    moves = counting(edits_of_kind(connection, EditKind.MOVE), EditKind.MOVE)
    return {
        edit.take_id: (edit.value["song"], edit.value["number"])
        for edit in moves
        if edit.take_id is not None
    }


def _last(edits: Sequence[LoggedEdit], kind: EditKind) -> Any:  # noqa: ANN401 - what JSON holds
    found = counting(edits, kind)
    return found[-1].value if found else None
