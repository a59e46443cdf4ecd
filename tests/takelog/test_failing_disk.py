from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countoff.takelog import schema
from countoff.takelog import writer as writer_module
from countoff.takelog.reports import LogFailed, LogRecovered, LogSaved, LogSetAside
from countoff.takelog.schema import open_for_writing, set_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.takelog.conftest import Room


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, so that nothing here waits for a back-off."""
    monkeypatch.setattr(writer_module, "FIRST_BACK_OFF_S", 0.001)
    monkeypatch.setattr(writer_module, "LONGEST_BACK_OFF_S", 0.001)
    monkeypatch.setattr(schema, "LOCK_WAIT_S", 0.01)


def full() -> Exception:
    """Return what SQLite raises on a full disk."""
    return _error(sqlite3.OperationalError, sqlite3.SQLITE_FULL, "database or disk is full")


def broken() -> Exception:
    """Return what SQLite raises on a broken disk."""
    return _error(sqlite3.OperationalError, sqlite3.SQLITE_IOERR, "disk I/O error")


def malformed() -> Exception:
    """Return what SQLite raises on a damaged file."""
    return _error(sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT, "database disk image is malformed")


def _error(kind: type[sqlite3.Error], code: int, words: str) -> Exception:
    trouble = kind(words)
    trouble.sqlite_errorcode = code
    return trouble


class Disk:
    """Stands between the writer and SQLite, and lets statements fail before or after their work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before: Callable[[str], None] = lambda _sql: None
        self.after: Callable[[str], None] = lambda _sql: None
        monkeypatch.setattr(
            writer_module,
            "open_for_writing",
            lambda folder: Plugged(open_for_writing(folder), self),
        )


class Plugged:
    """A connection through a Disk."""

    def __init__(self, connection: sqlite3.Connection, disk: Disk) -> None:
        self._connection = connection
        self._disk = disk

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Execute, unless the disk has it otherwise."""
        self._disk.before(sql)
        cursor = self._connection.execute(sql, values)
        self._disk.after(sql)
        return cursor

    def rollback(self) -> None:
        """Give a transaction up, as a connection does."""
        self._connection.rollback()

    def close(self) -> None:
        """Close, as a connection does."""
        self._connection.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Put a disk that can fail under every writer."""
    return Disk(monkeypatch)


def fail_while(failing: threading.Event, trouble: Callable[[], Exception]) -> Callable[[str], None]:
    """Let transactions fail to begin or commit while the event is set."""

    def fail(sql: str) -> None:
        if failing.is_set() and sql.startswith(("BEGIN", "COMMIT")):
            raise trouble()

    return fail


def test_entries_wait_for_a_disk_that_fails_and_are_written_once_it_works(
    room: Room, disk: Disk
) -> None:
    """One sentence however often it is tried, no entry lost, in order, then it is said to be well."""
    failing = threading.Event()
    disk.before = fail_while(failing, full)
    writer = room.started_writer()
    writer.submit(room.session())
    assert writer.wait_saved(room.deadline_s)
    failing.set()
    for number in range(50):
        writer.submit(room.press(f"p{number:02}"))
    failed = room.told.wait_for(LogFailed)
    assert "is full" in failed.sentence
    assert "make room" in failed.sentence
    assert str(room.folder) in failed.sentence
    assert writer.saved_count == 1
    failing.clear()
    room.told.wait_for(LogRecovered)
    assert writer.wait_saved(room.deadline_s)
    written = [row[0] for row in room.rows("SELECT id FROM presses ORDER BY entry")]
    assert written == [f"p{number:02}" for number in range(50)]
    assert len(room.told.of(LogFailed)) == 1


