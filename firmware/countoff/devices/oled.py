"""The OLED: shows the newest picture, in a thread of its own.

The controller calls show(), which never waits. The thread opens the screen, sends what has changed,
and outlives every error: a screen that is unplugged is tried again until it is back. It must never
hold the lock while it talks to the screen.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from PIL import Image

from countoff.core.events import Part
from countoff.core.screen.packing import packed_pages
from countoff.retried_part import RetriedPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import PartReported

_WHOLE_EVERY: Final = 32
"""Every so many pictures all of it is sent: it mends what a spike on the wires may have spoilt."""

_RESET_S: Final = 0.01

# Commands of the chips: the same in SSD1306 and SSD1309, a page at a time in SH1106.
_NO_OPERATION: Final = 0xE3
_COLUMN_RANGE: Final = 0x21
_PAGE_RANGE: Final = 0x22
_SH1106_PAGE: Final = 0xB0
_SH1106_HIGH_COLUMN: Final = 0x10
_SH1106_LOW_COLUMN: Final = 0x02
"""Its memory is 132 columns wide, and the glass begins at the third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OledWiring:
    """How the screen is wired; the fields of [oled] in the configuration."""

    driver: Literal["ssd1306", "ssd1309", "sh1106"] = "ssd1306"
    interface: Literal["i2c", "spi"] = "i2c"
    i2c_port: int = 1
    i2c_address: int = 0x3C
    spi_port: int = 0
    spi_device: int = 0
    gpio_dc: int = 24
    gpio_reset: int = 25
    rotate: Literal[0, 2] = 0

    @property
    def place(self) -> str:
        """Where it is, in words for an error."""
        if self.interface == "i2c":
            return f"{self.driver} on I2C bus {self.i2c_port} at 0x{self.i2c_address:02X}"
        return f"{self.driver} on SPI {self.spi_port}.{self.spi_device}"


class Bus(Protocol):
    """What luma calls a serial interface, as far as it is used here."""

    def command(self, *command: int) -> None:
        """Send one command, at most 32 bytes."""

    def data(self, data: list[int]) -> None:
        """Send bytes of a picture."""


class Glass(Protocol):
    """An open screen, used by the screen's thread alone. Any call may raise what its bus raises."""

    def display(self, image: Image.Image) -> None:
        """Send what has changed since the last picture."""

    def close(self) -> None:
        """Let go of the bus, without a word to the screen."""

    def darken(self) -> None:
        """Clear the screen and switch it off."""


