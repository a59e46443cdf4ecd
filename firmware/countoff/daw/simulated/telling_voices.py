"""How a DAW says that it moves where its dialect has no lights: by MMC, or by a clock of its own. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport
from countoff.daw.simulated.voice import NOTHING, Reaction
from countoff.midi import mmc, realtime
from countoff.midi.realtime import Realtime

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine

# A DAW at 120 BPM.
_PULSES_PER_MINUTE = 120 * 24
_NS_PER_MINUTE = 60_000_000_000


class MmcTelling:
    """Says by MMC what its own transport does, as Ardour does where that is switched on."""

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._said = DawTransport.STOPPED

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Say nothing: it is said only when something changes."""
        self._said = machine.transport
        return NOTHING

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Hear nothing."""
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say the command that leads from what was said last to what it does."""
        before, self._said = self._said, machine.transport
        match before, self._said:
            case _ if before is self._said:
                return NOTHING
            case _, DawTransport.RECORDING:
                said = mmc.Transport.RECORD_STROBE
            case DawTransport.RECORDING, DawTransport.PLAYING:
                said = mmc.Transport.RECORD_EXIT
            case _, DawTransport.PLAYING:
                said = mmc.Transport.PLAY
            case _, DawTransport.ARMED:
                said = mmc.Transport.RECORD_PAUSE
            case _:
                said = mmc.Transport.STOP
        return Reaction(said=(mmc.encode(said),))

    def next_ns(self, machine: Machine) -> int | None:
        """Return None: it says nothing unless something changes."""
        return None


class ClockTelling:
    """Sends a clock while it rolls, with Continue before it and Stop after it."""

    def __init__(self) -> None:
        """Stand still."""
        self._started_ns: int | None = None
        self._pulses = 0

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Say nothing until it moves."""
        return NOTHING

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Hear nothing."""
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say that it starts or stops, and each pulse that is due."""
        said: list[Realtime] = []
        if machine.is_rolling and self._started_ns is None:
            said.append(Realtime.CONTINUE if machine.seconds_at(at_ns) else Realtime.START)
            self._started_ns, self._pulses = at_ns, 0
        elif not machine.is_rolling and self._started_ns is not None:
            said.append(Realtime.STOP)
            self._started_ns = None
        while (pulse_ns := self.next_ns(machine)) is not None and pulse_ns <= at_ns:
            said.append(Realtime.PULSE)
            self._pulses += 1
        return Reaction(said=tuple(realtime.encode(word) for word in said))

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the next pulse is due."""
        if self._started_ns is None:
            return None
        return self._started_ns + self._pulses * _NS_PER_MINUTE // _PULSES_PER_MINUTE
