from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from countoff.sender.alsa import AlsaPort
from countoff.sender.port import PortError
from countoff.sender.schedule import Scheduled

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


class RtMidiError(Exception):
    """As RtMidi raises."""


class Sequencer:
    """An ALSA sequencer as RtMidi shows it: sends to a port that has gone succeed silently."""

    API_LINUX_ALSA = 2
    RtMidiError = RtMidiError

    def __init__(self, *ports: str) -> None:
        self.ports = list(ports)
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


def port_on(sequencer: Sequencer, wanted: str) -> AlsaPort:
    """Return a port that has not been opened yet."""
    library = cast("ModuleType", sequencer)
    return AlsaPort(
        client_name="Countoff", port_name="Countoff DAW", wanted=wanted, library=library
    )


def message(data: bytes) -> Scheduled:
    """Return a message that is due."""
    return Scheduled(0, 0, message_id=7, message=data, received_ns=0)


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return the first truth of `condition`."""
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        if found := condition():
            return found
    pytest.fail("it never came true")


def test_own_port() -> None:
    """Where no port is named, a port of our own is offered, under the unit's name."""
    sequencer = Sequencer("Midi Through:Midi Through Port-0 14:0")
    port = port_on(sequencer, "")
    port.open()
    port.hand(message(b"\xf0\x7f\xf7"))
    assert sequencer.heard == [("Countoff:Countoff DAW", b"\xf0\x7f\xf7")]
    (left,), refused = port.collect()
    assert (left.scheduled.message_id, left.sent_ns == left.handed_ns, refused) == (7, True, [])
    assert port.collect() == ([], [])
    assert port.look() == ""


def test_named_port_is_followed_to_its_new_number() -> None:
    """A port that goes is noticed, and opened by name under whatever number it comes back."""
    sequencer = Sequencer("Through:Through 14:0", "UMC404HD:UMC404HD MIDI 1 24:0")
    port = port_on(sequencer, "umc404")
    port.open()
    assert port.name == "UMC404HD:UMC404HD MIDI 1"
    assert port.look() == ""
    del sequencer.ports[1]
    assert wait_for(port.look) == 'MIDI port "UMC404HD:UMC404HD MIDI 1" has gone.'
    with pytest.raises(PortError, match='"umc404" is not there; found "Through:Through 14:0"'):
        port.open()
    sequencer.ports.insert(0, "UMC404HD:UMC404HD MIDI 1 36:0")
    port.open()
    port.hand(message(b"\xfa"))
    assert sequencer.heard == [("UMC404HD:UMC404HD MIDI 1 36:0", b"\xfa")]
    assert port.look() == ""
    assert sequencer.clients == ["Countoff"]


def test_refused_message_comes_back() -> None:
    """What the port refuses has not been sent: it comes back, and the port says why."""
    sequencer = Sequencer()
    port = port_on(sequencer, "")
    port.open()
    sequencer.refuses = True
    port.hand(message(b"\xfa"))
    assert port.collect() == ([], [message(b"\xfa")])
    assert port.look() == 'MIDI port "Countoff:Countoff DAW" takes nothing: error sending'
    sequencer.refuses = False
    port.open()
    assert port.look() == ""


def test_no_sequencer() -> None:
    """A machine without the ALSA sequencer is a sentence, and may get one later."""
    sequencer = Sequencer()
    sequencer.is_there = False
    port = port_on(sequencer, "")
    with pytest.raises(PortError, match="The ALSA sequencer does not open: error creating"):
        port.open()
    assert port.look() == ""
    sequencer.is_there = True
    port.open()
