"""What comes back over a cable lies in the ring on the frames of the output."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.player.counters import CELLS, Cell
from countoff.player.heard_ring import RING_CELLS, SLOTS, HeardRing


def heard(cells: np.ndarray, ring: HeardRing, start: int, frames: int) -> None:
    """Have the callback hear a block in which every sample is its frame, as far as floats go."""
    cells[Cell.NEXT_FRAME] = start + frames
    ring.write((np.arange(start, start + frames) % 65_521).astype(np.float32))


@given(
    start=st.integers(0, 1 << 40),
    blocks=st.lists(st.integers(1, 60_000), min_size=1, max_size=30),
)
def test_what_was_heard_is_read_again(start: int, blocks: list[int]) -> None:
    """Any whole stretch of the newest seconds is read as it was heard, over the ring's end too."""
    cells = np.zeros(CELLS + RING_CELLS, dtype=np.int64)
    ring = HeardRing(cells)
    frame = start
    for frames in blocks:
        heard(cells, ring, frame, frames)
        frame += frames
    oldest = max(start, frame - SLOTS // 2)

    samples = ring.read(oldest, frame)

    assert samples is not None
    assert samples.tolist() == (np.arange(oldest, frame) % 65_521).tolist()
    assert ring.read(start - 1, frame) is None
    assert ring.read(oldest, frame + 1) is None


def test_lost_frames_are_silent() -> None:
    """Where the stream lost frames, silence is read, and not what was there a round before."""
    cells = np.zeros(CELLS + RING_CELLS, dtype=np.int64)
    ring = HeardRing(cells)
    for frame in range(0, SLOTS + 1_000, 1_000):
        heard(cells, ring, frame, 1_000)
    end = ring.next_frame
    heard(cells, ring, end + 500, 1_000)

    samples = ring.read(end - 10, end + 510)

    assert samples is not None
    assert not samples[10:510].any()
    assert samples[:10].all()
