from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING

from countoff.core.entries import FlagChanged, FlagKind, FlagTakenBack, HowEnded, TakeEnded
from countoff.takelog.formats import FORMATS
from countoff.takelog.reports import LogFailed, LogSaved, LogSetAside

if TYPE_CHECKING:
    from tests.takelog.conftest import Room


def test_a_submitted_entry_is_on_disk_when_it_is_reported_saved(room: Room) -> None:
    """Another connection finds the row as soon as LogSaved was told, with the writer still open."""
    writer = room.started_writer()
    writer.submit(room.session())
    assert writer.wait_saved(room.deadline_s)
    assert room.rows("SELECT id FROM sessions") == [("s1",)]
    assert room.told.wait_for(LogSaved) == LogSaved(1)


def test_a_commit_is_a_commit_on_the_disk(room: Room) -> None:
    """The file is in WAL mode, and the writer's connection syncs fully."""
    writer = room.started_writer()
    writer.submit(room.session())
    assert writer.wait_saved(room.deadline_s)
    assert room.rows("PRAGMA journal_mode") == [("wal",)]
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]


def test_every_row_carries_its_stamp(room: Room) -> None:
    """Host time, label, boot and the clock's honesty stand beside what happened."""
    entries = [
        room.session(),
        room.take("t1"),
        room.position("t1", 3),
        room.flag("f1", "t1"),
        room.press("p1", "t1"),
        room.incident("i1", "t1"),
    ]
    room.write(*entries)
    tables = ("sessions", "takes", "take_positions", "flags", "presses", "incidents")
    for table, entry in zip(tables, entries, strict=True):
        stamps = room.rows(f"SELECT at_ns, at_utc, boot_id, clock_synchronised FROM {table}")
        second = entry.at_ns // 1_000_000_000
        label = f"2026-11-22T09:45:{second:02}.000Z"
        assert stamps == [(entry.at_ns, label, "rehearsal", 1)], table


def test_every_change_of_a_take_is_an_event_of_its_own(room: Room) -> None:
    """The take's row shows how it is; beside it each step stands with the status it led to."""
    room.write(
        room.session(),
        room.take("t1"),
        room.rolled("t1"),
        room.ended("t1", bar=41),
        room.closed("t1"),
        room.take("t2", number=2),
        room.ended("t2", bar=0, how=HowEnded.CANCELLED),
        room.take("t3", number=3),
        room.rolled("t3"),
        room.ended("t3", bar=2, how=HowEnded.FALSE_START),
        room.closed("t3"),
    )
    assert room.rows("SELECT id, status, how, end_bar FROM takes ORDER BY entry") == [
        ("t1", "ended", "ended", 41),
        ("t2", "cancelled", "cancelled", 0),
        ("t3", "false_start", "false_start", 2),
    ]
    assert room.rows("SELECT take_id, event, status FROM take_events ORDER BY entry") == [
        ("t1", "started", "counting_in"),
        ("t1", "rolled", "rolling"),
        ("t1", "ended", "ring_out"),
        ("t1", "closed", "ended"),
        ("t2", "started", "counting_in"),
        ("t2", "ended", "cancelled"),
        ("t3", "started", "counting_in"),
        ("t3", "rolled", "rolling"),
        ("t3", "ended", "false_start"),
        ("t3", "closed", "false_start"),
    ]


def test_a_flag_taken_back_stays_in_the_log(room: Room) -> None:
    """Its row keeps what it was made as, what it became, and when it was taken back."""
    room.write(
        room.session(),
        room.take("t1"),
        room.flag("f1", "t1"),
        FlagChanged("f1", FlagKind.FIX_HERE, room.tick()),
        FlagTakenBack("f1", room.tick()),
    )
    found = room.rows(
        "SELECT made_kind, kind, at_ns, changed_at_ns, taken_back_at_ns, taken_back_at_utc FROM flags"
    )
    seconds = 1_000_000_000
    assert found == [
        ("keeper", "fix_here", 3 * seconds, 4 * seconds, 5 * seconds, "2026-11-22T09:45:05.000Z")
    ]


def test_a_take_keeps_one_position_row(room: Room) -> None:
    """Positions replace one another, so an hour of take costs one row."""
    room.write(room.session(), room.take("t1"), *(room.position("t1", bar) for bar in range(1, 60)))
    assert room.rows("SELECT take_id, bar FROM take_positions") == [("t1", 59)]


def test_entries_wait_for_a_writer_that_starts_later(room: Room) -> None:
    """What is submitted before the start is counted, and written after it, in order."""
    writer = room.writer()
    writer.submit(room.session())
    writer.submit(room.take("t1"))
    assert (writer.submitted_count, writer.saved_count) == (2, 0)
    writer.start()
    assert writer.wait_saved(room.deadline_s)
    assert (writer.submitted_count, writer.saved_count) == (2, 2)


def test_stopping_drains_the_queue_and_leaves_one_file(room: Room) -> None:
    """After a stop that says so everything is in the file itself, with no journal beside it."""
    writer = room.started_writer()
    writer.submit(room.session())
    for number in range(500):
        writer.submit(room.press(f"p{number}"))
    assert writer.stop(room.deadline_s)
    assert [file.name for file in room.folder.iterdir()] == ["takes.sqlite"]
    assert room.rows("SELECT count(*) FROM presses") == [(500,)]


