"""The player's own program, and for each block a row of what its thread did and waited for.

Started by the controller in place of `countoff.player`, with the name of the rows' file in the
environment. On the audio thread: a row costs some microseconds, takes no lock and grows nothing. Nor
does it let go of the interpreter, as the usual ways into the kernel and the server do: nobody can take
it who would not have without us.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jack

from countoff.player import __main__ as player
from countoff.player.callback import ClickCallback
from countoff.player.counters import Cell
from measuring.late_blocks import ROW_CELLS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE_VARIABLE = "COUNTOFF_MEASURED_ROWS"
_MOST_ROWS = 1 << 18
_LINE_BYTES = 64
_ROW = struct.Struct(f"{ROW_CELLS}q")


class WatchedCallback(ClickCallback):
    """Renders as ever, and writes a row of each block, in the order of `late_blocks.Column`."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 (whatever the callback takes)
        """Make room for the rows, and be a client of the server that never runs in its cycles."""
        super().__init__(**given)
        self._given = given
        self._server = jack.Client("measuring clock", no_start_server=True)
        self._library = ctypes.PyDLL("libjack.so.0")
        self._system = ctypes.PyDLL(None)
        for asked in (self._library.jack_frames_since_cycle_start, self._library.jack_frame_time):
            asked.restype, asked.argtypes = ctypes.c_uint32, [ctypes.c_void_p]
        self._client = int(jack._ffi.cast("intptr_t", self._server._ptr))  # noqa: SLF001
        self._read = ctypes.create_string_buffer(_LINE_BYTES)
        path = Path(os.environ[FILE_VARIABLE]).with_suffix(f".{os.getpid()}")
        with path.open("wb+") as file:
            file.truncate(_MOST_ROWS * _ROW.size)
            self._rows = mmap.mmap(file.fileno(), 0)
        self._row = 0
        self._waits = 0
        self._waiting_fd = -1

    def render(self, out: NDArray[np.float32], current_s: float, dac_s: float) -> None:
        """Fill `out`, and note when and at what cost. The audio thread only."""
        if self._waiting_fd < 0:
            self._waiting_fd = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        entered_ns = time.monotonic_ns()
        since_frames = self._library.jack_frames_since_cycle_start(self._client)
        now_frame = self._library.jack_frame_time(self._client)
        used = resource.getrusage(resource.RUSAGE_THREAD)
        entered_cpu_ns, entered_held_ns = time.thread_time_ns(), self._held_ns()
        super().render(out, current_s, dac_s)
        left_held_ns, left_cpu_ns = self._held_ns(), time.thread_time_ns()
        used_after = resource.getrusage(resource.RUSAGE_THREAD)
        cells = self._given["cells"]
        if self._row < _MOST_ROWS:
            _ROW.pack_into(
                self._rows,
                self._row * _ROW.size,
                int(cells[Cell.NEXT_FRAME]) - len(out),
                since_frames,
                now_frame,
                round(current_s * self._given["rate_hz"]),
                entered_ns,
                time.monotonic_ns(),
                entered_cpu_ns,
                left_cpu_ns,
                entered_held_ns,
                left_held_ns,
                used.ru_nvcsw - self._waits,
                used_after.ru_nvcsw - used.ru_nvcsw,
                used_after.ru_minflt + used_after.ru_majflt - used.ru_minflt - used.ru_majflt,
                int(cells[Cell.FRAMES_DELIVERED]),
                int(cells[Cell.FIFO_GRANTED]),
            )
            self._row += 1
        self._waits = used_after.ru_nvcsw

    def _held_ns(self) -> int:
        """Return how long this thread was ready to run so far, and the kernel ran others."""
        self._system.pread(self._waiting_fd, self._read, _LINE_BYTES, 0)
        return int(self._read.value.split()[1])


if __name__ == "__main__":
    vars(player).update(ClickCallback=WatchedCallback)
    player.main()
