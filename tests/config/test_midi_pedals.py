from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.config.load import load
from countoff.config.midi_pedals import assignments
from countoff.core.events import Pedal
from countoff.core.session.pedals import Do
from countoff.midi.pedals import Assignment, PedalMessage

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.config.load import Loaded


def loaded(folder: Path, text: str) -> Loaded:
    """Load a configuration with `text` in it."""
    path = folder / "countoff.toml"
    path.write_text(text)
    return load(path)


def test_pedals_and_actions_are_read(tmp_path: Path) -> None:
    """A message is for a pedal or for an action; some latch."""
    found = loaded(
        tmp_path,
        '[midi]\npedals_port = "FCB1010"\n'
        '[[midi.pedal]]\nmessage = "controller 64 channel 2"\npedal = "keeper"\n'
        '[[midi.pedal]]\nmessage = "program 3"\naction = "keeper"\nlatches = true\n',
    )

    assert found.problems == ()
    assert found.config.midi.pedals_port == "FCB1010"
    assert assignments(found.config) == (
        Assignment(PedalMessage.parse("controller 64 channel 2"), Pedal.KEEPER),
        Assignment(PedalMessage.parse("program 3"), Do.KEEPER, latches=True),
    )
    assert isinstance(assignments(found.config)[0].use, Pedal)
    assert isinstance(assignments(found.config)[1].use, Do)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('message = "note 60"', "needs a pedal or an action"),
        ('message = "note 60"\npedal = "roll"\naction = "stop"', "only one of them is allowed"),
        ('message = "note 60"\naction = "shut_down"', "which no press does"),
        ('pedal = "roll"', "has no message"),
        ('message = "nite 60"\npedal = "roll"', 'Did you mean "note"?'),
        ('message = "note 61 channel 3"\npedal = "song"', "midi.pedal[1] has it already"),
    ],
)
def test_a_table_that_is_wrong_is_left_out_alone(tmp_path: Path, table: str, said: str) -> None:
    """One sentence names it by its number; the others stay in force."""
    good = '[midi]\npedals_port = "FCB"\n[[midi.pedal]]\nmessage = "note 61"\npedal = "again"\n'

    found = loaded(tmp_path, f"{good}[[midi.pedal]]\n{table}\n")

    (problem,) = found.problems
    assert said in str(problem)
    assert "midi.pedal[2]" in str(problem)
    assert str(problem).endswith("It is left out.")
    assert problem.line == 6
    assert [each.use for each in assignments(found.config)] == [Pedal.AGAIN]


def test_a_pedal_that_does_not_exist(tmp_path: Path) -> None:
    """The nearest guess is given, and no message is for nothing without a word."""
    found = loaded(
        tmp_path,
        '[midi]\npedals_port = "FCB"\n[[midi.pedal]]\nmessage = "note 60"\npedal = "rool"\n',
    )

    assert 'Did you mean "roll"?' in " ".join(str(problem) for problem in found.problems)
    assert assignments(found.config) == ()


def test_pedals_on_no_port(tmp_path: Path) -> None:
    """Without a port they would do nothing, and nobody would know why."""
    found = loaded(tmp_path, '[[midi.pedal]]\nmessage = "note 60"\npedal = "roll"\n')

    (problem,) = found.problems
    assert "midi.pedal[1] is heard on no port" in str(problem)
    assert assignments(found.config) == ()
