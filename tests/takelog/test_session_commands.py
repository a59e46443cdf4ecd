"""`countoff session`: who plays what, and how long it all took, said, told and undone."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import HowEnded
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.reader import TakeLog
from countoff.takelog.session_commands import add_session_commands
from countoff.takelog.stamps import RehearsalStamps, SystemStamps
from countoff.takelog.words import hours

if TYPE_CHECKING:
    from tests.takelog.conftest import Room


def run(room: Room, *words: str) -> int:
    """Run one command, as the command line does."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    add_takes_commands(commands, lambda _config: room.folder, lambda _: [])
    add_session_commands(commands, lambda _config: room.folder, lambda _: ["Low Tide"])
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments)
    return code


def fill(room: Room) -> None:
    """Write a session that goes on now: a false start and a take of Harbour, one of Night Bus."""
    room.stamps = SystemStamps.read()
    room.at_ns = room.stamps.now().at_ns - 60_000_000_000
    room.write(
        *(room.session("s1"), room.take("aa11", "Harbour", 1), room.rolled("aa11")),
        room.ended("aa11", 2, HowEnded.FALSE_START),
        *(room.take("aa22", "Harbour", 2), room.rolled("aa22"), room.ended("aa22")),
        *(room.closed("aa22"), room.take("bb11", "Night Bus", 1)),
    )


def test_people_are_said_and_told(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """Each sentence names the session, and how it is undone; `show` tells them all."""
    fill(room)
    for words in (
        *(["engineer", "Mona"], ["room", "Studio 2"], ["player", "Ann", "drums"]),
        *(["player", "Bo", "bass"], ["player", "Bo", "double bass", "--song", "night bus"]),
        *(["player", "Ann", "", "--song", "Night Bus"], ["note", "new", "snare", "head"]),
    ):
        assert run(room, "session", *words) == 0
    said = capsys.readouterr().out.splitlines()
    began = TakeLog(room.folder).session().started_label
    doubt = "?" * began.endswith("?")
    assert said[0] == (f"Session of {began[:10]} {began[11:16]} UTC{doubt}: Mona is its engineer.")
    assert said[1] == "To undo it: countoff takes undo 1"
    assert said[10].endswith(": Ann does not play in Night Bus.")

    assert run(room, "session", "show") == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in (
        *("engineer Mona", "room Studio 2", "players Ann (drums), Bo (bass)"),
        *("note new snare head", "Harbour 2 1", "Night Bus 1", "together 3 1"),
        "Bo (double bass)",
    ):
        assert words in shown

    assert run(room, "takes", "undo", "2") == 0
    assert "Undone: room: Studio 2." in capsys.readouterr().out
    assert run(room, "session", "show", "s1", "--json") == 0
    day = json.loads(capsys.readouterr().out)
    assert (day["engineer"], day["room"], day["notes"]) == ("Mona", "", ["new snare head"])
    songs = [(song["song"], song["take_count"], song["false_start_count"]) for song in day["songs"]]
    assert songs == [("Harbour", 2, 1), ("Night Bus", 1, 0)]
    assert day["songs"][1]["players"] == [{"name": "Bo", "instrument": "double bass"}]


def test_sessions_are_listed(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """By their beginning and the beginning of their ids, as a table and for programs."""
    assert run(room, "session", "list") == 1
    assert "There is no session yet" in capsys.readouterr().err
    fill(room)
    assert run(room, "session", "list") == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "s1" in line)
    assert line.split()[-1] == "3"
    assert run(room, "session", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["take_count"] == 3


def test_what_is_said_today_is_not_said_of_yesterday(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the day's first take the last session is another day's: it has to be meant."""
    room.stamps = RehearsalStamps(datetime.now(UTC) - timedelta(hours=13), lambda: room.at_ns)
    room.write(room.session("s1"), room.take("aa11"))
    assert run(room, "session", "engineer", "Mona") == 1
    assert 'Say --session "last" where it is meant.' in capsys.readouterr().err
    assert run(room, "session", "engineer", "Mona", "--session", "last") == 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["show", "1999-01-01"], 1, 'No session is called "1999-01-01"'),
        (["player", " ", "drums"], 2, "A player has a name"),
        (["player", "Ann", "drums", "--song", "Nobody"], 1, 'has a song "Nobody"'),
        (["note", " "], 2, "A note has at least one word"),
        (["room", "x", "--session", "s9"], 1, 'No session is called "s9"'),
    ],
)
def test_what_cannot_be_said_is_told(
    room: Room, capsys: pytest.CaptureFixture[str], words: list[str], code: int, sentence: str
) -> None:
    """1 nothing found, 2 wrong use; nothing is written."""
    fill(room)
    assert run(room, "session", *words) == code
    assert sentence in capsys.readouterr().err
    assert TakeLog(room.folder).edits() == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3569, "59 min"), (3600, "1 h 00 min")],
)
def test_a_length_is_told_as_people_say_it(seconds: float, said: str) -> None:
    """Seconds, minutes, or hours and minutes."""
    assert hours(seconds) == said
