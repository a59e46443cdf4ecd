"""The panel's colours, and how light mixes on them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

FACE: Final = "#1b1d20"
"""The anodised front."""
EDGE: Final = "#3a3e44"
ENGRAVED: Final = "#d4d8dc"
FAINT: Final = "#7d848c"
GLASS: Final = "#05070a"
GLOW: Final = "#c4e2ff"
STALE_GLOW: Final = "#46515c"
STEEL: Final = "#2a2d32"
LIT_STEEL: Final = "#e4e9ee"
INK: Final = "#101214"
GOOD: Final = "#5fd787"
LOOK: Final = "#ffaf00"
BAD: Final = "#ff5f4f"
STAND_IN: Final = "#87afff"

LENSES: Final[dict[str, str]] = {"red": "#ff2d20", "amber": "#ffb000", "black": "#ff2d20"}
"""What the tally's lens looks like when lit, for each colour name of a light."""
DARK_LENS: Final = "#2b1a19"
ROOM_ON_LENS: Final = "#6b4845"
HOT: Final = "#ffd9c8"
BEZEL: Final = "#4a4e55"
CHROME: Final = "#f4f7fa"
CHROME_SHADE: Final = "#5c636b"
STALE_LENS: Final = "#303338"


def mixed(dark: str, light: str, share: float) -> str:
    """Return the colour that is `share` (0 to 1) of the way from `dark` to `light`."""
    share = min(max(share, 0.0), 1.0)
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_rgb(dark), _rgb(light), strict=True)
    )


def average(colours: Iterable[str]) -> str:
    """Return the colour in the middle of all of them."""
    channels = zip(*(_rgb(colour) for colour in colours), strict=True)
    return "#" + "".join(f"{round(sum(channel) / len(channel)):02x}" for channel in channels)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
