from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import ActionAsked, SongAsked
from countoff.panel.nameplate import nameplate, tempo_today

if TYPE_CHECKING:
    from tests.panel.conftest import ScriptedBox


def ask(box: ScriptedBox, *actions: str) -> None:
    """Ask for actions at the panel."""
    for action in actions:
        box.take_in(ActionAsked(box.now_ns(), action, "panel"))


def test_a_song_as_it_is_written(box: ScriptedBox) -> None:
    """Title, tempo and meter, and no word of what is as usual."""
    assert nameplate(box.status()).plain == "Long Way Down  113.7 BPM  4/4"


def test_what_was_changed_today(box: ScriptedBox) -> None:
    """Where takes begin, a loop, another tempo and another click are named."""
    ask(box, "next_section", "nudge_up", "click_down")

    said = nameplate(box.status()).plain
    assert said.startswith("Long Way Down  from Chorus Bar 17  114.7 BPM today  4/4  click -")
    ask(box, "loop_section", "mute_click")
    said = nameplate(box.status()).plain
    assert "loop Chorus Bar 17" in said
    assert said.endswith("click muted")


def test_a_song_without_tempo(box: ScriptedBox) -> None:
    """It has neither a tempo nor a meter."""
    box.take_in(SongAsked(box.now_ns(), "Low Tide", "", False, "panel"))

    assert nameplate(box.status()).plain == "Low Tide  no click"


def test_the_tempo_of_today_is_that_of_the_top(box: ScriptedBox) -> None:
    """A song tells its tempo of today only where it is another."""
    assert [tempo_today(song) for song in box.status()["songs"]] == ["", "", ""]
    ask(box, "nudge_up", "nudge_up")
    assert [tempo_today(song) for song in box.status()["songs"]] == ["115.7", "", ""]


def test_the_tempo_of_today_is_told_in_the_written_beat() -> None:
    """A dotted quarter at 58 that was nudged is at 59 today, not at 88.5."""
    song = {"is_free": False, "tempo": "58", "exact_tempo": "87", "tempo_ratio": "59/58"}

    assert tempo_today(song) == "59"


def test_stage_mode_is_named(box: ScriptedBox) -> None:
    """For as long as it lasts, whoever looks at the panel knows why all is dim."""
    ask(box, "stage_mode")
    assert nameplate(box.status()).plain.endswith("4/4  stage mode")
    ask(box, "stage_mode")
    assert "stage" not in nameplate(box.status()).plain
