"""Edits lie over what was logged, count until they are undone, and change nothing of it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.takelog.conftest import Room

from countoff.core.entries import HowEnded
from countoff.takelog import edits as edits_module
from countoff.takelog.editing import LogNotEditableError, edit_log
from countoff.takelog.edits import Edit, EditKind, LoggedEdit, all_edits, undoing, write_edit
from countoff.takelog.formats import FORMATS
from countoff.takelog.numbers import last_numbers, next_number
from countoff.takelog.overlay import overlay
from countoff.takelog.reader import (
    SessionAmbiguousError,
    SessionNotFoundError,
    TakeLog,
    TakeNotFoundError,
)
from countoff.takelog.recovery import recover
from countoff.takelog.rows import write as write_row
from countoff.takelog.stamps import Stamp, Stamped
from countoff.takelog.summaries import summaries
from countoff.takelog.take_edits import Desk, EditRefusedError, move
from countoff.takelog.undoing import undo as undo_edit

OLD = Path(__file__).with_name("format_1.sql")
FORMAT_BEFORE = 5
LOGGED_TABLES = ("sessions", "takes", "take_events", "flags", "presses", "incidents")


def write(room: Room, kind: EditKind, value: Any = None, **place: Any) -> LoggedEdit:
    """Write one edit, as a command does."""
    room.tick()
    with edit_log(room.folder) as connection:
        return write_edit(connection, Edit(kind, value, **place), room.stamps.now())


def undo(room: Room, edit: LoggedEdit) -> LoggedEdit:
    """Undo one edit."""
    room.tick()
    with edit_log(room.folder) as connection:
        return write_edit(connection, undoing(edit), room.stamps.now())


def fill(room: Room) -> None:
    """Write a session of two songs."""
    room.write(
        *(room.session("s1"), room.take("aa11", "Harbour", 1), room.flag("f1", "aa11")),
        *(room.take("aa22", "Harbour", 2), room.take("bb11", "Night Bus", 1)),
    )


def flag_at(bar: int, kind: str = "keeper") -> dict[str, Any]:
    """Return the value of a flag at a bar."""
    return {"kind": kind, "whole_take": False, "section": "Verse", "bar": bar, "beat": 1}


def test_an_edit_lies_over_a_take_until_it_is_undone(room: Room) -> None:
    """Rating, name and notes are in the summary; what was undone is not; the rest is as it was."""
    fill(room)
    write(room, EditKind.RATING, 2, take_id="aa11")
    better = write(room, EditKind.RATING, 4, take_id="aa11")
    write(room, EditKind.NAME, "the loud one", take_id="aa11")
    write(room, EditKind.NOTE, "bass late in the bridge", take_id="aa11")
    write(room, EditKind.NOTE, "great feel", take_id="aa11")
    first, second, _ = TakeLog(room.folder).takes()
    assert (first.rating, first.name) == (4, "the loud one")
    assert first.notes == ("bass late in the bridge", "great feel")
    assert (second.rating, second.name, second.notes) == (None, "", ())

    undo(room, better)
    assert TakeLog(room.folder).take("aa11").summary.rating == 2


def test_an_undo_can_be_undone(room: Room) -> None:
    """Whatever is undone can be done again, as often as somebody changes their mind."""
    fill(room)
    rated = write(room, EditKind.RATING, 5, take_id="aa11")
    last = rated
    for wanted in (None, 5, None, 5):
        last = undo(room, last)
        assert TakeLog(room.folder).take("aa11").summary.rating == wanted
    told = TakeLog(room.folder).take("aa11").edits
    assert [(edit.number, edit.kind, edit.is_undone) for edit in told] == [
        (1, "rating", False),
        (2, "undo", True),
        (3, "undo", False),
        (4, "undo", True),
        (5, "undo", False),
    ]


def test_flags_are_made_and_taken_back_by_edits(room: Room) -> None:
    """One made by hand stands behind those of the pedals; either kind can be taken back, and again."""
    fill(room)
    made = write(room, EditKind.FLAG, flag_at(33, "fix_here"), take_id="aa11")
    log = TakeLog(room.folder)
    assert [(mark.kind, mark.bar) for mark in log.takes()[0].flags] == [
        ("keeper", 7),
        ("fix_here", 33),
    ]
    detail = log.take("aa11")
    assert [(flag.id, flag.is_edit, flag.frame) for flag in detail.flags] == [
        ("f1", False, 7000),
        (made.id, True, None),
    ]

    write(room, EditKind.FLAG_TAKEN_BACK, {"flag": made.id, **made.value}, take_id="aa11")
    back = write(room, EditKind.FLAG_TAKEN_BACK, {"flag": "f1", **flag_at(7)}, take_id="aa11")
    assert log.takes()[0].flags == ()
    assert log.take("aa11").flags[0].taken_back_utc == back.stamp.at_utc

    undo(room, back)
    assert [(mark.kind, mark.bar) for mark in log.takes()[0].flags] == [("keeper", 7)]


def test_a_moved_take_is_found_where_it_is_today(room: Room) -> None:
    """It answers to its new name and no longer to the old one, and knows where it came from."""
    fill(room)
    move = write(
        room,
        EditKind.MOVE,
        {"song": "Night Bus", "number": 2},
        take_id="aa22",
        song="Night Bus",
    )
    log = TakeLog(room.folder)
    assert log.take("Night Bus:2").summary.moved_from == ("Harbour", 2)
    assert [take.id for take in log.takes(song="night bus")] == ["aa22", "bb11"]
    assert [take.id for take in log.takes(song="Harbour")] == ["aa11"]
    with pytest.raises(TakeNotFoundError):
        log.take("Harbour:2")
    assert log.take("2").summary.id == "aa22"

    undo(room, move)
    assert log.take("Harbour:2").summary.moved_from is None
    assert log.takes(song="Night Bus") == log.takes()[2:]


def test_a_start_knows_the_numbers_that_edits_have_used_or_set(room: Room) -> None:
    """A number that a moved take had is used for good; one that was set holds until a take has it."""
    fill(room)
    move = write(room, EditKind.MOVE, {"song": "Air", "number": 3}, take_id="aa22", song="Air")
    undo(room, move)
    write(room, EditKind.NEXT_NUMBER, 11, song="Harbour")
    last = write(room, EditKind.NEXT_NUMBER, 20, song="Harbour")
    write(room, EditKind.NEXT_NUMBER, 5, song="Not Played Yet")
    found = recover(room.folder, room.stamps, "run 2")
    assert found.last_number_by_song == {"Harbour": 2, "Night Bus": 1, "Air": 3}
    assert found.next_number_by_song == {"Harbour": 20, "Not Played Yet": 5}

    undo(room, last)
    room.write(room.take("cc11", "Harbour", 11))
    found = recover(room.folder, room.stamps, "run 3")
    assert found.last_number_by_song["Harbour"] == 11
    assert found.next_number_by_song == {"Not Played Yet": 5}


def test_a_start_goes_on_with_the_song_that_was_played_whatever_was_moved(room: Room) -> None:
    """Moving the last take to another song is no choice of that song."""
    fill(room)
    room.write(room.ended("bb11", how=HowEnded.CANCELLED))
    write(room, EditKind.MOVE, {"song": "Air", "number": 1}, take_id="bb11", song="Air")
    choice = recover(room.folder, room.stamps, "run 2").choice
    assert choice is not None
    assert choice.song == "Night Bus"


def test_edits_change_no_row_of_what_was_logged(room: Room) -> None:
    """Every table that the daemon writes is the same after edits of every kind."""
    fill(room)
    before = [room.rows(f"SELECT * FROM {table}") for table in LOGGED_TABLES]
    for kind, value in (
        *((EditKind.RATING, 3), (EditKind.NOTE, "x"), (EditKind.NAME, "y")),
        *((EditKind.FLAG, flag_at(3)), (EditKind.FLAG_TAKEN_BACK, {"flag": "f1", **flag_at(7)})),
        (EditKind.MOVE, {"song": "Air", "number": 1}),
    ):
        undo(room, write(room, kind, value, take_id="aa11"))
    assert [room.rows(f"SELECT * FROM {table}") for table in LOGGED_TABLES] == before
    assert room.rows("SELECT count(*) FROM edits") == [(12,)]


def test_an_edit_is_written_beside_a_running_writer(room: Room) -> None:
    """Both write in turn, and neither loses anything."""
    writer = room.started_writer()
    writer.submit(room.session())
    writer.submit(room.take("aa11"))
    assert writer.wait_saved(room.deadline_s)
    write(room, EditKind.RATING, 4, take_id="aa11")
    writer.submit(room.flag("f1", "aa11"))
    assert writer.stop(room.deadline_s)
    (take,) = TakeLog(room.folder).takes()
    assert (take.rating, len(take.flags)) == (4, 1)


def test_an_edit_waits_for_who_holds_the_log(room: Room) -> None:
    """It is written as soon as the other has done."""
    fill(room)
    holding = sqlite3.connect(
        room.folder / "takes.sqlite", isolation_level=None, check_same_thread=False
    )
    holding.execute("BEGIN IMMEDIATE")
    with closing(holding):
        freeing = threading.Timer(0.05, holding.execute, ["COMMIT"])
        freeing.start()
        write(room, EditKind.RATING, 4, take_id="aa11")
        freeing.join()
    assert TakeLog(room.folder).take("aa11").summary.rating == 4


def test_a_log_that_stays_locked_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its patience the edit says that nothing was written."""
    fill(room)
    monkeypatch.setattr("countoff.takelog.schema.LOCK_WAIT_S", 0.0)
    with closing(sqlite3.connect(room.folder / "takes.sqlite", isolation_level=None)) as holding:
        holding.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(LogNotEditableError, match=r"locked for 0 s\. Nothing was written"),
            edit_log(room.folder, busy_wait_s=0.0),
        ):
            pytest.fail("the transaction began")


