"""What a start is said to have taken is what it took: no stage is made up, and none is told twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.core.session.conftest import Studio

from countoff.core.events import Part, PartReported, PartState
from countoff.start_up import StartUp, process_began_ns

if TYPE_CHECKING:
    from countoff.core.events import Event

S = 1_000_000_000


@pytest.mark.parametrize("screen", [PartState.OK, PartState.VIRTUAL])
def test_ready_is_the_last_stage(screen: PartState) -> None:
    """Ready when it answers, its pedals are open, its screen shows and it has sound; not before."""
    began_ns = time.monotonic_ns() - 10 * S
    start_up = StartUp(began_ns)
    posted: list[Event] = []
    state = Studio().state
    silent = replace(state, audio_is_here=False)
    start_up.answers()
    start_up.pedals_are_open()
    start_up.look(silent, is_drawn=True)
    assert start_up.told()["screen"] is None
    report = PartReported(began_ns + 4 * S, Part.SCREEN, screen)
    start_up.heard_before(posted.append)(report)
    assert posted == [report]
    start_up.look(silent, is_drawn=True)
    told = start_up.told()
    assert told["screen"] is not None
    assert told["sound"] is told["ready"] is None
    start_up.look(state, is_drawn=True)
    told = start_up.told()
    assert told["ready"] == told["sound"]
    assert told["ready"] is not None
    assert told["ready"] >= 10
    start_up.look(state, is_drawn=True)
    assert start_up.told() == told


def test_a_screen_that_does_not_work_is_never_ready() -> None:
    """Nor is a picture that nobody has drawn yet."""
    start_up = StartUp(0)
    hear = start_up.heard_before(lambda _: None)
    for state, is_drawn in ((PartState.FAULT, True), (PartState.VIRTUAL, False)):
        hear(PartReported(1, Part.SCREEN, state))
        start_up.look(Studio().state, is_drawn=is_drawn)
        assert start_up.told()["screen"] is None
        assert start_up.told()["ready"] is None


def test_a_process_knows_when_it_began() -> None:
    """To the kernel's hundredth of a second, between before it was started and what it says itself."""
    before_ns = time.monotonic_ns()
    code = "import time, countoff.start_up as s; print(s.process_began_ns(), time.monotonic_ns())"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    began_ns, told_ns = map(int, said.stdout.split())
    assert before_ns - S // 100 <= began_ns <= told_ns
    assert process_began_ns() < before_ns
