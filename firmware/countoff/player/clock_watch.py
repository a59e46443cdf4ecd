"""Which observations of a stream's clock count: none from before its frames jumped against time.

On the controller's owner thread; arithmetic only. A sound server that was late goes on counting, but
what it lost it counts by rule of thumb: after an xrun its frames may be whole periods away from
where time has got to, in either direction. A line drawn through both sides would be wrong for ten
seconds, and a click that kept to the frames would be off for the rest of the song. So after each
trouble that is reported, the first calm observations are held against the line from before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from countoff.core.timebase import ClockFit, fit_clock

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MS = 1_000_000
# So many observations, from the beginning or after the last trouble, say where the stream is. The
# first blocks are all observed, so that this takes a tenth of a second at the most; but of very short
# blocks so many may all have been woken late by the same hold-up.
_CALM_OBSERVATIONS = 12
_CALM_NS = 60 * _MS
# A trouble without end: then the newest observations have to do.
_LONGEST_TROUBLE_NS = 2000 * _MS
# Nearer than this the old line holds: late wake-ups look the same. Well below the half millisecond
# that a click may be off after a fault.
_JUMP_NS = 300_000
# A callback is late by a whim and never early: the early ones among several tell best.
_EARLY_PERCENT = 25


class ClockWatch:
    """Follows the clock of one player's stream."""

    def __init__(self, rate_hz: int) -> None:
        """Know nothing yet of a stream at `rate_hz`."""
        self._rate_hz = rate_hz
        self._line: ClockFit | None = None
        self._troubles = 0
        self._trouble_began_ns = 0
        self._trouble_ns = 0
        self._is_troubled = False
        self._since_ns = 0

    @property
    def is_troubled(self) -> bool:
        """Whether it is yet to be seen what the last trouble did."""
        return self._is_troubled

    def note_troubles(self, troubles: int, now_ns: int) -> None:
        """Take in how many xruns and gaps there have been so far."""
        if troubles == self._troubles:
            return
        self._troubles = troubles
        if not self._is_troubled:
            self._trouble_began_ns = now_ns
        self._is_troubled = True
        self._trouble_ns = now_ns

    def fit(
        self,
        frames: NDArray[np.int64],
        sounds_at_ns: NDArray[np.int64],
        *,
        latency_ns: int,
        now_ns: int,
        epoch: int,
        notice_ns: int,
    ) -> tuple[ClockFit | None, int]:
        """Return the stream's clock, and by how many ns its frames have jumped against time.

        None while too little is known, and while a trouble is too fresh to tell what it did: until
        then the last clock holds. The jump is 0, but once for each jump.
        """
        if not len(frames):
            return None, 0
        jump_ns = 0
        if self._is_troubled:
            calm = sounds_at_ns > self._trouble_ns + latency_ns
            is_calm = now_ns >= self._trouble_ns + _CALM_NS
            if not is_calm or np.count_nonzero(calm) < _CALM_OBSERVATIONS:
                if now_ns - self._trouble_began_ns < _LONGEST_TROUBLE_NS:
                    return None, 0
                calm = _newest(frames, _CALM_OBSERVATIONS)
            self._is_troubled = False
            if self._line is not None:
                moved_ns = self._moved_ns(self._line, frames[calm], sounds_at_ns[calm])
                jump_ns = moved_ns if abs(moved_ns) > _JUMP_NS else 0
            if jump_ns or self._line is None:
                self._since_ns = int(sounds_at_ns[calm].min())
        kept = sounds_at_ns >= self._since_ns
        if self._line is None and np.count_nonzero(kept) < _CALM_OBSERVATIONS:
            return None, 0
        fit = fit_clock(
            frames[kept],
            sounds_at_ns[kept],
            epoch=epoch,
            rate_hz=self._rate_hz,
            notice_ns=notice_ns,
        )
        self._line = fit or self._line
        return fit, jump_ns

    def _moved_ns(
        self, line: ClockFit, frames: NDArray[np.int64], sounds_at_ns: NDArray[np.int64]
    ) -> int:
        late_ns = [
            int(at_ns) - line.ns_at_frame(int(frame))
            for frame, at_ns in zip(frames, sounds_at_ns, strict=True)
        ]
        return int(np.percentile(late_ns, _EARLY_PERCENT))


def _newest(frames: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    if len(frames) <= count:
        return np.ones(len(frames), dtype=bool)
    newest: NDArray[np.bool_] = frames >= np.partition(frames, -count)[-count]
    return newest
