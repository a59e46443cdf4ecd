"""Reads the ALSA sequencer's list of clients: which ports there are, and who hears whom. Pure.

RtMidi does not tell who has connected to a port of ours; the kernel's list does. The letters say
what others may do with a port: read from it, write to it, or both.

    Client  14 : "Midi Through" [Kernel]
      Port   0 : "Midi Through Port-0" (RWe-)
    Client 128 : "Countoff" [User Legacy]
      Port   0 : "Countoff DAW" (R-e-)
        Connecting To: 14:0, 129:0
    Client 130 : "Countoff" [User Legacy]
      Port   0 : "Countoff DAW" (-We-)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLIENT = re.compile(r'Client\s+(\d+) : "(.*)" \[')
_PORT = re.compile(r'  Port\s+(\d+) : "(.*)" \(([Rr-])([Ww-])')
_HEARD_BY = re.compile(r"    Connecting To: (.*)")
_ADDRESS = re.compile(r"(\d+:\d+)")


@dataclass(frozen=True, slots=True)
class SequencerList:
    """Every port by its address, as client and port name; and who hears whom, by addresses."""

    names: dict[str, str]
    heard_by: dict[str, tuple[str, ...]]
    speakers: frozenset[str] = frozenset()
    """The addresses of those that can be heard."""
    listeners: frozenset[str] = frozenset()
    """The addresses of those that can be told something."""

    def speaker(self, name: str) -> str | None:
        """Return the address of the port called `name` that can be heard; None where none is."""
        return next(
            (at for at, found in self.names.items() if found == name and at in self.speakers), None
        )

    def listener(self, name: str) -> str | None:
        """Return the address of the port called `name` that cannot be heard; None where none is.

        An output may have the same name: that is another port.
        """
        return next(
            (at for at, found in self.names.items() if found == name and at not in self.speakers),
            None,
        )

    def peers_of(self, name: str) -> tuple[str, ...] | None:
        """Return the names of those who hear the port called `name`; None where it is not there."""
        address = self.speaker(name)
        if address is None:
            return None
        heard_by = self.heard_by.get(address, ())
        return tuple(self.names[peer] for peer in heard_by if peer in self.names)

    def sources_of(self, name: str) -> tuple[str, ...] | None:
        """Return the names of those whom the port called `name` hears; None where it is not there."""
        address = self.listener(name)
        if address is None:
            return None
        return tuple(
            self.names[peer]
            for peer, heard_by in self.heard_by.items()
            if address in heard_by and peer in self.names
        )


def read_list(text: str) -> SequencerList:
    """Return what the list says."""
    names: dict[str, str] = {}
    heard_by: dict[str, tuple[str, ...]] = {}
    speakers: set[str] = set()
    listeners: set[str] = set()
    client_number = client = address = ""
    for line in text.splitlines():
        if found := _CLIENT.match(line):
            client_number, client = found.groups()
        elif found := _PORT.match(line):
            address = f"{client_number}:{found[1]}"
            names[address] = f"{client}:{found[2]}"
            if found[3] != "-":
                speakers.add(address)
            if found[4] != "-":
                listeners.add(address)
        elif found := _HEARD_BY.match(line):
            heard_by[address] = tuple(_ADDRESS.findall(found[1]))
    return SequencerList(names, heard_by, frozenset(speakers), frozenset(listeners))
