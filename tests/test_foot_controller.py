from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import ActionAsked, Pedal, PedalMoved
from countoff.core.session.pedals import Do
from countoff.foot_controller import MidiPedals
from countoff.midi.pedals import Assignment, PedalMessage

if TYPE_CHECKING:
    from countoff.config.midi_pedals import PedalUse

ROLL, KEEPER, TAP = "note 60", "note 61", "program 3"


def pedals() -> MidiPedals:
    """Return ROLL on a note, the action keeper on another, the tempo on a program change."""
    uses: list[tuple[str, PedalUse]] = [
        (ROLL, Pedal.ROLL),
        (KEEPER, Do.KEEPER),
        (TAP, Do.TAP_TEMPO),
    ]
    return MidiPedals([Assignment(PedalMessage.parse(text), use) for text, use in uses])


def test_a_pedal_goes_down_and_comes_up() -> None:
    """It makes the same events as a pedal that is wired, with the time it was heard."""
    midi = pedals()

    assert midi.hear(7, bytes.fromhex("903c40")) == (PedalMoved(7, Pedal.ROLL, is_down=True),)
    assert midi.hear(9, bytes.fromhex("803c40")) == (PedalMoved(9, Pedal.ROLL, is_down=False),)


def test_an_action_is_asked_for_when_its_pedal_goes_down() -> None:
    """And not again when it comes up; an action called as a pedal is none."""
    midi = pedals()

    assert midi.hear(7, bytes.fromhex("903d40")) == (ActionAsked(7, "keeper", "midi"),)
    assert midi.hear(9, bytes.fromhex("803d40")) == ()
    assert midi.hear(11, bytes.fromhex("c003")) == (ActionAsked(11, "tap_tempo", "midi"),)


def test_a_cable_that_goes_lets_go_of_the_pedal() -> None:
    """The release that will never be heard is made; nothing else happens."""
    midi = pedals()
    midi.hear(7, bytes.fromhex("903c40"))
    midi.hear(8, bytes.fromhex("903d40"))

    assert midi.lost(9) == (PedalMoved(9, Pedal.ROLL, is_down=False),)
    assert midi.lost(10) == ()
