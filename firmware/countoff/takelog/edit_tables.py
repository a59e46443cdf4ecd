"""Edits as a table for people. For commands only: rich is not cheap to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.drawing import cells, console, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.takelog.telling_edits import ToldEdit


def print_edits(told: Sequence[ToldEdit]) -> None:
    """Print a table of edits; what does not count any more is dim."""
    edits = table("EDIT", "AT UTC", "WHAT")
    by_id = {each.edit.id: each.edit for each in told}
    for each in told:
        edit = each.edit
        undoes = by_id.get(edit.undoes) if edit.undoes is not None else None
        words = each.words if undoes is None else f"undo of {undoes.number}: {each.words}"
        said = f"{words} (undone)" if edit.is_undone else words
        edits.add_row(
            *cells(edit.number, edit.stamp.label, said), style="dim" if edit.is_undone else ""
        )
    console().print(edits)
