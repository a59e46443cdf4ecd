from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.events import (
    ActionAsked,
    Part,
    PartReported,
    PartState,
    Pedal,
    PedalMoved,
    TimePassed,
)
from countoff.panel import dots
from countoff.panel.faceplate import Faceplate
from countoff.panel.glass import Glass
from countoff.panel.lamp import Lens
from countoff.panel.switches import Switch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

    from tests.panel.conftest import ScriptedBox
    from textual.pilot import Pilot

    Until = Callable[[Callable[[], object]], Awaitable[None]]
    Scene = Callable[[Faceplate, Pilot[None]], Coroutine[Any, Any, None]]

SIZES = [(80, 24), (100, 30), (120, 40), (140, 58), (170, 44), (200, 60), (60, 20), (20, 5)]


def play(path: Path, scene: Scene, size: tuple[int, int] = (80, 24)) -> None:
    """Open a panel of `size` on the daemon at `path` and play `scene` on it."""

    async def open_and_play() -> None:
        panel = Faceplate([path])
        async with panel.run_test(size=size) as pilot:
            await scene(panel, pilot)

    asyncio.run(open_and_play())


def words_on(panel: Faceplate) -> str:
    """Return all that can be read on the panel."""
    svg = panel.export_screenshot()
    return svg.replace("&#160;", " ")


def start_take(box: ScriptedBox) -> None:
    """Step on ROLL and come off it."""
    now_ns = time.monotonic_ns()
    box.take_in(PedalMoved(now_ns, Pedal.ROLL, is_down=True))
    box.take_in(PedalMoved(now_ns + 100_000_000, Pedal.ROLL, is_down=False))


def roll_on(box: ScriptedBox, seconds: float) -> None:
    """Let the take go on without waiting for it."""
    box.take_in(TimePassed(time.monotonic_ns() + round(seconds * 1e9)))


def test_the_head_tells_how_long_the_session_is(box: ScriptedBox, until: Until) -> None:
    """Beside the name, where the song leaves room for it."""
    box.state = replace(box.state, session_began_ns=time.monotonic_ns() - 222 * 60_000_000_000)

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await until(lambda: "session 3:42" in words_on(panel))
        await pilot.resize_terminal(100, 20)
        await until(lambda: "session 3:42" not in words_on(panel))

    play(box.path, scene, size=(100, 30))


@pytest.mark.parametrize(
    ("key", "pedal", "hold_ns"),
    [
        ("r", "roll", 100_000_000),
        ("1", "roll", 100_000_000),
        ("2", "again", 100_000_000),
        ("k", "keeper", 100_000_000),
        ("s", "song", 100_000_000),
        ("R", "roll", 700_000_000),
        ("A", "again", 700_000_000),
        ("K", "keeper", 700_000_000),
        ("S", "song", 700_000_000),
        ("ctrl+r", "roll", 2_100_000_000),
        ("ctrl+a", "again", 2_100_000_000),
    ],
)
def test_a_key_steps_on_its_pedal(
    box: ScriptedBox, until: Until, key: str, pedal: str, hold_ns: int
) -> None:
    """A small letter presses, a capital holds, with Ctrl it is the long hold."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press(key)
        await until(lambda: len(box.posted) == 2)

    play(box.path, scene)

    down, up = box.posted
    assert isinstance(down, PedalMoved)
    assert isinstance(up, PedalMoved)
    assert box.presses() == [(pedal, True), (pedal, False)]
    assert up.at_ns - down.at_ns == hold_ns


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("E", "end_at_bar"),
        ("X", "stop"),
        ("n", "no_good"),
        ("m", "marker"),
        ("left", "previous_song"),
        ("right", "next_song"),
        (",", "previous_section"),
        (".", "next_section"),
        ("pageup", "previous_section"),
        ("pagedown", "next_section"),
        ("l", "loop_section"),
        ("t", "tap_tempo"),
        ("space", "tap_tempo"),
        ("+", "nudge_up"),
        ("=", "nudge_up"),
        ("-", "nudge_down"),
        ("W", "as_written"),
        ("up", "click_up"),
        ("down", "click_down"),
        ("c", "mute_click"),
    ],
)
def test_a_key_asks_for_its_action(box: ScriptedBox, until: Until, key: str, action: str) -> None:
    """The engineer's keys ask for what the legend says."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press(key)
        await until(lambda: box.posted)

    play(box.path, scene)

    asked = box.posted[0]
    assert isinstance(asked, ActionAsked)
    assert asked.action == action


