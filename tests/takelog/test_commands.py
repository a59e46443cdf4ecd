from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from countoff.core.entries import ClickRejoined, HowEnded
from countoff.core.section import Section
from countoff.core.song import Song, free_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.stamps import Stamp

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

FIRMWARE = Path(__file__).parents[2] / "firmware"


class Unsure:
    """The stamps of a box whose clock nobody has set."""

    def stamp(self, at_ns: int) -> Stamp:
        """Return the one label there is."""
        return Stamp(at_ns, "1970-01-01T00:00:07.000Z", "boot", clock_synchronised=False)

    def now(self) -> Stamp:
        """Return the same label."""
        return self.stamp(0)


def run(room: Room, *words: str) -> int:
    """Run a `takes` command on the room's folder as the default one; return the exit code."""
    parser = argparse.ArgumentParser(prog="countoff")
    add_takes_commands(parser.add_subparsers(required=True), lambda _config: room.folder)
    arguments = parser.parse_args(["takes", *words])
    code: int = arguments.run(arguments)
    return code


def fill(room: Room) -> None:
    """Write a session with all there is in it."""
    room.write(
        room.session(),
        room.press("p1", "aa11"),
        room.take("aa11", "Harbour", 1),
        room.rolled("aa11"),
        room.flag("f1", "aa11"),
        room.incident("i1", "aa11"),
        room.ended("aa11", bar=41),
        room.closed("aa11"),
        room.take("bb22", "Night [red]Bus\x1b[31m", 1),
    )


