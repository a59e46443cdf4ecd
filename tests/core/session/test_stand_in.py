"""A virtual output in the place of a device that was pulled: it keeps time, and nobody hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import IncidentHappened, TakeStarted
from countoff.core.events import Pedal
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def lose_to_a_stand_in(studio: Studio, lost_s: float) -> None:
    """Pull the device; half a second later a virtual output is there."""
    studio.lose_audio(lost_s)
    studio.regain_audio(lost_s + 0.5, epoch=2, is_stand_in=True)


def test_a_stand_in_is_no_return_of_the_click(studio: Studio) -> None:
    """The take goes on on its grid; neither screen nor status says that anybody hears it."""
    studio.press(ROLL, 10)
    lose_to_a_stand_in(studio, studio.bar_s(3))
    assert studio.screen.message == "NO CLICK: AUDIO LOST"
    assert not studio.state.audio_is_here
    kinds = [incident.kind for incident in studio.logged(IncidentHappened)]
    assert kinds == ["audio lost", "click unheard"]
    studio.run_to(studio.bar_s(20, 3))
    assert (studio.screen.bar, studio.screen.beat) == (20, 3)


def test_the_click_is_back_with_the_device(studio: Studio) -> None:
    """The device takes the stand-in's place in mid-take: said, logged, and on the old grid."""
    studio.press(ROLL, 10)
    lose_to_a_stand_in(studio, studio.bar_s(3))
    studio.regain_audio(studio.bar_s(9, 2.5), epoch=3)
    assert studio.screen.message == "CLICK IS BACK"
    assert studio.logged(IncidentHappened)[-1].kind == "click rejoined"
    studio.run_to(studio.bar_s(10))
    back_s = next(at_s for at_s in studio.heard_s if at_s > studio.bar_s(9, 2.5))
    assert back_s == pytest.approx(studio.bar_s(9, 3), abs=1e-3)


@pytest.mark.parametrize(("pedal", "hold_s"), [(ROLL, 0.1), (AGAIN, 0.1), (AGAIN, 0.7)])
def test_no_count_in_that_nobody_hears(studio: Studio, pedal: Pedal, hold_s: float) -> None:
    """With a stand-in neither take nor rehearsal begins; with the device they do."""
    lose_to_a_stand_in(studio, 5)
    studio.press(pedal, 10, hold_s)
    assert studio.phase is Phase.IDLE
    assert studio.screen.message == "NO AUDIO: NO CLICK"
    assert (studio.told, studio.logged(TakeStarted)) == ([], [])
    studio.regain_audio(12, epoch=3)
    studio.press(pedal, 13, hold_s)
    studio.run_to(14)
    assert studio.phase is Phase.COUNT_IN


def test_a_take_is_not_given_up_for_one_that_nobody_would_hear(studio: Studio) -> None:
    """AGAIN in a young take: the take that runs is better than none."""
    studio.press(ROLL, 10)
    lose_to_a_stand_in(studio, studio.bar_s(2))
    studio.press(AGAIN, studio.bar_s(4))
    studio.run_to(studio.bar_s(5))
    assert studio.phase is Phase.ROLLING
    assert studio.told == ["record"]


def test_the_stand_ins_own_death_is_no_news(studio: Studio) -> None:
    """What nobody heard cannot be lost."""
    studio.press(ROLL, 10)
    lose_to_a_stand_in(studio, studio.bar_s(3))
    before = len(studio.logged(IncidentHappened))
    studio.lose_audio(studio.bar_s(5))
    assert len(studio.logged(IncidentHappened)) == before
