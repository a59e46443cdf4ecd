"""Clock, Start, Continue, Stop and song position, as a DAW that follows them hears them. Pure.

Start and Continue take effect on the pulse that follows. The DAW knows its tempo from the pulses
alone, and takes it for stopped when they stay away.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.voice import NOTHING, Listener, Reaction
from countoff.midi import realtime
from countoff.midi.realtime import Realtime, SongPosition

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine

PULSES_PER_QUARTER = 24
_PULSES_PER_SIXTEENTH = 6
_NS_PER_SECOND = 1_000_000_000
_NS_PER_MINUTE = 60 * _NS_PER_SECOND
# Without a pulse for so long, the clock has stopped.
_SILENT_NS = 250_000_000
# A tempo is told from so many pulses at least, and at most.
_FEWEST_PULSES = 3
_MOST_PULSES = PULSES_PER_QUARTER + 1
_USUAL_PULSE_NS = _NS_PER_MINUTE // (120 * PULSES_PER_QUARTER)


class ClockVoice(Listener):
    """Follows a clock, its Start and its Stop."""

    def __init__(self, *, rolls_by_itself: bool = False) -> None:
        """Begin without a pulse. Some DAWs roll by themselves as soon as pulses come."""
        self._rolls_by_itself = rolls_by_itself
        self._pulses_ns: deque[int] = deque(maxlen=_MOST_PULSES)
        self._starts: Ask | None = None
        self._sixteenths = 0
        self._has_started = False

    @property
    def quarters_per_minute(self) -> float | None:
        """The tempo of the pulses, or None while there are too few."""
        if len(self._pulses_ns) < _FEWEST_PULSES:
            return None
        return float(_NS_PER_MINUTE / (self._pulse_ns * PULSES_PER_QUARTER))

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Take in a pulse, and start on it where that was asked for."""
        match realtime.decode(data):
            case Realtime.PULSE:
                return self._pulse(at_ns, machine)
            case Realtime.START:
                self._sixteenths, self._starts = 0, Ask.PLAY
            case Realtime.CONTINUE:
                self._starts = Ask.PLAY
            case Realtime.STOP:
                self._starts = None
                return self._stopped()
            case SongPosition(sixteenths) if not machine.is_rolling:
                self._sixteenths = sixteenths
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Stop where the clock has been silent for too long."""
        silent_ns = self.next_ns(machine)
        if silent_ns is None or at_ns < silent_ns:
            return NOTHING
        self._pulses_ns.clear()
        return self._stopped()

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the clock counts as stopped, if no pulse comes by then."""
        return self._pulses_ns[-1] + _SILENT_NS if self._pulses_ns else None

    @property
    def _pulse_ns(self) -> Fraction:
        if len(self._pulses_ns) < _FEWEST_PULSES:
            return Fraction(_USUAL_PULSE_NS)
        gaps = len(self._pulses_ns) - 1
        return Fraction(self._pulses_ns[-1] - self._pulses_ns[0], gaps)

    def _pulse(self, at_ns: int, machine: Machine) -> Reaction:
        self._pulses_ns.append(at_ns)
        starts, self._starts = self._starts, None
        is_known = len(self._pulses_ns) >= _FEWEST_PULSES
        if starts is None and self._rolls_by_itself and is_known and not machine.is_rolling:
            starts = Ask.PLAY
        if starts is None or machine.is_rolling:
            return NOTHING
        self._has_started = True
        pulses = self._sixteenths * _PULSES_PER_SIXTEENTH
        place_s = pulses * self._pulse_ns / _NS_PER_SECOND
        return Reaction((Asked(starts, place_s),))

    def _stopped(self) -> Reaction:
        was_started, self._has_started = self._has_started, False
        return Reaction((Asked(Ask.STOP),)) if was_started else NOTHING
