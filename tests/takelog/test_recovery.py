from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import HowEnded
from countoff.takelog.recovery import Recovered, recover
from countoff.takelog.stamps import Stamp

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

HOUR_NS = 3_600_000_000_000
GROWING = re.compile(
    r"(takes|t|take_events|take_positions|p|flags|incidents|i|presses|certificates|c|tempo_changes"
    r"|click_levels)\b"
)


class Later:
    """The stamps of another moment: of this boot or the next one."""

    def __init__(self, at_ns: int, at_utc: str, boot_id: str) -> None:
        self._stamp = Stamp(at_ns, at_utc, boot_id, clock_synchronised=False)

    def stamp(self, at_ns: int) -> Stamp:
        """Return the moment with another host time."""
        return replace(self._stamp, at_ns=at_ns)

    def now(self) -> Stamp:
        """Return the moment."""
        return self._stamp


def test_no_log_is_a_first_start(room: Room) -> None:
    """Nothing is found, nothing is wrong, and nothing is made."""
    assert recover(room.folder, room.stamps, "run 1") == Recovered()
    assert not room.folder.exists()


def test_a_log_without_a_session_is_a_first_start(room: Room) -> None:
    """A daemon that was only switched on leaves nothing to continue."""
    room.write()
    assert recover(room.folder, room.stamps, "run 1") == Recovered()


def test_open_takes_become_interrupted_where_they_were_last_seen(room: Room) -> None:
    """Each open state is closed as interrupted, once, with its place; ended takes stay as they are."""
    room.write(
        room.session(),
        *(room.take("t1"), room.rolled("t1"), room.ended("t1", bar=33), room.closed("t1")),
        *(room.take("t2", number=2), room.rolled("t2"), room.position("t2", 21, beat=3)),
        *(room.take("t3", number=3), room.rolled("t3"), room.position("t3", 39)),
        room.ended("t3", bar=40),
        room.take("t4", number=4),
        *(room.take("t5", number=5), room.ended("t5", bar=0, how=HowEnded.CANCELLED)),
        *(room.take("t6", number=6), room.ended("t6", bar=2, how=HowEnded.FALSE_START)),
    )
    found = recover(room.folder, room.stamps, "run 7")
    assert [(take.id, take.last_bar, take.last_beat) for take in found.interrupted] == [
        ("t2", 21, 3),
        ("t3", 40, 1),
        ("t4", None, None),
    ]
    assert room.rows("SELECT id, status FROM takes ORDER BY entry") == [
        ("t1", "ended"),
        ("t2", "interrupted"),
        ("t3", "interrupted"),
        ("t4", "interrupted"),
        ("t5", "cancelled"),
        ("t6", "false_start"),
    ]
    told = room.rows(
        "SELECT take_id, status, bar, detail FROM take_events WHERE event = 'interrupted'"
        " ORDER BY entry"
    )
    detail = "found open at the start of run run 7"
    assert told == [
        ("t2", "interrupted", 21, detail),
        ("t3", "interrupted", 40, detail),
        ("t4", "interrupted", None, detail),
    ]
    assert recover(room.folder, room.stamps, "run 8").interrupted == ()


def test_numbers_go_on_over_all_sessions(room: Room) -> None:
    """The last number of each song is the highest ever used, false starts and all."""
    room.write(
        room.session("s1"),
        *(room.take(f"a{number}", "Anchor", number) for number in (1, 2, 7)),
        room.take("b1", "Buoy", 12),
        room.session("s2"),
        room.take("a8", "Anchor", 3, "s2"),
        room.take("e1", "", 1, "s2"),
    )
    found = recover(room.folder, room.stamps, "run 1")
    assert found.last_number_by_song == {"Anchor": 7, "Buoy": 12, "": 1}


def test_the_session_goes_on_with_its_latest_takes(room: Room) -> None:
    """The newest session is continued, and its last eight takes are known, oldest first."""
    room.write(room.session("s1"), room.take("old"), room.session("s2"))
    room.write(*(room.take(f"t{number}", "Anchor", number, "s2") for number in range(1, 11)))
    found = recover(room.folder, room.stamps, "run 1")
    assert (found.session_id, found.session_take_count) == ("s2", 10)
    assert [take.number for take in found.last_takes] == list(range(3, 11))
    assert {take.status for take in found.last_takes} == {"interrupted"}


