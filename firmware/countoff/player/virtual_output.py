"""The output of a box without a sound card: paced by the clock, heard by nobody, kept as a WAV."""

from __future__ import annotations

import queue
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
        self._blocks: queue.SimpleQueue[NDArray[np.float32] | None] = queue.SimpleQueue()

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
        self._blocks.put(None)
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
                if self._wav is not None:
                    for _ in range(missed_blocks):
                        self._blocks.put(np.zeros_like(out))
                block += missed_blocks
                continue
            render(out, 0.0, 0.0)
            if self._wav is not None:
                self._blocks.put(out.copy())
            block += 1

    def _write_wav(self, path: Path) -> None:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(self.channels)
            file.setsampwidth(_SAMPLE_BYTES)
            file.setframerate(self.rate_hz)
            while (block := self._blocks.get()) is not None:
                samples = np.clip(block, -1.0, 1.0) * _FULL_SCALE
                file.writeframes(np.round(samples).astype("<i2").tobytes())
