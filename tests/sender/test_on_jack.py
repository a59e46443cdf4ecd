from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.sender.link import (
    Cell,
    NotSent,
    PortBack,
    PortLost,
    SenderFailed,
    SenderReady,
    SenderSettings,
    Sent,
)
from jack_ear import Recorder, recorder_on
from jack_server import RATE_HZ, JackServer
from sender_at_work import DEADLINE_S, MS, Said, SenderAtWork, sender_at_work, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.jack

TRIES = 10


@pytest.fixture
def sender(recorder: Recorder) -> Iterator[SenderAtWork]:
    """Return a sender that is connected to the recorder."""
    assert recorder.heard == []
    with sender_at_work(SenderSettings(backend="jack", port="recorder")) as sender:
        yield sender


def note(number: int) -> bytes:
    """Return a message that says its number."""
    return bytes((0x90, number, 1))


def test_every_byte_on_its_frame(recorder: Recorder, sender: SenderAtWork) -> None:
    """Each message comes in order, on the frame that JACK's counter reads at its host time.

    Proved here: all within eight frames (a sixth of a millisecond), half of them within two. The
    dummy driver has no crystal and, on a busy machine, may wander further than that while a line
    is drawn; so one try of ten has to show it. On a steady server it is one frame:
    test_cycle_clock.
    """
    worst_frames = []
    for _ in range(TRIES):
        recorder.wait_for_frames(RATE_HZ)  # so that the sender knows the server's clock
        recorder.forget()
        sender.forget()
        start_ns = time.monotonic_ns() + 200 * MS
        # Not in step with cycles; every fourth shares its moment with the one before.
        due_ns = [start_ns + (number - (number % 4 == 3)) * 7_123_457 for number in range(100)]
        for number, at_ns in enumerate(due_ns):
            sender.link.send(at_ns, note(number), number)
        sent = sender.wait_for(Sent, 100)
        recorder.wait_for_frames(RATE_HZ // 10)
        assert [one.id for one in sent] == list(range(100))
        assert recorder.has_heard([note(number) for number in range(100)])
        if len(recorder.heard) < 100:
            continue
        heard_frames = np.array([frame for frame, _ in recorder.heard])
        error_frames = np.abs(heard_frames - recorder.frames_at(due_ns))
        # What it says of itself is what the recorder heard.
        said_frames = np.abs(heard_frames - recorder.frames_at([one.sent_ns for one in sent]))
        worst_frames.append(max(error_frames.max(), said_frames.max()))
        if worst_frames[-1] <= 8 and np.median(error_frames) <= 2:
            return
    pytest.fail(f"the worst of each try was off by {worst_frames} frames")


def test_past_due_is_placed_at_once(recorder: Recorder, sender: SenderAtWork) -> None:
    """A message that comes past its time is on the cable in the next cycle, before later ones."""
    now_ns = time.monotonic_ns()
    sender.link.send(now_ns + 90 * MS, note(2), 2)
    sender.link.send(now_ns - 500 * MS, note(1), 1)
    first, second = sender.wait_for(Sent, 2)
    recorder.wait_for_frames(RATE_HZ // 10)
    assert recorder.has_heard([note(1), note(2)])
    assert (first.id, second.id) == (1, 2)
    assert now_ns < first.handed_ns < second.sent_ns


def test_drop_reaches_the_callback(recorder: Recorder, sender: SenderAtWork) -> None:
    """What was handed to JACK's thread and waits for its frame is dropped too."""
    now_ns = time.monotonic_ns()
    for number in range(20):
        sender.link.send(now_ns + 95 * MS, note(number), number)
    sender.link.send(now_ns + 300 * MS, note(20), 20)
    sender.link.drop()
    sender.link.send(now_ns + 120 * MS, note(99), 99)
    assert [one.id for one in sender.wait_for(Sent)] == [99]
    recorder.wait_for_frames(RATE_HZ // 2)
    assert recorder.has_heard([note(99)])
    assert sender.link.cell(Cell.DROPPED) == 21


def test_nothing_is_sent_without_a_controller(recorder: Recorder, sender: SenderAtWork) -> None:
    """A sender whose controller goes away ends, and sends nothing: no stop, and no rest."""
    now_ns = time.monotonic_ns()
    sender.link.send(now_ns + 90 * MS, note(1), 1)
    sender.link.send(now_ns + 400 * MS, note(2), 2)
    sender.link.child.socket.close()
    assert sender.link.child.gone_within(0.5)
    recorder.wait_for_frames(RATE_HZ)
    assert recorder.heard == []


class HungError(Exception):
    """The sender's process stands still: its heart beats no more."""


def test_server_killed_and_restarted(server: JackServer) -> None:
    """A server that dies is told; what is due meanwhile is not sent; back, the port is too.

    libjack may hang for ever in a client whose server was killed. The sender's seat replaces a
    process without heartbeat; here, without a seat, another one is tried.
    """
    for _ in range(TRIES):
        with contextlib.suppress(HungError):
            live_through_a_killed_server(server)
            return
        server.end()
        server.start()
    pytest.fail(f"In {TRIES} tries libjack hung whenever the server was killed.")


def live_through_a_killed_server(server: JackServer) -> None:
    """Kill and restart the server beside a sender. Raises HungError where libjack hangs."""
    with contextlib.ExitStack() as stack:
        # It leaves before the server dies: libjack in this process would not survive that.
        first = stack.enter_context(recorder_on(server))
        sender = stack.enter_context(sender_at_work(SenderSettings("jack", "recorder")))
        (ready,) = sender.wait_for(SenderReady)
        assert (ready.backend, ready.port, ready.virtual) == ("jack", "recorder:in", False)
        first.close()
        server.kill()
        wait_until(lambda: "No JACK server answers." in sentences(alive(sender)))
        sender.link.send(time.monotonic_ns() + 20 * MS, note(1), 1)
        wait_until(lambda: bool(said(alive(sender), NotSent)))
        assert said(sender, NotSent)[0].id == 1
        server.start()
        recorder = stack.enter_context(recorder_on(server))
        wait_until(lambda: bool(said(alive(sender), PortBack)))
        assert said(sender, PortBack)[0].port == "recorder:in"
        say_until_heard(sender, recorder, note(2))
        assert {message for _, message in recorder.heard} == {note(2)}
        assert sender.link.cell(Cell.NOT_SENT) == 1
        recorder.close()


def alive(sender: SenderAtWork) -> SenderAtWork:
    """Return it, where its process goes on. Raises HungError where it stands still for a second."""
    if time.monotonic_ns() - sender.link.cell(Cell.HEARTBEAT_NS) > 1000 * MS:
        raise HungError
    return sender


def said(sender: SenderAtWork, kind: type[Said]) -> list[Said]:
    """Return all of `kind` that it has said."""
    sender.said += sender.link.poll()
    return [report for report in sender.said if isinstance(report, kind)]


def say_until_heard(sender: SenderAtWork, recorder: Recorder, message: bytes) -> None:
    """Send `message` until the recorder hears it: a busy server may lose one."""

    def is_heard() -> bool:
        sender.link.send(time.monotonic_ns() + 10 * MS, message, 7)
        recorder.wait_for_frames(RATE_HZ // 20)
        return bool(recorder.heard)

    wait_until(is_heard)


def sentences(sender: SenderAtWork) -> list[str]:
    """Return what the sender has said about lost ports."""
    return [report.sentence for report in said(sender, PortLost)]


def test_port_goes_and_comes(server: JackServer) -> None:
    """A port that goes is told by name, and connected again when it is back."""
    with recorder_on(server):
        sender_stack = contextlib.ExitStack()
        sender = sender_stack.enter_context(sender_at_work(SenderSettings("jack", "recorder")))
    with sender_stack:
        assert sender.wait_for(PortLost)[0].sentence == 'MIDI port "recorder:in" has gone.'
        with recorder_on(server) as recorder:
            sender.wait_for(PortBack)
            say_until_heard(sender, recorder, note(1))


@pytest.fixture
def stopped_server(server: JackServer, recorder: Recorder) -> Iterator[JackServer]:
    """Return a server that has just stopped in its tracks."""
    recorder.wait_for_frames(RATE_HZ // 10)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield server
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_server_hangs(recorder: Recorder, sender: SenderAtWork, stopped_server: JackServer) -> None:
    """A server that stops in its tracks is told; what was due meanwhile never comes late."""
    # Handed at once to JACK's thread, which does not run.
    sender.link.send(time.monotonic_ns() + 90 * MS, note(1), 1)
    assert sender.wait_for(PortLost)[0].sentence == "The JACK server has stopped answering."
    os.kill(stopped_server.pid, signal.SIGCONT)
    sender.wait_for(PortBack)
    assert sender.wait_for(NotSent)[0].id == 1
    recorder.wait_for_frames(RATE_HZ // 10)
    assert recorder.heard == []


def test_server_hangs_for_long(sender: SenderAtWork, stopped_server: JackServer) -> None:
    """A sender whose server never answers again says so and ends, for another to try."""
    assert stopped_server.pid
    assert sender.wait_for(SenderFailed)[0].sentence == "The JACK server has stopped answering."
    assert sender.link.child.gone_within(DEADLINE_S)


def test_own_port_is_offered(recorder: Recorder) -> None:
    """Where no port is named, others find the unit's own, and what they connect is heard."""
    with sender_at_work(SenderSettings("jack")) as sender:
        assert sender.wait_for(SenderReady)[0].port == "Countoff:DAW"
        recorder.connect_from("Countoff:DAW")
        say_until_heard(sender, recorder, note(1))


def test_replaced_sender_takes_the_same_name(recorder: Recorder, sender: SenderAtWork) -> None:
    """A sender that takes the place of a killed one has its name, and the same connection."""
    sender.link.kill()
    with sender_at_work(SenderSettings("jack", "recorder")) as successor:
        say_until_heard(successor, recorder, note(3))
        assert recorder.talkers() == ["Countoff:DAW"]


@pytest.mark.skipif(Path("/dev/snd/seq").exists(), reason="auto takes the ALSA sequencer here")
def test_auto(server: JackServer) -> None:
    """Without an ALSA sequencer JACK is taken where a server answers, and else no port."""
    with sender_at_work(SenderSettings("auto")) as sender:
        assert sender.wait_for(SenderReady)[0].backend == "jack"
    server.end()
    with sender_at_work(SenderSettings("auto")) as sender:
        assert sender.wait_for(SenderReady)[0].backend == "none"
