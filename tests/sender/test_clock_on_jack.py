"""A MIDI clock on a real JACK server, judged by an ear of its own."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.core.actions import (
    AimClock,
    ClockAction,
    ExtendClock,
    LayClockAnew,
    StartClock,
    StopClock,
)
from countoff.core.grid import Grid
from countoff.core.midi_clock import (
    ClockOpening,
    ClockStretch,
    clock_stretch,
    opening_stretch,
)
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.timebase import ClockFit
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.counters import lateness_histogram
from countoff.sender.link import Cell, SenderSettings
from jack_server import RATE_HZ
from sender_at_work import MS, SenderAtWork, sender_at_work, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jack_ear import Recorder

pytestmark = pytest.mark.jack

PULSE, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
TRIES = 5
LEAD_FRAMES = RATE_HZ * 3 // 1000


class Clock:
    """A clock at 173.7 quarter notes a minute on a recorder's server."""

    def __init__(self, recorder: Recorder, sender: SenderAtWork) -> None:
        self._recorder = recorder
        self._sender = sender
        self._orders = ClockOrders()
        self.grid = Grid(
            tempo_map([TempoSpan(0, Tempo(Fraction("173.7")))], None), RATE_HZ, Fraction(0)
        )

    def do(self, action: ClockAction) -> None:
        """Have the sender do it."""
        self._sender.link.order_clock(self._orders.message_for(action))

    def fit(self, *, counts_server_frames: bool = True) -> ClockFit:
        """Return the server's clock as a player with 20 ms of latency would tell it."""
        before_ns, after_ns, frame = self._recorder.readings[-1]
        at_ns = (before_ns + after_ns) // 2 + 20 * MS
        return ClockFit(1, RATE_HZ, frame, at_ns, 0.0, 0, counts_server_frames=counts_server_frames)

    def lay_from_now(self, after_ms: int) -> None:
        """Put tick 0 on a frame so long after now."""
        self._recorder.wait_for_frames(1)
        frame = self._recorder.readings[-1][2] + after_ms * RATE_HZ // 1000
        self.grid = replace(self.grid, origin_frame=Fraction(frame))

    def start(self, opening: ClockOpening, quarters: int, after_ms: int = 300) -> ClockStretch:
        """Begin it so long after now; return what is planned."""
        self.lay_from_now(after_ms)
        stretch = opening_stretch(opening, self.grid, quarters * 960)
        self.do(StartClock(self.fit(), stretch))
        return stretch

    def wait_for_bytes(self, count: int, stretch: ClockStretch) -> list[tuple[int, bytes]]:
        """Wait until so many were heard, or the server has lost some; and a little longer."""
        end_frame = stretch.frames[-1] + RATE_HZ // 10
        wait_until(
            lambda: len(self._recorder.heard) >= count or self._recorder.readings[-1][2] > end_frame
        )
        self._recorder.wait_for_frames(RATE_HZ // 10)
        return list(self._recorder.heard)

    def stop(self) -> None:
        """End it, and wait until all of it is over."""
        self.do(StopClock(time.monotonic_ns()))
        self._recorder.wait_for_frames(RATE_HZ // 10)

    def run(self, count: int) -> None:
        """Let it run until so many bytes were heard."""
        wait_until(lambda: len(self._recorder.heard) >= count)


@pytest.fixture
def sender(recorder: Recorder) -> Iterator[SenderAtWork]:
    """Return a sender that is connected to the recorder."""
    assert recorder.heard == []
    settings = SenderSettings(backend="jack", port="recorder")
    with sender_at_work(settings) as sender:
        recorder.wait_for_frames(RATE_HZ // 2)
        yield sender


@pytest.fixture
def clock(recorder: Recorder, sender: SenderAtWork) -> Clock:
    """Return a clock of that sender."""
    return Clock(recorder, sender)


def test_every_byte_is_on_its_exact_frame(
    recorder: Recorder, clock: Clock, sender: SenderAtWork
) -> None:
    """Position, Continue and every pulse lie on the very frames of the plan, none beside them.

    A cycle that the server itself loses takes its bytes along; so one try of five is without one.
    """
    for _ in range(TRIES):
        recorder.forget()
        stretch = clock.start(ClockOpening(-1920, 0, 37), quarters=6, after_ms=1100)
        first, second = stretch.cues
        heard = clock.wait_for_bytes(len(stretch.frames) + 2, stretch)
        clock.stop()
        if recorder.xruns:
            continue
        expected = [(frame, PULSE) for frame in stretch.frames]
        expected += [(first.frame, bytes((0xF2, 37, 0))), (second.frame, CONTINUE)]
        assert [(frame, data) for frame, data in heard if data == PULSE] == expected[:-2]
        assert sorted(heard) == sorted(expected)
        start = clock.grid.frame_at_tick(0)
        assert start - second.frame == LEAD_FRAMES
        assert second.frame - first.frame >= RATE_HZ * 50 // 1000
        assert recorder.heard[-1][1] == STOP
        assert sender.link.cell(Cell.CLOCK_LOST) == 0
        assert sender.link.cell(Cell.CLOCK_LATE) == 0
        assert lateness_histogram(sender.link.child.counters)[0] >= len(heard)
        return
    pytest.fail(f"the server lost cycles in each of {TRIES} tries")


def test_a_better_fit_moves_no_byte(recorder: Recorder, clock: Clock) -> None:
    """Where the frames are the server's own, what the fit says of host time does not count."""
    for _ in range(TRIES):
        recorder.forget()
        stretch = clock.start(ClockOpening(0, 0, 0), quarters=4)
        clock.do(AimClock(replace(clock.fit(), at_ns=clock.fit().at_ns + 7 * MS, ppm=120.0)))
        more = clock_stretch(clock.grid, 4 * 960, 6 * 960)
        clock.do(ExtendClock(1, more))
        heard = clock.wait_for_bytes(len(stretch.frames) + len(more.frames) + 1, more)
        clock.stop()
        if recorder.xruns:
            continue
        pulses = [frame for frame, data in heard if data == PULSE]
        assert pulses == [*stretch.frames, *more.frames]
        return
    pytest.fail(f"the server lost cycles in each of {TRIES} tries")


def test_frames_of_another_clock_leave_at_their_host_time(recorder: Recorder, clock: Clock) -> None:
    """A stream that is not this server's is followed by its line, to a fraction of a millisecond."""
    errors = []
    for _ in range(TRIES):
        recorder.forget()
        clock.lay_from_now(300)
        stretch = opening_stretch(ClockOpening(0, 0, 0), clock.grid, 4 * 960)
        other = replace(clock.fit(counts_server_frames=False), at_ns=clock.fit().at_ns - 20 * MS)
        clock.do(StartClock(other, stretch))
        heard = clock.wait_for_bytes(len(stretch.frames) + 1, stretch)
        clock.stop()
        pulses = [frame for frame, data in heard if data == PULSE]
        if recorder.xruns or len(pulses) != len(stretch.frames):
            continue
        errors.append(max(abs(a - b) for a, b in zip(pulses, stretch.frames, strict=True)))
        if errors[-1] <= 24:
            return
    pytest.fail(f"the worst of each try was off by {errors} frames")


def test_laid_anew_the_count_goes_on(recorder: Recorder, clock: Clock) -> None:
    """On a new stream every pulse comes once: none twice, none left out, none in a burst."""
    for _ in range(TRIES):
        recorder.forget()
        stretch = clock.start(ClockOpening(0, 0, 0), quarters=8)
        clock.run(60)
        # Another stream, whose frames are counted from elsewhere; the same moments.
        shift = 1_000_003
        fit = clock.fit(counts_server_frames=False)
        other = replace(fit, epoch=2, frame=fit.frame + shift, at_ns=fit.at_ns - 20 * MS)
        moved = replace(clock.grid, origin_frame=clock.grid.origin_frame + shift)
        clock.do(LayClockAnew(other, clock_stretch(moved, 0, 8 * 960)))
        heard = clock.wait_for_bytes(len(stretch.frames) + 1, stretch)
        clock.stop()
        if recorder.xruns:
            continue
        pulses = [frame for frame, data in heard if data == PULSE]
        assert len(pulses) == len(stretch.frames)
        distances = [b - a for a, b in itertools.pairwise(pulses)]
        planned = stretch.frames[1] - stretch.frames[0]
        assert all(abs(distance - planned) <= planned // 4 for distance in distances)
        return
    pytest.fail(f"the server lost cycles in each of {TRIES} tries")


def test_stopped_nothing_follows(recorder: Recorder, clock: Clock) -> None:
    """After the stop no pulse comes, though some had been handed to the server's thread already."""
    clock.start(ClockOpening(0, 0, 0), quarters=60)
    clock.run(40)
    clock.do(StopClock(time.monotonic_ns()))
    recorder.wait_for_frames(RATE_HZ // 2)
    words = [data for _, data in recorder.heard if data != PULSE]
    # A cycle that the server loses may take a word along.
    assert words == [START, STOP] or recorder.xruns
    assert recorder.heard[-1][1] == STOP or recorder.xruns


def test_stopped_before_its_start_the_daw_is_left_alone(recorder: Recorder, clock: Clock) -> None:
    """A count-in that is cancelled has started nothing: no Start and no Stop leaves."""
    clock.start(ClockOpening(-7680, 0, 0), quarters=60, after_ms=3000)
    clock.run(20)
    clock.do(StopClock(time.monotonic_ns()))
    recorder.wait_for_frames(RATE_HZ // 2)
    assert {data for _, data in recorder.heard} == {PULSE}


def test_the_stop_leaves_at_once_though_the_next_clock_begins_with_it(
    recorder: Recorder, clock: Clock
) -> None:
    """A clock that is begun in the same cycle drops the pulses of the one before, and not its stop.

    It leaves before the next pulse would have. A cycle that the server loses may hold it up.
    """
    for _ in range(TRIES):
        recorder.forget()
        first = clock.start(ClockOpening(0, 0, 0), quarters=60)
        clock.run(40)
        clock.lay_from_now(600)
        again = opening_stretch(ClockOpening(0, 0, 0), clock.grid, 960)
        clock.do(StopClock(time.monotonic_ns()))
        clock.do(StartClock(clock.fit(), again))
        recorder.wait_for_frames(RATE_HZ // 2)
        words = [data for _, data in recorder.heard if data != PULSE]
        assert words[:2] == [START, STOP] or recorder.xruns
        clock.stop()
        stop_frame = next((frame for frame, data in recorder.heard if data == STOP), None)
        if stop_frame is not None:
            pulses = [
                frame for frame, data in recorder.heard if data == PULSE and frame < stop_frame
            ]
            if stop_frame - pulses[-1] <= max(np.diff(first.frames)):
                return
    pytest.fail(f"{TRIES} times the stop came after the next pulse's place.")


def test_a_false_start_stops_and_starts_anew(recorder: Recorder, clock: Clock) -> None:
    """Stop comes before the next clock's Start, and only the new plan's pulses after it."""
    clock.start(ClockOpening(0, 0, 0), quarters=60)
    clock.run(30)
    clock.do(StopClock(time.monotonic_ns()))
    again = clock.start(ClockOpening(0, 0, 0), quarters=3, after_ms=400)
    recorder.wait_for_frames(RATE_HZ * 2)
    words = [data for _, data in recorder.heard if data != PULSE]
    assert words == [START, STOP, START] or recorder.xruns
    after = [
        frame for frame, data in recorder.heard if frame >= again.cues[0].frame and data == PULSE
    ]
    assert after == list(again.frames) or recorder.xruns
