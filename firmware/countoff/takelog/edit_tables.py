"""Edits as a table for people. For commands only: rich is not cheap to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.drawing import cells, console, table, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.takelog.telling_edits import ToldEdit


def print_edits(told: Sequence[ToldEdit]) -> None:
    """Print a table of the last edits; what does not count any more is dim."""
    out = console()
    edits = table("EDIT", "AT UTC", "WHAT")
    for each in told:
        edit = each.edit
        words = each.words if each.undoes is None else f"undo of {each.undoes}: {each.words}"
        said = f"{words} (undone)" if edit.is_undone else words
        edits.add_row(
            *cells(edit.number, edit.stamp.label, said), style="dim" if edit.is_undone else ""
        )
    out.print(edits)
    first = told[0].edit.number
    if first > 1:
        out.print(text(f"Those before {first} are listed with --all."), style="dim")
