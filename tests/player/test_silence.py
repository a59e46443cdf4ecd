from __future__ import annotations

import pytest

from countoff.player.seat import OPENING_NS, longest_silence_ns

MS = 1_000_000


@pytest.mark.parametrize(
    ("block_frames", "rate_hz", "limit_ms"),
    [(128, 48_000, 200), (512, 48_000, 200), (4096, 48_000, 255), (8192, 44_100, 557)],
)
def test_a_late_block_costs_no_healthy_player_its_life(
    block_frames: int, rate_hz: int, limit_ms: int
) -> None:
    """A fifth of a second, or three blocks where those are longer."""
    block_ns = block_frames * 1_000_000_000 // rate_hz

    assert longest_silence_ns(heartbeat_ns=1, block_ns=block_ns) // MS == limit_ms


def test_a_device_may_take_its_time_to_start() -> None:
    """Before the first block it is the opening that is waited for."""
    assert longest_silence_ns(heartbeat_ns=0, block_ns=0) == OPENING_NS
