"""The tally lamp: an LED on a PWM pin, in a thread that sleeps until the light next changes.

It goes before ordinary threads, where that is allowed, as the pedals' do. The controller calls set(),
which never waits. Errors of the pin are reported and tried again; they never reach the controller.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from countoff.core.events import Part
from countoff.core.tally import TallyLight, brightness, next_change_ns
from countoff.processes.realtime import PRESS_PRIORITY, set_fifo
from countoff.retried_part import RetriedPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import PartReported

_Shown = tuple["TallyLight", "int | None", "int | None"]


class TallyLamp(RetriedPart[_Shown]):
    """A lamp on a pin; see `countoff.devices.parts.Lamp`.

    `full_brightness` is the share of full power at which it counts as bright. `report` is called on
    the lamp's thread, once for each change: when it first shines, when it fails, when it is back.
    `pin_factory` is gpiozero's; None takes the one of this machine.
    """

    def __init__(
        self,
        pin: int,
        full_brightness: float,
        report: Callable[[PartReported], None],
        pin_factory: Any = None,  # noqa: ANN401 - gpiozero is untyped
    ) -> None:
        super().__init__(Part.TALLY, report, wanted=(TallyLight.OFF, None, None))
        self._pin = pin
        self._full_brightness = full_brightness
        self._pin_factory = pin_factory
        self._led: Any = None

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Show `light` from now on. Never blocks."""
        self._want((light, last_beat_ns, beat_length_ns))

    def _show_until_stopped(self) -> None:
        from gpiozero import PWMLED  # noqa: PLC0415 - slow, and only this thread needs it

        # Its work is microseconds, and whoever looks at it decides by it whether to play. The threads
        # that a pin library needs have begun with the library; another one here would be ordinary.
        set_fifo(PRESS_PRIORITY, is_inherited=False)
        # A pin that failed may not even have been let go of, and then nobody can open it again.
        self._let_go()
        self._led = PWMLED(self._pin, pin_factory=self._pin_factory)
        try:
            self._shine_until_stopped(self._led)
        finally:
            with contextlib.suppress(Exception):  # it may be gone, which is told
                self._let_go()

    def _let_go(self) -> None:
        if self._led is not None:
            self._led.close()
            self._led = None

    def _shine_until_stopped(self, led: Any) -> None:  # noqa: ANN401 - gpiozero is untyped
        while True:
            with self._changed:
                if self._stopping:
                    break
                wanted = self._wanted
            now_ns = time.monotonic_ns()
            led.value = brightness(wanted[0], now_ns, *wanted[1:]) * self._full_brightness
            self._works()
            self._sleep_until(next_change_ns(wanted[0], now_ns, *wanted[1:]), wanted)
        led.value = 0.0

    def _sleep_until(self, change_ns: int | None, showing: _Shown) -> None:
        # What the step above took is taken off; a wait that ends early only looks again.
        timeout_s = None
        if change_ns is not None:
            timeout_s = max(0.0, (change_ns - time.monotonic_ns()) / 1e9)
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._wanted != showing, timeout=timeout_s
            )

    def _failure(self, error: Exception) -> str:
        return (
            f"The tally lamp on pin {self._pin} does not work: {error}. "
            "Check [tally] in the configuration, and that nothing else uses the pin."
        )
