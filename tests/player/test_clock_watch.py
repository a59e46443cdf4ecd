"""The true clock of each test is a stream of its own that jumps when the test says so."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from countoff.player.clock_watch import ClockWatch

if TYPE_CHECKING:
    from countoff.core.timebase import ClockFit

MS = 1_000_000
RATE_HZ = 48_000
LATENCY_NS = 5 * MS
RING = 512


@dataclass
class Stream:
    """A server that counts a block each 20 ms, and may miscount; its callbacks wake up late."""

    block_frames: int = 960
    watch: ClockWatch = field(default_factory=lambda: ClockWatch(RATE_HZ))
    now_ns: int = 10**9
    frame: int = 0
    epoch: int = 1
    troubles: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    noted: list[tuple[int, int]] = field(default_factory=list)
    jumps_ns: list[int] = field(default_factory=list)
    fit: ClockFit | None = None

    @property
    def block_ns(self) -> int:
        """How long a block lasts."""
        return self.block_frames * 10**9 // RATE_HZ

    def run(self, blocks: int, late_ns: int = 0) -> None:
        """Let blocks pass, each looked at as the seat does."""
        for _ in range(blocks):
            self.now_ns += self.block_ns
            self.frame += self.block_frames
            late = late_ns + int(self.chance.expovariate(1 / 60_000))
            self.noted.append((self.frame, self.now_ns + late + LATENCY_NS))
            self.look()

    def look(self) -> None:
        """Look at the xruns, then at the clock."""
        at_ns = self.now_ns + self.block_ns // 2
        self.watch.note_troubles(self.troubles, at_ns)
        frames, sounds_at_ns = zip(*self.noted[-RING:], strict=True)
        fit, jump_ns = self.watch.fit(
            np.array(frames, dtype=np.int64),
            np.array(sounds_at_ns, dtype=np.int64),
            latency_ns=LATENCY_NS,
            now_ns=at_ns,
            epoch=self.epoch,
            notice_ns=0,
        )
        self.fit = fit or self.fit
        if jump_ns:
            self.jumps_ns.append(jump_ns)

    def xrun(self, lost_ns: int = 0) -> None:
        """Report an xrun in which the server loses so much time without counting it."""
        self.now_ns += lost_ns
        self.troubles += 1

    def error_ns(self) -> int:
        """Return how wrong the last fit is about the newest frame."""
        assert self.fit is not None
        return self.fit.ns_at_frame(self.frame) - (self.now_ns + LATENCY_NS)


@pytest.mark.parametrize("lost_ms", [-16, -3, 1, 3, 14, 160])
def test_a_jump_is_found_within_a_third_of_a_second(lost_ms: int) -> None:
    """Its size is told once, and the clock is right again at once, not ten seconds later."""
    stream = Stream()
    stream.run(400)
    stream.xrun(lost_ms * MS)
    stream.run(15)
    assert stream.jumps_ns == [pytest.approx(lost_ms * MS, abs=200_000)]
    assert abs(stream.error_ns()) < 200_000
    stream.run(600)
    assert len(stream.jumps_ns) == 1
    assert abs(stream.error_ns()) < 200_000


def test_an_xrun_that_moved_nothing_changes_nothing() -> None:
    """A server that counted right keeps its line, with all the observations from before."""
    stream = Stream()
    stream.run(400)
    stream.xrun()
    stream.run(40)
    assert stream.jumps_ns == []
    assert stream.fit is not None
    assert stream.fit.ppm != 0


def test_a_burst_of_late_wake_ups_is_no_jump() -> None:
    """Without an xrun or a gap nobody doubts the line, however late the callbacks come."""
    stream = Stream()
    stream.run(400)
    stream.run(30, late_ns=20 * MS)
    assert stream.jumps_ns == []


def test_until_the_trouble_is_over_the_old_clock_holds() -> None:
    """In a storm of xruns nothing is concluded; after it, all that was lost is one jump."""
    stream = Stream()
    stream.run(400)
    before = stream.fit
    for _ in range(20):
        stream.xrun(2 * MS)
        stream.run(3)
        assert stream.fit is before
    stream.run(15)
    assert stream.jumps_ns == [pytest.approx(40 * MS, abs=200_000)]
    assert abs(stream.error_ns()) < 200_000


def test_a_trouble_without_end_is_not_waited_for() -> None:
    """After two seconds of it the newest observations have to do."""
    stream = Stream()
    stream.run(400)
    for _ in range(80):
        stream.xrun(MS)
        stream.run(2)
    assert stream.jumps_ns


def test_a_stream_that_begins_in_trouble_waits_for_calm() -> None:
    """What was observed before its first xrun says nothing of where it is then."""
    stream = Stream()
    stream.run(5)
    stream.xrun(30 * MS)
    stream.run(20)
    assert stream.jumps_ns == []
    assert abs(stream.error_ns()) < 200_000


@pytest.mark.parametrize("lost_ms", [-3, 3, 14])
def test_where_every_block_is_observed_a_jump_is_found_within_a_tenth_of_a_second(
    lost_ms: int,
) -> None:
    """Of short blocks a dozen is too few, as one hold-up may have woken them all late."""
    stream = Stream(block_frames=128)
    stream.run(900)
    stream.xrun(lost_ms * MS)
    stream.run(15)
    assert stream.jumps_ns == []
    stream.run(23)
    assert stream.jumps_ns == [pytest.approx(lost_ms * MS, abs=200_000)]
    assert abs(stream.error_ns()) < 200_000