def test_the_reason_is_said_again_only_when_it_changes(room: Room, disk: Disk) -> None:
    """A full disk that becomes a broken one is two sentences, over any number of tries."""
    tries = iter([*[full] * 5, *[broken] * 5])

    def fail(sql: str) -> None:
        if sql.startswith("BEGIN") and (trouble := next(tries, None)):
            raise trouble()

    disk.before = fail
    writer = room.started_writer()
    writer.submit(room.session())
    assert writer.wait_saved(room.deadline_s)
    room.told.wait_for(LogRecovered)
    first, second = (report.sentence for report in room.told.of(LogFailed))
    assert "is full" in first
    assert "check the disk" in second


def test_a_commit_that_fails_after_its_work_is_not_written_twice(room: Room, disk: Disk) -> None:
    """When the outcome of a commit is unknown, the file itself says how far it came."""
    failures = iter([broken, broken])

    def fail(sql: str) -> None:
        if sql == "COMMIT" and (trouble := next(failures, None)):
            raise trouble()

    disk.after = fail
    writer = room.started_writer()
    for entry in (room.session(), room.take("t1"), room.rolled("t1"), room.incident("i1")):
        writer.submit(entry)
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT event FROM take_events") == [("started",), ("rolled",)]
    assert room.rows("SELECT count(*) FROM incidents") == [(1,)]
    assert room.told.of(LogSetAside) == []


