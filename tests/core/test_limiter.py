"""The limiter's curve, against the same curve in Python's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.limiter import KNEE, limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

samples = st.lists(st.floats(-(2.0**100), 2.0**100, width=32), max_size=200)


def limited(values: list[float] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the limiter makes of `values`."""
    out = np.array(values, dtype=np.float32)
    limit(out)
    return out


@given(samples)
def test_nothing_is_beyond_full_scale(values: list[float]) -> None:
    """However loud the sum, no sample is above 0 dBFS."""
    assert (np.abs(limited(values)) <= 1).all()


@given(st.lists(st.floats(-KNEE, KNEE, width=32, exclude_min=True, exclude_max=True)))
def test_below_the_knee_nothing_is_touched(values: list[float]) -> None:
    """What is below the knee comes out to the bit, the signs of zeros included."""
    assert limited(values).tobytes() == np.array(values, dtype=np.float32).tobytes()


@given(samples)
def test_it_is_odd_and_never_turns_back(values: list[float]) -> None:
    """Louder in is never softer out, and the two halves of a wave are bent alike."""
    rising = np.sort(np.array(values, dtype=np.float32))

    assert (np.diff(limited(rising)) >= 0).all()
    assert np.array_equal(limited(-rising), -limited(rising))


@given(st.floats(KNEE, 16))
def test_the_knee_is_soft(value: float) -> None:
    """Above the knee the curve is the hyperbola that goes on from it at its slope."""
    expected = 1 - (1 - KNEE) ** 2 / (value + 1 - 2 * KNEE)

    assert float(limited([value])[0]) == pytest.approx(expected, abs=1e-6)


@given(samples, st.integers(1, 50))
def test_every_sample_is_limited_by_itself(values: list[float], block: int) -> None:
    """Any blocks give the same samples, to the bit."""
    parts = [limited(values[start : start + block]) for start in range(0, len(values), block)]

    assert b"".join(part.tobytes() for part in parts) == limited(values).tobytes()


def test_a_whole_song_is_limited_to_its_last_frame() -> None:
    """A buffer of many stretches and channels is limited throughout, in place."""
    out = np.zeros((200_000, 3), dtype=np.float32)
    out[::997] = 3.0
    out[-1] = -3.0
    limit(out)

    assert float(np.abs(out).max()) == pytest.approx(1 - 0.25**2 / 2.5, abs=1e-6)
    assert np.flatnonzero(out[:, 1]).tolist() == [*range(0, 200_000, 997), 199_999]
    assert out[-1, 2] < -0.9
