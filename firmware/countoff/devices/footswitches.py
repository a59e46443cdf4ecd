"""The footswitches: each edge becomes an event with the time the kernel saw it.

gpiozero's own thread calls in here. It only stamps and posts: bounces, holds and meanings are told
apart by the rules, on the stamps (`bounce_time` stays None; it loses presses).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from countoff.core.events import Pedal, PedalMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NS_PER_SECOND = 1_000_000_000
# An edge can wait this long for its thread on a loaded machine; an older stamp is from a clock
# that is not ours.
_OLDEST_EDGE_NS = 100_000_000


class Footswitches:
    """The pedals that are wired to pins."""

    def __init__(
        self,
        pins: Mapping[Pedal, int],
        *,
        normally_closed: bool,
        post: Callable[[PedalMoved], None],
    ) -> None:
        """Watch `pins` (BCM numbers), each pulled up and closed to ground by its pedal.

        `normally_closed` for pedals whose contact opens when stepped on.
        """
        self._pins = pins
        self._normally_closed = normally_closed
        self._post = post
        self._buttons: list[Any] = []

    def start(self) -> None:
        """Open the pins. Raises gpiozero's errors where there are none, or one is taken."""
        from gpiozero import Button  # noqa: PLC0415 (slow, and only where there are pins)

        try:
            for pedal, pin in self._pins.items():
                button = Button(pin, pull_up=True, bounce_time=None)
                self._buttons.append(button)
                closed, opened = self._edge(pedal, is_down=True), self._edge(pedal, is_down=False)
                if self._normally_closed:
                    closed, opened = opened, closed
                button.when_pressed = closed
                button.when_released = opened
        except Exception:
            self.stop()
            raise

    def stop(self) -> None:
        """Let go of the pins."""
        for button in self._buttons:
            button.close()
        self._buttons.clear()

    def _edge(self, pedal: Pedal, *, is_down: bool) -> Callable[[Any], None]:
        is_contact_closed = is_down is not self._normally_closed

        def edge(button: Any) -> None:  # noqa: ANN401 (gpiozero has no types)
            now_ns = time.monotonic_ns()
            age_s = button.active_time if is_contact_closed else button.inactive_time
            age_ns = round((age_s or 0.0) * _NS_PER_SECOND)
            if not 0 <= age_ns <= _OLDEST_EDGE_NS:
                age_ns = 0
            self._post(PedalMoved(now_ns - age_ns, pedal, is_down))

        return edge
