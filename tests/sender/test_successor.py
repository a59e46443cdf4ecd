from __future__ import annotations

import os
import select
import signal
import time
from typing import TYPE_CHECKING

import pytest

from countoff.config.load import default_profile
from countoff.core.actions import DawCommand, TellDaw
from countoff.core.events import DawNotTold, Mishap, PartReported, PartState
from countoff.daw.conversation import Conversation
from countoff.sender import seat as seat_module
from countoff.sender.link import SenderLink, SenderSettings
from countoff.sender.seat import SenderSeat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.events import Event

DEADLINE_S = 30
MS = 1_000_000


class Watched:
    """A seat, polled as the owner does, and all that it has said."""

    def __init__(self, seat: SenderSeat) -> None:
        self.seat = seat
        self.said: list[Event] = []

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Poll the seat until something is so."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not is_so():
            assert time.monotonic() < deadline_s, self.said
            select.select([fd for fd in self.seat.descriptors() if fd >= 0], [], [], 0.01)
            self.said += self.seat.poll()

    def states(self) -> list[PartState]:
        """Return what it has said of the DAW."""
        return [event.state for event in self.said if isinstance(event, PartReported)]

    def mishaps(self) -> list[str]:
        """Return what went wrong with a command that was sent."""
        return [event.kind for event in self.said if isinstance(event, Mishap)]

    def not_told(self) -> list[DawCommand]:
        """Return the commands that were given up."""
        return [event.command for event in self.said if isinstance(event, DawNotTold)]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A seat whose sender is ready; it has no port, and says what it would have sent."""
    seat = SenderSeat(SenderSettings(backend="none"), Conversation(default_profile()))
    seat.start()
    watched = Watched(seat)
    watched.wait_until(lambda: watched.states() == [PartState.VIRTUAL])
    yield watched
    seat.close()


def _sender(watched: Watched) -> SenderLink:
    link = watched.seat._sender
    assert link is not None
    return link


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
def test_a_command_goes_out_through_the_successor(watched: Watched, sign: signal.Signals) -> None:
    """What is due while the sender is dead or hangs is sent by the next one, once, as late."""
    os.kill(_sender(watched).pid, sign)
    watched.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.RECORD))
    watched.wait_until(lambda: len(watched.seat.sent) > 0)
    assert watched.states() == [PartState.VIRTUAL, PartState.FAULT, PartState.VIRTUAL]
    assert watched.mishaps() == ["late midi"]
    assert len(watched.seat.sent) == 1


def test_what_is_dropped_does_not_go_to_the_successor(watched: Watched) -> None:
    """A take that is given up while the sender is dead leaves no command behind."""
    os.kill(_sender(watched).pid, signal.SIGSTOP)
    watched.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.RECORD))
    watched.seat.drop()
    watched.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.STOP))
    watched.wait_until(lambda: len(watched.seat.sent) > 0)
    watched.wait_until(lambda: watched.states()[-1] is PartState.VIRTUAL)
    # Stopping is two messages, and recording would have been a third.
    watched.wait_until(lambda: len(watched.seat.sent) == 2)


def test_a_stale_command_is_not_sent(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was due too long ago is told as never sent, and no surprise for the DAW."""
    monkeypatch.setattr(seat_module, "_STALE_NS", 0)
    os.kill(_sender(watched).pid, signal.SIGSTOP)
    watched.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.STOP))
    watched.wait_until(lambda: watched.states()[-2:] == [PartState.FAULT, PartState.VIRTUAL])
    assert watched.not_told() == [DawCommand.STOP]
    watched.seat.tell(TellDaw(time.monotonic_ns(), DawCommand.RECORD))
    watched.wait_until(lambda: len(watched.seat.sent) == 1)


def test_a_system_without_room_for_a_process_is_waited_for(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no process can be started the box says so and goes on trying."""

    def no_room(_link: SenderLink) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(SenderLink, "start", no_room)
    _sender(watched).kill()
    watched.wait_until(lambda: watched.states()[1:] == [PartState.FAULT, PartState.FAULT])
    monkeypatch.undo()
    watched.wait_until(lambda: watched.states()[-1] is PartState.VIRTUAL)


def test_a_sender_that_opens_slowly_is_not_taken_for_hung() -> None:
    """However long its port takes to open, its silence counts from when it is ready."""
    seat = SenderSeat(SenderSettings(backend="none"), Conversation(default_profile()))
    seat.start()
    watched = Watched(seat)
    first = _sender(watched)
    os.kill(first.pid, signal.SIGSTOP)
    opened_ns = time.monotonic_ns() + 2 * seat_module.SILENT_NS
    watched.wait_until(lambda: time.monotonic_ns() > opened_ns)
    os.kill(first.pid, signal.SIGCONT)
    watched.wait_until(lambda: bool(watched.states()))
    watched.wait_until(lambda: first.heartbeat_ns() > 0)
    assert watched.states() == [PartState.VIRTUAL]
    assert _sender(watched) is first
    seat.close()
