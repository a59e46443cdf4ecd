"""What the DAW has said of a take: kept with it, read back, and shown; also of a log from before."""

from __future__ import annotations

import argparse
import sqlite3
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.core.daw import DawPlace, KnownFrom, Verdict
from countoff.core.entries import (
    CountInMoved,
    DawAnswered,
    DawPlaced,
    TakeJudged,
    TakeStarted,
)
from countoff.core.tempo import BarBeat
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.formats import FORMATS
from countoff.takelog.reader import TakeLog
from countoff.takelog.recent import RecentTakes
from countoff.takelog.recovery import recover

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

    from countoff.core.entries import Entry

OLD = Path(__file__).with_name("format_1.sql")


def answered_take(room: Room, take_id: str = "a", number: int = 1) -> TakeStarted:
    """Return a take of a DAW that can answer."""
    plain = room.take(take_id, number=number)
    values = {name: getattr(plain, name) for name in plain.__slots__}
    return TakeStarted(**{**values, "daw_can_answer": True})


def whole_take(room: Room, verdict: Verdict, gap: BarBeat | None = None) -> list[Entry]:
    """Return the entries of a take that was confirmed, moved, placed and judged."""
    started = answered_take(room)
    moved = CountInMoved("a", room.tick(), 2, 44_100, 2_000, 90_000, 777, 888)
    place = DawPlace(Fraction(1204500, 1000), KnownFrom.TIME_CODE)
    return [
        started,
        moved,
        DawAnswered("a", room.tick(), 37_400_000),
        DawPlaced("a", room.tick(), place),
        room.rolled("a"),
        room.ended("a"),
        room.closed("a"),
        TakeJudged("a", room.tick(), verdict, gap, proves_arming=False),
    ]


def show(room: Room, *words: str) -> None:
    """Run `countoff takes` with these words."""
    parser = argparse.ArgumentParser()
    add_takes_commands(parser.add_subparsers(), lambda _config: room.folder)
    arguments = parser.parse_args(["takes", *words])
    assert arguments.run(arguments) == 0


def test_all_that_the_daw_said_is_read_back(room: Room) -> None:
    """The row says where the count-in lies now, the verdict, the delay, and the place."""
    room.write(*whole_take(room, Verdict.RECORDED))
    detail = TakeLog(room.folder).take("a")
    assert detail.summary.verdict == "RECORDED"
    assert (detail.sample_rate_hz, detail.epoch) == (44_100, 2)
    assert (detail.first_click_frame, detail.bar1_frame) == (2_000, 90_000)
    assert (detail.first_click_ns, detail.bar1_ns) == (777, 888)
    assert (detail.roll_delay_ns, detail.daw_bar1_s) == (37_400_000, 1204.5)
    assert (detail.daw_bar1_from, detail.proves_arming) == ("time_code", False)
    assert [event.event for event in detail.events] == [
        *("started", "moved", "answered", "placed", "rolled", "ended", "closed", "judged"),
    ]


@pytest.mark.parametrize(
    ("verdict", "gap", "said"),
    [
        (Verdict.RECORDED, None, "RECORDED"),
        (Verdict.NOT_SEEN, None, "NOT SEEN"),
        (Verdict.GAP, BarBeat(12, 3), "GAP BAR 12"),
        (Verdict.GAP, BarBeat(-1, 1), "GAP COUNT-IN"),
    ],
)
def test_lists_name_the_verdict(
    room: Room, verdict: Verdict, gap: BarBeat | None, said: str
) -> None:
    """In the words of the screen; the panel's list has the same."""
    entries = whole_take(room, verdict, gap)
    room.write(*entries)
    assert TakeLog(room.folder).takes()[0].verdict == said
    recent = RecentTakes([])
    for entry in entries:
        recent.take_in(entry)
    assert recent.takes[0]["verdict"] == said


def test_a_running_take_has_no_verdict_yet(room: Room) -> None:
    """Nothing is said of it before it is over."""
    room.write(answered_take(room), room.rolled("a"))
    assert TakeLog(room.folder).takes()[0].verdict == ""


def test_show_says_what_is_not_proven_and_where_it_lies(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """RECORDED, though nobody knows of armed tracks; its place and the DAW's delay."""
    room.write(*whole_take(room, Verdict.RECORDED))
    show(room, "show", "a")
    printed = capsys.readouterr().out
    assert "RECORDED: the DAW said so; whether a track was armed, it cannot say" in printed
    assert "bar 1 at 0:20:04.500, by its time code" in printed
    assert "37.4 ms after" in printed


def test_what_was_interrupted_is_seen_up_to_its_last_bar(room: Room) -> None:
    """A power cut in bar 7 of a take that the DAW had confirmed: GAP BAR 7; of others, NOT SEEN."""
    room.write(
        *(answered_take(room), room.rolled("a"), DawAnswered("a", room.tick(), None)),
        room.position("a", 7),
    )
    recover(room.folder, room.stamps, "run 2")
    room.write(answered_take(room, "b", 2), room.rolled("b"), room.position("b", 3))
    recover(room.folder, room.stamps, "run 3")
    assert [take.verdict for take in TakeLog(room.folder).takes()] == ["GAP BAR 7", "NOT SEEN"]


def test_a_log_from_before_keeps_its_events_and_says_that_no_daw_could_answer(room: Room) -> None:
    """Every event of the old file is in the new table, and its takes are of a DAW without an answer."""
    room.folder.mkdir()
    connection = sqlite3.connect(room.folder / "takes.sqlite")
    connection.executescript(OLD.read_text())
    for statements in FORMATS[1:4]:
        connection.executescript(statements)
    connection.execute("PRAGMA user_version = 4")
    connection.commit()
    before = connection.execute("SELECT * FROM take_events ORDER BY entry").fetchall()
    connection.close()

    assert {take.verdict for take in TakeLog(room.folder).takes()} == {"CANNOT ANSWER"}
    room.write(room.press("p9"))
    assert room.rows("SELECT * FROM take_events ORDER BY entry") == before
    assert room.rows("SELECT DISTINCT verdict, daw_can_answer, began_at_daw FROM takes") == [
        ("not_seen", 0, 0)
    ]
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]
    assert room.rows("PRAGMA integrity_check") == [("ok",)]
    assert room.rows("PRAGMA foreign_key_check") == []


def test_a_word_of_a_take_that_the_log_does_not_hold_is_kept_beside_it(room: Room) -> None:
    """It belongs to a file that is lost: nothing is raised, nothing else refused."""
    room.write(
        TakeJudged("nobody", room.tick(), Verdict.RECORDED, None, proves_arming=True),
        room.press("p1"),
    )
    assert len(room.rows("SELECT * FROM presses")) == 1
