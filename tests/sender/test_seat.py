"""The sender's seat with real senders in it: what the rules are told of the DAW."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import psutil
import pytest

from countoff.config.load import default_profile
from countoff.core.actions import DawCommand, StartClock, StopClock, TellDaw
from countoff.core.events import DawNotTold, Mishap, Part, PartReported, PartState
from countoff.core.grid import Grid
from countoff.core.midi_clock import ClockOpening, opening_stretch
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.timebase import ClockFit
from countoff.daw.conversation import Conversation
from countoff.sender.link import SenderSettings
from countoff.sender.seat import SenderSeat
from jack_ear import Recorder, recorder_on
from jack_server import RATE_HZ
from sender_at_work import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import Event
    from jack_server import JackServer

OWN_PORT = "Countoff:DAW"
RECORD = bytes.fromhex("f07f7f0606f7")
RECORD_EXIT = bytes.fromhex("f07f7f0607f7")
STOP = bytes.fromhex("f07f7f0601f7")
CLOCK_GRID = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(240)))], None), RATE_HZ, Fraction(0))
E = TypeVar("E")


class Seated:
    """A seat that is polled, and all that it has told."""

    def __init__(self, seat: SenderSeat, part: Part) -> None:
        self._part = part
        self.seat = seat
        self.told: list[Event] = []

    def tell(self, command: DawCommand) -> int:
        """Have the DAW told now; return the moment."""
        at_ns = time.monotonic_ns()
        self.seat.tell(TellDaw(at_ns, command))
        return at_ns

    def of(self, kind: type[E]) -> list[E]:
        """Return what it has told of one kind so far."""
        self.told += self.seat.poll()
        return [event for event in self.told if isinstance(event, kind)]

    def has_sent(self, count: int) -> bool:
        """Return whether so many messages have left by now."""
        self.told += self.seat.poll()
        return len(self.seat.sent) >= count

    def wait_for_state(self, state: PartState) -> str:
        """Wait until the DAW's newest state is this; return its sentence."""
        wait_until(lambda: bool(self.of(PartReported)) and self._newest().state is state)
        return self._newest().sentence

    def _newest(self) -> PartReported:
        newest = self.of(PartReported)[-1]
        assert newest.part is self._part
        return newest

    def kill_sender(self) -> None:
        """Kill the sender as the system would, and wait until its death is told."""
        (sender,) = (
            child
            for child in psutil.Process().children()
            if child.status() != psutil.STATUS_ZOMBIE and "countoff.sender" in child.cmdline()
        )
        faults = len([one for one in self.of(PartReported) if one.state is PartState.FAULT])
        os.kill(sender.pid, signal.SIGKILL)
        wait_until(
            lambda: (
                len([one for one in self.of(PartReported) if one.state is PartState.FAULT]) > faults
            )
        )


@contextlib.contextmanager
def seated(settings: SenderSettings, part: Part = Part.DAW) -> Iterator[Seated]:
    """Seat a sender for a while."""
    seat = SenderSeat(settings, Conversation(default_profile()), part)
    seat.start()
    try:
        yield Seated(seat, part)
    finally:
        seat.close()


def heard(recorder: Recorder) -> list[bytes]:
    """Return the bytes that were heard so far."""
    return [message for _, message in recorder.heard]


