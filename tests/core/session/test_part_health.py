from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.entries import IncidentHappened
from countoff.core.events import Part, PartReported, PartState

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

LOST = "The foot controller has gone."
DOWN = "SONG is down."
TAKEN = "The pins are taken."


def say(studio: Studio, state: PartState, sentence: str = "", source: str = "") -> tuple[str, str]:
    """Have one of those that make up the pedals speak; return how the pedals are."""
    event = PartReported(studio.now_ns + 1, Part.PEDALS, state, sentence, source)
    studio.feed(event)
    health = studio.state.parts[Part.PEDALS]
    return health.state, health.sentence


def test_a_fault_is_not_hidden_by_anothers_word(studio: Studio) -> None:
    """Footswitches and foot controller make up the pedals: both faults stand until each is over."""
    assert say(studio, PartState.WARNING, DOWN) == ("warning", DOWN)
    assert say(studio, PartState.OK, source="foot") == ("warning", DOWN)
    assert say(studio, PartState.WARNING, LOST, "foot") == ("warning", f"{DOWN} {LOST}")
    assert say(studio, PartState.OK) == ("warning", LOST)
    assert say(studio, PartState.FAULT, TAKEN) == ("fault", f"{TAKEN} {LOST}")
    assert say(studio, PartState.OK, source="foot") == ("fault", TAKEN)
    assert say(studio, PartState.OK) == ("ok", "")


def test_that_pedals_are_only_in_the_panel_is_not_hidden_either(studio: Studio) -> None:
    """A foot controller that is well wires no footswitches."""
    virtual = ("virtual", "They are in the panel.")
    assert say(studio, PartState.VIRTUAL, virtual[1]) == virtual
    assert say(studio, PartState.WARNING, LOST, "foot") == ("warning", LOST)
    assert say(studio, PartState.OK, source="foot") == virtual


def test_a_second_fault_of_a_part_is_no_second_incident(studio: Studio) -> None:
    """The part has failed once, whoever of those that make it up joins in."""
    say(studio, PartState.FAULT, TAKEN)
    say(studio, PartState.FAULT, LOST, "foot")
    assert [entry.kind for entry in studio.logged(IncidentHappened)] == ["pedals fault"]
