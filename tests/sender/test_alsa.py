from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from countoff.midi.attention import Attention
from countoff.sender.alsa import AlsaPort
from countoff.sender.hearing import Ears
from countoff.sender.port import PortError
from countoff.sender.schedule import Scheduled
from countoff.sender.sequencer_link import connect_ports
from countoff.sender.sequencer_list import read_list
from rtmidi_sequencer import Sequencer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


class ShownList:
    """The kernel's list of a sequencer, as a file that is read."""

    def __init__(self, sequencer: Sequencer) -> None:
        self._sequencer = sequencer
        self.readings = 0

    def read_text(self, errors: str) -> str:
        """Return the list as it is now."""
        self.readings += 1
        return self._sequencer.list_text()


def port_on(
    sequencer: Sequencer,
    wanted: str,
    peers: tuple[str, ...] = (),
    shown: ShownList | None = None,
    ears: Ears | None = None,
) -> AlsaPort:
    """Return a port that has not been opened yet."""
    library = cast("ModuleType", sequencer)
    return AlsaPort(
        client_name="Countoff",
        port_name="Countoff DAW",
        wanted=wanted,
        library=library,
        device=sequencer.device,
        peers=peers,
        ears=ears,
        client_list=cast("Path", shown or ShownList(sequencer)),
        connect=sequencer.connect,
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


def test_a_port_that_was_made_anew_meanwhile_is_noticed() -> None:
    """Under its old number, between two looks: it is there, but hears nobody; so it is opened anew."""
    sequencer = Sequencer("REAPER:in 128:0")
    port = port_on(sequencer, "REAPER")
    port.open()
    assert port.look() == ""
    sequencer.connections.clear()
    assert wait_for(port.look) == 'MIDI port "REAPER:in" is not connected any more.'
    port.open()
    assert sequencer.connections == [(OWN, "REAPER:in")]
    assert port.look() == ""


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


def test_no_device(tmp_path: Path) -> None:
    """A machine without the ALSA sequencer's device is a sentence that says what makes it."""
    sequencer = Sequencer()
    sequencer.device = tmp_path / "seq"
    port = port_on(sequencer, "")
    with pytest.raises(
        PortError, match=r"There is no ALSA sequencer: .*seq is missing; .* snd-seq"
    ):
        port.open()
    sequencer.device.touch()
    port.open()


def test_sequencer_refuses() -> None:
    """A sequencer that does not let us in is a sentence, and may do so later."""
    sequencer = Sequencer()
    sequencer.is_there = False
    port = port_on(sequencer, "")
    with pytest.raises(PortError, match="The ALSA sequencer does not open: error creating"):
        port.open()
    assert port.look() == ""
    sequencer.is_there = True
    port.open()


OWN = "Countoff:Countoff DAW"
REAL_LIST = """Client info
  cur  clients : 4
  peak clients : 5
  max  clients : 192

Client   0 : "System" [Kernel]
  Port   0 : "Timer" (Rwe-)
  Port   1 : "Announce" (R-e-)
Client  14 : "Midi Through" [Kernel]
  Port   0 : "Midi Through Port-0" (RWe-)
    Connecting To: 128:0
    Connected From: 129:0[real:0]
Client 128 : "REAPER" [User Legacy]
  Port   0 : "MIDI \\"In\\" 1" (-We-) [In]
    Connected From: 14:0, 129:0
Client 129 : "Countoff" [User Legacy]
  Port   0 : "Countoff DAW" (R-e-)
    Connecting To: 14:0[real:0], 128:0
  Output pool :
    Pool size          : 500
"""


def test_the_kernels_list_is_read() -> None:
    """Who hears a port is found by address, and told by name; quotes in a name do no harm."""
    seen = read_list(REAL_LIST)
    assert seen.peers_of(OWN) == ("Midi Through:Midi Through Port-0", 'REAPER:MIDI \\"In\\" 1')
    assert seen.peers_of("System:Timer") == ()
    assert seen.peers_of("Countoff:DAW") is None


def test_who_is_connected_to_our_port_is_known() -> None:
    """Nobody, then a DAW, then nobody again, as the kernel shows it."""
    sequencer = Sequencer("REAPER:in 128:0")
    port = port_on(sequencer, "")
    port.open()
    assert port.peers() == ()
    sequencer.connections.append((OWN, "REAPER:in"))
    assert port.peers() == ("REAPER:in",)
    sequencer.connections.clear()
    assert port.peers() == ()
    # It was there all the time, so somebody took it off: it is left alone.
    assert port.awaited == ()


def test_a_successor_connects_who_was_connected() -> None:
    """By name, whatever its number; others can connect to the very same port."""
    sequencer = Sequencer("Through:Through 14:0", "REAPER:in 131:0")
    port = port_on(sequencer, "", peers=("REAPER:in",))
    port.open()
    assert port.peers() == ("REAPER:in",)
    assert port.awaited == ()
    port.hand(message(b"\xfa"))
    assert sequencer.heard == [("REAPER:in 131:0", b"\xfa")]
    assert sequencer.virtual_ports == [OWN]
    assert port.name == OWN


def test_a_daw_that_quits_is_connected_when_it_is_back() -> None:
    """A DAW whose port went altogether is awaited, and connected under its new number."""
    sequencer = Sequencer("REAPER:in 128:0")
    port = port_on(sequencer, "")
    port.open()
    sequencer.connections.append((OWN, "REAPER:in"))
    assert port.peers() == ("REAPER:in",)
    sequencer.ports.clear()
    assert port.peers() == ()
    assert port.awaited == ("REAPER:in",)
    sequencer.ports.append("REAPER:in 133:0")
    assert port.peers() == ("REAPER:in",)
    assert port.awaited == ()
    assert sequencer.clients == ["Countoff"]


def test_every_daw_is_connected_again() -> None:
    """All who were connected and went are connected as they come back, by name."""
    sequencer = Sequencer("REAPER:in 128:0", "Live:in 129:0", "Desk:in 130:0")
    port = port_on(sequencer, "")
    port.open()
    sequencer.connections += [(OWN, "REAPER:in"), (OWN, "Live:in"), (OWN, "Desk:in")]
    assert port.peers() == ("REAPER:in", "Live:in", "Desk:in")
    sequencer.ports.clear()
    assert port.peers() == ()
    sequencer.ports += ["Desk:in 140:0", "REAPER:in 141:0"]
    assert port.peers() == ("Desk:in", "REAPER:in")
    assert port.awaited == ("Live:in",)
    sequencer.ports.append("Live:in 142:0")
    assert port.peers() == ("Desk:in", "REAPER:in", "Live:in")
    port.hand(message(b"\xfa"))
    assert sequencer.heard == [(name, b"\xfa") for name in sequencer.ports]


def test_who_stays_is_not_disconnected_for_who_comes_back() -> None:
    """One of two goes and is connected again; the other's connection is the same all the time."""
    sequencer = Sequencer("REAPER:in 128:0", "Live:in 129:0")
    port = port_on(sequencer, "")
    port.open()
    sequencer.connections += [(OWN, "REAPER:in"), (OWN, "Live:in")]
    assert port.peers() == ("REAPER:in", "Live:in")
    del sequencer.ports[1]
    assert port.peers() == ("REAPER:in",)
    sequencer.ports.append("Live:in 131:0")
    assert port.peers() == ("REAPER:in", "Live:in")
    assert sequencer.connected_by_address == [(OWN, "Live:in")]
    assert sequencer.virtual_ports == [OWN]


def test_a_successor_connects_everybody() -> None:
    """A sender that takes another's place has all of them on its port once it is open."""
    sequencer = Sequencer("REAPER:in 131:0", "Live:in 132:0")
    port = port_on(sequencer, "", peers=("Live:in", "REAPER:in"))
    port.open()
    port.hand(message(b"\xfa"))
    assert sequencer.heard == [("REAPER:in 131:0", b"\xfa"), ("Live:in 132:0", b"\xfa")]


def test_one_who_goes_while_it_is_connected_is_awaited_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The kernel refuses, which is no fault; it is tried again at the next look."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENXIO, "No such device or address")

    sequencer = Sequencer("REAPER:in 131:0")
    with monkeypatch.context() as refusing:
        refusing.setattr(sequencer, "connect", refuse)
        port = port_on(sequencer, "", peers=("REAPER:in",))
        port.open()
        assert (port.peers(), port.awaited, port.look()) == ((), ("REAPER:in",), "")
    port = port_on(sequencer, "", peers=port.awaited)
    port.open()
    assert (port.peers(), port.awaited) == (("REAPER:in",), ())


def test_the_kernels_list_is_read_once_a_look() -> None:
    """For both directions; and never for the clock's port by name, which nobody is heard on."""
    for wanted, ears, readings in (
        ("", Ears(Attention(), has_pedals=False), 1),
        ("REAPER", Ears(Attention(), has_pedals=False), 1),
        ("REAPER", None, 0),
    ):
        sequencer = Sequencer("REAPER:io 128:0")
        shown = ShownList(sequencer)
        port = port_on(sequencer, wanted, shown=shown, ears=ears)
        port.open()
        shown.readings = 0
        port.peers()
        port.sources()
        assert shown.readings == readings


def test_two_ports_are_connected_by_the_kernels_own_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The bytes are those of the kernel's structure: speaker, listener, and nothing more."""
    asked: list[tuple[int, bytes]] = []
    monkeypatch.setattr("fcntl.ioctl", lambda _fd, call, data: asked.append((call, data)))
    device = tmp_path / "seq"
    device.touch()
    connect_ports(device, "128:0", "14:3")
    assert asked == [(0x40505330, bytes((128, 0, 14, 3)) + bytes(76))]


def test_a_kernel_without_a_list_tells_nothing(tmp_path: Path) -> None:
    """Where nobody can tell who is connected, nothing is claimed."""
    sequencer = Sequencer()
    port = AlsaPort(
        client_name="Countoff",
        port_name="Countoff DAW",
        wanted="",
        library=cast("ModuleType", sequencer),
        device=sequencer.device,
        client_list=tmp_path / "clients",
    )
    port.open()
    assert port.peers() is None


def test_a_named_port_has_no_peers() -> None:
    """Connected to one port by name, it is that port that is watched."""
    sequencer = Sequencer("REAPER:in 128:0")
    port = port_on(sequencer, "reaper")
    port.open()
    assert port.peers() is None
