"""What the tables of the take log are drawn with. For commands only: rich is not cheap to load.

Whatever a song, a player or a note is called, it is printed as text, never obeyed as markup or as a
terminal's control codes.
"""

from __future__ import annotations

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from countoff.takelog.words import printable

PIPE_WIDTH = 240
_TO_THE_RIGHT = frozenset({"STREAM", "FRAME", "TAKES", "FALSE STARTS", "MUSIC", "WORKED"})


def console() -> Console:
    """Return where to print: as wide as the terminal is."""
    # In a pipe there is no width to keep to, and a table that is cut could not be searched.
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def table(*columns: str) -> Table:
    """Return a table with these headings; numbers stand to the right."""
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        drawn.add_column(column, justify="right" if column in _TO_THE_RIGHT else "left")
    return drawn


def facts() -> Table:
    """Return a table for names, dim, and values."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(style="dim")
    drawn.add_column()
    return drawn


def cells(*values: object) -> list[Text]:
    """Return values as cells; nothing for None."""
    return [text("" if value is None else str(value)) for value in values]


def text(value: str) -> Text:
    """Return text that a terminal only prints."""
    return Text(printable(value))
