"""An ALSA sequencer as RtMidi shows it, for machines that have none."""

from __future__ import annotations

import os
from pathlib import Path


class RtMidiError(Exception):
    """As RtMidi raises."""


class Sequencer:
    """An ALSA sequencer as RtMidi shows it: sends to a port that has gone succeed silently."""

    API_LINUX_ALSA = 2
    RtMidiError = RtMidiError

    def __init__(self, *ports: str) -> None:
        self.ports = list(ports)
        self.device = Path(os.devnull)
        self.is_there = True
        self.clients: list[str] = []
        self.virtual_ports: list[str] = []
        self.heard: list[tuple[str, bytes]] = []
        self.refuses = False

    def MidiOut(self, rtapi: int, name: str) -> Out:  # noqa: N802  # RtMidi's name
        """Return a new client."""
        assert rtapi == self.API_LINUX_ALSA
        if not self.is_there:
            raise RtMidiError("error creating ALSA sequencer client object.")
        self.clients.append(name)
        return Out(self, name)


class Out:
    """One client's output."""

    def __init__(self, sequencer: Sequencer, client: str) -> None:
        self._sequencer = sequencer
        self._client = client
        self._port = ""

    def get_ports(self) -> list[str]:
        """Return the ports there are."""
        return list(self._sequencer.ports)

    def open_port(self, index: int, name: str) -> None:
        """Connect."""
        self._port = self._sequencer.ports[index]

    def open_virtual_port(self, name: str) -> None:
        """Offer a port."""
        self._port = f"{self._client}:{name}"
        self._sequencer.virtual_ports.append(self._port)

    def send_message(self, message: bytes) -> None:
        """Send to whom it reaches."""
        if self._sequencer.refuses:
            raise RtMidiError("error sending")
        if self._port in (*self._sequencer.ports, *self._sequencer.virtual_ports):
            self._sequencer.heard.append((self._port, bytes(message)))

    def delete(self) -> None:
        """Leave."""
        self._sequencer.clients.remove(self._client)
