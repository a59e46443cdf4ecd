"""`countoff config` says what is wrong and what is in force, and its exit codes mean it."""

from __future__ import annotations

import argparse
import json
import tomllib
from typing import TYPE_CHECKING

from countoff.config.commands import add_config_commands
from countoff.config.load import load
from countoff.config.model import Config

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def run(*words: str) -> int:
    """Run `countoff config` with `words` and return its exit code."""
    parser = argparse.ArgumentParser()
    add_config_commands(parser.add_subparsers())
    arguments = parser.parse_args(["config", *words])
    code: int = arguments.run(arguments)
    return code


def test_check_names_faults_of_configuration_and_songs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every fault of the file and of the songs beside it is printed, and the exit code is 1."""
    path = tmp_path / "countoff.toml"
    path.write_text("[audio]\nchannels = 0\n")
    songs = tmp_path / "songs"
    songs.mkdir()
    (songs / "a.toml").write_text('title = "A"\ntempo = 0\n')

    assert run("check", str(path)) == 1
    said = capsys.readouterr().out
    assert "audio.channels = 0 is not allowed" in said
    assert "tempo = 0 is not allowed" in said
    assert "2 faults" in said


def test_check_names_a_sound_that_cannot_be_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A WAV file is looked for beside the configuration, and named once where it is not there."""
    path = tmp_path / "countoff.toml"
    path.write_text('[click]\naccent = "sounds/high.wav"\nbeat = "sounds/high.wav"\n')

    assert run("check", str(path)) == 1
    said = capsys.readouterr().out
    assert f"{tmp_path / 'sounds' / 'high.wav'} cannot be heard: there is no such file" in said
    assert "1 fault in" in said


def test_check_of_a_right_file_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without a fault ends with exit code 0 and says so."""
    path = tmp_path / "countoff.toml"
    path.write_text("[audio]\nchannels = 4\n")

    assert run("check", str(path)) == 0
    assert capsys.readouterr().out.startswith("No fault in")


def test_show_prints_a_file_that_means_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `show` prints can be saved and loaded, and gives the same configuration."""
    path = tmp_path / "countoff.toml"
    path.write_text(
        '[audio]\nchannels = 3\n[click]\naccent = "stick"\nlevels = { beat = "off" }\n'
        '[[click.output]]\nname = "drummer"\nchannels = [1, 2]\n[[click.output]]\nchannels = [3]\n'
        'level = -6\n[click.output.levels]\nsubdivision = "off"\n[pedals.map.roll.rolling]\npress = "marker"\n'
        '[songs]\nset_list = ["A song with a name that is far longer than a sentence quotes", "B"]\n'
    )

    assert run("show", str(path)) == 0
    said = capsys.readouterr().out
    assert "# file: at the edge" in said
    saved = tmp_path / "saved.toml"
    saved.write_text(said)
    assert load(saved).config == load(path).config


def test_show_of_the_defaults_is_the_defaults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The printed defaults are valid TOML and hold nothing but defaults."""
    path = tmp_path / "countoff.toml"
    path.write_text("")

    assert run("show", str(path)) == 0
    assert Config.model_validate(tomllib.loads(capsys.readouterr().out)) == Config()


def test_json_names_the_origin_of_each_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON each key has its value and where it comes from."""
    path = tmp_path / "countoff.toml"
    path.write_text("[daw]\nlead_ms = 700\n")

    assert run("show", str(path), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["values"]["daw.lead_ms"] == {"value": 700, "from": "file"}
    assert report["values"]["daw.locate"] == {"value": "fresh", "from": "default"}


def test_json_names_the_origin_of_each_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outputs are counted from 1, and each key of each has its value and where it comes from."""
    path = tmp_path / "countoff.toml"
    path.write_text("[[click.output]]\nchannels = [2]\n")

    assert run("show", str(path), "--json") == 0
    values = json.loads(capsys.readouterr().out)["values"]
    assert values["click.output[1].channels"] == {"value": [2], "from": "file"}
    assert values["click.output[1].levels.beat"] == {"value": 0, "from": "default"}
    assert "click.output" not in values
