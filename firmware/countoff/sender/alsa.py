"""The ALSA sequencer, through RtMidi: what is written leaves at once, what comes is heard at once.

RtMidi keeps no queue, so a byte is as punctual as the thread that writes it. It also does not tell
when its port has gone, and sends to nobody without complaint: so the list of ports is looked at.
"""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.midi.ports import PortNotFoundError, find_port, find_source, plain_name
from countoff.sender.alsa_input import AlsaInput
from countoff.sender.peers import Peers
from countoff.sender.port import BackEndMissingError, Left, PortError
from countoff.sender.sequencer_list import read_list

if TYPE_CHECKING:
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
    ) -> None:
        """Prepare; `library` is the module `rtmidi`, loaded at the first `open` if not given.

        `peers` were connected to our own port before, and `sources` heard on it. Of several, RtMidi
        connects one again. `ears` are for what comes from the DAW, and from `pedals_port`.
        """
        self._client_name = client_name
        self._port_name = port_name
        self._wanted = wanted
        self._library: Any = library  # ships no types
        self._device = device
        self._client_list = client_list
        self._peers = Peers(peers)
        self._sources = Peers(sources)
        self._sources_seen: tuple[str, ...] | None = None
        self._in: AlsaInput | None = None
        if ears is not None and ears.daw is not None:
            self._in = AlsaInput(client_name, port_name, ears.daw)
        self._pedals: AlsaInput | None = None
        if ears is not None and ears.pedals is not None:
            self._pedals = AlsaInput(client_name, f"{client_name} pedals", ears.pedals)
        self._pedals_port = pedals_port
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
        return self._sources.awaited

    def open(self) -> None:
        """Open it anew. Raises PortError, and BackEndMissingError where RtMidi is missing."""
        if self._library is None:
            self._library = _load_library()
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
                self._offer_own_port()
            self._tend_input()
        except PortNotFoundError as error:
            self._close()
            raise PortError(str(error)) from error
        except self._library.RtMidiError as error:
            self._close()
            raise PortError(f"The ALSA sequencer does not open: {error}") from error
        self._why_lost = ""

    def look(self) -> str:
        """Return why the port has gone, or nothing."""
        now_ns = time.monotonic_ns()
        if self._out is not None and self._wanted and now_ns >= self._next_look_ns:
            self._next_look_ns = now_ns + _LOOK_EVERY_NS
            if self._connected_to not in self._out.get_ports():
                self._why_lost = f'MIDI port "{self.name}" has gone.'
        return self._why_lost

    def peers(self) -> tuple[str, ...] | None:
        """Look who is connected to our own port, and connect whom it awaits where nobody is.

        None where a port was named, and where the kernel does not show its list.
        """
        if self._out is None:
            return None
        self._see_sources()
        if self._wanted:
            return None
        connected = self._see_peers()
        if connected == () and self._awaited_there():
            # An RtMidi port that is offered connects to nobody: with nobody on it, make it anew.
            try:
                self.open()
            except PortError as error:
                self._why_lost = str(error)
            connected = self._see_peers()
        return connected

    def sources(self) -> tuple[str, ...] | None:
        """Return who was heard at the last look at `peers`; None where nothing is to be."""
        return self._sources_seen

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
        return self._pedals.connected_to, ""

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

    def withdraw(self) -> None:
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
        """Have the input connected to whoever speaks for the DAW, or open for who connects to it."""
        if self._in is not None:
            self._in.tend(self._library, self._source_among)

    def _source_among(self, names: list[str]) -> str:
        """Return which of those who speak is to be heard; nothing where it is not there."""
        if self._wanted:
            return find_source(self._connected_to, names)
        if self._sources.connected:
            return ""
        return next((name for name in names if plain_name(name) in self._sources.awaited), "")

    def _see_sources(self) -> None:
        """Look who is heard, and connect the input anew where that is somebody else by now."""
        if self._in is None:
            return
        try:
            self._tend_input()
            seen = read_list(self._client_list.read_text(errors="replace"))
        except self._library.RtMidiError:
            # The output tells soon enough.
            return
        except OSError:
            connected = self._in.connected_to
            self._sources_seen = (connected,) if connected else () if self._wanted else None
            return
        sources = seen.sources_of(self._own_name)
        if sources is not None:
            self._sources.saw(sources, seen.names.values())
        self._sources_seen = sources

    def _offer_own_port(self) -> None:
        """Make a port of our own, connected to the first of those awaited who is there."""
        names = self._out.get_ports()
        awaited = next((name for name in names if plain_name(name) in self._peers.awaited), None)
        if awaited is None:
            self._out.open_virtual_port(name=self._port_name)
        else:
            # It makes the same port as above, for others to connect to, and connects it.
            self._out.open_port(names.index(awaited), name=self._port_name)

    def _see_peers(self) -> tuple[str, ...] | None:
        try:
            seen = read_list(self._client_list.read_text(errors="replace"))
        except OSError:
            return None
        connected = seen.peers_of(self.name)
        if connected is not None:
            self._peers.saw(connected, seen.names.values())
        return connected

    def _awaited_there(self) -> bool:
        there = {plain_name(name) for name in self._out.get_ports()}
        return not there.isdisjoint(self._peers.awaited)

    def _close(self) -> None:
        if self._out is not None:
            # Only deleting gives the client's name back.
            self._out.delete()
        self._out = None
        self._connected_to = ""
        self._peers.lost()
        self._sources.lost()


def _load_library() -> ModuleType:
    try:
        return importlib.import_module("rtmidi")  # a sender on JACK does without
    except ImportError as error:
        raise BackEndMissingError(f"python-rtmidi does not load: {error}.") from error
