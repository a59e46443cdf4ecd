"""A song's comp on the page: its picture, the grid of sections by takes, and what is still open. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from countoff.core.comp.arranging import arrangements, choice_runs
from countoff.core.comp.grid import Standing
from countoff.core.comp.words import faults
from countoff.core.entries import FlagKind
from countoff.export.report.values import (
    SIGN_WORDS,
    CompLine,
    GridBlock,
    GridCell,
    GridHead,
    GridRow,
    OpenPoint,
    Sign,
    StripPart,
)
from countoff.takelog.comp_remarks import special
from countoff.takelog.comp_signs import signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.comp.grid import Cell, Grid
    from countoff.core.comp.proposing import Choice
    from countoff.core.comp.values import CompSection, CompTake
    from countoff.takelog.comping import SongComp

# So many columns and sections fit on a page in print.
_MOST_COLUMNS = 14
_MOST_PARTS = 14
_MOST_POINTS = 4
_LEAST_PART_PERCENT = 6
_STRIP_PX = 660
_LETTER_PX = 6.6
_PART_EDGE_PX = 10
_SIGNS = {
    "★": Sign.KEEPER,
    "F": Sign.FIX_HERE,
    "✗": Sign.NO_GOOD,
    "!": Sign.INCIDENT,
    "●": Sign.WHOLE,
    "◐": Sign.PART,
    "·": Sign.ABSENT,
    "?": Sign.UNSEEN,
}
_FLAG_SIGNS = {
    FlagKind.KEEPER: Sign.KEEPER,
    FlagKind.FIX_HERE: Sign.FIX_HERE,
    FlagKind.NO_GOOD: Sign.NO_GOOD,
    FlagKind.MARKER: Sign.MARKER,
}


def flag_sign(kind: FlagKind) -> Sign:
    """Return the sign of a kind of flag."""
    return _FLAG_SIGNS[kind]


def giver(found: SongComp, choice: Choice) -> str:
    """Return which take gives a section: T5; of a loop T5, pass 2; nothing where none does."""
    if choice.take_id is None:
        return ""
    take = found.take(choice.take_id)
    return (
        take.label if take.looped_index is None else f"{take.label}, pass {choice.pass_index + 1}"
    )


def open_points(found: SongComp, grid: Grid) -> tuple[OpenPoint, ...]:
    """Say what is still to be done: sections of the comp that nobody has played well yet."""
    choices = found.comp.choices
    if found.takes and not choices:
        return (OpenPoint((), found.comp.why),)
    runs = groupby(choices, key=lambda choice: _trouble(found, grid, choice))
    points = [
        OpenPoint(_ends(list(run)) if len(choices) > 1 else (), trouble)
        for trouble, run in runs
        if trouble
    ]
    more = len(points) - _MOST_POINTS
    if more > 1:
        points = [*points[:_MOST_POINTS], OpenPoint((), f"{more} more, see below")]
    return tuple(points)


def strip(found: SongComp, grid: Grid) -> tuple[tuple[StripPart, ...], ...]:
    """Return the picture of a comp in as few rows as have room for it, of much the same length."""
    choices = found.comp.choices
    rows = -(-len(choices) // _MOST_PARTS)
    if rows == 0:
        return ()
    length = -(-len(choices) // rows)
    return tuple(
        tuple(_strip_row(found, grid, choices[first : first + length]))
        for first in range(0, len(choices), length)
    )


def comp_lines(found: SongComp, grid: Grid) -> tuple[CompLine, ...]:
    """Return which take gives what, and why."""
    lines = []
    for choices in choice_runs(found.comp.choices):
        first, last = choices[0], choices[-1]
        lines.append(
            CompLine(
                sections=_ends(choices),
                bars=_bars(first.section, last.section),
                giver=giver(found, first),
                is_master=first.take_id == found.comp.master_id,
                is_by_hand=first.is_by_hand,
                why=first.why,
                still_open=any(_trouble(found, grid, choice) for choice in choices),
            )
        )
    return tuple(lines)


def grid_blocks(found: SongComp, grid: Grid) -> Iterator[GridBlock]:
    """Return the grid of sections by takes, by arrangement, in blocks that a page has room for."""
    for number, (sections, takes) in enumerate(arrangements(found.comp, found.takes)):
        count = -(-len(takes) // _MOST_COLUMNS)
        length = -(-len(takes) // count)
        for first in range(0, len(takes), length):
            block = takes[first : first + length]
            yield GridBlock(
                heads=tuple(
                    GridHead(take.label, take.rating, special(take, found)) for take in block
                ),
                rows=tuple(
                    GridRow(
                        section.title,
                        _bars(section, section),
                        tuple(_cell(found, grid, take, section) for take in block),
                    )
                    for section in sections
                ),
                is_other=number > 0,
            )


def _strip_row(found: SongComp, grid: Grid, choices: Sequence[Choice]) -> Iterator[StripPart]:
    weights = [max(_length(grid, choice), 1) for choice in choices]
    # No section so narrow that its take has no room.
    least = -(-sum(weights) * _LEAST_PART_PERCENT // 100)
    weights = [max(weight, least) for weight in weights]
    for choice, weight in zip(choices, weights, strict=True):
        room_px = weight / sum(weights) * _STRIP_PX - _PART_EDGE_PX
        yield StripPart(
            weight=weight,
            title=_fitting(choice.section.title, room_px),
            giver=giver(found, choice).partition(",")[0],
            is_master=choice.take_id == found.comp.master_id,
            is_by_hand=choice.is_by_hand,
        )


def _length(grid: Grid, choice: Choice) -> int:
    """Return how long a section is; of one that rolls until stopped, what was played of it."""
    if choice.section.ticks is not None:
        return choice.section.ticks
    if choice.take_id is None:
        return 0
    return grid.cell(choice.take_id, choice.section.index).played_ticks


def _fitting(title: str, room_px: float) -> str:
    """Return as much of a title as there is room for: all, its initials as people write them, or none."""
    initials = "".join(
        word if word.isdecimal() else word[0].upper()
        for word in title.replace("-", " ").split()
        if word.isdecimal() or word[0].isalpha()
    )
    return next((words for words in (title, initials) if len(words) * _LETTER_PX <= room_px), "")


def _ends(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the first and the last section of a run, or the only one."""
    titles = [choice.section.title for choice in choices]
    return tuple(titles[:1] if len(titles) == 1 else [titles[0], titles[-1]])


