"""The comp of a song for people: the grid of sections by takes, what is chosen, and why.

For commands only: importing this costs more than reading the log. Whatever a song is called, it is
printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from countoff.core.comp.arranging import arrangements, choice_runs
from countoff.core.comp.grid import grid_of
from countoff.takelog.comp_remarks import hint, remarks, special
from countoff.takelog.comp_signs import drawn, legend, signs
from countoff.takelog.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.comp.grid import Grid
    from countoff.core.comp.proposing import Choice
    from countoff.core.comp.values import CompSection, CompTake
    from countoff.takelog.comping import SongComp

PIPE_WIDTH = 240
_CELL_WIDTH = 5
_LONGEST_TITLE = 20
_SPACES = 4
"""Those around a section's title and bars."""


def print_comp(found: SongComp, console: Console | None = None) -> None:
    """Print a song's grid, its comp, and all there is to say about them."""
    if console is None:
        # In a pipe there is no width to keep to, and a table that is cut could not be searched.
        console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    comp, grid = found.comp, grid_of(found.takes)
    console.print(_heading(found))
    for number, (sections, takes) in enumerate(arrangements(comp, found.takes)):
        if number:
            console.print()
            console.print(
                _text("Another arrangement: what differs is not for this comp."), style="dim"
            )
        for block in _blocks(takes, sections, console.width):
            console.print()
            _print_grid(console, found, grid, sections, block)
    if found.takes:
        console.print()
        console.print(legend(_signs_in(grid), console.width))
    console.print()
    if comp.choices:
        _print_choices(console, found)
    else:
        console.print(_text(f"No comp: {comp.why}."))
    sentences = list(remarks(found, grid))
    if sentences:
        console.print()
    for sentence in sentences:
        console.print(_text(sentence))
    if found.takes:
        console.print(_text(hint(found)), style="dim")


def _heading(found: SongComp) -> Text:
    comp = found.comp
    words = [_so_many(len(found.takes), "take")]
    if len(comp.choices) > 1:
        words.insert(0, _so_many(len(comp.choices), "section"))
        switches = _so_many(comp.switch_count, "switch", "switches")
        words.append(f"{switches} in the comp")
    title = Text(printable(found.song), style="bold")
    return title.append(f"  {', '.join(words)}", style="dim not bold")


def _blocks(
    takes: Sequence[CompTake], sections: Sequence[CompSection], width: int
) -> Iterator[Sequence[CompTake]]:
    """Return the takes in rows that fit beside the sections' titles."""
    count = max((width - sum(_widths(sections)) - _SPACES) // _CELL_WIDTH, 1)
    for first in range(0, len(takes), count):
        yield takes[first : first + count]


def _widths(sections: Sequence[CompSection]) -> tuple[int, int]:
    titles = max(len(printable(section.title)) for section in sections)
    return min(titles, _LONGEST_TITLE), max(len(section.bars_label) for section in sections)


def _print_grid(
    console: Console,
    found: SongComp,
    grid: Grid,
    sections: Sequence[CompSection],
    takes: Sequence[CompTake],
) -> None:
    title_width, bars_width = _widths(sections)
    comp = found.comp
    layout = tuple(choice.section for choice in comp.choices)
    chosen = {(choice.take_id, choice.section.index) for choice in comp.choices}
    for line in _heads(found, takes):
        _print_line(console, Text(" " * (title_width + bars_width + _SPACES)) + line)
    for section in sections:
        title = printable(section.title)
        if len(title) > title_width:
            title = f"{title[: title_width - 1]}…"
        line = Text(f" {title:<{title_width}}  ")
        line.append(f"{section.bars_label:<{bars_width}} ", style="dim")
        for take in takes:
            is_chosen = (take.id, section.index) in chosen
            fits = take.is_same_music(layout, section.index)
            found_signs = signs(take, grid.cell(take.id, section.index))
            line += drawn(
                found_signs, _CELL_WIDTH, is_chosen=is_chosen, is_apart=not (is_chosen or fits)
            )
        _print_line(console, line)


def _print_line(console: Console, line: Text) -> None:
    line.rstrip()
    console.print(line, no_wrap=True, overflow="ellipsis")


def _heads(found: SongComp, takes: Sequence[CompTake]) -> Iterator[Text]:
    """Return the lines above the cells: numbers, and where there are any ratings and remarks."""
    heads = (
        ("bold", [take.label for take in takes]),
        ("green", ["" if take.rating is None else f"{take.rating}/5" for take in takes]),
        ("dim", [_in_a_cell(special(take, found)) for take in takes]),
    )
    for style, words in heads:
        if any(words):
            line = Text()
            for word in words:
                line.append(f"{word:^{_CELL_WIDTH}}", style=style)
            yield line


def _in_a_cell(words: str) -> str:
    """Return what fits above a cell: the first word, and of that no more than there is room for."""
    return words.partition(" ")[0][:_CELL_WIDTH]


def _signs_in(grid: Grid) -> set[str]:
    found: set[str] = set()
    for take in grid.takes:
        for cell in grid.cells[take.id]:
            found.update(signs(take, cell))
    return found


def _print_choices(console: Console, found: SongComp) -> None:
    comp = found.comp
    if comp.master_id is None:
        return
    master = found.take(comp.master_id)
    console.print(Text("Master ").append(master.label, style="bold") + _text(f": {comp.why}."))
    if len(comp.choices) == 1:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True, max_width=2 * _LONGEST_TITLE)
    table.add_column(no_wrap=True)
    table.add_column()
    for choices in choice_runs(comp.choices):
        first, last = choices[0], choices[-1]
        title = first.section.title
        if last is not first:
            title += f" to {last.section.title}"
        style = "" if first.take_id == comp.master_id else "bold"
        table.add_row(
            _text(f" {title}"), Text(f"← {_giver(found, first)}", style), _text(first.why)
        )
    console.print(table)


def _giver(found: SongComp, choice: Choice) -> str:
    if choice.take_id is None:
        return "nothing"
    take = found.take(choice.take_id)
    return (
        take.label if take.looped_index is None else f"{take.label}, pass {choice.pass_index + 1}"
    )


def _so_many(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _text(value: str) -> Text:
    return Text(printable(value))
