from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from countoff import retried_part
from countoff.core.events import Part, PartState
from countoff.core.tally import TallyLight
from countoff.devices import tally_lamp
from countoff.devices.simulated import SimulatedLamp
from countoff.devices.tally_lamp import TallyLamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import PartReported

DEADLINE_S = 20.0
NAME = "GPIO18"


class WatchedPin(MockPWMPin):  # type: ignore[misc]  # gpiozero is untyped
    """A PWM pin whose levels can be waited for, and that can fail."""

    news = threading.Condition()
    is_broken = False
    failures = 0

    def _change_state(self, value: float) -> bool:
        with WatchedPin.news:
            if WatchedPin.is_broken:
                WatchedPin.failures += 1
                WatchedPin.news.notify_all()
                raise OSError(5, "Input/output error")
            changed = bool(super()._change_state(value))
            WatchedPin.news.notify_all()
            return changed


class Reports:
    """The reports of a part, to be waited for."""

    def __init__(self) -> None:
        self.all: list[PartReported] = []
        self._news = threading.Condition()

    def __call__(self, report: PartReported) -> None:
        """Keep a report."""
        with self._news:
            self.all.append(report)
            self._news.notify_all()

    def wait_for(self, count: int) -> list[PartReported]:
        """Wait until there are so many and return them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.all) >= count, DEADLINE_S)
            return list(self.all)


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return mock pins; attempts follow one another at once."""
    monkeypatch.setattr(retried_part, "_FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(retried_part, "_LAST_RETRY_S", 0.002)
    monkeypatch.setattr(WatchedPin, "is_broken", False)
    mock = MockFactory(pin_class=WatchedPin)
    yield mock
    mock.reset()


@pytest.fixture
def reports() -> Reports:
    """Return where reports go."""
    return Reports()


@pytest.fixture
def lamp(factory: Any, reports: Reports) -> Iterator[TallyLamp]:
    """Return a lamp at full brightness that shines."""
    made = TallyLamp(18, 1.0, reports, factory)
    made.start()
    reports.wait_for(1)
    yield made
    made.stop()


def wait_for_level(factory: Any, level: float) -> None:
    """Wait until the pin is this bright. The lamp has it: two that ask first get a pin each."""
    pin = factory.pin(NAME)
    with WatchedPin.news:
        assert WatchedPin.news.wait_for(lambda: pin.state == pytest.approx(level), DEADLINE_S)


def test_shows_each_light(factory: Any, lamp: TallyLamp, reports: Reports) -> None:
    """The pin follows the light that is set: solid, dim, dark, blinking by itself."""
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 1.0)
    lamp.set(TallyLight.OFF)
    wait_for_level(factory, 0.0)
    lamp.set(TallyLight.ANSWER_MISSING)
    for _ in range(3):
        wait_for_level(factory, 1.0)
        wait_for_level(factory, 0.0)
    lamp.set(TallyLight.CANNOT_ANSWER)
    wait_for_level(factory, 0.15)
    wait_for_level(factory, 1.0)
    assert [(report.part, report.state) for report in reports.all] == [(Part.TALLY, PartState.OK)]


def test_count_in_flashes_on_the_beat(factory: Any, lamp: TallyLamp) -> None:
    """Given a beat that lies ahead the lamp glows, flashes with it, and goes on by itself."""
    lamp.set(TallyLight.COUNT_IN)
    wait_for_level(factory, 0.1)
    lamp.set(TallyLight.COUNT_IN, time.monotonic_ns() + 100_000_000, 200_000_000)
    for _ in range(3):
        wait_for_level(factory, 1.0)
        wait_for_level(factory, 0.0)


def test_full_brightness_scales_every_level(factory: Any, reports: Reports) -> None:
    """A lamp that is to be dimmer is dimmer in every light."""
    lamp = TallyLamp(18, 0.5, reports, factory)
    lamp.start()
    reports.wait_for(1)
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 0.5)
    lamp.set(TallyLight.ARMED)
    wait_for_level(factory, 0.2)
    lamp.stop()


def test_stop_goes_dark_and_lets_go(factory: Any, reports: Reports) -> None:
    """After stop() the pin was dark and is an input again; a lamp that never started stops too."""
    lamp = TallyLamp(18, 1.0, reports, factory)
    lamp.start()
    reports.wait_for(1)
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 1.0)
    lamp.stop()
    assert factory.pin(NAME).function == "input"
    assert 0.0 in [change.state for change in factory.pin(NAME).states[-3:]]
    TallyLamp(18, 1.0, reports, factory).stop()


