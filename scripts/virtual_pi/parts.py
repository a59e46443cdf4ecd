"""The far ends of the box's wires, in the virtual Pi: pedals, lamp, the screen's cable, MIDI cable.

Runs in the guest. Shares no code with the product: it knows the pins' levels and the bytes as they
arrive.
"""

from __future__ import annotations

import os
import select
import threading
import time
from pathlib import Path

_GPIO = Path("/run/vpi/gpio")
_GLASS_CABLE = Path("/sys/module/vpi_i2c/parameters/nak")
_LOOK_EVERY_S = 0.02

PINS = {"roll": 17, "again": 27, "keeper": 22, "song": 23}
LAMP_PIN = 18


def press(*pedals: str, hold_s: float = 0.1) -> int:
    """Step on pedals for `hold_s`; return the host time just before the first contact closed."""
    pulls = [_GPIO / f"sim_gpio{PINS[pedal]}" / "pull" for pedal in pedals]
    at_ns = time.monotonic_ns()
    for pull in pulls:
        pull.write_text("pull-down")
    time.sleep(hold_s)
    for pull in pulls:
        pull.write_text("pull-up")
    return at_ns


def lamp_duty(seconds: float) -> float:
    """Return for which share of the time the lamp's pin is high."""
    value = _GPIO / f"sim_gpio{LAMP_PIN}" / "value"
    until_s = time.monotonic() + seconds
    levels = []
    while time.monotonic() < until_s:
        levels.append(int(value.read_text()))
        time.sleep(0.0003)
    return sum(levels) / len(levels)


def pull_glass_cable(*, is_out: bool) -> None:
    """Have the screen answer nobody, or again."""
    _GLASS_CABLE.write_text(str(int(is_out)))


class Follower:
    """Whoever follows a MIDI clock; the kernel stamps each byte as it is delivered.

    So what is told is when the box sent, whatever this program was doing then.
    """

    port = "Follower in"

    def __init__(self) -> None:
        # In the guest only: the virtual Pi brings it.
        import rtmidi  # noqa: PLC0415

        self.arrived: list[tuple[float, str]] = []
        """Seconds after the first byte, and message in hexadecimal."""
        self._at_s = 0.0
        self._in = rtmidi.MidiIn(
            rtapi=rtmidi.API_LINUX_ALSA, name="Follower", queue_size_limit=1 << 16
        )
        self._in.ignore_types(timing=False)
        self._in.set_callback(self._take)
        self._in.open_virtual_port(name=self.port)

    def _take(self, event: tuple[list[int], float], _data: object) -> None:
        message, after_s = event
        self._at_s += after_s
        self.arrived.append((self._at_s, bytes(message).hex()))


class Cable:
    """The far end of a virtual MIDI cable: what arrives, and when."""

    def __init__(self, device: str) -> None:
        self.arrived: list[tuple[int, str]] = []
        """Host time and message in hexadecimal."""
        self._descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        message = b""
        while True:
            select.select([self._descriptor], [], [], _LOOK_EVERY_S)
            try:
                data = os.read(self._descriptor, 256)
            except BlockingIOError:
                continue
            at_ns = time.monotonic_ns()
            for byte in data:
                message += bytes([byte])
                if byte == 0xF7:
                    self.arrived.append((at_ns, message.hex()))
                    message = b""
