"""A cable of a known length on a JACK server: what goes in comes out so many frames later."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Self

import jack
import numpy as np

if TYPE_CHECKING:
    from tests.jack_server import JackServer

_PLAYER_PORT = r"^PortAudio(-\d+)?:out_0$"
_LOOK_EVERY_S = 0.02


class DelayLine:
    """Plugs itself into the player's first output as soon as there is one; leads to `cable:out`."""

    def __init__(self, server: JackServer, delay_frames: int) -> None:
        """Prepare a line of `delay_frames` on `server`."""
        self._client: Any = jack.Client("cable", servername=server.name, no_start_server=True)
        self._in = self._client.inports.register("in")
        self._out = self._client.outports.register("out")
        self._held = np.zeros(delay_frames, dtype=np.float32)
        self._has_ended = threading.Event()
        self._plugging = threading.Thread(target=self._plug_in)
        self._client.set_process_callback(self._process)

    def __enter__(self) -> Self:
        self._client.activate()
        self._plugging.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_ended.set()
        self._plugging.join()
        self._client.deactivate()
        self._client.close()

    def _process(self, frames: int) -> None:
        both = np.concatenate([self._held, self._in.get_array()])
        self._out.get_array()[:] = both[:frames]
        self._held = both[frames:]

    def _plug_in(self) -> None:
        while not self._has_ended.wait(_LOOK_EVERY_S):
            for port in self._client.get_ports(_PLAYER_PORT, is_output=True):
                with contextlib.suppress(jack.JackError):
                    if not self._in.is_connected_to(port):
                        self._client.connect(port, self._in)
