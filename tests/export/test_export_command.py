"""`countoff export`: a session played by the real rules, written, and read by other programs."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import mido
import pytest

from countoff.export.command import add_export_command
from countoff.export.file_names import file_names
from countoff.export.formats import FORMATS
from countoff.rehearsal.commands import ALL_MET, add_rehearse_command
from countoff.takelog.commands import add_takes_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., int]

# Bars of a second. T1 has a chorus to be fixed, T2 of the same song keeps its verse; T1 of the other is free.
DAY = """
song "Night Bus" tempo 240 length 12 bars section "Intro" at bar 1 section "Verse" at bar 3
     section "Chorus" at bar 7
song file drone.toml
daw reaper without answer warn
at 1.0            press ROLL
bar 9.1           hold KEEPER 0.7 s
bar 12.4          see page rolling
after 3 s         press ROLL
after 0.5 s       press ROLL
bar 5.3           press KEEPER
bar 12.4          see page rolling
after 3 s         press ROLL
after 0.5 s       choose "Drone"
after 0.5 s       press ROLL
after 9 s         do stop
after 2 s         press KEEPER
""".replace("\n     section", " section")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the session once, and give its log's folder."""
    folder = tmp_path_factory.mktemp("day")
    script = folder / "day.session"
    script.write_text(DAY)
    (folder / "drone.toml").write_text('title = "Drone"\n')
    parser = argparse.ArgumentParser()
    add_rehearse_command(parser.add_subparsers())
    arguments = parser.parse_args(["rehearse", str(script), "--keep", str(folder / "kept")])
    assert arguments.run(arguments) == ALL_MET
    return folder / "kept"


@pytest.fixture
def export(day: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return what runs `countoff export` on that log, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser(prog="countoff")
        commands = parser.add_subparsers(required=True)
        add_export_command(commands, lambda _config: day)
        add_takes_commands(commands, lambda _config: day)
        arguments = parser.parse_args(["export", *words])
        code: int = arguments.run(arguments)
        return code

    return run


def test_a_comp_sheet_says_what_an_editor_needs(export: Run) -> None:
    """In one line, section by section with reasons, what is to be fixed, and every take."""
    assert export("--format", "comp-sheet", "--song", "night bus", "-o", "sheet.txt") == 0
    sheet = Path("sheet.txt").read_text()
    assert "NIGHT BUS\n" in sheet
    assert "Intro ← take 2, Verse ← take 2, Chorus ← take 2" in sheet
    assert "Master T2:" in sheet
    assert "T1    " in sheet
    assert "FIX bar 9" in sheet
    assert all(len(line) <= 80 for line in sheet.splitlines())


def test_a_folder_gets_a_file_for_each_song(
    export: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is made; what was written is said last."""
    assert export("--format", "midi", "-o", "songs/") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-2:] == ["songs/Night Bus.mid is written.", "songs/Drone.mid is written."]
    markers = [
        message.text
        for message in mido.MidiFile("songs/Night Bus.mid").tracks[0]
        if message.type == "marker"
    ]
    assert markers[:2] == ["T1 Night Bus", "T1 Intro"]
    assert "T1 FIX bar 9" in markers
    assert "T2 Verse [comp]" in markers


def test_nothing_is_written_over_unasked(export: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is anything else of the same export written then."""
    Path("tables").mkdir()
    Path("tables/flags.csv").write_text("mine")
    assert export("--format", "csv", "-o", "tables") == 2
    assert "tables/flags.csv is there already" in capsys.readouterr().err
    assert [file.name for file in Path("tables").iterdir()] == ["flags.csv"]
    assert export("--format", "csv", "-o", "tables", "--force") == 0
    rows = list(csv.DictReader(Path("tables/flags.csv").read_text().splitlines()))
    assert [(row["number"], row["kind"], row["bar"]) for row in rows] == [
        ("1", "fix_here", "9"),
        ("2", "keeper", "5"),
        ("1", "keeper", ""),
    ]


def test_json_holds_the_session_and_says_what_was_written(
    export: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are JSON: the file, and what the command prints."""
    assert export("--format", "json", "-o", "day.json", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["written"] == [
        {"path": "day.json", "songs": ["Night Bus", "Drone"], "take_count": 3}
    ]
    values = json.loads(Path("day.json").read_text())
    night, drone = values["songs"]
    assert [take["number"] for take in night["takes"]] == [1, 2]
    assert night["comp"]["pieces"][0]["section_indices"] == [0, 1, 2]
    assert drone["takes"][0]["is_free"]
    assert len(values["charts"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--song", "Night Bos"], 1, 'no take of a song "Night Bos". Did you mean "Night Bus"?'),
        (["--session", "2001-01-01"], 1, "2001-01-01"),
        (["--places", "3"], 2, "--places goes with --empty only."),
        (["--empty"], 2, "Say which song is to be recorded"),
        (["--empty", "--song", "x", "--session", "last"], 2, "--empty is before tracking"),
        (["--empty", "--song", "x", "--places", "96"], 2, "--places is 1 to 95"),
        (["--empty", "--song", "nowhere.toml"], 1, "There is no song file nowhere.toml."),
        (["--rate", "12"], 2, "--rate is 8000 to 768000 Hz"),
        (["--recordings", "."], 2, "midi holds no audio"),
    ],
)
def test_what_does_not_work_is_one_sentence(
    export: Run, capsys: pytest.CaptureFixture[str], words: list[str], code: int, sentence: str
) -> None:
    """With its exit code, and nothing is written."""
    assert export("--format", "midi", "-o", "day.mid", *words) == code
    assert sentence in capsys.readouterr().err
    assert not list(Path().iterdir())


def test_a_folder_that_cannot_be_made_is_named(
    export: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the last part of its path is made."""
    assert export("--format", "midi", "-o", "not/there/") == 2
    assert "not/there cannot be made: there is no folder not." in capsys.readouterr().err


def test_before_tracking_a_song_file_becomes_a_project(
    export: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tempo, meters and sections at each place; what holds takes is refused."""
    song = 'title = "Slow/Fast"\ntempo = 90\n[[section]]\nname = "A"\nbars = 8\n'
    song += 'meter = "7/8"\n[[section]]\nname = "B"\nbars = 4\n'
    Path("song.toml").write_text(song)
    words = ("--empty", "--song", "song.toml", "--places", "2")
    assert export("--format", "midi", "-o", "empty/", *words) == 0
    assert "Take N of the session is recorded at N times ten minutes" in capsys.readouterr().out
    track = mido.MidiFile("empty/Slow-Fast.mid").tracks[0]
    markers = [message.text for message in track if message.type == "marker"]
    assert markers == ["Take 1", "A", "B", "Take 2", "A", "B"]
    assert export("--format", "csv", "-o", "x", *words) == 2
    assert "This format holds takes" in capsys.readouterr().err


def test_what_is_ready_before_tracking_and_after_is_told_by_the_table() -> None:
    """Every format says what it is, and those of one song a file take no session."""
    for name, each in FORMATS.items():
        assert each.suffix.startswith(".")
        assert each.about
        assert name == name.lower()


def test_titles_become_file_names() -> None:
    """Of any signs, none of them hidden, none twice, none that leads elsewhere."""
    titles = ["A/B", "a-b", "..", "Ünder\n", "x" * 300, "", "CON: *?"]
    names = file_names(titles, ".mid")
    assert names[:4] == ["A-B.mid", "a-b (2).mid", "song.mid", "Ünder-.mid"]
    assert len(names[4]) == 124
    assert names[5] == "song (2).mid"
    assert "/" not in "".join(names)
