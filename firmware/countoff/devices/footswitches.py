"""The footswitches: each edge becomes an event with the time the kernel saw it.

gpiozero's own thread calls in here. It only stamps and posts: bounces, holds and meanings are told
apart by the rules, on the stamps (gpiozero's own debouncing stays off; it loses presses). Every edge
is taken straight from the pin: a Button swallows the next press after a release that was lost.

The kernel keeps few edges for a process that is busy. A lost release would look like a foot that
stays, and a foot that stays ends a take: so a second thread re-reads the contacts.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from countoff.core.events import Part, PartReported, PartState, Pedal, PedalMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_NS_PER_SECOND = 1_000_000_000
# An edge can wait this long for its thread on a loaded machine; an older stamp is from a clock
# that is not ours.
_OLDEST_EDGE_NS = 100_000_000
# gpiozero's stamps are on a clock of its own: where another thread came between the two looks at it
# and at ours, they are not of one moment, and are taken again.
_SAME_MOMENT_NS = 50_000
_MOST_LOOKS = 5
# Often enough that a lost release is found well before a press becomes a hold (0.6 s).
_REREAD_EVERY_S = 0.15
# No switch bounces so often; a broken cable that hums would keep the controller from the other pedals.
_MOST_EDGES = 100
_EDGES_WITHIN_NS = 100_000_000


class Footswitches:
    """The pedals that are wired to pins."""

    def __init__(
        self,
        pins: Mapping[Pedal, int],
        *,
        normally_closed: bool | Collection[Pedal],
        post: Callable[[PedalMoved | PartReported], None],
    ) -> None:
        """Watch `pins` (BCM numbers), each pulled up and closed to ground by its pedal.

        `normally_closed` names the pedals whose contact opens when stepped on; True is all of them.
        """
        self._pins = pins
        if isinstance(normally_closed, bool):
            normally_closed = tuple(Pedal) if normally_closed else ()
        self._normally_closed = frozenset(normally_closed)
        self._post = post
        self._contacts: dict[Pedal, Any] = {}
        # gpiozero itself keeps no hold on what it calls.
        self._edges: list[Callable[[Any, Any], None]] = []
        self._told_down: dict[Pedal, bool] = {}
        self._moved: set[Pedal] = set()
        self.never_up: frozenset[Pedal] = frozenset()
        """Which have been down ever since the start; whoever holds the part may read it."""
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self._reread: threading.Thread | None = None

    def start(self) -> None:
        """Open the pins, and say which pedals are down already: they start nothing.

        Raises gpiozero's errors where there are no pins, or one is taken; then none is kept.
        """
        from gpiozero import InputDevice  # noqa: PLC0415 (slow, and only where there are pins)

        try:
            for pedal, pin in self._pins.items():
                contact = InputDevice(pin, pull_up=True)
                self._contacts[pedal] = contact
                self._told_down[pedal] = False
                self._edges.append(self._edge(pedal, contact.pin_factory))
                contact.pin.edges = "both"
                contact.pin.when_changed = self._edges[-1]
            self._moved.clear()
            self.never_up = frozenset()
            self._say_what_is_down(frozenset(filter(self._is_down, self._contacts)))
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
        for contact in self._contacts.values():
            contact.pin.when_changed = None
            contact.close()
        self._contacts.clear()
        self._edges.clear()

    @property
    def normally_closed(self) -> frozenset[Pedal]:
        """Which contacts open when stepped on: as configured, or learnt since. Any thread."""
        return self._normally_closed

    def closed(self) -> dict[Pedal, bool]:
        """Return of each pedal whether its contact is closed now; of none while they are not open.

        Any thread; asks the pins, which takes some microseconds.
        """
        return {pedal: bool(contact.is_active) for pedal, contact in list(self._contacts.items())}

    def learn(self, pedal: Pedal) -> None:
        """Take the contact of `pedal` for one that opens when stepped on, for as long as this runs.

        Any thread; never waits. No foot is on it: what was told of it meant the opposite.
        """
        with self._telling:
            self._normally_closed |= {pedal}
            if self._told_down.get(pedal, False):
                self._told_down[pedal] = False
                self._post(PedalMoved(time.monotonic_ns(), pedal, is_down=False))

    def _is_down(self, pedal: Pedal) -> bool:
        is_closed = bool(self._contacts[pedal].is_active)
        return is_closed is not (pedal in self._normally_closed)

    def _edge(self, pedal: Pedal, factory: Any) -> Callable[[Any, Any], None]:  # noqa: ANN401 (gpiozero has no types)
        since_ns, count = 0, 0

        def edge(ticks: Any, level: Any) -> None:  # noqa: ANN401
            nonlocal since_ns, count
            at_ns = _edge_ns(factory, ticks)
            if at_ns - since_ns > _EDGES_WITHIN_NS:
                since_ns, count = at_ns, 0
            count += 1
            if count > _MOST_EDGES:
                # Where it comes to rest is re-read.
                return
            # A closed contact pulls its pin to ground.
            is_down = (not level) is not (pedal in self._normally_closed)
            with self._telling:
                self._moved.add(pedal)
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
        down = frozenset(filter(self._is_down, self._contacts))
        with self._telling:
            differing = frozenset(
                pedal for pedal in self._contacts if (pedal in down) is not self._told_down[pedal]
            )
            for pedal in differing & doubted:
                if self._told_down[pedal]:
                    self._told_down[pedal] = False
                    self._post(PedalMoved(time.monotonic_ns(), pedal, is_down=False))
            never_up = self.never_up & down - self._moved
        self._say_what_is_down(never_up)
        return differing

    def _say_what_is_down(self, never_up: frozenset[Pedal]) -> None:
        """Say which pedals have been down ever since the start, where that has changed."""
        if never_up == self.never_up:
            return
        self.never_up = never_up
        at_ns = time.monotonic_ns()
        if not never_up:
            self._post(PartReported(at_ns, Part.PEDALS, PartState.OK))
            return
        names = " and ".join(pedal.upper() for pedal in Pedal if pedal in never_up)
        sentence = (
            f"Down since the box was switched on, and without effect until it comes up: {names}. "
            "Something lies on it, or its contact is normally closed; then name it in "
            "pedals.normally_closed of the configuration."
        )
        self._post(PartReported(at_ns, Part.PEDALS, PartState.WARNING, sentence))


def _edge_ns(factory: Any, ticks: Any) -> int:  # noqa: ANN401 (gpiozero has no types)
    """Return the host time at which the kernel saw the edge that gpiozero stamped `ticks`."""
    for _ in range(_MOST_LOOKS):
        before_ns = time.monotonic_ns()
        age_s = factory.ticks_diff(factory.ticks(), ticks)
        after_ns = time.monotonic_ns()
        if after_ns - before_ns <= _SAME_MOMENT_NS:
            break
    age_ns = round(age_s * _NS_PER_SECOND)
    is_sane = 0 <= age_ns <= _OLDEST_EDGE_NS
    return (before_ns + after_ns) // 2 - (age_ns if is_sane else 0)