@pytest.mark.parametrize("key", ["e", "x", "w"])
def test_a_small_letter_never_ends_a_take(box: ScriptedBox, until: Until, key: str) -> None:
    """What ends a take, or forgets what was chosen, is a capital."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press(key, "c")
        await until(lambda: box.posted)

    play(box.path, scene)

    assert [getattr(event, "action", None) for event in box.posted] == ["mute_click"]


def test_a_held_key_is_one_press(box: ScriptedBox, until: Until) -> None:
    """The repeats of a held key do not start a take and cancel it again."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("r", "r", "r", "r", "r", "m")
        await until(lambda: any(isinstance(event, ActionAsked) for event in box.posted))
        assert "held key" in words_on(panel).replace("\n", " ")

    play(box.path, scene)

    assert [press for press in box.presses() if press[1]] == [("roll", True)]


def test_a_held_arrow_goes_on(box: ScriptedBox, until: Until) -> None:
    """The click's level may be changed by holding the key down."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("up", "up", "up")
        await until(lambda: len(box.posted) == 3)

    play(box.path, scene)


def test_the_mouse_stands_on_a_pedal(box: ScriptedBox, until: Until) -> None:
    """Button down steps on it, button up comes off it, wherever the pointer is by then."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.mouse_down("#again")
        await until(lambda: box.presses() == [("again", True)])
        assert panel.query_one("#again", Switch).has_class("lit")
        await pilot.mouse_up("#song")
        await until(lambda: box.presses() == [("again", True), ("again", False)])
        assert not panel.query_one("#again", Switch).has_class("lit")

    play(box.path, scene)


def test_a_panel_that_dies_leaves_no_pedal_down(box: ScriptedBox, until: Until) -> None:
    """Leaving with the mouse on a pedal comes off it."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.mouse_down("#roll")
        await until(lambda: box.presses() == [("roll", True)])

    play(box.path, scene)

    asyncio.run(_wait_for(until, lambda: box.presses() == [("roll", True), ("roll", False)]))


async def _wait_for(until: Until, is_true: Callable[[], object]) -> None:
    await until(is_true)


def test_a_foot_on_the_real_pedal_lights_it(box: ScriptedBox, until: Until) -> None:
    """Whoever presses, the panel shows it."""

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        box.take_in(PedalMoved(time.monotonic_ns(), Pedal.KEEPER, is_down=True))
        await until(lambda: panel.query_one("#keeper", Switch).has_class("lit"))

    play(box.path, scene)


def test_a_pedal_says_what_it_does_now(box: ScriptedBox, until: Until) -> None:
    """The words on a pedal change with the phase of the take."""

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await until(lambda: "start take 1" in words_on(panel))
        start_take(box)
        await until(lambda: "cancel" in words_on(panel))
        roll_on(box, 10)
        await until(lambda: "end at bar" in words_on(panel))

    play(box.path, scene, (120, 40))


@pytest.mark.parametrize("size", SIZES)
def test_every_size_of_terminal(box: ScriptedBox, until: Until, size: tuple[int, int]) -> None:
    """From a split pane to a wall, the panel comes up and goes on through a take."""
    box.take_in(PartReported(1, Part.DISK, PartState.FAULT, "The disk is full."))

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        start_take(box)
        roll_on(box, 10)
        await pilot.press("r")
        await until(lambda: box.posted)
        assert "<svg" in panel.export_screenshot()

    play(box.path, scene, size)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (134, 57), (166, 44), (166, 56)])
def test_the_screen_is_whole(box: ScriptedBox, until: Until, size: tuple[int, int]) -> None:
    """In every layout the whole OLED can be seen, dot for dot."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.pause()
        glass = panel.query_one(Glass)
        wanted = dots.rows(box.status()["screen"])
        lines = dots.half_blocks(wanted) if glass.is_large else dots.braille(wanted)
        assert glass.is_large == (size[0] >= 132)
        assert glass.size == (len(lines[0]), len(lines))
        assert panel.screen.region.contains_region(glass.region)
        shown = [glass.render_line(y).text for y in range(glass.size.height)]
        assert shown == lines

    play(box.path, scene, size)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (134, 57), (166, 44), (166, 56)])
