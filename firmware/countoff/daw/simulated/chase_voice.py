"""Time code, as a DAW that follows it hears it: it goes there, locks, and rolls along. Pure.

A full frame sends it to a place. Quarter frames roll it once some places in a row were whole; where
they cease it rolls on for some frames, in case they come back, and stops.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.daw.ears import displayed_seconds
from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.voice import NOTHING, Listener, Reaction
from countoff.midi import mtc
from countoff.midi.mtc_reader import STOPPED_AFTER_NS, Motion, Reader

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine
    from countoff.midi.mtc_reader import PlaceRead

_NS_PER_SECOND = 1_000_000_000
_QUARTER_FRAME = bytes((mtc.QUARTER_FRAME,))
# Half a second: DAWs take from some frames to two seconds.
_PLACES_TO_LOCK = 6
# Rolling, it is put right again where it is further off than two frames.
_FURTHEST_OFF_S = Fraction(2, 24)


class ChaseVoice(Listener):
    """Follows time code, whoever sends it."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._reader = Reader()
        self._heard_ns: int | None = None
        self._places = 0
        self._has_started = False

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Take in a full frame or a quarter frame."""
        read = self._reader.hear(at_ns, data)
        if read is not None and read.motion is Motion.LOCATED:
            self._forget()
            return Reaction((Asked(Ask.LOCATE, displayed_seconds(read.place)),))
        if data[:1] != _QUARTER_FRAME:
            return NOTHING
        self._heard_ns = at_ns
        if not self._reader.is_rolling(at_ns):
            self._places = 0
        if read is None or read.motion is not Motion.FORWARDS:
            return NOTHING
        return self._chase(read, machine)

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Stop where time code has ceased."""
        silent_ns = self.next_ns(machine)
        if silent_ns is None or at_ns < silent_ns:
            return NOTHING
        was_started = self._has_started
        self._forget()
        return Reaction((Asked(Ask.STOP),)) if was_started and machine.is_rolling else NOTHING

    def next_ns(self, machine: Machine) -> int | None:
        """Return when time code counts as ceased, if none comes by then."""
        return None if self._heard_ns is None else self._heard_ns + STOPPED_AFTER_NS + 1

    def _chase(self, read: PlaceRead, machine: Machine) -> Reaction:
        self._places += 1
        if self._places < _PLACES_TO_LOCK:
            return NOTHING
        at_zero_s = displayed_seconds(read.place) - Fraction(read.at_ns, _NS_PER_SECOND)
        if machine.is_rolling:
            here_s = machine.seconds_at(read.at_ns) - Fraction(read.at_ns, _NS_PER_SECOND)
            if not self._has_started or abs(here_s - at_zero_s) <= _FURTHEST_OFF_S:
                return NOTHING
        elif self._has_started:
            # Its own user has stopped it: it waits for other time code.
            return NOTHING
        self._has_started = True
        return Reaction((Asked(Ask.CHASE, at_zero_s),))

    def _forget(self) -> None:
        self._heard_ns = None
        self._places = 0
        self._has_started = False
