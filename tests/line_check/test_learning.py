"""Learning that a pedal is normally closed: in steps, and into the configuration."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from countoff.config.load import load
from countoff.core.events import Pedal, PedalMoved
from countoff.learning.saving import change_configuration
from countoff.learning.writing import NotChangedError, with_normally_closed
from countoff.line_check.steps import Steps

if TYPE_CHECKING:
    from pathlib import Path

ROLL, AGAIN, KEEPER, SONG = Pedal
MS = 1_000_000
WRITTEN = """# the box of studio 2
[audio]
device = "Scarlett" # left rack

[pedals] # wired by Jo
keeper = 22 # the old one
[pedals.map.song.rolling]
press = "no_good"
"""


def test_steps_are_counted_without_their_bounces() -> None:
    """Two steps with all their bouncing are two, and one is not yet enough."""
    steps = Steps()
    for at_ms, is_down in (
        (0, False),
        (3, True),
        (5, False),
        (300, True),
        (304, False),
        (306, True),
    ):
        steps.moved(PedalMoved(at_ms * MS, KEEPER, is_down))
    assert steps.felt == {KEEPER}
    assert not steps.has_learnt(KEEPER)
    steps.moved(PedalMoved(900 * MS, KEEPER, is_down=False))
    steps.moved(PedalMoved(1200 * MS, KEEPER, is_down=True))
    assert steps.has_learnt(KEEPER)


def test_what_is_learnt_is_written_and_all_else_stays(tmp_path: Path) -> None:
    """Each line that was there is there; the box reads which pedals are normally closed."""
    path = tmp_path / "countoff.toml"
    path.write_text(WRITTEN)
    change_configuration(path, lambda text: with_normally_closed(text, {SONG, KEEPER}))
    text = path.read_text()
    lines = [line for line in WRITTEN.splitlines() if line]
    assert [line for line in text.splitlines() if line in lines] == lines
    loaded = load(path)
    assert loaded.problems == ()
    assert loaded.config.pedals.normally_closed == (KEEPER, SONG)


def test_more_are_added_to_those_that_were_named() -> None:
    """None is named twice; where all are, it stays so."""
    text = with_normally_closed('[pedals]\nnormally_closed = ["song"]\n', {SONG, ROLL})
    assert tomllib.loads(text)["pedals"]["normally_closed"] == ["song", "roll"]
    all_of_them = "[pedals]\nnormally_closed = true\n"
    assert with_normally_closed(all_of_them, {ROLL}) == all_of_them
    none_of_them = with_normally_closed("[pedals]\nnormally_closed = false\n", {ROLL})
    assert tomllib.loads(none_of_them)["pedals"]["normally_closed"] == ["roll"]
    assert tomllib.loads(with_normally_closed("", {AGAIN}))["pedals"] == {
        "normally_closed": ["again"]
    }


@pytest.mark.parametrize("text", ["[pedals", 'pedals = "all"', "pedals = { roll = 17 }"])
def test_what_cannot_be_changed_is_left_alone(text: str) -> None:
    """A sentence says that it is not changed."""
    with pytest.raises(NotChangedError, match="It is not changed"):
        with_normally_closed(text, {ROLL})
