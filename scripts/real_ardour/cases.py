"""What is tried with a real Ardour, case by case. What counts as passed is in `judging`."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

from real_ardour.ardour import (
    CLOCK_IN,
    MACKIE_IN,
    MACKIE_OUT,
    MMC_IN,
    TIME_CODE_IN,
    TRACK_IN,
    Ardour,
)
from real_ardour.box import CLOCK_OUT, DAW_IN, DAW_OUT, Box
from real_ardour.ear import Ear
from real_ardour.programs import Display, SoundServer
from real_ardour.session import make_session
from real_ardour.trial import ROLLED_TO_BAR, Trial, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from real_ardour.trial import Evidence

_BLOCK_FRAMES = 256
# Whoever follows a clock is thrown off where the server loses time: longer blocks outlast more.
_BLOCK_FRAMES_BY_CLOCK = 1024
_ROLLS_S = 2.0
# It rolls on after the clock has ended.
_ROLLS_ON_S = 4.0
_BOTH_WAYS = [(DAW_OUT, MACKIE_IN), (MACKIE_OUT, DAW_IN)]
# Ardour says nothing over a Mackie Control whose input is connected to nothing.
_BY_MMC = [(DAW_OUT, MMC_IN), *_BOTH_WAYS]
_BY_MMC_ALONE = [(DAW_OUT, MMC_IN)]


class Studio:
    """A sound server, a display and an Ardour, for as long as cases share them."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, follows: str = "") -> None:
        """Prepare it in `folder`."""
        self._folder = folder
        self._env = dict(env)
        self._follows = follows
        self._boxes = 0

    def __enter__(self) -> Self:
        """Start everything but the box."""
        self._folder.mkdir()
        blocks = _BLOCK_FRAMES_BY_CLOCK if self._follows else _BLOCK_FRAMES
        with ExitStack() as starting:
            self.server = starting.enter_context(SoundServer(self._folder, self._env, blocks))
            self._env = self.server.env
            display = starting.enter_context(Display(self._folder, self._env))
            session = make_session(self._folder, self._env, follows=self._follows)
            self.ardour = starting.enter_context(
                Ardour(self._folder, display.env, self.server, session)
            )
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End it all."""
        self._running.close()

    @contextmanager
    def trial(self, profile: str, midi: list[tuple[str, str]], more: str = "") -> Iterator[Trial]:
        """Have a box with `profile` at Ardour, with the cables `midi`."""
        self._boxes += 1
        settings = f'[midi]\nbackend = "jack"\n{more}[daw]\nprofile = "{profile}"\n'
        folder = self._folder / f"box {self._boxes}"
        with Box(folder, self._env, settings) as box:
            cables = {"told": DAW_OUT, "lights": MACKIE_OUT}
            if "clock =" in more:
                cables["clock"] = CLOCK_OUT
            with Ear(self.server, cables) as ear:
                connect(self.ardour, box, midi, TRACK_IN)
                yield Trial(self.ardour, box, ear)


def by_surface(studio: Studio) -> Iterator[tuple[str, Evidence]]:
    """Try the profile `ardour`: all that can happen between a box and a surface."""
    with studio.trial("ardour", _BOTH_WAYS) as trial:
        yield "surface", _take(trial)
        yield "surface, keeper", _take(trial, flag=True)
        yield "surface, again", _take(trial, again=True)
        yield "surface, space bar", _take(trial, ends_at_ardour=True)
        yield "surface, record at Ardour", _take_of_ardour(trial)
        trial.ardour.tell("/rec_enable_toggle")
        trial.wait_for_light("armed")
        yield "surface, armed before", _take(trial)
        trial.ardour.tell("/transport_play")
        time.sleep(_ROLLS_S)
        yield "surface, rolling before", _take(trial)


def by_mmc(studio: Studio) -> Iterator[tuple[str, Evidence]]:
    """Try the profile `ardour-mmc`: located, and confirmed by the lights."""
    with studio.trial("ardour-mmc", _BY_MMC) as trial:
        yield "mmc", _take(trial)
        yield "mmc, again", _take(trial, again=True)
        yield "mmc, space bar", _take(trial, ends_at_ardour=True)
        yield "mmc, record at Ardour", _take_of_ardour(trial)


def by_osc(studio: Studio) -> Iterator[tuple[str, Evidence]]:
    """Try the profile `ardour-osc`: confirmed over the network, which knows of armed tracks."""
    with studio.trial("ardour-osc", _BY_MMC_ALONE) as trial:
        yield "osc", _take(trial)
        yield "osc, again", _take(trial, again=True)
        yield "osc, space bar", _take(trial, ends_at_ardour=True)
        yield "osc, record at Ardour", _take_of_ardour(trial)
        trial.ardour.arm(is_armed=False)
        yield "osc, nothing armed", _refused(trial)
        trial.ardour.arm(is_armed=True)


def by_clock(studio: Studio) -> Iterator[tuple[str, Evidence]]:
    """Try the profile `ardour-clock`: it starts with the count-in, and follows."""
    with studio.trial("ardour-clock", [(CLOCK_OUT, CLOCK_IN)], 'clock = "count_in"\n') as trial:
        trial.ardour.tell("/rec_enable_toggle")
        yield "clock", _take(trial, light="cannot_answer")
        time.sleep(_ROLLS_ON_S)
        trial.ardour.tell("/rec_enable_toggle")
        yield "clock, once more", _take(trial, light="cannot_answer")


def by_time_code(studio: Studio) -> Iterator[tuple[str, Evidence]]:
    """Try the profile `ardour-mtc`: armed by the surface, rolled by time code, each take at its place."""
    midi = [*_BOTH_WAYS, (CLOCK_OUT, TIME_CODE_IN)]
    with studio.trial("ardour-mtc", midi) as trial:
        yield "mtc", _take(trial)
        yield "mtc, again", _take(trial, again=True)
        yield "mtc, space bar", _take(trial, ends_at_ardour=True)


def _take(
    trial: Trial,
    *,
    light: str = "recording",
    again: bool = False,
    flag: bool = False,
    ends_at_ardour: bool = False,
) -> Evidence:
    """Record one take of some bars, or begin it once more; end it at the box, or at Ardour."""
    trial.begin()
    for pedal in ("roll", "again") if again else ("roll",):
        trial.box.press(pedal)
        trial.box.wait_for(lambda status: status["phase"] == "count_in", "it is asked")
        is_rolling = trial.reaches(ROLLED_TO_BAR - 1)
    if flag:
        trial.box.press("keeper")
    if is_rolling and trial.reaches(ROLLED_TO_BAR):
        trial.wait_for_light(light)
        if ends_at_ardour:
            trial.ardour.tell("/transport_stop")
        else:
            trial.box.do("stop")
    trial.wait_for_end()
    trial.wait_for_light("off")
    return trial.evidence(files=2 if again else 1)


def _take_of_ardour(trial: Trial) -> Evidence:
    """Have somebody at Ardour record something."""
    trial.begin()
    trial.ardour.tell("/rec_enable_toggle")
    trial.ardour.tell("/transport_play")
    trial.wait_for_light("recording")
    time.sleep(_ROLLS_S)
    trial.ardour.tell("/transport_stop")
    trial.wait_for_end()
    trial.wait_for_light("off")
    return trial.evidence()


def _refused(trial: Trial) -> Evidence:
    """Ask for a take that Ardour cannot record."""
    trial.begin()
    before = trial.box.take()["id"]
    trial.box.press("roll")
    trial.box.wait_for(
        lambda status: trial.notes(status) and trial.box.take()["id"] != before, "it is asked"
    )
    trial.wait_for_end()
    return trial.evidence(files=0)
