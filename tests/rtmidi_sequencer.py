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
        self.connections: list[tuple[str, str]] = []

    def list_text(self) -> str:
        """Return the kernel's list of clients, ports and connections."""
        names = [*(plain(port) for port in self.ports), *self.virtual_ports]
        text = "Client info\n  cur  clients : 3\n\n"
        for number, name in enumerate(names):
            client, port = name.split(":")
            text += f'Client {number:3} : "{client}" [User Legacy]\n'
            text += f'  Port   0 : "{port}" (R-e-)\n'
            heard_by = [names.index(b) for a, b in self.connections if a == name and b in names]
            if heard_by:
                text += f"    Connecting To: {', '.join(f'{peer}:0' for peer in heard_by)}\n"
        return text

    def MidiOut(self, rtapi: int, name: str) -> Out:  # noqa: N802  # RtMidi's name
        """Return a new client."""
        assert rtapi == self.API_LINUX_ALSA
        if not self.is_there:
            raise RtMidiError("error creating ALSA sequencer client object.")
        self.clients.append(name)
        return Out(self, name)


def plain(port: str) -> str:
    """Return a port's name without its numbers."""
    return port.rpartition(" ")[0]


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
        own = f"{self._client}:{name}"
        self._sequencer.virtual_ports.append(own)
        self._sequencer.connections.append((own, plain(self._port)))

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
        mine = [port for port in self._sequencer.virtual_ports if port.startswith(self._client)]
        for port in mine:
            self._sequencer.virtual_ports.remove(port)
            self._sequencer.connections[:] = [
                link for link in self._sequencer.connections if link[0] != port
            ]
        self._sequencer.clients.remove(self._client)
