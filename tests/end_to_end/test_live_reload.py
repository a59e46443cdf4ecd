"""Songs are changed while the box runs: takes go on, and the next one plays what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.end_to_end.unit import Unit, plain_environment

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = (
    '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n[songs]\nset_list = "tonight.toml"\n'
)


def _song(title: str, tempo: object) -> str:
    return f'title = "{title}"\ntempo = {tempo}\ncount_in = "1 bar"\n'


def _set_list(unit: Unit, *titles: str) -> None:
    folder = unit.folder / "set_lists"
    folder.mkdir(exist_ok=True)
    names = ", ".join(f'"{title}"' for title in titles)
    (folder / "tonight.toml").write_text(f"songs = [{names}]\n")


def _songs(status: dict[str, Any]) -> list[tuple[str, str]]:
    return [(song["title"], song["tempo"]) for song in status["songs"]]


def test_songs_are_read_again_while_the_box_runs(tmp_path: Path) -> None:
    """A tempo, a new song in the set list; a typing mistake while a take rolls; the mistake mended."""
    unit = Unit(tmp_path, plain_environment(), _SETTINGS)
    unit.add_song("kingdom.toml", _song("Kingdom", 280))
    unit.add_song("low_tide.toml", _song("Low Tide", 90))
    _set_list(unit, "Kingdom")
    with unit:
        unit.start()
        assert _songs(unit.status()) == [("Kingdom", "280")]

        unit.add_song("kingdom.toml", _song("Kingdom", 300))
        _set_list(unit, "Low Tide", "Kingdom")
        unit.wait_until(
            lambda status: _songs(status) == [("Low Tide", "90"), ("Kingdom", "300")],
            "both songs are in the set list, and one is faster",
        )
        assert unit.status()["song_index"] == 1

        unit.press("roll")
        unit.wait_for_phase("rolling")
        unit.add_song("kingdom.toml", 'title = "Kingdom"\ntmepo = 290\n')
        fault = unit.wait_until(
            lambda status: status["parts"]["songs"]["state"] == "fault", "the mistake is said"
        )["parts"]["songs"]["sentence"]
        assert "tmepo = 290" in fault
        assert 'Did you mean "tempo"?' in fault
        assert fault.endswith("The song stays as it was.")
        unit.wait_until(lambda _: fault in unit.said(), "the journal has it")
        assert unit.status()["phase"] == "rolling"
        assert _songs(unit.status())[1] == ("Kingdom", "300")

        unit.add_song("kingdom.toml", _song("Kingdom", 290))
        unit.wait_until(lambda status: status["parts"]["songs"]["state"] == "ok", "it is right")
        assert unit.status()["phase"] == "rolling"
        assert _songs(unit.status())[1] == ("Kingdom", "300")
        unit.do("stop")
        unit.wait_until(
            lambda status: _songs(status)[1] == ("Kingdom", "290"), "the next take plays 290"
        )
        assert unit.status()["takes"][0]["status"] == "ended"
