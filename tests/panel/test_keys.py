from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from countoff.core.events import Pedal, SongAsked
from countoff.core.session.pedals import Do
from countoff.panel import keys

if TYPE_CHECKING:
    from tests.panel.conftest import ScriptedBox

WIDTHS = [20, 60, 80, 100, 120, 200]


def chosen(box: ScriptedBox, title: str, section: str = "") -> dict[str, Any]:
    """Return the status with a song chosen."""
    box.take_in(SongAsked(box.now_ns(), title, section, False, "panel"))
    return box.status()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("title", ["Long Way Down", "Ember", "Low Tide"])
def test_the_legend_fits(box: ScriptedBox, title: str, width: int) -> None:
    """Whatever the room, no key is cut off, except where there is none for the most needed ones."""
    legend = keys.legend(chosen(box, title), width)

    assert "leave" in legend.plain
    assert "songs" in legend.plain
    if width >= 60:
        assert legend.cell_len <= width


def test_the_legend_names_what_can_be_done_now(box: ScriptedBox) -> None:
    """Sections where there are some, a tempo where there is one, and no end of a take while idle."""
    whole = keys.legend(chosen(box, "Long Way Down"), 120).plain
    single = keys.legend(chosen(box, "Ember"), 120).plain
    free = keys.legend(chosen(box, "Low Tide"), 120).plain

    assert "section" in whole
    assert "tap" in whole
    assert "section" not in single
    assert "tempo" in single
    assert "tap" not in free
    assert "loop" not in free
    assert not any("end at bar" in legend for legend in (whole, single, free))


def test_what_was_changed_can_be_forgotten(box: ScriptedBox) -> None:
    """The way back is named as soon as there is something to go back from."""
    assert "as written" not in keys.legend(box.status(), 80).plain
    assert "as written" in keys.legend(chosen(box, "Long Way Down", "Chorus"), 80).plain


def test_a_take_has_its_own_keys(box: ScriptedBox) -> None:
    """While a take runs, the foot names what ends and flags it."""
    box.press(Pedal.ROLL)
    legend = keys.legend(box.status(), 80).plain

    for what in ("end at bar", "stop", "no good", "mark", "click", "leave"):
        assert what in legend
    assert "songs" not in legend


def test_no_key_asks_for_two_things() -> None:
    """Every key and every action is there once, and none is a pedal's letter."""
    all_keys = [key for names in keys.ACTIONS for key in names.split(",")]

    assert len(set(all_keys)) == len(all_keys)
    assert len(set(keys.ACTIONS.values())) == len(keys.ACTIONS)
    assert not {pedal[0] for pedal in Pedal} & set(all_keys)
    assert not {pedal[0].upper() for pedal in Pedal} & set(all_keys)


def test_nothing_that_ends_a_take_may_repeat() -> None:
    """A held key does not do again what can not be taken back."""
    assert not keys.MAY_REPEAT & {Do.END_AT_BAR, Do.STOP, Do.AS_WRITTEN, Do.NEXT_SONG}
