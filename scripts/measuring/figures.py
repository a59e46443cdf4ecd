"""How figures are told: the machine they come from, percentiles, tables."""

from __future__ import annotations

import math
import os
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def machine() -> dict[str, object]:
    """Return what a reader has to know of the machine, its load a moment ago included."""
    return {
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def machine_line() -> str:
    """Return the same in a line."""
    seen = machine()
    return (
        f"{seen['cores']} cores, {seen['architecture']}, Linux {seen['kernel']}, "
        f"Python {seen['python']}, load average {seen['load_average']} before this run"
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return `rows` in columns, the first row being the heads."""
    words = [[str(word) for word in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    return "\n".join(
        "  ".join(
            word.ljust(width) if place == 0 else word.rjust(width)
            for place, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in words
    )
