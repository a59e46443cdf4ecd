"""The OSC input hears a DAW over real UDP, asks it for its state, and hears nobody else."""

from __future__ import annotations

import queue
import socket
from typing import TYPE_CHECKING

import pytest

from countoff.config.load import Loaded
from countoff.config.model import Config
from countoff.core.daw import DawTransport
from countoff.core.events import DawHeard
from countoff.daw.finding import find_profile
from countoff.daw.osc.ears import ear_for
from countoff.daw.osc.input import OscInput
from countoff.daw.osc.listening import OscListener
from countoff.daw.osc.opening import osc_input
from countoff.daw.osc.packets import OscMessage, decode, encode
from countoff.daw.profile import OscWords
from countoff.midi.timecode import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import Event

DEADLINE_S = 20.0
STATE = ("/transport_play", "/rec_enable_toggle", "/record_tally")


@pytest.fixture
def daw() -> Iterator[socket.socket]:
    """A socket that plays Ardour's part."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as its_own:
        its_own.bind(("127.0.0.1", 0))
        its_own.settimeout(DEADLINE_S)
        yield its_own


def opened(
    daw: socket.socket, heard: queue.Queue[Event], said: list[str], port: int = 0
) -> OscInput:
    """Return an input that listens to that DAW."""
    listener = OscListener(ear_for(OscWords.ARDOUR, Rate.FPS_25))
    return OscInput(listener, daw.getsockname(), port, post=heard.put, say=said.append)


def next_word(heard: queue.Queue[Event]) -> DawTransport:
    """Return the next word that is posted."""
    while True:
        event = heard.get(timeout=DEADLINE_S)
        if isinstance(event, DawHeard) and event.transport is not None:
            return event.transport


def test_it_asks_and_hears(daw: socket.socket) -> None:
    """The DAW is asked for its state, answers to where that came from, and its words are posted."""
    heard: queue.Queue[Event] = queue.Queue()
    listening = opened(daw, heard, [])
    listening.start()
    try:
        packet, asker = daw.recvfrom(1000)
        assert decode(packet) == (OscMessage("/set_surface", (1, 1, 88, 0)),)
        for address in STATE:
            daw.sendto(encode(OscMessage(address, (1,))), asker)
        assert next_word(heard) is DawTransport.RECORDING
        listening.tell_again()
        assert next_word(heard) is DawTransport.RECORDING
        daw.sendto(encode(OscMessage("/transport_play", (0,))), asker)
        assert next_word(heard) is DawTransport.ARMED
    finally:
        listening.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as after:
        after.bind(asker)


def test_what_another_machine_says_is_thrown_away(daw: socket.socket) -> None:
    """Only the configured DAW is believed."""
    heard: queue.Queue[Event] = queue.Queue()
    listening = opened(daw, heard, [])
    listening.start()
    try:
        _, asker = daw.recvfrom(1000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            for address in STATE:
                stranger.sendto(encode(OscMessage(address, (1,))), asker)
        for address in STATE:
            daw.sendto(encode(OscMessage(address, (0,))), asker)
        assert next_word(heard) is DawTransport.STOPPED
    finally:
        listening.stop()


def test_a_port_that_is_taken_is_said_and_waited_for(daw: socket.socket) -> None:
    """The fault is one sentence; once the port is free it is used."""
    said: queue.Queue[str] = queue.Queue()
    heard: queue.Queue[Event] = queue.Queue()
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    listener = OscListener(ear_for(OscWords.ARDOUR, Rate.FPS_25))
    listening = OscInput(listener, daw.getsockname(), port, post=heard.put, say=said.put)
    listening.start()
    try:
        sentence = said.get(timeout=DEADLINE_S)
        assert sentence.startswith(f"OSC cannot be heard on UDP port {port}: ")
        taken.close()
        assert daw.recvfrom(1000)[1] == ("127.0.0.1", port)
    finally:
        listening.stop()
    assert said.empty()


def test_nobody_at_the_other_end_is_no_fault(daw: socket.socket) -> None:
    """A DAW that is not running yet is asked again, and the input lives on."""
    heard: queue.Queue[Event] = queue.Queue()
    said: list[str] = []
    address = daw.getsockname()
    daw.close()
    listener = OscListener(ear_for(OscWords.ARDOUR, Rate.FPS_25))
    listening = OscInput(listener, address, 0, post=heard.put, say=said.append)
    listening.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
            late.bind(address)
            late.settimeout(DEADLINE_S)
            assert decode(late.recvfrom(1000)[0])[0].address == "/set_surface"
    finally:
        listening.stop()
    assert said == []


def test_only_a_daw_that_answers_by_osc_is_listened_to() -> None:
    """The profile decides; the configuration says where the DAW is."""
    config = Config.model_validate({"daw": {"osc": "10.0.0.9:8000", "osc_port": 9001}})
    by_lights = Loaded(config, (), None, profile=find_profile("ardour", None))
    by_osc = Loaded(config, (), None, profile=find_profile("ardour-osc", None))

    assert osc_input(by_lights, lambda _: None, lambda _: None) is None
    listening = osc_input(by_osc, lambda _: None, lambda _: None)
    assert listening is not None
    assert listening.port == 9001
