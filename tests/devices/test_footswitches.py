from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

from countoff.core.events import Part, PartReported, PartState, Pedal, PedalMoved
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


def test_a_press_after_a_lost_release_counts(
    factory: MockFactory, posted: list[PedalMoved]
) -> None:
    """The next press is a press, whether its lost release was found or not; gpiozero's is none."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    factory.pin(17).drive_low()
    lose_edge(factory, 17, is_closed=False)
    footswitches.look(footswitches.look(frozenset()))
    factory.pin(17).drive_low()
    factory.pin(17).drive_high()

    assert [event.is_down for event in posted] == [True, False, True, False]
    footswitches.stop()


def test_both_edges_at_once_are_two(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """Edges that follow each other within a millisecond are both posted, in order, each with its time."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    for _ in range(50):
        factory.pin(27).drive_low()
        factory.pin(27).drive_high()

    assert [event.is_down for event in posted] == [True, False] * 50
    stamps = [event.at_ns for event in posted]
    # gpiozero keeps times as floats of seconds: they are good to a microsecond.
    assert all(later >= earlier - 1_000 for earlier, later in pairwise(stamps))
    assert stamps[-1] - stamps[0] < 50 * 100_000_000
    footswitches.stop()


def test_a_cable_that_hums_is_no_flood(factory: MockFactory, posted: list[PedalMoved]) -> None:
    """Of thousands of edges a second a hundredth is enough; the other pedals are heard beside it."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    began_ns = time.monotonic_ns()
    for _ in range(5000):
        factory.pin(27).drive_low()
        factory.pin(27).drive_high()
    tenths = (time.monotonic_ns() - began_ns) // 100_000_000 + 1
    factory.pin(27).drive_low()
    factory.pin(17).drive_low()

    hum = [event for event in posted if event.pedal is Pedal.AGAIN]
    assert 100 <= len(hum) <= 100 * (tenths + 1)
    assert [event.is_down for event in posted if event.pedal is Pedal.ROLL] == [True]
    # It rests in the end, and that is found, whatever of it was told.
    lose_edge(factory, 27, is_closed=False)
    footswitches.look(footswitches.look(frozenset()))
    assert not [event for event in posted if event.pedal is Pedal.AGAIN][-1].is_down
    footswitches.stop()


def test_one_pedal_alone_may_be_normally_closed(
    factory: MockFactory, posted: list[PedalMoved]
) -> None:
    """Of the pedals that are named the edges mean the opposite, of the others what they always do."""
    footswitches = Footswitches(PINS, normally_closed={Pedal.SONG}, post=posted.append)
    # A mock pin is pulled up as it is opened; this pedal connects it to ground all the same.
    hold_down(factory, 23)
    footswitches.start()
    factory.pin(23)._change_state(value=True)
    factory.pin(23)._call_when_changed()
    factory.pin(17).drive_low()

    assert [(event.pedal, event.is_down) for event in posted] == [
        (Pedal.SONG, True),
        (Pedal.ROLL, True),
    ]
    footswitches.stop()


class HeldPin(MockPin):  # type: ignore[misc]  # gpiozero is untyped
    """A pin whose contact is closed: no resistor pulls it up."""

    def _set_pull(self, value: str) -> None:
        self._pull = value
        self._state = False


def hold_down(factory: MockFactory, pin: int) -> None:
    """Have a contact closed before anybody opens its pin."""
    factory.pin(pin, pin_class=HeldPin)


def test_what_is_down_at_the_start_is_said_until_it_is_up(
    factory: MockFactory, posted: list[PedalMoved | PartReported]
) -> None:
    """A pedal that is stuck, or normally closed by mistake, is named once; the others work beside it."""
    for pin in (17, 23):
        hold_down(factory, pin)
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    doubted = footswitches.look(footswitches.look(frozenset()))
    factory.pin(22).drive_low()
    (said, pressed) = posted

    assert isinstance(said, PartReported)
    assert (said.part, said.state) == (Part.PEDALS, PartState.WARNING)
    assert "ROLL and SONG" in said.sentence
    assert "pedals.normally_closed" in said.sentence
    assert isinstance(pressed, PedalMoved)
    assert pressed.pedal is Pedal.KEEPER
    posted.clear()

    factory.pin(17).drive_high()
    factory.pin(17).drive_low()
    doubted = footswitches.look(doubted)
    lose_edge(factory, 23, is_closed=False)
    footswitches.look(doubted)
    states = [event.state for event in posted if isinstance(event, PartReported)]
    assert states == [PartState.WARNING, PartState.OK]
    assert "SONG" in next(e.sentence for e in posted if isinstance(e, PartReported))
    edges = [(e.pedal, e.is_down) for e in posted if isinstance(e, PedalMoved)]
    assert edges == [(Pedal.ROLL, False), (Pedal.ROLL, True)]
    footswitches.stop()


def test_a_pin_that_is_let_go_of_posts_nothing(
    factory: MockFactory, posted: list[PedalMoved]
) -> None:
    """After stop() nothing is posted; after another start() it is again."""
    footswitches = Footswitches(PINS, normally_closed=False, post=posted.append)
    footswitches.start()
    footswitches.stop()
    factory.pin(17).drive_low()
    factory.pin(17).drive_high()
    assert posted == []

    footswitches.start()
    factory.pin(17).drive_low()
    assert [event.is_down for event in posted] == [True]
    footswitches.stop()


def test_a_contact_that_is_learnt_means_the_opposite_at_once(factory: MockFactory) -> None:
    """It is closed, told as down; learnt, it is up, and opening it is a step."""
    posted: list[PedalMoved | PartReported] = []
    footswitches = Footswitches({Pedal.KEEPER: 22}, normally_closed=False, post=posted.append)
    footswitches.start()
    factory.pin(22).drive_low()
    assert footswitches.closed() == {Pedal.KEEPER: True}
    assert footswitches.normally_closed == frozenset()

    footswitches.learn(Pedal.KEEPER)
    factory.pin(22).drive_high()
    factory.pin(22).drive_low()
    footswitches.stop()

    moved = [event.is_down for event in posted if isinstance(event, PedalMoved)]
    assert moved == [True, False, True, False]
    assert footswitches.normally_closed == {Pedal.KEEPER}
    assert footswitches.closed() == {}
