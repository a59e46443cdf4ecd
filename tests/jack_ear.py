"""An independent ear on a JACK server, in the test's own process: bytes and their frames."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import jack
import numpy as np

from sender_at_work import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jack_server import JackServer


class Recorder:
    """An independent JACK client: on which frame each byte comes, and what frames are when."""

    def __init__(self, server: JackServer) -> None:
        """Listen on the port `recorder:in`."""
        self.heard: list[tuple[int, bytes]] = []
        self.readings: list[tuple[int, int, int]] = []
        self.xruns = 0
        self._has_left = False
        self._client: Any = jack.Client("recorder", servername=server.name, no_start_server=True)
        self._in = self._client.midi_inports.register("in")
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._count_xrun)
        self._client.activate()

    def _process(self, _frames: int) -> None:
        start_frame = self._client.last_frame_time
        before_ns = time.monotonic_ns()
        frame = self._client.frame_time
        self.readings.append((before_ns, time.monotonic_ns(), frame))
        for offset, event in self._in.incoming_midi_events():
            self.heard.append((start_frame + offset, bytes(event)))

    def _count_xrun(self, _delayed_us: float) -> None:
        self.xruns += 1

    def frames_at(self, host_ns: list[int]) -> np.ndarray[Any, Any]:
        """Return what JACK's frame counter read at these host times, between its readings."""
        clean = np.array([one for one in self.readings if one[1] - one[0] < 50_000])
        middle_ns = (clean[:, 0] + clean[:, 1]) / 2
        base_ns = middle_ns[0]
        return np.interp(np.array(host_ns) - base_ns, middle_ns - base_ns, clean[:, 2])

    def connect_from(self, name: str) -> None:
        """Listen to the port called `name`."""
        self._client.connect(name, self._in)

    def disconnect_from(self, name: str) -> None:
        """Listen to the port called `name` no more."""
        self._client.disconnect(name, self._in)

    def talkers(self) -> list[str]:
        """Return the names of the ports that are connected to this one."""
        return [port.name for port in self._client.get_all_connections(self._in)]

    def close(self) -> None:
        """Leave the server; again does nothing."""
        if not self._has_left:
            self._has_left = True
            self._client.deactivate()
            self._client.close()

    def forget(self) -> None:
        """Forget what was recorded."""
        self.heard.clear()
        self.readings.clear()
        self.xruns = 0

    def has_heard(self, messages: list[bytes]) -> bool:
        """Return whether these came, in this order, and nothing else.

        A cycle that the server has lost, and says so, may have taken some along.
        """
        heard = [message for _, message in self.heard]
        if self.xruns:
            rest = iter(messages)
            return all(message in rest for message in heard)
        return heard == messages

    def wait_for_frames(self, frames: int) -> None:
        """Wait until that many more frames have passed on the server."""
        end = self.readings[-1][2] + frames if self.readings else frames
        wait_until(lambda: bool(self.readings) and self.readings[-1][2] >= end)


@contextlib.contextmanager
def recorder_on(server: JackServer) -> Iterator[Recorder]:
    """Record on `server` for a while."""
    recorder = Recorder(server)
    try:
        yield recorder
    finally:
        recorder.close()
