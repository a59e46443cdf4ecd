from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

import pytest

from countoff.cables.alsa_cable import AlsaCable, alsa_sources
from countoff.cables.cable import Ends, NoCableError
from countoff.sender import rtmidi_input
from sender_at_work import wait_until

Callback = Callable[[tuple[list[int], float], object], None]
BOX, CLOCK, THROUGH = (
    "Countoff:Countoff DAW 128:0",
    "Countoff MIDI:Clock 129:0",
    "Midi Through 14:0",
)
NEVER_NS = 1 << 62


class RtMidiError(Exception):
    """As RtMidi raises."""


class Sequencer:
    """The module `rtmidi` on a machine whose ports the test decides."""

    API_LINUX_ALSA = 2
    RtMidiError = RtMidiError

    def __init__(self) -> None:
        self.sources: list[str] = [THROUGH]
        self.sinks: list[str] = [THROUGH]
        self.is_there = True
        self.takes_ports = True
        self.lists = True
        self.open: list[Port] = []

    def MidiIn(self, rtapi: int, name: str) -> Port:  # noqa: N802  # RtMidi's name
        return self._new(rtapi, name, self.sources)

    def MidiOut(self, rtapi: int, name: str) -> Port:  # noqa: N802  # RtMidi's name
        return self._new(rtapi, name, self.sinks)

    def _new(self, rtapi: int, name: str, others: list[str]) -> Port:
        assert rtapi == self.API_LINUX_ALSA
        if not self.is_there:
            raise SystemError("returned a result with an exception set")
        port = Port(self, name, others)
        self.open.append(port)
        return port

    def names(self) -> list[str]:
        """Return each open port, with whom it is connected to."""
        return sorted(f"{port.name} > {port.peer}" for port in self.open if port.name)

    def arrive(self, peer: str, data: bytes) -> None:
        """Let a message come from a peer."""
        for port in self.open:
            if port.peer == peer and port.callback is not None:
                port.callback((list(data), 0.0), None)


class Port:
    """One of RtMidi's objects."""

    def __init__(self, sequencer: Sequencer, client: str, others: list[str]) -> None:
        self.sequencer = sequencer
        self.client = client
        self.others = others
        self.name = self.peer = ""
        self.callback: Callback | None = None
        self.sent: list[bytes] = []
        self.ignored: dict[str, bool] = {}

    def get_ports(self) -> list[str]:
        if not self.sequencer.is_there:
            raise RtMidiError("the sequencer has gone")
        if not self.sequencer.lists:
            raise RtMidiError("it has gone")
        return list(self.others)

    def open_port(self, index: int, name: str) -> None:
        self.name, self.peer = f"{self.client}:{name}", self.others[index]

    def open_virtual_port(self, name: str) -> None:
        if not self.sequencer.takes_ports:
            raise RtMidiError("error creating a port")
        self.name, self.peer = f"{self.client}:{name}", "anybody"

    def ignore_types(self, **types: bool) -> None:
        self.ignored = types

    def set_callback(self, callback: Callback) -> None:
        self.callback = callback

    def send_message(self, data: bytes) -> None:
        if self.peer not in ("anybody", *self.others):
            raise RtMidiError("error sending")
        self.sent.append(data)

    def delete(self) -> None:
        self.sequencer.open.remove(self)


@pytest.fixture
def sequencer() -> Sequencer:
    """A machine with a sequencer, on which nobody is but Midi Through."""
    return Sequencer()


def is_box(name: str) -> bool:
    """Tell whether a port is the box's."""
    return name.startswith("Countoff")


def cable(sequencer: Any) -> AlsaCable:
    """Return a cable to the box."""
    return AlsaCable("DAW", Ends(is_box, is_box), library=sequencer)


def test_it_offers_ports_of_its_own_where_nobody_is_there(sequencer: Sequencer) -> None:
    """The box, or a person with a patch bay, can connect to them."""
    with cable(sequencer) as opened:
        assert opened.tend() == ()
        assert sequencer.names() == ["DAW:DAW in > anybody", "DAW:DAW out > anybody"]
    assert sequencer.open == []


def test_it_connects_to_everybody_meant_who_comes(sequencer: Sequencer) -> None:
    """To the box's output and its clock, and to its input; by name without the numbers."""
    with cable(sequencer) as opened:
        sequencer.sources += [BOX, CLOCK]
        sequencer.sinks += [BOX]
        assert opened.tend() == ("Countoff MIDI:Clock", "Countoff:Countoff DAW")
        found = sequencer.names()
        assert found == [f"DAW:DAW in > {CLOCK}", f"DAW:DAW in > {BOX}", f"DAW:DAW out > {BOX}"]
        opened.tend()
        assert sequencer.names() == found
        sequencer.sources.clear()
        sequencer.sinks.clear()
        assert opened.tend() == ()
        assert len(sequencer.names()) == 2