def _trouble(found: SongComp, grid: Grid, choice: Choice) -> str:
    """Say what is wrong with a section of the comp; empty where nothing is."""
    if choice.take_id is None:
        return choice.why
    cell = grid.cell(choice.take_id, choice.section.index)
    if cell.standing <= Standing.GOOD:
        return ""
    return faults(choice.section, found.take(choice.take_id), cell)


def _bars(first: CompSection, last: CompSection) -> str:
    """Return the bars from one section to another: 1-20, or from 58 where it rolls until stopped.

    Nothing where the title says it already, or the song is that section.
    """
    if first.meter is None or (first is last and not first.name):
        return ""
    if last.bars is None:
        return f"from {first.first_bar}"
    end = last.first_bar + last.bars - 1
    return f"{first.first_bar}" if end == first.first_bar else f"{first.first_bar}\N{EN DASH}{end}"


def _cell(found: SongComp, grid: Grid, take: CompTake, section: CompSection) -> GridCell:
    cell = grid.cell(take.id, section.index)
    layout = tuple(choice.section for choice in found.comp.choices)
    is_chosen = any(
        choice.take_id == take.id and choice.section.index == section.index
        for choice in found.comp.choices
    )
    shown = tuple(_SIGNS[sign] for sign in signs(take, cell))
    return GridCell(
        signs=shown,
        words=f"{take.label}, {section.title}: {_words(shown, cell, is_chosen=is_chosen)}",
        is_chosen=is_chosen,
        is_apart=not (is_chosen or take.is_same_music(layout, section.index)),
    )


def _words(shown: Sequence[Sign], cell: Cell, *, is_chosen: bool) -> str:
    said = [SIGN_WORDS[sign] for sign in shown]
    places = [flag.place for flag in cell.flags] + [each.place for each in cell.incidents]
    if any(places):
        said.append(f"({', '.join(dict.fromkeys(filter(None, places)))})")
    return ", ".join([*said, *(["in the comp"] if is_chosen else [])])
