"""The tally lamp: an LED on a PWM pin, in a thread that sleeps until the light next changes.

Full and dark the pin stands still. Only what is dimmed is switched, a hundred times a second: as seldom
as no eye sees it and a camera at 25 or 50 frames has whole periods, since what can be heard of it, in
a cable beside a microphone, are its edges.

It goes before ordinary threads, where that is allowed, as the pedals' do. The controller calls set(),
which never waits. Errors of the pin are reported and tried again; they never reach the controller.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from countoff.core.brightness import power_share
from countoff.core.events import Part
from countoff.core.tally import TallyLight, brightness, next_change_ns
from countoff.processes.realtime import PRESS_PRIORITY, set_fifo
from countoff.retried_part import RetriedPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import PartReported

_SWITCHED_HZ = 100
# A pin library rounds down to whole hundredths. What is dim must not be dark: that is another light.
_LEAST_POWER = 0.01
# A pin is found to have failed when it is written to or asked, and a light may stand for minutes.
# Writing what is there already makes no edge.
_WRITE_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the lamp shows; `full_power` is the share of full power at which it counts as bright."""

    light: TallyLight
    last_beat_ns: int | None
    beat_length_ns: int | None
    full_power: float

    def power_at(self, at_ns: int) -> float:
        """Return the share of full power that it is to have at host time `at_ns`."""
        shine = brightness(self.light, at_ns, self.last_beat_ns, self.beat_length_ns)
        return max(shine * self.full_power, _LEAST_POWER) if shine else 0.0

    def next_change_ns(self, at_ns: int) -> int | None:
        """Return when it changes by time alone."""
        return next_change_ns(self.light, at_ns, self.last_beat_ns, self.beat_length_ns)


class TallyLamp(RetriedPart[_Shown]):
    """A lamp on a pin; see `countoff.devices.parts.Lamp`.

    `full_power` is the share of full power at which it counts as bright. `report` is called on
    the lamp's thread, once for each change: when it first shines, when it fails, when it is back.
    `pin_factory` is gpiozero's; None takes the one of this machine, which `open_chip` opens, on the
    lamp's thread, before its pin is.
    """

    def __init__(
        self,
        pin: int,
        full_power: float,
        report: Callable[[PartReported], None],
        pin_factory: Any = None,  # noqa: ANN401 - gpiozero is untyped
        open_chip: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(Part.TALLY, report, _Shown(TallyLight.OFF, None, None, full_power))
        self._pin = pin
        self._pin_factory = pin_factory
        self._open_chip = open_chip
        self._led: Any = None

    def set(
        self,
        light: TallyLight,
        last_beat_ns: int | None = None,
        beat_length_ns: int | None = None,
    ) -> None:
        """Show `light` from now on. Never blocks."""
        self._want(_Shown(light, last_beat_ns, beat_length_ns, self._wanted.full_power))

    def set_brightness(self, brightness: float) -> None:
        """Be so bright from now on where the light is bright. Never blocks; as `set`, one at a time."""
        self._want(replace(self._wanted, full_power=power_share(brightness)))

    def _show_until_stopped(self) -> None:
        from gpiozero import PWMLED  # noqa: PLC0415 - slow, and only this thread needs it

        # Its work is microseconds, and whoever looks at it decides by it whether to play. Nobody starts
        # a thread from here but the pin library, where it could not open its chip before: one that hears
        # the pedals' edges and one that dims this lamp. Both are to go before others, too.
        set_fifo(PRESS_PRIORITY)
        # A pin that failed may not even have been let go of, and then nobody can open it again.
        self._let_go()
        if self._open_chip is not None:
            self._open_chip()
        self._led = PWMLED(self._pin, frequency=_SWITCHED_HZ, pin_factory=self._pin_factory)
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
            led.value = wanted.power_at(now_ns)
            # Writing alone tells nothing of a line that was taken away: lgpio only queues it.
            if led.pin.function != "output":
                raise OSError("the pin is no output any more")
            self._works()
            self._sleep_until(wanted.next_change_ns(now_ns), wanted)
        led.value = 0.0

    def _sleep_until(self, change_ns: int | None, showing: _Shown) -> None:
        # What the step above took is taken off; a wait that ends early only looks again.
        timeout_s = _WRITE_AGAIN_S
        if change_ns is not None:
            timeout_s = min(timeout_s, max(0.0, (change_ns - time.monotonic_ns()) / 1e9))
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._wanted != showing, timeout=timeout_s
            )

    def _failure(self, error: Exception) -> str:
        return (
            f"The tally lamp on pin {self._pin} does not work: {error}. "
            "Check [tally] in the configuration, and that nothing else uses the pin."
        )
