"""The tally shows the newest state, whatever the thread that draws is busy with."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.session.conftest import Studio

from countoff.core.daw import DawAbilities, DawTransport
from countoff.core.events import DawHeard
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

    def show(self, _image: Any) -> None:
        """Take long."""
        self.is_showing.set()
        assert self.may_go_on.wait(DEADLINE_S)


class Bulb:
    """A lamp that keeps what it was set to; setting it may be held up."""

    def __init__(self) -> None:
        self.lights: list[TallyLight] = []
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
