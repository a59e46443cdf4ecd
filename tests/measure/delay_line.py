"""A cable of a known length on a JACK server: what goes in comes out so many frames later."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Self

import jack
import numpy as np

if TYPE_CHECKING:
    from tests.jack_server import JackServer

_PLAYER_OUTPUT = r"^PortAudio(-\d+)?:out_0$"
_PLAYER_INPUT = r"^PortAudio(-\d+)?:in_0$"
_LOOK_EVERY_S = 0.02


class DelayLine:
    """Plugs itself into the player's first output as soon as there is one; leads to `cable:out`.

    And from there to the player's first input, where it `leads_back`. It can be pulled.
    """

    def __init__(self, server: JackServer, delay_frames: int, *, leads_back: bool = False) -> None:
        """Prepare a line of `delay_frames` on `server`."""
        self.is_pulled = False
        self.xruns = 0
        """How often the server has said that it lost something."""
        self._leads_back = leads_back
        self._client: Any = jack.Client("cable", servername=server.name, no_start_server=True)
        self._in = self._client.inports.register("in")
        self._out = self._client.outports.register("out")
        self._held = np.zeros(delay_frames, dtype=np.float32)
        self._has_ended = threading.Event()
        self._plugging = threading.Thread(target=self._plug_in)
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._count_xrun)

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
        self._out.get_array()[:] = 0 if self.is_pulled else both[:frames]
        self._held = both[frames:]

    def _count_xrun(self, _delayed_us: float) -> None:
        self.xruns += 1

    def _plug_in(self) -> None:
        while not self._has_ended.wait(_LOOK_EVERY_S):
            with contextlib.suppress(jack.JackError):
                for port in self._client.get_ports(_PLAYER_OUTPUT, is_output=True):
                    self._connect(port, self._in, own=self._in)
                if self._leads_back:
                    for port in self._client.get_ports(_PLAYER_INPUT, is_input=True):
                        self._connect(self._out, port, own=self._out)

    def _connect(self, source: Any, target: Any, *, own: Any) -> None:
        other = target if own is source else source
        if not own.is_connected_to(other):
            self._client.connect(source, target)