def test_what_arrives_is_taken_in_order(sequencer: Sequencer) -> None:
    """From whomever it comes, also what RtMidi leaves out unless it is told otherwise."""
    sequencer.sources += [BOX, CLOCK]
    with cable(sequencer) as opened:
        opened.tend()
        assert select.select([opened], [], [], 0)[0] == []
        sequencer.arrive(BOX, b"\xf0\x7f\x7f\x06\x06\xf7")
        sequencer.arrive(CLOCK, b"\xf8")
        assert select.select([opened], [], [], 0)[0] == [opened]
        arrived = opened.take()
        assert [data.hex() for _, data in arrived] == ["f07f7f0606f7", "f8"]
        assert arrived[0].at_ns <= arrived[1].at_ns
        assert opened.take() == []
        assert select.select([opened], [], [], 0)[0] == []
        listening = [port for port in sequencer.open if port.callback]
        assert all(not port.ignored["sysex"] for port in listening)
        assert all(not port.ignored["timing"] for port in listening)


def test_who_stays_is_not_connected_anew(sequencer: Sequencer) -> None:
    """What it says just then is not lost, and its input is not left while it speaks."""
    sequencer.sources += [BOX]
    sequencer.sinks += [BOX]
    with cable(sequencer) as opened:
        opened.tend()
        stays = [port for port in sequencer.open if port.peer == BOX]
        sequencer.sources += [CLOCK]
        sequencer.sinks.remove(THROUGH)
        opened.tend()
        assert [port for port in sequencer.open if port.peer == BOX] == stays
        sequencer.arrive(BOX, b"\xfa")
        sequencer.arrive(CLOCK, b"\xf8")
        assert [data for _, data in opened.take()] == [b"\xfa", b"\xf8"]


def test_an_input_is_not_left_while_something_comes(
    sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleting it in the middle of a flood could hang for ever: it is done once it is quiet."""
    monkeypatch.setattr(rtmidi_input, "_QUIET_NS", NEVER_NS)
    sequencer.sources += [BOX]
    with cable(sequencer) as opened:
        opened.tend()
        (first,) = [port for port in sequencer.open if port.peer == BOX]
        sequencer.arrive(BOX, b"\x90\x5f\x7f")
        sequencer.sources.remove(BOX)
        opened.tend()
        # RtMidi is told to drop by itself what may never end: clock, time code, system exclusive.
        assert first in sequencer.open
        assert first.ignored == {"sysex": True, "timing": True, "active_sense": True}
        sequencer.arrive(BOX, b"\x90\x5f\x00")
        assert [data.hex() for _, data in opened.take()] == ["905f7f"]
        monkeypatch.undo()
        wait_until(lambda: first not in sequencer.open)
    assert sequencer.open == []


def test_it_closes_in_a_flood(sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once and without a word; the input goes when the flood is over, and another may be there."""
    monkeypatch.setattr(rtmidi_input, "_QUIET_NS", NEVER_NS)
    sequencer.sources += [BOX]
    opened = cable(sequencer)
    with opened:
        opened.tend()
        (flooded,) = [port for port in sequencer.open if port.peer == BOX]
        sequencer.arrive(BOX, b"\x90\x5f\x7f")
    assert sequencer.open == [flooded]
    sequencer.arrive(BOX, b"\x90\x5f\x00")
    assert sequencer.open == [flooded]
    with opened:
        opened.tend()
        assert opened.take() == []
        sequencer.arrive(BOX, b"\x90\x5e\x7f")
        assert [data.hex() for _, data in opened.take()] == ["905e7f"]
        assert select.select([opened], [], [], 0)[0] == []
    monkeypatch.undo()
    wait_until(lambda: sequencer.open == [])


def test_what_is_said_reaches_who_is_connected(sequencer: Sequencer) -> None:
    """And one that has gone a moment ago is no fault."""
    with cable(sequencer) as opened:
        sequencer.sinks += [BOX]
        opened.tend()
        opened.say(b"\x90\x5f\x7f")
        (out,) = [port for port in sequencer.open if port.name == "DAW:DAW out"]
        assert out.sent == [b"\x90\x5f\x7f"]
        sequencer.sinks.clear()
        opened.say(b"\x90\x5f\x00")


def test_without_a_sequencer_there_is_a_sentence(sequencer: Sequencer) -> None:
    """At the start, and where it goes away."""
    with cable(sequencer) as opened:
        sequencer.is_there = False
        with pytest.raises(NoCableError, match="The ALSA sequencer has gone"):
            opened.tend()
    with pytest.raises(NoCableError, match="There is no ALSA sequencer here"):
        cable(sequencer).__enter__()


def test_what_does_not_open_leaves_nothing_behind(sequencer: Sequencer) -> None:
    """Where the sequencer takes no port, or goes while it is asked, every client of ours is gone."""
    sequencer.takes_ports = False
    with pytest.raises(NoCableError, match="There is no ALSA sequencer here"):
        cable(sequencer).__enter__()
    assert sequencer.open == []


def test_the_sources_are_told_and_nothing_stays(sequencer: Any) -> None:
    """Those there are, by plain name; a sequencer that goes meanwhile is a sentence."""
    sequencer.sources += [BOX]
    assert alsa_sources(sequencer) == ["Midi Through", "Countoff:Countoff DAW"]
    sequencer.lists = False
    with pytest.raises(NoCableError, match="There is no ALSA sequencer here: it has gone"):
        alsa_sources(sequencer)
    assert sequencer.open == []
