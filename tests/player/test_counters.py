from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countoff.player.counters import (
    CELLS,
    GAP_SLOTS,
    OBSERVATION_SLOTS,
    Cell,
    Gap,
    read_gaps,
    read_observations,
    write_gap,
    write_observation,
)


@given(count=st.integers(0, 3 * OBSERVATION_SLOTS))
def test_the_newest_observations_are_kept(count: int) -> None:
    """The ring holds the last 512, as pairs."""
    cells = np.zeros(CELLS, dtype=np.int64)
    for index in range(count):
        write_observation(cells, index, 10 * index)

    frames, sounds_at_ns = read_observations(cells)

    assert sorted(frames.tolist()) == list(range(max(0, count - OBSERVATION_SLOTS), count))
    assert (sounds_at_ns == 10 * frames).all()


@given(count=st.integers(0, 3 * GAP_SLOTS), since=st.integers(0, 3 * GAP_SLOTS))
def test_gaps_are_told_once_and_in_order(count: int, since: int) -> None:
    """Whoever remembers how many it has read gets the others, as far as the ring goes back."""
    cells = np.zeros(CELLS, dtype=np.int64)
    gaps = [Gap(100 * index, index + 1, 7 * index) for index in range(count)]
    for gap in gaps:
        write_gap(cells, gap)

    assert read_gaps(cells, since) == gaps[max(since, count - GAP_SLOTS) :]
    assert cells[Cell.FRAMES_LOST] == sum(gap.lost_frames for gap in gaps)


def test_the_rings_lie_apart_from_the_cells() -> None:
    """A full ring touches nothing but its own counts."""
    cells = np.zeros(CELLS, dtype=np.int64)
    for index in range(OBSERVATION_SLOTS + GAP_SLOTS):
        write_observation(cells, index + 1, index + 1)
        write_gap(cells, Gap(index + 1, 1, index + 1))

    touched = {Cell.OBSERVATIONS, Cell.GAPS, Cell.FRAMES_LOST}
    assert all(cells[cell] == 0 for cell in Cell if cell not in touched)
    frames, sounds_at_ns = read_observations(cells)
    assert (frames == sounds_at_ns).all()
