from __future__ import annotations

import contextlib
import threading
import time
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from countoff.core.actions import ClockAction, StartClock, StopClock
from countoff.core.grid import Grid
from countoff.core.midi_clock import ClockOpening, opening_stretch
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.timebase import ClockFit
from countoff.processes import wire
from countoff.processes.realtime import Granted
from countoff.sender import loop as loop_module
from countoff.sender.alsa import AlsaPort
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.counters import CELLS, Cell, lateness_histogram
from countoff.sender.loop import SenderLoop
from countoff.sender.reports import NotSent, PortBack, PortLost, SenderReady, Sent, reports_in
from rtmidi_sequencer import Sequencer
from sender_at_work import DEADLINE_S, MS, SenderAtWork, wait_until

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from types import ModuleType

    from countoff.processes.child import Counters
    from countoff.sender.link import SenderLink
    from countoff.sender.reports import Report


class Controller:
    """The other end of a loop that runs in this process."""

    def __init__(self, end: socket.socket, counters: Counters) -> None:
        self._end = end
        self._inbox = wire.Inbox(end)
        self.counters = counters

    def send(self, at_ns: int, message: bytes, message_id: int) -> None:
        """Have a message sent."""
        values = {"at_ns": at_ns, "id": message_id, "hex": message.hex()}
        wire.send(self._end, wire.Message("send", values))

    def order(self, message: wire.Message) -> None:
        """Send any other message."""
        wire.send(self._end, message)

    def poll(self) -> tuple[Report, ...]:
        """Return what the loop has said."""
        return tuple(report for message in self._inbox.receive() for report in reports_in(message))

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._end.fileno()


@contextlib.contextmanager
def loop_on(sequencer: Sequencer, wanted: str) -> Iterator[SenderAtWork]:
    """Run a loop on an ALSA sequencer in a thread until its controller goes."""
    ours, theirs = wire.socket_pair()
    counters = np.zeros(CELLS, dtype=np.int64)
    library = cast("ModuleType", sequencer)
    port = AlsaPort(
        client_name="Countoff",
        port_name="DAW",
        wanted=wanted,
        library=library,
        device=sequencer.device,
    )

    def run() -> None:
        with contextlib.suppress(wire.PeerGoneError):
            loop = SenderLoop(theirs, counters, port)
            loop.run(lambda: Granted(fifo=False, memory_locked=False))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield SenderAtWork(cast("SenderLink", Controller(ours, counters)))
    finally:
        ours.close()
        thread.join(DEADLINE_S)
        theirs.close()
        assert not thread.is_alive()


def test_port_missing_at_the_start() -> None:
    """A port that is not there yet is told after ready; what falls due is given up, not kept."""
    sequencer = Sequencer("Through:Through 14:0")
    with loop_on(sequencer, "Fireface") as sender:
        sender.wait_for(PortLost)
        assert [type(report) for report in sender.said] == [SenderReady, PortLost]
        sender.link.send(time.monotonic_ns(), b"\xfa", 1)
        assert sender.wait_for(NotSent)[0].id == 1
        sequencer.ports.append("Fireface:Fireface MIDI 1 28:0")
        assert sender.wait_for(PortBack)[0].port == "Fireface:Fireface MIDI 1"
        sender.link.send(time.monotonic_ns(), b"\xfc", 2)
        assert sender.wait_for(Sent)[0].id == 2
    assert sequencer.heard == [("Fireface:Fireface MIDI 1 28:0", b"\xfc")]


def test_port_pulled_and_pushed_in_again() -> None:
    """A pulled port is told once for each reason; what is due after it is back still leaves."""
    sequencer = Sequencer("Fireface:Fireface MIDI 1 28:0")
    with loop_on(sequencer, "Fireface") as sender:
        sender.wait_for(SenderReady)
        sequencer.ports.clear()
        lost = sender.wait_for(PortLost, 2)
        assert [one.sentence for one in lost] == [
            'MIDI port "Fireface:Fireface MIDI 1" has gone.',
            'MIDI port "Fireface" is not there; there is no MIDI port at all.',
        ]
        sender.link.send(time.monotonic_ns() + 60_000 * MS, b"\xfa", 1)
        sequencer.ports.append("Fireface:Fireface MIDI 1 36:0")
        sender.wait_for(PortBack)
        sender.link.send(time.monotonic_ns() + 50 * MS, b"\xfc", 2)
        (sent,) = sender.wait_for(Sent)
        assert sent.id == 2
        assert sent.sent_ns >= sent.due_ns
    assert sequencer.heard == [("Fireface:Fireface MIDI 1 36:0", b"\xfc")]


def test_refused_message_is_not_sent_late() -> None:
    """What the port refuses is told as not sent, and does not come out when the port is back."""
    sequencer = Sequencer()
    with loop_on(sequencer, "") as sender:
        sender.wait_for(SenderReady)
        sequencer.refuses = True
        sender.link.send(time.monotonic_ns(), b"\xfa", 1)
        assert sender.wait_for(NotSent)[0].id == 1
        sequencer.refuses = False
        sender.wait_for(PortBack)
    assert sequencer.heard == []


def test_heart_beats_while_the_port_is_away() -> None:
    """A sender that waits for its port is alive."""
    with loop_on(Sequencer(), "Fireface") as sender:
        sender.wait_for(PortLost)
        controller = cast("Controller", sender.link)
        first_ns = int(controller.counters[Cell.HEARTBEAT_NS])
        wait_until(lambda: int(controller.counters[Cell.HEARTBEAT_NS]) > first_ns)