def test_failing_pin_is_told_once_and_comes_back(
    factory: Any, lamp: TallyLamp, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pin that fails is told once, tried again, and the lamp then shows what is wanted now."""
    monkeypatch.setattr(WatchedPin, "is_broken", True)
    lamp.set(TallyLight.RECORDING)
    fault = reports.wait_for(2)[1]
    assert (fault.part, fault.state) == (Part.TALLY, PartState.FAULT)
    assert "pin 18" in fault.sentence
    assert "Input/output error" in fault.sentence
    monkeypatch.setattr(WatchedPin, "is_broken", False)
    assert reports.wait_for(3)[2].state is PartState.OK
    wait_for_level(factory, 1.0)


def test_a_pin_that_could_not_be_let_go_of_is_opened_again(
    factory: Any, lamp: TallyLamp, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a pin fails, closing it included, the lamp shines once it is well."""
    monkeypatch.setattr(WatchedPin, "is_broken", True)
    before = WatchedPin.failures
    lamp.set(TallyLight.RECORDING)
    with WatchedPin.news:
        assert WatchedPin.news.wait_for(lambda: WatchedPin.failures >= before + 5, DEADLINE_S)
    monkeypatch.setattr(WatchedPin, "is_broken", False)
    wait_for_level(factory, 1.0)
    assert [report.state for report in reports.wait_for(3)] == [
        PartState.OK,
        PartState.FAULT,
        PartState.OK,
    ]


def test_no_pins_gives_one_sentence(reports: Reports) -> None:
    """Where there is no such pin, the lamp says so in a sentence and goes on trying."""
    lamp = TallyLamp(99, 1.0, reports, MockFactory(pin_class=MockPWMPin))
    lamp.start()
    report = reports.wait_for(1)[0]
    lamp.stop()
    assert report.state is PartState.FAULT
    assert "pin 99" in report.sentence
    assert "[tally]" in report.sentence


def test_simulated_lamp_is_as_bright_as_a_real_one() -> None:
    """The simulated lamp keeps the light and tells its brightness at any moment."""
    lamp = SimulatedLamp()
    lamp.start()
    assert lamp.brightness_at(0) == 0.0
    lamp.set(TallyLight.COUNT_IN, 1_000, 600)
    assert lamp.brightness_at(1_000) == 1.0
    assert lamp.brightness_at(1_300) == 0.0
    lamp.stop()
    assert lamp.light is TallyLight.OFF


def test_brightness_changes_while_it_shines(factory: Any, lamp: TallyLamp) -> None:
    """Stage mode dims the very light that is shown, by the eye's measure, and brings it back."""
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 1.0)
    lamp.set_brightness(0.5)
    wait_for_level(factory, 0.5**2.2)
    lamp.set(TallyLight.OFF)
    wait_for_level(factory, 0.0)
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 0.5**2.2)
    lamp.set_brightness(1.0)
    wait_for_level(factory, 1.0)


def test_what_is_dim_is_never_dark(factory: Any, lamp: TallyLamp) -> None:
    """The dip of a light that says "told to record" is seen also where the lamp is at its dimmest."""
    lamp.set_brightness(0.05)
    lamp.set(TallyLight.CANNOT_ANSWER)
    wait_for_level(factory, 0.01)
    lamp.set(TallyLight.OFF)
    wait_for_level(factory, 0.0)


def test_the_lamp_is_switched_as_seldom_as_no_eye_sees(factory: Any, lamp: TallyLamp) -> None:
    """A dimmed lamp is switched a hundred times a second, and no oftener."""
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 1.0)
    assert factory.pin(NAME).frequency == 100


def test_a_pin_that_fails_under_a_steady_light_is_told(
    factory: Any, lamp: TallyLamp, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changes for a whole take: that the lamp is not red any more must be said meanwhile."""
    monkeypatch.setattr(tally_lamp, "_WRITE_AGAIN_S", 0.01)
    lamp.set(TallyLight.RECORDING)
    wait_for_level(factory, 1.0)
    monkeypatch.setattr(WatchedPin, "is_broken", True)
    assert "Input/output error" in reports.wait_for(2)[1].sentence
    monkeypatch.setattr(WatchedPin, "is_broken", False)
    assert reports.wait_for(3)[2].state is PartState.OK
    wait_for_level(factory, 1.0)
    # Somebody takes the line for an input: it is asked, since writing to it raises nothing.
    with monkeypatch.context() as taken:
        taken.setattr(WatchedPin, "_get_function", lambda _: "input")
        assert "no output any more" in reports.wait_for(4)[3].sentence
    assert reports.wait_for(5)[4].state is PartState.OK


def test_the_chip_is_opened_by_one_before_the_pin(factory: Any, reports: Reports) -> None:
    """Where it cannot be yet, the lamp asks nobody else for a pin; it says why, and tries again."""
    closed = [True]

    def open_chip() -> None:
        if closed:
            raise RuntimeError("gpiochip11 is closed")

    lamp = TallyLamp(18, 1.0, reports, factory, open_chip=open_chip)
    lamp.start()
    assert "gpiochip11 is closed" in reports.wait_for(1)[0].sentence
    assert factory.pins == {}
    closed.clear()
    assert reports.wait_for(2)[1].state is PartState.OK
    lamp.stop()
