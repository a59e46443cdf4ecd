"""Can the wall clock be believed? Takes are told apart by host time; their labels are not. Pure."""

from __future__ import annotations

from countoff.core.finding import Finding

NAME = "clock"


def judge(now_utc: str, *, is_synchronised: bool) -> Finding:
    """Return what is to be said of the wall clock, which says `now_utc`."""
    if is_synchronised:
        return Finding.well(NAME, f"It is synchronised: {now_utc}.")
    return Finding.doubt(
        NAME,
        f"It is not synchronised: {now_utc}? Times in the log have a ? until it is.",
        "Connect a network (NTP), or a battery to the board's clock.",
    )
