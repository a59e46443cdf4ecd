from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.core.actions import StartClock
from countoff.core.grid import Grid
from countoff.core.midi_clock import ClockOpening, opening_stretch
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.timebase import ClockFit
from countoff.processes import wire
from countoff.processes.realtime import (
    CALLBACK_PRIORITY,
    PULSE_PRIORITY,
    SENDER_PRIORITY,
    Granted,
    set_fifo,
)
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.counters import CELLS
from countoff.sender.loop import SenderLoop
from countoff.sender.no_port import NoPort
from sender_at_work import DEADLINE_S, MS, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.sender.schedule import Scheduled

RECORD = bytes.fromhex("f07f7f0606f7")


class NotedPort(NoPort):
    """A port that notes with which priority each message leaves."""

    def __init__(self, lead_ns: int) -> None:
        super().__init__()
        self.lead_ns = lead_ns
        self.left: list[tuple[bytes, int]] = []
        self.between: set[int] = set()

    def hand(self, scheduled: Scheduled) -> None:
        super().hand(scheduled)
        self.left.append((scheduled.message, os.sched_getparam(0).sched_priority))

    def look(self) -> str:
        self.between.add(os.sched_getparam(0).sched_priority)
        return ""


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    """Leave the tests' own process with the limit that it had."""
    before = resource.getrlimit(resource.RLIMIT_RTTIME)
    yield
    resource.setrlimit(resource.RLIMIT_RTTIME, before)


@pytest.mark.parametrize("lead_ms", [0, 100])
def test_only_a_byte_of_the_clock_goes_before_the_callback(lead_ms: int) -> None:
    """While it leaves, and where its moment is awaited here: commands and all else stay below."""
    ours, theirs = wire.socket_pair()
    port = NotedPort(lead_ms * MS)
    granted = []

    def become_real_time() -> Granted:
        granted.append(set_fifo(SENDER_PRIORITY))
        return Granted(fifo=granted[0], memory_locked=False)

    def run() -> None:
        with contextlib.suppress(wire.PeerGoneError):
            SenderLoop(theirs, np.zeros(CELLS, dtype=np.int64), port).run(become_real_time)

    thread = threading.Thread(target=run)
    thread.start()
    now_ns = time.monotonic_ns()
    grid = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(240)))], None), 48_000, Fraction(0))
    clock = StartClock(
        ClockFit(1, 48_000, 0, now_ns + 200 * MS, 0.0, 0),
        opening_stretch(ClockOpening(0, 0, 0), grid, 4 * 960),
    )
    wire.send(ours, ClockOrders().message_for(clock))
    command = {"at_ns": now_ns + 250 * MS, "id": 1, "hex": RECORD.hex()}
    wire.send(ours, wire.Message("send", command))
    wait_until(lambda: len(port.left) > 30)
    ours.close()
    thread.join(DEADLINE_S)
    theirs.close()

    own = SENDER_PRIORITY if granted[0] else 0
    of_clock = PULSE_PRIORITY if granted[0] and not lead_ms else own
    assert {priority for message, priority in port.left if message == RECORD} == {own}
    assert {priority for message, priority in port.left if message != RECORD} == {of_clock}
    assert port.between == {own}
    assert SENDER_PRIORITY < CALLBACK_PRIORITY < PULSE_PRIORITY
