from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.panel.test_faceplate import play, words_on

from countoff.core.events import ActionAsked, Pedal, SongAsked, SongsRead
from countoff.core.song import steady_song
from countoff.core.tempo import Tempo
from countoff.panel.set_list import SetList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.panel.conftest import ScriptedBox
    from textual.pilot import Pilot

    from countoff.panel.faceplate import Faceplate

    Until = Callable[[Callable[[], object]], Awaitable[None]]

SIZES = [(80, 24), (100, 30), (120, 40), (170, 44), (60, 20), (20, 5)]


def asked(box: ScriptedBox) -> list[tuple[str, str, bool]]:
    """Return which songs were asked for: title, section, looped."""
    return [
        (event.title, event.section, event.is_looped)
        for event in box.posted
        if isinstance(event, SongAsked)
    ]


def is_open(panel: Faceplate) -> bool:
    """Return whether the set list lies over the panel."""
    return isinstance(panel.screen, SetList)


@pytest.mark.parametrize(
    ("presses", "song"),
    [
        (("enter", "enter"), ("Long Way Down", "Verse 1", False)),
        (("enter", "down", "enter"), ("Long Way Down", "Chorus", False)),
        (("right", "down", "l"), ("Long Way Down", "Chorus", True)),
        (("down", "enter"), ("Ember", "", False)),
        (("down", "down", "down", "down", "enter"), ("Low Tide", "", False)),
        (("enter", "escape", "down", "enter"), ("Ember", "", False)),
        (("end", "home", "enter", "left", "right", "l"), ("Long Way Down", "Verse 1", True)),
    ],
)
def test_a_song_and_a_section_are_chosen(
    box: ScriptedBox, until: Until, presses: tuple[str, ...], song: tuple[str, str, bool]
) -> None:
    """Enter opens the list; arrows and Enter choose the song, then the section; l loops it."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        await pilot.press(*presses)
        await until(lambda: asked(box))
        assert not is_open(panel)

    play(box.path, scene)

    assert asked(box) == [song]


def test_nothing_has_to_be_chosen(box: ScriptedBox, until: Until) -> None:
    """Escape closes the list, a pedal's letter in it steps on no pedal, l on a song loops nothing."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        await pilot.press("r", "l", "down", "escape")
        await until(lambda: not is_open(panel))
        await pilot.press("m")
        await until(lambda: box.posted)

    play(box.path, scene)

    assert [type(event) for event in box.posted] == [ActionAsked]


def test_the_list_shows_what_there_is(box: ScriptedBox, until: Until) -> None:
    """Titles, artists, tempos, meters, sections with their bars, and what was changed today."""
    box.take_in(ActionAsked(time.monotonic_ns(), "nudge_up", "panel"))
    box.take_in(ActionAsked(time.monotonic_ns(), "next_section", "panel"))

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: "Ember" in words_on(panel))
        text = words_on(panel)
        for said in ("Long Way Down", "The Harbour Lights", "Low Tide", "free", "92.5", "7/8"):
            assert said in text
        for said in ("Verse 1", "Chorus", "17", "in A minor", "32 bars"):
            assert said in text
        assert "114.7 BPM today, written 113.7" in text
        assert text.count("▸") == 2
        await pilot.press("down", "down")
        await until(lambda: "no click, no bars" in words_on(panel))

    play(box.path, scene, (120, 40))


def test_sections_are_told_apart_in_a_small_terminal(box: ScriptedBox, until: Until) -> None:
    """At 80 columns, where a section's pass stands at the end of its name."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: "Verse 1 " in words_on(panel))
        assert "Long Way Down" in words_on(panel)

    play(box.path, scene, (80, 24))


def test_a_take_closes_the_list(box: ScriptedBox, until: Until) -> None:
    """When the drummer starts, the panel shows the take, and the list does not open during it."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        box.press(Pedal.ROLL)
        await until(lambda: not is_open(panel))
        await pilot.press("enter")
        await until(lambda: "between takes" in words_on(panel))
        assert not is_open(panel)

    play(box.path, scene)


def test_a_lost_daemon_closes_the_list(box: ScriptedBox, until: Until) -> None:
    """Nothing can be chosen where nobody answers."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        box.stop()
        await until(lambda: not panel.has_contact)
        await until(lambda: not is_open(panel))
        await pilot.press("enter")
        await pilot.pause()
        assert not is_open(panel)

    play(box.path, scene)


def test_songs_read_anew_are_shown(box: ScriptedBox, until: Until) -> None:
    """Who saves a song file while the list is open sees it there."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        songs = (
            *box.state.songs,
            steady_song("Brand New", Tempo(box.state.song.tempo.quarters_per_minute)),
        )
        box.take_in(SongsRead(time.monotonic_ns(), songs))
        await until(lambda: "Brand New" in words_on(panel))

    play(box.path, scene)


@pytest.mark.parametrize("size", SIZES)
def test_the_list_in_every_size_of_terminal(
    box: ScriptedBox, until: Until, size: tuple[int, int]
) -> None:
    """From a split pane to a wall: it opens, follows the cursor, survives a resize, and chooses."""
    songs = tuple(
        steady_song(f"Sketch {number}", box.state.song.tempo, bars=8) for number in range(80)
    )
    box.take_in(SongsRead(time.monotonic_ns(), songs))

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("enter")
        await until(lambda: is_open(panel))
        await pilot.resize_terminal(size[0] + 7, size[1] + 3)
        await pilot.press("pagedown", "pagedown", "down")
        if size[0] >= 60:
            await until(lambda: "Sketch 21" in words_on(panel))
        await pilot.press("enter")
        await until(lambda: asked(box))

    play(box.path, scene, size)

    assert asked(box)[0][0] == "Sketch 21"
