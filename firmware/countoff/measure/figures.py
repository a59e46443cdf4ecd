"""Figures of many measured values: percentiles and a histogram. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_BARS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """What many values come to. `histogram` has a pair for each bar: its middle, and how many."""

    count: int
    median: float
    p99_of_size: float
    """What 99 of 100 do not exceed, early or late."""
    lowest: float
    highest: float
    largest: float
    spread: float
    """The standard deviation."""
    histogram: tuple[tuple[float, int], ...]


def figures_of(values: NDArray[np.float64], *, step: float, digits: int = 3) -> Figures:
    """Return the figures of `values`, one or more, with bars `step` wide or a multiple of it."""
    sizes = np.abs(values)
    bars = np.round(values / step)
    while len(np.unique(bars)) > _MOST_BARS or np.ptp(bars) > 4 * _MOST_BARS:
        step *= 2
        bars = np.round(values / step)
    middles, counts = np.unique(bars, return_counts=True)
    return Figures(
        count=len(values),
        median=round(float(np.median(values)), digits),
        p99_of_size=round(
            float(np.sort(sizes)[max(int(np.ceil(0.99 * len(sizes))) - 1, 0)]), digits
        ),
        lowest=round(float(values.min()), digits),
        highest=round(float(values.max()), digits),
        largest=round(float(sizes.max()), digits),
        spread=round(float(values.std()), digits),
        histogram=tuple(
            (round(float(middle * step), 6) + 0.0, int(count))
            for middle, count in zip(middles, counts, strict=True)
        ),
    )
