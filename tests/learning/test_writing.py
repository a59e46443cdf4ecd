from __future__ import annotations

import tomllib

import pytest

from countoff.config.fitting import fit
from countoff.config.midi_pedals import PedalUse, assignments
from countoff.config.model import Config
from countoff.core.events import Pedal
from countoff.core.session.pedals import Do
from countoff.learning.listening import Learnt
from countoff.learning.writing import NotChangedError, with_pedal
from countoff.midi.pedals import Assignment, PedalMessage

NOTE = PedalMessage.parse("note 60 channel 1")


def learnt(text: str = "note 60 channel 1", *, latches: bool = False) -> Learnt:
    """Return what was learnt of a pedal."""
    return Learnt("FCB1010:FCB1010 MIDI 1", PedalMessage.parse(text), latches)


def pedals(text: str) -> tuple[Assignment[PedalUse], ...]:
    """Return what the text assigns, read as the box reads it."""
    config, misfits = fit(Config, tomllib.loads(text))
    assert misfits == []
    assert config is not None
    return assignments(config)


def test_the_first_pedal_of_an_empty_file() -> None:
    """It is read back as it was learnt, with its port."""
    text = with_pedal("", learnt(latches=True), Pedal.ROLL, port="FCB1010")

    assert pedals(text) == (Assignment(NOTE, Pedal.ROLL, latches=True),)
    assert tomllib.loads(text)["midi"]["pedals_port"] == "FCB1010"


def test_comments_and_order_stay() -> None:
    """Each line that was there is there, in its order; what is new stands in its table."""
    before = (
        "# ours\n[audio]\ndevice = 'Scarlett' # left rack\n\n"
        '[midi] # to the DAW\nport = "Ardour"\n\n[log]\nfolder = "/srv"\n'
    )

    text = with_pedal(before, learnt(), Do.TAP_TEMPO, port="FCB1010")

    lines = [line for line in before.splitlines() if line]
    assert [line for line in text.splitlines() if line in lines] == lines
    assert pedals(text) == (Assignment(NOTE, Do.TAP_TEMPO),)
    assert tomllib.loads(text)["log"] == {"folder": "/srv"}


def test_more_pedals_are_added_and_one_is_changed() -> None:
    """The same message is for one thing only, the newest; the port stays where none is given."""
    text = with_pedal("", learnt(latches=True), Pedal.ROLL, port="FCB1010")
    text = with_pedal(text, learnt("program 3 channel 1"), Pedal.AGAIN)
    text = with_pedal(text, learnt(), Do.STOP)

    assert pedals(text) == (
        Assignment(NOTE, Do.STOP),
        Assignment(PedalMessage.parse("program 3 channel 1"), Pedal.AGAIN),
    )
    assert tomllib.loads(text)["midi"]["pedals_port"] == "FCB1010"


def test_a_message_on_any_channel_is_the_same() -> None:
    """What was written by hand without a channel is changed, and not doubled."""
    text = '[[midi.pedal]]\nmessage = "note 60" # left\npedal = "roll"\n'

    changed = with_pedal(text, learnt(), Pedal.SONG)

    assert pedals(changed) == (Assignment(NOTE, Pedal.SONG),)
    assert "# left" in changed


def test_tables_that_stand_apart() -> None:
    """Where the pedals stand at the end of the file, another one does too."""
    text = (
        '[midi]\nport = "x"\n[log]\nfolder = "/srv"\n'
        '[[midi.pedal]]\nmessage = "note 1"\npedal = "again"\n'
    )

    assert len(pedals(with_pedal(text, learnt(), Pedal.ROLL))) == 2


@pytest.mark.parametrize("text", ["midi = 3\n", "[midi\n", "[midi]\npedal = 3\n"])
def test_what_is_no_configuration_is_left_alone(text: str) -> None:
    """A sentence says so."""
    with pytest.raises(NotChangedError, match="It is not changed"):
        with_pedal(text, learnt(), Pedal.ROLL)
