"""The OLED: shows the newest picture, in a thread of its own.

The controller calls show(), which never waits. The thread opens the screen, sends what has changed,
and outlives every error: a screen that is unplugged is tried again until it is back, and one that has
lost its power between two pictures, which no error tells, is woken every few seconds. It must never
hold the lock while it talks to the screen.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

from countoff.core.events import Part
from countoff.devices.oled.luma_glass import load_luma, open_luma
from countoff.retried_part import RetriedPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from countoff.core.events import PartReported
    from countoff.devices.oled.wiring import Glass, OledWiring

_WAKE_EVERY_S: Final = 5.0
"""A chip that was without power for a moment is dark, and takes every byte: it is woken as often."""


_Shown = tuple["Image.Image | None", float]
"""A picture, and how bright."""


class Oled(RetriedPart[_Shown]):
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
        super().__init__(Part.SCREEN, report, wanted=(None, 1.0))
        self._wiring = wiring
        self._open_glass = open_glass or open_luma

    def show(self, image: Image.Image) -> None:
        """Show `image` soon. Never blocks; the newest picture wins. Do not change it afterwards."""
        self._want((image, self._wanted[1]))

    def set_brightness(self, brightness: float) -> None:
        """Have its dots so bright soon, 0 to 1. Never blocks; by the thread that shows pictures."""
        self._want((self._wanted[0], brightness))

    def _show_until_stopped(self) -> None:
        if self._open_glass is open_luma:
            load_luma()
        with self._at_work():
            glass = self._open_glass(self._wiring)
        try:
            self._show_on(glass)
            with self._at_work():
                glass.darken()
        finally:
            with contextlib.suppress(Exception):  # it may be gone, which is told
                glass.close()

    def _show_on(self, glass: Glass) -> None:
        shown: _Shown = (None, 1.0)
        wake_at_s = time.monotonic() + _WAKE_EVERY_S
        while (wanted := self._next_after(shown, wake_at_s)) is not None:
            image, brightness = wanted
            with self._at_work():
                if time.monotonic() >= wake_at_s:
                    glass.wake()
                    wake_at_s = time.monotonic() + _WAKE_EVERY_S
                if brightness != shown[1]:
                    glass.set_brightness(brightness)
                if image is not None:
                    glass.display(image)
            self._works()
            shown = wanted

    def _next_after(self, shown: _Shown, until_s: float) -> _Shown | None:
        """Wait for something else than `shown`, or until it is to be sent again, and return it.

        Returns None when it is time to stop.
        """
        with self._changed:
            if shown[0] is None:
                self._changed.wait_for(lambda: self._stopping or self._wanted[0] is not None)
            else:
                self._changed.wait_for(
                    lambda: self._stopping or self._wanted is not shown,
                    timeout=max(0.0, until_s - time.monotonic()),
                )
            return None if self._stopping else self._wanted

    def _failure(self, error: Exception) -> str:
        return (
            f"The screen ({self._wiring.place}) does not work: {error}. "
            "Check its wires and [oled] in the configuration."
        )
