from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.export.recordings.bwf import RATE_HZ, write_sparse
from tests.export.recordings.logged_day import (
    BAR1_AFTER_MS,
    DAY,
    MICROPHONES,
    ROLLS_AFTER_MS,
    write_log,
    write_recordings,
)

from countoff.export.recordings.command import add_recordings_command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """Give a folder with a day's log and its recordings."""
    write_log(tmp_path / "log")
    write_recordings(tmp_path / "audio")
    return tmp_path


def run(studio: Path, *words: str, audio: str = "audio") -> int:
    """Run the command on the studio's recordings; return the exit code."""
    parser = argparse.ArgumentParser(prog="countoff")
    add_recordings_command(parser.add_subparsers(required=True), lambda _config: studio / "log")
    arguments = parser.parse_args(["recordings", str(studio / audio), *words])
    code: int = arguments.run(arguments)
    return code


def answer(studio: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Return what the command prints as JSON."""
    assert run(studio, "--json", *words) == 0
    return json.loads(capsys.readouterr().out)


def test_every_file_is_placed_against_bar_1(
    studio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each track of each take is there, and bar 1 lies on its frame, by the DAW's own time code."""
    found = answer(studio, capsys)

    assert [(take["song"], take["number"], take["pass"]) for take in found["takes"]] == [
        ("Harbour", take.number, f"P{take.number}") for take in DAY
    ]
    bar1_frame = (BAR1_AFTER_MS - ROLLS_AFTER_MS) * RATE_HZ // 1000
    for take in found["takes"]:
        assert {track["name"] for track in take["tracks"]} == {*MICROPHONES, "OH"}
        assert (take["bar1_from"], take["bar1_within_ms"]) == ("timeline", 10)
        for track in take["tracks"]:
            sides = ["L", "R"] if track["name"] == "OH" else [""]
            assert [each["side"] for each in track["recordings"]] == sides
        # The tracks were written a frame apart each, in the microphones' order.
        first = {t["name"]: t["recordings"][0]["bar1_offset_frames"] for t in take["tracks"]}
        assert [first[name] for name in MICROPHONES] == [
            later - bar1_frame for later in range(len(MICROPHONES))
        ]
    assert (found["missing"], found["extra"], found["open"]) == ([], [], [])


def test_the_table_has_passes_beside_takes(
    studio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every pass and take stands in it, and each doubt under it."""
    assert run(studio) == 0
    printed = capsys.readouterr().out

    for take in DAY:
        assert f"P{take.number} " in printed
        assert f"T{take.number} " in printed
    assert "5 of 5 takes have their recordings." in printed
    assert "T1 of Harbour and T4 of Harbour are equally long" in printed


def test_a_lost_pass_leaves_its_take_missing(
    studio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named in the table, in JSON and in a sentence."""
    write_recordings(studio / "less", without=2)
    assert run(studio, audio="less") == 0
    printed = capsys.readouterr().out

    assert "MISSING" in printed
    assert "T2 of Harbour (RECORDED, 3:07.0) is missing" in printed


def test_somebody_may_say_what_a_pass_is(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By number, by song and number, or as none; what was said is marked."""
    found = answer(
        studio, capsys, "--match", "P1=harbour:4", "--match", "p4=none", "--match", "2=cc02"
    )

    by_number = {take["number"]: (take["pass"], take["by_hand"]) for take in found["takes"]}
    assert by_number == {2: ("P2", True), 3: ("P3", False), 4: ("P1", True), 5: ("P5", False)}
    assert found["extra"] == ["P4"]


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        ("P3", "is not PASS=TAKE"),
        ("P3=", "is not PASS=TAKE"),
        ("P3=Harbor:3", 'Did you mean "Harbour:3"?'),
        ("P3=cc", "may be any of"),
        ("P9=3", "there are P1 to P5"),
    ],
)
def test_what_was_said_wrongly_is_refused(
    studio: Path, capsys: pytest.CaptureFixture[str], match: str, sentence: str
) -> None:
    """A sentence names what was wrong, and what there is."""
    assert run(studio, "--match", match) == 2
    assert sentence in capsys.readouterr().err


def test_a_pass_or_a_take_is_said_once(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two answers for one of them are refused."""
    assert run(studio, "--match", "P1=1", "--match", "P1=2") == 2
    assert run(studio, "--match", "P1=1", "--match", "P2=1") == 2
    assert "a take has one" in capsys.readouterr().err


def test_nothing_found_is_said(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No folder is wrong use; no recording, no session and no log is nothing found."""
    (studio / "empty").mkdir()
    (studio / "empty" / "Broken_01.wav").write_bytes(b"no sound")

    assert run(studio, audio="nowhere") == 2
    assert "is not there" in capsys.readouterr().err
    assert run(studio, audio="empty") == 1
    said = capsys.readouterr().err
    assert "Broken_01.wav is left out" in said
    assert "There is no recording in" in said
    assert "missing" not in said
    assert run(studio, "--session", "2020-01-01") == 1
    assert run(studio, "--folder", str(studio / "empty")) == 1
    (studio / "log" / "takes.sqlite").write_bytes(b"no log" * 999)
    assert run(studio) == 3


def test_nothing_is_written_to_recordings(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names, times and headers of all files are as before, and no file was added."""

    def state() -> dict[str, tuple[int, int, bytes]]:
        found = {}
        for file in (studio / "audio").iterdir():
            with file.open("rb") as opened:
                found[file.name] = (file.stat().st_mtime_ns, file.stat().st_size, opened.read(2000))
        return found

    before = state()
    answer(studio, capsys)

    assert state() == before
    assert len(before) == 5 * (len(MICROPHONES) + 2)


def test_names_are_printed_as_text(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file cannot move the cursor or set a colour by its name."""
    write_sparse(studio / "audio" / "[red]\x1b[2J_09.wav", 48_000, 48_000, "2026-11-22 15:00:00")
    assert run(studio) == 0
    printed = capsys.readouterr().out

    assert "\x1b" not in printed
    assert "[red]?[2J alone" in printed
