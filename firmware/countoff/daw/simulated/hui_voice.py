"""HUI, as a DAW speaks it: switches are heard, lights and display kept true, the surface pinged. Pure.

A surface that has not answered for a while is told nothing but pings; when it answers again, or was
switched on anew, it is told everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.time_text import hui_display
from countoff.daw.simulated.voice import NOTHING, Reaction
from countoff.midi import hui
from countoff.midi.hui import FromSurface, Light, Ping, PingAnswer, Press, Switch, SystemReset

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine
    from countoff.midi.hui_digits import Digits
    from countoff.midi.timecode import Rate

_NS_PER_SECOND = 1_000_000_000
_PING_EVERY_NS = hui.PING_EVERY_S * _NS_PER_SECOND
_GONE_AFTER_NS = 3 * _NS_PER_SECOND
_DISPLAY_EVERY_NS = 40_000_000
# The record light flashes while it is armed and does not roll; a HUI light can only be on or off.
_FLASH_NS = 250_000_000
_ASKS = {hui.RECORD: Ask.RECORD_BUTTON, hui.PLAY: Ask.PLAY, hui.STOP: Ask.STOP}


class HuiVoice:
    """The lights and the display of one surface as they were last said, and whether it is there."""

    def __init__(self, rate: Rate) -> None:
        """Show time at `rate` frames a second."""
        self._rate = rate
        self._surface = FromSurface()
        self._said: dict[Switch, bool] = {}
        self._display: Digits | None = None
        self._display_ns = 0
        self._ping_ns = 0
        self._flash_ns = 0
        self._answered_ns: int | None = None

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Ping; whoever answers is told everything."""
        self._answered_ns = None
        self._ping_ns = at_ns
        return self.take_turn(at_ns, machine)

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Understand a switch that goes down, and that the surface is there."""
        match self._surface.hear(data):
            case Press(switch, is_down=True) if switch in _ASKS:
                return Reaction((Asked(_ASKS[switch]),))
            case PingAnswer():
                is_news = not self._is_heard(at_ns)
                self._answered_ns = at_ns
                return self._say_all(at_ns, machine) if is_news else NOTHING
            case SystemReset():
                self._answered_ns = at_ns
                return self._say_all(at_ns, machine)
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Ping once a second; say each light that has changed, and what the display shows."""
        said: list[bytes] = []
        if at_ns >= self._ping_ns:
            self._ping_ns = at_ns + _PING_EVERY_NS
            said += hui.encode(Ping())
        if self._is_heard(at_ns):
            said += self._changes(at_ns, machine)
        self._flash_ns = (at_ns // _FLASH_NS + 1) * _FLASH_NS
        if at_ns >= self._display_ns:
            self._display_ns = at_ns + _DISPLAY_EVERY_NS
        return Reaction(said=tuple(said))

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the next ping, change of a light or of the display is due."""
        if machine.is_rolling:
            return min(self._ping_ns, self._display_ns)
        if machine.is_armed:
            return min(self._ping_ns, self._flash_ns)
        return self._ping_ns

    def _is_heard(self, at_ns: int) -> bool:
        return self._answered_ns is not None and at_ns - self._answered_ns < _GONE_AFTER_NS

    def _say_all(self, at_ns: int, machine: Machine) -> Reaction:
        self._said.clear()
        self._display = None
        self._display_ns = at_ns
        return Reaction(said=tuple(self._changes(at_ns, machine)))

    def _changes(self, at_ns: int, machine: Machine) -> list[bytes]:
        said: list[bytes] = []
        for switch, is_on in self._lights(at_ns, machine).items():
            if self._said.get(switch) is not is_on:
                self._said[switch] = is_on
                said += hui.encode(Light(switch, is_on))
        if at_ns >= self._display_ns or not machine.is_rolling:
            shown = hui_display(machine.seconds_at(at_ns), self._rate)
            if shown != self._display:
                self._display = shown
                said += hui.encode(shown)
        return said

    def _lights(self, at_ns: int, machine: Machine) -> dict[Switch, bool]:
        is_flashing = machine.is_armed and not machine.is_rolling
        return {
            hui.RECORD: at_ns // _FLASH_NS % 2 == 0 if is_flashing else machine.is_armed,
            hui.PLAY: machine.is_rolling,
            hui.STOP: not machine.is_rolling,
            hui.TIME_CODE_LIGHT: True,
        }
