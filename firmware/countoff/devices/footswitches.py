"""The footswitches: each edge becomes an event with the time the kernel saw it.

gpiozero's own thread calls in here. It only stamps and posts: bounces, holds and meanings are told
apart by the rules, on the stamps (`bounce_time` stays None; it loses presses).

The kernel keeps few edges for a process that is busy. A lost release would look like a foot that
stays, and a foot that stays ends a take: so a second thread re-reads the contacts.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from countoff.core.events import Pedal, PedalMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NS_PER_SECOND = 1_000_000_000
# An edge can wait this long for its thread on a loaded machine; an older stamp is from a clock
# that is not ours.
_OLDEST_EDGE_NS = 100_000_000
# gpiozero tells an edge's age, not its time: where another thread came between the two looks at the
# clock, they are not of one moment, and are taken again.
_SAME_MOMENT_NS = 50_000
_MOST_LOOKS = 5
# Often enough that a lost release is found well before a press becomes a hold (0.6 s).
_REREAD_EVERY_S = 0.15


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
        self._buttons: dict[Pedal, Any] = {}
        self._told_down: dict[Pedal, bool] = {}
        self._stopping = threading.Event()
        self._reread: threading.Thread | None = None

    def start(self) -> None:
        """Open the pins. Raises gpiozero's errors where there are none, or one is taken."""
        from gpiozero import Button  # noqa: PLC0415 (slow, and only where there are pins)

        try:
            for pedal, pin in self._pins.items():
                button = Button(pin, pull_up=True, bounce_time=None)
                self._buttons[pedal] = button
                self._told_down[pedal] = False
                closed, opened = self._edge(pedal, is_down=True), self._edge(pedal, is_down=False)
                if self._normally_closed:
                    closed, opened = opened, closed
                button.when_pressed = closed
                button.when_released = opened
        except Exception:
            self.stop()
            raise
        self._stopping.clear()
        self._reread = threading.Thread(target=self._reread_contacts, name="pedals", daemon=True)
        self._reread.start()

    def stop(self) -> None:
        """Let go of the pins."""
        self._stopping.set()
        if self._reread is not None:
            self._reread.join()
            self._reread = None
        for button in self._buttons.values():
            button.close()
        self._buttons.clear()

    def _edge(self, pedal: Pedal, *, is_down: bool) -> Callable[[Any], None]:
        is_contact_closed = is_down is not self._normally_closed

        def edge(button: Any) -> None:  # noqa: ANN401 (gpiozero has no types)
            at_ns = _edge_ns(button, is_contact_closed=is_contact_closed)
            self._told_down[pedal] = is_down
            self._post(PedalMoved(at_ns, pedal, is_down))

        return edge

    def _reread_contacts(self) -> None:
        doubted: frozenset[Pedal] = frozenset()
        while not self._stopping.wait(_REREAD_EVERY_S):
            doubted = self.look(doubted)

    def look(self, doubted: frozenset[Pedal]) -> frozenset[Pedal]:
        """Re-read the contacts; return those that are not as was told.

        Of those that were in `doubted` already, a release is posted. A press is never made up: what
        lies on a pedal when the box is switched on starts nothing.
        """
        differing = frozenset(
            pedal
            for pedal, button in self._buttons.items()
            if (button.is_pressed is not self._normally_closed) is not self._told_down[pedal]
        )
        for pedal in differing & doubted:
            if self._told_down[pedal]:
                self._told_down[pedal] = False
                self._post(PedalMoved(time.monotonic_ns(), pedal, is_down=False))
        return differing


def _edge_ns(button: Any, *, is_contact_closed: bool) -> int:  # noqa: ANN401 (gpiozero has no types)
    """Return the host time at which the kernel saw the edge that `button` is told of."""
    for _ in range(_MOST_LOOKS):
        before_ns = time.monotonic_ns()
        age_s = button.active_time if is_contact_closed else button.inactive_time
        after_ns = time.monotonic_ns()
        if after_ns - before_ns <= _SAME_MOMENT_NS:
            break
    age_ns = round((age_s or 0.0) * _NS_PER_SECOND)
    is_sane = 0 <= age_ns <= _OLDEST_EDGE_NS
    return (before_ns + after_ns) // 2 - (age_ns if is_sane else 0)
