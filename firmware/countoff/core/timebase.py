"""Device time and host time: the one converter between frames and monotonic nanoseconds.

The player notes, every now and then, which frame a block began with and when that frame will reach
the converter: the moment the callback was entered plus the output's latency. Each such moment is late by
the scheduler's whim, never early by much; a straight line through the bulk of them is the stream's clock
against the host's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NS_PER_SECOND = 1_000_000_000
# Below this many blocks or this stretch of time the slope says nothing yet: the nominal rate is
# used, and only the offset is fitted.
_FEWEST_OBSERVATIONS = 8
_SHORTEST_SLOPE_NS = 2 * NS_PER_SECOND
# A crystal is never this far off; a fit that says so has been fooled by a burst of late wake-ups.
_LARGEST_PPM = 500.0
_PPM = 1e6
_BILLION = 10**9
_FRAME_NS_PARTS = NS_PER_SECOND * _BILLION
# Observations further than this many median deviations from the first line are late wake-ups.
_OUTLIER_DEVIATIONS = 3.0


@dataclass(frozen=True, slots=True)
class ClockFit:
    """A stream's clock against the host's: frame `frame` is sounded at host time `at_ns`.

    `at_ns` is when the frame reaches the converter (output latency included), so a bar heard is a
    bar found. `ppm` is how much faster the stream runs than its nominal rate by the host clock.
    `residual_ns` is the median distance of the observations from the line. `notice_ns` is how long
    before a frame sounds it must be known what it holds: what is decided later may miss it.
    """

    epoch: int
    rate_hz: int
    frame: int
    at_ns: int
    ppm: float
    residual_ns: int
    notice_ns: int = 0
    counts_server_frames: bool = False
    """The frames are a sound server's own, the same for all its clients."""

    # A frame lasts _FRAME_NS_PARTS / _rate_parts nanoseconds, exactly: rounding comes last, so that
    # the two conversions are each other's inverse however far from the observation they are asked.

    @property
    def _rate_parts(self) -> int:
        return self.rate_hz * (_BILLION + round(self.ppm * 1000))

    def ns_at_frame(self, frame: int) -> int:
        """Return the host time at which `frame` sounds, to the nearest nanosecond."""
        rate_parts = self._rate_parts
        twice = 2 * (frame - self.frame) * _FRAME_NS_PARTS
        return self.at_ns + (twice + rate_parts) // (2 * rate_parts)

    def frame_at_ns(self, at_ns: int) -> int:
        """Return the frame that sounds at host time `at_ns`.

        It is the last one whose `ns_at_frame` is at or before it.
        """
        below = (2 * (at_ns - self.at_ns) + 1) * self._rate_parts
        return self.frame + (below - 1) // (2 * _FRAME_NS_PARTS)

    def nearest_frame_at_ns(self, at_ns: int) -> int:
        """Return the frame whose moment is nearest to host time `at_ns`."""
        return self.frame_at_ns(at_ns + NS_PER_SECOND // (2 * self.rate_hz))

    def exact_ns_at_frame(self, frame: Fraction) -> Fraction:
        """Return the host time of a place between frames, unrounded."""
        return self.at_ns + (frame - self.frame) * Fraction(_FRAME_NS_PARTS, self._rate_parts)

    def exact_frame_at_ns(self, at_ns: Fraction) -> Fraction:
        """Return the place, mostly between frames, that sounds at host time `at_ns`, unrounded."""
        return self.frame + (at_ns - self.at_ns) * Fraction(self._rate_parts, _FRAME_NS_PARTS)


def fit_clock(
    frames: NDArray[np.int64],
    sounds_at_ns: NDArray[np.int64],
    *,
    epoch: int,
    rate_hz: int,
    notice_ns: int = 0,
) -> ClockFit | None:
    """Return the clock of a stream from its observations, or None where there are too few.

    `frames` and `sounds_at_ns` have one entry an observed block, in any order: its first frame, and
    the host time at which that reaches the converter as it looked when the callback was entered. Pure; takes about 0.1 ms for 512 observations.
    """
    if len(frames) < _FEWEST_OBSERVATIONS:
        return None
    newest = int(np.argmax(frames))
    origin_frame, origin_ns = int(frames[newest]), int(sounds_at_ns[newest])
    nominal_ns_per_frame = NS_PER_SECOND / rate_hz
    elapsed_ns = (frames - origin_frame) * nominal_ns_per_frame
    # How late each entry is against a stream of exactly nominal rate; small numbers, so that
    # double precision loses nothing.
    late_ns = (sounds_at_ns - origin_ns) - elapsed_ns
    kept = np.ones(len(frames), dtype=bool)
    slope, offset_ns = 0.0, 0.0
    for _ in range(2):
        slope, offset_ns = _line(elapsed_ns[kept], late_ns[kept])
        distance_ns = np.abs(late_ns - (slope * elapsed_ns + offset_ns))
        deviation_ns = float(np.median(distance_ns))
        kept = distance_ns <= max(_OUTLIER_DEVIATIONS * deviation_ns, 1.0)
    residual_ns = int(np.median(np.abs(late_ns - (slope * elapsed_ns + offset_ns))))
    return ClockFit(
        epoch=epoch,
        rate_hz=rate_hz,
        frame=origin_frame,
        at_ns=origin_ns + round(offset_ns),
        ppm=(1 / (1 + slope) - 1) * _PPM,
        residual_ns=residual_ns,
        notice_ns=notice_ns,
    )


def _line(elapsed_ns: NDArray[np.floating], late_ns: NDArray[np.floating]) -> tuple[float, float]:
    """Return slope and offset of the least-squares line, with the slope held to what is possible."""
    if np.ptp(elapsed_ns) < _SHORTEST_SLOPE_NS:
        return 0.0, float(np.median(late_ns))
    middle_ns = float(np.mean(elapsed_ns))
    centred_ns = elapsed_ns - middle_ns
    slope = float(centred_ns @ (late_ns - late_ns.mean()) / (centred_ns @ centred_ns))
    slope = min(max(slope, -_LARGEST_PPM / _PPM), _LARGEST_PPM / _PPM)
    return slope, float(late_ns.mean()) - slope * middle_ns
