"""The log is looked over, backed up while it is written, and repaired on a copy."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.certificate import INTERRUPTED
from countoff.core.entries import TakeCertified
from countoff.lock import LOG_LOCK_NAME, take_lock
from countoff.takelog.backup import BackupError, back_up
from countoff.takelog.care_commands import add_log_commands
from countoff.takelog.checking import check_log
from countoff.takelog.inserting import stamp_columns
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import recover
from countoff.takelog.reports import LogSetAside
from countoff.takelog.rows import write
from countoff.takelog.schema import FILE_NAME, open_for_writing
from countoff.takelog.stamps import Stamped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.takelog.conftest import Room

    from countoff.core.entries import Entry

PAGE = 4096
TAKES = 60


@pytest.fixture
def room(room_in_memory: Room) -> Room:
    """Have many logs written, and none of them tried on this machine's disk."""
    return room_in_memory


def fill(room: Room, *entries: Entry) -> Path:
    """Write entries as the writer does, without its thread, and return the file."""
    with closing(open_for_writing(room.folder)) as connection:
        connection.execute("BEGIN")
        stamp = room.stamps.stamp(room.at_ns)
        connection.execute(
            "INSERT INTO writers (id, saved_count, at_ns, at_utc, boot_id, clock_synchronised)"
            " SELECT 'w' || (count(*) + 1), 1, ?, ?, ?, ? FROM writers",
            stamp_columns(stamp),
        )
        for number, entry in enumerate(entries):
            write(connection, Stamped(number, entry, room.stamps.stamp(entry.at_ns)))
        connection.execute("COMMIT")
    return room.folder / "takes.sqlite"


def a_day(room: Room) -> Path:
    """Fill the log with a day of takes."""
    entries: list[Entry] = [room.session(), room.tempo("Harbour", "93/92", "114.936")]
    for number in range(1, TAKES + 1):
        take_id = f"{hashlib.sha256(bytes([number])).hexdigest()[:8]}-{number}"
        entries += [
            *(room.take(take_id, number=number), room.press(f"p{number}", take_id)),
            *(room.rolled(take_id), room.position(take_id, 7), room.flag(f"f{number}", take_id)),
            *(room.incident(f"i{number}", take_id), room.ended(take_id), room.closed(take_id)),
            TakeCertified(take_id, room.tick(), INTERRUPTED),
        ]
    return fill(room, *entries)


def command(room: Room, *words: object) -> int:
    """Run `countoff log` and return its exit code."""
    parser = argparse.ArgumentParser()
    add_log_commands(parser.add_subparsers(), lambda _config: room.folder)
    arguments = parser.parse_args(["log", *map(str, words)])
    return int(arguments.run(arguments))


def damage(file: Path, offset: int, data: bytes) -> None:
    """Write over a part of a file."""
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(data)


def noise(length: int, seed: int = 1) -> bytes:
    """Return bytes that mean nothing."""
    return random.Random(seed).randbytes(length)


def rows_of(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, without the numbers of the entries."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        ).fetchall()
        found = {}
        for (table,) in tables:
            rows = connection.execute(f"SELECT * FROM {table}")
            named = [column[0] for column in rows.description]
            skip = named[0] == "entry"
            found[table] = sorted((row[1:] if skip else row for row in rows), key=repr)
        return found


def test_a_good_log_is_called_whole(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """With its takes and sessions counted, in words and as JSON, and nothing is changed."""
    file = a_day(room)
    before = file.read_bytes()
    assert command(room, "check") == 0
    assert f"is whole: {TAKES} takes of 1 session" in capsys.readouterr().out
    assert command(room, "check", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["take_count"], told["session_count"], told["faults"]) == (TAKES, 1, [])
    assert file.read_bytes() == before


def test_a_log_that_is_being_written_is_called_whole(room: Room) -> None:
    """Between any two commits of a running writer; a take that is being played is a note."""
    writer = room.started_writer()
    for number, entry in enumerate((room.session(), room.take("t1"), room.rolled("t1")), start=1):
        writer.submit(entry)
        assert writer.wait_saved(room.deadline_s)
        findings = check_log(room.folder / "takes.sqlite")
        assert findings.faults == ()
        assert any("Harbour:1" in note for note in findings.notes) == (number > 1)


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        ("DELETE FROM flags WHERE entry IN (3, 9)", "2 of the 60 rows of flags are missing"),
        ("UPDATE charts SET text = text || ' '", "charts are not what was written"),
        ("UPDATE takes SET number = 5 WHERE number = 6", "same song and number: Harbour:5"),
        ("UPDATE takes SET at_ns = 1 WHERE number = 9", "not written in the order"),
        ("UPDATE certificates SET notes = '[' WHERE entry = 3", "said of the click"),
        ("UPDATE take_events SET take_id = 'nobody' WHERE entry < 4", "3 rows of take_events"),
    ],
)
def test_what_cannot_be_is_found(room: Room, spoiling: str, said: str) -> None:
    """Each rule finds what breaks it, in a file that is whole to SQLite."""
    file = a_day(room)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(spoiling)
        connection.commit()
    (fault,) = check_log(file).faults
    assert said in fault
    assert command(room, "check") == 1