def test_list_is_a_table_with_a_row_for_each_take(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Number, song, start, status, bars, flags, incidents, verdict and id stand in one line."""
    fill(room)
    assert run(room, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if "Harbour" in line]
    for word in (
        *("T1", "2026-11-22T09:45:03.000Z", "ended", "41", "KEEP VERSE 2"),
        *("1", "CANNOT ANSWER", "aa11"),
    ):
        assert word in line
    assert "?" not in line


def test_a_song_is_printed_as_text_whatever_it_is_called(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither markup nor a terminal's control codes in a title are obeyed."""
    fill(room)
    for words in (["list"], ["show", "bb"]):
        assert run(room, *words) == 0
        printed = capsys.readouterr().out
        assert "Night [red]Bus\N{REPLACEMENT CHARACTER}[31m" in printed
        assert "\x1b" not in printed


def test_a_label_that_cannot_be_believed_carries_a_question_mark(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """The start of a take made while the clock was not synchronised is marked in the list."""
    room.stamps = Unsure()
    room.write(room.session(), room.take("t1"))
    assert run(room, "list") == 0
    assert "1970-01-01T00:00:07.000Z?" in capsys.readouterr().out
    assert run(room, "list", "--json") == 0
    (take,) = json.loads(capsys.readouterr().out)
    assert (take["started_utc"], take["clock_synchronised"]) == ("1970-01-01T00:00:07.000Z", False)


def test_list_can_be_of_one_song(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """--song leaves out the others; a song without takes is nothing found."""
    fill(room)
    assert run(room, "list", "--song", "harbour", "--json") == 0
    assert [take["id"] for take in json.loads(capsys.readouterr().out)] == ["aa11"]
    assert run(room, "list", "--song", "Nobody") == 1
    assert 'no take of "Nobody"' in capsys.readouterr().err


def test_a_take_that_ended_in_its_count_in_has_no_bars(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody plays -1 bars; JSON keeps the bar of the count-in."""
    cancelled = room.ended("aa11", -1, how=HowEnded.CANCELLED)
    room.write(room.session(), room.take("aa11"), cancelled, room.closed("aa11"))
    assert run(room, "list") == 0
    printed = capsys.readouterr().out
    assert "cancelled" in printed
    assert " -1 " not in printed
    assert run(room, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["last_bar"] == -1


def test_show_tells_all_that_belongs_to_a_take(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tempo and frames, what happened, flags, incidents and presses are all there."""
    fill(room)
    assert run(room, "show", "harbour:1") == 0
    printed = capsys.readouterr().out
    for words in (
        *("T1  Harbour", "113.7 BPM, 4/4, count-in 2 bars", "frame 203622", "rolled", "ring out"),
        *("KEEP", "bar 7, beat 2", "VERSE 2", "lost 128 frames", "roll", "take 1"),
    ):
        assert words in printed


def test_show_names_the_stream_of_each_frame(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """A take that went on on another stream: where its bar 1 lies on that one, and at which rate."""
    fill(room)
    room.write(ClickRejoined("aa11", room.tick(), 2, 44_100, 511, 9, 3, -700_123, 4_000_000_000))
    assert run(room, "show", "harbour:1") == 0
    printed = capsys.readouterr().out.splitlines()
    assert any("HAPPENED" in line and "STREAM" in line for line in printed)
    (rejoined,) = (line.split() for line in printed if "rejoined" in line)
    wanted = "2 511 bar 9, beat 3 44100 Hz, bar 1 at frame -700123"
    assert " ".join(rejoined).endswith(wanted)
    assert run(room, "show", "harbour:1", "--json") == 0
    event = json.loads(capsys.readouterr().out)["events"][-1]
    assert (event["event"], event["epoch"], event["bar1_frame"]) == ("rejoined", 2, -700_123)


def test_show_as_json_is_one_flat_object(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary's fields stand beside the lists of all that belongs to the take."""
    fill(room)
    assert run(room, "show", "aa", "--json") == 0
    take = json.loads(capsys.readouterr().out)
    assert (take["song"], take["number"], take["tempo"], take["last_bar"]) == (
        *("Harbour", 1, "113.7", 41),
    )
    assert [event["event"] for event in take["events"]] == ["started", "rolled", "ended", "closed"]
    assert take["flags"][0]["section"] == "VERSE 2"
    assert take["incidents"][0]["kind"] == "underrun"
    assert take["presses"][0]["did"] == "take 1"


def test_list_and_show_tell_how_a_take_was_played(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """From where, at which tempo and which is written, looped, how loud; nothing of it if as usual."""
    song = room.take("none").chart.scaled(Fraction(93, 92))
    looped = room.take(
        "cc33", number=2, chart=song.looping(1), tempo_ratio=Fraction(93, 92), is_looped=True
    )
    room.write(room.session(), room.take("aa11"), looped)
    room.write(room.take("dd44", number=3, click_level_db=None))
    assert run(room, "list") == 0
    plain, other, _ = (line for line in capsys.readouterr().out.splitlines() if "Harbour" in line)
    assert "Bridge bar 33 looped" in other
    assert "114.936 (113.7)" in other
    assert "(113.7)" not in plain
    assert "bar 1" not in plain
    assert run(room, "show", "cc") == 0
    shown = capsys.readouterr().out
    assert "114.936 BPM, written as 113.7, 4/4" in shown
    assert "Bridge bar 33 looped" in shown
    assert "0 dB" in shown
    assert run(room, "show", "dd") == 0
    assert "muted" in capsys.readouterr().out


def test_a_tempo_is_told_in_the_note_that_its_song_names(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """58 dotted quarters, as the screen has it, and not 87 quarters, which are for programs."""
    section = Section(
        "", 8, (TempoSpan(0, Tempo(Fraction(87))),), Meter(6, 8), (3, 3), beat_ticks=1440
    )
    written, ratio = Song("Harbour", (section,)), Fraction(59, 58)
    nudged = written.scaled(ratio)
    room.write(room.session(), room.take("aa11", chart=written))
    room.write(room.take("bb22", number=2, chart=nudged, tempo_ratio=ratio))
    assert run(room, "list") == 0
    listed = capsys.readouterr().out
    assert "dotted quarter = 58 " in listed
    assert "dotted quarter = 59 (58)" in listed
    assert run(room, "show", "bb") == 0
    assert "dotted quarter = 59, written as 58, 6/8" in capsys.readouterr().out
    assert run(room, "show", "bb", "--json") == 0
    take = json.loads(capsys.readouterr().out)
    assert (take["tempo"], take["written_tempo"], take["told_note_ticks"]) == ("88.5", "87", 1440)


def test_a_list_in_a_narrow_terminal_can_be_read(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """80 columns: no word is cut; what all takes have alike or none has stands not in each line."""
    monkeypatch.setattr(
        "countoff.takelog.tables._console",
        lambda: Console(width=80, force_terminal=True, color_system=None, highlight=False),
    )
    chart = room.take("none").chart.looping(1)
    room.write(
        room.session(),
        room.take("aa11bb22-1"),
        room.take("cc11", chart=chart, is_looped=True),
        room.position("cc11", 40),
    )
    assert run(room, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    heading = next(line for line in lines if "TAKE" in line).split()
    assert heading == ["TAKE", "SONG", "AT", "UTC", "STATUS", "FROM", "TEMPO", "BARS", "ID"]
    printed = "\n".join(lines)
    for words in ("2026-11-22", "09:45:03", "09:45:04", "counting in", "Bridge bar 33", "aa11bb22"):
        assert words in printed
    assert printed.count("2026-11-22") == 1
    assert printed.count("CANNOT ANSWER") == 1
    assert "…" not in printed


def test_the_chart_of_a_take_can_be_printed(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is a song file as it stands, and nothing else."""
    room.write(room.session(), room.take("aa11"))
    assert run(room, "show", "aa", "--chart") == 0
    chart = tomllib.loads(capsys.readouterr().out)
    assert chart["title"] == "Harbour"
    assert [section["name"] for section in chart["section"]] == ["Verse", "Bridge", "Chorus"]
    assert run(room, "show", "aa", "--json") == 0
    assert tomllib.loads(json.loads(capsys.readouterr().out)["chart"]) == chart


def test_a_song_without_tempo_is_told_in_minutes(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """There are no bars and no tempo to tell: `1:22` stands where they would."""
    take = room.take("aa11", "Air", chart=free_song("Air"))
    room.at_ns = take.bar1_ns + 80_000_000_000
    flag = replace(room.flag("f1", "aa11"), bar=0, beat=0, section="")
    ended = replace(room.ended("aa11", 0), beat=0)
    room.write(room.session(), take, flag, ended, room.closed("aa11"))
    assert run(room, "list") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "Air" in line]
    assert "1:22" in line
    assert "KEEP 1:21" in line
    assert run(room, "show", "aa") == 0
    shown = capsys.readouterr().out
    assert "no click and no bars" in shown
    assert "bar 0" not in shown
    assert run(room, "list", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["last_bar"], told["elapsed_s"], told["flags"][0]["elapsed_s"]) == (None, 82, 81)


def test_exit_codes_mean_something(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """1 nothing found, 2 wrong use, 3 a log that cannot be read; one sentence on stderr each."""
    for words in (["list"], ["show", "1"]):
        assert run(room, *words) == 1
    fill(room)
    assert run(room, "show", "9") == 1
    assert run(room, "show", "1") == 2
    (room.folder / "takes.sqlite").write_bytes(b"garbage" * 1000)
    for words in (["list"], ["show", "1"], ["list", "--json"]):
        assert run(room, *words) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 7
    with pytest.raises(SystemExit, match="2"):
        run(room, "shwo", "1")


def test_json_of_nothing_is_still_json(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that reads the list gets an empty one, and the exit code says so."""
    assert run(room, "list", "--json") == 1
    assert json.loads(capsys.readouterr().out) == []


def test_another_folder_can_be_named(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """--folder is read instead of the default, which is then not even asked for."""
    fill(room)

    def no_default(_config: Path | None) -> Path:
        raise AssertionError

    parser = argparse.ArgumentParser()
    add_takes_commands(parser.add_subparsers(required=True), no_default)
    arguments = parser.parse_args(["takes", "list", "--folder", str(room.folder)])
    assert arguments.run(arguments) == 0
    assert "Harbour" in capsys.readouterr().out


def test_the_daemon_does_not_pay_for_tables(room: Room) -> None:
    """Neither the writer nor the commands' parsers nor JSON load rich."""
    fill(room)
    program = (
        "import argparse, pathlib, sys\n"
        "import countoff.takelog.writer, countoff.takelog.recovery\n"
        "from countoff.takelog.commands import add_takes_commands\n"
        "parser = argparse.ArgumentParser()\n"
        "add_takes_commands(parser.add_subparsers(), lambda _config: pathlib.Path(sys.argv[1]))\n"
        "arguments = parser.parse_args(['takes', 'list', '--json'])\n"
        "assert arguments.run(arguments) == 0\n"
        "assert not {'rich', 'numpy', 'pydantic'} & set(sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(room.folder)],
        env={**os.environ, "PYTHONPATH": str(FIRMWARE)},
        check=True,
        capture_output=True,
    )
