from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.player.stream_clock import (
    ConverterClock,
    PacedClock,
    ServerClock,
    latency_ns,
)

RATE_HZ = 48_000
BLOCK = 512
# What is queued before a block when its callback is entered.
QUEUE_FRAMES = 1440
WRAP = 1 << 32
NO_TIME = (0.0, 0.0)


def converter_times(blocks: int, *, jitter_s: float = 0.0, ppm: float = 0.0) -> list[float]:
    """Return the converter's time of each block of a stream that loses nothing."""
    return [
        100.0 + block * BLOCK / RATE_HZ * (1 + ppm / 1e6) + jitter_s * (-1 if block % 2 else 1)
        for block in range(blocks)
    ]


def firsts(clock: ConverterClock, times_s: list[float]) -> list[tuple[int, int]]:
    """Return what the clock says of blocks with these converter times, each behind a full queue."""
    return [clock.first_frame(BLOCK, dac_s - QUEUE_FRAMES / RATE_HZ, dac_s) for dac_s in times_s]


def test_the_server_names_the_frame() -> None:
    """Under JACK a block begins with the server's own frame, and a jump is what was lost."""
    counted = iter([1000, 1512, 3048])
    clock = ServerClock(lambda: next(counted))

    assert [clock.first_frame(BLOCK, *NO_TIME) for _ in range(3)] == [
        (1000, 0),
        (1512, 0),
        (3048, 1024),
    ]


def test_the_servers_frame_wraps_after_a_day() -> None:
    """The 32-bit counter runs over, and the frames go on."""
    counted = iter([WRAP - BLOCK, 0, BLOCK])
    clock = ServerClock(lambda: next(counted))

    assert [clock.first_frame(BLOCK, *NO_TIME) for _ in range(3)] == [
        (WRAP - BLOCK, 0),
        (WRAP, 0),
        (WRAP + BLOCK, 0),
    ]


def test_a_cycle_that_runs_twice_loses_nothing() -> None:
    """After a late client the server may run a cycle again: the frame is named again."""
    counted = iter([0, BLOCK, BLOCK, 2 * BLOCK])
    clock = ServerClock(lambda: next(counted))

    assert [clock.first_frame(BLOCK, *NO_TIME) for _ in range(4)] == [
        (0, 0),
        (BLOCK, 0),
        (BLOCK, 0),
        (2 * BLOCK, 0),
    ]


@given(
    jitter_s=st.floats(0, 0.0006),
    ppm=st.floats(-200, 200),
)
def test_jitter_and_drift_lose_nothing(jitter_s: float, ppm: float) -> None:
    """A converter that is off by a crystal, read with jitter, never looks like an underrun."""
    found = firsts(ConverterClock(RATE_HZ), converter_times(3000, jitter_s=jitter_s, ppm=ppm))

    assert [lost for _, lost in found] == [0] * 3000
    assert all(after - before == BLOCK for (before, _), (after, _) in pairwise(found))


@given(lost_frames=st.integers(QUEUE_FRAMES, 200_000), at=st.integers(30, 200))
def test_an_underrun_is_found_to_the_frame(lost_frames: int, at: int) -> None:
    """The frames that an underrun cost are counted, and the stream goes on from there.

    It costs a queue at least: the queue has run dry, and is filled with silence before sound.
    """
    times_s = [
        time_s + (lost_frames / RATE_HZ if block >= at else 0)
        for block, time_s in enumerate(converter_times(400))
    ]

    found = firsts(ConverterClock(RATE_HZ), times_s)

    assert [lost for _, lost in found if lost] == [lost_frames]
    assert found[at] == (at * BLOCK + lost_frames, lost_frames)
    assert found[-1][0] == 399 * BLOCK + lost_frames


@given(slip_s=st.floats(0.002, 0.017), at=st.integers(30, 200))
def test_a_converter_that_halts_loses_nothing(slip_s: float, at: int) -> None:
    """While the queue lasts, what was queued sounds later, and all of it."""
    times_s = [
        time_s + (slip_s if block >= at else 0) for block, time_s in enumerate(converter_times(400))
    ]

    assert firsts(ConverterClock(RATE_HZ), times_s) == [(block * BLOCK, 0) for block in range(400)]


def test_filling_the_buffers_is_no_underrun() -> None:
    """A stream's converter time jumps while its first blocks queue up."""
    times_s = converter_times(100)
    times_s[0] -= 0.04
    times_s[1] -= 0.02

    assert not any(lost for _, lost in firsts(ConverterClock(RATE_HZ), times_s))


def test_without_converter_times_frames_are_counted() -> None:
    """An API that gives no times still has a frame count."""
    found = firsts(ConverterClock(RATE_HZ), [0.0] * 5)

    assert found == [(block * BLOCK, 0) for block in range(5)]


def test_the_virtual_output_says_what_it_skipped() -> None:
    """Skipped frames count as lost before the next block."""
    clock = PacedClock()
    clock.first_frame(BLOCK, *NO_TIME)
    clock.skip(3 * BLOCK)

    assert clock.first_frame(BLOCK, *NO_TIME) == (4 * BLOCK, 3 * BLOCK)


@pytest.mark.parametrize(
    ("current_s", "dac_s", "expected_ns"),
    [(10.0, 10.04, 40_000_000), (10.0, 0.0, 7), (10.0, 12.0, 7), (10.0, 10.0, 7)],
)
def test_only_a_sane_latency_is_believed(current_s: float, dac_s: float, expected_ns: int) -> None:
    """DAC minus current counts where it is above nothing and below a second."""
    assert latency_ns(current_s, dac_s, fallback_ns=7) == expected_ns
