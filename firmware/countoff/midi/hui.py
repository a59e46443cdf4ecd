"""HUI: what a control surface and a DAW say to each other, as bytes and back. Pure.

A switch or a light is a zone and a port, in two messages: the first selects the zone, the second
the port and its state. So the decoders are objects that remember the zone in between; each takes
whole messages, of one direction. The box is the surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from countoff.midi.hui_digits import Digits, decode_digits, encode_digits

_PING = bytes((0x90, 0x00, 0x00))
_PING_ANSWER = bytes((0x90, 0x00, 0x7F))
_SYSTEM_RESET = bytes((0xFF,))
_CONTROLLER = 0xB0
_ZONE_FROM_SURFACE = 0x0F
_PORT_FROM_SURFACE = 0x2F
_ZONE_FROM_DAW = 0x0C
_PORT_FROM_DAW = 0x2C
_JOG = 0x0D
_FORWARDS = 0x40
_ON = 0x40

LONGEST_TURN = 0x3F
HIGHEST_ZONE = 0x7F
HIGHEST_PORT = 0x0F
PING_EVERY_S = 1
"""How often a DAW pings; a surface that does not answer is soon talked to no more."""


class Switch(NamedTuple):
    """A button of the surface, and its light."""

    zone: int
    port: int


TALKBACK: Final = Switch(0x0E, 0)
REWIND: Final = Switch(0x0E, 1)
FAST_FORWARD: Final = Switch(0x0E, 2)
STOP: Final = Switch(0x0E, 3)
PLAY: Final = Switch(0x0E, 4)
RECORD: Final = Switch(0x0E, 5)

RETURN_TO_ZERO: Final = Switch(0x0F, 0)
END: Final = Switch(0x0F, 1)
ONLINE: Final = Switch(0x0F, 2)
LOOP: Final = Switch(0x0F, 3)
QUICK_PUNCH: Final = Switch(0x0F, 4)

AUDITION: Final = Switch(0x10, 0)
PRE_ROLL: Final = Switch(0x10, 1)
PUNCH_IN: Final = Switch(0x10, 2)
PUNCH_OUT: Final = Switch(0x10, 3)
POST_ROLL: Final = Switch(0x10, 4)

ENTER: Final = Switch(0x14, 0)
"""On the number pad. Said to make a memory location in Pro Tools; not tried with the program."""

TIME_CODE_LIGHT: Final = Switch(0x16, 0)
FEET_LIGHT: Final = Switch(0x16, 1)
BEATS_LIGHT: Final = Switch(0x16, 2)
RUDE_SOLO_LIGHT: Final = Switch(0x16, 3)

RECORD_READY: Final = tuple(Switch(strip, 7) for strip in range(8))
"""Of the channel strips, from the first on."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The DAW asks whether the surface is there."""


@dataclass(frozen=True, slots=True)
class PingAnswer:
    """The surface is there."""


@dataclass(frozen=True, slots=True)
class SystemReset:
    """The surface was switched on, and knows nothing."""


@dataclass(frozen=True, slots=True)
class Press:
    """The surface: a switch goes down, or up again."""

    switch: Switch
    is_down: bool = True

    def __post_init__(self) -> None:
        _check_switch(self.switch)


@dataclass(frozen=True, slots=True)
class Light:
    """The DAW: a light is on, or off."""

    switch: Switch
    is_on: bool

    def __post_init__(self) -> None:
        _check_switch(self.switch)


@dataclass(frozen=True, slots=True)
class Jog:
    """The surface: the wheel is turned, forwards if positive."""

    steps: int

    def __post_init__(self) -> None:
        if not 1 <= abs(self.steps) <= LONGEST_TURN:
            raise ValueError(
                f"HUI: a turn of the wheel is {self.steps} steps;"
                f" 1 to {LONGEST_TURN}, forwards or back, is allowed."
            )


SurfaceSaid = PingAnswer | SystemReset | Press | Jog
DawSaid = Ping | Light | Digits


