"""Where ticks lie on a stream's frames: the one exact conversion between the two.

Each place is one rounding away from the song's bar 1, however long the song is: an hour at 110
quarter notes a minute ends on frame 172 800 000 at 48 kHz.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.tempo_map import Stretch, TempoMap

# A place computed in double precision this near to half a frame is computed once more, exactly.
_DOUBTFUL = 1e-4
# Doubles count frames exactly up to here, with room for their fractions.
_MOST_QUICK_FRAMES = 2.0**36
_MOST_INTEGER = 2**63
_HALF = Fraction(1, 2)
_MILLION = 1_000_000


def corrected_rate_hz(rate_hz: int, rate_ppm: Fraction) -> int | Fraction:
    """Return the rate of a stream whose crystal is `rate_ppm` faster than `rate_hz`, exactly."""
    return rate_hz if rate_ppm == 0 else rate_hz * (1 + rate_ppm / _MILLION)


@dataclass(frozen=True, slots=True)
class Grid:
    """A tempo map on the frames of a stream: tick 0 is at `origin_frame`, which may be a fraction.

    The origin of a take is whole: so the clicks of a song are the same frames after bar 1 wherever
    a take of it starts. After the stream was lost and laid anew it may be a fraction. The rate is a
    fraction where it is corrected for another crystal, see `corrected_rate_hz`.
    """

    tempo_map: TempoMap
    rate_hz: int | Fraction
    origin_frame: Fraction

    def frames_in(self, seconds: int) -> int:
        """Return the whole frames of so many seconds."""
        return math.floor(seconds * self.rate_hz)

    def exact_frame_at_tick(self, tick: int) -> Fraction:
        """Return the exact place of `tick` in frames."""
        return self.origin_frame + self.tempo_map.seconds_at_tick(tick) * self.rate_hz

    def frame_at_tick(self, tick: int) -> int:
        """Return the frame nearest to `tick`; of two, the later."""
        stretch = self.tempo_map.stretches[self.tempo_map.index_at_tick(tick)]
        ticks = tick - stretch.start_tick
        start_frame = self.origin_frame + stretch.start_s * self.rate_hz
        if not stretch.is_ramp or ticks <= 0:
            # In integers: the same exact rationals without a greatest common divisor.
            step = stretch.tempo.frames_per_tick(self.rate_hz)
            twice = 2 * (
                start_frame.numerator * step.denominator
                + ticks * step.numerator * start_frame.denominator
            )
            parts = start_frame.denominator * step.denominator
            return (twice + parts) // (2 * parts)
        whole = math.floor(start_frame)
        seconds = float(stretch.quick_seconds_after_start(np.array(ticks)))
        after = float(start_frame - whole) + seconds * float(self.rate_hz)
        if abs(after % 1 - 0.5) > _DOUBTFUL and after < _MOST_QUICK_FRAMES:
            return whole + math.floor(after + 0.5)
        return math.floor(self.exact_frame_at_tick(tick) + _HALF)

    def frames_at_ticks(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the frame nearest to each of `ticks`, which rise: all at once, the same frames."""
        frames = np.empty(len(ticks), dtype=np.int64)
        tempo_map = self.tempo_map
        done = 0
        while done < len(ticks):
            index = tempo_map.index_at_tick(int(ticks[done]))
            is_last = index + 1 == len(tempo_map.stretches)
            end_tick = None if is_last else tempo_map.start_ticks[index + 1]
            to = len(ticks) if end_tick is None else int(np.searchsorted(ticks, end_tick))
            self._fill(frames[done:to], ticks[done:to], tempo_map.stretches[index])
            done = to
        return frames

    def _fill(self, frames: NDArray[np.int64], ticks: NDArray[np.int64], stretch: Stretch) -> None:
        """Put the frames of `ticks`, all of one stretch, into `frames`."""
        start_frame = self.origin_frame + stretch.start_s * self.rate_hz
        whole = math.floor(start_frame)
        rest = start_frame - whole
        after_ticks = ticks - stretch.start_tick
        if not stretch.is_ramp:
            step = stretch.tempo.frames_per_tick(self.rate_hz)
            parts = 2 * rest.denominator * step.denominator
            half_before = (2 * rest.numerator + rest.denominator) * step.denominator
            per_tick = 2 * step.numerator * rest.denominator
            most_ticks = int(np.abs(after_ticks).max(initial=1))
            if 2 * parts + most_ticks * per_tick < _MOST_INTEGER:
                frames[:] = (half_before + after_ticks * per_tick) // parts + whole
                return
        after = stretch.quick_seconds_after_start(after_ticks) * float(self.rate_hz) + float(rest)
        frames[:] = np.floor(after + 0.5).astype(np.int64) + whole
        is_doubtful = np.abs(after % 1 - 0.5) <= _DOUBTFUL
        is_doubtful |= np.abs(after) >= _MOST_QUICK_FRAMES
        for index in np.flatnonzero(is_doubtful):
            frames[index] = self.frame_at_tick(int(ticks[index]))

    def tick_at_frame(self, frame: int) -> int:
        """Return the last tick whose nearest frame is at or before `frame`."""
        tempo_map = self.tempo_map
        seconds = float((frame - self.origin_frame) / self.rate_hz)
        index = max(bisect_right(tempo_map.start_seconds, seconds) - 1, 0)
        # Half a frame may lie between the moment a stretch begins and the frame that shows it.
        last = len(tempo_map.stretches) - 1
        while index < last and self.frame_at_tick(tempo_map.start_ticks[index + 1]) <= frame:
            index += 1
        while index > 0 and self.frame_at_tick(tempo_map.start_ticks[index]) > frame:
            index -= 1
        stretch = tempo_map.stretches[index]
        if stretch.is_ramp and self.frame_at_tick(stretch.start_tick) <= frame:
            tick = self._tick_in_ramp(stretch, frame)
        else:
            tick = self._tick_in_steady(stretch, frame)
        return tick if index == last else min(tick, tempo_map.start_ticks[index + 1] - 1)

    def _tick_in_steady(self, stretch: Stretch, frame: int) -> int:
        # frame_at_tick(tick) <= frame exactly where the exact place is below frame + 1/2.
        start_frame = self.origin_frame + stretch.start_s * self.rate_hz
        step = stretch.tempo.frames_per_tick(self.rate_hz)
        parts = start_frame.denominator * step.denominator
        below = (2 * frame + 1) * parts - 2 * start_frame.numerator * step.denominator
        return stretch.start_tick + (below - 1) // (2 * step.numerator * start_frame.denominator)

    def _tick_in_ramp(self, stretch: Stretch, frame: int) -> int:
        """Return it by the ramp's inverse in double precision, put right by the exact places."""
        start_frame = self.origin_frame + stretch.start_s * self.rate_hz
        seconds = max(float((frame + _HALF - start_frame) / self.rate_hz), 0.0)
        end_tick = stretch.start_tick + (stretch.length_ticks or 0)
        tick = stretch.start_tick + math.floor(stretch.quick_ticks_after_start(seconds))
        tick = min(max(tick, stretch.start_tick), end_tick)
        while tick > stretch.start_tick and self.frame_at_tick(tick) > frame:
            tick -= 1
        while tick < end_tick and self.frame_at_tick(tick + 1) <= frame:
            tick += 1
        return tick
