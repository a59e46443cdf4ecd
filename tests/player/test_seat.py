from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import (
    AudioLost,
    ClockFitted,
    Part,
    PartReported,
    PartState,
    PlayerCounted,
)
from countoff.player import seat as seat_module
from countoff.player.finding import DeviceName
from countoff.player.link import Opened, OpenFailed, PlayerLink, PlayerSettings
from countoff.player.seat import PlayerSeat
from countoff.processes.child import Child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.events import Event

DEADLINE_S = 30
MS = 1_000_000


class Watched:
    """A seat, polled as the owner does, and all that it has said."""

    def __init__(self, seat: PlayerSeat) -> None:
        self.seat = seat
        self.said: list[Event] = []

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Poll the seat until something is so."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not is_so():
            assert time.monotonic() < deadline_s, self.said
            select.select([fd for fd in self.seat.descriptors() if fd >= 0], [], [], 0.01)
            self.said += self.seat.poll()

    def reports(self) -> list[PartReported]:
        """Return what it has said of the audio."""
        return [event for event in self.said if isinstance(event, PartReported)]

    def epochs(self) -> set[int]:
        """Return the streams whose clock was fitted."""
        return {event.fit.epoch for event in self.fitted()}

    def counted(self) -> list[PlayerCounted]:
        """Return every reading of the counters."""
        return [event for event in self.said if isinstance(event, PlayerCounted)]

    def fitted(self) -> list[ClockFitted]:
        """Return every fit of a stream's clock."""
        return [event for event in self.said if isinstance(event, ClockFitted)]


@pytest.fixture
def watch() -> Iterator[Callable[[PlayerSettings], Watched]]:
    """Start seats, and end them and their players afterwards."""
    seats: list[PlayerSeat] = []

    def start(settings: PlayerSettings) -> Watched:
        seat = PlayerSeat(settings)
        seats.append(seat)
        seat.start()
        return Watched(seat)

    yield start
    for seat in seats:
        seat.close()


def _pid(seat: PlayerSeat) -> int:
    link = seat._candidate or seat._player
    assert link is not None
    return link.child.pid


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
def test_a_player_is_replaced_on_a_new_epoch(
    watch: Callable[[PlayerSettings], Watched], sign: signal.Signals
) -> None:
    """A dead or hanging player is told as lost, and its successor is as virtual as it was asked."""
    watched = watch(PlayerSettings(is_virtual=True))
    watched.wait_until(lambda: watched.epochs() == {1})
    os.kill(_pid(watched.seat), sign)
    watched.wait_until(lambda: watched.epochs() == {1, 2})
    assert sum(isinstance(event, AudioLost) for event in watched.said) == 1
    assert [report.state for report in watched.reports()] == [
        PartState.VIRTUAL,
        PartState.FAULT,
        PartState.VIRTUAL,
    ]
    assert watched.reports()[2].sentence == "The configuration asks for the virtual output."
    # Asked for, it stands in for nothing; and it says how far ahead it is queued.
    for event in watched.fitted():
        assert not event.is_stand_in
        assert event.fit.notice_ns >= 40 * MS + 2 * 512 * 1000 * MS // 48_000


def test_what_is_counted_is_told_to_the_end_of_each_player(
    watch: Callable[[PlayerSettings], Watched],
) -> None:
    """Several times a second; of one that was killed once more just before its loss is told."""
    watched = watch(PlayerSettings(is_virtual=True))
    watched.wait_until(lambda: len(watched.counted()) >= 3)
    counts = [event.counts for event in watched.counted()]
    assert len({event.stream for event in watched.counted()}) == 1
    assert counts[-1].frames_delivered > counts[0].frames_delivered
    assert counts[-1].next_frame == counts[-1].frames_delivered + counts[-1].frames_lost
    spans_ns = [b.at_ns - a.at_ns for a, b in pairwise(watched.counted())]
    assert min(spans_ns) >= 250 * MS

    os.kill(_pid(watched.seat), signal.SIGKILL)
    watched.wait_until(lambda: any(isinstance(event, AudioLost) for event in watched.said))
    of_last = [one for one in watched.said if isinstance(one, PlayerCounted | AudioLost)]
    assert isinstance(of_last[-1], AudioLost)
    assert isinstance(of_last[-2], PlayerCounted)
    assert of_last[-2].counts.frames_delivered >= counts[-1].frames_delivered
    watched.wait_until(lambda: len({event.stream for event in watched.counted()}) == 2)