def test_a_refused_entry_is_kept_once_however_often_its_transaction_is_tried(
    room: Room, disk: Disk
) -> None:
    """A failing commit tries all again; the text beside the log gets one line."""
    failures = iter([full] * 4)

    def fail(sql: str) -> None:
        if sql == "COMMIT" and (trouble := next(failures, None)):
            raise trouble()

    disk.before = fail
    writer = room.writer()
    for entry in (room.session(), room.flag("f1", "no such take"), room.take("t1")):
        writer.submit(entry)
    writer.start()
    assert writer.stop(room.deadline_s)
    lines = (room.folder / "takes.refused.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert len(room.told.of(LogSetAside)) == 1


def test_a_connection_that_lingers_holds_no_lock_against_the_next(room: Room, disk: Disk) -> None:
    """A failed try is rolled back, also while something still refers to what it was doing."""
    kept: list[object] = []
    failures = iter([broken])

    def fail(sql: str) -> None:
        if sql.startswith("UPDATE writers") and (trouble := next(failures, None)):
            raise trouble()

    execute = Plugged.execute

    def keeping(plugged: Plugged, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        cursor = execute(plugged, sql, values)
        kept.append(cursor)
        # A question of which only the first answer was read.
        kept.append(execute(plugged, "SELECT 1 UNION ALL SELECT 2 FROM sqlite_schema"))
        return cursor

    Plugged.execute = keeping
    try:
        disk.before = fail
        writer = room.started_writer()
        writer.submit(room.session())
        assert writer.wait_saved(room.deadline_s)
    finally:
        Plugged.execute = execute
    assert len(room.told.of(LogFailed)) == 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.sets(st.integers(0, 120), max_size=12),
    after=st.sets(st.integers(0, 120), max_size=12),
    batches=st.lists(st.integers(1, 8), min_size=1, max_size=5),
)
def test_whatever_statement_fails_every_entry_is_there_once(
    room: Room, disk: Disk, before: set[int], after: set[int], batches: list[int]
) -> None:
    """Errors at random statements, before or after their work, neither lose nor double an entry."""
    shutil.rmtree(room.folder, ignore_errors=True)
    counts = {"before": 0, "after": 0}

    def failing(at: set[int], side: str) -> Callable[[str], None]:
        def fail(_sql: str) -> None:
            counts[side] += 1
            if counts[side] in at:
                raise broken()

        return fail

    disk.before = failing(before, "before")
    disk.after = failing(after, "after")
    writer = room.started_writer()
    writer.submit(room.session())
    writer.submit(room.take("t1"))
    expected = []
    for batch, size in enumerate(batches):
        for number in range(size):
            expected.append(f"i{batch}-{number}")
            writer.submit(room.incident(expected[-1], "t1"))
            writer.submit(room.rolled("t1"))
        assert writer.wait_saved(room.deadline_s)
    assert writer.stop(room.deadline_s)
    assert [row[0] for row in room.rows("SELECT id FROM incidents ORDER BY entry")] == expected
    assert room.rows("SELECT count(*) FROM take_events WHERE event = 'rolled'") == [
        (len(expected),)
    ]
    assert room.rows("SELECT count(*) FROM takes") == [(1,)]


def test_submitting_does_not_wait_for_a_hung_disk(room: Room, disk: Disk) -> None:
    """While a commit hangs, entries are taken in and nothing else stands still."""
    hanging, hung = threading.Event(), threading.Event()

    def hang(sql: str) -> None:
        if sql == "COMMIT":
            hung.set()
            hanging.wait(room.deadline_s)

    disk.before = hang
    writer = room.started_writer()
    writer.submit(room.session())
    assert hung.wait(room.deadline_s)
    for number in range(1000):
        writer.submit(room.press(f"p{number}"))
    assert (writer.submitted_count, writer.saved_count) == (1001, 0)
    assert not writer.wait_saved(0.0)
    hanging.set()
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT count(*) FROM presses") == [(1000,)]


def test_stopping_gives_up_on_a_hung_disk_at_the_deadline(room: Room, disk: Disk) -> None:
    """The stop says that not everything is on disk, and leaves a thread that keeps nothing alive."""
    hanging, hung = threading.Event(), threading.Event()

    def hang(sql: str) -> None:
        if sql == "COMMIT":
            hung.set()
            hanging.wait(room.deadline_s)

    disk.before = hang
    writer = room.started_writer()
    writer.submit(room.session())
    assert hung.wait(room.deadline_s)
    assert not writer.stop(0.01)
    assert writer._thread.daemon
    hanging.set()
    writer._thread.join(room.deadline_s)
    assert not writer._thread.is_alive()


def test_stopping_tries_a_failing_disk_until_the_deadline(room: Room, disk: Disk) -> None:
    """A disk that never works ends the thread at the deadline, and the stop says what is lost."""
    failing = threading.Event()
    failing.set()
    disk.before = fail_while(failing, broken)
    writer = room.started_writer()
    writer.submit(room.session())
    room.told.wait_for(LogFailed)
    assert not writer.stop(0.05)
    writer._thread.join(room.deadline_s)
    assert not writer._thread.is_alive()


def test_a_folder_that_is_not_there_is_made(room: Room) -> None:
    """The first start of all needs no preparation."""
    assert not room.folder.exists()
    room.write(room.session())
    assert room.told.of(LogFailed) == []


def test_a_file_in_the_folders_place_is_said_and_waited_for(room: Room) -> None:
    """The fault is known before the first entry; once the file is gone, nothing is missing."""
    room.folder.write_text("not a folder", encoding="utf-8")
    writer = room.started_writer()
    assert "is not a folder" in room.told.wait_for(LogFailed).sentence
    writer.submit(room.session())
    room.folder.unlink()
    room.told.wait_for(LogRecovered)
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT id FROM sessions") == [("s1",)]
    assert len(room.told.of(LogFailed)) == 1


def test_a_folder_removed_in_a_take_costs_nothing_that_follows(room: Room) -> None:
    """The new file begins with the take under way, so that its later flags and end find it."""
    writer = room.started_writer()
    for entry in (
        *(room.session(), room.take("t1"), room.rolled("t1"), room.flag("f1", "t1")),
        *(room.position("t1", 9), room.position("t1", 10)),
    ):
        writer.submit(entry)
    assert writer.wait_saved(room.deadline_s)
    shutil.rmtree(room.folder)
    writer.submit(room.flag("f2", "t1"))
    assert "was removed or replaced" in room.told.wait_for(LogFailed).sentence
    room.told.wait_for(LogRecovered)
    writer.submit(room.ended("t1", bar=12))
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT id, session_id, status, end_bar FROM takes") == [
        ("t1", "s1", "ring_out", 12)
    ]
    assert room.rows("SELECT id FROM flags ORDER BY entry") == [("f1",), ("f2",)]
    assert room.rows("SELECT bar FROM take_positions") == [(10,)]
    assert room.told.of(LogSetAside) == []


