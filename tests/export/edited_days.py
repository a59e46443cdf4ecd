"""Any day in the studio, and what people said of it afterwards: takes moved, flags and ratings made and undone, comps chosen.

The day that comes out is as the edits leave it, so that whoever judges a day judges these, too.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from tests.export.days import TITLES, days
from tests.export.made_days import START, MadeDay, MadeFlag

from countoff.core.entries import FlagChanged, FlagKind, FlagMade, FlagTakenBack, TakeStarted
from countoff.takelog.edits import Edit, EditKind, undoing, write_edit
from countoff.takelog.schema import FILE_NAME
from countoff.takelog.stamps import RehearsalStamps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.export.made_days import MadeTake


@dataclass
class EditedDay(MadeDay):
    """A day with its edits: each with whether it is undone, and whether that was undone again.

    by_hand: the take that somebody wants as a song's master, by the song's title; whether it can be is not said
    """

    said: list[tuple[Edit, int]] = field(default_factory=list)
    by_hand: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the day down, and then what was said of it."""
        super().write(folder)
        stamps = RehearsalStamps(START, lambda: 0)
        with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
            for edit, undos in self.said:
                logged = write_edit(connection, edit, stamps.now())
                for _ in range(undos):
                    logged = write_edit(connection, undoing(logged), stamps.now())


@st.composite
def edited_days(draw: st.DrawFn) -> EditedDay:
    """Any day, and edits of any of its takes; one in three is undone, and one in three of those done again."""
    was = draw(days())
    day = EditedDay(was.rate_hz, was.way, was.takes, was.entries, was.edits)
    numbers: dict[str, int] = {}
    for take in day.takes:
        numbers[take.title] = max(numbers.get(take.title, 0), take.number)
    for _ in range(draw(st.integers(1, 6))):
        take = draw(st.sampled_from(day.takes))
        undos = draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
        kind = draw(st.sampled_from(("move", "rating", "name", "flag", "taken back", "master")))
        counts = undos != 1
        if kind == "move":
            title = draw(st.sampled_from([each for each in TITLES if each != take.title]))
            numbers[title] = numbers.get(title, 0) + 1
            value = {"song": title, "number": numbers[title]}
            day.said.append((Edit(EditKind.MOVE, value, take_id=take.id, song=title), undos))
            if counts:
                take.title, take.number = title, numbers[title]
        elif kind == "rating":
            rating = draw(st.integers(0, 5))
            day.said.append((Edit(EditKind.RATING, rating, take_id=take.id), undos))
            take.rating = rating if counts else take.rating
        elif kind == "name":
            name = draw(st.sampled_from(("", "the loud one")))
            day.said.append((Edit(EditKind.NAME, name, take_id=take.id), undos))
            take.name = name if counts else take.name
        elif kind == "flag":
            value = {"kind": "no_good", "whole_take": True}
            day.said.append((Edit(EditKind.FLAG, value, take_id=take.id), undos))
            if counts:
                take.flags.append(MadeFlag(FlagKind.NO_GOOD, None, None, None))
        elif kind == "taken back":
            _take_back(draw, day, take, undos)
        else:
            edit = Edit(EditKind.COMP_CHOICE, take.id, song=take.title)
            day.said.append((edit, undos))
            if counts:
                day.by_hand[take.title] = take.id
    return day


def _take_back(draw: st.DrawFn, day: EditedDay, take: MadeTake, undos: int) -> None:
    """Take back a flag that a foot made, where there is one that still counts."""
    (bar1_frame,) = (
        entry.bar1_frame
        for entry in day.entries
        if isinstance(entry, TakeStarted) and entry.id == take.id
    )
    changed = {entry.id: entry.kind for entry in day.entries if isinstance(entry, FlagChanged)}
    gone = {entry.id for entry in day.entries if isinstance(entry, FlagTakenBack)}
    gone |= {edit.value["flag"] for edit, times in day.said if times != 1 and _is_back(edit)}
    flags = [
        entry
        for entry in day.entries
        if isinstance(entry, FlagMade) and entry.take_id == take.id and entry.id not in gone
    ]
    if not flags:
        return
    flag = draw(st.sampled_from(flags))
    kind = changed.get(flag.id, flag.kind)
    value = {"flag": flag.id, "kind": str(kind), "whole_take": flag.whole_take}
    day.said.append((Edit(EditKind.FLAG_TAKEN_BACK, value, take_id=take.id), undos))
    if undos == 1:
        return
    seconds = None if flag.whole_take else Fraction(flag.frame - bar1_frame, day.rate_hz)
    take.flags.remove(next(f for f in take.flags if (f.kind, f.seconds) == (kind, seconds)))


def _is_back(edit: Edit) -> bool:
    return edit.kind is EditKind.FLAG_TAKEN_BACK
