"""Mackie Control: buttons, wheel, lights and displays, as bytes and back. Pure.

The same bytes mean a button when the surface says them and a light when the DAW does, so each
direction has its own decoder. Every decoder takes one whole message and answers None for what is
none of these. The box is the surface. How the two find each other is in `mackie_handshake`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from countoff.midi.time_display import character_of, six_bits

MACKIE_CONTROL = 0x14
"""The device that every DAW knows; 0x10 is Logic Control."""
DISPLAY_DIGITS = 10
LONGEST_TURN = 0x3F
SCREEN_CHARACTERS = 112

# The rows of the channel strips, from strip 1 on.
RECORD_READY = range(0x08)
SOLO = range(0x08, 0x10)
MUTE = range(0x10, 0x18)
SELECT = range(0x18, 0x20)
FADER_TOUCH = range(0x68, 0x71)

_NOTE_ON = 0x90
_NOTE_OFF = 0x80
_CONTROLLERS = (0xB0, 0xBF)
_JOG = 0x3C
_BACKWARDS = 0x40
_FIRST_DIGIT = 0x40
_DOT = 0x40
_SCREEN = 0x12
_HEAD = bytes((0xF0, 0x00, 0x00, 0x66))
_END = 0xF7
_SEVEN_BITS = 0x7F


class Button(IntEnum):
    """The notes that have a name, apart from the channel strips; the last ones are lights only."""

    SMPTE_BEATS = 0x35
    F1 = 0x36
    F2 = 0x37
    F3 = 0x38
    F4 = 0x39
    F5 = 0x3A
    F6 = 0x3B
    F7 = 0x3C
    F8 = 0x3D
    SHIFT = 0x46
    OPTION = 0x47
    CONTROL = 0x48
    ALT = 0x49
    SAVE = 0x50
    UNDO = 0x51
    CANCEL = 0x52
    ENTER = 0x53
    MARKER = 0x54
    NUDGE = 0x55
    CYCLE = 0x56
    DROP = 0x57
    REPLACE = 0x58
    CLICK = 0x59
    SOLO = 0x5A
    REWIND = 0x5B
    FAST_FORWARD = 0x5C
    STOP = 0x5D
    PLAY = 0x5E
    RECORD = 0x5F
    CURSOR_UP = 0x60
    CURSOR_DOWN = 0x61
    CURSOR_LEFT = 0x62
    CURSOR_RIGHT = 0x63
    ZOOM = 0x64
    SCRUB = 0x65
    USER_A = 0x66
    USER_B = 0x67
    SMPTE_LIGHT = 0x71
    BEATS_LIGHT = 0x72
    RUDE_SOLO_LIGHT = 0x73


class Shine(IntEnum):
    """What a light does; the value is what the DAW sends for it."""

    OFF = 0x00
    BLINKING = 0x01
    ON = 0x7F


@dataclass(frozen=True, slots=True)
class Press:
    """The surface: a button goes down, or up again."""

    button: int
    is_down: bool = True

    def __post_init__(self) -> None:
        _check("a button's note", self.button, 0, _SEVEN_BITS)


@dataclass(frozen=True, slots=True)
class Jog:
    """The surface: the wheel is turned, forwards if positive."""

    steps: int

    def __post_init__(self) -> None:
        _check("a turn of the wheel", abs(self.steps), 1, LONGEST_TURN)


@dataclass(frozen=True, slots=True)
class Light:
    """The DAW: the light of a button."""

    button: int
    shine: Shine

    def __post_init__(self) -> None:
        _check("a light's note", self.button, 0, _SEVEN_BITS)


@dataclass(frozen=True, slots=True)
class Digit:
    """The DAW: one character of the time display; place 0 is the right-most."""

    place: int
    character: str
    has_dot: bool = False

    def __post_init__(self) -> None:
        _check("a digit's place", self.place, 0, DISPLAY_DIGITS - 1)
        six_bits(self.character)


@dataclass(frozen=True, slots=True)
class ScreenText:
    """The DAW: text for the screen of two rows of 56 characters, from `position` on."""

    position: int
    text: str

    def __post_init__(self) -> None:
        _check("a position on the screen", self.position, 0, SCREEN_CHARACTERS - 1)
        if not self.text.isascii():
            raise ValueError(
                f'Mackie Control: the screen shows plain ASCII only; "{self.text}" is not.'
            )


SurfaceSaid = Press | Jog
DawSaid = Light | Digit | ScreenText


def encode(message: SurfaceSaid | DawSaid, device_id: int = MACKIE_CONTROL) -> bytes:
    """Return the bytes of `message`, whoever says it; `device_id` is for the screen only."""
    match message:
        case Press(button, is_down):
            return bytes((_NOTE_ON, button, _SEVEN_BITS if is_down else 0))
        case Light(button, shine):
            return bytes((_NOTE_ON, button, shine))
        case Jog(steps):
            return bytes((_CONTROLLERS[0], _JOG, steps if steps > 0 else _BACKWARDS - steps))
        case Digit(place, character, has_dot):
            code = six_bits(character) | (_DOT if has_dot else 0)
            return bytes((_CONTROLLERS[0], _FIRST_DIGIT + place, code))
        case ScreenText(position, text):
            return exclusive(bytes((_SCREEN, position)) + text.encode("ascii"), device_id)


def pressed(button: int) -> tuple[bytes, bytes]:
    """Return the two messages of a button that is pressed and released."""
    return encode(Press(button)), encode(Press(button, is_down=False))


def decode_from_daw(data: bytes, device_id: int = MACKIE_CONTROL) -> DawSaid | None:
    """Return what the DAW says to surface `device_id`, or None where that is nothing known.

    A light's value that is neither on nor off is read as blinking: never more than was said.
    """
    if body := exclusive_body(data, device_id):
        is_text = body[0] == _SCREEN and len(body) > 1 and body[1] < SCREEN_CHARACTERS
        return ScreenText(body[1], body[2:].decode("ascii")) if is_text else None
    match _short(data):
        case (status, note, value) if status in {_NOTE_ON, _NOTE_OFF}:
            return Light(_named(note), _shine(0 if status == _NOTE_OFF else value))
        case (status, number, value) if (
            status in _CONTROLLERS and 0 <= number - _FIRST_DIGIT < DISPLAY_DIGITS
        ):
            return Digit(number - _FIRST_DIGIT, character_of(value), bool(value & _DOT))
    return None


def decode_from_surface(data: bytes) -> SurfaceSaid | None:
    """Return which button or wheel moved, or None where that is nothing known."""
    match _short(data):
        case (status, note, value) if status in {_NOTE_ON, _NOTE_OFF}:
            return Press(_named(note), is_down=status == _NOTE_ON and value > 0)
        case (status, number, value) if status == _CONTROLLERS[0] and number == _JOG:
            steps = value & LONGEST_TURN
            return Jog(-steps if value & _BACKWARDS else steps) if steps else None
    return None


def exclusive(body: bytes, device_id: int = MACKIE_CONTROL) -> bytes:
    """Return the system exclusive message with `body` in it. Raises ValueError for no device."""
    _check("a device", device_id, 0, _SEVEN_BITS)
    return _HEAD + bytes((device_id,)) + body + bytes((_END,))


def exclusive_body(data: bytes, device_id: int = MACKIE_CONTROL) -> bytes:
    """Return what lies in a system exclusive message of `device_id`; empty where it is none."""
    head = _HEAD + bytes((device_id,))
    body = data[len(head) : -1]
    is_whole = data.startswith(head) and data[-1] == _END and body.isascii()
    return body if is_whole else b""


def _check(what: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"Mackie Control: {what} is {value}; {lowest} to {highest} is allowed.")


def _short(data: bytes) -> tuple[int, ...]:
    """Return a message of three bytes; empty where it is none."""
    return tuple(data) if len(data) == 3 and data[1:].isascii() else ()


def _named(note: int) -> int:
    return Button(note) if note in _NAMED else note


def _shine(value: int) -> Shine:
    return Shine(value) if value in (Shine.OFF, Shine.ON) else Shine.BLINKING


_NAMED = frozenset(Button)
