"""What a DAW has done, in the words of the control room. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from countoff.core.daw import DawTransport
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.time_text import clock_text

if TYPE_CHECKING:
    from countoff.daw.simulated.asked import Asked
    from countoff.daw.simulated.machine import Machine
    from countoff.midi.timecode import Rate

_DOES = {
    DawTransport.STOPPED: "stops at",
    DawTransport.ARMED: "is armed at",
    DawTransport.PLAYING: "plays from",
    DawTransport.RECORDING: "records from",
}


class Deed(NamedTuple):
    """Something it did at host time `at_ns`: "records from 00:10:00:00"."""

    at_ns: int
    words: str


def deed_of(
    asked: Asked,
    before: DawTransport,
    machine: Machine,
    at_ns: int,
    rate: Rate,
    *,
    has_ended: bool,
) -> str:
    """Return what came of `asked`; before it the transport was `before`."""
    here = clock_text(machine.seconds_at(at_ns), rate)
    if asked.what is Ask.MARKER:
        return f"makes marker {len(machine.markers)} at {here}"
    if asked.what is Ask.CHASE and machine.transport is before:
        words = f"finds its way back to the time code at {here}"
    elif asked.what is Ask.LOCATE:
        words = f"goes to {here}"
    elif machine.transport is before:
        words = f"is asked to {asked.what}, and goes on as before"
        if machine.refuses and asked.what in (Ask.RECORD, Ask.RECORD_BUTTON, Ask.RECORD_PAUSE):
            words = "does not record, though asked to"
    else:
        words = f"{_DOES[machine.transport]} {here}"
        if machine.refuses and asked.what in (Ask.RECORD, Ask.RECORD_BUTTON):
            words = f"plays from {here}, and does not record though asked to"
    if has_ended:
        words += f"; take {len(machine.takes)} has {_length(machine)}"
    return words


def _length(machine: Machine) -> str:
    take = machine.takes[-1]
    return f"{float(take.to_s - take.from_s):.1f} s"
