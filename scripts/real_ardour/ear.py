"""An ear on the MIDI between the box and Ardour: each message with its frame on the server's clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from real_ardour.programs import SoundServer

_WRAP = 1 << 32


@dataclass(frozen=True)
class Message:
    """One message that was heard on the cable called `cable`."""

    cable: str
    frame: int
    data: str


class Ear:
    """Hears the ports it is given, by names of its own for them. Use as a context manager."""

    def __init__(self, server: SoundServer, cables: Mapping[str, str]) -> None:
        """Prepare to hear `cables`: what each is called, and the port that it comes from."""
        self._client = server.client("ear")
        self._sources = dict(cables)
        self._ports = {name: self._client.midi_inports.register(name) for name in cables}
        self._heard: deque[Message] = deque()
        self._client.set_process_callback(self._process)

    def __enter__(self) -> Self:
        """Begin to hear; every source has to be there."""
        self._client.activate()
        for name, source in self._sources.items():
            self._client.connect(source, self._ports[name])
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self._client.deactivate()
        self._client.close()

    def take_all(self) -> list[Message]:
        """Return what was heard since the last time, in order."""
        heard = []
        while self._heard:
            heard.append(self._heard.popleft())
        return sorted(heard, key=lambda message: message.frame)

    def _process(self, _frames: int) -> None:
        now = self._client.last_frame_time
        for name, port in self._ports.items():
            for offset, data in port.incoming_midi_events():
                self._heard.append(Message(name, (now + offset) % _WRAP, bytes(data).hex()))
