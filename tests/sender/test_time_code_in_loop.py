"""Time code on the sender's own loop, whose port is pulled and pushed in again."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from tests.sender.test_loop import Controller, loop_on

from countoff.core.actions import StartClock, StopClock
from countoff.core.grid import Grid
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.time_code import TimeCodeRate, run_from
from countoff.core.timebase import ClockFit
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.counters import Cell
from countoff.sender.reports import PortBack, PortLost, SenderReady
from rtmidi_sequencer import Sequencer
from sender_at_work import MS, wait_until

if TYPE_CHECKING:
    from sender_at_work import SenderAtWork

PORT = "Fireface:Fireface MIDI 1 28:0"
GRID = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(120)))], None), 48_000, Fraction(0))


def test_a_port_that_was_away_goes_on_with_a_whole_place() -> None:
    """Located once; wherever pieces are missing the next one begins a place, and they are counted."""
    sequencer = Sequencer(PORT)
    with loop_on(sequencer, "Fireface") as sender:
        sender.wait_for(SenderReady)
        controller = begin(sender)
        wait_until(lambda: len(sequencer.heard) >= 30)
        sequencer.ports.clear()
        sender.wait_for(PortLost)
        before = len(sequencer.heard)
        sequencer.ports.append(PORT)
        sender.wait_for(PortBack)
        wait_until(lambda: len(sequencer.heard) >= before + 40)
        controller.order(ClockOrders().message_for(StopClock(time.monotonic_ns())))
        heard = [data for _, data in sequencer.heard]
    # On a machine that stands still just then it is too late for that, and it is not sent.
    if heard[0][0] == 0xF0:
        assert heard.pop(0) == bytes.fromhex("f07f7f0101200a0000f7")
    assert {data[0] for data in heard} == {0xF1}
    pieces = [data[1] >> 4 for data in heard]
    assert all(b == (a + 1) % 8 or b == 0 for a, b in itertools.pairwise(pieces))
    assert controller.counters[Cell.CLOCK_LOST] > 0


def begin(sender: SenderAtWork) -> Controller:
    """Have time code begin a moment from now."""
    controller = cast("Controller", sender.link)
    run = run_from(TimeCodeRate.FPS_25, 600, GRID, 0, 9_600)
    planned = run.stretch(GRID, run.first_quarter, run.first_quarter + 3000)
    fit = ClockFit(1, 48_000, 0, time.monotonic_ns() + 50 * MS, 0.0, 0)
    start = StartClock(fit, replace(planned, located_frame=0))
    controller.order(ClockOrders().message_for(start))
    return controller