def test_nothing_hangs_over_the_edge(box: ScriptedBox, until: Until, size: tuple[int, int]) -> None:
    """In the least room each layout asks for, pedals, light, parts and keys are all in sight."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.pause()
        for wanted in ("#roll", "#song", "Lens", "#light", "Parts", "#legend"):
            region = panel.query_one(wanted).region
            assert region.area > 0
            assert panel.screen.region.contains_region(region)
        text = words_on(panel)
        for word in ("audio", "DAW", "disk", "pedals", "songs", "ROLL", "KEEPER", "leave"):
            assert word in text

    play(box.path, scene, size)


def test_the_light_is_said_in_words(box: ScriptedBox, until: Until) -> None:
    """Asked to record, and not able to know more, is not the same as recording."""

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        start_take(box)
        await until(lambda: "COUNT-IN" in words_on(panel))
        roll_on(box, 10)
        await until(lambda: "CANNOT" in words_on(panel))
        assert "it cannot say so" in words_on(panel)
        assert "RECORDING" not in words_on(panel)

    play(box.path, scene, (120, 40))


def test_the_lens_follows_the_host_clock(box: ScriptedBox, until: Until) -> None:
    """A blinking light goes on and off by itself, with no word from the daemon."""
    box.take_in(PartReported(1, Part.DISK, PartState.FAULT, "The disk is full."))

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        lens = panel.query_one(Lens)
        await until(lambda: lens.brightness == 1.0)
        await until(lambda: lens.brightness == 0.0)
        await until(lambda: lens.brightness == 1.0)

    play(box.path, scene)


def test_a_panel_may_come_first(box: ScriptedBox, until: Until) -> None:
    """Without a daemon the panel waits, says so, and connects by itself."""
    box.stop()

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        assert "WAITING" in words_on(panel)
        await pilot.press("r")
        assert "nothing was pressed" in words_on(panel)
        box.start()
        await until(lambda: panel.has_contact)
        await until(lambda: "WAITING" not in words_on(panel))

    play(box.path, scene)


def test_a_restarted_daemon_is_found_again(box: ScriptedBox, until: Until) -> None:
    """A lost daemon looks different from one that is off, and a new one is found."""

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        glass = panel.query_one(Glass)
        before = [glass.render_line(y).text for y in range(16)]
        box.stop()
        await until(lambda: not panel.has_contact)
        assert glass.has_class("stale")
        assert [glass.render_line(y).text for y in range(16)] == before
        assert "NO CONTACT" in words_on(panel)
        assert "no contact for" in words_on(panel)
        box.start()
        await until(lambda: panel.has_contact)
        assert not glass.has_class("stale")
        await until(lambda: "NO CONTACT" not in words_on(panel))

    play(box.path, scene)


def test_what_the_daemon_refuses_is_said(box: ScriptedBox, until: Until) -> None:
    """A request that the daemon does not understand is not lost in silence."""

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        panel.action_ask("dance")
        await until(lambda: "There is no action" in words_on(panel))

    play(box.path, scene)


def test_virtual_parts_faults_and_the_log_are_named(box: ScriptedBox, until: Until) -> None:
    """What is simulated is said; what is wrong is said whole; what is not on disk is counted."""
    box.take_in(PartReported(1, Part.AUDIO, PartState.VIRTUAL, "No output is there."))
    box.take_in(PartReported(2, Part.DISK, PartState.FAULT, "The disk is full."))
    box.log = type(box.log)(9, 7, "")

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await until(lambda: "virtual: No output is there." in words_on(panel))
        assert "The disk is full." in words_on(panel)
        assert "2 of 9 entries not on disk yet" in words_on(panel)

    play(box.path, scene, (140, 58))


def test_the_last_takes_are_listed(box: ScriptedBox, until: Until) -> None:
    """A take shows its number, song, end, bars, flags and incidents."""
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
                {"kind": "fix_here", "bar": 12, "elapsed": "", "section": "", "whole_take": False}
            ],
            "incidents": 2,
        },
    )

    async def scene(panel: Faceplate, _pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await until(lambda: "Ember" in words_on(panel))
        for words in ("T7", "31 bars", "fix bar 12", "2 incidents"):
            assert words in words_on(panel)

    play(box.path, scene, (120, 40))


def test_q_leaves_when_idle(box: ScriptedBox, until: Until) -> None:
    """One key leaves the panel, and the daemon stays."""

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("q")
        await until(lambda: not panel.is_running)

    play(box.path, scene)

    assert box.path.exists()


def test_q_asks_during_a_take(box: ScriptedBox, until: Until) -> None:
    """While a take runs, one q is not enough."""
    start_take(box)

    async def scene(panel: Faceplate, pilot: Pilot[None]) -> None:
        await until(lambda: panel.has_contact)
        await pilot.press("q")
        assert panel.is_running
        assert "once more" in words_on(panel)
        await pilot.press("q")
        await until(lambda: not panel.is_running)

    play(box.path, scene)
