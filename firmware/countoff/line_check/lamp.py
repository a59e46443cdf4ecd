"""Does the tally shine? Its pin can be asked; its light only a person can see. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding

if TYPE_CHECKING:
    from countoff.line_check.seen import LampSeen

NAME = "lamp"


def judge(seen: LampSeen) -> Finding:
    """Return what is to be said of the lamp."""
    if seen.is_simulated:
        return Finding.doubt(
            NAME, "No tally is wired here: it is in the panel.", "On the box, wire it."
        )
    if seen.fault:
        return Finding.fault(NAME, seen.fault, "Its wiring is in hardware/README.md.")
    if seen.was_seen is False:
        return Finding.fault(
            NAME,
            f"Pin {seen.pin} was switched, and nobody saw the lamp go on and off.",
            f"Check the lamp, its supply and its wire to pin {seen.pin}.",
        )
    if seen.was_seen:
        return Finding.well(NAME, f"Pin {seen.pin} was switched, and the lamp was seen.")
    return Finding.well(
        NAME, f"Pin {seen.pin} is ours. Its light goes on and off slowly: look at it."
    )