def test_a_command_without_a_port_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither byte of a stop leaves: the rules hear of one command, when it was due, and why."""
    pytest.importorskip("jack", exc_type=OSError)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "countoff-that-is-not-there")
    with seated(SenderSettings("jack", "recorder")) as seat:
        seat.wait_for_state(PartState.FAULT)
        record_ns = seat.tell(DawCommand.RECORD)
        stop_ns = seat.tell(DawCommand.STOP)
        wait_until(lambda: len(seat.of(DawNotTold)) >= 2)
        # A later command's report comes after all that there is of these two.
        seat.tell(DawCommand.RECORD)
        wait_until(lambda: len(seat.of(DawNotTold)) >= 3)
        first, second, _ = seat.of(DawNotTold)
        assert (first.command, first.due_ns) == (DawCommand.RECORD, record_ns)
        assert (second.command, second.due_ns) == (DawCommand.STOP, stop_ns)
        assert first.reason == "No JACK server answers."


@pytest.mark.jack
def test_a_port_that_nobody_hears_is_told(recorder: Recorder) -> None:
    """Nobody connected is a warning, and a command was not told; connected, all is well."""
    with seated(SenderSettings("jack")) as seat:
        assert seat.wait_for_state(PartState.WARNING) == (
            "No DAW is connected to Countoff:DAW; choose that port in the DAW,"
            " or name the DAW's own as midi.port."
        )
        seat.tell(DawCommand.RECORD)
        wait_until(lambda: len(seat.of(DawNotTold)) == 1)
        assert seat.of(DawNotTold)[0].reason == "Nobody is connected to Countoff:DAW."
        recorder.connect_from(OWN_PORT)
        seat.wait_for_state(PartState.OK)
        seat.tell(DawCommand.RECORD)
        wait_until(lambda: heard(recorder) == [RECORD])
        assert len(seat.of(DawNotTold)) == 1
        assert seat.of(Mishap) == []


@pytest.mark.jack
def test_a_killed_senders_successor_is_heard_by_the_same_daw(recorder: Recorder) -> None:
    """The DAW had connected itself once; the successor connects to it, and its stop is heard."""
    with seated(SenderSettings("jack")) as seat:
        seat.wait_for_state(PartState.WARNING)
        recorder.connect_from(OWN_PORT)
        seat.wait_for_state(PartState.OK)
        seat.tell(DawCommand.RECORD)
        wait_until(lambda: heard(recorder) == [RECORD])
        seat.kill_sender()
        seat.tell(DawCommand.STOP)
        seat.wait_for_state(PartState.OK)
        wait_until(lambda: seat.has_sent(3))
        recorder.wait_for_frames(RATE_HZ // 10)
        assert recorder.has_heard([RECORD, RECORD_EXIT, STOP])
        assert recorder.talkers() == [OWN_PORT]
        assert seat.of(DawNotTold) == []


@pytest.mark.jack
def test_a_daw_that_quits_is_connected_again_when_it_is_back(server: JackServer) -> None:
    """A DAW that has gone is a warning; started again it is connected by its name."""
    with seated(SenderSettings("jack")) as seat:
        seat.wait_for_state(PartState.WARNING)
        with recorder_on(server) as daw:
            daw.connect_from(OWN_PORT)
            seat.wait_for_state(PartState.OK)
        seat.wait_for_state(PartState.WARNING)
        # Also where the sender is another one by then.
        seat.kill_sender()
        seat.wait_for_state(PartState.WARNING)
        with recorder_on(server) as daw:
            seat.wait_for_state(PartState.OK)
            seat.tell(DawCommand.STOP)
            wait_until(lambda: heard(daw) == [RECORD_EXIT, STOP])


@pytest.mark.jack
def test_a_daw_that_was_taken_off_stays_off(recorder: Recorder) -> None:
    """Whom somebody disconnects while it is there is not connected again, by a successor either."""
    with seated(SenderSettings("jack")) as seat:
        seat.wait_for_state(PartState.WARNING)
        recorder.connect_from(OWN_PORT)
        seat.wait_for_state(PartState.OK)
        recorder.disconnect_from(OWN_PORT)
        seat.wait_for_state(PartState.WARNING)
        seat.kill_sender()
        seat.wait_for_state(PartState.WARNING)
        seat.tell(DawCommand.RECORD)
        wait_until(lambda: len(seat.of(DawNotTold)) == 1)
        assert recorder.talkers() == []


def start_clock(seat: Seated, recorder: Recorder) -> tuple[int, ...]:
    """Begin a clock half a second from now on the recorder's server; return its pulses' frames."""
    recorder.wait_for_frames(RATE_HZ // 2)
    before_ns, _, frame = recorder.readings[-1]
    fit = ClockFit(1, RATE_HZ, frame, before_ns, 0.0, 0, counts_server_frames=True)
    grid = replace(CLOCK_GRID, origin_frame=Fraction(frame + RATE_HZ // 2))
    stretch = opening_stretch(ClockOpening(0, 0, 0), grid, 120 * 960)
    seat.seat.do_clock(StartClock(fit, stretch))
    return stretch.frames


def pulses(recorder: Recorder) -> list[int]:
    """Return the frames of the pulses that were heard so far."""
    return [frame for frame, message in recorder.heard if message == b"\xf8"]


@pytest.mark.jack
def test_a_killed_senders_clock_goes_on(recorder: Recorder) -> None:
    """The successor sends what is still to come, on its own frames: no burst, nothing twice."""
    with seated(SenderSettings("jack", "recorder"), Part.CLOCK) as seat:
        seat.wait_for_state(PartState.OK)
        frames = start_clock(seat, recorder)
        wait_until(lambda: len(pulses(recorder)) >= 30)
        seat.kill_sender()
        gone = len(pulses(recorder))
        seat.wait_for_state(PartState.OK)
        wait_until(lambda: len(pulses(recorder)) >= gone + 60)
        seat.seat.do_clock(StopClock(time.monotonic_ns()))
        recorder.wait_for_frames(RATE_HZ // 10)
        wait_until(lambda: any(one.kind == "midi clock gap" for one in seat.of(Mishap)))
        assert heard(recorder).count(b"\xfa") == 1
        assert heard(recorder)[-1] == b"\xfc" or recorder.xruns
        assert len(set(pulses(recorder))) == len(pulses(recorder)) or recorder.xruns
        assert set(pulses(recorder)) <= set(frames) or recorder.xruns


@pytest.mark.jack
def test_a_clock_that_was_started_is_stopped_by_the_successor(recorder: Recorder) -> None:
    """A DAW that follows must not run on because the sender died just before the stop."""
    with seated(SenderSettings("jack", "recorder"), Part.CLOCK) as seat:
        seat.wait_for_state(PartState.OK)
        start_clock(seat, recorder)
        wait_until(lambda: len(pulses(recorder)) >= 30)
        seat.kill_sender()
        seat.seat.do_clock(StopClock(time.monotonic_ns()))
        seat.wait_for_state(PartState.OK)
        recorder.wait_for_frames(RATE_HZ // 2)
        words = [message for message in heard(recorder) if message != b"\xf8"]
        # A cycle that the server loses over a killed client may take a word along.
        assert words == [b"\xfa", b"\xfc"] or recorder.xruns


def test_no_midi_is_no_clock() -> None:
    """Where there is no back end the clock says so, under its own name."""
    with seated(SenderSettings("none"), Part.CLOCK) as seat:
        sentence = seat.wait_for_state(PartState.VIRTUAL)
        assert sentence == "There is no MIDI here: there is no clock."


def test_the_ports_offset_is_added() -> None:
    """What is told at a moment is due so much later."""
    with seated(SenderSettings("none", offset_ns=3_000_000)) as seat:
        seat.wait_for_state(PartState.VIRTUAL)
        told_ns = seat.tell(DawCommand.RECORD)
        wait_until(lambda: seat.has_sent(1))
        assert seat.seat.sent[0].due_ns == told_ns + 3_000_000