def test_no_log_and_an_empty_one_are_said(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to check, back up or repair, and nothing is made."""
    for words in (("check",), ("check", "--repair"), ("backup", room.folder.parent / "copy")):
        assert command(room, *words) == 3
        assert "There is no take log" in capsys.readouterr().err
    assert not room.folder.exists()
    room.folder.mkdir()
    (room.folder / "takes.sqlite").touch()
    assert command(room, "check") == 0
    assert "still empty" in capsys.readouterr().out


def test_a_backup_is_the_log_at_one_moment(room: Room, tmp_path: Path) -> None:
    """Made while a writer is at work: one file, whole, with all that had been saved before."""
    writer = room.started_writer()
    for entry in (room.session(), *(room.take(f"t{n}", number=n) for n in range(1, 30))):
        writer.submit(entry)
    assert writer.wait_saved(room.deadline_s)
    for number in range(200):
        writer.submit(room.press(f"p{number}"))
    findings = back_up(room.folder, tmp_path / "copy")
    assert (findings.take_count, findings.faults) == (29, ())
    assert writer.stop(room.deadline_s)

    assert [file.name for file in tmp_path.iterdir()] == ["copy"]
    copied, log = rows_of(tmp_path / "copy"), rows_of(room.folder / "takes.sqlite")
    assert {row[0] for row in copied["takes"]} == {row[0] for row in log["takes"]}
    assert set(map(repr, copied["presses"])) <= set(map(repr, log["presses"]))


def test_a_backup_can_take_the_logs_place(room: Room, tmp_path: Path) -> None:
    """Put back under the log's name, the box goes on with it."""
    a_day(room)
    before = rows_of(room.folder / "takes.sqlite")
    assert command(room, "backup", tmp_path / "copy") == 0
    for file in room.folder.iterdir():
        file.unlink()
    shutil.copyfile(tmp_path / "copy", room.folder / "takes.sqlite")
    assert rows_of(room.folder / "takes.sqlite") == before
    assert recover(room.folder, room.stamps, "run 9").last_number_by_song == {"Harbour": TAKES}
    room.write(room.take("next", number=TAKES + 1))
    assert len(TakeLog(room.folder).takes()) == TAKES + 1


def test_a_backup_overwrites_nothing(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there stays; a folder is no file, and a folder that is not there is said."""
    a_day(room)
    mine = tmp_path / "mine"
    mine.write_text("precious")
    for target, said in (
        (mine, "exists, and no backup overwrites anything"),
        (tmp_path, "is a folder: name a file in it"),
        (tmp_path / "nowhere" / "copy", "cannot be made"),
    ):
        assert command(room, "backup", target) == 2
        assert said in capsys.readouterr().err
    assert mine.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_log_makes_no_backup(room: Room, tmp_path: Path) -> None:
    """What is not whole is not called a backup, and nothing is left behind."""
    file = a_day(room)
    damage(file, file.stat().st_size // 2 // PAGE * PAGE, noise(PAGE))
    with pytest.raises(BackupError, match="would not be whole"):
        back_up(room.folder, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_read_at_all_is_told_in_a_sentence(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no backup of it, nothing is left behind, and it is said what looks it over."""
    room.folder.mkdir()
    (room.folder / FILE_NAME).write_bytes(b"garbage" * 1000)
    assert command(room, "backup", tmp_path / "copy") == 3
    told = capsys.readouterr().err
    assert "nothing was copied" in told
    assert "`countoff log check`" in told
    assert not (tmp_path / "copy").exists()


def in_the_middle(share: float) -> Callable[[Path], None]:
    """Damage the page that lies so far into the file."""
    return lambda file: damage(
        file, int(file.stat().st_size * share) // PAGE * PAGE, noise(PAGE, int(share * 100))
    )


def truncated(share: float) -> Callable[[Path], None]:
    """Lose the end of the file."""

    def truncate(file: Path) -> None:
        with file.open("r+b") as opened:
            opened.truncate(int(file.stat().st_size * share))

    return truncate


DAMAGES: dict[str, Callable[[Path], None]] = {
    "header zeroed": lambda file: damage(file, 0, bytes(100)),
    "header but its name": lambda file: damage(file, 16, bytes(84)),
    "header of others": lambda file: damage(file, 0, noise(100)),
    "first page": lambda file: damage(file, 0, noise(PAGE)),
    "half a sector": lambda file: damage(file, 21 * PAGE - 300, noise(300)),
    **{f"page at {share:.0%}": in_the_middle(share) for share in (0.2, 0.4, 0.6, 0.8, 0.97)},
    **{f"cut to {share:.0%}": truncated(share) for share in (0.0001, 0.5, 0.98)},
}


@pytest.mark.parametrize("place", DAMAGES)
def test_a_start_with_a_damaged_log_loses_nothing_new(room: Room, place: str) -> None:
    """Set aside with every byte and a new one begun, or gone on with: what comes then is there."""
    file = a_day(room)
    DAMAGES[place](file)
    found = file.read_bytes()
    recover(room.folder, room.stamps, "run 9")
    room.write(room.session("s2"), room.take("after", "After", session_id="s2"), room.press("p999"))

    aside = room.folder / "takes.damaged-1.sqlite"
    if room.told.of(LogSetAside):
        assert aside.read_bytes() == found
        assert check_log(file).faults == ()
    else:
        assert not aside.exists()
    assert room.rows("SELECT id FROM takes WHERE song = 'After'") == [("after",)]
    assert room.rows("SELECT id FROM presses WHERE id = 'p999'") == [("p999",)]


@pytest.mark.parametrize("place", DAMAGES)
def test_what_can_be_read_of_a_damaged_log_is_kept(
    room: Room, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The repaired log is whole and holds no row that was not there; the damaged one is aside."""
    file = a_day(room)
    whole = rows_of(file)
    DAMAGES[place](file)
    found = file.read_bytes()
    assert command(room, "check") == 1
    capsys.readouterr()
    outcome = command(room, "check", "--repair")
    said = capsys.readouterr()
    aside = room.folder / "takes.damaged-1.sqlite"
    if outcome:
        assert place in {"first page", "cut to 0%"}, said.err
        assert "nothing can be read" in said.err
        assert file.read_bytes() == found
        assert not aside.exists()
        return
    assert aside.read_bytes() == found
    assert check_log(file).faults == ()
    assert command(room, "check") == 0
    kept = rows_of(file)
    for table, rows in kept.items():
        known = set(map(repr, whole[table]))
        # A session that was lost is made anew from its first take, a lost chart leaves its takes.
        if table not in {"sessions", "takes"}:
            assert set(map(repr, rows)) <= known
    count = sum(map(len, kept.values()))
    if kept != whole:
        assert "Lost:     nothing" not in said.out
    if place.startswith("header"):
        assert kept == whole
    elif place != "cut to 50%":
        assert count > 0.6 * sum(map(len, whole.values())), (count, sum(map(len, whole.values())))
    assert [entry.name for entry in room.folder.glob("takes.repair-*")] == []


def test_nothing_is_repaired_while_the_box_runs(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor where nothing is wrong."""
    file = a_day(room)
    found = file.read_bytes()
    assert command(room, "check", "--repair") == 0
    assert file.read_bytes() == found
    damage(file, 20 * PAGE, noise(PAGE))
    found = file.read_bytes()
    lock = take_lock(room.folder / LOG_LOCK_NAME)
    assert command(room, "check", "--repair") == 3
    assert "The box is running" in capsys.readouterr().err
    assert file.read_bytes() == found
    os.close(lock)


def crashed(room: Room, transactions: int = 12) -> tuple[Path, Path]:
    """Leave a log as a power cut does, its last entries in the write-ahead log; return both files."""
    fill(room, room.session())
    alive = room.folder.with_name("alive")
    room.folder.rename(alive)
    with closing(open_for_writing(alive)) as connection:
        for number in range(1, transactions + 1):
            connection.execute("BEGIN IMMEDIATE")
            entry = room.press(f"p{number}")
            write(connection, Stamped(number, entry, room.stamps.stamp(entry.at_ns)))
            connection.execute("COMMIT")
        room.folder.mkdir()
        for name in ("takes.sqlite", "takes.sqlite-wal"):
            (room.folder / name).write_bytes((alive / name).read_bytes())
    return room.folder / "takes.sqlite", room.folder / "takes.sqlite-wal"


FRAME = 24 + PAGE


@pytest.mark.parametrize(
    "offset", [0, 9, 17, 25, 32 + FRAME + 8, 32 + 2 * FRAME + 100, 32 + 5 * FRAME + 16]
)
def test_entries_that_cannot_be_read_back_are_not_overwritten(room: Room, offset: int) -> None:
    """A write-ahead log that is damaged in the middle is kept with its log, byte by byte, and said."""
    file, ahead = crashed(room)
    damage(ahead, offset, noise(8, offset))
    found = file.read_bytes(), ahead.read_bytes()
    recovered = recover(room.folder, room.stamps, "run 9")
    room.write(room.press("later"))

    assert "cannot be read back" in (recovered.fault or "")
    kept = room.folder / "takes.damaged-1.sqlite"
    assert (kept.read_bytes(), kept.with_name(f"{kept.name}-wal").read_bytes()) == found
    assert room.rows("SELECT id FROM presses WHERE id = 'later'") == [("later",)]
    assert recover(room.folder, room.stamps, "run 10").fault is None


@pytest.mark.parametrize("cut", [0, 1, 2000, FRAME, FRAME + 3000])
def test_a_power_cut_is_no_damage(room: Room, cut: int) -> None:
    """Whole, or without an end that was never synced: nothing is kept, and nothing said."""
    _, ahead = crashed(room)
    with ahead.open("r+b") as opened:
        opened.truncate(ahead.stat().st_size - cut)
    assert recover(room.folder, room.stamps, "run 9").fault is None
    assert list(room.folder.glob("takes.damaged*")) == []
    assert len(room.rows("SELECT id FROM presses")) >= 11


def test_opening_beside_a_writer_never_takes_it_for_damage(room: Room) -> None:
    """While the write-ahead log grows and is begun anew again and again, no copy is made."""
    fill(room, room.session())
    done = threading.Event()

    def write_on() -> None:
        with closing(open_for_writing(room.folder)) as connection:
            connection.execute("PRAGMA wal_autocheckpoint = 8")
            for number in range(400):
                connection.execute("BEGIN IMMEDIATE")
                entry = room.press(f"p{number}")
                write(connection, Stamped(number, entry, room.stamps.stamp(entry.at_ns)))
                connection.execute("COMMIT")
        done.set()

    writing = threading.Thread(target=write_on)
    writing.start()
    opened = 0
    while not done.is_set():
        with suppress(sqlite3.OperationalError):  # the writer has it just now
            open_for_writing(room.folder).close()
            opened += 1
    writing.join()
    assert opened
    assert list(room.folder.glob("takes.damaged*")) == []
    assert len(room.rows("SELECT id FROM presses")) == 400
