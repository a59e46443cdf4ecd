"""Does the click come back over its cable? Where none is cabled, only ears can tell. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding
from countoff.line_check.seen import LoopbackSeen

if TYPE_CHECKING:
    from countoff.core.trial_clicks import TrialClicks

NAME = "click heard"
_NS_PER_MS = 1_000_000


def judge(seen: LoopbackSeen) -> Finding:
    """Return what is to be said of the clicks that were played."""
    if not seen.channel:
        return Finding.well(
            NAME, "No cable leads back (audio.loopback_input): listen for yourself."
        )
    if seen.why_not:
        return Finding.doubt(NAME, seen.why_not, "Check it once that is settled.")
    if seen.heard < seen.played:
        return Finding.fault(
            NAME,
            f"Of {seen.played} clicks {seen.heard} came back on input {seen.channel}.",
            "Is the cable in, the level up, and audio.loopback_input right?",
        )
    if seen.shifted:
        return Finding.fault(
            NAME,
            f"{seen.shifted} of {seen.played} clicks came back at another time than planned.",
            "Use a larger audio.block_frames or latency_ms.",
        )
    way = "" if seen.way_ms is None else f", {seen.way_ms:.1f} ms after they were due"
    return Finding.well(NAME, f"{seen.heard} clicks came back on input {seen.channel}{way}.")


def loopback_seen(channel: int, trial: TrialClicks) -> LoopbackSeen:
    """Return what came back of the clicks of `trial` on input `channel`."""
    played = len(trial.clicks)
    if not trial.is_heard:
        # The listener has learnt no way: nothing like a click has come in.
        return LoopbackSeen(channel, played)
    return LoopbackSeen(
        channel, played, played - trial.missing, trial.shifted, trial.way_ns / _NS_PER_MS
    )
