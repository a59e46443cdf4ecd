"""What the sender hears on an ALSA sequencer: the DAW's answers, and a foot controller."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from countoff.midi.attention import Attention
from countoff.sender import alsa_input, rtmidi_input
from countoff.sender.alsa import AlsaPort
from countoff.sender.hearing import Ears
from countoff.sender.reports import BytesHeard, BytesMissed, Role, reports_in
from rtmidi_sequencer import Sequencer
from sender_at_work import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from countoff.processes.wire import Message

OWN = "Countoff:Countoff DAW"
LIGHT = bytes.fromhex("90 5F 7F")
QUERY = bytes.fromhex("F0 00 00 66 14 00 F7")


@pytest.fixture(autouse=True)
def ordinary_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay an ordinary thread, in the place of RtMidi's: as a FIFO one, pytest may not run for long."""
    monkeypatch.setattr(alsa_input, "set_fifo", lambda _priority: True)


class ShownList:
    """The kernel's list of a sequencer, as a file that is read."""

    def __init__(self, sequencer: Sequencer) -> None:
        self._sequencer = sequencer

    def read_text(self, errors: str) -> str:
        """Return the list as it is now."""
        return self._sequencer.list_text()


class Heard:
    """A port with ears, and what came through them."""

    def __init__(
        self,
        sequencer: Sequencer,
        wanted: str = "",
        *,
        sources: tuple[str, ...] = (),
        pedals_port: str = "",
    ) -> None:
        self._now_ns = 0
        self.ears = Ears(Attention(), has_pedals=bool(pedals_port))
        self.port = AlsaPort(
            client_name="Countoff",
            port_name="Countoff DAW",
            wanted=wanted,
            sources=sources,
            ears=self.ears,
            pedals_port=pedals_port,
            library=cast("ModuleType", sequencer),
            device=sequencer.device,
            client_list=cast("Path", ShownList(sequencer)),
            connect=sequencer.connect,
        )

    def sources(self) -> tuple[str, ...] | None:
        """Look, and return who is heard."""
        self.port.peers()
        return self.port.sources()

    def passed_on(self) -> list[tuple[Role, bytes]]:
        """Return what is passed on now."""
        said: list[Message] = []
        self._now_ns += 10**9
        self.ears.pass_on(said.append, self._now_ns)
        reports = [report for message in said for report in reports_in(message)]
        assert not any(isinstance(report, BytesMissed) for report in reports)
        return [(one.role, one.data) for one in reports if isinstance(one, BytesHeard)]


@pytest.fixture
def port_with_ears() -> Iterator[Callable[..., Heard]]:
    """Return what makes a port whose ears are open until the test is over."""
    with contextlib.ExitStack() as opened:

        def make(*words: Any, **settings: Any) -> Heard:
            heard = Heard(*words, **settings)
            opened.enter_context(heard.ears)
            return heard

        yield make


def test_own_ports_are_a_pair(port_with_ears: Callable[..., Heard]) -> None:
    """The input is offered under the very names of the output, and each is looked at by itself."""
    sequencer = Sequencer("REAPER:in 128:0")
    sequencer.speakers = ["REAPER:out 128:1"]
    heard = port_with_ears(sequencer)
    heard.port.open()
    assert [one.port for one in sequencer.inputs] == [OWN]
    assert (heard.port.peers(), heard.port.sources()) == ((), ())
    sequencer.connections.append(("REAPER:out", OWN))
    assert (heard.port.peers(), heard.port.sources()) == ((), ("REAPER:out",))
    sequencer.connections.append((OWN, "REAPER:in"))
    assert (heard.port.peers(), heard.port.sources()) == (("REAPER:in",), ("REAPER:out",))
    sequencer.say("REAPER:out", LIGHT, QUERY)
    assert heard.passed_on() == [(Role.DAW, LIGHT), (Role.DAW, QUERY)]


