"""The ALSA sequencer, through RtMidi: what is written leaves at once, what comes is heard at once.

RtMidi keeps no queue, so a byte is as punctual as the thread that writes it. It also does not tell
when its port has gone, and sends to nobody without complaint: so the list of ports is looked at.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.midi.ports import PortNotFoundError, alsa_address, find_port, find_source, plain_name
from countoff.sender.alsa_input import AlsaInput
from countoff.sender.alsa_peers import AlsaPeers
from countoff.sender.libraries import load_rtmidi
from countoff.sender.port import Left, PortError
from countoff.sender.sequencer_link import connect_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from countoff.sender.hearing import Ears
    from countoff.sender.schedule import Scheduled

SEQUENCER = Path("/dev/snd/seq")
CLIENT_LIST = Path("/proc/asound/seq/clients")

# No cable is pulled and pushed in again between two looks.
_LOOK_EVERY_NS = 100_000_000


class AlsaPort:
    """A port of our own that a DAW connects to, or a connection to the port called `wanted`."""

    backend = "alsa"
    is_virtual = False
    lead_ns = 0
    grain_ns = 0

    def __init__(
        self,
        *,
        client_name: str,
        port_name: str,
        wanted: str,
        peers: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        ears: Ears | None = None,
        pedals_port: str = "",
        library: ModuleType | None = None,
        device: Path = SEQUENCER,
        client_list: Path = CLIENT_LIST,
        connect: Callable[[Path, str, str], None] = connect_ports,
    ) -> None:
        """Prepare; `library` is the module `rtmidi`, loaded at the first `open` if not given.

        `peers` were connected to our own port before, and `sources` heard on it. `ears` are for what
        comes from the DAW, and from `pedals_port`. `connect` connects two ports by their addresses.
        """
        self._client_name = client_name
        self._port_name = port_name
        self._wanted = wanted
        self._library: Any = library  # ships no types
        self._device = device
        self._peers = AlsaPeers(
            self._own_name,
            peers=peers,
            sources=sources,
            device=device,
            client_list=client_list,
            connect=connect,
        )
        self._in: AlsaInput | None = None
        if ears is not None and ears.daw is not None:
            self._in = AlsaInput(client_name, port_name, ears.daw)
        self._pedals: AlsaInput | None = None
        if ears is not None and ears.pedals is not None:
            self._pedals = AlsaInput(client_name, f"{client_name} pedals", ears.pedals)
        self._pedals_port = pedals_port
        self._pedals_peers = AlsaPeers(
            f"{client_name}:{client_name} pedals",
            peers=(),
            sources=(),
            device=device,
            client_list=client_list,
        )
        self._out: Any = None
        self._connected_to = ""
        self._next_look_ns = 0
        self._why_lost = ""
        self._left: list[Left] = []
        self._refused: list[Scheduled] = []

    @property
    def name(self) -> str:
        """The port that is connected to, without its numbers, or our own."""
        if self._wanted:
            return plain_name(self._connected_to) or self._wanted
        return self._own_name

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who was connected to our own port, and is connected again once there, by name."""
        return self._peers.awaited

    @property
    def awaited_sources(self) -> tuple[str, ...]:
        """Who was heard on our own port, and is connected again once there, by name."""
        return self._peers.awaited_sources

    def open(self) -> None:
        """Open it anew. Raises PortError, and BackEndMissingError where RtMidi is missing."""
        if self._library is None:
            self._library = load_rtmidi()
        self._close()
        # Looked at here, as libasound would tell standard error at every try.
        if not self._device.exists():
            raise PortError(
                f"There is no ALSA sequencer: {self._device} is missing;"
                " the kernel module snd-seq makes it."
            )
        try:
            self._out = self._library.MidiOut(
                rtapi=self._library.API_LINUX_ALSA, name=self._client_name
            )
            if self._wanted:
                names = self._out.get_ports()
                others = [name for name in names if plain_name(name) != self._own_name]
                self._connected_to = find_port(self._wanted, others)
                self._out.open_port(names.index(self._connected_to), name=self._port_name)
            else:
                self._out.open_virtual_port(name=self._port_name)
            self._tend_input()
        except PortNotFoundError as error:
            self._close()
            raise PortError(str(error)) from error
        except self._library.RtMidiError as error:
            self._close()
            raise PortError(f"The ALSA sequencer does not open: {error}") from error
        self._why_lost = ""
        # Whoever is awaited hears the very next message.
        self._peers.look(regains=not self._wanted)

    def look(self) -> str:
        """Return why the port has gone, or nothing."""
        now_ns = time.monotonic_ns()
        if self._out is not None and self._wanted and now_ns >= self._next_look_ns:
            self._next_look_ns = now_ns + _LOOK_EVERY_NS
            self._peers.look(regains=False)
            if self._connected_to not in self._out.get_ports():
                self._why_lost = f'MIDI port "{self.name}" has gone.'
            elif self._peers.is_told(alsa_address(self._connected_to)) is False:
                self._why_lost = f'MIDI port "{self.name}" is not connected any more.'
        return self._why_lost

    def peers(self) -> tuple[str, ...] | None:
        """Look who is connected to our own port, and connect whom it awaits.

        None where a port was named, and where the kernel does not show its list.
        """
        if self._out is None:
            return None
        self._look_round()
        return None if self._wanted else self._peers.hearing

    def sources(self) -> tuple[str, ...] | None:
        """Return who was heard at the last look at `peers`; None where nothing is to be."""
        if self._in is None:
            return None
        if self._peers.heard is None and self._wanted:
            connected = self._in.connected_to
            return (connected,) if connected else ()
        return self._peers.heard

    def pedals(self) -> tuple[str, str]:
        """Look after the foot controller's port; return its name, or else why it is not heard."""
        if self._pedals is None:
            return "", ""
        if self._library is None or not self._device.exists():
            return "", "There is no ALSA sequencer."
        try:
            self._pedals.tend(self._library, lambda names: find_port(self._pedals_port, names))
        except PortNotFoundError as error:
            return "", str(error)
        except self._library.RtMidiError as error:
            return "", f"The foot controller's port does not open: {error}"
        name = self._pedals.connected_to
        self._pedals_peers.look(regains=False)
        self._pedals.check(self._pedals_peers.is_heard)
        if not self._pedals.connected_to:
            return "", f'MIDI port "{name or self._pedals_port}" is not connected any more.'
        return name, ""

    def hand(self, scheduled: Scheduled) -> None:
        """Write a message now."""
        try:
            self._out.send_message(scheduled.message)
        except (self._library.RtMidiError, ValueError) as error:
            self._why_lost = f'MIDI port "{self.name}" takes nothing: {error}'
            self._refused.append(scheduled)
            return
        now_ns = time.monotonic_ns()
        self._left.append(Left(scheduled, sent_ns=now_ns, handed_ns=now_ns))

    def withdraw(self, is_meant: Callable[[Scheduled], bool]) -> None:
        """Do nothing: what was handed over has left."""

    def collect(self) -> tuple[list[Left], list[Scheduled]]:
        """Return what was sent since the last call, and what the port refused."""
        left, self._left = self._left, []
        refused, self._refused = self._refused, []
        return left, refused

    def ns_at_server_frame(self, frame: int) -> None:
        """Return None: no frames are counted here."""

    def fileno(self) -> int:
        """Return -1: nothing happens by itself."""
        return -1

    @property
    def _own_name(self) -> str:
        return f"{self._client_name}:{self._port_name}"

    def _tend_input(self) -> None:
        """Have the input open for others to connect to, or connected to who speaks for the DAW."""
        if self._in is not None:
            self._in.tend(self._library, self._source_among)

    def _source_among(self, names: list[str]) -> str:
        """Return which of those who speak is the other half of the port that was named, or nothing."""
        return find_source(self._connected_to, names) if self._wanted else ""

    def _look_round(self) -> None:
        """See who hears us and whom we hear, and connect who is to be."""
        if self._wanted:
            if self._in is None:
                return
            # The output tells soon enough.
            with suppress(self._library.RtMidiError):
                self._tend_input()
        self._peers.look(regains=not self._wanted)
        if self._wanted and self._in is not None:
            self._in.check(self._peers.is_heard)

    def _close(self) -> None:
        if self._out is not None:
            # Only deleting gives the client's name back.
            self._out.delete()
        self._out = None
        self._connected_to = ""
        self._peers.lost()