def test_an_output_that_hangs_while_it_opens_is_a_fault_and_tried_again(
    watch: Callable[[PlayerSettings], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual output sits in meanwhile, and nobody takes it for what is usual here."""
    monkeypatch.setattr(seat_module, "OPENING_NS", 300 * MS)
    watched = watch(PlayerSettings())
    hung = _pid(watched.seat)
    os.kill(hung, signal.SIGSTOP)
    watched.wait_until(lambda: _pid(watched.seat) != hung)
    monkeypatch.undo()
    watched.wait_until(lambda: bool(watched.epochs()))
    fault = watched.reports()[0]
    assert (fault.part, fault.state) == (Part.AUDIO, PartState.FAULT)
    assert "did not open" in fault.sentence
    # The next try says plainly how it is.
    watched.wait_until(lambda: watched.reports()[-1].state is not PartState.FAULT)


def test_what_stands_in_for_a_missing_device_says_so(
    watch: Callable[[PlayerSettings], Watched],
) -> None:
    """A device is named and not there: each fit of the virtual output in its place tells."""
    watched = watch(PlayerSettings(device="no output has this name"))
    watched.wait_until(lambda: len(watched.fitted()) >= 2)
    assert all(event.is_stand_in for event in watched.fitted())
    assert watched.reports()[-1].state is PartState.FAULT


def test_a_system_without_room_for_a_process_is_waited_for(
    watch: Callable[[PlayerSettings], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no process can be started the box says so and goes on trying."""

    def no_room(*_: object, **__: object) -> Child:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(Child, "spawn", no_room)
    watched = watch(PlayerSettings(is_virtual=True))
    watched.wait_until(lambda: bool(watched.reports()))
    assert watched.reports()[0].state is PartState.FAULT
    assert "cannot be started" in watched.reports()[0].sentence
    monkeypatch.undo()
    watched.wait_until(lambda: watched.reports()[-1].state is PartState.VIRTUAL)


def test_a_sound_that_cannot_be_heard_is_a_fault_and_no_silence(
    watch: Callable[[PlayerSettings], Watched],
) -> None:
    """The configuration is at fault and says so; the audio is well and its clock runs."""
    sounds = ("/no/such/high.wav", *["woodblock"] * 5)
    watched = watch(PlayerSettings(is_virtual=True, sounds=sounds))
    watched.wait_until(lambda: bool(watched.epochs()))
    told = {report.part: report for report in watched.reports()}
    assert told[Part.AUDIO].state is PartState.VIRTUAL
    assert told[Part.CONFIGURATION].state is PartState.FAULT
    assert told[Part.CONFIGURATION].sentence.startswith("/no/such/high.wav cannot be heard")


def test_while_a_device_is_away_the_next_player_waits_for_it(
    watch: Callable[[PlayerSettings], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started before its time comes, opens when that comes, and at once for an arrival."""
    watched = watch(PlayerSettings(device="no output has this name"))
    seat = watched.seat

    def waiting() -> int:
        link = seat._candidate
        return link.child.pid if link is not None and link.is_waiting else 0

    watched.wait_until(lambda: waiting() > 0)
    # From now on it would wait for long, but for what comes.
    seat._respawn.due_ns = time.monotonic_ns() + 3600 * 1000 * MS
    pid = waiting()
    monkeypatch.setattr(seat._arrivals, "have_come", lambda _now_ns: True)
    watched.said += seat.poll()
    monkeypatch.undo()
    assert seat._candidate is not None
    assert (seat._candidate.child.pid, seat._candidate.is_waiting) == (pid, False)
    watched.wait_until(lambda: waiting() not in (0, pid))


def test_the_device_that_was_opened_first_is_the_one_that_is_opened_again(
    watch: Callable[[PlayerSettings], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each player after the first is told its name, also where one came back under another."""
    names = [DeviceName("ALSA", "default", "Scarlett 2i2 USB"), DeviceName("ALSA", "Scarlett")]
    told: list[DeviceName | None] = []
    poll = PlayerLink.poll

    def poll_as_a_device(link: PlayerLink) -> list[Opened | OpenFailed]:
        said: list[Opened | OpenFailed] = []
        for word in poll(link):
            assert isinstance(word, Opened)
            told.append(link.settings.before)
            said.append(replace(word, is_virtual=False, device=names[len(told) > 1]))
        return said

    monkeypatch.setattr(PlayerLink, "poll", poll_as_a_device)
    watched = watch(PlayerSettings(is_virtual=True))
    for players in (1, 2, 3):
        watched.wait_until(lambda players=players: len(watched.epochs()) == players)
        os.kill(_pid(watched.seat), signal.SIGKILL)
    assert told == [None, names[0], names[0]]