@pytest.mark.parametrize("late_ms", [0, 400])
def test_late_is_what_the_sender_is_late(late_ms: int) -> None:
    """A message that came past its time is no lateness of the sender's."""
    with loop_on(Sequencer(), "") as sender:
        sender.wait_for(SenderReady)
        sender.link.send(time.monotonic_ns() - late_ms * MS, b"\xfa", 1)
        (sent,) = sender.wait_for(Sent)
        controller = cast("Controller", sender.link)
        assert sent.sent_ns - sent.due_ns >= late_ms * MS
        assert controller.counters[Cell.SENT] == 1
        assert controller.counters[Cell.WORST_LATE_NS] < 400 * MS


PULSE_NS = 1_000_000_000 * 60 // 240 // 24
CLOCK_GRID = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(240)))], None), 48_000, Fraction(0))


class Clocked:
    """A clock at 240 quarter notes a minute on a loop, whose frame 0 comes so long after now."""

    def __init__(self, sender: SenderAtWork, after_ms: int, opening: ClockOpening) -> None:
        self.counters = cast("Controller", sender.link).counters
        self._end = cast("Controller", sender.link)
        self._orders = ClockOrders()
        begins_ns = time.monotonic_ns() + after_ms * MS
        fit = ClockFit(1, 48_000, 0, begins_ns, 0.0, 0)
        self.do(StartClock(fit, opening_stretch(opening, CLOCK_GRID, 60 * 960)))

    def do(self, action: ClockAction) -> None:
        """Order something."""
        self._end.order(self._orders.message_for(action))


def clock_bytes(sequencer: Sequencer) -> list[bytes]:
    """Return the bytes that were heard."""
    return [data for _, data in sequencer.heard]


def test_clock_on_alsa() -> None:
    """Position, Continue and pulses leave in order, each counted with its lateness, and the stop."""
    sequencer = Sequencer()
    with loop_on(sequencer, "") as sender:
        sender.wait_for(SenderReady)
        clock = Clocked(sender, 200, ClockOpening(0, 0, 300))
        wait_until(lambda: len(sequencer.heard) >= 50)
        clock.do(StopClock(time.monotonic_ns()))
        wait_until(lambda: clock_bytes(sequencer)[-1] == b"\xfc")
        heard = clock_bytes(sequencer)
    assert heard[:3] == [b"\xf2\x2c\x02", b"\xfb", b"\xf8"]
    assert set(heard[2:-1]) == {b"\xf8"}
    assert clock.counters[Cell.SENT] == len(heard)
    assert sum(lateness_histogram(clock.counters)) == len(heard)
    assert sender.said[1:] == []


def test_dropping_commands_leaves_the_clock() -> None:
    """What the DAW was still to be told is dropped; pulses go on."""
    sequencer = Sequencer()
    with loop_on(sequencer, "") as sender:
        sender.wait_for(SenderReady)
        Clocked(sender, 0, ClockOpening(0, 0, 0))
        sender.link.send(time.monotonic_ns() + 60_000 * MS, b"\x90\x01\x01", 1)
        cast("Controller", sender.link).order(wire.Message("drop"))
        wait_until(lambda: len(sequencer.heard) >= 30)
    assert b"\x90\x01\x01" not in clock_bytes(sequencer)


def test_no_burst_after_a_port_was_away() -> None:
    """Pulses of that time are given up and counted; Start is still sent, and pulses go on."""
    sequencer = Sequencer()
    with loop_on(sequencer, "Fireface") as sender:
        sender.wait_for(PortLost)
        clock = Clocked(sender, 0, ClockOpening(0, 0, 0))
        began_ns = time.monotonic_ns()
        sequencer.ports.append("Fireface:Fireface MIDI 1 28:0")
        sender.wait_for(PortBack)
        away_pulses = (time.monotonic_ns() - began_ns) // PULSE_NS
        wait_until(lambda: len(sequencer.heard) >= 40)
        heard = clock_bytes(sequencer)
    assert heard[0] == b"\xfa"
    assert set(heard[1:]) == {b"\xf8"}
    assert clock.counters[Cell.CLOCK_LOST] >= away_pulses - 5


def test_a_clock_may_begin_again_at_once() -> None:
    """A false start: stop, then the next clock's bytes only, whatever was under way."""
    sequencer = Sequencer()
    with loop_on(sequencer, "") as sender:
        sender.wait_for(SenderReady)
        clock = Clocked(sender, 0, ClockOpening(0, 0, 0))
        wait_until(lambda: len(sequencer.heard) >= 20)
        clock.do(StopClock(time.monotonic_ns()))
        fit = ClockFit(1, 48_000, 0, time.monotonic_ns() + 100 * MS, 0.0, 0)
        stretch = opening_stretch(ClockOpening(0, 0, 0), CLOCK_GRID, 960)
        clock.do(StartClock(fit, stretch))
        wait_until(lambda: clock_bytes(sequencer).count(b"\xfa") == 2)
        wait_until(lambda: clock_bytes(sequencer)[-24:] == [b"\xf8"] * 24)
    words = [data for data in clock_bytes(sequencer) if data != b"\xf8"]
    assert words == [b"\xfa", b"\xfc", b"\xfa"]


def test_what_has_come_back_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device or a server that comes cuts the wait for the next try short."""
    come = threading.Event()

    class Coming:
        def have_come(self, _now_ns: int) -> bool:
            is_new = come.is_set()
            come.clear()
            return is_new

    monkeypatch.setattr(loop_module, "Arrivals", Coming)
    monkeypatch.setattr(loop_module, "_FIRST_RETRY_NS", 3600 * 1000 * MS)
    sequencer = Sequencer()
    with loop_on(sequencer, "Fireface") as sender:
        sender.wait_for(PortLost)
        sequencer.ports.append("Fireface:Fireface MIDI 1 28:0")
        come.set()
        assert sender.wait_for(PortBack)[0].port == "Fireface:Fireface MIDI 1"
