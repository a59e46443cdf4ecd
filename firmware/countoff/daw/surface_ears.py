"""DAWs that take the box for a control surface: Mackie Control and HUI. Pure.

Their lights say what the transport does, their time display where it is, and they want to know now
and then that the surface is there.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from countoff.core.daw import DawPlace, DawTransport, KnownFrom
from countoff.daw.ears import Ear, displayed_seconds
from countoff.daw.lamps import Name, Shine, TransportLamps
from countoff.midi import hui, mackie, mackie_handshake
from countoff.midi.attention import Attention
from countoff.midi.hui_display import HuiDisplay
from countoff.midi.mackie_display import SETTLED_AFTER_NS, MackieDisplay

if TYPE_CHECKING:
    from countoff.daw.profile import Recording
    from countoff.midi.time_display import Reading
    from countoff.midi.timecode import Rate


class SurfaceEar(Ear):
    """What Mackie Control and HUI have in common: lights, and a time display."""

    def __init__(self, recording: Recording, rate: Rate) -> None:
        """Read the lights by `recording`, and the display at `rate`."""
        self.lamps = TransportLamps(recording)
        self._rate = rate

    def transport(self, now_ns: int) -> DawTransport | None:
        """Return what the lights say together."""
        self.lamps.pass_time(now_ns)
        return self.lamps.transport()

    def place(self, now_ns: int) -> tuple[int, DawPlace] | None:
        """Return what the display reads, where it shows time code."""
        reading = self._reading(now_ns)
        code = None if reading is None else reading.time_code(self._rate)
        if reading is None or code is None:
            return None
        return reading.at_ns, DawPlace(displayed_seconds(code), KnownFrom.DISPLAY)

    def next_moment_ns(self) -> int | None:
        """Return when a light that flashed counts as steady."""
        return self.lamps.next_moment_ns()

    def forget(self) -> None:
        """Know no light and no digit."""
        self.lamps.forget()

    @abstractmethod
    def _reading(self, now_ns: int) -> Reading | None:
        """Return what the display reads; None where it is not all there."""


_MACKIE_LAMPS = {
    mackie.Button.RECORD: Name.RECORD,
    mackie.Button.PLAY: Name.PLAY,
    mackie.Button.STOP: Name.STOP,
}
_MACKIE_SHINE = {
    mackie.Shine.OFF: Shine.OFF,
    mackie.Shine.BLINKING: Shine.BLINKING,
    mackie.Shine.ON: Shine.ON,
}
# Logic's own kind of the same surface is spoken to by some.
_DEVICES = (mackie.MACKIE_CONTROL, 0x10)
_LIGHTS = (*_MACKIE_LAMPS, mackie.Button.SMPTE_LIGHT, mackie.Button.BEATS_LIGHT)
_HANDSHAKE_STEPS = (0x00, 0x02, 0x13)


class MackieEar(SurfaceEar):
    """Hears a DAW that takes the box for a Mackie Control."""

    attention: ClassVar = Attention(
        states=(
            *(bytes((0x90, light)) for light in _LIGHTS),
            *(
                bytes((status, 0x40 + place))
                for status in (0xB0, 0xBF)
                for place in range(mackie.DISPLAY_DIGITS)
            ),
        ),
        words=tuple(
            bytes((0xF0, 0x00, 0x00, 0x66, device, step))
            for device in _DEVICES
            for step in _HANDSHAKE_STEPS
        ),
    )

    def __init__(self, recording: Recording, rate: Rate) -> None:
        """Read the lights by `recording`, and the display at `rate`."""
        super().__init__(recording, rate)
        self._display = MackieDisplay()
        self._settles_ns: int | None = None

    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in a light or a digit; answer a handshake."""
        for device in _DEVICES:
            if (answer := mackie_handshake.answer(data, device)) is not None:
                return (answer,)
        said = mackie.decode_from_daw(data)
        if said is None:
            return ()
        self._display.hear(at_ns, said)
        if isinstance(said, mackie.Digit):
            self._settles_ns = at_ns + SETTLED_AFTER_NS
        if isinstance(said, mackie.Light) and said.button in _MACKIE_LAMPS:
            name = _MACKIE_LAMPS[mackie.Button(said.button)]
            self.lamps.hear(at_ns, name, _MACKIE_SHINE[said.shine])
        return ()

    def greeting(self) -> tuple[bytes, ...]:
        """Return what makes some DAWs say every light again."""
        return (mackie_handshake.encode(mackie_handshake.Online()),)

    def next_moment_ns(self) -> int | None:
        """Return when a light that flashed counts as steady, or digits are all there."""
        moments = [super().next_moment_ns(), self._settles_ns]
        return min((moment_ns for moment_ns in moments if moment_ns is not None), default=None)

    def forget(self) -> None:
        """Know no light and no digit."""
        super().forget()
        self._display.forget()
        self._settles_ns = None

    def _reading(self, now_ns: int) -> Reading | None:
        if self._settles_ns is not None and now_ns >= self._settles_ns:
            self._settles_ns = None
        return self._display.settled(now_ns)


_HUI_LAMPS = {hui.RECORD: Name.RECORD, hui.PLAY: Name.PLAY, hui.STOP: Name.STOP}


class HuiEar(SurfaceEar):
    """Hears a DAW that takes the box for a HUI."""

    attention: ClassVar = Attention(
        words=(
            bytes((0x90, 0x00, 0x00)),
            bytes((0x80, 0x00, 0x00)),
            bytes((0xB0, 0x0C)),
            bytes((0xB0, 0x2C)),
            bytes((0xF0, 0x00, 0x00, 0x66, 0x05, 0x00, 0x11)),
        )
    )

    def __init__(self, recording: Recording, rate: Rate) -> None:
        """Read the lights by `recording`, and the display at `rate`."""
        super().__init__(recording, rate)
        self._from_daw = hui.FromDaw()
        self._display = HuiDisplay()

    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in a light or digits; answer a ping, without which the DAW soon says no more."""
        said = self._from_daw.hear(data)
        match said:
            case None:
                return ()
            case hui.Ping():
                return hui.encode(hui.PingAnswer())
            case hui.Light(switch, is_on) if switch in _HUI_LAMPS:
                self.lamps.hear(at_ns, _HUI_LAMPS[switch], Shine.ON if is_on else Shine.OFF)
        self._display.hear(at_ns, said)
        return ()

    def greeting(self) -> tuple[bytes, ...]:
        """Return what a HUI says when it is switched on."""
        return hui.encode(hui.SystemReset())

    def forget(self) -> None:
        """Know no light and no digit, and no half of a message."""
        super().forget()
        self._from_daw = hui.FromDaw()
        self._display.forget()

    def _reading(self, _now_ns: int) -> Reading | None:
        return self._display.reading()