def test_threads_may_submit_at_the_same_time(room: Room) -> None:
    """Every entry of every thread is there once, each thread's in its own order."""
    writer = room.started_writer()
    presses = [[room.press(f"{thread}-{number:03}") for number in range(200)] for thread in "abcd"]
    together = threading.Barrier(len(presses))

    def submit_all(mine: list[object]) -> None:
        together.wait()
        for press in mine:
            writer.submit(press)

    threads = [threading.Thread(target=submit_all, args=(mine,)) for mine in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.stop(room.deadline_s)
    written = [row[0] for row in room.rows("SELECT id FROM presses ORDER BY entry")]
    assert sorted(written) == sorted(press.id for mine in presses for press in mine)
    for thread in "abcd":
        mine = [press_id for press_id in written if press_id.startswith(thread)]
        assert mine == sorted(mine)


def test_an_entry_the_log_refuses_is_kept_as_text_and_holds_nothing_up(room: Room) -> None:
    """A flag on a take that never was goes beside the log, whole; what follows is saved."""
    orphan = room.flag("f1", "no such take")
    room.write(room.session(), orphan, room.take("t1"), room.flag("f2", "t1"))
    assert room.rows("SELECT id FROM flags") == [("f2",)]
    (line,) = (room.folder / "takes.refused.jsonl").read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert kept["entry"] == "FlagMade"
    assert (kept["id"], kept["take_id"], kept["bar"]) == ("f1", "no such take", 7)
    assert kept["stamp"]["at_ns"] == orphan.at_ns
    (said,) = room.told.of(LogSetAside)
    assert "refused an entry FlagMade" in said.sentence
    assert "takes.refused.jsonl" in said.sentence
    assert room.told.of(LogFailed) == []


def test_nonsense_of_every_sort_is_refused_whole(room: Room) -> None:
    """Numbers, text and kinds no table holds, and ids used twice, leave no half entry behind."""
    refused = [
        room.take("t1"),  # that id is taken
        TakeEnded("t1", room.tick(), 1, 2**80, 3, 1, HowEnded.ENDED),
        TakeEnded("t1", room.tick(), 1, 5, 3, 1, "exploded"),
        TakeEnded("t9", room.tick(), 1, 5, 3, 1, HowEnded.ENDED),
        room.take("t2", song="half a \ud83e pair"),
        room.take("t3", number="seven", session_id="s3"),
        FlagTakenBack("f9", room.tick()),
    ]
    room.write(room.session(), room.take("t1"), *refused, room.rolled("t1"))
    assert room.rows("SELECT id, status FROM takes") == [("t1", "rolling")]
    assert room.rows("SELECT event FROM take_events") == [("started",), ("rolled",)]
    assert room.rows("SELECT id FROM sessions") == [("s1",)]
    lines = (room.folder / "takes.refused.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(refused)
    assert len(room.told.of(LogSetAside)) == len(refused)


def test_a_refused_entry_that_cannot_be_kept_either_is_said_whole(room: Room) -> None:
    """With no place beside the log, the sentence itself carries the entry."""
    (room.folder / "takes.refused.jsonl").mkdir(parents=True)
    room.write(room.session(), room.flag("f1", "no such take"), room.take("t1"))
    (said,) = room.told.of(LogSetAside)
    assert "no such take" in said.sentence
    assert "could not be kept" in said.sentence
    assert room.rows("SELECT id FROM takes") == [("t1",)]


def test_presses_and_incidents_need_no_take(room: Room) -> None:
    """A press is logged before the take it begins is, and in any case."""
    room.write(room.press("p1", "t1"), room.incident("i1"), room.session(), room.take("t1"))
    assert room.rows("SELECT id, take_id FROM presses") == [("p1", "t1")]
    assert room.rows("SELECT id, take_id FROM incidents") == [("i1", None)]


def test_a_take_of_an_older_session_brings_the_session_along(room: Room) -> None:
    """A session that began in a file set aside meanwhile is entered with its next take."""
    room.write(room.take("t1", session_id="yesterday"))
    assert room.rows("SELECT id FROM sessions") == [("yesterday",)]


def test_a_second_writer_goes_on_in_the_same_file(room: Room) -> None:
    """The next run of the daemon appends; the count of its own entries begins anew."""
    room.write(room.session(), room.take("t1"))
    room.write(room.rolled("t1"))
    assert room.rows("SELECT status FROM takes") == [("rolling",)]
    assert room.rows("SELECT saved_count FROM writers ORDER BY entry") == [(2,), (1,)]


def test_a_reader_in_the_middle_of_reading_holds_nothing_up(room: Room) -> None:
    """An open read transaction elsewhere neither blocks a commit nor changes its own view."""
    room.write(room.session())
    reader = sqlite3.connect(room.folder / "takes.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM takes").fetchone() == (0,)
    writer = room.started_writer()
    writer.submit(room.take("t1"))
    assert writer.wait_saved(room.deadline_s)
    assert reader.execute("SELECT count(*) FROM takes").fetchone() == (0,)
    reader.close()
    assert room.told.of(LogFailed) == []
