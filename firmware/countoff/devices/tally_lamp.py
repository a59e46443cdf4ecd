"""The tally lamp: an LED on a PWM pin, in a thread that sleeps until the light next changes.

The controller calls set(), which never waits. Errors of the pin are reported and tried again; they
never reach the controller.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from countoff.core.events import Part, PartReported, PartState
from countoff.core.tally import TallyLight, brightness, next_change_ns

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_RETRY_S: Final = 0.5
_LAST_RETRY_S: Final = 5.0
_STOP_DEADLINE_S: Final = 1.0


class TallyLamp:
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
        self._pin = pin
        self._full_brightness = full_brightness
        self._report = report
        self._pin_factory = pin_factory
        self._changed = threading.Condition()
        self._wanted: tuple[TallyLight, int | None, int | None] = (TallyLight.OFF, None, None)
        self._stopping = False
        self._told: str | None = None
        self._retry_s = _FIRST_RETRY_S
        self._thread = threading.Thread(target=self._run, name="tally", daemon=True)

    def start(self) -> None:
        """Start the thread; the pin is opened there."""
        self._thread.start()

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Show `light` from now on. Never blocks."""
        with self._changed:
            self._wanted = (light, last_beat_ns, beat_length_ns)
            self._changed.notify()

    def stop(self) -> None:
        """Go dark and let go of the pin."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(_STOP_DEADLINE_S)

    def _run(self) -> None:
        while not self._stopping:
            led = None
            try:
                led = self._open()
                self._shine_until_stopped(led)
            # Whatever a pin factory raises: the box plays on without a lamp, and tries again.
            except Exception as error:  # noqa: BLE001
                self._tell(
                    f"The tally lamp on pin {self._pin} does not work: {error}. "
                    "Check [tally] in the configuration, and that nothing else uses the pin."
                )
            finally:
                if led is not None:
                    with contextlib.suppress(Exception):  # it may be gone, which was told
                        led.close()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, timeout=self._retry_s)
            self._retry_s = min(2 * self._retry_s, _LAST_RETRY_S)

    def _open(self) -> Any:  # noqa: ANN401 - gpiozero is untyped
        from gpiozero import PWMLED  # noqa: PLC0415 - slow, and only this thread needs it

        return PWMLED(self._pin, pin_factory=self._pin_factory)

    def _shine_until_stopped(self, led: Any) -> None:  # noqa: ANN401 - gpiozero is untyped
        while True:
            with self._changed:
                if self._stopping:
                    break
                wanted = self._wanted
            now_ns = time.monotonic_ns()
            led.value = brightness(wanted[0], now_ns, *wanted[1:]) * self._full_brightness
            self._retry_s = _FIRST_RETRY_S
            self._tell("")
            change_ns = next_change_ns(wanted[0], now_ns, *wanted[1:])
            self._sleep_until(change_ns, wanted)
        led.value = 0.0

    def _sleep_until(
        self, change_ns: int | None, showing: tuple[TallyLight, int | None, int | None]
    ) -> None:
        # What the step above took is taken off; a wait that ends early only looks again.
        timeout_s = None
        if change_ns is not None:
            timeout_s = max(0.0, (change_ns - time.monotonic_ns()) / 1e9)
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._wanted != showing, timeout=timeout_s
            )

    def _tell(self, fault: str) -> None:
        if fault != self._told:
            self._told = fault
            state = PartState.FAULT if fault else PartState.OK
            self._report(PartReported(time.monotonic_ns(), Part.TALLY, state, fault))
