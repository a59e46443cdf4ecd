"""How a screen is wired, and what an open one can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from PIL import Image


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

    def wake(self) -> None:
        """Send the chip's settings again; the next picture is sent whole."""

    def set_brightness(self, brightness: float) -> None:
        """Have the dots shine `brightness` bright, 0 to 1; a screen that was just opened is at 1."""

    def close(self) -> None:
        """Let go of the bus, without a word to the screen."""

    def darken(self) -> None:
        """Clear the screen and switch it off."""
