from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.sender.cycle_clock import CycleClock

RATE_HZ = 48_000
BLOCK_FRAMES = 128
SPAN = 1 << 32


@dataclass
class Server:
    """A server with a steady crystal: what its counter reads at any host time, exactly."""

    clock: CycleClock
    ppm: int = 0
    first_frame: int = 0
    origin_ns: int = 10**15
    random: random.Random = field(default_factory=lambda: random.Random(1))

    def ns_of(self, frame: int) -> Fraction:
        """Return the exact host time of a frame."""
        frames_per_s = Fraction(RATE_HZ) * (1 + Fraction(self.ppm, 10**6))
        return self.origin_ns + (frame - self.first_frame) * 10**9 / frames_per_s

    def frame_at(self, host_ns: int) -> Fraction:
        """Return the exact frame of a host time."""
        frames_per_s = Fraction(RATE_HZ) * (1 + Fraction(self.ppm, 10**6))
        return self.first_frame + (host_ns - self.origin_ns) * frames_per_s / 10**9

    def cycle(self, start_frame: int, reading_ns: int = 4_000) -> int:
        """Enter the cycle that begins with `start_frame`, some time late, as a callback does."""
        before_ns = round(self.ns_of(start_frame)) + self.random.randrange(20_000, 900_000)
        after_ns = before_ns + reading_ns
        now = int(self.frame_at((before_ns + after_ns) // 2))
        return self.clock.begin_cycle(
            BLOCK_FRAMES, start_frame % SPAN, now % SPAN, before_ns, after_ns
        )

    def run(self, start_frame: int, cycles: int) -> int:
        """Run some cycles, with the line drawn again now and then; return the next frame."""
        for index in range(cycles):
            self.cycle(start_frame + index * BLOCK_FRAMES)
            if index % 8 == 7:
                self.clock.refit()
        self.clock.refit()
        return start_frame + cycles * BLOCK_FRAMES


def new_server(**settings: int) -> Server:
    """Return a server that nobody has seen a cycle of yet."""
    return Server(CycleClock(RATE_HZ, BLOCK_FRAMES), **settings)


@pytest.mark.parametrize(("ppm", "most_frames"), [(0, 1), (50, 1), (-50, 1), (400, 4), (-400, 4)])
def test_a_moment_falls_on_its_frame(ppm: int, most_frames: int) -> None:
    """A moment of the cycle is found within one frame of where a server with a crystal has it.

    A server without, that runs away by 400 ppm, is followed within four.
    """
    server = new_server(ppm=ppm, first_frame=1 << 20)
    next_frame = server.run(1 << 20, 2000)
    for ahead in (0, 1, 64, 127):
        moment_ns = round(server.ns_of(next_frame + ahead))
        found = server.clock.fit.nearest_frame_at_ns(moment_ns)
        assert abs(found - next_frame - ahead) <= most_frames


@given(cycles=st.integers(1, 12))
def test_from_the_first_cycle(cycles: int) -> None:
    """Before there is a line, a moment within a cycle is found within two frames."""
    server = new_server()
    next_frame = server.run(0, cycles)
    moment_ns = round(server.ns_of(next_frame))
    assert abs(server.clock.fit.nearest_frame_at_ns(moment_ns) - next_frame) <= 2


def test_counter_wraps() -> None:
    """After 24.8 hours the 32-bit counter begins again; frames and moments go on."""
    start = SPAN - 1000 * BLOCK_FRAMES
    server = new_server(first_frame=start)
    next_frame = server.run(start, 2000)
    assert next_frame > SPAN
    assert server.cycle(next_frame) == next_frame
    moment_ns = round(server.ns_of(next_frame + 480))
    assert abs(server.clock.fit.nearest_frame_at_ns(moment_ns) - next_frame - 480) <= 1


def test_skipped_cycles_forget_the_line() -> None:
    """After an underrun that shifts the server's time, moments are found on its new time at once."""
    server = new_server()
    next_frame = server.run(0, 1000)
    server.origin_ns += 5_000_000
    next_frame += 3 * BLOCK_FRAMES
    server.cycle(next_frame)
    moment_ns = round(server.ns_of(next_frame + 64))
    assert abs(server.clock.fit.nearest_frame_at_ns(moment_ns) - next_frame - 64) <= 2


def test_moved_without_a_word() -> None:
    """A server that shifts its time and counts on as if nothing was is followed in ten cycles."""
    server = new_server()
    next_frame = server.run(0, 1000)
    server.origin_ns += 5_000_000
    for _ in range(10):
        server.cycle(next_frame)
        next_frame += BLOCK_FRAMES
    moment_ns = round(server.ns_of(next_frame))
    assert abs(server.clock.fit.nearest_frame_at_ns(moment_ns) - next_frame) <= 2


def test_interrupted_readings_say_nothing() -> None:
    """Readings of the counter that took long do not bend the line."""
    server = new_server()
    next_frame = server.run(0, 1000)
    for _ in range(20):
        server.cycle(next_frame, reading_ns=7_000_000)
        next_frame += BLOCK_FRAMES
    server.clock.refit()
    moment_ns = round(server.ns_of(next_frame))
    assert abs(server.clock.fit.nearest_frame_at_ns(moment_ns) - next_frame) <= 1
