"""Both ways over a real JACK server: the test's own client plays the DAW, and a foot controller."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import jack
import pytest

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.daw import DawTransport
from countoff.core.events import DawHeard, DawTold, PartReported, PartState
from countoff.daw.conversation import Conversation
from countoff.daw.finding import find_profile
from countoff.sender.link import (
    BytesHeard,
    PedalsBack,
    PedalsLost,
    PeersChanged,
    PortBack,
    PortLost,
    Role,
    SenderSettings,
)
from countoff.sender.seat import SenderSeat
from sender_at_work import SenderAtWork, sender_at_work, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.events import Event
    from jack_server import JackServer

pytestmark = pytest.mark.jack

LIGHT, METER = bytes.fromhex("90 5F 7F"), b"\xd0\x07"
PLAY_LIGHT = bytes.fromhex("90 5E 7F")
GREETING = bytes.fromhex("F0 00 00 66 14 01")
HEARING = SenderSettings("jack", hears=True, states=("905f",), words=("f1",))


class Speaker:
    """A client with an output and an input, which says what the test wants."""

    def __init__(self, server: JackServer, name: str) -> None:
        self.heard: list[bytes] = []
        self._waiting: list[bytes] = []
        self._flood: list[bytes] = []
        self._client: Any = jack.Client(name, servername=server.name, no_start_server=True)
        self._out = self._client.midi_outports.register("control out")
        self._in = self._client.midi_inports.register("control in")
        self._client.set_process_callback(self._process)
        self._client.activate()

    def say(self, *messages: bytes) -> None:
        """Say these in the next cycle."""
        self._waiting.extend(messages)

    def flood(self, *messages: bytes) -> None:
        """Say these in each cycle from now on."""
        self._flood = list(messages)

    def connect(self) -> None:
        """Connect both ways to the unit's own ports, as a DAW's user does."""
        self._client.connect("Countoff:DAW", self._in)
        self._client.connect(self._out, "Countoff:DAW in")

    def close(self) -> None:
        """Leave the server."""
        self._client.deactivate()
        self._client.close()

    def _process(self, _frames: int) -> None:
        self.heard.extend(bytes(data) for _, data in self._in.incoming_midi_events())
        self._out.clear_buffer()
        waiting, self._waiting = self._waiting, []
        for message in (*waiting, *self._flood):
            self._out.write_midi_event(0, message)


@contextlib.contextmanager
def speaker_on(server: JackServer, name: str = "daw") -> Iterator[Speaker]:
    """Have somebody on the server for a while."""
    speaker = Speaker(server, name)
    try:
        yield speaker
    finally:
        speaker.close()


def heard(sender: SenderAtWork, role: Role = Role.DAW) -> list[bytes]:
    """Return what was heard so far."""
    sender.said += sender.link.poll()
    return [one.data for one in sender.said if isinstance(one, BytesHeard) and one.role is role]


def sources(sender: SenderAtWork) -> tuple[str, ...] | None:
    """Return who was heard by the newest word."""
    sender.said += sender.link.poll()
    changes = [one for one in sender.said if isinstance(one, PeersChanged)]
    return changes[-1].sources if changes else None


def test_the_other_half_of_a_named_port_is_heard(server: JackServer) -> None:
    """Connected by name both ways; what comes carries its moment, and none that is to come."""
    with speaker_on(server) as daw:
        settings = SenderSettings("jack", "control in", hears=True, states=("905f",))
        with sender_at_work(settings) as sender:
            wait_until(lambda: sources(sender) == ("daw:control out",))
            before_ns = time.monotonic_ns()
            daw.say(LIGHT)
            wait_until(lambda: heard(sender) == [LIGHT])
            (one,) = (report for report in sender.said if isinstance(report, BytesHeard))
            assert before_ns - 50_000_000 < one.at_ns <= time.monotonic_ns()


def test_own_ports_and_a_flood(server: JackServer) -> None:
    """A DAW's user connects both; beside thousands of messages each light comes through in order."""
    with speaker_on(server) as daw, sender_at_work(HEARING) as sender:
        daw.connect()
        wait_until(lambda: sources(sender) == ("daw:control out",))
        daw.flood(*[METER] * 20)
        told = [bytes((0x90, 0x5F, value)) for value in (0x7F, 0x00, 0x01)] * 10
        for message in told:
            before = len(heard(sender))
            daw.say(message)
            wait_until(
                lambda message=message, before=before: message in heard(sender)[before:]  # type: ignore[misc]
            )
        assert [one for one in heard(sender) if one != METER] == told
        sender.link.send(time.monotonic_ns(), b"\x90\x5e\x7f", 1)
        wait_until(lambda: daw.heard == [b"\x90\x5e\x7f"])