@pytest.mark.parametrize(
    ("at_ns", "at_utc", "boot_id", "goes_on"),
    [
        (11 * HOUR_NS, "2026-11-22T20:45:00.000Z", "rehearsal", True),
        (13 * HOUR_NS, "2026-11-22T22:45:00.000Z", "rehearsal", False),
        # In the same boot host time decides, whatever became of the wall clock meanwhile.
        (1 * HOUR_NS, "2031-01-01T00:00:00.000Z", "rehearsal", True),
        (13 * HOUR_NS, "2026-11-22T09:46:00.000Z", "rehearsal", False),
        # After another boot only the label can; a clock that went back is a clock that was lost.
        (1, "2026-11-22T21:44:00.000Z", "another", True),
        (1, "2026-11-22T21:46:00.000Z", "another", False),
        (1, "1970-01-01T00:00:10.000Z", "another", True),
    ],
)
def test_a_session_goes_on_for_twelve_hours_after_its_last_entry(
    room: Room, at_ns: int, at_utc: str, boot_id: str, goes_on: bool
) -> None:
    """Less than 12 hours of silence is the same day's work, by the clock that can be believed."""
    room.write(room.session(), room.press("p1"))
    found = recover(room.folder, Later(at_ns, at_utc, boot_id), "run 1")
    assert found.session_id == ("s1" if goes_on else None)


def test_any_entry_keeps_a_session_alive(room: Room) -> None:
    """A press eight hours in counts, also when the session began long before."""
    room.write(room.session())
    room.at_ns = 8 * HOUR_NS
    room.write(room.press("p1"))
    later = Later(15 * HOUR_NS, "2026-11-23T00:45:00.000Z", "rehearsal")
    assert recover(room.folder, later, "run 1").session_id == "s1"


def test_finding_an_interrupted_take_keeps_no_session_alive(room: Room) -> None:
    """Starting up again and again is not work: the age is that of the last real entry."""
    room.write(room.session(), room.take("t1"))
    sooner = Later(11 * HOUR_NS, "2026-11-22T20:45:00.000Z", "rehearsal")
    assert recover(room.folder, sooner, "run 1").session_id == "s1"
    later = Later(13 * HOUR_NS, "2026-11-22T22:45:00.000Z", "rehearsal")
    assert recover(room.folder, later, "run 2").session_id is None


def test_a_damaged_log_does_not_stand_in_the_way(room: Room) -> None:
    """One sentence, an empty answer, and the file is left for the writer to set aside."""
    room.folder.mkdir()
    (room.folder / "takes.sqlite").write_bytes(b"garbage" * 1000)
    found = recover(room.folder, room.stamps, "run 1")
    assert found.fault is not None
    assert "cannot be read" in found.fault
    assert replace(found, fault=None) == Recovered()
    assert (room.folder / "takes.sqlite").read_bytes() == b"garbage" * 1000


def test_a_log_that_cannot_be_marked_is_still_read(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk may not be written, the numbers and the interrupted takes are known all the same."""

    def refuse(_folder: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    room.write(room.session(), room.take("t1", "Anchor", 4), room.position("t1", 9))
    monkeypatch.setattr("countoff.takelog.recovery.open_for_writing", refuse)
    found = recover(room.folder, room.stamps, "run 1")
    assert found.fault is not None
    assert "not marked" in found.fault
    assert found.session_id == "s1"
    assert found.last_number_by_song == {"Anchor": 4}
    (take,) = found.interrupted
    assert (take.status, take.last_bar) == ("interrupted", 9)
    assert found.last_takes == found.interrupted
    assert room.rows("SELECT status FROM takes") == [("counting_in",)]


def test_start_up_looks_at_no_more_takes_than_it_must(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every question start-up asks of the takes is answered along an index, never from end to end."""
    room.write(room.session(), room.take("t1"), room.rolled("t1"))
    asked: list[str] = []

    def listening(folder: object) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{folder}/takes.sqlite", isolation_level=None)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr("countoff.takelog.recovery.open_for_writing", listening)
    assert recover(room.folder, room.stamps, "run 1").fault is None
    questions = [sql for sql in asked if sql.startswith(("SELECT", "WITH", "UPDATE", "INSERT"))]
    assert len(questions) >= 8
    for question in questions:
        for *_, plan in room.rows(f"EXPLAIN QUERY PLAN {question}"):
            how, _, table = str(plan).partition(" ")
            if how in {"SCAN", "SEARCH"} and GROWING.match(table):
                # An automatic index is one that SQLite makes for the question: from end to end.
                assert how == "SEARCH", (question, plan)
                assert "USING" in table, (question, plan)
                assert "AUTOMATIC" not in table, (question, plan)
