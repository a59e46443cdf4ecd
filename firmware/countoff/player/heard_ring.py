"""What comes back over a cable from the click, in shared memory: the last seconds of one input.

The callback writes each block where its frame lies in the ring; the listener, in the controller's
process, reads stretches that are whole. Frames are those of the output: a block comes in with the
block that goes out, and what lies between the two is the way through cable and converters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from countoff.player.counters import CELLS, Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOTS = 1 << 19
"""Frames kept: 11 s at 48 kHz."""

RING_CELLS = SLOTS // 2
"""What the ring takes, behind the counters, in cells of eight bytes."""


class HeardRing:
    """The ring behind the counters of one player."""

    def __init__(self, cells: NDArray[np.int64]) -> None:
        """Use the cells behind the counters, which must be there."""
        self._cells = cells
        self._samples = cells[CELLS : CELLS + RING_CELLS].view(np.float32)

    @property
    def next_frame(self) -> int:
        """The frame after the last one heard; 0 before the first."""
        return int(self._cells[Cell.HEARD_NEXT])

    def write(self, samples: NDArray[np.float32]) -> None:
        """Write the block that came in with the one just rendered. Callback only; never blocks."""
        cells = self._cells
        end = int(cells[Cell.NEXT_FRAME])
        start = end - len(samples)
        if not cells[Cell.HEARD_NEXT]:
            cells[Cell.HEARD_FROM] = start
        lost = min(start - int(cells[Cell.HEARD_NEXT]), SLOTS) if cells[Cell.HEARD_NEXT] else 0
        if lost > 0:
            # What was there a round ago must not be taken for what was not heard.
            self._put(start - lost, np.zeros(lost, dtype=np.float32))
        self._put(start, samples)
        cells[Cell.HEARD_NEXT] = end

    def read(self, start: int, end: int) -> NDArray[np.float32] | None:
        """Return what was heard from `start` to `end`, or None where it is not in the ring."""
        oldest = max(int(self._cells[Cell.HEARD_FROM]), self.next_frame - SLOTS + SLOTS // 8)
        if start < oldest or end > self.next_frame:
            return None
        first, last = start % SLOTS, end % SLOTS
        if first < last:
            return self._samples[first:last].copy()
        return np.concatenate([self._samples[first:], self._samples[:last]])

    def _put(self, start: int, samples: NDArray[np.float32]) -> None:
        first = start % SLOTS
        room = SLOTS - first
        self._samples[first : first + len(samples)] = samples[:room]
        if len(samples) > room:
            self._samples[: len(samples) - room] = samples[room:]
