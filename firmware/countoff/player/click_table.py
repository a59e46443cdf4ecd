"""Clicks as bytes, and back: how a plan travels from the controller to the player.

Pure. Three columns one after another: frames and voices (int64), levels (float32).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from countoff.core.plan import Click

_FRAME = np.dtype("<i8")
_VOICE = np.dtype("<i8")
_LEVEL = np.dtype("<f4")
_CLICK_BYTES = _FRAME.itemsize + _VOICE.itemsize + _LEVEL.itemsize


@dataclass(frozen=True, slots=True)
class ClickTable:
    """Clicks as the callback wants them: three arrays of one length, see `mixer.Program`."""

    frames: NDArray[np.int64]
    voices: NDArray[np.int64]
    levels: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """Return the columns, one after another."""
        return self.frames.tobytes() + self.voices.tobytes() + self.levels.tobytes()


def table_of(clicks: Sequence[Click]) -> ClickTable:
    """Return `clicks` as a table."""
    return ClickTable(
        np.array([click.frame for click in clicks], dtype=_FRAME),
        np.array([int(click.voice) for click in clicks], dtype=_VOICE),
        np.array([click.level for click in clicks], dtype=_LEVEL),
    )


def table_from(payload: bytes) -> ClickTable:
    """Return the table that `ClickTable.to_bytes` wrote. The arrays are views, not to be changed."""
    count = len(payload) // _CLICK_BYTES
    voices_at = count * _FRAME.itemsize
    levels_at = voices_at + count * _VOICE.itemsize
    return ClickTable(
        np.frombuffer(payload, _FRAME, count),
        np.frombuffer(payload, _VOICE, count, voices_at),
        np.frombuffer(payload, _LEVEL, count, levels_at),
    )
