"""A log that an earlier Countoff wrote is opened with all that it holds, or left as it is."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.takelog import schema
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.formats import FORMATS
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import Recovered, recover

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

OLD = Path(__file__).with_name("format_1.sql")
FIRMWARE = Path(__file__).parents[2] / "firmware"
KEPT_TABLES = (
    *("writers", "sessions", "take_events", "take_positions"),
    *("flags", "presses", "incidents"),
)
DYING_CHILD = """
import os, signal, sqlite3, sys
from pathlib import Path
from countoff.takelog import schema

left = int(sys.argv[2])
connect = sqlite3.connect

class Plug(sqlite3.Connection):
    def execute(self, *words):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*words)

schema.sqlite3.connect = lambda *place, **how: connect(*place, **how, factory=Plug)
schema.open_for_writing(Path(sys.argv[1]))
"""


def lay_down(room: Room) -> None:
    """Put the old log where the room's log is."""
    room.folder.mkdir()
    connection = sqlite3.connect(room.folder / "takes.sqlite")
    connection.executescript(OLD.read_text())
    connection.close()


def dump(room: Room) -> str:
    """Return all that the file holds, as text."""
    connection = sqlite3.connect(room.folder / "takes.sqlite")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()
        return "\n".join([str(version), *connection.iterdump()])
    finally:
        connection.close()


def tables(room: Room) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table that an old log has and whose columns are as they were."""
    return {table: room.rows(f"SELECT * FROM {table}") for table in KEPT_TABLES}


def old_takes(room: Room) -> list[tuple[object, ...]]:
    """Return of each take what an old log has of it."""
    return room.rows(
        "SELECT entry, id, session_id, song, number, tempo, meter, sample_rate_hz, epoch,"
        " first_click_frame, bar1_frame, first_click_ns, bar1_ns, status, how, silenced_epoch,"
        " silenced_frame, end_epoch, end_frame, end_bar, end_beat, at_ns, at_utc, boot_id,"
        " clock_synchronised FROM takes ORDER BY entry"
    )


def columns(room: Room) -> dict[str, list[tuple[object, ...]]]:
    """Return the columns of every table: name, type, whether it may be null, default, key."""
    names = room.rows("SELECT name, type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return {
        str(name): sorted(row[1:] for row in room.rows(f"PRAGMA table_info({name})"))
        for name, _ in names
    }


def test_a_writer_goes_on_in_an_old_log_and_loses_nothing(room: Room) -> None:
    """Every row is there with every value, and what is written next stands behind it."""
    lay_down(room)
    before, takes_before = tables(room), old_takes(room)
    room.write(room.press("p9", "b2"))

    after = tables(room)
    for table, rows in before.items():
        assert after[table][: len(rows)] == rows
    assert old_takes(room) == takes_before
    assert room.rows("SELECT DISTINCT count_in FROM takes") == [("2 bars",)]
    assert room.rows("PRAGMA integrity_check") == [("ok",)]
    assert room.rows("PRAGMA foreign_key_check") == []
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]


def test_an_old_log_and_a_new_one_have_the_same_tables(room: Room) -> None:
    """What was brought up to date is what would be made today."""
    lay_down(room)
    room.write(room.press("p9"))
    brought_up = columns(room)
    room.folder = room.folder.with_name("new")
    room.write(room.press("p9"))

    assert brought_up == columns(room)


def test_reading_leaves_an_old_log_as_it_is(room: Room) -> None:
    """Lists and details are read from it, and not a byte of the file changes."""
    lay_down(room)
    file = room.folder / "takes.sqlite"
    before = file.read_bytes()
    log = TakeLog(room.folder)

    assert [(take.song, take.number) for take in log.takes("day-1")] == [
        ("Harbour", 1),
        ("Harbour", 2),
        ('Night Bus; it\'s "late"', 1),
    ]
    detail = log.take("a1")
    assert (detail.summary.tempo, detail.summary.written_tempo) == ("113.7", "113.7")
    assert (detail.count_in, detail.tempo_ratio, detail.chart) == ("2 bars", "1", None)
    assert (detail.click_level_db, detail.click_is_muted) == (None, None)
    assert len(detail.events) == 5
    assert file.read_bytes() == before


def test_a_start_finds_in_an_old_log_what_it_always_found(room: Room) -> None:
    """The session goes on, the open take is interrupted, and nothing was changed that day."""
    lay_down(room)
    found = recover(room.folder, room.stamps, "run 9")

    assert found.fault is None
    assert [(take.id, take.last_bar) for take in found.interrupted] == [("b2", 7)]
    assert (found.session_id, found.session_take_count) == ("day-2", 2)
    assert found.last_number_by_song["Harbour"] == 4
    assert (found.tempos, found.click_level_db) == (Recovered().tempos, 0)
    assert recover(room.folder, room.stamps, "run 10").interrupted == ()


@pytest.mark.parametrize("place", [1, 5, 12, 15])
def test_what_cannot_be_brought_up_to_date_stays_as_it_was(
    room: Room, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Wherever it fails the file is the old one, whole, and a start still reads from it."""
    lay_down(room)
    before = dump(room)
    statements = FORMATS[1].split(";")
    failing = ";".join([*statements[:place], "SELECT no_such_function()", *statements[place:]])
    with monkeypatch.context() as broken:
        broken.setattr(schema, "FORMATS", (FORMATS[0], failing))
        assert recover(room.folder, room.stamps, "run 9").fault is not None
    assert dump(room) == before

    assert recover(room.folder, room.stamps, "run 10").fault is None


def test_a_plug_pulled_meanwhile_leaves_the_old_log_or_the_new_one(room: Room) -> None:
    """Killed before each statement in turn, the file is one of the two, whole, and opens again."""
    lay_down(room)
    old = dump(room)
    pristine = (room.folder / "takes.sqlite").read_bytes()
    environment = {**os.environ, "PYTHONPATH": str(FIRMWARE)}
    kills = 0
    for left in range(1, 100):
        for file in room.folder.iterdir():
            file.unlink()
        (room.folder / "takes.sqlite").write_bytes(pristine)
        child = subprocess.run(
            [sys.executable, "-c", DYING_CHILD, str(room.folder), str(left)],
            env=environment,
            check=False,
        )
        found = dump(room)
        assert found == old or found.startswith(f"({len(FORMATS)},)")
        takes = TakeLog(room.folder).takes()
        assert [take.id for take in takes] == ["a1", "a2", "a3", "b1", "b2"]
        assert child.returncode in (0, -signal.SIGKILL)
        if child.returncode == 0:
            break
        kills += 1
    assert kills > 20


def test_an_old_take_has_no_chart(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for it, `takes show` says why, and that nothing was found."""
    lay_down(room)
    parser = argparse.ArgumentParser()
    add_takes_commands(parser.add_subparsers(), lambda _config: room.folder)
    arguments = parser.parse_args(["takes", "show", "a1", "--chart"])
    assert arguments.run(arguments) == 1
    assert "T1 of Harbour is from before charts were kept" in capsys.readouterr().err


def test_json_of_an_old_log_is_complete(room: Room) -> None:
    """Each take of it can be told to a program."""
    lay_down(room)
    log = TakeLog(room.folder)
    for take in log.takes():
        assert json.loads(json.dumps(dataclasses.asdict(log.take(take.id))))["chart"] is None
