"""Who is connected to a port of ours on the ALSA sequencer, both ways, and who is to be again.

The kernel's list tells, by one reading a look; whoever is awaited is connected as soon as it is there,
all of them, and nobody who stays is disconnected for that. On the sender's thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.sender.peers import Peers
from countoff.sender.sequencer_link import connect_ports
from countoff.sender.sequencer_list import SequencerList, read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path


class AlsaPeers:
    """The other ends of the output and the input that are called `own_name`."""

    def __init__(
        self,
        own_name: str,
        *,
        peers: tuple[str, ...],
        sources: tuple[str, ...],
        device: Path,
        client_list: Path,
        connect: Callable[[Path, str, str], None] = connect_ports,
    ) -> None:
        """Await `peers`, who are to hear us, and `sources`, who are to be heard.

        `device` is the sequencer's file and `client_list` the kernel's; `connect` connects two ports
        on the device by their addresses.
        """
        self._own_name = own_name
        self._peers = Peers(peers)
        self._sources = Peers(sources)
        self._device = device
        self._client_list = client_list
        self._connect = connect
        self._listed: SequencerList | None = None
        self.hearing: tuple[str, ...] | None = None
        """Who heard us at the last look; None where the kernel does not show it."""
        self.heard: tuple[str, ...] | None = None
        """Whom we heard at the last look; None where the kernel does not show it."""

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who heard us, and is connected again once there, by name."""
        return self._peers.awaited

    @property
    def awaited_sources(self) -> tuple[str, ...]:
        """Whom we heard, and who is connected again once there, by name."""
        return self._sources.awaited

    def look(self, *, regains: bool) -> None:
        """See who is there; where it `regains`, connect who is awaited. Reads one small file."""
        self.hearing = self.heard = self._listed = None
        try:
            listed = read_list(self._client_list.read_text(errors="replace"))
        except OSError:
            return
        self._listed = listed
        output, hearing = listed.speaker(self._own_name), listed.peers_of(self._own_name)
        if output is not None and hearing is not None:
            self.hearing = hearing
            # Where a port is named, it is that one that is awaited.
            if regains:
                self._peers.saw(hearing, listed.names.values())
                self._regain(self._peers, listed, listed.listeners, lambda peer: (output, peer))
                self.hearing = self._peers.connected
        our_input, heard = listed.listener(self._own_name), listed.sources_of(self._own_name)
        if our_input is not None and heard is not None:
            self._sources.saw(heard, listed.names.values())
            if regains:
                self._regain(self._sources, listed, listed.speakers, lambda peer: (peer, our_input))
            self.heard = self._sources.connected

    def is_told(self, address: str) -> bool | None:
        """Return whether the port at `address` heard us at the last look; None if that is not shown."""
        own = self._listed.speaker(self._own_name) if self._listed is not None else None
        if self._listed is None or own is None:
            return None
        return address in self._listed.heard_by.get(own, ())

    def is_heard(self, address: str) -> bool | None:
        """Return whether we heard the port at `address` at the last look; None if that is not shown."""
        own = self._listed.listener(self._own_name) if self._listed is not None else None
        if self._listed is None or own is None:
            return None
        return own in self._listed.heard_by.get(address, ())

    def lost(self) -> None:
        """Await everybody: it is our end that has gone."""
        self._peers.lost()
        self._sources.lost()
        self.hearing = None

    def _regain(
        self,
        peers: Peers,
        listed: SequencerList,
        able: Collection[str],
        link: Callable[[str], tuple[str, str]],
    ) -> None:
        """Connect those of `peers` who are awaited, there and `able`; `link` says who hears whom."""
        regained = [
            name
            for address, name in listed.names.items()
            if name in peers.awaited and address in able and self._has_connected(*link(address))
        ]
        peers.saw((*peers.connected, *regained), listed.names.values())

    def _has_connected(self, speaker: str, listener: str) -> bool:
        """Connect two ports; one of them that goes just now is awaited on."""
        try:
            self._connect(self._device, speaker, listener)
        except OSError:
            return False
        return True
