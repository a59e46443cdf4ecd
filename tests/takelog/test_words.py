"""What lists and sentences call things."""

from __future__ import annotations

from fractions import Fraction

import pytest

from countoff.takelog.words import daw_time


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0:00:00.000"),
        (1204.5, "0:20:04.500"),
        (59.9996, "0:01:00.000"),
        (Fraction(36_123_456, 1000), "10:02:03.456"),
        # The song's bar 1 of a take that began at the bridge, ten seconds after the timeline did.
        (-10.243, "-0:00:10.243"),
        (-3661.5, "-1:01:01.500"),
        (-0.0001, "0:00:00.000"),
    ],
)
def test_a_place_on_the_daws_timeline(seconds: float | Fraction, told: str) -> None:
    """Hours, minutes and seconds to the millisecond, also of what is before the timeline's beginning."""
    assert daw_time(seconds) == told
