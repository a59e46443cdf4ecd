"""Time code on a real JACK server, read by an ear of its own on the server's frame clock."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import ExtendClock, StartClock, StopClock
from countoff.core.grid import Grid
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.time_code import TimeCodeRate, TimeCodeRun, run_from
from countoff.core.timebase import ClockFit
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.link import Cell, SenderSettings
from jack_server import RATE_HZ
from sender_at_work import MS, SenderAtWork, sender_at_work, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.actions import ClockAction
    from jack_ear import Recorder

pytestmark = pytest.mark.jack

TRIES = 5
# 29.97 drop: a quarter frame each 400.4 frames of the server.
QUARTER = Fraction(RATE_HZ * 1001, 120_000)
CUEING_FRAMES = RATE_HZ // 5


class TimeCode:
    """A take's time code on a recorder's server, from 00:10:00:00 on."""

    def __init__(self, recorder: Recorder, sender: SenderAtWork) -> None:
        self._recorder = recorder
        self._sender = sender
        self._orders = ClockOrders()
        tempo = tempo_map([TempoSpan(0, Tempo(Fraction(120)))], None)
        self._grid = Grid(tempo, RATE_HZ, Fraction(0))
        self.run: TimeCodeRun | None = None

    def do(self, action: ClockAction) -> None:
        """Have the sender do it."""
        self._sender.link.order_clock(self._orders.message_for(action))

    def fit(self) -> ClockFit:
        """Return the server's clock as a player with 20 ms of latency would tell it."""
        before_ns, after_ns, frame = self._recorder.readings[-1]
        at_ns = (before_ns + after_ns) // 2 + 20 * MS
        return ClockFit(1, RATE_HZ, frame, at_ns, 0.0, 0, counts_server_frames=True)

    def start(self, quarters: int) -> int:
        """Begin it 0.6 s after now; return the frame of the first quarter frame."""
        self._recorder.wait_for_frames(1)
        first_frame = self._recorder.readings[-1][2] + RATE_HZ * 6 // 10
        run = run_from(TimeCodeRate.FPS_30_DROP, 600, self._grid, 0, first_frame)
        self.run = run
        planned = run.stretch(self._grid, run.first_quarter, run.first_quarter + quarters)
        located_frame = first_frame - CUEING_FRAMES
        self.do(StartClock(self.fit(), replace(planned, located_frame=located_frame)))
        return first_frame

    def extend(self, first: int, end: int) -> None:
        """Plan on."""
        assert self.run is not None
        begun = self.run.first_quarter
        self.do(ExtendClock(1, self.run.stretch(self._grid, begun + first, begun + end)))

    def wait_to(self, frame: int) -> list[tuple[int, bytes]]:
        """Wait until the server is past a frame; return what was heard."""
        wait_until(lambda: self._recorder.readings[-1][2] > frame)
        self._recorder.wait_for_frames(RATE_HZ // 10)
        return list(self._recorder.heard)

    def stop(self) -> None:
        """End it, and wait until all of it is over."""
        self.do(StopClock(time.monotonic_ns()))
        self._recorder.wait_for_frames(RATE_HZ // 10)


@pytest.fixture
def sender(recorder: Recorder) -> Iterator[SenderAtWork]:
    """Return a sender that is connected to the recorder."""
    settings = SenderSettings(backend="jack", port="recorder")
    with sender_at_work(settings) as sender:
        recorder.wait_for_frames(RATE_HZ // 2)
        yield sender


@pytest.fixture
def time_code(recorder: Recorder, sender: SenderAtWork) -> TimeCode:
    """Return a time code of that sender."""
    return TimeCode(recorder, sender)


def pieces_in(heard: list[tuple[int, bytes]]) -> list[tuple[int, int]]:
    """Return the frame of each quarter frame, and its second byte."""
    return [(frame, data[1]) for frame, data in heard if data[0] == 0xF1]


def test_every_quarter_frame_is_on_its_exact_frame(
    recorder: Recorder, time_code: TimeCode, sender: SenderAtWork
) -> None:
    """Sent there, and each piece on the very frame, its place right; stopped, nothing follows.

    A cycle that the server itself loses takes its bytes along; so one try of five is without one.
    """
    for _ in range(TRIES):
        recorder.forget()
        first_frame = time_code.start(96)
        time_code.extend(96, 400)
        time_code.wait_to(first_frame + int(104 * QUARTER))
        time_code.stop()
        heard = list(recorder.heard)
        if recorder.xruns:
            continue
        pieces = pieces_in(heard)
        count = len(pieces)
        assert 104 <= count < 200
        assert [frame for frame, _ in pieces] == [
            int(first_frame + n * QUARTER + Fraction(1, 2)) for n in range(count)
        ]
        assert [byte >> 4 for _, byte in pieces] == [n % 8 for n in range(count)]
        assert heard[0][0] == first_frame - CUEING_FRAMES
        assert heard[0][1] == bytes.fromhex("f07f7f0101400a0000f7")
        assert len(heard) == count + 1
        # Twelve places of two frames: the twelfth begins with frame 22.
        twelfth = [byte & 0x0F for _, byte in pieces[88:96]]
        assert twelfth == [22 & 0x0F, 22 >> 4, 0, 0, 10, 0, 0, 4]
        assert sender.link.cell(Cell.CLOCK_LOST) == 0
        assert sender.link.cell(Cell.CLOCK_LATE) == 0
        return
    pytest.fail(f"the server lost cycles in each of {TRIES} tries")
