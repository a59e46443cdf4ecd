"""An ear on a JACK server: sound and MIDI on the server's own frames, and where the server lost time.

JACK's thread calls `_process` once a cycle, which writes into arrays that are as long as the whole
recording and never grow. The command's own thread makes the connections, and reads at the end.
"""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from countoff.core.timebase import NS_PER_SECOND
from countoff.measure.holding import Recording
from countoff.processes.realtime import CALLBACK_PRIORITY, set_fifo, take_short_turns
from countoff.sender.libraries import load_jack
from countoff.sender.port import BackEndMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

PLAYER_PORTS = r"^PortAudio(-\d+)?:out_{}$"
"""The player's output port of a channel, counted from 0; a player that replaces one has a number."""

_WRAP_FRAMES = 1 << 32
_LOOK_EVERY_S = 0.05
# No cycle is that long.
_SILENT_S = 2.0
# Around a cycle that the server reports as lost nothing is judged.
_XRUN_PERIODS = 8
_LOST_PERIODS = 2


class ServerMissingError(Exception):
    """There is no JACK server to listen on; the sentence says what to do."""


class JackEar:
    """Records sound and MIDI from ports by name. Use as a context manager, then `listen`.

    `audio` and `midi` give a name to each recording, and the pattern of the ports it is connected
    to, whenever such ports appear.
    """

    def __init__(
        self, audio: Mapping[str, str], midi: Mapping[str, str], *, seconds: float
    ) -> None:
        """Prepare for at most `seconds`; `__enter__` reaches the server."""
        self.midi: dict[str, list[tuple[int, bytes]]] = {name: [] for name in midi}
        self.midi_at_ns: dict[str, list[int]] = {name: [] for name in midi}
        self._patterns = {**audio, **midi}
        self._audio_names = tuple(audio)
        self._midi_names = tuple(midi)
        self._seconds = seconds
        self._client: Any = None
        self._ports: dict[str, Any] = {}
        self._samples: dict[str, NDArray[np.float32]] = {}
        self._error: type[Exception] = OSError
        self._first_frame: int | None = None
        self._next = 0
        self._next_at_xrun: list[int] = []
        self._jumps: list[tuple[int, int]] = []
        self.block_frames = 0
        self._has_priority = False
        self.rate_hz = 0

    def __enter__(self) -> Self:
        """Reach the server and begin to record. Raises ServerMissingError."""
        try:
            jack: Any = load_jack()
        except BackEndMissingError as error:
            raise ServerMissingError(str(error)) from error
        self._error = jack.JackError
        try:
            client = jack.Client("Countoff measure", no_start_server=True)
        except jack.JackError as error:
            sentence = "No JACK server answers; start one, or measure with --input or --wav."
            raise ServerMissingError(sentence) from error
        self._client = client
        self.rate_hz = client.samplerate
        self.block_frames = client.blocksize
        frames = int(self._seconds * self.rate_hz)
        for name in self._audio_names:
            # Written to once, so that the memory is there before the first cycle.
            self._samples[name] = np.full(frames, 0.0, dtype=np.float32)
            self._ports[name] = client.inports.register(name)
        for name in self._midi_names:
            self._ports[name] = client.midi_inports.register(name)
        client.set_process_callback(self._process)
        client.set_xrun_callback(self._xrun)
        take_short_turns()
        client.activate()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the server."""
        for leave in (self._client.deactivate, self._client.close):
            # The server may have gone.
            with contextlib.suppress(self._error):
                leave()

    @property
    def heard_s(self) -> float:
        """How long the ear has listened."""
        return min(self._next / self.rate_hz, self._seconds)

    def listen(self, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Stay connected and listen, until the time is over or it `is_enough`. Blocks so long.

        Raises ServerMissingError where the server goes away meanwhile.
        """
        last_next, moved_s = -1, time.monotonic()
        while self.heard_s < self._seconds and not is_enough():
            self.connect()
            if self._next != last_next:
                last_next, moved_s = self._next, time.monotonic()
            elif time.monotonic() - moved_s > _SILENT_S:
                raise ServerMissingError("The JACK server has stopped.")
            time.sleep(_LOOK_EVERY_S)

    def connect(self) -> None:
        """Connect to every port that is there by now."""
        for name, pattern in self._patterns.items():
            port = self._ports[name]
            # What goes away while it is looked at, or connected itself, is no concern of ours.
            with contextlib.suppress(self._error):
                for source in self._client.get_ports(
                    pattern, is_output=True, is_midi=name in self._midi_names
                ):
                    if not port.is_connected_to(source):
                        self._client.connect(source, port)

    def is_connected(self, name: str) -> bool:
        """Tell whether anything is connected to the recording `name`."""
        return bool(self._ports[name].number_of_connections)

    def is_physical(self, name: str) -> bool:
        """Tell whether what is connected to the recording `name` is an input of the machine."""
        sources = self._client.get_all_connections(self._ports[name])
        return any(source.is_physical for source in sources)

    def recording(self, name: str) -> Recording:
        """Return what was recorded under `name` so far."""
        return Recording(
            self._samples[name][: self._next],
            self.rate_hz,
            is_digital=True,
            lost=self.lost,
            first_frame=self._first_frame or 0,
        )

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """The stretches in which the server lost time, or this ear did, in the server's frames."""
        around = _XRUN_PERIODS * self.block_frames
        first = self._first_frame or 0
        xruns = [(first + at - around, first + at + around) for at in self._next_at_xrun]
        return tuple(sorted([*self._jumps, *xruns]))

    @property
    def xruns(self) -> int:
        """How many cycles the server has reported as late."""
        return len(set(self._next_at_xrun))

    def _process(self, frames: int) -> None:
        if not self._has_priority:
            self._has_priority = True
            set_fifo(CALLBACK_PRIORITY)
        entered_ns = time.monotonic_ns()
        now = self._client.last_frame_time
        if self._first_frame is None:
            self._first_frame = now
        start = (now - self._first_frame) % _WRAP_FRAMES
        if start != self._next:
            around = _LOST_PERIODS * frames
            low, high = sorted((start, self._next))
            self._jumps.append(
                (self._first_frame + low - around, self._first_frame + high + around)
            )
        for name in self._audio_names:
            samples = self._samples[name]
            end = min(start + frames, len(samples))
            if start < end:
                samples[start:end] = self._ports[name].get_array()[: end - start]
        for name in self._midi_names:
            heard, at_ns = self.midi[name], self.midi_at_ns[name]
            for offset, data in self._ports[name].incoming_midi_events():
                # A cycle carries what is to sound while it passes.
                at_ns.append(entered_ns + offset * NS_PER_SECOND // self.rate_hz)
                heard.append((self._first_frame + start + offset, bytes(data)))
        self._next = start + frames

    def _xrun(self, _delayed_us: float) -> None:
        self._next_at_xrun.append(self._next)


def pattern_of(port: str) -> str:
    """Return the pattern of the ports whose names contain `port`."""
    return re.escape(port)
