"""A daemon whose answers the test decides, on the real control socket; and the panel beside it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
import uuid
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from countoff.control.socket import ControlSocket
from countoff.control.status import LogCounts, status_of
from countoff.core.events import ClockFitted, PedalMoved
from countoff.core.screen.pages import draw
from countoff.core.session.state import State
from countoff.core.session.step import step
from countoff.core.session.view import screen_view
from countoff.core.song import free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.timebase import ClockFit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from countoff.core.events import Event, Pedal

DEADLINE_S = 20
LONG_WAY_DOWN = replace(
    steady_song(
        "Long Way Down",
        Tempo(Fraction("113.7")),
        bars=32,
        first_bars=[("Verse 1", 1), ("Chorus", 17)],
    ),
    artist="The Harbour Lights",
    key="A minor",
)
EMBER = steady_song("Ember", Tempo(Fraction("92.5")), Meter(7, 8), bars=24)
LOW_TIDE = free_song("Low Tide")


class ScriptedBox:
    """A control socket with a state behind it that only the test changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.posted: list[Event] = []
        self.takes: tuple[dict[str, Any], ...] = ()
        self.log = LogCounts(12, 12, "the log's folder")
        now_ns = time.monotonic_ns()
        state = State(
            run_id=uuid.uuid4(), session_id="session", songs=(LONG_WAY_DOWN, EMBER, LOW_TIDE)
        )
        clock = ClockFit(epoch=1, rate_hz=48_000, frame=0, at_ns=now_ns, ppm=0.0, residual_ns=0)
        self.state, _ = step(state, ClockFitted(now_ns, clock))
        self.control: ControlSocket | None = None

    def status(self) -> dict[str, Any]:
        now_ns = time.monotonic_ns()
        image = draw(screen_view(self.state, now_ns))
        return status_of(self.state, now_ns, log=self.log, takes=self.takes, image=image)

    def start(self) -> None:
        """Begin to answer."""
        self.control = ControlSocket(self.path, self.posted.append)
        self.control.hold()
        self.control.start(self.status)

    def stop(self) -> None:
        """Go away."""
        if self.control is not None:
            self.control.stop()
            self.control = None

    def take_in(self, event: Event) -> None:
        """Let something happen, and tell the watchers."""
        self.state, _ = step(self.state, event)
        self.changed()

    def now_ns(self) -> int:
        """Return the time of the machine, which is the box's."""
        return time.monotonic_ns()

    def press(self, pedal: Pedal) -> None:
        """Step on a pedal and come off it."""
        now_ns = self.now_ns()
        self.take_in(PedalMoved(now_ns, pedal, is_down=True))
        self.take_in(PedalMoved(now_ns + 100_000_000, pedal, is_down=False))

    def changed(self) -> None:
        """Tell the watchers."""
        if self.control is not None:
            self.control.changed()

    def presses(self) -> list[tuple[str, bool]]:
        """Return what was stepped on and come off of, in order."""
        return [(str(e.pedal), e.is_down) for e in self.posted if isinstance(e, PedalMoved)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose name is short enough for a socket in it."""
    short = Path(tempfile.mkdtemp(prefix="countoff-"))
    yield short
    shutil.rmtree(short)


@pytest.fixture
def box(folder: Path) -> Iterator[ScriptedBox]:
    """A daemon that answers."""
    scripted = ScriptedBox(folder / "control.sock")
    scripted.start()
    yield scripted
    scripted.stop()


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Wait, with the panel going on, until something is true."""

    async def wait(is_true: Callable[[], object]) -> None:
        deadline_s = time.monotonic() + DEADLINE_S
        while not is_true():
            if time.monotonic() > deadline_s:
                pytest.fail("what the test waits for did not come")
            await asyncio.sleep(0.01)

    return wait
