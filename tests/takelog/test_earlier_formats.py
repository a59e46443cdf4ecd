"""A log of every format that ever was, written by the code of its time, is brought up to date whole."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.takelog.formats import FORMATS
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import recover

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

HERE = Path(__file__).parent
EARLIER = range(1, len(FORMATS))
OPEN = {1: {"b2"}}
"""The takes that were left open, where they are not both of the second day."""
each_format = pytest.mark.parametrize("earlier", EARLIER)


@pytest.fixture
def room(room_in_memory: Room) -> Room:
    """Have many logs written, and none of them tried on this machine's disk."""
    return room_in_memory


def lay_down(room: Room, earlier: int) -> Path:
    """Put a stored log where the room's log is."""
    room.folder.mkdir()
    file = room.folder / "takes.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((HERE / f"format_{earlier}.sql").read_text(encoding="utf-8"))
    return file


def columns(room: Room, table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [str(row[1]) for row in room.rows(f"PRAGMA table_info({table})")]


def all_columns(room: Room) -> dict[str, list[str]]:
    """Return the tables of a log, each with its columns."""
    named = room.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {str(name): columns(room, str(name)) for (name,) in named}


def values(room: Room, table: str, names: list[str]) -> list[tuple[object, ...]]:
    """Return what a table holds in some of its columns, in the order of writing."""
    return room.rows(f"SELECT {', '.join(names)} FROM {table} ORDER BY rowid" if "entry" in names else f"SELECT {', '.join(names)} FROM {table}")  # fmt: skip


def described(room: Room) -> list[tuple[object, ...]]:
    """Return the tables, their columns and indexes, whatever their order and the spaces in them."""
    found = room.rows("SELECT type, name, tbl_name FROM sqlite_schema")
    named = [str(name) for kind, name, _ in found if kind == "table"]
    of_columns = [
        (table, *row[1:]) for table in named for row in room.rows(f"PRAGMA table_info({table})")
    ]
    rules = [
        (table, *re.findall(r"(?:CHECK|REFERENCES|UNIQUE)[^,]*", str(sql)))
        for table, sql in room.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    ]
    return sorted(
        [*found, *of_columns, *((name, *sorted(found)) for name, *found in rules)], key=repr
    )


@each_format
def test_every_value_is_still_there_in_todays_format(room: Room, earlier: int) -> None:
    """In each table and column that there still is; and the file is whole, and as a new one is."""
    lay_down(room, earlier)
    kept = all_columns(room)
    before = {table: values(room, table, names) for table, names in kept.items()}
    assert before["takes"]
    assert before["flags"]
    room.write(room.press("later"))

    for table, names in kept.items():
        today = columns(room, table)
        still = [name for name in names if name in today]
        # What became of this one is a column of words; test_formats.py tells.
        assert set(names) - set(still) <= {"count_in_bars"}
        places = [names.index(name) for name in still]
        was = [tuple(row[place] for place in places) for row in before[table]]
        assert values(room, table, still)[: len(was)] == was
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]
    assert room.rows("PRAGMA integrity_check") == [("ok",)]
    assert room.rows("PRAGMA foreign_key_check") == []
    brought_up = described(room)
    room.folder = room.folder.with_name("new")
    room.write(room.press("p1"))
    assert brought_up == described(room)


@each_format
def test_reading_it_changes_no_byte(room: Room, earlier: int) -> None:
    """Every take can be listed and shown, with its flags, from the file as it is."""
    file = lay_down(room, earlier)
    before = file.read_bytes()
    log = TakeLog(room.folder)

    takes = {take.id: take for take in log.takes()}
    assert list(takes) == ["a1", "a2", "a3", "b1", "b2"]
    assert {take.status for take in takes.values()} >= {"ended", "cancelled", "false_start"}
    details = {take_id: log.take(take_id) for take_id in takes}
    flags = details["a1"].flags
    assert [flag.taken_back_utc is None for flag in flags][:2] == [True, False]
    assert (flags[0].made_kind, flags[0].kind) == ("keeper", "fix_here")
    if earlier >= 2:
        assert details["a1"].chart is not None
        assert details["a1"].tempo_ratio == "93/92"
    if earlier >= 3:
        assert takes["a1"].click == "1 GAP BAR 33"
    if earlier >= 5:
        assert takes["a1"].flags[0].bar == 7
        assert (details["a1"].roll_delay_ns, details["a1"].daw_bar1_s) == (12_500_000, 600.0)
    if earlier >= 6:
        assert (takes["a1"].rating, takes["a1"].notes) == (4, ("sings at the end",))
        assert (takes["a2"].name, takes["a3"].song, takes["a3"].number) == ("", "Night Bus", 7)
    assert file.read_bytes() == before


@each_format
def test_a_start_goes_on_with_it(room: Room, earlier: int) -> None:
    """What was open is found interrupted at its last bar, and the session and numbers go on."""
    lay_down(room, earlier)
    found = recover(room.folder, room.stamps, "run 9")

    assert found.fault is None
    interrupted = {take.id: take.last_bar for take in found.interrupted}
    assert set(interrupted) == OPEN.get(earlier, {"b1", "b2"})
    assert interrupted["b2"] == 7
    assert found.session_id == "day-2"
    assert found.last_number_by_song["Harbour"] == 4


def test_every_earlier_format_is_stored() -> None:
    """Who makes a new one stores a log of the one before it here."""
    stored = {int(file.stem.removeprefix("format_")) for file in HERE.glob("format_*.sql")}
    assert stored == set(EARLIER)
