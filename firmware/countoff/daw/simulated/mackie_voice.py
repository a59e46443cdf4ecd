"""Mackie Control, as a DAW speaks it: presses are heard, lights and time display are kept true. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.profile import Recording
from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.time_text import mackie_digits
from countoff.daw.simulated.voice import NOTHING, Reaction
from countoff.midi import mackie, mackie_handshake
from countoff.midi.mackie import Button, Digit, Light, Shine

if TYPE_CHECKING:
    from countoff.daw.simulated.machine import Machine
    from countoff.midi.timecode import Rate

_DISPLAY_EVERY_NS = 40_000_000
# A play light that goes with the beat is on for half of one.
_HALF_BEAT_NS = 250_000_000
_ASKS = {
    Button.RECORD: Ask.RECORD_BUTTON,
    Button.PLAY: Ask.PLAY,
    Button.STOP: Ask.STOP,
    Button.MARKER: Ask.MARKER,
}


class MackieVoice:
    """The lights and the display of one surface, as they were last said."""

    def __init__(
        self,
        recording: Recording,
        rate: Rate,
        *,
        play_goes_with_beat: bool = False,
        play_is_lit_in_pause: bool = False,
    ) -> None:
        """Show that it is armed as `recording` says, and its time at `rate` frames a second.

        In some DAWs the play light goes on and off with the beat, in others it stays on in a pause.
        """
        self._armed_shine = Shine.BLINKING if recording is Recording.RECORD_LIGHT else Shine.ON
        self._play_goes_with_beat = play_goes_with_beat
        self._play_is_lit_in_pause = play_is_lit_in_pause
        self._rate = rate
        self._said: dict[Button, Shine] = {}
        self._digits: dict[int, Digit] = {}
        self._display_ns = 0

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Ask who is there, and say every light and digit."""
        query = mackie_handshake.encode(mackie_handshake.Query())
        return Reaction(said=(query, *self._say_all(at_ns, machine)))

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Understand a press; say everything again to a surface that tells that it is there."""
        match mackie.decode_from_surface(data):
            case mackie.Press(button, is_down=True) if button in _ASKS:
                return Reaction((Asked(_ASKS[Button(button)]),))
        match mackie_handshake.decode(data):
            case mackie_handshake.Online(serial, _):
                welcome = mackie_handshake.Response(serial, bytes(4))
                said = (mackie_handshake.encode(welcome), *self._say_all(at_ns, machine))
                return Reaction(said=said)
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say each light that has changed, and each digit, as often as a display is renewed."""
        return Reaction(said=tuple(self._changes(at_ns, machine)))

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the display is renewed: only while it rolls does it move by itself."""
        return self._display_ns if machine.is_rolling else None

    def _say_all(self, at_ns: int, machine: Machine) -> list[bytes]:
        self._said.clear()
        self._digits.clear()
        self._display_ns = at_ns
        return self._changes(at_ns, machine)

    def _changes(self, at_ns: int, machine: Machine) -> list[bytes]:
        said = []
        for button, shine in self._lights(at_ns, machine).items():
            if self._said.get(button) is not shine:
                self._said[button] = shine
                said.append(mackie.encode(Light(button, shine)))
        if at_ns >= self._display_ns or not machine.is_rolling:
            said += self._say_digits(at_ns, machine)
        return said

    def _say_digits(self, at_ns: int, machine: Machine) -> list[bytes]:
        self._display_ns = at_ns + _DISPLAY_EVERY_NS
        said = []
        for digit in mackie_digits(machine.seconds_at(at_ns), self._rate):
            if self._digits.get(digit.place) != digit:
                self._digits[digit.place] = digit
                said.append(mackie.encode(digit))
        return said

    def _lights(self, at_ns: int, machine: Machine) -> dict[Button, Shine]:
        is_play_lit = machine.is_rolling or (self._play_is_lit_in_pause and machine.is_paused)
        if self._play_goes_with_beat:
            is_play_lit &= at_ns // _HALF_BEAT_NS % 2 == 0
        record = Shine.OFF
        if machine.is_armed:
            record = Shine.ON if machine.is_rolling else self._armed_shine
        return {
            Button.RECORD: record,
            Button.PLAY: Shine.ON if is_play_lit else Shine.OFF,
            Button.STOP: Shine.OFF if machine.is_rolling else Shine.ON,
            Button.SMPTE_LIGHT: Shine.ON,
            Button.BEATS_LIGHT: Shine.OFF,
        }
