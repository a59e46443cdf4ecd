"""The output of a box without a sound card: paced by the clock, heard by nobody, kept as a WAV."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
import wave
from typing import TYPE_CHECKING

import numpy as np

from countoff.player.stream_clock import PacedClock

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from countoff.player.outputs import OutputChoice, Render

_NS_PER_SECOND = 1_000_000_000
_SAMPLE_BYTES = 2
_FULL_SCALE = 32767
# How far the file may be behind the sound before it is given up: memory is not for keeping it.
_MOST_WAITING = 2000
_LOOK_FOR_END_S = 0.1


class VirtualOutput:
    """Calls for a block whenever its time has come, on a thread of its own."""

    def __init__(self, choice: OutputChoice, wav: Path | None) -> None:
        """Take rate, channels and block size as asked; write what sounds to `wav`, if given."""
        self.name = "virtual output"
        self.versions = "none: paced by the clock"
        self.rate_hz = choice.rate_hz
        self.channels = choice.channels
        self.clock = PacedClock()
        self.nominal_latency_ns = choice.latency_ms * 1_000_000
        self._block_frames = choice.block_frames
        self._wav = wav
        self._running = threading.Event()
        self._threads: list[threading.Thread] = []
        self._blocks: queue.Queue[NDArray[np.float32]] = queue.Queue(_MOST_WAITING)

    def start(self, render: Render) -> None:
        """Start to ask `render` for blocks."""
        self._running.set()
        pace = threading.Thread(
            target=self._pace, args=(render,), name="virtual output", daemon=True
        )
        self._threads = [pace]
        if self._wav is not None:
            self._threads.append(
                threading.Thread(target=self._write_wav, args=(self._wav,), name="wav", daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, and finish the WAV file."""
        self._running.clear()
        for thread in self._threads:
            thread.join()

    def _pace(self, render: Render) -> None:
        block_ns = self._block_frames * _NS_PER_SECOND // self.rate_hz
        out = np.zeros((self._block_frames, self.channels), dtype=np.float32)
        started_ns = time.monotonic_ns()
        block = 0
        while self._running.is_set():
            due_ns = started_ns + block * self._block_frames * _NS_PER_SECOND // self.rate_hz
            late_ns = time.monotonic_ns() - due_ns
            if late_ns < 0:
                time.sleep(-late_ns / _NS_PER_SECOND)
            elif late_ns > self.nominal_latency_ns + block_ns:
                # As a real device would: what could not be delivered in time is lost, not late.
                missed_blocks = late_ns // block_ns
                self.clock.skip(missed_blocks * self._block_frames)
                for _ in range(missed_blocks):
                    self._keep(np.zeros_like(out))
                block += missed_blocks
                continue
            render(out, 0.0, 0.0)
            self._keep(out)
            block += 1

    def _keep(self, block: NDArray[np.float32]) -> None:
        """Hand a block to the file, without ever waiting for it."""
        if self._wav is None:
            return
        try:
            self._blocks.put_nowait(block.copy())
        except queue.Full:
            self._give_up_wav(f"the disk is {_MOST_WAITING} blocks behind")

    def _give_up_wav(self, why: str) -> None:
        """Say once that the file ends here; the click goes on without it."""
        path, self._wav = self._wav, None
        if path is not None:
            print(f"audio.wav: {path} is not written any more: {why}.", file=sys.stderr)

    def _write_wav(self, path: Path) -> None:
        try:
            with wave.open(str(path), "wb") as file:
                file.setnchannels(self.channels)
                file.setsampwidth(_SAMPLE_BYTES)
                file.setframerate(self.rate_hz)
                while self._wav is not None and (
                    self._running.is_set() or not self._blocks.empty()
                ):
                    with contextlib.suppress(queue.Empty):
                        block = self._blocks.get(timeout=_LOOK_FOR_END_S)
                        samples = np.clip(block, -1.0, 1.0) * _FULL_SCALE
                        file.writeframes(np.round(samples).astype("<i2").tobytes())
        except OSError as error:
            self._give_up_wav(error.strerror or str(error))
