"""How the box is wired: BCM numbers, and where its screen is.

Written by scripts/make_hardware from hardware/box.toml; change it there.
"""

from __future__ import annotations

from typing import Final

ROLL_PIN: Final = 17
AGAIN_PIN: Final = 27
KEEPER_PIN: Final = 22
SONG_PIN: Final = 23
TALLY_PIN: Final = 18
I2C_PORT: Final = 1
I2C_ADDRESS: Final = 0x3C
SPI_PORT: Final = 0
SPI_DEVICE: Final = 0
DATA_OR_COMMAND_PIN: Final = 24
RESET_PIN: Final = 25
