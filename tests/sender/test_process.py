from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

import countoff
from countoff.processes.wire import PeerGoneError
from countoff.sender.link import Cell, SenderFailed, SenderLink, SenderReady, SenderSettings, Sent
from sender_at_work import DEADLINE_S, MS, SenderAtWork, sender_at_work, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

# The design's promise: what is left alone ends within this time.
GONE_WITHIN_S = 0.5

PARENT = """
import sys, time
from countoff.sender.link import SenderLink, SenderSettings
link = SenderLink(SenderSettings(backend="none"))
link.start()
while not link.poll():
    time.sleep(0.01)
print(link.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def sender() -> Iterator[SenderAtWork]:
    """Return a sender that nobody hears."""
    with sender_at_work(SenderSettings(backend="none")) as sender:
        yield sender


def test_ready_says_how_things_are(sender: SenderAtWork) -> None:
    """A unit without MIDI says that nobody hears it, and its heart beats."""
    (ready,) = sender.wait_for(SenderReady)
    assert (ready.backend, ready.virtual) == ("none", True)
    first_ns = sender.link.heartbeat_ns()
    wait_until(lambda: sender.link.heartbeat_ns() > first_ns)
    assert sender.link.is_alive()


def test_in_order_and_never_early(sender: SenderAtWork) -> None:
    """Messages leave by their times, then by arrival, none before its time and none lost."""
    dice = random.Random(5)
    start_ns = time.monotonic_ns() + 100 * MS
    due_ns = [start_ns + dice.randrange(60) * 5 * MS for _ in range(300)]
    for message_id, at_ns in enumerate(due_ns):
        sender.link.send(at_ns, b"\xf0\x7f\x7f\x06\x01\xf7", message_id)
    sent = sender.wait_for(Sent, 300)
    assert [one.id for one in sent] == sorted(range(300), key=lambda index: (due_ns[index], index))
    assert [one.due_ns for one in sent] == sorted(due_ns)
    assert all(one.sent_ns >= one.due_ns for one in sent)
    assert sender.link.cell(Cell.SENT) == 300


def test_past_due_leaves_at_once(sender: SenderAtWork) -> None:
    """What comes past its time leaves at once, the oldest first, before what is due later."""
    now_ns = time.monotonic_ns()
    sender.link.send(now_ns + 150 * MS, b"\xfa", 1)
    sender.link.send(now_ns - 50 * MS, b"\xfb", 2)
    sender.link.send(now_ns - 80 * MS, b"\xfc", 3)
    sent = sender.wait_for(Sent, 3)
    assert sent[-1].id == 1
    assert {one.id for one in sent[:2]} == {2, 3}
    # That they came late is not the sender's doing.
    assert sender.link.cell(Cell.WORST_LATE_NS) < 50 * MS


def test_dropped_is_never_sent(sender: SenderAtWork) -> None:
    """After a drop nothing leaves that came before it; what comes after it does."""
    soon_ns = time.monotonic_ns() + 300 * MS
    for message_id in range(10):
        sender.link.send(soon_ns, b"\xfa", message_id)
    sender.link.drop()
    sender.link.send(soon_ns + 50 * MS, b"\xfc", 99)
    assert [one.id for one in sender.wait_for(Sent)] == [99]
    assert sender.link.cell(Cell.DROPPED) == 10
    assert sender.link.cell(Cell.SENT) == 1


def test_controller_closes(sender: SenderAtWork) -> None:
    """A sender whose controller closes its end is gone within half a second."""
    sender.link.send(time.monotonic_ns() + 100 * MS, b"\xfa", 1)
    sender.link.child.socket.close()
    assert sender.link.child.gone_within(GONE_WITHIN_S)
    assert sender.link.cell(Cell.SENT) == 0


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, reaped by whoever inherited it or not."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_controller_is_killed() -> None:
    """A sender whose controller is killed is gone within half a second."""
    env = {**os.environ, "PYTHONPATH": str(Path(countoff.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env=env
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        wait_until(lambda: is_gone(pid), GONE_WITHIN_S)


def test_stopped_process_has_no_heartbeat(sender: SenderAtWork) -> None:
    """A sender that hangs is seen by its heartbeat, and beats again when it goes on."""
    os.kill(sender.link.pid, signal.SIGSTOP)
    state = Path(f"/proc/{sender.link.pid}/stat")
    wait_until(lambda: ") T " in state.read_text())
    stopped_ns = sender.link.heartbeat_ns()
    wait_until(lambda: time.monotonic_ns() - sender.link.heartbeat_ns() > 300 * MS)
    assert sender.link.heartbeat_ns() == stopped_ns
    os.kill(sender.link.pid, signal.SIGCONT)
    wait_until(lambda: sender.link.heartbeat_ns() > stopped_ns)


def test_sender_dies(sender: SenderAtWork) -> None:
    """A dead sender is noticed by whoever speaks or listens to it."""
    os.kill(sender.link.pid, signal.SIGKILL)
    assert sender.link.child.gone_within(DEADLINE_S)
    assert not sender.link.is_alive()
    with pytest.raises(PeerGoneError):
        sender.link.poll()
    with pytest.raises(PeerGoneError):
        sender.link.send(0, b"\xfa", 1)


def test_unknown_backend() -> None:
    """A back end that does not exist is a sentence, and the process ends."""
    link = SenderLink(SenderSettings(backend="coremidi"))
    link.start()
    sender = SenderAtWork(link)
    (failed,) = sender.wait_for(SenderFailed)
    assert failed.sentence.startswith('MIDI back end "coremidi" is unknown; auto, alsa')
    assert link.child.gone_within(DEADLINE_S)
    link.kill()


def test_not_started() -> None:
    """A link that has not been started says so."""
    with pytest.raises(RuntimeError, match="has not been started"):
        SenderLink(SenderSettings()).poll()