class Oled(RetriedPart["Image.Image | None"]):
    """A screen on a bus; see `countoff.devices.parts.Screen`.

    `report` is called on the screen's thread, once for each change: when the screen shows its first
    picture, when it fails or fails for another reason, when it is back.
    """

    def __init__(
        self,
        wiring: OledWiring,
        report: Callable[[PartReported], None],
        open_glass: Callable[[OledWiring], Glass] | None = None,
    ) -> None:
        super().__init__(Part.SCREEN, report, wanted=None)
        self._wiring = wiring
        self._open_glass = open_glass or open_luma

    def show(self, image: Image.Image) -> None:
        """Show `image` soon. Never blocks; the newest picture wins. Do not change it afterwards."""
        self._want(image)

    def _show_until_stopped(self) -> None:
        glass = self._open_glass(self._wiring)
        try:
            shown: Image.Image | None = None
            while (wanted := self._next_after(shown)) is not None:
                glass.display(wanted)
                self._works()
                shown = wanted
            glass.darken()
        finally:
            with contextlib.suppress(Exception):  # it may be gone, which is told
                glass.close()

    def _next_after(self, shown: Image.Image | None) -> Image.Image | None:
        """Wait for another picture than `shown` and return it; None when it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._wanted is not shown)
            return None if self._stopping else self._wanted

    def _failure(self, error: Exception) -> str:
        return (
            f"The screen ({self._wiring.place}) does not work: {error}. "
            "Check its wires and [oled] in the configuration."
        )


class LumaGlass:
    """A screen on an open luma.oled bus, sent only the pages of eight rows that have changed.

    Blocks on the bus. `release` is called once, when it is closed.
    """

    def __init__(
        self,
        driver: Literal["ssd1306", "ssd1309", "sh1106"],
        rotate: Literal[0, 2],
        bus: Bus,
        release: Callable[[], None],
    ) -> None:
        self._bus = bus
        self._release = release
        self._send = _send_sh1106 if driver == "sh1106" else _send_ssd1306
        self._is_upside_down = rotate == 2
        self._on_glass: list[bytes] = []
        self._shown_count = 0
        # luma keeps every device it ever made until the program ends. So that a screen that is away
        # for hours is not made one at each attempt, ask first whether anybody answers.
        bus.command(_NO_OPERATION)
        self._luma_device = _quick_luma_device(driver, bus, self._send)

    def display(self, image: Image.Image) -> None:
        """Send the pages in which `image` differs from what is on the screen."""
        if self._is_upside_down:
            image = image.transpose(Image.Transpose.ROTATE_180)
        pages = packed_pages(image)
        is_whole = not self._on_glass or self._shown_count % _WHOLE_EVERY == 0
        changed = [
            number
            for number, page in enumerate(pages)
            if is_whole or page != self._on_glass[number]
        ]
        if changed:
            self._send(self._bus, changed[0], pages[changed[0] : changed[-1] + 1])
        self._on_glass = pages
        self._shown_count += 1

    def darken(self) -> None:
        """Clear the screen and switch it off."""
        self._luma_device.clear()
        self._luma_device.hide()

    def close(self) -> None:
        """Let go of the bus, without a word to the screen."""
        self._release()


def open_luma(wiring: OledWiring) -> Glass:
    """Open the screen through luma.oled. Blocks on the bus; raises what luma and the bus raise."""
    from luma.core.interface import serial  # noqa: PLC0415 - slow, and only this thread needs it

    opened = contextlib.ExitStack()
    try:
        if wiring.interface == "i2c":
            bus = serial.i2c(port=wiring.i2c_port, address=wiring.i2c_address)
        else:
            lines = _SpiLines()
            opened.callback(lines.close)
            bus = serial.spi(
                gpio=lines,
                port=wiring.spi_port,
                device=wiring.spi_device,
                gpio_DC=wiring.gpio_dc,
                gpio_RST=wiring.gpio_reset,
                reset_hold_time=_RESET_S,
                reset_release_time=_RESET_S,
            )
        opened.callback(bus.cleanup)
        return LumaGlass(wiring.driver, wiring.rotate, bus, opened.close)
    except Exception:
        opened.close()
        raise


class _SpiLines:
    """The D/C and RESET pins for luma, through gpiozero: RPi.GPIO does not run on every Pi."""

    LOW, HIGH, OUT = 0, 1, "out"

    def __init__(self) -> None:
        self._pins: dict[int, Any] = {}

    def setup(self, pin: int, _direction: str) -> None:
        from gpiozero import OutputDevice  # noqa: PLC0415 - slow, and only SPI needs it

        self._pins[pin] = OutputDevice(pin)

    def output(self, pin: int, level: int) -> None:
        self._pins[pin].value = level

    def close(self) -> None:
        while self._pins:
            self._pins.popitem()[1].close()


def _quick_luma_device(driver: str, bus: Bus, send: Callable[[Bus, int, list[bytes]], None]) -> Any:  # noqa: ANN401 - luma is untyped
    """Make the luma device, which wakes the chip; its pictures go through our own packing.

    luma's own display() walks over all 8192 pixels in Python, ten times as long as ours, and it is
    called whenever a screen comes back: in the middle of a take too.
    """
    from luma.oled import device  # noqa: PLC0415 - slow, and only this thread needs it

    chips = {"ssd1306": device.ssd1306, "ssd1309": device.ssd1309, "sh1106": device.sh1106}
    chip: Any = chips[driver]

    class QuickDevice(chip):  # type: ignore[misc]  # luma is untyped
        def display(self, image: Image.Image) -> None:
            send(bus, 0, packed_pages(image))

    return QuickDevice(bus)


def _send_ssd1306(bus: Bus, first_page: int, pages: list[bytes]) -> None:
    bus.command(
        *(_COLUMN_RANGE, 0, len(pages[0]) - 1),
        *(_PAGE_RANGE, first_page, first_page + len(pages) - 1),
    )
    bus.data(list(b"".join(pages)))


def _send_sh1106(bus: Bus, first_page: int, pages: list[bytes]) -> None:
    for number, page in enumerate(pages, first_page):
        bus.command(_SH1106_PAGE + number, _SH1106_LOW_COLUMN, _SH1106_HIGH_COLUMN)
        bus.data(list(page))
