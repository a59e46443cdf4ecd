"""The certificate of a take in the log: written once, read back whole, told in words and as JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sqlite3
from typing import TYPE_CHECKING

from countoff.core.certificate import Certificate, Figures, Grade
from countoff.core.entries import HowEnded, TakeCertified
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.formats import FORMATS
from countoff.takelog.reader import TakeLog
from countoff.takelog.recent import RecentTakes
from countoff.takelog.recovery import recover
from countoff.takelog.schema import APPLICATION_ID

if TYPE_CHECKING:
    import pytest
    from tests.takelog.conftest import Room

FIGURES = Figures(
    rate_hz=48_000,
    rate_ppm=-12.5,
    frames_due=480_149,
    frames_delivered=480_000,
    frames_lost=149,
    gaps=1,
    blocks=3750,
    late_blocks=2,
    longest_wait_ms=5.8,
    longest_run_ms=0.412,
    server_xruns=3,
    underflow_flags=1,
    missed_clicks=4,
    epochs=(2, 3),
    fifo=True,
    memory_locked=False,
    midi_sent=240,
    midi_late=1,
    midi_not_sent=2,
    midi_worst_late_ms=1.25,
    midi_lateness=(200, 39, 0, 0, 0, 0, 1, 0, 0, 0),
    clock_ppm=-17.25,
    clock_uncertainty_ppm=0.5,
    clock_over_s=9.75,
)
GAP = Certificate(
    Grade.BY_COUNTERS,
    is_clean=False,
    words="1 GAP BAR 33",
    summary="1 gap of 3.1 ms at bar 33.2",
    notes=("The sound server reported 3 xruns.",),
    figures=FIGURES,
)
CLEAN = Certificate(Grade.BY_LOOPBACK, is_clean=True, words="CLICK CLEAN", summary="clean")


def certified(room: Room, take_id: str, certificate: Certificate) -> TakeCertified:
    """A take is certified."""
    return TakeCertified(take_id, room.tick(), certificate)


def a_day(room: Room) -> None:
    """Write three takes: one with a gap, one false start that was clean, and one from nowhere."""
    room.write(
        room.session(),
        room.take("aa11", "Harbour", 1),
        room.ended("aa11", bar=41),
        room.closed("aa11"),
        room.take("bb22", "Harbour", 2),
        certified(room, "aa11", GAP),
        room.ended("bb22", how=HowEnded.FALSE_START),
        room.closed("bb22"),
        certified(room, "bb22", CLEAN),
    )


def said(room: Room, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a `takes` command and return what it prints."""
    parser = argparse.ArgumentParser(prog="countoff")
    add_takes_commands(parser.add_subparsers(required=True), lambda _config: room.folder)
    arguments = parser.parse_args(["takes", *words])
    assert arguments.run(arguments) == 0
    return capsys.readouterr().out


def test_a_certificate_is_read_back_whole(room: Room) -> None:
    """Grade, words, summary, notes and every figure are as they were written."""
    a_day(room)
    read = TakeLog(room.folder).take("Harbour:1").certificate
    assert read is not None
    assert (read.grade, read.is_clean) == ("by counters", False)
    assert (read.words, read.summary, read.notes) == (GAP.words, GAP.summary, GAP.notes)
    assert read.figures == json.loads(json.dumps(dataclasses.asdict(FIGURES)))
    assert read.stamp.boot_id == "rehearsal"
    second = TakeLog(room.folder).take("Harbour:2").certificate
    assert second is not None
    assert (second.grade, second.is_clean, second.summary) == (
        "verified by loopback",
        True,
        "clean",
    )


