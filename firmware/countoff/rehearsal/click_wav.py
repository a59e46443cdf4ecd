"""The click of a whole session as a WAV file: 16 bit, one channel, silence left as holes.

An hour of click is nearly all silence; as a file with holes it takes next to no room and no time.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

FULL_SCALE = 32767
_SAMPLE_BYTES = 2
_HEADER_BYTES = 44
_PCM = 1
# Silence shorter than a page of the disk cannot be left out.
_STRETCH_FRAMES = 4096


class ClickWav:
    """Writes samples at any frame, in any order; what is never written is silent. May block."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        """Prepare the file at `path`; `open` makes it."""
        self._path = path
        self._rate_hz = rate_hz
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Make the file. Raises OSError where it cannot be made."""
        self._file = self._path.open("xb")

    def put(self, frame: int, samples: NDArray[np.float32]) -> None:
        """Put `samples` (-1 to 1) at `frame`; what would lie before the beginning is left out."""
        if frame < 0:
            samples, frame = samples[-frame:], 0
        for start in range(0, len(samples), _STRETCH_FRAMES):
            stretch = samples[start : start + _STRETCH_FRAMES]
            if stretch.any():
                scaled = np.round(np.clip(stretch, -1.0, 1.0) * FULL_SCALE).astype("<i2")
                self._opened.seek(_HEADER_BYTES + _SAMPLE_BYTES * (frame + start))
                self._opened.write(scaled.tobytes())

    def close(self, length_frames: int) -> None:
        """Finish the file: it is `length_frames` long."""
        file = self._opened
        data_bytes = _SAMPLE_BYTES * length_frames
        file.truncate(_HEADER_BYTES + data_bytes)
        file.seek(0)
        file.write(b"RIFF" + struct.pack("<I", _HEADER_BYTES - 8 + data_bytes) + b"WAVE")
        bytes_per_second = self._rate_hz * _SAMPLE_BYTES
        file.write(
            b"fmt "
            + struct.pack(
                "<IHHIIHH", 16, _PCM, 1, self._rate_hz, bytes_per_second, _SAMPLE_BYTES, 16
            )
        )
        file.write(b"data" + struct.pack("<I", data_bytes))
        file.close()
        self._file = None

    @property
    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("The WAV file is not open.")
        return self._file
