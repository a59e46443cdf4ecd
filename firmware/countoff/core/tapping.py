"""The tempo that somebody taps. Pure."""

from __future__ import annotations

from itertools import combinations, pairwise
from statistics import median

FEWEST_TAPS = 4
MOST_TAPS = 12
# Who has not tapped for so long begins anew.
PAUSE_NS = 2_500_000_000


def with_tap(taps_ns: tuple[int, ...], at_ns: int) -> tuple[int, ...]:
    """Return the taps that count, with one more at `at_ns`."""
    if taps_ns and not 0 < at_ns - taps_ns[-1] <= PAUSE_NS:
        return (at_ns,)
    return (*taps_ns, at_ns)[-MOST_TAPS:]


def beat_ns_of(taps_ns: tuple[int, ...]) -> int | None:
    """Return the beat that was tapped, or None while there are too few taps.

    One tap too early or late, one too many or one left out does not move it: the usual interval
    says on which beat each tap was meant, and the beat is the median slope between any two taps
    (Theil and Sen).
    """
    if len(taps_ns) < FEWEST_TAPS:
        return None
    usual_ns = median(after - before for before, after in pairwise(taps_ns))
    beats = [0]
    for before, after in pairwise(taps_ns):
        beats.append(beats[-1] + round((after - before) / usual_ns))
    slopes = [
        (later_ns - earlier_ns) / (later - earlier)
        for (earlier, earlier_ns), (later, later_ns) in combinations(
            zip(beats, taps_ns, strict=True), 2
        )
        if later > earlier
    ]
    return round(median(slopes)) if slopes else None
