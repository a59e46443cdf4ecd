from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from countoff.sender.alsa import AlsaPort
from countoff.sender.port import PortError
from countoff.sender.schedule import Scheduled
from rtmidi_sequencer import Sequencer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


def port_on(sequencer: Sequencer, wanted: str) -> AlsaPort:
    """Return a port that has not been opened yet."""
    library = cast("ModuleType", sequencer)
    return AlsaPort(
        client_name="Countoff",
        port_name="Countoff DAW",
        wanted=wanted,
        library=library,
        device=sequencer.device,
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