def test_moments_are_those_of_arrival(port_with_ears: Callable[..., Heard]) -> None:
    """Each message is stamped when RtMidi hands it over, not when it is passed on."""
    sequencer = Sequencer("REAPER:io 128:0")
    heard = port_with_ears(sequencer, "REAPER")
    heard.port.open()
    before_ns = time.monotonic_ns()
    sequencer.say("REAPER:io", LIGHT)
    after_ns = time.monotonic_ns()
    said: list[Message] = []
    heard.ears.pass_on(said.append, after_ns + 10**9)
    (report,) = reports_in(said[0])
    assert isinstance(report, BytesHeard)
    assert before_ns <= report.at_ns <= after_ns


def test_a_named_port_is_heard_by_its_other_half(port_with_ears: Callable[..., Heard]) -> None:
    """The input of the same name, or the one that differs in its direction only."""
    for port, speaker in (
        ("UMC:UMC MIDI 1 24:0", None),
        ("ardour:mcu in 128:0", "ardour:mcu out 128:1"),
    ):
        sequencer = Sequencer() if speaker else Sequencer(port)
        sequencer.sinks, sequencer.speakers = ([port], [speaker]) if speaker else ([], [])
        heard = port_with_ears(sequencer, port.split(":")[0])
        heard.port.open()
        assert heard.sources() == ((speaker or port).rpartition(" ")[0],)


def test_a_named_port_that_says_nothing_is_known(port_with_ears: Callable[..., Heard]) -> None:
    """Where the port has no other half, nobody is heard; our own input is there to connect to."""
    sequencer = Sequencer("Other:io 22:0")
    sequencer.sinks = ["Synth:in 20:0"]
    heard = port_with_ears(sequencer, "Synth")
    sequencer.speakers = ["Synth:a 20:1", "Synth:b 20:2"]
    heard.port.open()
    assert heard.sources() == ()
    sequencer.connections.append(("Synth:b", OWN))
    assert heard.sources() == ("Synth:b",)


