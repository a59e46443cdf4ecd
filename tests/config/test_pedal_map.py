from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.config.load import load
from countoff.config.rules import session_settings
from countoff.core.events import Pedal
from countoff.core.session.pedals import Do, Phase

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.config.load import Loaded


def _loaded(folder: Path, text: str) -> Loaded:
    path = folder / "countoff.toml"
    path.write_text(text)
    return load(path)


@pytest.mark.parametrize("phase", Phase)
def test_no_press_switches_the_box_off(tmp_path: Path, phase: Phase) -> None:
    """The line is named and left out, with what is allowed; the rest of the pedal stays mapped."""
    found = _loaded(tmp_path, f'[pedals.map.song.{phase}]\nhold = "stop"\npress = "shut_down"\n')
    (problem,) = found.problems
    assert problem.line == 3
    assert f'pedals.map.song.{phase}.press = "shut_down" is not allowed' in str(problem)
    assert "only hold or long_hold" in str(problem)
    use = session_settings(found.config).pedal_table[Pedal.SONG, phase]
    assert (use.press is Do.SHUT_DOWN, use.hold) == (False, Do.STOP)


@pytest.mark.parametrize("gesture", ["hold", "long_hold"])
def test_a_hold_may(tmp_path: Path, gesture: str) -> None:
    """An engineer's pedal that is held is no accident."""
    found = _loaded(tmp_path, f'[pedals.map.song.idle]\n{gesture} = "shut_down"\n')
    assert found.problems == ()
    use = session_settings(found.config).pedal_table[Pedal.SONG, Phase.IDLE]
    assert getattr(use, gesture) is Do.SHUT_DOWN
