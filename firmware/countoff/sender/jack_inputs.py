"""The MIDI inputs of our JACK client: the DAW's answers, and a foot controller.

JACK's thread calls `hear` once a cycle; all else is on the sender's thread. A message's moment is that
of its frame, but never one that is still to come: its sender may have placed it later in the cycle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.midi.ports import PortNotFoundError, find_port, find_source
from countoff.sender.peers import Peers

if TYPE_CHECKING:
    from countoff.core.timebase import ClockFit
    from countoff.sender.hearing import Ears, Hearing

# So many in one cycle are no DAW, and what they cost would be missing elsewhere.
_MOST_A_CYCLE = 256


class JackInputs:
    """The inputs of one client; none where nothing is to be heard."""

    def __init__(
        self, port_name: str, sources: tuple[str, ...], ears: Ears | None, pedals_port: str
    ) -> None:
        """Prepare; `sources` were heard on our own port before, `pedals_port` is part of a name."""
        self._port_name = port_name
        self._pedals_port = pedals_port
        self._daw_ear = None if ears is None else ears.daw
        self._pedals_ear = None if ears is None else ears.pedals
        self._sources = Peers(sources)
        self._client: Any = None
        self._in: Any = None
        self._pedals_in: Any = None
        self._heard: tuple[tuple[Any, Hearing], ...] = ()

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who was heard on our own port, and is connected again once there, by name."""
        return self._sources.awaited

    @property
    def connected(self) -> tuple[str, ...] | None:
        """Who was heard at the last look; None where nothing is to be."""
        return None if self._daw_ear is None else self._sources.connected

    @property
    def why_no_pedals(self) -> str:
        """Say why no foot controller is heard while there is no server; nothing if none is meant."""
        return "" if self._pedals_ear is None else "No JACK server answers."

    def register(self, client: Any) -> None:  # noqa: ANN401 (it ships no types)
        """Make the inputs of a client that is not active yet. Raises JackError."""
        self._client = client
        heard: list[tuple[Any, Hearing]] = []
        if self._daw_ear is not None:
            self._in = client.midi_inports.register(f"{self._port_name} in")
            heard.append((self._in, self._daw_ear))
        if self._pedals_ear is not None:
            self._pedals_in = client.midi_inports.register("pedals in")
            heard.append((self._pedals_in, self._pedals_ear))
        self._heard = tuple(heard)

    def lost(self) -> None:
        """Take in that the client has gone: everybody is awaited."""
        self._heard = ()
        self._client = self._in = self._pedals_in = None
        self._sources.lost()

    def tend(self, connected_to: str) -> None:
        """Look who is heard, and connect whoever is to be. Takes a millisecond. Raises JackError.

        `connected_to` is the DAW's port where one was named: then it is heard by its other half.
        """
        if self._in is None:
            return
        there = self._speaking()
        connected = self._connected_to(self._in)
        self._sources.saw(connected, there)
        if connected_to:
            source = find_source(connected_to, there)
            wanted = [source] if source and source not in connected else []
        else:
            wanted = [name for name in self._sources.awaited if name in there]
        for name in wanted:
            self._client.connect(name, self._in)
        # The server shows them from its next cycle on.
        self._sources.saw([*connected, *wanted], there)

    def pedals(self) -> tuple[str, str]:
        """Look after the foot controller's port; return its name, or else why it is not heard.

        Raises JackError.
        """
        if self._pedals_ear is None:
            return "", ""
        try:
            name = find_port(self._pedals_port, self._speaking())
        except PortNotFoundError as error:
            return "", str(error)
        if name not in self._connected_to(self._pedals_in):
            self._client.connect(name, self._pedals_in)
        return name, ""

    def hear(self, fit: ClockFit, cycle_frame: int, now_ns: int) -> None:
        """Take in what came with the cycle. JACK's thread; does not block."""
        for port, ear in self._heard:
            for count, (offset, data) in enumerate(port.incoming_midi_events()):
                if count >= _MOST_A_CYCLE:
                    ear.miss()
                    break
                at_ns = min(fit.ns_at_frame(cycle_frame + offset), now_ns)
                ear.hear(at_ns, bytes(data))

    def _speaking(self) -> list[str]:
        own = f"{self._client.name}:"
        ports = self._client.get_ports(is_midi=True, is_output=True)
        return [port.name for port in ports if not port.name.startswith(own)]

    def _connected_to(self, port: Any) -> list[str]:  # noqa: ANN401
        return [other.name for other in self._client.get_all_connections(port)]
