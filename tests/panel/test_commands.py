from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import ActionAsked, PedalMoved, SongAsked
from countoff.panel.commands import add_panel_commands

if TYPE_CHECKING:
    from pathlib import Path

    from tests.panel.conftest import ScriptedBox

HOLD_NS = 2_100_000_000


def run(*words: str) -> int:
    """Run a command line and return its exit code."""
    parser = argparse.ArgumentParser()
    add_panel_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments)
    return code


def test_press_a_pedal(box: ScriptedBox) -> None:
    """`countoff press roll` steps on the pedal."""
    assert run("press", "roll", "--socket", str(box.path)) == 0

    assert box.presses()[0] == ("roll", True)


def test_hold_a_pedal(box: ScriptedBox) -> None:
    """`--hold` is how long the foot stays down."""
    assert run("press", "keeper", "--hold", "0.02", "--socket", str(box.path)) == 0

    down = box.posted[0]
    assert isinstance(down, PedalMoved)
    assert down.is_down


def test_ask_for_an_action(box: ScriptedBox) -> None:
    """An action that is no pedal is asked for by name."""
    assert run("press", "no_good", "--socket", str(box.path)) == 0

    asked = box.posted[0]
    assert isinstance(asked, ActionAsked)
    assert asked.action == "no_good"


def test_an_unknown_action(box: ScriptedBox, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped action is one sentence with the nearest guess, and nothing is pressed."""
    assert run("press", "rol", "--socket", str(box.path)) == 2

    assert 'Did you mean "roll"?' in capsys.readouterr().err
    assert box.posted == []


def test_an_action_cannot_be_held(box: ScriptedBox, capsys: pytest.CaptureFixture[str]) -> None:
    """A hold is for feet."""
    assert run("press", "stop", "--hold", "1", "--socket", str(box.path)) == 2

    assert '"stop" cannot be held' in capsys.readouterr().err
    assert box.posted == []


@pytest.mark.parametrize("hold", ["-1", "31", "nan", "long"])
def test_a_hold_has_bounds(hold: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A hold that is no number of seconds is refused with what was allowed."""
    with pytest.raises(SystemExit) as leaving:
        run("press", "roll", f"--hold={hold}")

    assert leaving.value.code == 2
    assert "0 to 30 seconds" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("press", "roll"), ("status",), ("status", "--json")])
def test_no_daemon(
    words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no daemon answers, the sentence says where it was looked for."""
    path = folder / "nobody.sock"

    assert run(*words, "--socket", str(path)) == 3

    assert f"No Countoff is running: nothing listens at {path}." in capsys.readouterr().err


def test_the_configuration_names_the_socket(box: ScriptedBox, folder: Path) -> None:
    """`--config FILE` finds the daemon that runs on that file."""
    file = folder / "countoff.toml"
    file.write_text(f'[unit]\nsocket = "{box.path}"\n')

    assert run("press", "song", "--config", str(file)) == 0

    assert box.presses()[0] == ("song", True)


def test_status_as_json(box: ScriptedBox, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints everything, as it came."""
    assert run("status", "--json", "--socket", str(box.path)) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["phase"] == "idle"
    assert printed.keys() == box.status().keys()


@pytest.mark.parametrize(
    ("title", "section", "said"),
    [
        ("Long Way Down", "", "Long Way Down  113.7 BPM  4/4"),
        ("Long Way Down", "Chorus", "Long Way Down  113.7 BPM  4/4  from Chorus Bar 17"),
        ("Low Tide", "", "Low Tide  no click"),
    ],
)
def test_status_says_what_is_played(
    box: ScriptedBox, capsys: pytest.CaptureFixture[str], title: str, section: str, said: str
) -> None:
    """The song with its tempo, or without one, and where takes begin."""
    box.take_in(SongAsked(box.now_ns(), title, section, is_looped=False, source="panel"))

    assert run("status", "--socket", str(box.path)) == 0

    assert said in capsys.readouterr().out


def test_status_for_people(box: ScriptedBox, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary names the song, the light, the parts and the takes."""
    box.takes = (
        {
            "id": "1",
            "song": "Ember",
            "number": 7,
            "status": "ended",
            "how": "ended",
            "start_bar": 1,
            "is_looped": False,
            "bars": 31,
            "elapsed": "",
            "flags": [
                {"kind": "keeper", "bar": 3, "elapsed": "", "section": "", "whole_take": True}
            ],
            "incidents": 1,
        },
    )

    assert run("status", "--socket", str(box.path)) == 0

    printed = capsys.readouterr().out
    for words in ("Long Way Down", "113.7 BPM", "idle, take 1 is next", "OFF", "DAW"):
        assert words in printed
    for words in ("T7", "Ember", "31 bars", "keeper", "1 incident", "all 12 entries on disk"):
        assert words in printed
