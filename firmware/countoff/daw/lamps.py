"""The transport's lights on a control surface: what they say together that the DAW does. Pure.

What has not been heard is not off: it is not known. A DAW turns several lights one after the other,
and some flash by turning a light on and off, so that what they say needs a moment to be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countoff.core.daw import DawTransport
from countoff.daw.profile import Recording

_MS = 1_000_000
# Longer than from one light of a change to the last; far shorter than anybody's look at the lamp.
SETTLING_NS = 20 * _MS
# A light that flashes is on again within this time.
_FLASHING_NS = 1500 * _MS


class Name(StrEnum):
    """The lights that matter."""

    RECORD = "record"
    PLAY = "play"
    STOP = "stop"


class Shine(StrEnum):
    """What a light does."""

    OFF = "off"
    BLINKING = "blinking"
    ON = "on"


@dataclass(slots=True)
class _Lamp:
    """One light, as it was heard."""

    shine: Shine | None = None
    heard_ns: int = 0
    on_before_ns: int | None = None
    """When it went on the time before, while nothing else moved."""
    is_flashing: bool = False


class TransportLamps:
    """The record, play and stop lights of one surface. One thread."""

    def __init__(self, recording: Recording) -> None:
        """Know nothing; `recording` is which lights mean that the DAW records."""
        self._recording = recording
        self._lamps = {name: _Lamp() for name in Name}
        self._moved_ns = 0

    @property
    def record(self) -> Shine | None:
        """What the record light does; None where it is not known."""
        lamp = self._lamps[Name.RECORD]
        return Shine.BLINKING if lamp.is_flashing else lamp.shine

    @property
    def moved_ns(self) -> int:
        """When a light last changed."""
        return self._moved_ns

    def hear(self, at_ns: int, name: Name, shine: Shine) -> None:
        """Take in what the DAW said of a light at `at_ns`."""
        self.pass_time(at_ns)
        lamp = self._lamps[name]
        if shine is lamp.shine:
            lamp.heard_ns = at_ns
            return
        if name is Name.RECORD:
            self._watch_flashing(lamp, at_ns, shine)
        elif name is Name.PLAY:
            self.command_said()
        lamp.shine, lamp.heard_ns = shine, at_ns
        self._moved_ns = at_ns

    def command_said(self) -> None:
        """Take a light that goes off and on again from here for what was asked, not for flashing."""
        lamp = self._lamps[Name.RECORD]
        lamp.on_before_ns, lamp.is_flashing = None, False

    def pass_time(self, now_ns: int) -> None:
        """Take a light that has flashed and has now been steady for what it says."""
        lamp = self._lamps[Name.RECORD]
        if lamp.is_flashing and now_ns - lamp.heard_ns >= _FLASHING_NS:
            lamp.is_flashing, lamp.on_before_ns = False, None

    def next_moment_ns(self) -> int | None:
        """Return when time alone changes what the lights say, or None."""
        lamp = self._lamps[Name.RECORD]
        return lamp.heard_ns + _FLASHING_NS if lamp.is_flashing else None

    def forget(self) -> None:
        """Know nothing again."""
        self._lamps = {name: _Lamp() for name in Name}

    def transport(self) -> DawTransport | None:
        """Return what the lights say together; None where what decides it is not known."""
        rolls = self._rolls()
        match self.record, self._recording:
            case None, _:
                return None
            case Shine.ON, Recording.RECORD_LIGHT:
                return DawTransport.RECORDING
            case Shine.ON, _ if rolls:
                return DawTransport.RECORDING
            case ((Shine.ON | Shine.BLINKING), _) if rolls is not None:
                return DawTransport.PLAYING if rolls else DawTransport.ARMED
            case Shine.OFF, _ if rolls is not None:
                return DawTransport.PLAYING if rolls else DawTransport.STOPPED
        return None

    def _rolls(self) -> bool | None:
        """Return whether the DAW rolls; None where neither of the two lights that say so is known.

        Where they contradict each other the play light counts, as every DAW has it; only where the
        profile says that it means something else, the stop light does.
        """
        play, stop = self._lamps[Name.PLAY].shine, self._lamps[Name.STOP].shine
        is_stop_meant = self._recording is Recording.RECORD_WITHOUT_STOP_LIGHT
        if play is not None and not is_stop_meant:
            return play is Shine.ON
        return None if stop is None else stop is not Shine.ON

    def _watch_flashing(self, lamp: _Lamp, at_ns: int, shine: Shine) -> None:
        """Notice a light that goes on again and again while nothing rolls and nothing was asked."""
        if shine is not Shine.ON or self._rolls():
            return
        if lamp.on_before_ns is not None and at_ns - lamp.on_before_ns < _FLASHING_NS:
            lamp.is_flashing = True
        lamp.on_before_ns = at_ns