def test_a_damaged_file_is_set_aside_and_never_overwritten(room: Room) -> None:
    """Garbage under the log's name moves to the next free name; a new log is begun and it is said."""
    room.folder.mkdir()
    (room.folder / "takes.sqlite").write_bytes(b"garbage" * 1000)
    (room.folder / "takes.damaged-1.sqlite").write_bytes(b"an older one")
    room.write(room.session())
    assert (room.folder / "takes.damaged-1.sqlite").read_bytes() == b"an older one"
    assert (room.folder / "takes.damaged-2.sqlite").read_bytes() == b"garbage" * 1000
    assert room.rows("SELECT id FROM sessions") == [("s1",)]
    (said,) = room.told.of(LogSetAside)
    assert "takes.damaged-2.sqlite" in said.sentence
    assert room.told.of(LogFailed) == []


def test_a_file_set_aside_takes_its_companions_along(room: Room) -> None:
    """A write-ahead log left behind would be replayed into the next file; none is overwritten."""
    room.folder.mkdir()
    for name in (
        "takes.sqlite",
        "takes.sqlite-wal",
        "takes.sqlite-shm",
        "takes.damaged-1.sqlite-wal",
    ):
        (room.folder / name).write_text(name, encoding="ascii")
    assert set_aside(room.folder) == room.folder / "takes.damaged-2.sqlite"
    assert {file.name: file.read_text(encoding="ascii") for file in room.folder.iterdir()} == {
        "takes.damaged-1.sqlite-wal": "takes.damaged-1.sqlite-wal",
        "takes.damaged-2.sqlite": "takes.sqlite",
        "takes.damaged-2.sqlite-wal": "takes.sqlite-wal",
        "takes.damaged-2.sqlite-shm": "takes.sqlite-shm",
    }


def test_a_file_that_turns_out_damaged_in_a_take_costs_nothing_that_follows(
    room: Room, disk: Disk
) -> None:
    """The damaged file keeps what it had; the new one goes on with the take."""
    damage = iter([malformed])
    damaged = threading.Event()

    def fail(sql: str) -> None:
        if damaged.is_set() and sql.startswith("BEGIN") and (trouble := next(damage, None)):
            raise trouble()

    disk.before = fail
    writer = room.started_writer()
    writer.submit(room.session())
    writer.submit(room.take("t1"))
    assert writer.wait_saved(room.deadline_s)
    damaged.set()
    writer.submit(room.flag("f1", "t1"))
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT id, take_id FROM flags") == [("f1", "t1")]
    assert (room.folder / "takes.damaged-1.sqlite").exists()


def test_a_disk_that_damages_every_file_is_not_filled_with_them(room: Room, disk: Disk) -> None:
    """When a new file is damaged too, it is the disk: said, and tried again without another name."""
    tries = threading.Semaphore(0)

    def fail(sql: str) -> None:
        if sql == "COMMIT":
            tries.release()
            raise malformed()

    disk.before = fail
    writer = room.started_writer()
    writer.submit(room.session())
    for _ in range(6):
        assert tries.acquire(timeout=room.deadline_s)
    assert "malformed" in room.told.wait_for(LogFailed).sentence
    disk.before = lambda _sql: None
    assert writer.stop(room.deadline_s)
    names = [file.name for file in room.folder.glob("takes.damaged-*.sqlite")]
    assert names == ["takes.damaged-1.sqlite"]


