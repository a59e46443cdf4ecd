"""What the log lets one expect of a take's recording: when it began, how long it is, where it lies. Pure.

The log knows when the DAW was told to record, mostly when it said that it does, and when it was told to
stop or stopped. Seconds are of the box's wall clock, put right within each boot by its host time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from countoff.core.daw import CANNOT_ANSWER, KnownFrom
from countoff.export.recordings.values import BarOneFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from countoff.takelog.reader import TakeDetail
    from countoff.takelog.stamps import Stamp

_NS_PER_SECOND = 1_000_000_000

# From the command to a recording that nobody has confirmed: a DAW that is sent elsewhere first is told a
# quarter of a second later.
_COMMAND_TO_RECORD_S = 0.15
# Give or take, of the beginning and of the length.
_ANSWERED_WITHIN_S = 0.1
_TOLD_WITHIN_S = 0.3

# How far bar 1 may be off, in ms, by what it is known from.
_BAR1_WITHIN_MS: dict[str, int] = {
    KnownFrom.TIME_CODE: 10,
    KnownFrom.OSC: 50,
    KnownFrom.DISPLAY: 50,
    KnownFrom.LOCATE: 50,
    BarOneFrom.ANSWER: 60,
    BarOneFrom.COMMAND: 300,
}


@dataclass(frozen=True, slots=True)
class TakeToFind:
    """A take, and what its recording should be like.

    number:         of its song
    status:         as the log has it: "ended", "false_start", "cancelled", "interrupted", or running
    verdict:        "RECORDED", "NOT SEEN", "GAP BAR 12", "CANNOT ANSWER"
    began_s:        when its recording began
    is_clock_sure:  the box's wall clock was synchronised
    within_s:       how far beginning and length may be off
    length_s:       how long the recording is; None where nobody knows when it ended
    bar1_after_s:   how long after the recording's beginning the song's bar 1 is
    bar1_place_s:   where on the DAW's timeline bar 1 is, None where not known
    is_place_told:  the DAW itself said where it was; else that is only where the box sent it
    """

    id: str
    song: str
    number: int
    status: str
    verdict: str
    began_s: float
    is_clock_sure: bool
    within_s: float
    length_s: float | None
    bar1_after_s: float
    bar1_from: BarOneFrom
    bar1_place_s: float | None = None
    bar1_place_within_ms: int = 50
    is_place_told: bool = False

    @property
    def words(self) -> str:
        """The take as it is called: T3 of Harbour."""
        return f"T{self.number} of {self.song}"

    @property
    def place_s(self) -> float | None:
        """Where on the DAW's timeline its recording begins, None where not known."""
        return None if self.bar1_place_s is None else self.bar1_place_s - self.bar1_after_s

    @property
    def may_be_by_hand(self) -> bool:
        """Whether somebody may have recorded it by hand, some time before and after: nobody heard."""
        return self.verdict == CANNOT_ANSWER

    @property
    def bar1_within_ms(self) -> int:
        """How far bar 1 may be off where it is known from when the DAW was told, or answered."""
        return _BAR1_WITHIN_MS[self.bar1_from]


def takes_to_find(details: Sequence[TakeDetail]) -> tuple[TakeToFind, ...]:
    """Return what to expect of these takes, in their order."""
    clocks = _clocks(detail.stamp for detail in details)
    return tuple(_take(detail, clocks[detail.stamp.boot_id]) for detail in details)


@dataclass(frozen=True, slots=True)
class _WallClock:
    """How far the wall clock is ahead of host time in one boot, and whether it was right then."""

    ahead_s: float
    is_sure: bool


def _clocks(stamps: Iterable[Stamp]) -> Mapping[str, _WallClock]:
    """Return the wall clock of each boot: of its last stamp, or better the last that is sure."""
    clocks: dict[str, _WallClock] = {}
    for stamp in stamps:
        known = clocks.get(stamp.boot_id)
        is_sure = stamp.clock_synchronised or stamp.corrected_utc is not None
        if known is None or is_sure or not known.is_sure:
            utc_s = datetime.fromisoformat(stamp.corrected_utc or stamp.at_utc).timestamp()
            clocks[stamp.boot_id] = _WallClock(utc_s - stamp.at_ns / _NS_PER_SECOND, is_sure)
    return clocks


def _take(detail: TakeDetail, clock: _WallClock) -> TakeToFind:
    summary = detail.summary
    answered_ns, closed_ns = _moment_ns(detail, "answered"), _moment_ns(detail, "closed")
    is_answered = answered_ns is not None and (
        detail.roll_delay_ns is not None or summary.began_at_daw
    )
    if is_answered and answered_ns is not None:
        began_ns = answered_ns
    else:
        began_ns = detail.stamp.at_ns + round(_COMMAND_TO_RECORD_S * _NS_PER_SECOND)
    # A DAW that said it records before anybody told it has begun at some time before.
    had_begun = answered_ns is not None and not is_answered
    is_over = closed_ns is not None and not had_begun
    place_from = detail.daw_bar1_from
    return TakeToFind(
        id=summary.id,
        song=summary.song,
        number=summary.number,
        status=summary.status,
        verdict=summary.verdict,
        began_s=began_ns / _NS_PER_SECOND + clock.ahead_s,
        is_clock_sure=clock.is_sure,
        within_s=_ANSWERED_WITHIN_S if is_answered else _TOLD_WITHIN_S,
        length_s=(closed_ns - began_ns) / _NS_PER_SECOND if is_over and closed_ns else None,
        bar1_after_s=(detail.bar1_ns - began_ns) / _NS_PER_SECOND,
        bar1_from=BarOneFrom.ANSWER if is_answered else BarOneFrom.COMMAND,
        bar1_place_s=detail.daw_bar1_s,
        bar1_place_within_ms=_BAR1_WITHIN_MS.get(place_from or "", 50),
        is_place_told=place_from is not None and place_from != KnownFrom.LOCATE,
    )


def _moment_ns(detail: TakeDetail, event: str) -> int | None:
    """Return the host time of the last event of this kind that lies in the take's own boot."""
    moments = [
        happened.stamp.at_ns
        for happened in detail.events
        if happened.event == event and happened.stamp.boot_id == detail.stamp.boot_id
    ]
    return moments[-1] if moments else None
