"""What the box knows of the DAW: its last word, when something was last heard of it. Pure values.

Stale is not off: what it said before its port went is forgotten, and a word without a sign of life
says nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport

if TYPE_CHECKING:
    from countoff.core.events import DawHeard

LIFE_NS = 1_000_000_000
"""For so long after a sign of life a DAW that gives them is believed to do what it said last."""

ROLLS_NOT = frozenset({DawTransport.STOPPED, DawTransport.ARMED})


@dataclass(frozen=True, slots=True)
class KnownDaw:
    """What was heard of the DAW since its port was there, and whether it was told to stop.

    transport:    its last word, None where it has said nothing
    transport_ns: when it said so
    life_ns:      when anything was heard of it last
    since_ns:     what was heard before is forgotten
    stop_told_ns: when the box told it to stop, None once it has said that it does not roll
    is_unstopped: it was said already that it did not obey
    """

    transport: DawTransport | None = None
    transport_ns: int = 0
    life_ns: int | None = None
    since_ns: int = 0
    stop_told_ns: int | None = None
    is_unstopped: bool = False

    def having_heard(self, event: DawHeard) -> KnownDaw:
        """Return what is known after `event`, which is no older than `since_ns`."""
        life_ns = event.at_ns if self.life_ns is None else max(self.life_ns, event.at_ns)
        if event.transport is None:
            return replace(self, life_ns=life_ns)
        has_stopped = event.transport in ROLLS_NOT
        return replace(
            self,
            transport=event.transport,
            transport_ns=event.at_ns,
            life_ns=life_ns,
            stop_told_ns=None if has_stopped else self.stop_told_ns,
            is_unstopped=False,
        )

    def having_lost(self, at_ns: int) -> KnownDaw:
        """Return what is known once its port has gone: nothing of what it does."""
        return replace(self, transport=None, life_ns=None, since_ns=at_ns)

    def records(self, at_ns: int, *, shows_life: bool) -> bool:
        """Tell whether its last word is that it records, and can be believed at host time `at_ns`."""
        if self.transport is not DawTransport.RECORDING:
            return False
        return not shows_life or (self.life_ns is not None and at_ns - self.life_ns <= LIFE_NS)

    def is_stopping(self, at_ns: int, within_ns: int) -> bool:
        """Tell whether it may still say, within `within_ns`, that it obeys the box and stops."""
        return self.stop_told_ns is not None and at_ns < self.stop_told_ns + within_ns
