"""What bytes between box and DAW mean, in words: for people who watch a cable. Pure.

What comes many times a second is one word, `clock` or `time display`, so that whoever shows it can
leave its repetitions out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.daw.simulated.time_text import clock_text, displayed_s
from countoff.midi import hui, mackie, mackie_handshake, mmc, realtime
from countoff.midi.hui_digits import Digits
from countoff.midi.mackie import Shine
from countoff.midi.realtime import Realtime, SongPosition

if TYPE_CHECKING:
    from countoff.daw.osc.packets import OscMessage
    from countoff.midi.hui import Switch

CLOCK: Final = "clock"
TIME_DISPLAY: Final = "time display"
TIME_CODE: Final = "time code"
METERS: Final = "meters, faders"
PING: Final = "HUI ping"
PING_ANSWER: Final = "HUI ping answered"
OSC_PLACE: Final = "OSC place"
OSC_HEARTBEAT: Final = "OSC heartbeat"
OFTEN: Final = frozenset(
    {CLOCK, TIME_DISPLAY, TIME_CODE, METERS, PING, PING_ANSWER, OSC_PLACE, OSC_HEARTBEAT}
)
"""What comes so often that only the first of it is worth a line."""

_SHINES: Final = {Shine.OFF: "off", Shine.BLINKING: "blinks", Shine.ON: "on"}
_SWITCHES: Final[dict[Switch, str]] = {
    hui.RECORD: "record",
    hui.PLAY: "play",
    hui.STOP: "stop",
    hui.TIME_CODE_LIGHT: "time code",
}
_OSC_OFTEN: Final = {
    "/position/smpte": OSC_PLACE,
    "/time": OSC_PLACE,
    "/heartbeat": OSC_HEARTBEAT,
}
_HANDSHAKE: Final = {
    mackie_handshake.Query: "who is there?",
    mackie_handshake.Online: "here I am",
    mackie_handshake.Response: "welcome",
    mackie_handshake.Confirmation: "connected",
    mackie_handshake.Refusal: "refused",
    mackie_handshake.VersionRequest: "which version?",
    mackie_handshake.Version: "version",
}
_METER, _FADER, _QUARTER_FRAME, _FULL_FRAME = 0xD0, 0xE0, 0xF1, bytes.fromhex("f07f7f0101")


def osc_words(message: OscMessage) -> str:
    """Return what an OSC message says."""
    if message.address in _OSC_OFTEN:
        return _OSC_OFTEN[message.address]
    values = " ".join(
        f"{value:g}" for value in message.arguments if isinstance(value, (int, float))
    )
    return f"OSC {message.address} {values}".rstrip()


class Wording:
    """Puts one direction of one cable into words. Keeps what a message of two parts needs."""

    def __init__(self, *, is_from_daw: bool) -> None:
        """Word what the DAW says, or else what it hears."""
        self._is_from_daw = is_from_daw
        self._hui = hui.FromDaw() if is_from_daw else hui.FromSurface()

    def of(self, data: bytes) -> str:
        """Return what a whole message means; empty where the next one is needed to know."""
        return (
            _realtime_words(data)
            or _mmc_words(data)
            or self._hui_words(data)
            or _handshake_words(data)
            or (_daw_words(data) if self._is_from_daw else _surface_words(data))
        )

    def _hui_words(self, data: bytes) -> str:
        match self._hui.hear(data):
            case hui.Ping():
                return PING
            case hui.PingAnswer():
                return PING_ANSWER
            case hui.SystemReset():
                return "HUI switched on"
            case hui.Press(switch, is_down):
                return f"HUI {_switch(switch)} {'pressed' if is_down else 'released'}"
            case hui.Light(switch, is_on):
                return f"HUI {_switch(switch)} light {'on' if is_on else 'off'}"
            case Digits():
                return TIME_DISPLAY
        return ""


def _realtime_words(data: bytes) -> str:
    match realtime.decode(data):
        case Realtime.PULSE:
            return CLOCK
        case SongPosition(sixteenths):
            return f"song position {sixteenths} sixteenths"
        case Realtime() as word:
            return f"clock {word.name.lower()}"
    if data[:1] == bytes((_QUARTER_FRAME,)):
        return TIME_CODE
    if data.startswith(_FULL_FRAME):
        return "time code, a full frame"
    return ""


def _mmc_words(data: bytes) -> str:
    return ", ".join(_mmc_command(each.command) for each in mmc.decode(data))


def _mmc_command(command: mmc.Command) -> str:
    if isinstance(command, mmc.Locate):
        return f"MMC locate {clock_text(displayed_s(command.place), command.place.rate)}"
    if isinstance(command, mmc.Transport):
        return f"MMC {command.name.lower().replace('_', ' ')}"
    return f"MMC {type(command).__name__}"


def _handshake_words(data: bytes) -> str:
    step = mackie_handshake.decode(data)
    return f"Mackie: {_HANDSHAKE[type(step)]}" if step is not None else ""


def _surface_words(data: bytes) -> str:
    match mackie.decode_from_surface(data):
        case mackie.Press(button, is_down):
            return f"Mackie {_button(button)} {'pressed' if is_down else 'released'}"
    return _unknown(data)


def _daw_words(data: bytes) -> str:
    if data and data[0] & 0xF0 in (_METER, _FADER):
        return METERS
    match mackie.decode_from_daw(data):
        case mackie.Light(button, _) if button in mackie.SELECT:
            return METERS
        case mackie.Light(button, shine):
            return f"Mackie {_button(button)} light {_SHINES[shine]}"
        case mackie.Digit():
            return TIME_DISPLAY
    return _unknown(data)


def _unknown(data: bytes) -> str:
    # Half a HUI switch: what it means comes with the other half.
    is_half = len(data) == 3 and data[0] == 0xB0 and data[1] in (0x0C, 0x0F)
    return "" if is_half else data.hex(" ")


def _button(button: int) -> str:
    if not isinstance(button, mackie.Button):
        return f"button {button}"
    return button.name.lower().replace("_", " ").removesuffix(" light")


def _switch(switch: Switch) -> str:
    return _SWITCHES.get(switch, f"zone {switch.zone} port {switch.port}")
