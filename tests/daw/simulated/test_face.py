from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.daw.simulated import profiles_for_tests as daws

from countoff.daw.simulated.face import Face
from countoff.daw.simulated.face_words import cable_line, faults_line, legend
from countoff.daw.simulated.keys import WORDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from textual.pilot import Pilot

    Scene = Callable[[Face, Pilot[int]], Coroutine[Any, Any, None]]

_DEADLINE_S = 20
# Tells what the program with the cables would, and repeats what it is told.
_STAND_IN = """
import json, sys
def tell(**what): print(json.dumps(what), flush=True)
tell(at_ns=1_000_000_000, does="records from 00:10:00:00")
tell(at_ns=1_250_000_000, says="Mackie record light on")
tell(at_ns=1_250_000_000, state=dict(transport="recording", place="00:10:03:12", takes=2, markers=1,
     peers=["Countoff:DAW"], deaf=False, refuse=False, late=400, flood=0, unplug=False, crash=False))
for line in sys.stdin:
    tell(at_ns=2_000_000_000, does="was told " + line.strip())
"""


def play(scene: Scene, program: str = _STAND_IN, size: tuple[int, int] = (100, 26)) -> int | None:
    """Open a face on a program and play `scene` on it; return its exit code."""

    async def open_and_play() -> int | None:
        face = Face(daws.ARMS, [sys.executable, "-c", program])
        async with face.run_test(size=size) as pilot:
            await scene(face, pilot)
        return face.return_value

    return asyncio.run(open_and_play())


async def until(is_so: Callable[[], object]) -> None:
    """Wait, with the face going on, until it is so."""
    end_s = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < end_s, "it never came true"
        await asyncio.sleep(0.01)  # between two looks; the deadline decides


def words_on(face: Face) -> str:
    """Return all that can be read."""
    return face.export_screenshot().replace("&#160;", " ")


def showing(face: Face, words: str) -> Awaitable[None]:
    """Wait until `words` can be read."""
    return until(lambda: words in words_on(face))


@pytest.mark.parametrize("size", [(100, 26), (60, 16), (200, 60), (20, 5)])
def test_it_shows_what_it_is_told(size: tuple[int, int]) -> None:
    """The transport, in a terminal of whatever size; place, cable and faults where there is room."""

    async def scene(face: Face, _pilot: Pilot[int]) -> None:
        await until(lambda: face.state)
        if size[0] >= 60:
            await showing(face, "RECORDING")
            for words in ("late by 400 ms", "2 takes, 1 marker", "0.000"):
                await showing(face, words)
        if size[0] >= 100:
            await showing(face, "Countoff:DAW")
            await showing(face, "records from 00:10:00:00")

    play(scene, size=size)


def test_its_keys_are_words_of_the_program() -> None:
    """Each key says its word once; only `q` says nothing and leaves."""

    async def scene(face: Face, pilot: Pilot[int]) -> None:
        await until(lambda: face.state)
        for word in WORDS[:-1]:
            await pilot.press(word.key)
            await showing(face, f"was told {word.word}")
        await pilot.press("q")

    assert play(scene, size=(120, 50)) == 0


def test_a_program_that_ends_ends_the_face() -> None:
    """With its exit code: there was no cable."""

    async def scene(face: Face, _pilot: Pilot[int]) -> None:
        await until(lambda: face.return_value is not None)

    assert (
        play(scene, "import sys; print('No JACK server answers.', file=sys.stderr); sys.exit(3)")
        == 3
    )


def test_the_keys_have_no_letter_twice() -> None:
    """Each word has a key and a name of its own."""
    assert len({word.key for word in WORDS}) == len({word.word for word in WORDS}) == len(WORDS)


def test_the_line_of_faults() -> None:
    """All that is wrong is named with its size; else it is said that nothing is."""
    assert faults_line({}).plain.strip() == "all is well"
    assert faults_line({"deaf": True, "flood": 500}).plain.strip() == "deaf · flood of 500 a second"


def test_a_line_of_the_cable() -> None:
    """When, who, what."""
    told = {"at_ns": 3_500_000_000, "hears": "MMC stop"}

    assert cable_line(told, 1_000_000_000).plain == "    2.500 ▸ MMC stop"


@pytest.mark.parametrize("width", [20, 60, 100, 200])
def test_the_keys_fit_into_two_lines(width: int) -> None:
    """What has no room is left out, and no line is too long."""
    lines = legend(width).plain.split("\n")

    assert len(lines) <= 2
    assert all(len(line) <= width for line in lines)
