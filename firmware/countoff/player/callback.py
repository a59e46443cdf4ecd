"""The audio callback, and everything it touches.

Everything the callback reads or writes stands in this class, so that references to it stand out.
It takes no lock, writes no log, and allocates nothing that grows: its orders arrive as one object
by one assignment, and what it counts goes into shared memory.

It runs hundreds of times a second, each time on a processor that has done other things meanwhile: what
it costs is not the arithmetic, but how much of Python a block goes through.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.limiter import limit
from countoff.core.mixer import Fade, apply_fade, mix
from countoff.player.counters import Cell, Gap, tell_longest, write_gap, write_observation
from countoff.player.orders import Orders
from countoff.player.stream_clock import StreamClock, latency_ns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.mixer import Program

FADE_MS = 5
_NS_PER_SECOND = 1_000_000_000
# A member of an enumeration is looked up anew at each use, which would be a quarter of a silent block.
_HEARTBEAT_NS = int(Cell.HEARTBEAT_NS)
_NEXT_FRAME = int(Cell.NEXT_FRAME)
_BLOCKS = int(Cell.BLOCKS)
_BLOCKS_DONE = int(Cell.BLOCKS_DONE)
_FRAMES_DELIVERED = int(Cell.FRAMES_DELIVERED)
_LONGEST_WAIT_NS = int(Cell.LONGEST_WAIT_NS)
_LONGEST_RUN_NS = int(Cell.LONGEST_RUN_NS)
_SERVER_XRUNS = int(Cell.SERVER_XRUNS)
_LONGEST_ASKED = int(Cell.LONGEST_ASKED)
_LONGEST_TOLD = int(Cell.LONGEST_TOLD)
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
        # The same memory; numpy takes several times as long for a single number.
        self._cells = cells.data
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
        frames = len(out)
        frame, lost_frames = self._clock.first_frame(frames, current_s, dac_s)
        cells = self._cells
        cells[_BLOCKS] += 1
        if lost_frames:
            write_gap(cells, Gap(frame, lost_frames, entered_ns))
        self._count_wait(entered_ns, frames)
        xruns = cells[_SERVER_XRUNS]
        if lost_frames or xruns != self._xruns_seen:
            self._xruns_seen = xruns
            self._blocks_observed = 0
        is_new = self._blocks_observed < _OBSERVED_AT_FIRST
        if is_new or entered_ns - self._observed_ns >= _OBSERVE_EVERY_NS:
            self._observe(frame, frames, entered_ns, current_s, dac_s)
        cells[_HEARTBEAT_NS] = entered_ns
        self._follow_orders(frame)
        self._fill(out, frame)
        self._count_exit(frame, frames, entered_ns)

    def _fill(self, out: NDArray[np.float32], frame: int) -> None:
        program = self._last_orders.program
        is_heard = mix(out, frame, program, self._bank, self._longest_voice_frames)
        if self._dying is not None:
            is_heard = self._add_dying(out, frame) or is_heard
        # Silence is silence at any level, and most blocks are.
        if is_heard:
            apply_fade(out, frame, self._level)
            limit(out)

    def _count_wait(self, entered_ns: int, frames: int) -> None:
        before_ns, self._entered_ns = self._entered_ns, entered_ns
        if not before_ns:
            return
        wait_ns = entered_ns - before_ns
        cells = self._cells
        cells[_LONGEST_WAIT_NS] = max(cells[_LONGEST_WAIT_NS], wait_ns)
        if wait_ns * self._rate_hz > 2 * frames * _NS_PER_SECOND:
            cells[Cell.LATE_BLOCKS] += 1

    def _observe(
        self, frame: int, frames: int, entered_ns: int, current_s: float, dac_s: float
    ) -> None:
        self._blocks_observed += 1
        self._observed_ns = entered_ns
        block_latency_ns = self._measured_latency_ns
        if block_latency_ns is None:
            block_latency_ns = latency_ns(current_s, dac_s, self._nominal_latency_ns)
        cells = self._cells
        cells[Cell.LATENCY_NS] = block_latency_ns
        cells[Cell.BLOCK_NS] = frames * _NS_PER_SECOND // self._rate_hz
        write_observation(cells, frame, entered_ns + block_latency_ns)

    def _count_exit(self, frame: int, frames: int, entered_ns: int) -> None:
        cells = self._cells
        cells[_NEXT_FRAME] = frame + frames
        if self._clock.is_in_time():
            cells[_FRAMES_DELIVERED] += frames
        run_ns = time.monotonic_ns() - entered_ns
        cells[_LONGEST_RUN_NS] = max(cells[_LONGEST_RUN_NS], run_ns)
        if cells[_LONGEST_ASKED] != cells[_LONGEST_TOLD]:
            tell_longest(cells)
        cells[_BLOCKS_DONE] += 1

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

    def _add_dying(self, out: NDArray[np.float32], frame: int) -> bool:
        """Mix in what is being stopped, until its fade is over; return whether it is heard."""
        if self._dying is None or self._dying_fade.is_over_at(frame):
            self._dying = None
            return False
        if self._scratch.shape != out.shape:
            self._scratch = np.zeros(out.shape, dtype=np.float32)
        is_heard = mix(self._scratch, frame, self._dying, self._bank, self._longest_voice_frames)
        apply_fade(self._scratch, frame, self._dying_fade)
        out += self._scratch
        return is_heard
