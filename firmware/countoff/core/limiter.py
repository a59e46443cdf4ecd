"""The last step before the converter: no sum of voices and levels goes over full scale.

A curve, with no memory: each sample is limited by itself, so that any sequence of block sizes gives
the same samples and a click sounds the same whatever came before it. Below the knee nothing is
touched, to the bit. It is there for the sum that nobody expected, not as a sound: what it bends has
overtones that it did not have.

Called from the audio callback: no lock, no log, no allocation larger than a short stretch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KNEE = 0.75
"""-2.5 dBFS. None of our own sounds reaches it alone at 0 dB."""

_KNEE = np.float32(KNEE)
_ROOM = np.float32(1) - _KNEE
_FULL_SCALE = np.float32(1)
# What the processor's cache holds: a whole song is limited as fast as its memory is read.
_STRETCH_SAMPLES = 1 << 15


def limit(out: NDArray[np.float32]) -> None:
    """Bend what is above the knee, in place, so that no sample of `out` is beyond +-1.

    The curve goes on from the knee without a kink and nears full scale ever more slowly: odd, and
    louder in is never softer out. `out` is of any shape. Raises ValueError where it is not contiguous.
    """
    samples = np.reshape(out, -1, copy=False)
    for start in range(0, len(samples), _STRETCH_SAMPLES):
        stretch = samples[start : start + _STRETCH_SAMPLES]
        if stretch.max() > _KNEE or stretch.min() < -_KNEE:
            _bend(stretch)


def _bend(stretch: NDArray[np.float32]) -> None:
    """Bend in place. Additions and one division only: they round alike on every machine."""
    hot = np.flatnonzero(np.abs(stretch) > _KNEE)
    loud = stretch[hot]
    over = np.abs(loud) - _KNEE
    bent = np.minimum(_KNEE + over * _ROOM / (over + _ROOM), _FULL_SCALE)
    stretch[hot] = np.copysign(bent, loud)
