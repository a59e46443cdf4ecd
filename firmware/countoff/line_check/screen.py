"""Whether the screen answers on its bus, at the right address, and quickly enough.

`judge` is pure; `ask_bus` blocks on the bus, beside whoever else uses it: the kernel does one
message after the other.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

from countoff.core.finding import Finding
from countoff.line_check.seen import ScreenSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.devices.oled import Bus, OledWiring

NAME = "screen"
USUAL_ADDRESSES: Final = (0x3C, 0x3D)
# At 400 kHz a picture takes 23 ms, at the usual 100 kHz 93: then a beat is seen late.
_SLOW_MS: Final = 50.0
_NO_OPERATION: Final = 0xE3
_COMMANDS_A_MESSAGE: Final = 32
_MESSAGES: Final = 8
# A byte is nine bits on the wire; a message of 32 commands has two bytes before them.
_BITS_A_MESSAGE: Final = (_COMMANDS_A_MESSAGE + 2) * 9
_BITS_A_PICTURE: Final = (128 * 64 // 8 + 20) * 9
_MEASURINGS: Final = 3


def judge(seen: ScreenSeen) -> Finding:
    """Return what is to be said of the screen."""
    if seen.is_simulated:
        return Finding.doubt(
            NAME, "No screen is wired here: it is in the panel.", "On the box, wire it."
        )
    elsewhere = [at for at in seen.answers_at or () if at != seen.wanted_address]
    if seen.answers_at is not None and seen.wanted_address not in seen.answers_at:
        wanted = f"0x{seen.wanted_address or 0:02X}"
        if elsewhere:
            found = f"0x{elsewhere[0]:02X}"
            return Finding.fault(
                NAME,
                f"It answers at {found}, not {wanted}.",
                f"Set oled.i2c_address = {found}.",
            )
        return Finding.fault(
            NAME,
            seen.fault or f"Nobody answers on its bus: {seen.place}.",
            "Check its four wires, and that I2C is on: dtparam=i2c_arm=on in /boot/firmware/config.txt.",
        )
    if seen.fault:
        return Finding.fault(NAME, seen.fault, "Its wiring is in hardware/README.md.")
    if seen.picture_ms is None:
        return Finding.well(NAME, f"{seen.place} is open. It cannot answer: look at it.")
    if seen.picture_ms > _SLOW_MS:
        return Finding.doubt(
            NAME,
            f"{seen.place} answers; a whole picture takes {seen.picture_ms:.0f} ms.",
            "Make the bus quicker: dtparam=i2c_arm=on,i2c_arm_baudrate=400000 in"
            " /boot/firmware/config.txt.",
        )
    return Finding.well(
        NAME, f"{seen.place} answers; a whole picture takes {seen.picture_ms:.0f} ms."
    )


def ask_bus(
    wiring: OledWiring, fault: str = "", open_bus: Callable[[int, int], Bus] | None = None
) -> ScreenSeen:
    """Ask who is there, and how quick the bus is; `fault` is what the screen's own thread says.

    It sends commands that do nothing, so that a screen which shows something goes on showing it.
    Blocks on the bus for about a picture's time; raises nothing that the bus raises.
    """
    if wiring.interface != "i2c":
        return ScreenSeen(wiring.place, fault=fault)
    open_bus = open_bus or _open_luma_bus
    own = wiring.i2c_address
    picture_ms = _picture_ms(open_bus, wiring.i2c_port, own)
    others = () if picture_ms is not None else USUAL_ADDRESSES
    answering = tuple(
        address
        for address in others
        if address != own and _answers(open_bus, wiring.i2c_port, address)
    )
    if picture_ms is not None:
        answering = (own,)
    return ScreenSeen(wiring.place, own, answering, picture_ms, fault=fault)


def _answers(open_bus: Callable[[int, int], Bus], port: int, address: int) -> bool:
    try:
        with contextlib.closing(_Opened(open_bus(port, address))) as opened:
            opened.bus.command(_NO_OPERATION)
    except Exception:  # noqa: BLE001 (luma and the bus raise what they like: nobody answers)
        return False
    return True


def _picture_ms(open_bus: Callable[[int, int], Bus], port: int, address: int) -> float | None:
    """Return how long a whole picture takes, from the time of commands that do nothing.

    The shortest of a few: the screen's own pictures may come between. None where nobody answers.
    """
    try:
        with contextlib.closing(_Opened(open_bus(port, address))) as opened:
            opened.bus.command(_NO_OPERATION)
            shortest_s = min(_messages_s(opened.bus) for _ in range(_MEASURINGS))
    except Exception:  # noqa: BLE001 (as above)
        return None
    return shortest_s * 1000 * _BITS_A_PICTURE / (_BITS_A_MESSAGE * _MESSAGES)


def _messages_s(bus: Bus) -> float:
    began_s = time.monotonic()
    for _ in range(_MESSAGES):
        bus.command(*(_NO_OPERATION,) * _COMMANDS_A_MESSAGE)
    return time.monotonic() - began_s


class _Opened:
    """A bus that is let go of, where it has something to let go of."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus

    def close(self) -> None:
        cleanup: Any = getattr(self.bus, "cleanup", None)
        if cleanup is not None:
            cleanup()


def _open_luma_bus(port: int, address: int) -> Bus:
    from luma.core.interface import serial  # noqa: PLC0415 (slow, and only where one is wired)

    bus: Bus = serial.i2c(port=port, address=address)
    return bus
