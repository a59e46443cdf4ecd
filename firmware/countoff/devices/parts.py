"""What every screen and every lamp can do, real or simulated.

The display's thread calls these; none of them blocks on its part or raises for it. A part that
fails says so through the `report` it was made with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL import Image

    from countoff.core.tally import TallyLight


class Screen(Protocol):
    """Something that shows pictures of 128 by 64 pixels."""

    def start(self) -> None:
        """Begin to show."""

    def show(self, image: Image.Image) -> None:
        """Show this picture as soon as possible, in place of any that still waits."""

    def set_brightness(self, brightness: float) -> None:
        """Have its dots so bright from now on, as the eye sees it: 1 is full."""

    def stop(self) -> None:
        """Go dark and let go of the part."""


class Lamp(Protocol):
    """Something that shows the tally."""

    def start(self) -> None:
        """Begin to shine."""

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Show this light from now on; the count-in flashes on the beat that is given."""

    def set_brightness(self, brightness: float) -> None:
        """Be so bright from now on where the light is bright, as the eye sees it: 1 is full."""

    def stop(self) -> None:
        """Go dark and let go of the part."""
