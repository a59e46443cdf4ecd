"""MIDI clocks whose faults are known, held against a grid and against a line."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.grid import Grid
from countoff.core.song import BUILT_IN_SONG
from countoff.measure.pulses import NoClockError, hold_to_grid, hold_to_line

RATE_HZ = 48_000
PULSE = b"\xf8"
# The built-in song is 120 quarter notes a minute: a pulse every 1000 frames, exactly.
STEP_FRAMES = 1_000


def grid(origin_frame: int = 5_000) -> Grid:
    """Return the grid of the built-in song."""
    return Grid(BUILT_IN_SONG.tempo_map, RATE_HZ, Fraction(origin_frame))


def clock(count: int, first_frame: int = 5_000) -> list[tuple[float, bytes]]:
    """Return so many pulses on their frames."""
    return [(first_frame + place * STEP_FRAMES, PULSE) for place in range(count)]


@given(late=st.lists(st.integers(-400, 400), min_size=3, max_size=40))
def test_errors_against_the_grid_are_those_that_were_made(late: list[int]) -> None:
    """Each pulse is told as early or late as it was, in whole frames, and none as missing."""
    heard = [
        (place + error, data) for (place, data), error in zip(clock(len(late)), late, strict=True)
    ]

    held = hold_to_grid(heard, grid())

    assert held.errors.tolist() == late
    assert held.missing == held.doubled == 0


def test_missing_and_doubled_pulses_are_counted() -> None:
    """Two pulses that were left out, and one that came twice, are told by their numbers."""
    heard = clock(40)
    del heard[10:12]
    heard.insert(20, (heard[20][0] + 3, PULSE))

    for held in (hold_to_grid(heard, grid()), hold_to_line(heard, RATE_HZ)):
        assert (held.missing, held.doubled) == (2, 1)


def test_a_steady_clock_is_a_line() -> None:
    """Without a song the tempo is found, and even pulses have no error."""
    held = hold_to_line(clock(100, first_frame=77), RATE_HZ)

    assert held.bpm == pytest.approx(120)
    assert np.abs(held.errors).max() < 1e-6


def test_what_is_said_beside_the_pulses_is_told() -> None:
    """Position, continue and stop are told with their places; MMC is none of it."""
    beside = [(10.0, b"\xf2\x10\x00"), (20.0, b"\xfb"), (30.0, b"\xf0\x7f\x7f\x06\x06\xf7")]

    held = hold_to_grid([*beside, *clock(5), (10_500.0, b"\xfc")], grid())

    assert held.words == ((10.0, "position 16"), (20.0, "continue"), (10_500.0, "stop"))


def test_pulses_where_the_server_lost_time_are_not_judged() -> None:
    """A late pulse within what the server lost is counted apart, and is no error."""
    heard = clock(10)
    heard[4] = (heard[4][0] + 300, PULSE)

    held = hold_to_grid(heard, grid(), lost=[(9_200, 9_400)])

    assert held.in_lost == 1
    assert not held.errors.any()


def test_no_clock_is_said() -> None:
    """Where fewer than three pulses came there is nothing to measure."""
    with pytest.raises(NoClockError):
        hold_to_line(clock(2), RATE_HZ)
    with pytest.raises(NoClockError):
        hold_to_grid([], grid())