@pytest.mark.parametrize(
    ("pragmas", "said"),
    [
        ("PRAGMA user_version = 3", "some other program"),
        ("PRAGMA application_id = 0x434F4646; PRAGMA user_version = 99", "format 99"),
    ],
)
def test_a_database_of_others_is_left_as_it_is(room: Room, pragmas: str, said: str) -> None:
    """Another program's file, or a newer Countoff's, is moved out of the way unchanged, and said."""
    room.folder.mkdir()
    other = sqlite3.connect(room.folder / "takes.sqlite")
    other.executescript(f"CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine'); {pragmas};")
    other.close()
    room.write(room.session())
    aside = sqlite3.connect(room.folder / "takes.damaged-1.sqlite")
    assert aside.execute("SELECT text FROM notes").fetchall() == [("mine",)]
    aside.close()
    assert said in room.told.of(LogSetAside)[0].sentence


def test_a_log_locked_by_another_program_is_waited_for(room: Room) -> None:
    """It is said what holds things up, and everything is written once the lock is gone."""
    room.write(room.session())
    other = sqlite3.connect(room.folder / "takes.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = room.started_writer()
    writer.submit(room.take("t1"))
    assert "Another program keeps" in room.told.wait_for(LogFailed).sentence
    other.execute("COMMIT")
    other.close()
    room.told.wait_for(LogRecovered)
    assert writer.stop(room.deadline_s)
    assert room.rows("SELECT id FROM takes") == [("t1",)]


@pytest.fixture
def small_disk(room: Room) -> Iterator[Path]:
    """Mount a real file system of 2 MB as the room's folder; skip where that is not allowed."""
    room.folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(room.folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    yield room.folder
    room.close()
    subprocess.run(["umount", "--lazy", str(room.folder)], check=True)


def test_a_full_disk_loses_nothing(room: Room, small_disk: Path) -> None:
    """On a file system without room left: one sentence; with room again, every entry, in order."""
    writer = room.started_writer()
    writer.submit(room.session())
    assert writer.wait_saved(room.deadline_s)
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as filling:
        for size in (4096, 1):
            try:
                while filling.write(b"x" * size) == size:
                    pass
            except OSError:
                pass
    for number in range(200):
        writer.submit(room.press(f"p{number:03}"))
    assert "is full" in room.told.wait_for(LogFailed).sentence
    ballast.unlink()
    room.told.wait_for(LogRecovered)
    assert writer.wait_saved(room.deadline_s)
    written = [row[0] for row in room.rows("SELECT id FROM presses ORDER BY entry")]
    assert written == [f"p{number:03}" for number in range(200)]


def test_a_read_only_folder_is_said_and_waited_for(
    room: Room, request: pytest.FixtureRequest
) -> None:
    """One sentence says what may not be written; nothing is lost once it may."""
    if os.geteuid() == 0:  # whom no permission stops: a read-only file system does
        folder = str(request.getfixturevalue("small_disk"))
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    else:
        room.folder.mkdir(mode=0o500)
    writer = room.started_writer()
    failed = room.told.wait_for(LogFailed)
    assert "may not be written" in failed.sentence
    writer.submit(room.session())
    if os.geteuid() == 0:
        subprocess.run(["mount", "-o", "remount,rw", str(room.folder)], check=True)
    else:
        room.folder.chmod(0o700)
    room.told.wait_for(LogRecovered)
    assert writer.wait_saved(room.deadline_s)
    assert room.rows("SELECT id FROM sessions") == [("s1",)]
    assert len(room.told.of(LogFailed)) == 1


def test_reports_of_saving_count_up_to_what_was_submitted(room: Room, disk: Disk) -> None:
    """The counts never fall, never leap ahead, and end at the number submitted."""
    failures = iter([full, full])

    def fail(sql: str) -> None:
        if sql == "COMMIT" and (trouble := next(failures, None)):
            raise trouble()

    disk.before = fail
    writer = room.started_writer()
    for number in range(300):
        writer.submit(room.press(f"p{number}"))
    assert writer.stop(room.deadline_s)
    counts = [report.count for report in room.told.of(LogSaved)]
    assert counts == sorted(set(counts))
    assert counts[-1] == 300
