from __future__ import annotations

import time
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from countoff import board
from countoff.board import Board
from countoff.config.model import Config
from countoff.core.brightness import power_share
from countoff.core.events import Event, Part, PartReported, PartState, Pedal, PedalMoved
from countoff.core.tally import TallyLight
from countoff.devices.oled import Oled
from countoff.devices.simulated import SimulatedLamp, SimulatedOled
from countoff.devices.tally_lamp import TallyLamp

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE_S = 20


@pytest.fixture
def events() -> list[Event]:
    """What the board has posted."""
    return []


@pytest.fixture(autouse=True)
def _own_chip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever chip a test opens is closed to the next one."""
    monkeypatch.setattr(Device, "pin_factory", Device.pin_factory)


@pytest.fixture
def mock_pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockFactory]:
    """Pins of paper, asked for by the environment."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


def states(events: list[Event]) -> dict[Part, PartState]:
    """Return what each part last said of itself."""
    return {event.part: event.state for event in events if isinstance(event, PartReported)}


def test_elsewhere_every_part_is_simulated_by_name(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is no Pi nobody's bus or pin is touched, and each part says so."""
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    monkeypatch.setattr(board, "is_pi", lambda: False)
    made = Board(Config(), events.append)
    made.start()

    assert isinstance(made.screen, SimulatedOled)
    assert isinstance(made.lamp, SimulatedLamp)
    assert states(events) == dict.fromkeys(
        (Part.SCREEN, Part.TALLY, Part.PEDALS), PartState.VIRTUAL
    )


def test_on_a_pi_the_parts_are_real(events: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen and the lamp are opened by their own threads; nothing is called virtual."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.setattr(board, "is_pi", lambda: True)
    made = Board(Config(), events.append)

    assert isinstance(made.screen, Oled)
    assert isinstance(made.lamp, TallyLamp)
    assert states(events) == {}


def test_pins_alone_can_be_asked_for(events: list[Event], mock_pins: MockFactory) -> None:
    """With mock pins the pedals and the lamp are on them, and the screen is still simulated."""
    made = Board(Config(), events.append)
    made.start()
    mock_pins.pin(22).drive_low()

    assert isinstance(made.screen, SimulatedOled)
    assert isinstance(made.lamp, TallyLamp)
    pressed = [event for event in events if isinstance(event, PedalMoved)]
    assert [(event.pedal, event.is_down) for event in pressed] == [(Pedal.KEEPER, True)]
    made.stop()


@pytest.mark.parametrize("is_on_stage", [False, True])
def test_the_lamp_comes_up_as_bright_as_it_is_to_be(
    monkeypatch: pytest.MonkeyPatch, *, is_on_stage: bool
) -> None:
    """Also where the box lives on a stage, at full brightness there: nobody tells it that again."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    pins = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(Device, "pin_factory", pins)
    tally = {"brightness": 0.5, "stage_brightness": 1.0}
    config = Config.model_validate({"tally": tally, "unit": {"stage": is_on_stage}})
    told: SimpleQueue[Event] = SimpleQueue()
    made = Board(config, told.put)
    made.lamp.start()
    made.lamp.set(TallyLight.RECORDING)
    while not (
        isinstance(event := told.get(timeout=DEADLINE_S), PartReported) and event.part is Part.TALLY
    ):
        pass
    wanted = 1.0 if is_on_stage else power_share(0.5)
    deadline_s = time.monotonic() + DEADLINE_S
    while pins.pin("GPIO18").state != pytest.approx(wanted):
        assert time.monotonic() < deadline_s
        time.sleep(0.001)
    made.lamp.stop()


@pytest.mark.usefixtures("mock_pins")
def test_a_pedal_that_cannot_be_opened_is_a_fault(events: list[Event]) -> None:
    """One sentence that says what to check; the box goes on with the panel's pedals."""
    first = Board(Config(), events.append)
    first.start()
    Board(Config(), events.append).start()

    assert states(events)[Part.PEDALS] is PartState.FAULT
    first.stop()


def test_pedals_whose_pins_were_taken_come_back(
    mock_pins: MockFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once nobody else has their pins they are opened, it is said once, and a press counts."""
    monkeypatch.setattr(board, "_OPEN_AGAIN_S", 0.01)
    first = Board(Config(), lambda _: None)
    first.start()
    posted: SimpleQueue[Event] = SimpleQueue()
    second = Board(Config.model_validate({"unit": {"simulate": "auto"}}), posted.put)
    second.start()
    posted.get(timeout=DEADLINE_S)  # the screen is simulated
    fault = posted.get(timeout=DEADLINE_S)
    first.stop()
    back = posted.get(timeout=DEADLINE_S)
    mock_pins.pin(17).drive_low()
    moved = posted.get(timeout=DEADLINE_S)
    second.stop()

    assert isinstance(fault, PartReported)
    assert (fault.part, fault.state) == (Part.PEDALS, PartState.FAULT)
    assert isinstance(back, PartReported)
    assert (back.part, back.state) == (Part.PEDALS, PartState.OK)
    assert isinstance(moved, PedalMoved)


@pytest.mark.usefixtures("mock_pins")
def test_simulate_wins(events: list[Event]) -> None:
    """`unit.simulate = true` simulates also what is there."""
    config = Config.model_validate({"unit": {"simulate": True}})
    made = Board(config, events.append)

    assert isinstance(made.lamp, SimulatedLamp)
    assert states(events)[Part.PEDALS] is PartState.VIRTUAL


def test_only_a_pis_own_pins_load_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is loaded with the runtime folder where a Pi has pins, and nowhere else."""
    folders: list[Path] = []
    monkeypatch.setattr(board, "load_lgpio", folders.append)
    config = Config.model_validate({"unit": {"socket": "/run/box/control.sock"}})

    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    Board(config, lambda _: None).load_pins()
    assert folders == []

    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    Board(config, lambda _: None).load_pins()
    assert folders == [Path("/run/box")]


def test_the_chip_is_open_before_anybody_asks_for_a_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lamp and pedals, which are opened on two threads, find one chip and do not open one each."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.setattr(Device, "pin_factory", None)
    Board(Config(), lambda _: None).load_pins()
    assert Device.pin_factory is not None


def test_a_library_that_does_not_load_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The box starts without pins; who opens one says what is wrong."""

    def fail(_: Path) -> None:
        raise RuntimeError("no chip")

    monkeypatch.setattr(board, "load_lgpio", fail)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    Board(Config(), lambda _: None).load_pins()
