"""The account of a running take's click: what was counted, what went wrong where, how far it is known.

Pure values; `certifying` fills them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from countoff.core.certificate import Drift, drift_between
from countoff.core.click_faults import ClickFault, FaultKind
from countoff.core.counts import SenderSum, StreamSum

if TYPE_CHECKING:
    from countoff.core.tempo import BarBeat
    from countoff.core.timebase import ClockFit

# A take with more faults than this is no take; its gaps are still counted.
_MOST_FAULTS = 256
_MOST_BESIDE = 32
# These are told of by the faults and the counters themselves.
_OF_THE_CLICK = frozenset(
    (
        "audio lost",
        "click unheard",
        "click rejoined",
        "click gap",
        "click misheard",
        "clock jumped",
        "missed clicks",
        "server xrun",
    )
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is known so far of the click of one take.

    beside:          incidents that were not the click's, and where
    stream:          the player process that was read last
    next_frame:      up to where its stream has delivered, None before anything was read
    first_fit, last_fit: the clock of the stream that plays it, at its first and last fit in it
    listened_from, listened_to: the frames between which every click came back over a cable and was
                     judged, whole or not; None where none was
    way_ns:          how long that way is
    drift:           over the longest part of the take that one stream played
    """

    streams: StreamSum = field(default_factory=StreamSum)
    senders: SenderSum = field(default_factory=SenderSum)
    stream: int | None = None
    next_frame: int | None = None
    faults: tuple[ClickFault, ...] = ()
    more_gaps: int = 0
    beside: tuple[tuple[str, BarBeat], ...] = ()
    first_fit: ClockFit | None = None
    last_fit: ClockFit | None = None
    drift: Drift | None = None
    listened_from: int | None = None
    listened_to: int | None = None
    way_ns: int | None = None

    @property
    def best_drift(self) -> Drift | None:
        """The drift as measured over the longest time."""
        newest = (
            drift_between(self.first_fit, self.last_fit)
            if self.first_fit is not None and self.last_fit is not None
            else None
        )
        known = [drift for drift in (self.drift, newest) if drift is not None]
        return max(known, key=lambda drift: drift.over_s, default=None)

    def with_fit(self, fit: ClockFit) -> Account:
        """Return the account with one more fit of the take's stream."""
        if self.first_fit is None or self.first_fit.epoch != fit.epoch:
            return replace(self, drift=self.best_drift, first_fit=fit, last_fit=fit)
        return replace(self, last_fit=fit)

    def with_fault(self, fault: ClickFault) -> Account:
        """Return the account with one more fault, or with one more gap that is only counted."""
        if len(self.faults) >= _MOST_FAULTS:
            is_gap = fault.kind is FaultKind.GAP
            return replace(self, more_gaps=self.more_gaps + is_gap)
        return replace(self, faults=(*self.faults, fault))

    def with_incident(self, kind: str, place: BarBeat) -> Account:
        """Return the account with an incident, where it is none of the click's own."""
        if kind in _OF_THE_CLICK or len(self.beside) >= _MOST_BESIDE:
            return self
        return replace(self, beside=(*self.beside, (kind, place)))
