"""The tally shows the newest state, whatever the thread that draws is busy with."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.session.conftest import Studio

from countoff.core.daw import DawAbilities, DawTransport
from countoff.core.events import DawHeard, Pedal, PedalMoved
from countoff.core.session.dimming import DIMMED_SHARE, Lights
from countoff.core.session.step import step
from countoff.core.tally import TallyLight
from countoff.display import Display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.session.state import State

DEADLINE_S = 20


class Glass:
    """A screen that takes as long as it is let to."""

    def __init__(self) -> None:
        self.is_showing = threading.Event()
        self.may_go_on = threading.Event()

    def start(self) -> None:
        """Be there."""

    def stop(self) -> None:
        """Be gone."""

    def set_brightness(self, brightness: float) -> None:
        """Be as it is."""

    def show(self, _image: Any) -> None:
        """Take long."""
        self.is_showing.set()
        assert self.may_go_on.wait(DEADLINE_S)


class Bulb:
    """A lamp that keeps what it was set to; setting it may be held up."""

    def __init__(self) -> None:
        self.lights: list[TallyLight] = []
        self.brightness: list[float] = []
        self.is_setting = threading.Event()
        self.may_set = threading.Event()
        self.may_set.set()
        self.has_changed = threading.Condition()

    def start(self) -> None:
        """Be there."""

    def stop(self) -> None:
        """Be gone."""

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Keep it."""
        self.is_setting.set()
        assert self.may_set.wait(DEADLINE_S)
        with self.has_changed:
            self.lights.append(light)
            self.has_changed.notify_all()

    def set_brightness(self, brightness: float) -> None:
        """Keep it."""
        self.brightness.append(brightness)

    def wait_for(self, light: TallyLight) -> None:
        """Wait until it was set to `light` last."""
        with self.has_changed:
            shows = self.has_changed.wait_for(lambda: self.lights[-1:] == [light], DEADLINE_S)
        assert shows, self.lights


class Shop:
    """A display with its screen, lamp and state."""

    def __init__(self) -> None:
        self.glass, self.bulb = Glass(), Bulb()
        self._studio = Studio(daw=DawAbilities(can_answer=True))
        self.state: State = self._studio.state
        self.display = Display(lambda: self.state, self.glass, self.bulb, lambda: None)

    def hear(self, word: DawTransport) -> None:
        """Have the DAW say something, and the display told of the new state."""
        self._studio.feed(DawHeard(self._studio.now_ns, word))
        self.state = self._studio.state
        self.display.changed()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A display that runs, and draws its first picture for as long as it is let to."""
    shop = Shop()
    shop.display.start()
    assert shop.glass.is_showing.wait(DEADLINE_S)
    yield shop
    shop.bulb.may_set.set()
    shop.glass.may_go_on.set()
    shop.display.stop()


def test_the_light_does_not_wait_for_the_screen(shop: Shop) -> None:
    """The screen hangs: the lamp is set all the same, before whoever changed the state goes on."""
    assert shop.bulb.lights == [TallyLight.OFF]
    shop.hear(DawTransport.ARMED)
    assert shop.bulb.lights[-1] is TallyLight.ARMED
    shop.hear(DawTransport.STOPPED)
    assert shop.bulb.lights[-1] is TallyLight.OFF


def test_nobody_waits_for_the_light_and_the_newest_comes_last(shop: Shop) -> None:
    """While the display's own thread sets an older light, a newer state is taken in, and shown next."""
    shop.bulb.may_set.clear()
    shop.bulb.is_setting.clear()
    armed = threading.Thread(target=shop.hear, args=(DawTransport.ARMED,))
    armed.start()
    assert shop.bulb.is_setting.wait(DEADLINE_S)
    # The lamp is being set just now, to ARMED: this returns at once.
    shop.hear(DawTransport.STOPPED)
    assert shop.bulb.lights == [TallyLight.OFF]
    shop.bulb.may_set.set()
    armed.join(DEADLINE_S)
    shop.glass.may_go_on.set()
    shop.bulb.wait_for(TallyLight.OFF)
    assert shop.bulb.lights == [TallyLight.OFF, TallyLight.ARMED, TallyLight.OFF]


class Dimmed(Glass):
    """A screen that keeps how bright it is to be, and never takes long."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on.set()
        self.brightness: list[float] = []
        self.news = threading.Condition()

    def set_brightness(self, brightness: float) -> None:
        """Keep it."""
        with self.news:
            self.brightness.append(brightness)
            self.news.notify_all()

    def wait_for(self, *brightness: float) -> None:
        """Wait until it was told to be so bright, one after the other."""
        with self.news:
            told = self.news.wait_for(lambda: self.brightness == [*brightness], DEADLINE_S)
        assert told, self.brightness


def test_an_idle_screen_is_dimmed_and_the_first_edge_wakes_it() -> None:
    """Left alone for long the screen is told to be dim; a foot makes it bright, whatever it does."""
    lights = Lights(screen=0.9, dims_after_ns=60_000_000_000)
    studio = Studio(lights=lights)
    state = replace(studio.state, idle_since_ns=time.monotonic_ns() - 100_000_000_000)
    now = {"state": state}
    glass, bulb = Dimmed(), Bulb()
    display = Display(lambda: now["state"], glass, bulb, lambda: None)
    display.start()
    try:
        glass.wait_for(0.9 * DIMMED_SHARE)
        edge = PedalMoved(time.monotonic_ns(), Pedal.SONG, is_down=True)
        now["state"] = step(state, edge)[0]
        display.changed()
        glass.wait_for(0.9 * DIMMED_SHARE, 0.9)
    finally:
        display.stop()


def test_stage_mode_reaches_the_lamp_before_whoever_asked_goes_on() -> None:
    """The lamp is told its brightness where the state changes, and each only once."""
    studio = Studio(lights=Lights(tally=1.0, tally_on_stage=0.4))
    bulb = Bulb()
    display = Display(lambda: studio.state, Dimmed(), bulb, lambda: None)
    display.changed()
    assert bulb.brightness == []
    for at_s in (1, 2):
        studio.ask("stage_mode", at_s)
        display.changed()
        display.changed()
    assert bulb.brightness == [0.4, 1.0]
