"""A day with the real box: what the engineer says of it in a terminal while it runs, over a power cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.end_to_end.unit import Unit, plain_environment

from countoff.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SONG = 'title = "{}"\ntempo = 800\ncount_in = "1 bar"\n[[section]]\nname = "Verse"\nbars = 500\n'
SETTINGS = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'


class Desk:
    """The engineer's terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._config = ["--config", str(folder / "countoff.toml")]
        self._capsys = capsys

    def type(self, *words: str) -> str:
        """Type a command that is done; return the sentence that it says."""
        assert main([*words, *self._config]) == 0
        return self._capsys.readouterr().out.split("\n")[0]

    def told(self, *words: str) -> Any:
        """Return what a command tells a program."""
        assert main([*words, "--json", *self._config]) == 0
        return json.loads(self._capsys.readouterr().out)


def begin_and_stop(unit: Unit) -> None:
    """Press ROLL, and stop as soon as the take is there."""
    begun = len(unit.status()["takes"])
    unit.press("roll")
    unit.wait_until(lambda status: len(status["takes"]) > begun, "a take begins")
    unit.do("stop")
    unit.wait_for_phase("idle")


def test_a_day_in_the_studio(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """People, takes, flags, a number to match the DAW, a take of the wrong song, a power cut, the sum."""
    unit = Unit(tmp_path, plain_environment(), SETTINGS)
    unit.add_song("a.toml", SONG.format("Harbour"))
    unit.add_song("b.toml", SONG.format("Night Bus"))
    desk = Desk(tmp_path, capsys)
    with unit:
        # The morning: who is there.
        unit.start()
        unit.wait_until(lambda status: status["log"]["saved"] > 0, "the session is in the log")
        assert desk.type("session", "engineer", "Mona").endswith("Mona is its engineer.")
        desk.type("session", "player", "Ann", "drums")
        desk.type("session", "player", "Bo", "bass")

        # The first take, flagged by the drummer, and by the engineer while it rolls.
        unit.press("roll")
        unit.wait_for_place(2, 1)
        unit.press("keeper")
        unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "it is on disk"
        )
        said = desk.type("takes", "flag", "Harbour:1", "1.3", "fix")
        assert said == "T1 of Harbour has FIX at bar 1.3 (Verse)."
        unit.do("stop")
        unit.wait_for_phase("idle")
        desk.type("takes", "rate", "Harbour:1", "4")
        desk.type("takes", "note", "Harbour:1", "a good one")

        # Pro Tools has come to playlist 11. The box shows it at once, and plays it.
        assert desk.type("takes", "next", "harbour", "11") == "The next take of Harbour is T11."
        unit.wait_until(lambda status: status["next_take_number"] == 11, "T11 comes next")
        begin_and_stop(unit)

        # That one was of Night Bus, in truth; no take of it gets its number.
        assert desk.type("takes", "move", "11", "Night Bus") == (
            "T11 of Harbour is T1 of Night Bus now."
        )
        desk.type("session", "player", "Bo", "double bass", "--song", "Night Bus")
        unit.wait_until(
            lambda status: [song["next_number"] for song in status["songs"]] == [12, 2],
            "both numbers are used up",
        )

        # A slip: 99 for 12. The plug is pulled before the next take, and the box comes back with 12.
        desk.type("takes", "next", "Harbour", "99")
        assert desk.type("takes", "undo") == (
            "Undone: T99 for the next take of Harbour. The next take of Harbour is T12."
        )
        unit.wait_until(lambda status: status["next_take_number"] == 12, "T12 comes next")
        unit.kill()
        unit.start()
        begin_and_stop(unit)
        unit.stop()

    # The evening: what was it all?
    best = desk.told("takes", "list", "--session", "last", "--rating", "4")
    (take,) = best
    assert (take["song"], take["number"], take["notes"]) == ("Harbour", 1, ["a good one"])
    assert [flag["kind"] for flag in take["flags"]] == ["keeper", "fix_here"]
    takes = desk.told("takes", "list")
    assert [(each["song"], each["number"], each["moved_from"]) for each in takes] == [
        ("Harbour", 1, None),
        ("Night Bus", 1, ["Harbour", 11]),
        ("Harbour", 12, None),
    ]
    day = desk.told("session", "show")
    assert (day["engineer"], day["take_count"]) == ("Mona", 3)
    assert [[player["instrument"] for player in song["players"]] for song in day["songs"]] == [
        ["drums", "bass"],
        ["drums", "double bass"],
    ]
    assert day["length_is_known"]
    assert day["songs"][0]["rolled_s"] > 0
    edits = desk.told("takes", "edits", "--all")
    assert [edit["kind"] for edit in edits] == [
        *("engineer", "player", "player", "flag", "rating", "note", "next_number", "move"),
        *("player", "next_number", "undo"),
    ]
