"""The audio callback, and everything it touches.

Everything the callback reads or writes stands in this class, so that references to it stand out.
It takes no lock, writes no log, and allocates nothing that grows: its orders arrive as one object
by one assignment, and what it counts goes into shared memory.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.limiter import limit
from countoff.core.mixer import Fade, apply_fade, mix
from countoff.player.counters import Cell, Gap, tell_longest, write_gap, write_observation
from countoff.player.orders import Orders
from countoff.player.stream_clock import BlockTime, StreamClock, latency_ns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.mixer import Program

FADE_MS = 5
_NS_PER_SECOND = 1_000_000_000
# The clock is observed this often: 512 observations cover ten seconds.
_OBSERVE_EVERY_NS = 20_000_000
# A new stream's first blocks are all observed, and so are those after a trouble: until its clock is
# known (again) the click waits, or may be off.
_OBSERVED_AT_FIRST = 32


class ClickCallback:
    """Fills blocks with the click. One instance a stream; `orders` is set from the other thread."""

    def __init__(
        self,
        *,
        cells: NDArray[np.int64],
        bank: tuple[NDArray[np.float32], ...],
        clock: StreamClock,
        rate_hz: int,
        nominal_latency_ns: int,
        measured_latency_ns: int | None = None,
    ) -> None:
        """Prepare a stream at `rate_hz`.

        `nominal_latency_ns` counts where the API's times are no good, `measured_latency_ns` where it
        is given.
        """
        self.orders = Orders()
        self._cells = cells
        self._bank = bank
        self._longest_voice_frames = max(len(samples) for samples in bank)
        self._clock = clock
        self._rate_hz = rate_hz
        self._nominal_latency_ns = nominal_latency_ns
        self._measured_latency_ns = measured_latency_ns
        self._fade_frames = max(1, rate_hz * FADE_MS // 1000)
        self._last_orders = self.orders
        self._level = Fade(0, 1, 1.0, 1.0)
        self._dying: Program | None = None
        self._dying_fade = Fade(0, 1, 0.0, 0.0)
        self._scratch = np.zeros((0, 0), dtype=np.float32)
        self._entered_ns = 0
        self._observed_ns = 0
        self._blocks_observed = 0
        self._xruns_seen = 0

    def render(self, out: NDArray[np.float32], current_s: float, dac_s: float) -> None:
        """Fill `out` (frames by channels, float32) and count. The audio thread only."""
        entered_ns = time.monotonic_ns()
        block = BlockTime(current_s, dac_s, entered_ns)
        frame, lost_frames = self._clock.first_frame(len(out), block)
        self._count_entry(block, frame, lost_frames, len(out))
        self._follow_orders(frame)
        mix(out, frame, self._last_orders.program, self._bank, self._longest_voice_frames)
        if self._dying is not None:
            self._add_dying(out, frame)
        apply_fade(out, frame, self._level)
        limit(out)
        self._count_exit(frame, len(out), entered_ns)

    def _count_entry(self, block: BlockTime, frame: int, lost_frames: int, frames: int) -> None:
        cells = self._cells
        cells[Cell.BLOCKS] += 1
        if lost_frames:
            write_gap(cells, Gap(frame, lost_frames, block.entered_ns))
        if self._entered_ns:
            wait_ns = block.entered_ns - self._entered_ns
            cells[Cell.LONGEST_WAIT_NS] = max(cells[Cell.LONGEST_WAIT_NS], wait_ns)
            if wait_ns * self._rate_hz > 2 * frames * _NS_PER_SECOND:
                cells[Cell.LATE_BLOCKS] += 1
        self._entered_ns = block.entered_ns
        block_latency_ns = self._measured_latency_ns
        if block_latency_ns is None:
            block_latency_ns = latency_ns(block, self._nominal_latency_ns)
        xruns = cells[Cell.SERVER_XRUNS]
        if lost_frames or xruns != self._xruns_seen:
            self._xruns_seen = xruns
            self._blocks_observed = 0
        is_new = self._blocks_observed < _OBSERVED_AT_FIRST
        if is_new or block.entered_ns - self._observed_ns >= _OBSERVE_EVERY_NS:
            self._blocks_observed += 1
            self._observed_ns = block.entered_ns
            cells[Cell.LATENCY_NS] = block_latency_ns
            cells[Cell.BLOCK_NS] = frames * _NS_PER_SECOND // self._rate_hz
            write_observation(cells, frame, block.entered_ns + block_latency_ns)
        cells[Cell.HEARTBEAT_NS] = block.entered_ns

    def _count_exit(self, frame: int, frames: int, entered_ns: int) -> None:
        cells = self._cells
        cells[Cell.NEXT_FRAME] = frame + frames
        if self._clock.is_in_time():
            cells[Cell.FRAMES_DELIVERED] += frames
        run_ns = time.monotonic_ns() - entered_ns
        cells[Cell.LONGEST_RUN_NS] = max(cells[Cell.LONGEST_RUN_NS], run_ns)
        tell_longest(cells)
        cells[Cell.BLOCKS_DONE] += 1

    def _follow_orders(self, frame: int) -> None:
        orders = self.orders
        last = self._last_orders
        if orders is last:
            return
        if orders.stop_serial != last.stop_serial:
            self._dying = last.program
            self._dying_fade = Fade(frame, self._fade_frames, 1.0, 0.0)
            self._cells[Cell.STOP_FRAME] = frame
            self._cells[Cell.STOP_SERIAL] = orders.stop_serial
        if orders.level != last.level:
            now = self._level.gain_at(frame)
            self._level = Fade(frame, self._fade_frames, now, orders.level)
        self._last_orders = orders

    def _add_dying(self, out: NDArray[np.float32], frame: int) -> None:
        """Mix in what is being stopped, until its fade is over."""
        if self._dying is None or self._dying_fade.is_over_at(frame):
            self._dying = None
            return
        if self._scratch.shape != out.shape:
            self._scratch = np.zeros(out.shape, dtype=np.float32)
        mix(self._scratch, frame, self._dying, self._bank, self._longest_voice_frames)
        apply_fade(self._scratch, frame, self._dying_fade)
        out += self._scratch