def test_what_fails_within_an_edit_leaves_the_log_as_it_was(room: Room) -> None:
    """All of the block is written, or nothing."""
    fill(room)

    def fail() -> None:
        with edit_log(room.folder) as connection:
            write_edit(connection, Edit(EditKind.RATING, 4, take_id="aa11"), room.stamps.now())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert TakeLog(room.folder).edits() == []


def test_no_log_and_other_files_are_told_and_left_alone(room: Room) -> None:
    """An edit makes no log, and does not touch what is none."""
    with (
        pytest.raises(LogNotEditableError, match="There is no take log"),
        edit_log(room.folder),
    ):
        pytest.fail("there is a log")
    assert not room.folder.exists()
    room.folder.mkdir()
    (room.folder / "takes.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(LogNotEditableError, match="Nothing was"), edit_log(room.folder):
        pytest.fail("it is a log")
    assert (room.folder / "takes.sqlite").read_bytes() == b"garbage" * 1000


def test_a_log_from_before_edits_keeps_all_and_has_none(room: Room) -> None:
    """A log of format 5 is read as it is, and the first edit brings it up to date."""
    room.folder.mkdir()
    with closing(sqlite3.connect(room.folder / "takes.sqlite")) as connection:
        connection.executescript(OLD.read_text())
        for statements in FORMATS[1:FORMAT_BEFORE]:
            connection.executescript(statements)
        connection.execute(f"PRAGMA user_version = {FORMAT_BEFORE}")
        connection.commit()
    before = [room.rows(f"SELECT * FROM {table}") for table in LOGGED_TABLES]
    log = TakeLog(room.folder)
    assert log.edits() == []
    assert {(take.rating, take.name, take.moved_from) for take in log.takes()} == {(None, "", None)}
    assert room.rows("PRAGMA user_version") == [(FORMAT_BEFORE,)]

    write(room, EditKind.RATING, 4, take_id="a1")
    assert log.take("a1").summary.rating == 4
    assert [room.rows(f"SELECT * FROM {table}") for table in LOGGED_TABLES] == before
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]
    assert room.rows("PRAGMA integrity_check") == [("ok",)]
    assert room.rows("PRAGMA foreign_key_check") == []