def test_show_prints_it_in_full(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary with its grade, the notes, and the figures with their units."""
    a_day(room)
    shown = said(room, capsys, "show", "1")
    for words in (
        "Click: 1 gap of 3.1 ms at bar 33.2 (by counters).",
        "The sound server reported 3 xruns.",
        "480149 due, 480000 delivered, 149 lost; 1 gap",
        "3750, 2 late; longest wait 5.8 ms, longest run 0.4 ms",
        "3 reported by the server, 1 flagged by the API",
        "4 clicks",
        "FIFO yes, memory locked no",
        "-17.25 ppm against the host's, give or take 0.50, over 9.8 s",
        "corrected by -12.5 ppm",
        "240 sent, the latest by 1.25 ms, 2 never (200 to 0.02 ms, 39 to 0.05 ms, 1 to 2 ms)",
    ):
        assert words in shown
    whole = json.loads(said(room, capsys, "show", "1", "--json"))
    assert whole["certificate"]["summary"] == GAP.summary
    assert whole["certificate"]["figures"]["frames_lost"] == 149


def test_list_has_a_short_column(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """A take is CLEAN or says its worst fault, also in JSON."""
    a_day(room)
    first, second = (line for line in said(room, capsys, "list").splitlines() if "Harbour" in line)
    assert "1 GAP BAR 33" in first
    assert "CLEAN" in second
    clicks = [take["click"] for take in json.loads(said(room, capsys, "list", "--json"))]
    assert clicks == ["1 GAP BAR 33", "CLICK CLEAN"]


def test_an_interrupted_take_says_that_nobody_certified_it(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is found open at the next start gets a certificate that says so, once."""
    room.write(room.session(), room.take("aa11"), room.rolled("aa11"))
    assert "Click: there is no certificate of this take." in said(room, capsys, "show", "1")
    recover(room.folder, room.stamps, "run 2")
    recover(room.folder, room.stamps, "run 3")
    read = TakeLog(room.folder).take("1").certificate
    assert read is not None
    assert (read.grade, read.is_clean) == ("not certified", False)
    assert read.summary == "interrupted: not certified"
    assert "Click: interrupted: not certified.\n" in said(room, capsys, "show", "1")


def test_an_interrupted_take_keeps_a_certificate_that_it_has(room: Room) -> None:
    """A start is not stopped by one, and does not write over it."""
    room.write(room.session(), room.take("aa11"), certified(room, "aa11", GAP))
    assert recover(room.folder, room.stamps, "run 2").fault is None
    read = TakeLog(room.folder).take("1").certificate
    assert read is not None
    assert read.summary == GAP.summary


def test_a_take_is_certified_once(room: Room) -> None:
    """A second certificate is refused and kept beside the log; the first one stands."""
    room.write(
        room.session(),
        room.take("aa11"),
        certified(room, "aa11", GAP),
        certified(room, "aa11", CLEAN),
    )
    assert room.rows("SELECT summary FROM certificates") == [(GAP.summary,)]
    assert CLEAN.summary in (room.folder / "takes.refused.jsonl").read_text()


def test_a_certificate_does_not_need_its_take(room: Room) -> None:
    """In a file that was begun after the take, what was found out of it is kept all the same."""
    room.write(room.session(), certified(room, "zz99", GAP))
    assert room.rows("SELECT take_id, words FROM certificates") == [("zz99", "1 GAP BAR 33")]


def test_takes_of_an_older_log_have_none(room: Room) -> None:
    """A log of format 2 is brought up to date; its takes are said nothing of."""
    room.folder.mkdir()
    connection = sqlite3.connect(room.folder / "takes.sqlite")
    for statements in FORMATS[:2]:
        connection.executescript(statements)
    connection.executescript(
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 2;"
        " INSERT INTO sessions (id, at_ns, at_utc, boot_id, clock_synchronised)"
        " VALUES ('s1', 1, 'then', 'boot', 1);"
    )
    connection.close()
    room.write(room.take("aa11"), room.ended("aa11"), room.closed("aa11"))
    assert room.rows("PRAGMA user_version") == [(len(FORMATS),)]
    detail = TakeLog(room.folder).take("1")
    assert detail.certificate is None
    assert detail.summary.click == ""


def test_the_panels_list_follows(room: Room) -> None:
    """The takes of the front panel say it in three words as soon as it is there."""
    recent = RecentTakes(())
    recent.take_in(room.take("aa11"))
    assert recent.takes[0]["click"] == ""
    recent.take_in(certified(room, "aa11", GAP))
    assert recent.takes[0]["click"] == "1 GAP BAR 33"
    room.write(room.session(), room.take("aa11"), certified(room, "aa11", CLEAN))
    again = RecentTakes(TakeLog(room.folder).takes())
    assert again.takes[0]["click"] == "CLICK CLEAN"
