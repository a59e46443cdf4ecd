from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from countoff.core.events import Pedal, PedalMoved
from countoff.devices.footswitches import Footswitches

if TYPE_CHECKING:
    from collections.abc import Iterator

PINS = {Pedal.ROLL: 17, Pedal.AGAIN: 27, Pedal.KEEPER: 22, Pedal.SONG: 23}


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    """Pins of paper."""
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@pytest.fixture
def posted() -> list[PedalMoved]:
    """What the footswitches have posted."""
    return []


def test_each_pedal_has_its_pin(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """A contact that closes to ground is that pedal going down; one that opens, coming up."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    for pin in PINS.values():
        factory.pin(pin).drive_low()
        factory.pin(pin).drive_high()

    assert [(event.pedal, event.is_down) for event in posted] == [
        (pedal, is_down) for pedal in PINS for is_down in (True, False)
    ]
    footswitches.stop()


def test_an_edge_has_the_time_of_its_cause(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """The stamp lies between the moments before and after the contact moved."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    # gpiozero keeps times as floats of seconds: they are good to a microsecond.
    before_ns = time.monotonic_ns() - 1_000
    factory.pin(17).drive_low()
    after_ns = time.monotonic_ns()

    assert before_ns <= posted[0].at_ns <= after_ns
    footswitches.stop()


def test_bounces_are_posted_as_they_come(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """Nothing is swallowed here: what bounces is told apart by the rules."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    for _ in range(5):
        factory.pin(17).drive_low()
        factory.pin(17).drive_high()

    assert [event.is_down for event in posted] == [True, False] * 5
    footswitches.stop()


def test_a_normally_closed_pedal_opens_when_stepped_on(
    factory: MockFactory, posted: list[PedalMoved]
) -> None:
    """Said in the configuration, its edges mean the opposite."""
    footswitches = Footswitches(PINS, normally_closed=True, post=posted.append)
    footswitches.start()
    # A mock pin is pulled up as it is opened; the pedals at rest connect it to ground.
    for pin in PINS.values():
        factory.pin(pin).drive_low()
    posted.clear()
    factory.pin(27).drive_high()
    factory.pin(27).drive_low()

    assert [(event.pedal, event.is_down) for event in posted] == [
        (Pedal.AGAIN, True),
        (Pedal.AGAIN, False),
    ]
    footswitches.stop()


def test_a_taken_pin_frees_the_others(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """Where one pin cannot be opened none is kept, and a second start can succeed."""
    first = Footswitches({Pedal.SONG: 23}, normally_closed=False, post=posted.append)
    first.start()
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    with pytest.raises(Exception, match="23"):
        footswitches.start()
    first.stop()

    footswitches.start()
    factory.pin(17).drive_low()

    assert posted[-1].pedal is Pedal.ROLL
    footswitches.stop()


def lose_edge(factory: MockFactory, pin: int, *, is_closed: bool) -> None:
    """Move a contact without anybody being told."""
    factory.pin(pin)._state = not is_closed


def test_a_release_that_was_lost_is_found(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """A pedal whose release edge never came is told up by the second look that finds it open."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    factory.pin(17).drive_low()
    lose_edge(factory, 17, is_closed=False)
    footswitches.look(footswitches.look(frozenset()))

    assert [event.is_down for event in posted] == [True, False]
    footswitches.stop()


def test_a_pedal_that_is_down_at_the_start_is_no_press(
    factory: MockFactory, posted: list[PedalMoved]
) -> None:
    """What lies on a pedal when the box is switched on starts nothing, however often one looks."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    lose_edge(factory, 17, is_closed=True)
    doubted = footswitches.look(frozenset())

    assert doubted == {Pedal.ROLL}
    assert footswitches.look(doubted) == {Pedal.ROLL}
    assert posted == []
    footswitches.stop()
