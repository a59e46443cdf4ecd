"""What the callback counts, in shared memory: cumulative, so that nothing blocks on telling it.

The callback writes plain int64 cells; the controller reads them whenever it likes. A ring entry is
written before the count that makes it visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OBSERVATION_SLOTS = 512
GAP_SLOTS = 64


class Cell(IntEnum):
    """Which cell of the array holds what."""

    HEARTBEAT_NS = 0
    """Host time at which the callback was entered last."""
    NEXT_FRAME = 1
    """The frame after the last one delivered."""
    BLOCKS = 2
    FRAMES_DELIVERED = 3
    FRAMES_LOST = 4
    GAPS = 5
    LATE_BLOCKS = 6
    """Blocks entered more than one block's length later than due."""
    LONGEST_WAIT_NS = 7
    """The longest time between two entries of the callback."""
    LONGEST_RUN_NS = 8
    """The longest time spent in the callback."""
    UNDERFLOW_FLAGS = 9
    SERVER_XRUNS = 10
    MISSED_CLICKS = 11
    """Clicks that were planned for frames already delivered."""
    STOP_SERIAL = 12
    """The last stop that was carried out."""
    STOP_FRAME = 13
    """The frame on which its fade began."""
    OBSERVATIONS = 14
    FIFO_GRANTED = 15
    LATENCY_NS = 16
    """From the callback's time to the converter, as the API says."""
    BLOCK_NS = 17
    """How long a block lasts."""


_RINGS_START = 32
_OBSERVATIONS_START = _RINGS_START
_GAPS_START = _OBSERVATIONS_START + 2 * OBSERVATION_SLOTS
CELLS = _GAPS_START + 3 * GAP_SLOTS

_COUNTED = (
    Cell.BLOCKS,
    Cell.FRAMES_DELIVERED,
    Cell.FRAMES_LOST,
    Cell.GAPS,
    Cell.LATE_BLOCKS,
    Cell.SERVER_XRUNS,
    Cell.MISSED_CLICKS,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Frames that were lost just before `frame`, noticed at host time `at_ns`."""

    frame: int
    lost_frames: int
    at_ns: int


def write_observation(cells: NDArray[np.int64], frame: int, sounds_at_ns: int) -> None:
    """Note that `frame` reaches the converter at host time `sounds_at_ns`. Callback only."""
    count = int(cells[Cell.OBSERVATIONS])
    slot = _OBSERVATIONS_START + 2 * (count % OBSERVATION_SLOTS)
    cells[slot] = frame
    cells[slot + 1] = sounds_at_ns
    cells[Cell.OBSERVATIONS] = count + 1


def read_observations(cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the noted frames and their host times, unordered. Any thread, does not block."""
    kept = min(int(cells[Cell.OBSERVATIONS]), OBSERVATION_SLOTS)
    pairs = cells[_OBSERVATIONS_START : _OBSERVATIONS_START + 2 * kept].copy().reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def write_gap(cells: NDArray[np.int64], gap: Gap) -> None:
    """Note a gap. Callback only."""
    count = int(cells[Cell.GAPS])
    slot = _GAPS_START + 3 * (count % GAP_SLOTS)
    cells[slot] = gap.frame
    cells[slot + 1] = gap.lost_frames
    cells[slot + 2] = gap.at_ns
    cells[Cell.FRAMES_LOST] += gap.lost_frames
    cells[Cell.GAPS] = count + 1


def read_gaps(cells: NDArray[np.int64], since: int) -> list[Gap]:
    """Return the gaps after the first `since`, the oldest first; at most the last GAP_SLOTS."""
    count = int(cells[Cell.GAPS])
    gaps = []
    for index in range(max(since, count - GAP_SLOTS), count):
        slot = _GAPS_START + 3 * (index % GAP_SLOTS)
        gaps.append(Gap(*(int(value) for value in cells[slot : slot + 3])))
    return gaps


def counts(cells: NDArray[np.int64]) -> dict[str, int]:
    """Return what has been counted since the stream opened, by name. Any thread, does not block."""
    return {cell.name.lower(): int(cells[cell]) for cell in _COUNTED}