def test_the_table_holds_undos_and_what_they_undo_together(room: Room) -> None:
    """An undo that undoes nothing, or an edit that undoes something, is refused."""
    fill(room)
    for kind, undoes in ((EditKind.UNDO, None), (EditKind.UNDO, "nothing"), (EditKind.NOTE, "x")):
        with pytest.raises(LogNotEditableError, match="cannot be written"):
            write(room, kind, "x", take_id="aa11", undoes=undoes)
    assert TakeLog(room.folder).edits() == []


@pytest.mark.parametrize(
    ("name", "session_id"),
    [("last", "s2"), ("s1", "s1"), ("2026-11-22", None), ("s", None), ("s3", ""), ("", "")],
)
def test_a_session_is_found_by_its_names(room: Room, name: str, session_id: str | None) -> None:
    """The last one, a day, the beginning of an id; several and none are told with a sentence."""
    room.write(room.session("s1"), room.session("s2"))
    log = TakeLog(room.folder)
    if session_id:
        assert log.session(name).id == session_id
    elif session_id is None:
        with pytest.raises(SessionAmbiguousError, match=r"any of 2 sessions: s1 .*, s2 "):
            log.session(name)
    else:
        with pytest.raises(SessionNotFoundError, match='say "last", its day as in 2026-11-22'):
            log.session(name)


