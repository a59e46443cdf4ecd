from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.mixer import NEVER_FRAME
from countoff.player.orders import Orders, at_level, extended, silenced_from, stopped

FRAMES = np.array([100, 200, 300], dtype=np.int64)
VOICES = np.array([0, 1, 2], dtype=np.int64)


def plan(next_frame: int = 0, keep_from_frame: int = 0) -> tuple[Orders, int]:
    """Return orders with three clicks, and how many were too late."""
    return extended(
        Orders(), FRAMES, VOICES, next_frame=next_frame, keep_from_frame=keep_from_frame
    )


def test_clicks_that_missed_their_block_are_dropped_and_counted() -> None:
    """What comes too late is never played as a burst."""
    orders, missed = plan(next_frame=201)

    assert missed == 2
    assert orders.program.frames.tolist() == [300]
    assert orders.program.voices.tolist() == [2]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_a_plan_does_not_grow_with_the_song(lengths: list[int]) -> None:
    """What has rung out is forgotten when more is planned; what is to come is kept, in order."""
    orders, next_frame, planned = Orders(), 0, 0
    for length in lengths:
        frames = np.arange(planned, planned + length, dtype=np.int64)
        orders, missed = extended(
            orders, frames, frames % 3, next_frame=next_frame, keep_from_frame=next_frame
        )
        assert missed == 0
        planned += length
        assert orders.program.frames.tolist() == list(range(next_frame, planned))
        next_frame = planned - length // 2


def test_a_stop_empties_the_plan_and_keeps_the_level() -> None:
    """After a stop nothing is planned, and the level is what it was."""
    orders = stopped(at_level(plan()[0], 0.25), serial=4)

    assert len(orders.program.frames) == 0
    assert (orders.level, orders.stop_serial) == (0.25, 4)


def test_a_stop_lifts_an_earlier_silence() -> None:
    """A take that ended at a bar does not silence the next one."""
    orders = stopped(silenced_from(plan()[0], 150), serial=1)

    assert orders.program.silent_from_frame == NEVER_FRAME


def test_silence_outlasts_more_clicks() -> None:
    """Clicks planned after the end was set stay silent from there."""
    orders = silenced_from(plan()[0], 250)
    orders, _ = extended(orders, FRAMES + 300, VOICES, next_frame=0, keep_from_frame=0)

    assert orders.program.silent_from_frame == 250
