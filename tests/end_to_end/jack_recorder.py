"""An independent ear on a JACK server: records audio and MIDI by the server's own frame clock.

Run as a program by `recording.py`; knows nothing of the product. Connects to what carries the names
it is given, as soon as that appears, and as often where it is told to follow. Ends at the end of its standard input, and leaves a file
of numpy arrays.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import sys
import time

import jack
import numpy as np

WRAP = 1 << 32
LOOK_EVERY_S = 0.02


class Recorder:
    """Places each block by the frame at which its cycle began."""

    def __init__(self, seconds: int) -> None:
        self.client = jack.Client("ear", no_start_server=True)
        self.rate_hz = self.client.samplerate
        self.audio_in = self.client.inports.register("audio")
        self.midi_in = self.client.midi_inports.register("midi")
        # Filled, so that every page is there before the first cycle.
        self.audio = np.full(self.rate_hz * seconds, 0, dtype=np.float32)
        self.heard = np.full(len(self.audio), fill_value=False)
        self.first_frame: int | None = None
        self.cycles = np.full((seconds * 1000, 2), 0, dtype=np.int64)
        self.cycle_count = 0
        self.midi: list[tuple[int, bytes]] = []
        self.xruns: list[int] = []
        self.client.set_process_callback(self._process)
        self.client.set_xrun_callback(self._xrun)

    def _process(self, frames: int) -> None:
        now = self.client.last_frame_time
        if self.first_frame is None:
            self.first_frame = now
        start = (now - self.first_frame) % WRAP
        end = start + frames
        if end <= len(self.audio):
            self.audio[start:end] = self.audio_in.get_array()
            self.heard[start:end] = True
        if self.cycle_count < len(self.cycles):
            self.cycles[self.cycle_count] = (now, time.monotonic_ns())
            self.cycle_count += 1
        for offset, data in self.midi_in.incoming_midi_events():
            self.midi.append((now + offset, bytes(data)))

    def _xrun(self, _delayed_us: float) -> None:
        self.xruns.append(self.client.last_frame_time)

    def connect(self, audio_from: str, midi_from: str, *, follows: bool) -> None:
        """Connect to what carries these names until the input ends, and to its successors too."""
        sources = ((audio_from, self.audio_in), (midi_from, self.midi_in))
        is_told = False
        while not select.select([sys.stdin], [], [], LOOK_EVERY_S)[0]:
            for name, port in sources if follows or not is_told else ():
                # What goes away while it is looked at, or connected itself, is no concern of ours.
                with contextlib.suppress(jack.JackError):
                    for source in self.client.get_ports(name, is_output=True):
                        if not port.is_connected_to(source):
                            self.client.connect(source, port)
            if not is_told and all(port.number_of_connections for _, port in sources):
                is_told = True
                print("connected", flush=True)

    def save(self, path: str) -> None:
        frames = [frame for frame, _ in self.midi]
        np.savez(
            path,
            audio=self.audio,
            heard=self.heard,
            first_frame=self.first_frame or 0,
            rate_hz=self.rate_hz,
            cycles=self.cycles[: self.cycle_count],
            midi_frames=np.array(frames, dtype=np.int64),
            midi_hex=np.array([data.hex() for _, data in self.midi], dtype="U64"),
            xruns=np.array(self.xruns, dtype=np.int64),
        )


def _main() -> None:
    path, seconds, audio_from, midi_from, following = sys.argv[1:]
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    sys.setswitchinterval(0.0002)
    recorder = Recorder(int(seconds))
    gc.freeze()
    gc.disable()
    with recorder.client:
        recorder.connect(audio_from, midi_from, follows=following == "follows")
    recorder.save(path)


if __name__ == "__main__":
    _main()
