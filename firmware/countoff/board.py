"""Which parts are wired to this machine, and their simulated stand-ins where they are not.

Looks once, at start-up. A part that is wired but does not work is a fault; one that is not there is
simulated, by name.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.config.places import socket_path
from countoff.core.brightness import power_share
from countoff.core.events import Part, PartReported, PartState, Pedal
from countoff.devices.footswitches import Footswitches
from countoff.devices.oled import Oled, OledWiring
from countoff.devices.pin_library import load_lgpio, open_header_chip
from countoff.devices.simulated import SimulatedLamp, SimulatedOled
from countoff.devices.tally_lamp import TallyLamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.config.model import Config
    from countoff.core.events import Event
    from countoff.devices.parts import Lamp, Screen

    Post = Callable[[Event], None]

_MODEL = Path("/proc/device-tree/model")
_CPU_INFO = Path("/proc/cpuinfo")
# gpiozero's choice of pin library. Set from outside by whoever wants other pins than the board's:
# its mock pins, in the tests.
_PIN_FACTORY = "GPIOZERO_PIN_FACTORY"
# The one library that knows every Pi, the 5 too; gpiozero would try the others where it fails, and
# hide why it did.
_PI_PIN_FACTORY = "lgpio"
# Whoever had the pins may be on its way out: a service that is just being replaced.
_OPEN_AGAIN_S = 2.0


def is_pi() -> bool:
    """Tell whether this is a Raspberry Pi; elsewhere a bus or a pin belongs to somebody else."""
    try:
        if _MODEL.exists():
            return _MODEL.read_text(errors="replace").startswith("Raspberry Pi")
        return "\nRevision" in _CPU_INFO.read_text(errors="replace")
    except OSError:
        return False


class Board:
    """The footswitches, the tally and the screen, real or simulated."""

    def __init__(self, config: Config, post: Post) -> None:
        """Look what is there. Nothing is opened before `start`; faults are posted."""
        self._config = config
        self._post = post
        self._runtime_folder = socket_path(config.unit.socket).parent
        simulate = config.unit.simulate
        is_wired = simulate is False or (simulate == "auto" and is_pi())
        has_pins = is_wired or (simulate == "auto" and _PIN_FACTORY in os.environ)
        if has_pins:
            os.environ.setdefault(_PIN_FACTORY, _PI_PIN_FACTORY)
        self._has_pins = has_pins
        self._has_pi_pins = has_pins and os.environ[_PIN_FACTORY] == _PI_PIN_FACTORY
        self.screen: Screen = self._screen(is_wired=is_wired)
        self.lamp: Lamp = self._lamp(config, has_pins=has_pins)
        self._footswitches = self._pedals(config, has_pins=has_pins)
        self._stopping = threading.Event()
        self._opening: threading.Thread | None = None

    def load_pins(self) -> None:
        """Load the pins' library and open the chip, once for the lamp and the footswitches.

        The library's threads begin here, with the calling thread's priority: those that hear edges,
        and the one that dims the lamp. Its pipe is in the folder of the control socket, which is
        there. Call before the lamp or the footswitches are started, on the main thread.
        """
        if not self._has_pins:
            return
        # Whoever opens a pin will fail in the same way, and say so.
        with suppress(Exception):
            if self._has_pi_pins:
                load_lgpio(self._runtime_folder)
            self._open_chip()

    def start(self) -> None:
        """Open the footswitches; while they cannot be, the panel's pedals are all there is."""
        pedals = self._footswitches
        if pedals is None or (fault := self._opened(pedals)) is None:
            return
        self._report(Part.PEDALS, PartState.FAULT, fault)
        self._opening = threading.Thread(
            target=self._open_again, args=(pedals, fault), name="pedals", daemon=True
        )
        self._opening.start()

    def stop(self) -> None:
        """Let go of the footswitches."""
        self._stopping.set()
        if self._opening is not None:
            self._opening.join()
        if self._footswitches is not None:
            self._footswitches.stop()

    def poll(self) -> Sequence[Event]:
        """Return that the screen hangs, once, where it does. Never waits; for the owner thread."""
        return self.screen.poll(time.monotonic_ns()) if isinstance(self.screen, Oled) else ()

    def descriptors(self) -> Sequence[int]:
        """Return nothing: what the parts say is posted."""
        return ()

    def _open_chip(self) -> None:
        """Open the chip of the pins where it is not open yet. Raises what that raises. Any thread."""
        if self._has_pi_pins:
            open_header_chip()
            return
        from gpiozero import Device  # noqa: PLC0415 (slow, and only where there are pins)

        Device.ensure_pin_factory()

    def _opened(self, pedals: Footswitches) -> str | None:
        """Open the pedals; return what is wrong where that fails."""
        try:
            self._open_chip()
            pedals.start()
        # Each pin library raises what it likes; the panel's pedals still work.
        except Exception as error:  # noqa: BLE001
            return (
                f"The footswitches do not work: {error}. Check [pedals] in the configuration and "
                "that no other program holds the pins; the panel's pedals work meanwhile."
            )
        return None

    def _open_again(self, pedals: Footswitches, told: str) -> None:
        while not self._stopping.wait(_OPEN_AGAIN_S):
            if (fault := self._opened(pedals)) is None:
                if not pedals.never_up:
                    self._report(Part.PEDALS, PartState.OK, "")
                return
            if fault != told:
                told = fault
                self._report(Part.PEDALS, PartState.FAULT, fault)

    @property
    def pins(self) -> dict[Pedal, int]:
        """The pin of each pedal, whether wired or not."""
        pedals = self._config.pedals
        return {
            Pedal.ROLL: pedals.roll,
            Pedal.AGAIN: pedals.again,
            Pedal.KEEPER: pedals.keeper,
            Pedal.SONG: pedals.song,
        }

    @property
    def has_footswitches(self) -> bool:
        """Whether pedals are wired to this machine, well or not. Any thread."""
        return self._footswitches is not None

    @property
    def normally_closed(self) -> frozenset[Pedal]:
        """The pedals whose contacts open when stepped on; none where none is wired. Any thread."""
        pedals = self._footswitches
        return frozenset() if pedals is None else pedals.normally_closed

    def closed_contacts(self) -> dict[Pedal, bool]:
        """Return of each wired pedal whether its contact is closed now. Any thread; never waits."""
        pedals = self._footswitches
        return {} if pedals is None else pedals.closed()

    def learn_normally_closed(self, pedal: Pedal) -> None:
        """Take a pedal's contact for one that opens when stepped on. Any thread; never waits."""
        if self._footswitches is not None:
            self._footswitches.learn(pedal)

    @property
    def oled_wiring(self) -> OledWiring:
        """How the screen is wired, by the configuration."""
        oled = self._config.oled
        return OledWiring(
            driver=oled.driver,
            interface=oled.interface,
            i2c_port=oled.i2c_port,
            i2c_address=oled.i2c_address,
            spi_port=oled.spi_port,
            spi_device=oled.spi_device,
            gpio_dc=oled.gpio_dc,
            gpio_reset=oled.gpio_reset,
            rotate=oled.rotate,
        )

    def _report(self, part: Part, state: PartState, sentence: str) -> None:
        self._post(PartReported(time.monotonic_ns(), part, state, sentence))

    def _screen(self, *, is_wired: bool) -> Screen:
        if is_wired:
            return Oled(self.oled_wiring, self._post)
        self._report(Part.SCREEN, PartState.VIRTUAL, "No screen is wired: it is in the panel.")
        return SimulatedOled()

    def _lamp(self, config: Config, *, has_pins: bool) -> Lamp:
        if has_pins:
            tally = config.tally
            brightness = tally.stage_brightness if config.unit.stage else tally.brightness
            full_power = power_share(brightness)
            return TallyLamp(tally.pin, full_power, self._post, open_chip=self._open_chip)
        self._report(Part.TALLY, PartState.VIRTUAL, "No tally is wired: it is in the panel.")
        return SimulatedLamp()

    def _pedals(self, config: Config, *, has_pins: bool) -> Footswitches | None:
        if not has_pins:
            sentence = "No pedals are wired: they are in the panel."
            self._report(Part.PEDALS, PartState.VIRTUAL, sentence)
            return None
        closed = config.pedals.normally_closed
        return Footswitches(self.pins, normally_closed=closed, post=self._post)
