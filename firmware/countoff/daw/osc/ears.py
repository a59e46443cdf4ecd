"""What Ardour and REAPER say of themselves over OSC: what the transport does, and where it is. Pure.

What has not been heard is not off: it is not known.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from countoff.core.daw import DawPlace, DawTransport, KnownFrom
from countoff.daw.ears import displayed_seconds
from countoff.daw.osc.packets import OscMessage
from countoff.daw.profile import OscWords
from countoff.midi.timecode import TimeCode

if TYPE_CHECKING:
    from countoff.daw.osc.packets import Argument
    from countoff.midi.timecode import Rate

# Ardour's bits of what it is to tell: that it is there, its transport, and its time code. Of strips
# it tells nothing: one in the bank is the fewest there can be.
_HEARTBEAT, _TRANSPORT, _TIME_CODE = 8, 16, 64
_BANK, _STRIP_KINDS, _GAIN_MODE = 1, 1, 0
_TIME_CODE_FIELDS = 4
_MOST_PLACES = 10**6  # seconds: further on nobody records


class OscEar(ABC):
    """Hears one DAW."""

    _watched: ClassVar[frozenset[str]]
    """The addresses that say on or off."""
    is_never_silent: ClassVar[bool]
    """It says something at least each second, also while it stands."""

    def __init__(self) -> None:
        """Know nothing."""
        self._switches: dict[str, bool] = {}
        self.place: DawPlace | None = None
        """Where it last said that it is."""

    def greeting(self) -> tuple[OscMessage, ...]:
        """Return what has the DAW say its state, now and whenever it changes; nothing for some."""
        return ()

    def hear(self, message: OscMessage) -> None:
        """Take in one message."""
        value = message.arguments[0] if message.arguments else None
        if message.address in self._watched:
            if isinstance(value, (bool, int, float)) and not math.isnan(value):
                self._switches[message.address] = value > 0
        else:
            self._take_place(message.address, value)

    @abstractmethod
    def transport(self) -> DawTransport | None:
        """Return what the DAW does; None where what decides it is not known."""

    def forget(self) -> None:
        """Know nothing again: what was heard is stale."""
        self._switches = {}
        self.place = None

    @abstractmethod
    def _take_place(self, address: str, value: Argument) -> None:
        """Take in where the DAW is, if that is what a message says."""


class ArdourEar(OscEar):
    """Hears Ardour. Its tally is on where the session is armed, and where a track is."""

    _watched = frozenset({"/transport_play", "/rec_enable_toggle", "/record_tally"})
    is_never_silent = True

    def __init__(self, rate: Rate) -> None:
        """Read its time code at `rate`."""
        super().__init__()
        self._rate = rate

    def greeting(self) -> tuple[OscMessage, ...]:
        """Return what has Ardour take whoever says it for a surface."""
        told = _HEARTBEAT | _TRANSPORT | _TIME_CODE
        return (OscMessage("/set_surface", (_BANK, _STRIP_KINDS, told, _GAIN_MODE)),)

    def transport(self) -> DawTransport | None:
        """Return what it does. With its tally dark it records nothing; lit it proves no track."""
        rolls = self._switches.get("/transport_play")
        is_armed = self._switches.get("/rec_enable_toggle")
        has_track = self._switches.get("/record_tally")
        if rolls is None or is_armed is None or has_track is None:
            return None
        if rolls:
            return DawTransport.RECORDING if is_armed and has_track else DawTransport.PLAYING
        return DawTransport.ARMED if is_armed else DawTransport.STOPPED

    def _take_place(self, address: str, value: Argument) -> None:
        if address != "/position/smpte" or not isinstance(value, str):
            return
        fields = value.strip().split(":")
        if len(fields) != _TIME_CODE_FIELDS or not all(field.isdecimal() for field in fields):
            return
        hour, minute, second, frame = (int(field) for field in fields)
        try:
            code = TimeCode(hour, minute, second, frame, self._rate)
        except ValueError:
            return
        self.place = DawPlace(displayed_seconds(code), KnownFrom.OSC)


class ReaperEar(OscEar):
    """Hears REAPER with its default patterns. Its record means rolling and recording."""

    _watched = frozenset({"/play", "/pause", "/stop", "/record"})
    is_never_silent = False

    def transport(self) -> DawTransport | None:
        """Return what it does; paused in a recording it is armed."""
        records, plays = self._switches.get("/record"), self._switches.get("/play")
        is_paused = self._switches.get("/pause", False)
        if records and not is_paused:
            return DawTransport.RECORDING
        if records is None or plays is None:
            return None
        if is_paused:
            return DawTransport.ARMED if records else DawTransport.STOPPED
        return DawTransport.PLAYING if plays else DawTransport.STOPPED

    def _take_place(self, address: str, value: Argument) -> None:
        if address == "/time" and isinstance(value, (int, float)) and 0 <= value < _MOST_PLACES:
            self.place = DawPlace(Fraction(value).limit_denominator(1000), KnownFrom.OSC)


def ear_for(words: OscWords, rate: Rate) -> OscEar:
    """Return the ear for a DAW whose time code counts at `rate`."""
    return ArdourEar(rate) if words is OscWords.ARDOUR else ReaperEar()
