"""JACK's frames against host time: on which frame a moment falls.

JACK's own clock is not the host's monotonic one (its Linux builds read the raw clock, which is not
slewed), so each cycle is observed: what JACK's frame counter reads, between two readings of the
host's clock. A line through the newest observations says where a moment falls. JACK has smoothed
its counter already, so a quarter of a second is enough to be rid of the counter's whole frames, and
short enough to follow a server that wanders. Until there are enough, and after a jump, the newest
observation alone does.

`begin_cycle` belongs to JACK's thread and `refit` to the sender's; they share by assignment.
"""

from __future__ import annotations

import numpy as np

from countoff.core.timebase import NS_PER_SECOND, ClockFit, fit_clock

_OBSERVED_PER_SECOND = 4
_FEWEST_OBSERVATIONS = 8
_COUNTER_SPAN = 1 << 32
# A reading that took longer than this was interrupted, and says little.
_LONGEST_READING_NS = 100_000
# So far off, so often in a row: the server has moved its cycles, and the old line means nothing.
_MOVED_NS = 1_000_000
_MOVED_CYCLES = 8


class CycleClock:
    """Follows the cycles of one JACK client."""

    def __init__(self, rate_hz: int, block_frames: int) -> None:
        """Know nothing yet of a server that runs at `rate_hz` in cycles of `block_frames`."""
        self._rate_hz = rate_hz
        cycles = rate_hz // (_OBSERVED_PER_SECOND * block_frames)
        self._most_observations = max(_FEWEST_OBSERVATIONS, cycles)
        self._frames = np.zeros(self._most_observations, dtype=np.int64)
        self._host_ns = np.zeros(self._most_observations, dtype=np.int64)
        self._observed = 0
        self._cycle_frame = -1
        self._cycle_frames = block_frames
        self._moved_cycles = 0
        self._jumps = 0
        self._fit: ClockFit | None = None
        self._newest = ClockFit(0, rate_hz, 0, 0, 0.0, 0)

    @property
    def fit(self) -> ClockFit:
        """The best that is known: the line, or the newest observation. Frames never wrap."""
        return self._fit or self._newest

    def begin_cycle(
        self,
        block_frames: int,
        counter_at_start: int,
        counter_now: int,
        before_ns: int,
        after_ns: int,
    ) -> int:
        """Take in a new cycle and return its first frame, counted on through the 32-bit wrap.

        `counter_now` was read between host times `before_ns` and `after_ns`. JACK's thread only;
        does not block.
        """
        frame = self._unwrapped(counter_at_start)
        since_start = short_way(counter_now - counter_at_start)
        start_ns = (before_ns + after_ns) // 2 - since_start * NS_PER_SECOND // self._rate_hz
        if frame != self._cycle_frame + self._cycle_frames:
            self._forget()
        self._cycle_frame, self._cycle_frames = frame, block_frames
        self._newest = ClockFit(0, self._rate_hz, frame, start_ns, 0.0, 0)
        if after_ns - before_ns <= _LONGEST_READING_NS:
            self._observe(frame, start_ns)
        return frame

    def refit(self) -> None:
        """Draw the line again through what has been observed. The sender's thread; 0.1 ms."""
        jumps, observed = self._jumps, self._observed
        kept = min(observed, self._most_observations)
        fit = fit_clock(
            self._frames[:kept].copy(),
            self._host_ns[:kept].copy(),
            epoch=0,
            rate_hz=self._rate_hz,
        )
        # A cycle that jumps just here leaves an old line, for as long as it takes to be seen moved.
        if jumps == self._jumps:
            self._fit = fit

    def _unwrapped(self, counter: int) -> int:
        if self._cycle_frame < 0:
            return counter
        return self._cycle_frame + short_way(counter - self._cycle_frame)

    def _observe(self, frame: int, start_ns: int) -> None:
        if self._fit is not None:
            has_moved = abs(start_ns - self._fit.ns_at_frame(frame)) > _MOVED_NS
            self._moved_cycles = self._moved_cycles + 1 if has_moved else 0
            if self._moved_cycles >= _MOVED_CYCLES:
                self._forget()
        slot = self._observed % self._most_observations
        self._frames[slot] = frame
        self._host_ns[slot] = start_ns
        self._observed += 1

    def _forget(self) -> None:
        self._jumps += 1
        self._fit = None
        self._observed = self._moved_cycles = 0


def short_way(difference: int) -> int:
    """Return the difference of two 32-bit counters, the short way round."""
    half = _COUNTER_SPAN // 2
    return (difference + half) % _COUNTER_SPAN - half
