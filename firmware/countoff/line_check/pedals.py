"""Are the pedals open at rest? One that reads down is stuck, or opens when it is stepped on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import PEDALS_CHECK, Finding

if TYPE_CHECKING:
    from countoff.line_check.seen import PedalsSeen

NAME = PEDALS_CHECK


def judge(seen: PedalsSeen) -> Finding:
    """Return what is to be said of contacts at rest."""
    if seen.is_simulated:
        return Finding.doubt(
            NAME, "No pedals are wired here: they are in the panel.", "On the box, wire them."
        )
    if seen.fault:
        return Finding.fault(NAME, seen.fault, "Their wiring is in hardware/README.md.")
    down = [pedal for pedal in seen.pins if pedal in seen.closed ^ seen.normally_closed]
    if not down and seen.warning:
        return Finding.doubt(NAME, seen.warning, "Is the foot controller plugged in?")
    if not down:
        return Finding.well(NAME, f"All {len(seen.pins)} are up, and none is stepped on.")
    which = " and ".join(f"{pedal.upper()} (pin {seen.pins[pedal]})" for pedal in down)
    is_or_are = "is" if len(down) == 1 else "are"
    if seen.normally_closed.isdisjoint(down):
        return Finding.fault(
            NAME,
            f"{which} {is_or_are} closed with no foot on it: stuck, or normally closed.",
            "Take off what lies on it. If it opens when stepped on: countoff doctor --learn",
        )
    return Finding.fault(
        NAME,
        f"{which} {is_or_are} down with no foot on it.",
        "A normally closed pedal reads so when its cable is out. Else correct"
        " pedals.normally_closed.",
    )
