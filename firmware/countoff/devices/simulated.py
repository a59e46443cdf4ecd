"""The parts of the simulated unit: they keep what they were told, for the panel and the tests.

Any thread may call and read them. They ship with the product: the whole box runs without hardware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.tally import TallyLight, brightness

if TYPE_CHECKING:
    from PIL import Image


class SimulatedOled:
    """A screen that keeps its picture; see `countoff.devices.parts.Screen`."""

    def __init__(self) -> None:
        self.image: Image.Image | None = None
        """What it shows; None while it is dark."""
        self.shown_count = 0
        """How many pictures it was given that differed from the one before."""
        self.brightness = 1.0

    def start(self) -> None:
        """Begin to show; there is nothing to open."""

    def show(self, image: Image.Image) -> None:
        """Keep `image`. Do not change it afterwards."""
        if self.image is None or image.tobytes() != self.image.tobytes():
            self.shown_count += 1
        self.image = image

    def set_brightness(self, brightness: float) -> None:
        """Keep how bright it is."""
        self.brightness = brightness

    def stop(self) -> None:
        """Go dark."""
        self.image = None


class SimulatedLamp:
    """A lamp that keeps its light; see `countoff.devices.parts.Lamp`."""

    def __init__(self) -> None:
        self.light = TallyLight.OFF
        self.last_beat_ns: int | None = None
        self.beat_length_ns: int | None = None
        self.brightness = 1.0
        """Where its light is bright."""

    def start(self) -> None:
        """Begin to shine; there is nothing to open."""

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Keep the light and its beat."""
        self.light = light
        self.last_beat_ns = last_beat_ns
        self.beat_length_ns = beat_length_ns

    def set_brightness(self, brightness: float) -> None:
        """Keep how bright it is."""
        self.brightness = brightness

    def brightness_at(self, at_ns: int) -> float:
        """Return how bright it is at host time `at_ns`, 0.0 to 1.0."""
        return brightness(self.light, at_ns, self.last_beat_ns, self.beat_length_ns)

    def stop(self) -> None:
        """Go dark."""
        self.set(TallyLight.OFF)
