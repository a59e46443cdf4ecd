"""Is the output there that was asked for, and at its rate? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding

if TYPE_CHECKING:
    from countoff.line_check.seen import AudioSeen

NAME = "audio"


def judge(seen: AudioSeen) -> Finding:
    """Return what is to be said of the output."""
    if seen.fault:
        return Finding.fault(
            NAME, seen.fault, "Is it plugged in and on? `countoff devices` lists what there is."
        )
    if seen.is_virtual and seen.is_virtual_on_purpose:
        return Finding.doubt(
            NAME,
            "A virtual output keeps time, as configured: nobody hears the click.",
            'On the box, take audio.backend = "virtual" out.',
        )
    if seen.is_virtual:
        return Finding.fault(
            NAME,
            "There is no audio output: a virtual one keeps time, and nobody hears the click.",
            "Plug the interface in; `countoff devices` lists what there is.",
        )
    rate = f"{seen.rate_hz} Hz"
    if seen.rate_hz != seen.wanted_rate_hz:
        return Finding.doubt(
            NAME,
            f"{seen.name} runs at {rate}, not at {seen.wanted_rate_hz}: a server's rate is its own.",
            f"Set the server, or audio.rate_hz = {seen.rate_hz}; the DAW must have the same.",
        )
    return Finding.well(NAME, f"{seen.name} runs at {rate}.")
