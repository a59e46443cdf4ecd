"""The owner thread's loop: waits for whatever comes first, and lets the controller take it in.

Everything that can hang is elsewhere. What the loop waits for: a posted event, a word from the
player or the sender, the next moment of the rules, and the regular look at the heartbeats.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from countoff.core.events import DawHeard, Mishap, TimePassed
from countoff.net import Net

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.controller import Controller
    from countoff.core.events import Event
    from countoff.inlet import Inlet

# How often the seats are looked at: several times within the shortest silence of a heartbeat.
_LOOK_EVERY_NS = 25_000_000
# So long without a look, and the box was not itself: presses were not answered.
_STALL_NS = 500_000_000
_NS_PER_SECOND = 1_000_000_000


class Seat(Protocol):
    """Something outside the rules that is looked at again and again: a process, the take log."""

    def poll(self) -> Sequence[Event]:
        """Return what has happened; never waits."""
        ...

    def descriptors(self) -> Sequence[int]:
        """Return the descriptors worth waking for."""
        ...


class Owner:
    """Runs the controller on the thread that calls `run`."""

    def __init__(
        self,
        controller: Controller,
        inlet: Inlet,
        seats: Sequence[Seat],
        changed: Callable[[], None],
    ) -> None:
        """Supervise `seats`; `changed` is called whenever the state has changed."""
        self._controller = controller
        self._net = Net(controller)
        self._has_failed = False
        self._inlet = inlet
        self._seats = seats
        self._changed = changed
        self._stopping = False

    def stop(self) -> None:
        """Have `run` return soon. Any thread, or a signal handler."""
        self._stopping = True
        self._inlet.wake()

    def run(self, feed: Callable[[], None] | None = None) -> None:
        """Own the state until `stop`; `feed` is called at every turn, after all seats were looked at.

        What it feeds bites when nobody supervises any more, and only then: a seat that has nothing to
        look at, such as the player of an interface that is away, is supervised all the same.
        """
        looked_ns = time.monotonic_ns()
        while not self._stopping:
            looked_ns = self._look_at_itself(looked_ns)
            before = self._controller.state
            self._has_failed = False
            self._take_in_posted()
            for seat in self._seats:
                for event in seat.poll():
                    self._take_in(event)
                # A press must not wait for the look at the other seat.
                self._take_in_posted()
            self._let_time_pass()
            if self._controller.state is not before:
                self._changed()
            if feed is not None:
                feed()
            self._inlet.wait(self._rest_ns(), self._descriptors())

    def _look_at_itself(self, looked_ns: int) -> int:
        """Tell of a stall since the last look, at the place where it began; return the time."""
        now_ns = time.monotonic_ns()
        if now_ns - looked_ns > _STALL_NS:
            length = f"{(now_ns - looked_ns) / _NS_PER_SECOND:.1f} s"
            detail = f"The controller did nothing for {length}: nothing was answered."
            self._take_in(Mishap(looked_ns, "controller stalled", detail))
        return now_ns

    def _take_in_posted(self) -> None:
        while (event := self._inlet.take()) is not None:
            self._take_in(event)

    def _take_in(self, event: Event) -> None:
        if isinstance(event, DawHeard):
            # A count-in that waits for it begins later than this, however old the word is.
            event = replace(event, taken_ns=time.monotonic_ns())
        self._has_failed |= not self._net.take_in(event)

    def _let_time_pass(self) -> None:
        moment_ns = self._net.next_moment_ns()
        now_ns = time.monotonic_ns()
        if moment_ns is not None and moment_ns <= now_ns:
            self._take_in(TimePassed(now_ns))

    def _rest_ns(self) -> int:
        moment_ns = self._net.next_moment_ns()
        # A moment whose rule has failed stays due; it is tried again, but not at once.
        if moment_ns is None or self._has_failed:
            return _LOOK_EVERY_NS
        return min(max(moment_ns - time.monotonic_ns(), 0), _LOOK_EVERY_NS)

    def _descriptors(self) -> list[int]:
        return [descriptor for seat in self._seats for descriptor in seat.descriptors()]
