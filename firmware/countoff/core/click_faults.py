"""What can be wrong with the click of a take, and how it is said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.tempo import BarBeat

_NS_PER_SECOND = 1_000_000_000
_NS_PER_MS = 1_000_000
_PLACES_NAMED = 8


class FaultKind(StrEnum):
    """What can be wrong with a click, the worst first."""

    LOST = "lost"
    """Nothing was played: the device, the server or the player had gone."""
    MISSED = "missed"
    """Clicks came too late to be played."""
    UNHEARD = "unheard"
    """A click was played, and did not come back over the cable."""
    BROKEN = "broken"
    """A click came back, and not whole."""
    SHIFTED = "shifted"
    """A click came back elsewhere than where it was planned."""
    JUMP = "jump"
    """The stream's frames jumped against time, and the click with them."""
    GAP = "gap"
    """The stream went on, and frames of it were never delivered."""


_MISHEARD = {
    FaultKind.UNHEARD: "did not come back over the cable",
    FaultKind.BROKEN: "came back broken",
    FaultKind.SHIFTED: "came back out of place",
}


@dataclass(frozen=True, slots=True)
class ClickFault:
    """One thing that was wrong with the click of a take.

    at:          where it began; in the count-in where `is_counting_in`
    length_ns:   how long it was; 0 where it has no length, None where it was not over at the end
    until:       where the click was back, of a lost one
    count:       how many clicks missed
    since_ns, from_frame: host time and frame of its beginning
    """

    kind: FaultKind
    at: BarBeat
    is_counting_in: bool
    since_ns: int
    from_frame: int
    length_ns: int | None = 0
    until: BarBeat | None = None
    count: int = 1


def three_words(faults: Sequence[ClickFault]) -> str:
    """Return the worst fault in three words, at its first place."""
    kinds = list(FaultKind)
    worst = min((fault.kind for fault in faults), key=kinds.index)
    of_kind = [fault for fault in faults if fault.kind is worst]
    first = of_kind[0]
    where = "COUNT-IN" if first.is_counting_in else f"BAR {first.at.bar}"
    match worst:
        case FaultKind.LOST:
            return f"CLICK LOST {where}"
        case FaultKind.MISSED:
            return f"CLICK LATE {where}"
        case FaultKind.UNHEARD:
            return f"CLICK UNHEARD {where}"
        case FaultKind.BROKEN:
            return f"CLICK BROKEN {where}"
        case FaultKind.SHIFTED:
            return f"CLICK SHIFTED {where}"
        case FaultKind.JUMP:
            return f"CLICK JUMPED {where}"
        case FaultKind.GAP:
            return f"{len(of_kind)} GAP{'' if len(of_kind) == 1 else 'S'} {where}"


def told_of(faults: Sequence[ClickFault], more_gaps: int) -> list[str]:
    """Return the faults in words, with their places; `more_gaps` had none kept."""
    told = [_lost(fault) for fault in faults if fault.kind is FaultKind.LOST]
    for fault in faults:
        if fault.kind is FaultKind.MISSED:
            clicks = "1 click" if fault.count == 1 else f"{fault.count} clicks"
            told.append(f"{clicks} came too late {_where(fault)}")
    for kind, what in _MISHEARD.items():
        of_kind = [fault for fault in faults if fault.kind is kind]
        if of_kind:
            told.append(_misheard(of_kind, what))
    told += [
        f"the stream's clock jumped by {_length(fault.length_ns or 0)} {_where(fault)}"
        for fault in faults
        if fault.kind is FaultKind.JUMP
    ]
    gaps = [fault for fault in faults if fault.kind is FaultKind.GAP]
    if gaps:
        told.append(_gaps(gaps, more_gaps))
    return told


def _lost(fault: ClickFault) -> str:
    if fault.length_ns is None or fault.until is None:
        return f"click lost {_from(fault)} to its end"
    return f"click lost {_from(fault)} to bar {fault.until} ({_length(fault.length_ns)})"


def _misheard(faults: Sequence[ClickFault], what: str) -> str:
    clicks = "1 click" if len(faults) == 1 else f"{len(faults)} clicks"
    longest_ns = max(fault.length_ns or 0 for fault in faults)
    by = f" by up to {_length(longest_ns)}" if longest_ns else ""
    return f"{clicks} {what}{by} at {_listed(faults)}"


def _gaps(gaps: Sequence[ClickFault], more_gaps: int) -> str:
    longest = max(gaps, key=lambda gap: gap.length_ns or 0)
    length = _length(longest.length_ns or 0)
    if len(gaps) == 1 and not more_gaps:
        return f"1 gap of {length} {_where(longest)}"
    count = len(gaps) + more_gaps
    return f"{count} gaps at {_listed(gaps)}, the longest of {length} at {_place(longest)}"


def _listed(faults: Sequence[ClickFault]) -> str:
    places = list(dict.fromkeys(map(_place, faults)))
    rest = len(places) - _PLACES_NAMED
    more = f" and {rest} more places" if rest > 0 else ""
    return ", ".join(places[:_PLACES_NAMED]) + more


def _place(fault: ClickFault) -> str:
    return "the count-in" if fault.is_counting_in else f"bar {fault.at}"


def _where(fault: ClickFault) -> str:
    return "in the count-in" if fault.is_counting_in else f"at bar {fault.at}"


def _from(fault: ClickFault) -> str:
    return f"from {_place(fault)}"


def _length(length_ns: int) -> str:
    if length_ns >= _NS_PER_SECOND:
        return f"{length_ns / _NS_PER_SECOND:.1f} s"
    return f"{length_ns / _NS_PER_MS:.1f} ms"