def encode(message: SurfaceSaid | DawSaid) -> tuple[bytes, ...]:
    """Return the messages, one or two, that say `message`, whoever says it."""
    match message:
        case Ping():
            return (_PING,)
        case PingAnswer():
            return (_PING_ANSWER,)
        case SystemReset():
            return (_SYSTEM_RESET,)
        case Press(switch, is_down):
            return _switch_bytes(_ZONE_FROM_SURFACE, _PORT_FROM_SURFACE, switch, is_on=is_down)
        case Light(switch, is_on):
            return _switch_bytes(_ZONE_FROM_DAW, _PORT_FROM_DAW, switch, is_on=is_on)
        case Jog(steps):
            turn = _FORWARDS + steps if steps > 0 else -steps
            return (bytes((_CONTROLLER, _JOG, turn)),)
        case Digits():
            return (encode_digits(message),)


def pressed(switch: Switch) -> tuple[bytes, ...]:
    """Return the messages of a switch that is pressed and released."""
    return encode(Press(switch)) + encode(Press(switch, is_down=False))


class _Switches:
    """Remembers the zone between its message and the one of the port."""

    def __init__(self, zone_number: int, port_number: int) -> None:
        self._zone_number = zone_number
        self._port_number = port_number
        self._zone: int | None = None

    def hear(self, number: int, value: int) -> tuple[Switch, bool] | None:
        """Return a switch and whether it is on, once both of its messages have come.

        A zone counts for one port: a zone message that was lost must never turn another light on
        or off. Of the port's upper half only 0 and 4 mean anything; Pro Tools also sends 2.
        """
        if number == self._zone_number:
            self._zone = value
        elif number == self._port_number:
            zone, self._zone = self._zone, None
            if zone is not None and value & ~HIGHEST_PORT in (0, _ON):
                return Switch(zone, value & HIGHEST_PORT), bool(value & _ON)
        return None


class FromDaw:
    """Decodes what a DAW says to the surface."""

    def __init__(self) -> None:
        self._switches = _Switches(_ZONE_FROM_DAW, _PORT_FROM_DAW)

    def hear(self, data: bytes) -> DawSaid | None:
        """Return what one whole message completes, or None: half a light, or nothing known."""
        if data in (_PING, bytes((0x80, 0x00, 0x00))):
            return Ping()
        if (digits := decode_digits(data)) is not None:
            return digits
        if (controller := _controller(data)) and (heard := self._switches.hear(*controller)):
            return Light(*heard)
        return None


class FromSurface:
    """Decodes what a surface says to the DAW."""

    def __init__(self) -> None:
        self._switches = _Switches(_ZONE_FROM_SURFACE, _PORT_FROM_SURFACE)

    def hear(self, data: bytes) -> SurfaceSaid | None:
        """Return what one whole message completes, or None: half a switch, or nothing known."""
        if data == _PING_ANSWER:
            return PingAnswer()
        if data == _SYSTEM_RESET:
            return SystemReset()
        if (controller := _controller(data)) is None:
            return None
        number, value = controller
        if number == _JOG:
            steps = value & LONGEST_TURN
            return Jog(steps if value & _FORWARDS else -steps) if steps else None
        heard = self._switches.hear(number, value)
        return Press(*heard) if heard else None


def _check_switch(switch: Switch) -> None:
    if not (0 <= switch.zone <= HIGHEST_ZONE and 0 <= switch.port <= HIGHEST_PORT):
        raise ValueError(
            f"HUI: a switch is zone {switch.zone}, port {switch.port}; zones 0 to {HIGHEST_ZONE}"
            f" and ports 0 to {HIGHEST_PORT} are allowed."
        )


def _switch_bytes(
    zone_number: int, port_number: int, switch: Switch, *, is_on: bool
) -> tuple[bytes, bytes]:
    port = switch.port | (_ON if is_on else 0)
    return (
        bytes((_CONTROLLER, zone_number, switch.zone)),
        bytes((_CONTROLLER, port_number, port)),
    )


def _controller(data: bytes) -> tuple[int, int] | None:
    if len(data) != 3 or data[0] != _CONTROLLER or not data[1:].isascii():
        return None
    return data[1], data[2]
