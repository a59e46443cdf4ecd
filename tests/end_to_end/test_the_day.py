"""What was changed on the day outlives a power cut, and is saved when somebody asks for it."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.end_to_end.unit import Unit, plain_environment

from countoff.cli import main

if TYPE_CHECKING:
    from pathlib import Path

_SONG = 'title = "{}"\ntempo = 280  # brisk\ncount_in = "1 bar"\n'


def _settings(wav: Path) -> str:
    return (
        f'[audio]\nbackend = "virtual"\nwav = "{wav}"\n[midi]\nbackend = "none"\n'
        "[songs]\nnudge = 0.5\n"
    )


def _peak(wav: Path) -> float:
    with wave.open(str(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return float(np.max(np.abs(samples.astype(float))))


def test_tempo_level_and_song_are_there_again_after_a_power_cut(tmp_path: Path) -> None:
    """The second song, nudged and turned down: the next start plays it so, and its log says so."""
    wav = tmp_path / "click.wav"
    unit = Unit(tmp_path, plain_environment(), _settings(wav))
    unit.add_song("a.toml", _SONG.format("First"))
    unit.add_song("b.toml", _SONG.format("Second"))
    with unit:
        unit.start()
        unit.do("next_song")
        unit.press("roll")
        unit.wait_for_place(1, 2)
        unit.do("stop")
        unit.wait_for_phase("idle")
        unit.stop()
        as_written = _peak(wav)

        unit.start()
        for action in ("nudge_up", "nudge_up", "nudge_up", *["click_down"] * 3):
            unit.do(action)
        unit.wait_until(lambda status: status["tempo"] == "281.5", "the song is nudged")
        unit.press("roll")
        unit.wait_for_place(1, 2)
        unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "it is on disk"
        )
        unit.kill()

        unit.start()
        status = unit.status()
        assert (status["song"], status["tempo"], status["tempo_changed"]) == (
            *("Second", "281.5", True),
        )
        assert (status["click_level_db"], status["click_muted"]) == (-6, False)
        unit.press("roll")
        unit.wait_for_place(1, 2)
        unit.do("stop")
        unit.wait_for_phase("idle")
        unit.stop()
    assert _peak(wav) / as_written == pytest.approx(10 ** (-6 / 20), rel=0.01)
    takes = unit.rows("SELECT tempo, written_tempo, tempo_ratio, click_level_db, status FROM takes")
    assert [tuple(take.values()) for take in takes] == [
        ("280", "280", "1", 0, "ended"),
        ("281.5", "280", "563/560", -6, "interrupted"),
        ("281.5", "280", "563/560", -6, "ended"),
    ]
    assert len(unit.rows("SELECT hash FROM charts")) == 2


def test_what_was_chosen_is_chosen_after_a_power_cut_also_without_a_take(tmp_path: Path) -> None:
    """Song, section and loop come back as the screen showed them, and so does `as_written`."""
    unit = Unit(tmp_path, plain_environment(), _settings(tmp_path / "click.wav"))
    unit.add_song("a.toml", _SONG.format("First"))
    unit.add_song(
        "b.toml",
        _SONG.format("Second")
        + "".join(f'[[section]]\nname = "{name}"\nbars = 8\n' for name in ("Verse", "Bridge")),
    )

    def chosen(status: dict[str, Any]) -> tuple[str, str, bool]:
        return status["song"], status["starts_from"], status["looped"]

    def assert_kept(*expected: str | bool) -> None:
        unit.wait_until(lambda status: chosen(status) == expected, f"{expected} is chosen")
        unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "it is on disk"
        )
        unit.kill()
        unit.start()
        assert chosen(unit.status()) == expected

    with unit:
        unit.start()
        for action in ("next_song", "next_section", "loop_section"):
            unit.do(action)
        assert_kept("Second", "BRIDGE BAR 9", True)
        unit.do("as_written")
        assert_kept("Second", "", False)
        unit.do("previous_song")
        assert_kept("First", "", False)


def test_a_saved_tempo_is_played_once_also_after_a_restart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Saved at the command line while the box runs; the day's ratio is gone with it, for good."""
    unit = Unit(tmp_path, plain_environment(), _settings(tmp_path / "click.wav"))
    unit.add_song("a.toml", _SONG.format("First"))
    config = ["--config", str(tmp_path / "countoff.toml")]
    with unit:
        unit.start()
        unit.do("nudge_up")
        unit.do("nudge_up")
        unit.wait_until(lambda status: status["tempo"] == "281", "the song is nudged")
        assert main(["song", "save", "First", *config]) == 0
        assert "The box plays it as written." in capsys.readouterr().out
        status = unit.status()
        assert (status["tempo"], status["tempo_changed"]) == ("281", False)
        assert "tempo = 281  # brisk" in (tmp_path / "songs" / "a.toml").read_text()
        unit.kill()

        unit.start()
        status = unit.status()
        assert (status["tempo"], status["tempo_changed"]) == ("281", False)
        assert main(["song", "choose", "First", *config]) == 0