def test_a_daw_that_goes_and_comes_is_heard_again(server: JackServer) -> None:
    """Its named port goes, is missed, and is connected both ways when it is back."""
    settings = SenderSettings("jack", "control in", hears=True)
    with contextlib.ExitStack() as stack:
        with speaker_on(server):
            sender = stack.enter_context(sender_at_work(settings))
            wait_until(lambda: sources(sender) == ("daw:control out",))
        sender.wait_for(PortLost)
        with speaker_on(server) as daw:
            sender.wait_for(PortBack)
            wait_until(lambda: sources(sender) == ("daw:control out",))
            daw.say(LIGHT)
            wait_until(lambda: heard(sender) == [LIGHT])


def test_a_successor_hears_who_was_heard(server: JackServer) -> None:
    """On our own ports too, where nobody would connect them a second time."""
    with speaker_on(server) as daw:
        with sender_at_work(HEARING) as sender:
            daw.connect()
            wait_until(lambda: sources(sender) == ("daw:control out",))
            (*_, newest) = (one for one in sender.said if isinstance(one, PeersChanged))
        with sender_at_work(HEARING.after(newest)) as successor:
            wait_until(lambda: sources(successor) == ("daw:control out",))
            daw.say(LIGHT)
            wait_until(lambda: heard(successor) == [LIGHT])


def test_the_foot_controller_is_heard_beside_the_daw(server: JackServer) -> None:
    """Under its own role, whether the DAW is there or not; it goes, and is heard again."""
    settings = SenderSettings("jack", "nobody", pedals_port="fcb")
    with sender_at_work(settings) as sender:
        sender.wait_for(PedalsLost)
        for count in (1, 2):
            with speaker_on(server, "fcb1010") as pedals:
                assert sender.wait_for(PedalsBack, count)[0].port == "fcb1010:control out"
                pedals.say(b"\xc0\x03")
                wait_until(lambda count=count: heard(sender, Role.PEDALS) == [b"\xc0\x03"] * count)  # type: ignore[misc]
            sender.wait_for(PedalsLost, count + 1)


class Conversing:
    """A seat that talks to an Ardour, polled as the owner does, and what it has told."""

    def __init__(self) -> None:
        settings = SenderSettings("jack", "control in")
        self.seat = SenderSeat(settings, Conversation(find_profile("ardour", None)))
        self.told: list[Event] = []

    def has_told(self, is_it: Callable[[Event], bool], after: int = 0) -> bool:
        """Return whether something was told by now, after the first so many events."""
        self.told += self.seat.poll()
        return any(is_it(event) for event in self.told[after:])

    def wait_for(self, is_it: Callable[[Event], bool], after: int = 0) -> None:
        """Wait until something was told."""
        wait_until(lambda: self.has_told(is_it, after))


def is_well(event: Event) -> bool:
    """Tell whether the way to the DAW is there, both ways."""
    return isinstance(event, PartReported) and event.state is PartState.OK


def does(transport: DawTransport) -> Callable[[Event], bool]:
    """Return what tells whether the DAW does this."""
    return lambda event: isinstance(event, DawHeard) and event.transport is transport


def test_a_seat_talks_to_a_daw_that_is_unplugged_and_comes_back(server: JackServer) -> None:
    """Greeted, heard, told to stop; gone, and back: greeted anew, and what it does is known again."""
    conversing = Conversing()
    with contextlib.ExitStack() as stack:
        stack.callback(conversing.seat.close)
        with speaker_on(server) as daw:
            conversing.seat.start()
            conversing.wait_for(is_well)
            wait_until(lambda: conversing.has_told(is_well) and bool(daw.heard))
            assert daw.heard[0].startswith(GREETING)
            daw.say(LIGHT, PLAY_LIGHT)
            conversing.wait_for(does(DawTransport.RECORDING))
            conversing.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.STOP))
            conversing.wait_for(lambda event: isinstance(event, DawTold))
            wait_until(lambda: daw.heard[-2:] == [b"\x90\x5d\x7f", b"\x90\x5d\x00"])
        gone = len(conversing.told)
        conversing.wait_for(
            lambda event: isinstance(event, PartReported) and event.state is PartState.FAULT, gone
        )
        assert not conversing.has_told(lambda event: isinstance(event, DawHeard), gone)
        with speaker_on(server) as daw:
            conversing.wait_for(is_well, gone)
            wait_until(lambda: conversing.has_told(is_well) and bool(daw.heard))
            assert daw.heard[0].startswith(GREETING)
            daw.say(LIGHT, PLAY_LIGHT)
            conversing.wait_for(does(DawTransport.RECORDING), gone)
