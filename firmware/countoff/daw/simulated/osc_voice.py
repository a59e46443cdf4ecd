"""Open Sound Control, as Ardour and REAPER say over the network what they do. Pure; packets in and out.

Ardour says nothing until somebody asks, then all of its state, what changes, and a heartbeat. REAPER
says all of it, unasked, to the machine that it was set up for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport
from countoff.daw.osc.packets import OscMessage, decode, encode
from countoff.daw.profile import OscWords
from countoff.daw.simulated.time_text import clock_text

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine
    from countoff.midi.timecode import Rate

_PLACE_EVERY_NS = 100_000_000
_HEARTBEAT_EVERY_NS = 1_000_000_000
_QUESTION = "/set_surface"


class OscVoice:
    """What was said of one DAW so far."""

    def __init__(self, words: OscWords, rate: Rate) -> None:
        """Say it in `words`, places at `rate` frames a second."""
        self._words = words
        self._rate = rate
        self._is_asked = words is OscWords.REAPER
        self._said: dict[str, int | float | str] = {}
        self._place_ns = 0
        self._heartbeat_ns = 0
        self._beats = 0

    def greet(self, at_ns: int, machine: Machine) -> tuple[bytes, ...]:
        """Say all there is, where nobody needs to ask."""
        self._place_ns = self._heartbeat_ns = at_ns
        return self.take_turn(at_ns, machine)

    def hear(self, at_ns: int, packet: bytes, machine: Machine) -> tuple[bytes, ...]:
        """Say everything again to whoever asks."""
        if not any(message.address == _QUESTION for message in decode(packet)):
            return ()
        self._is_asked = True
        self._said.clear()
        self._place_ns = self._heartbeat_ns = at_ns
        return self.take_turn(at_ns, machine)

    def take_turn(self, at_ns: int, machine: Machine) -> tuple[bytes, ...]:
        """Say what has changed, and what is due."""
        if not self._is_asked:
            return ()
        now = self._state(machine)
        if at_ns >= self._place_ns:
            self._place_ns = at_ns + _PLACE_EVERY_NS
            now |= self._place(at_ns, machine)
        if self._words is OscWords.ARDOUR and at_ns >= self._heartbeat_ns:
            self._heartbeat_ns = at_ns + _HEARTBEAT_EVERY_NS
            self._beats += 1
            now["/heartbeat"] = self._beats % 2
        changed = {
            address: value for address, value in now.items() if self._said.get(address) != value
        }
        self._said |= changed
        return tuple(encode(OscMessage(address, (value,))) for address, value in changed.items())

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the place, or a heartbeat, is due."""
        if not self._is_asked:
            return None
        moments = [self._place_ns] if machine.is_rolling else []
        if self._words is OscWords.ARDOUR:
            moments.append(self._heartbeat_ns)
        return min(moments, default=None)

    def _state(self, machine: Machine) -> dict[str, int | float | str]:
        rolls = machine.is_rolling
        if self._words is OscWords.ARDOUR:
            return {
                "/transport_play": int(rolls),
                "/rec_enable_toggle": int(machine.is_armed),
                "/record_tally": int(not machine.refuses),
            }
        return {
            "/play": float(rolls),
            "/stop": float(not rolls),
            "/pause": float(machine.is_paused),
            "/record": float(machine.transport is DawTransport.RECORDING),
        }

    def _place(self, at_ns: int, machine: Machine) -> dict[str, int | float | str]:
        seconds = machine.seconds_at(at_ns)
        if self._words is OscWords.ARDOUR:
            return {"/position/smpte": clock_text(seconds, self._rate)}
        return {"/time": float(seconds)}
