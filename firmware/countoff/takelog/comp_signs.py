"""The signs in a comp's grid: how much of a section a take played, what was said of it, what happened.

For commands only: importing this loads rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from countoff.core.comp.grid import Standing
from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from countoff.core.comp.grid import Cell
    from countoff.core.comp.values import CompTake

_WHOLE, _PART, _ABSENT, _UNSEEN, _INCIDENT = "●", "◐", "·", "?", "!"
_FLAGS: dict[FlagKind, str] = {
    FlagKind.NO_GOOD: "✗",
    FlagKind.FIX_HERE: "F",
    FlagKind.KEEPER: "★",
}
_MOST_SIGNS = 3
_LEGEND = (
    ("★", "keeper", "bold green"),
    ("●", "played whole", ""),
    ("◐", "in part", "yellow"),
    ("·", "not played", "dim"),
    ("F", "fix here", "bold yellow"),
    ("✗", "no good", "bold red"),
    ("!", "incident", "bold magenta"),
    ("?", "not seen by the DAW", "bold cyan"),
)
_STYLES = {sign: style for sign, _, style in _LEGEND}
_CHOSEN = " reverse"
_APART = "dim"


def signs(take: CompTake, cell: Cell) -> str:
    """Return the signs of a section of a take: at least one, and at most three."""
    if cell.standing is Standing.ABSENT:
        return _ABSENT
    kinds: set[FlagKind] = {flag.kind for flag in cell.flags if flag.kind is not FlagKind.MARKER}
    whole = take.whole_take_kind
    if not kinds and whole is not None:
        kinds = {whole}
    found = [
        _UNSEEN if take.verdict is Verdict.NOT_SEEN else "",
        "" if cell.is_whole else _PART,
        *(sign for kind, sign in _FLAGS.items() if kind in kinds),
        _INCIDENT if any(incident.spoils for incident in cell.incidents) else "",
    ]
    return "".join(found)[:_MOST_SIGNS] or _WHOLE


def drawn(found: str, width: int, *, is_chosen: bool, is_apart: bool) -> Text:
    """Draw a cell of `width`: in brackets where it is in the comp, dim where it cannot be."""
    shown = f"[{found}]" if is_chosen else found
    left = (width - len(shown)) // 2
    text = Text(" " * left)
    for sign in shown:
        style = _APART if is_apart else _STYLES.get(sign, "")
        text.append(sign, style=style + _CHOSEN if is_chosen else style)
    return text.append(" " * (width - left - len(shown)))


def legend(found: Collection[str], width: int) -> Text:
    """Say what the signs mean that were found, in lines of at most `width`."""
    entries = [
        Text.assemble((sign, style), (f" {words}", "dim"))
        for sign, words, style in _LEGEND
        if sign in found
    ]
    entries.append(Text.assemble(("[ ]", "reverse"), (" in the comp", "dim")))
    lines = [Text()]
    for entry in entries:
        if len(lines[-1]) + len(entry) + 2 > width:
            lines.append(Text())
        lines[-1].append_text(Text("  ") + entry if lines[-1] else entry)
    return Text("\n").join(lines)
