from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from countoff.cli import main

FIRMWARE = Path(__file__).parents[1] / "firmware"
COMMANDS = (
    *("run", "panel", "press", "status", "rehearse", "song", "render"),
    *("takes", "session", "config", "devices"),
)
# What the daemon has no use for, and what costs it time to be ready.
NOT_FOR_THE_DAEMON = ("rich", "textual", "sounddevice", "rtmidi", "jack", "luma", "gpiozero")


def test_every_command_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """`countoff --help` names each command with a line on it."""
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    assert left.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    for command in COMMANDS:
        assert any(line.split()[:1] == [command] and len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Help is plain text and exit code 0."""
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])

    assert left.value.code == 0
    assert f"countoff {command}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["dance"], [], ["takes"], ["press"]])
def test_wrong_use_is_exit_code_2(words: list[str]) -> None:
    """As everywhere."""
    with pytest.raises(SystemExit) as left:
        main(words)

    assert left.value.code == 2


@pytest.mark.parametrize("is_one_word", [False, True])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_configuration_may_be_named_anywhere(
    place: int, is_one_word: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--config FILE` stands before the command, within it or at its end."""
    config = tmp_path / "here.toml"
    config.write_text('[click]\nsound = "beep"\n')
    words = ["song", "show", "Nothing"]
    words[place:place] = [f"--config={config}"] if is_one_word else ["--config", str(config)]

    code = main(words)

    said = capsys.readouterr().err
    assert (code, str(tmp_path) in said) == (1, True)


def test_a_terminal_without_arrows_gets_the_page() -> None:
    """What its encoding does not have is a question mark, and no traceback."""
    song = FIRMWARE / "countoff" / "songs" / "examples" / "long_way_down.toml"
    done = subprocess.run(
        [sys.executable, "-m", "countoff", "song", "show", str(song)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FIRMWARE), "PYTHONIOENCODING": "latin-1"},
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"96 ? 70" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    """`countoff song show --json SONG | head` prints no traceback."""
    song = FIRMWARE / "countoff" / "songs" / "examples" / "the_iron_winter.toml"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "countoff", "song", "show", "--json", str(song)],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FIRMWARE)},
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, "")


def test_a_take_is_looked_up_without_what_that_does_not_need(tmp_path: Path) -> None:
    """A list for programs loads no tables, no checks of the configuration and no other command."""
    program = f"""
import sys
sys.path.insert(0, {str(FIRMWARE)!r})
from countoff.cli import main
assert main(["takes", "list", "--session", "last", "--json"]) == 1
print(*sorted({{name.split(".")[0] for name in sys.modules}} & {{"rich", "numpy", "pydantic"}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path)},
    )

    assert (done.stdout, done.stderr) == ("[]\n\n", "There is no session in the log yet.\n")


def test_the_daemon_loads_only_what_it_needs() -> None:
    """Neither the command line's tables nor the libraries of other processes are imported by it."""
    program = f"""
import sys
sys.path.insert(0, {str(FIRMWARE)!r})
import countoff.cli
countoff.cli._parser(["run"])
import countoff.app
print(*sorted({{name.split(".")[0] for name in sys.modules}} & {set(NOT_FOR_THE_DAEMON)!r}))
"""
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    assert loaded == []
