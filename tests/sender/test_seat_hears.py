"""What a seat makes of its sender's words about what is heard; the sender itself is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Part, PartReported, PartState, Pedal, PedalMoved
from countoff.foot_controller import MidiPedals
from countoff.midi.pedals import Assignment, PedalMessage
from countoff.sender.link import SenderLink, SenderSettings
from countoff.sender.reports import (
    BytesHeard,
    BytesMissed,
    PedalsBack,
    PedalsLost,
    Report,
    Role,
    SenderReady,
)
from countoff.sender.seat import SenderSeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import Event

T = 1_000_000_000
DOWN, UP = bytes.fromhex("90 3C 7F"), bytes.fromhex("80 3C 00")
LOST = 'MIDI port "FCB1010" has gone.'


class Words:
    """A seat whose sender says what the test wants."""

    def __init__(self, seat: SenderSeat) -> None:
        self.next: list[Report] = []
        self._seat = seat

    def say(self, *reports: Report) -> list[Event]:
        """Have the sender say these; return what the seat tells of them."""
        self.next = list(reports)
        told = (PedalMoved, PartReported)
        return [event for event in self._seat.poll() if isinstance(event, told)]


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[Words]:
    """A seat with one MIDI pedal, note 60 for ROLL."""
    pedals = MidiPedals([Assignment(PedalMessage.parse("note 60"), Pedal.ROLL)])
    seat = SenderSeat(SenderSettings("none", pedals_port="FCB1010"), pedals=pedals)
    words = Words(seat)

    def poll(_link: SenderLink) -> tuple[Report, ...]:
        said, words.next = tuple(words.next), []
        return said

    monkeypatch.setattr(SenderLink, "poll", poll)
    seat.start()
    ready = SenderReady("none", "no MIDI port", virtual=True, fifo=False, memory_locked=False)
    words.say(ready)
    yield words
    seat.close()


def test_a_foot_controllers_pedal_is_a_pedal(words: Words) -> None:
    """It goes down and up at the moments at which its messages came."""
    assert words.say(BytesHeard(Role.PEDALS, T, DOWN), BytesHeard(Role.PEDALS, T + 5, UP)) == [
        PedalMoved(T, Pedal.ROLL, is_down=True),
        PedalMoved(T + 5, Pedal.ROLL, is_down=False),
    ]


def test_a_foot_controller_that_goes_lifts_every_foot(words: Words) -> None:
    """A release that nobody hears must not become a hold that ends the take; the screen names it."""
    words.say(BytesHeard(Role.PEDALS, T, DOWN))
    lifted, said = words.say(PedalsLost(LOST))
    assert isinstance(lifted, PedalMoved)
    assert (lifted.pedal, lifted.is_down) == (Pedal.ROLL, False)
    assert isinstance(said, PartReported)
    assert (said.part, said.state, said.sentence) == (Part.PEDALS, PartState.WARNING, LOST)
    (back,) = words.say(PedalsBack("FCB1010:FCB1010 MIDI 1"))
    assert isinstance(back, PartReported)
    assert (back.part, back.state) == (Part.PEDALS, PartState.OK)
    assert said.source == back.source == "foot controller"


def test_what_is_missed_of_it_lifts_every_foot_too(words: Words) -> None:
    """The release may have been among it."""
    words.say(BytesHeard(Role.PEDALS, T, DOWN))
    (lifted,) = words.say(BytesMissed(Role.PEDALS))
    assert isinstance(lifted, PedalMoved)
    assert not lifted.is_down


def test_the_footswitches_are_not_called_well_for_it(words: Words) -> None:
    """That it is heard from the start says nothing of the pedals that are wired."""
    assert words.say(PedalsBack("FCB1010:FCB1010 MIDI 1")) == []


def test_bytes_of_a_daw_that_nobody_talks_to_are_nothing(words: Words) -> None:
    """They are left alone."""
    assert words.say(BytesHeard(Role.DAW, T, DOWN), BytesMissed(Role.DAW)) == []
