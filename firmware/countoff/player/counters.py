"""What the callback counts, in shared memory: cumulative, so that nothing blocks on telling it.

The callback writes plain int64 cells; the controller reads them whenever it likes. A ring entry is
written before the count that makes it visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from countoff.core.counts import StreamCounts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    # The callback writes through a view of its own.
    WrittenCells = NDArray[np.int64] | memoryview[int]

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
    """The longest time between two entries of the callback, since it was asked the last time."""
    LONGEST_RUN_NS = 8
    """The longest time spent in the callback, since it was asked the last time."""
    UNDERFLOW_FLAGS = 9
    """Blocks at which the API said that the one before came too late."""
    SERVER_XRUNS = 10
    """What the sound server reported; they need not be ours."""
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
    MEMORY_LOCKED = 18
    BLOCKS_DONE = 19
    """As BLOCKS, counted when the block is filled: while the two differ one is being counted."""
    LONGEST_ASKED = 20
    """Counts how often the controller has asked for the longest times."""
    LONGEST_TOLD = 21
    """The last asking that was answered: there the two that follow were set, and those above begun anew."""
    TOLD_WAIT_NS = 22
    TOLD_RUN_NS = 23
    HEARD_NEXT = 24
    """The frame after the last one that came in over a cable from the click."""
    HEARD_FROM = 25
    """The first of them."""


_RINGS_START = 32
# A block is counted in much less time than lies between two: one of so many readings is whole.
_READINGS = 20
_OBSERVATIONS_START = _RINGS_START
_GAPS_START = _OBSERVATIONS_START + 2 * OBSERVATION_SLOTS
CELLS = _GAPS_START + 3 * GAP_SLOTS

_COUNTED = (
    Cell.BLOCKS,
    Cell.FRAMES_DELIVERED,
    Cell.FRAMES_LOST,
    Cell.GAPS,
    Cell.LATE_BLOCKS,
    Cell.UNDERFLOW_FLAGS,
    Cell.SERVER_XRUNS,
    Cell.MISSED_CLICKS,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Frames that were lost just before `frame`, noticed at host time `at_ns`."""

    frame: int
    lost_frames: int
    at_ns: int


def write_observation(cells: WrittenCells, frame: int, sounds_at_ns: int) -> None:
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


def write_gap(cells: WrittenCells, gap: Gap) -> None:
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


def tell_longest(cells: WrittenCells) -> None:
    """Answer an asking for the longest times, if there is a new one. Callback only."""
    asked = cells[Cell.LONGEST_ASKED]
    if asked == cells[Cell.LONGEST_TOLD]:
        return
    cells[Cell.TOLD_WAIT_NS] = cells[Cell.LONGEST_WAIT_NS]
    cells[Cell.TOLD_RUN_NS] = cells[Cell.LONGEST_RUN_NS]
    cells[Cell.LONGEST_WAIT_NS] = cells[Cell.LONGEST_RUN_NS] = 0
    cells[Cell.LONGEST_TOLD] = asked


def read_counts(cells: NDArray[np.int64], now_ns: int) -> StreamCounts:
    """Return what the callback has counted, all of one block, and ask anew for the longest times.

    They are those of the last time between two readings that the callback has answered for, and of
    what followed; a wait that has not ended yet counts. The controller only, one thread; does not
    block: in a callback that hangs within a block it reads what there is.
    """
    for _ in range(_READINGS):
        blocks = int(cells[Cell.BLOCKS])
        copy = cells[:_RINGS_START].copy()
        if blocks == copy[Cell.BLOCKS_DONE] == cells[Cell.BLOCKS]:
            break
    is_answered = copy[Cell.LONGEST_TOLD] == copy[Cell.LONGEST_ASKED]
    heartbeat_ns = int(copy[Cell.HEARTBEAT_NS])
    silent_ns = now_ns - heartbeat_ns if heartbeat_ns else 0
    waits = [copy[Cell.LONGEST_WAIT_NS], silent_ns]
    runs = [copy[Cell.LONGEST_RUN_NS]]
    if is_answered:
        waits.append(copy[Cell.TOLD_WAIT_NS])
        runs.append(copy[Cell.TOLD_RUN_NS])
        cells[Cell.LONGEST_ASKED] += 1
    return StreamCounts(
        next_frame=int(copy[Cell.NEXT_FRAME]),
        frames_delivered=int(copy[Cell.FRAMES_DELIVERED]),
        frames_lost=int(copy[Cell.FRAMES_LOST]),
        gaps=int(copy[Cell.GAPS]),
        blocks=int(copy[Cell.BLOCKS]),
        late_blocks=int(copy[Cell.LATE_BLOCKS]),
        longest_wait_ns=int(max(waits)),
        longest_run_ns=int(max(runs)),
        server_xruns=int(copy[Cell.SERVER_XRUNS]),
        underflow_flags=int(copy[Cell.UNDERFLOW_FLAGS]),
        missed_clicks=int(copy[Cell.MISSED_CLICKS]),
        is_fifo=bool(copy[Cell.FIFO_GRANTED]),
        is_memory_locked=bool(copy[Cell.MEMORY_LOCKED]),
    )


def counts(cells: NDArray[np.int64]) -> dict[str, int]:
    """Return what has been counted since the stream opened, by name. Any thread, does not block."""
    return {cell.name.lower(): int(cells[cell]) for cell in _COUNTED}
