"""An ALSA sequencer as RtMidi shows it, for machines that have none."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any


class RtMidiError(Exception):
    """As RtMidi raises."""


class Sequencer:
    """An ALSA sequencer as RtMidi shows it: sends to a port that has gone succeed silently.

    `ports` can be written to and read from, `speakers` only be read from, `sinks` be written to.
    """

    API_LINUX_ALSA = 2
    RtMidiError = RtMidiError

    def __init__(self, *ports: str) -> None:
        self.ports = list(ports)
        self.speakers: list[str] = []
        self.sinks: list[str] = []
        self.device = Path(os.devnull)
        self.is_there = True
        self.clients: list[str] = []
        self.virtual_ports: list[str] = []
        self.inputs: list[In] = []
        self.heard: list[tuple[str, bytes]] = []
        self.refuses = False
        self.connections: list[tuple[str, str]] = []
        self.connected_by_address: list[tuple[str, str]] = []

    def listed(self) -> list[tuple[str, str, str]]:
        """Return the address of every port, its name, and what may be done with it."""
        ports = [
            (port.rpartition(" ")[2], plain(port), may)
            for group, may in ((self.ports, "RW"), (self.speakers, "R-"), (self.sinks, "-W"))
            for port in group
        ]
        ports += [(f"{200 + n}:0", port, "R-") for n, port in enumerate(self.virtual_ports)]
        inputs = [one.port for one in self.inputs if one.port]
        return ports + [(f"{220 + n}:0", port, "-W") for n, port in enumerate(inputs)]

    def connect(self, _device: Path, speaker: str, listener: str) -> None:
        """Connect two ports by their addresses, as the kernel does."""
        names = {address: name for address, name, _ in self.listed()}
        link = (names[speaker], names[listener])
        if link in self.connections:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.connections.append(link)
        self.connected_by_address.append(link)

    def list_text(self) -> str:
        """Return the kernel's list of clients, ports and connections."""
        ports = self.listed()
        there = {name for _, name, _ in ports}
        # With a port its connections go.
        self.connections[:] = [link for link in self.connections if there.issuperset(link)]
        text = "Client info\n  cur  clients : 3\n\n"
        for address, name, may in ports:
            client, port = name.split(":")
            number, _, port_number = address.partition(":")
            text += f'Client {number:>3} : "{client}" [User Legacy]\n'
            text += f'  Port {port_number:>3} : "{port}" ({may}e-)\n'
            heard_by = [
                ear
                for ear, other, other_may in ports
                if "R" in may and "W" in other_may and (name, other) in self.connections
            ]
            if heard_by:
                text += f"    Connecting To: {', '.join(heard_by)}\n"
        return text

    def MidiOut(self, rtapi: int, name: str) -> Out:  # noqa: N802  # RtMidi's name
        """Return a new client."""
        assert rtapi == self.API_LINUX_ALSA
        if not self.is_there:
            raise RtMidiError("error creating ALSA sequencer client object.")
        self.clients.append(name)
        return Out(self, name)

    def MidiIn(self, rtapi: int, name: str) -> In:  # noqa: N802  # RtMidi's name
        """Return a new client."""
        assert rtapi == self.API_LINUX_ALSA
        if not self.is_there:
            raise RtMidiError("error creating ALSA sequencer client object.")
        return In(self, name)

    def say(self, speaker: str, *messages: bytes) -> None:
        """Have whoever is connected to a port hear it, in the place of RtMidi's own thread."""
        for one in self.inputs:
            if (speaker, one.port) in self.connections:
                for message in messages:
                    one.take_in(message)


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
        return [*self._sequencer.ports, *self._sequencer.sinks]

    def open_port(self, index: int, name: str) -> None:
        """Connect."""
        self._port = self.get_ports()[index]
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
        peers = [
            port
            for port in self.get_ports()
            if self._port in self._sequencer.virtual_ports
            and (self._port, plain(port)) in self._sequencer.connections
        ]
        # Where nobody is connected, it is noted under our own name.
        if not peers and self._port in (*self.get_ports(), *self._sequencer.virtual_ports):
            peers = [self._port]
        self._sequencer.heard += [(port, bytes(message)) for port in peers]

    def delete(self) -> None:
        """Leave."""
        mine = [port for port in self._sequencer.virtual_ports if port.startswith(self._client)]
        for port in mine:
            self._sequencer.virtual_ports.remove(port)
            self._sequencer.connections[:] = [
                link for link in self._sequencer.connections if link[0] != port
            ]
        self._sequencer.clients.remove(self._client)


class In:
    """One client's input."""

    def __init__(self, sequencer: Sequencer, client: str) -> None:
        self.port = ""
        self._sequencer = sequencer
        self._client = client
        self._take_in: Any = None
        self._types: dict[str, bool] = {}

    def get_ports(self) -> list[str]:
        """Return the ports that can be heard, our own output among them."""
        own = [f"{port} 99:0" for port in self._sequencer.virtual_ports]
        return [*self._sequencer.ports, *self._sequencer.speakers, *own]

    def ignore_types(self, **types: bool) -> None:
        """Leave out what is not wanted."""
        self._types = types

    def set_callback(self, take_in: Any) -> None:
        """Have what comes taken in."""
        self._take_in = take_in

    def open_port(self, index: int, name: str) -> None:
        """Connect."""
        speaker = plain(self.get_ports()[index])
        self.open_virtual_port(name)
        self._sequencer.connections.append((speaker, self.port))

    def open_virtual_port(self, name: str) -> None:
        """Offer a port."""
        assert self._take_in is not None
        assert self._types == {"sysex": False, "timing": False, "active_sense": True}
        self.port = f"{self._client}:{name}"
        self._sequencer.inputs.append(self)

    def take_in(self, message: bytes) -> None:
        """Hand a message over as RtMidi does."""
        self._take_in((list(message), 0.0), None)

    def delete(self) -> None:
        """Leave."""
        if self in self._sequencer.inputs:
            self._sequencer.inputs.remove(self)
        self._sequencer.connections[:] = [
            link for link in self._sequencer.connections if link[1] != self.port
        ]
