from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.mixer import NEVER_FRAME
from countoff.player.click_table import ClickTable
from countoff.player.orders import Orders, at_level, extended, silenced_from, stopped

FRAMES = np.array([100, 200, 300], dtype=np.int64)
VOICES = np.array([0, 1, 2], dtype=np.int64)
LEVELS = np.array([1.0, 0.5, 0.25], dtype=np.float32)
CLICKS = ClickTable(FRAMES, VOICES, LEVELS)


def plan(next_frame: int = 0, keep_from_frame: int = 0) -> tuple[Orders, int]:
    """Return orders with three clicks, and how many were too late."""
    return extended(Orders(), CLICKS, next_frame=next_frame, keep_from_frame=keep_from_frame)


def test_clicks_that_missed_their_block_are_dropped_and_counted() -> None:
    """What comes too late is never played as a burst."""
    orders, missed = plan(next_frame=201)

    assert missed == 2
    assert orders.program.frames.tolist() == [300]
    assert orders.program.voices.tolist() == [2]
    assert orders.program.levels.tolist() == [0.25]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_a_plan_does_not_grow_with_the_song(lengths: list[int]) -> None:
    """What has rung out is forgotten when more is planned; what is to come is kept, in order."""
    orders, next_frame, planned = Orders(), 0, 0
    for length in lengths:
        frames = np.arange(planned, planned + length, dtype=np.int64)
        clicks = ClickTable(frames, frames % 3, (frames / 64).astype(np.float32))
        orders, missed = extended(orders, clicks, next_frame=next_frame, keep_from_frame=next_frame)
        assert missed == 0
        planned += length
        kept = np.arange(next_frame, planned)
        assert orders.program.frames.tolist() == kept.tolist()
        assert orders.program.voices.tolist() == (kept % 3).tolist()
        assert orders.program.levels.tolist() == (kept / 64).tolist()
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
    later = ClickTable(FRAMES + 300, VOICES, LEVELS)
    orders, _ = extended(orders, later, next_frame=0, keep_from_frame=0)

    assert orders.program.silent_from_frame == 250


def test_an_hour_of_sixteenths_takes_no_more_room_than_a_minute() -> None:
    """Extended again and again for an hour, the plan never holds more than what is ahead.

    Sixteenths at 180 quarter notes a minute, 30 s planned ahead, more every 10 s.
    """
    rate_hz, ahead_s, more_every_s, ring_frames = 48_000, 30, 10, 96_000
    step_frames = rate_hz * 60 // (180 * 4)
    most = (ahead_s * rate_hz + ring_frames) // step_frames + 1
    orders, planned_frame, held = Orders(), 0, []
    for now_s in range(0, 3600, more_every_s):
        frames = np.arange(planned_frame, (now_s + ahead_s) * rate_hz, step_frames)
        planned_frame = int(frames[-1]) + step_frames
        clicks = ClickTable(frames, frames % 6, np.ones(len(frames), dtype=np.float32))
        next_frame = now_s * rate_hz
        orders, missed = extended(
            orders, clicks, next_frame=next_frame, keep_from_frame=next_frame - ring_frames
        )
        assert missed == 0
        held.append(len(orders.program.frames))

    assert planned_frame // step_frames > 40_000
    assert max(held) <= most
    program = orders.program
    for column in (program.frames, program.voices, program.levels):
        assert len(column) == held[-1]
        # A view would keep all that it was cut from.
        assert column.base is None
