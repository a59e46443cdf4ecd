"""The tempo that somebody taps. Pure."""

from __future__ import annotations

from itertools import combinations, pairwise
from statistics import median

FEWEST_TAPS = 4
MOST_TAPS = 12
# Who has not tapped for so long begins anew.
PAUSE_NS = 2_500_000_000
# Of a beat: no hand that means to be on it is so far off.
_OFF_BY = 0.2


def with_tap(taps_ns: tuple[int, ...], at_ns: int) -> tuple[int, ...]:
    """Return the taps that count, with one more at `at_ns`."""
    if taps_ns and not 0 < at_ns - taps_ns[-1] <= PAUSE_NS:
        return (at_ns,)
    return (*taps_ns, at_ns)[-MOST_TAPS:]


def beat_ns_of(taps_ns: tuple[int, ...]) -> int | None:
    """Return the beat that was tapped, or None while there are too few taps.

    One tap too early or late, one too many or one left out does not move it, nor does a hesitation
    after which the taps lie elsewhere. The usual interval says on which beat each tap was meant;
    where two taps are no whole beats apart, what was before has nothing to say of what comes after;
    and the beat is the median slope between any two taps of such a stretch (Theil and Sen).
    """
    if len(taps_ns) < FEWEST_TAPS:
        return None
    usual_ns = median(after - before for before, after in pairwise(taps_ns))
    beats, stretches = [0], [0]
    for before, after in pairwise(taps_ns):
        apart = (after - before) / usual_ns
        beats.append(beats[-1] + round(apart))
        stretches.append(stretches[-1] + (abs(apart - round(apart)) > _OFF_BY))
    slopes = [
        (taps_ns[later] - taps_ns[earlier]) / (beats[later] - beats[earlier])
        for earlier, later in combinations(range(len(taps_ns)), 2)
        if stretches[later] == stretches[earlier] and beats[later] > beats[earlier]
    ]
    return round(median(slopes)) if slopes else round(usual_ns)
