"""An output that is queued far ahead: what is decided too late for it is not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import TakeEnded
from countoff.core.events import Pedal

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
NOTICE_S = 1.3


@pytest.fixture
def slow_studio(studio: Studio) -> Studio:
    """A studio whose output must know 1.3 s ahead what it is to play."""
    studio.lose_audio(1)
    studio.regain_audio(2, epoch=2, notice_ns=int(NOTICE_S * 1e9))
    return studio


def test_the_first_click_waits_for_the_queue(slow_studio: Studio) -> None:
    """The lead is as long as it must be for the whole count-in to sound."""
    slow_studio.press(ROLL, 10)
    slow_studio.run_to(20)
    assert slow_studio.heard_s[0] == pytest.approx(10 + NOTICE_S, abs=1e-4)


@pytest.mark.parametrize(("before_s", "bar"), [(NOTICE_S + 0.06, 5), (NOTICE_S, 6)])
def test_an_end_that_is_too_near_is_the_next_bars(
    slow_studio: Studio, before_s: float, bar: int
) -> None:
    """A downbeat that may be queued already is played, and its bar played out."""
    slow_studio.press(ROLL, 10)
    slow_studio.ask("end_at_bar", slow_studio.bar_s(6) - before_s)
    slow_studio.run_to(slow_studio.bar_s(8))
    (ended,) = slow_studio.logged(TakeEnded)
    assert (ended.bar, ended.beat) == (bar, 4)


def test_a_click_that_rejoins_begins_where_it_still_can(studio: Studio) -> None:
    """A new stream with a long queue has its first click a queue's length later, on the grid."""
    studio.press(ROLL, 10)
    studio.lose_audio(studio.bar_s(5))
    back_s = studio.bar_s(5, 3.2)
    studio.regain_audio(back_s, epoch=2, notice_ns=int(NOTICE_S * 1e9))
    studio.run_to(back_s + 3)
    heard = [at_s for at_s in studio.heard_s if at_s > studio.bar_s(5, 1.5)]
    assert heard[0] == pytest.approx(studio.bar_s(6, 2), abs=1e-3)
