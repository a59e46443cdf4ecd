"""How bright a chip makes its dots: the bytes that it is told so by. Pure.

The chips' own word for it, contrast, is the current through a dot, and reaches from bright to hardly
less bright. In the dark half a dot is charged less beforehand, too, and blocked at a lower voltage,
which is what makes it dim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from countoff.core.brightness import power_share

_CONTRAST: Final = 0x81
_PRECHARGE: Final = 0xD9
_DESELECT: Final = 0xDB
_DARK_BELOW: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Chip:
    """What luma.oled gives the chip when it opens it, and what it gets in the dark half."""

    contrast: int
    precharge: int
    deselect: int
    dark_precharge: int
    dark_deselect: int = 0x00


# The SH1106 has the two halves of the byte for the pre-charge the other way about, and little already.
_SSD: Final = _Chip(0xCF, 0xF1, 0x40, dark_precharge=0x1F)
_SH: Final = _Chip(0x7F, 0x22, 0x20, dark_precharge=0x22)


def shining(driver: Literal["ssd1306", "ssd1309", "sh1106"], brightness: float) -> tuple[int, ...]:
    """Return the commands by which the chip shines `brightness` bright, 0 to 1, to the eye."""
    chip = _SH if driver == "sh1106" else _SSD
    is_dark = brightness < _DARK_BELOW
    return (
        *(_CONTRAST, round(chip.contrast * power_share(brightness))),
        *(_PRECHARGE, chip.dark_precharge if is_dark else chip.precharge),
        *(_DESELECT, chip.dark_deselect if is_dark else chip.deselect),
    )


def dimmed(
    driver: Literal["ssd1306", "ssd1309", "sh1106"], brightness: float, command: tuple[int, ...]
) -> tuple[int, ...]:
    """Return `command` as it is for this brightness, where it sets what full brightness needs.

    So a dim screen whose settings are sent again does not flash.
    """
    said = list(command)
    full, wanted = shining(driver, 1.0), shining(driver, brightness)
    for place in range(0, len(full), 2):
        for at in range(len(said) - 1):
            if (said[at], said[at + 1]) == (full[place], full[place + 1]):
                said[at + 1] = wanted[place + 1]
    return tuple(said)
