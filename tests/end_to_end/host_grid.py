"""Where clicks lie against the host's clock: the judge of everything after a fault.

A new server has a new frame clock, and one that was late may have counted wrong what it lost: so
clicks from before and after are compared in host time. A frame's host time comes from the cycles
that the independent ear saw around it: each is seen late by the scheduler's whim and never early, so
the early quarter of them counts. Knows nothing of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.end_to_end.recording import Recording

_NS_PER_SECOND = 1_000_000_000
_AROUND_NS = 300_000_000
_EARLY_PERCENT = 25
# For so long after a server's own trouble its frames may mean another time than the box knows.
_SETTLING_NS = 1_000_000_000


@dataclass(frozen=True)
class HostGrid:
    """An even grid of clicks in host time: one at `origin_ns`, and one each `beat_ns`."""

    origin_ns: float
    beat_ns: float

    def off_frames(self, at_ns: float, rate_hz: int) -> float:
        """Return how many frames after the nearest place of the grid a moment is."""
        off_ns = (at_ns - self.origin_ns + self.beat_ns / 2) % self.beat_ns - self.beat_ns / 2
        return off_ns * rate_hz / _NS_PER_SECOND

    def place(self, at_ns: float) -> int:
        """Return the number of the place nearest to a moment."""
        return round((at_ns - self.origin_ns) / self.beat_ns)


class HostTimes:
    """The host times of what one ear heard."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._at_ns = recording.cycles[:, 1].astype(float)
        frames = recording.cycles[:, 0]
        self._nominal_ns = (frames - frames[0]) * (_NS_PER_SECOND / recording.rate_hz)
        self._late_ns = self._at_ns - self._nominal_ns

    def of_frame(self, frame: int) -> float:
        """Return the host time at which a frame's cycle would have been seen punctually."""
        index = int(np.searchsorted(self._recording.cycles[:, 0], frame))
        about_ns = self._at_ns[min(index, len(self._at_ns) - 1)]
        near = np.abs(self._at_ns - about_ns) < _AROUND_NS
        since_first = int(frame - self._recording.cycles[0, 0])
        nominal_ns = since_first * (_NS_PER_SECOND / self._recording.rate_hz)
        return float(nominal_ns + np.percentile(self._late_ns[near], _EARLY_PERCENT))

    def onsets(self, from_ns: float, to_ns: float) -> list[float]:
        """Return the host times of the clicks heard between two moments."""
        times = (self.of_frame(onset.frame) for onset in self._recording.onsets())
        return [at_ns for at_ns in times if from_ns <= at_ns <= to_ns]

    def grid(self, from_ns: float, to_ns: float, beat_frames: int) -> HostGrid:
        """Return the grid on which the clicks between two moments lie."""
        heard = self.onsets(from_ns, to_ns)
        beat_ns = beat_frames * _NS_PER_SECOND / self._recording.rate_hz
        rough = HostGrid(heard[-1], beat_ns)
        frame_ns = _NS_PER_SECOND / self._recording.rate_hz
        off = [rough.off_frames(at_ns, self._recording.rate_hz) for at_ns in heard]
        return HostGrid(heard[-1] + float(np.median(off)) * frame_ns, beat_ns)

    def is_settled(self, at_ns: float) -> bool:
        """Tell whether the server had no trouble of its own shortly before a moment, or near it."""
        for start, end in self._recording.gaps():
            start_ns = self._recording.ns_at_frame(start) - _AROUND_NS
            end_ns = self._recording.ns_at_frame(end) + _SETTLING_NS
            if start_ns <= at_ns <= end_ns:
                return False
        return True
