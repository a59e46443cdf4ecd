"""A screen opened through luma.oled, and sent only what has changed. On the screen's thread alone.

Every call blocks on the bus, and raises what luma and the bus raise.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, Literal

from PIL import Image

from countoff.core.screen.packing import packed_pages
from countoff.devices.oled.shining import dimmed, shining

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.devices.oled.wiring import Bus, Glass, OledWiring

_WHOLE_EVERY: Final = 32
"""Every so many pictures all of it is sent: it mends what a spike on the wires may have spoilt."""

_RESET_S: Final = 0.01

# Commands of the chips: the same in SSD1306 and SSD1309, a page at a time in SH1106.
_NO_OPERATION: Final = 0xE3
_OFF: Final = 0xAE
_COLUMN_RANGE: Final = 0x21
_PAGE_RANGE: Final = 0x22
_SH1106_PAGE: Final = 0xB0
_SH1106_HIGH_COLUMN: Final = 0x10
_SH1106_LOW_COLUMN: Final = 0x02
"""Its memory is 132 columns wide, and the glass begins at the third."""


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
        self._driver = driver
        self._brightness = 1.0
        # luma keeps every device it ever made until the program ends. So that a screen that is away
        # for hours is not made one at each attempt, ask first whether anybody answers.
        bus.command(_NO_OPERATION)
        noting = _NotingBus(bus)
        self._luma_device = _quick_luma_device(driver, noting, self._send)
        self._settings = noting.settings()

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

    def wake(self) -> None:
        """Send the chip's settings again, and switch it on; the next picture is sent whole."""
        for command in self._settings:
            self._bus.command(*dimmed(self._driver, self._brightness, command))
        self._on_glass = []

    def set_brightness(self, brightness: float) -> None:
        """Have the dots shine `brightness` bright, 0 to 1."""
        self._brightness = brightness
        self._bus.command(*shining(self._driver, brightness))

    def darken(self) -> None:
        """Clear the screen and switch it off."""
        self._luma_device.clear()
        self._luma_device.hide()

    def close(self) -> None:
        """Let go of the bus, without a word to the screen."""
        self._release()


def open_luma(wiring: OledWiring) -> Glass:
    """Open the screen through luma.oled. Blocks on the bus; raises what luma and the bus raise."""
    from luma.core.interface import serial  # noqa: PLC0415 - slow, and only the screen needs it

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


def load_luma() -> None:
    """Load what is slow to load, so that nobody takes it for a screen that hangs."""
    import luma.core.interface.serial  # noqa: PLC0415
    import luma.oled.device  # noqa: PLC0415, F401


class _NotingBus:
    """Passes everything on to a bus, and notes the commands."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._noted: list[tuple[int, ...]] = []

    def command(self, *command: int) -> None:
        self._noted.append(command)
        self._bus.command(*command)

    def data(self, data: list[int]) -> None:
        # What came before it was the place of a picture.
        self._noted.pop()
        self._bus.data(data)

    def settings(self) -> list[tuple[int, ...]]:
        """Return what was sent beside pictures, without switching the screen off."""
        return [command[1:] if command[0] == _OFF else command for command in self._noted]


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

        def cleanup(self) -> None:
            """Do nothing: luma calls this as the program ends, and a screen that hangs held it up."""

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