def test_unplugged_and_back_both_ways(
    port_with_ears: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named port that returns under another number is spoken to and heard again."""
    monkeypatch.setattr(rtmidi_input, "_QUIET_NS", 0)
    sequencer = Sequencer("UMC:UMC MIDI 1 24:0")
    heard = port_with_ears(sequencer, "UMC")
    heard.port.open()
    del sequencer.ports[0]
    sequencer.connections.clear()
    wait_until(lambda: bool(heard.port.look()))
    assert heard.sources() == ()
    sequencer.ports.append("UMC:UMC MIDI 1 36:0")
    heard.port.open()
    assert heard.sources() == ("UMC:UMC MIDI 1",)
    sequencer.say("UMC:UMC MIDI 1", LIGHT)
    assert heard.passed_on() == [(Role.DAW, LIGHT)]
    assert len(sequencer.inputs) == 1


def test_an_input_is_not_left_while_something_comes(port_with_ears: Callable[..., Heard]) -> None:
    """Leaving in the middle of a flood could hang for ever: it is done once it is quiet."""
    sequencer = Sequencer("Other:io 22:0")
    sequencer.sinks = ["Synth:in 20:0"]
    heard = port_with_ears(sequencer, "Synth")
    heard.port.open()
    (first,) = sequencer.inputs
    sequencer.connections.append(("Other:io", OWN))
    sequencer.speakers.append("Synth:out 20:1")

    def is_heard_elsewhere() -> bool:
        sequencer.say("Other:io", LIGHT)
        heard.sources()
        return sequencer.inputs != [first]

    assert not any(is_heard_elsewhere() for _ in range(5))
    wait_until(lambda: heard.sources() == ("Synth:out",))


def test_a_successor_hears_who_was_heard(port_with_ears: Callable[..., Heard]) -> None:
    """By name, whatever its number; who goes is awaited."""
    sequencer = Sequencer()
    sequencer.speakers = ["REAPER:out 131:0"]
    heard = port_with_ears(sequencer, sources=("REAPER:out",))
    heard.port.open()
    assert heard.sources() == ("REAPER:out",)
    assert heard.port.awaited_sources == ()
    sequencer.speakers.clear()
    assert heard.sources() == ()
    assert heard.port.awaited_sources == ("REAPER:out",)


def test_everybody_who_was_heard_is_heard_again(port_with_ears: Callable[..., Heard]) -> None:
    """Two DAWs that go and come back are both heard, and the input is the same all the time."""
    sequencer = Sequencer()
    sequencer.speakers = ["REAPER:out 131:0", "Desk:out 132:0"]
    heard = port_with_ears(sequencer)
    heard.port.open()
    (own_input,) = sequencer.inputs
    sequencer.connections += [("REAPER:out", OWN), ("Desk:out", OWN)]
    assert heard.sources() == ("REAPER:out", "Desk:out")
    sequencer.speakers.clear()
    assert heard.sources() == ()
    sequencer.speakers += ["Desk:out 140:0", "REAPER:out 141:0"]
    assert heard.sources() == ("Desk:out", "REAPER:out")
    sequencer.say("Desk:out", LIGHT)
    sequencer.say("REAPER:out", QUERY)
    assert heard.passed_on() == [(Role.DAW, LIGHT), (Role.DAW, QUERY)]
    assert sequencer.inputs == [own_input]


def test_the_foot_controller_comes_and_goes(
    port_with_ears: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is heard under its own role, missed by name, and heard again."""
    monkeypatch.setattr(rtmidi_input, "_QUIET_NS", 0)
    sequencer = Sequencer("Through:Through 14:0")
    heard = port_with_ears(sequencer, pedals_port="FCB1010")
    heard.port.open()
    name, sentence = heard.port.pedals()
    assert (name, sentence[:40]) == ("", 'MIDI port "FCB1010" is not there; found ')
    sequencer.ports.append("FCB1010:FCB1010 MIDI 1 24:0")
    assert heard.port.pedals() == ("FCB1010:FCB1010 MIDI 1", "")
    sequencer.say("FCB1010:FCB1010 MIDI 1", b"\xc0\x03")
    assert heard.passed_on() == [(Role.PEDALS, b"\xc0\x03")]
    del sequencer.ports[1]
    assert heard.port.pedals()[0] == ""
    sequencer.ports.append("FCB1010:FCB1010 MIDI 1 36:0")
    assert heard.port.pedals() == ("FCB1010:FCB1010 MIDI 1", "")
    sequencer.say("FCB1010:FCB1010 MIDI 1", b"\xc0\x04")
    assert heard.passed_on() == [(Role.PEDALS, b"\xc0\x04")]


def test_who_speaks_through_a_port_made_anew_is_heard(
    port_with_ears: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DAW and foot controller come back under their old numbers before anybody has looked."""
    monkeypatch.setattr(rtmidi_input, "_QUIET_NS", 0)
    sequencer = Sequencer("UMC:UMC MIDI 1 24:0", "FCB1010:FCB1010 MIDI 1 28:0")
    heard = port_with_ears(sequencer, "UMC", pedals_port="FCB1010")
    heard.port.open()
    heard.sources()
    heard.port.pedals()
    sequencer.connections.clear()
    wait_until(lambda: heard.sources() == ("UMC:UMC MIDI 1",))
    wait_until(lambda: heard.port.pedals()[0] != "" and len(sequencer.connections) == 2)
    sequencer.say("UMC:UMC MIDI 1", LIGHT)
    sequencer.say("FCB1010:FCB1010 MIDI 1", b"\xc0\x03")
    assert heard.passed_on() == [(Role.DAW, LIGHT), (Role.PEDALS, b"\xc0\x03")]
    assert len(sequencer.inputs) == 2


def test_who_hears_nothing_has_no_input() -> None:
    """A DAW that cannot answer needs none, and sees no port that it could never use."""
    sequencer = Sequencer("REAPER:io 128:0")
    port = AlsaPort(
        client_name="Countoff",
        port_name="Countoff DAW",
        wanted="REAPER",
        ears=Ears(None, has_pedals=False),
        library=cast("ModuleType", sequencer),
        device=sequencer.device,
    )
    port.open()
    assert (port.peers(), port.sources(), port.pedals()) == (None, None, ("", ""))
    assert sequencer.inputs == []