KINDS = (EditKind.RATING, EditKind.NAME, EditKind.NOTE)
TAKES = ("aa11", "aa22")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(KINDS), st.sampled_from(TAKES), st.integers(0, 5)),
            st.tuples(st.just("undo"), st.integers(0, 30)),
        ),
        max_size=20,
    )
)
def test_what_counts_is_what_a_plain_list_of_edits_says(steps: list[tuple[Any, ...]]) -> None:
    """Random edits and undos: each counts unless an undo of it does, worked out one by one."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statements in FORMATS:
        connection.executescript(statements)
    written: list[LoggedEdit] = []
    for at_ns, (kind, *rest) in enumerate(steps):
        if kind == "undo":
            if not written:
                continue
            edit = undoing(written[rest[0] % len(written)])
        else:
            edit = Edit(kind, rest[1], take_id=rest[0])
        written.append(write_edit(connection, edit, Stamp(at_ns, "", "boot", True)))

    def does_count(edit: LoggedEdit) -> bool:
        return not any(does_count(undo) for undo in written if undo.undoes == edit.id)

    assert [not edit.is_undone for edit in all_edits(connection)] == [
        does_count(edit) for edit in written
    ]
    by_take = edits_module.edits_of_takes(connection, TAKES)
    for take_id in TAKES:
        values = {
            kind: [
                edit.value
                for edit in written
                if (edit.kind, edit.take_id) == (kind, take_id) and does_count(edit)
            ]
            for kind in KINDS
        }
        found = overlay(by_take.get(take_id, []))
        assert found.rating == (values[EditKind.RATING] or [None])[-1]
        assert found.notes == tuple(values[EditKind.NOTE])
    connection.close()


SONGS = ("Harbour", "Night Bus")
STEP = st.one_of(
    st.tuples(st.just("take"), st.sampled_from(SONGS)),
    st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from(SONGS)),
    st.tuples(st.just("next"), st.sampled_from(SONGS), st.integers(1, 12)),
    st.tuples(st.just("undo"), st.integers(0, 20)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=16))
def test_no_number_is_ever_used_twice(steps: list[tuple[Any, ...]]) -> None:
    """Whatever is recorded, moved, set and undone: two takes of a song never have had the same one."""
    room = Room(Path())
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statements in FORMATS:
        connection.executescript(statements)
    write_row(connection, Stamped(1, room.session(), room.stamps.now()))
    desk = Desk(connection, room.stamps.now())
    had: dict[tuple[str, int], str] = {}
    takes: list[str] = []
    for kind, *words in steps:
        edits = all_edits(connection)
        if kind == "take":
            number = next_number(connection, words[0])
            takes.append(f"t{len(takes)}")
            entry = room.take(takes[-1], words[0], number)
            write_row(connection, Stamped(1, entry, room.stamps.now()))
            connection.execute("UPDATE takes SET status = 'ended'")
        elif kind == "move" and takes:
            take_id, song = takes[words[0] % len(takes)], words[1]
            number = last_numbers(connection).get(song, 0) + 1
            with suppress(EditRefusedError):
                move(desk, take_id, song, number)
        elif kind == "next" and words[1] > last_numbers(connection).get(words[0], 0):
            desk.write(Edit(EditKind.NEXT_NUMBER, words[1], song=words[0]), "")
        elif kind == "undo" and edits:
            with suppress(EditRefusedError):
                undo_edit(connection, room.stamps.now(), edits[words[0] % len(edits)].number)
        for take in summaries(connection, takes):
            assert had.setdefault((take.song, take.number), take.id) == take.id
    connection.close()
