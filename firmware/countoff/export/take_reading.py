"""A take of the log in seconds after its song's bar 1, exactly: what was recorded, played and flagged. Pure.

Whatever has a frame of a stream is as far from bar 1 as that stream's frames say; what people have said
later has its bar and beat. Only what the DAW did, beginning and end of its recording, is known by host time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.takelog.chart_reading import read_chart
from countoff.takelog.take_places import places_of

if TYPE_CHECKING:
    from countoff.core.comp.values import CompTake
    from countoff.core.song import Song
    from countoff.takelog.reader import LoggedFlag, LoggedIncident, TakeDetail
    from countoff.takelog.take_places import TakePlaces

_NS_PER_SECOND = 1_000_000_000
_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ReadTake:
    """A take of the log. Seconds count from its song's bar 1.

    ordinal: which take of its session it is, from 1
    comp:    the take as a comp sees it; None where it can give nothing to one
    places:  where its bars are in ticks; None in a song without bars, and where there is no chart to go by
    played:  its chart from where it began and with its loop; None as with places
    start_s, end_s: when its recording began and was over; music_s: its first beat, None where it never
             rolled; music_end_s: where the music was over, if it rolled
    """

    detail: TakeDetail
    ordinal: int
    comp: CompTake | None
    places: TakePlaces | None
    played: Song | None
    start_s: Fraction
    music_s: Fraction | None
    music_end_s: Fraction | None
    end_s: Fraction

    @property
    def label(self) -> str:
        """What it is called in a sentence: T4 of Harbour."""
        return f"T{self.detail.summary.number} of {self.detail.summary.song}"

    def seconds_at_tick(self, tick: int) -> Fraction:
        """Return when one of its ticks came; a song without tempo is carried by one."""
        if self.played is not None:
            return self.played.tempo_map.seconds_at_tick(tick)
        return Fraction(tick, _FREE_TICKS_PER_SECOND)


_FREE_TICKS_PER_SECOND = 960


def read_take(detail: TakeDetail, ordinal: int, comp: CompTake | None) -> ReadTake:
    """Return a take in seconds after its bar 1."""
    if detail.summary.how == _CANCELLED:
        # Never rolled, whatever place of the count-in it has.
        comp = None
    places = None if detail.summary.is_free else places_of(detail, read_chart(detail.chart))
    played = None if places is None else _played(places)
    music_s = music_end_s = None
    if comp is not None:
        music_s, music_end_s = (
            _seconds_at(played, tick) for tick in (comp.start_tick, comp.end_tick)
        )
    else:
        music_end_s = _last_seen_s(detail, places, played)
        if music_end_s is not None:
            music_s = _seconds_at(played, 0 if played is None else played.start_tick)
    start_s = _after_bar1(detail, _moment_ns(detail, "answered") or detail.stamp.at_ns)
    over_ns = _moment_ns(detail, "closed") or _moment_ns(detail, "ended")
    ends = [start_s, *([] if music_end_s is None else [music_end_s])]
    end_s = max(ends) if over_ns is None else max(_after_bar1(detail, over_ns), *ends)
    return ReadTake(detail, ordinal, comp, places, played, start_s, music_s, music_end_s, end_s)


def place_s(placed: LoggedFlag | LoggedIncident, read: ReadTake) -> Fraction | None:
    """Return where a flag or an incident was, in seconds after bar 1; None where nobody knows."""
    anchor = _anchor(placed, read.detail)
    if anchor is not None and placed.frame is not None:
        bar1_frame, rate_hz = anchor
        return Fraction(placed.frame - bar1_frame, rate_hz)
    if placed.elapsed_s is not None:
        return Fraction(placed.elapsed_s)
    if placed.bar is None or read.places is None:
        return None
    return read.seconds_at_tick(read.places.tick_of(placed.bar, placed.beat))


def _played(places: TakePlaces) -> Song:
    if places.looped_index is None:
        return places.song
    return places.song.looping(places.looped_index)


def _seconds_at(played: Song | None, tick: int) -> Fraction:
    if played is None:
        return Fraction(tick, _FREE_TICKS_PER_SECOND)
    return played.tempo_map.seconds_at_tick(tick)


def _last_seen_s(
    detail: TakeDetail, places: TakePlaces | None, played: Song | None
) -> Fraction | None:
    """Return how far a take came that no comp can use: one that runs, or that has no chart."""
    take = detail.summary
    ended_ns = _moment_ns(detail, "ended")
    if take.how == _CANCELLED:
        return None
    if ended_ns is not None and (take.last_bar or take.elapsed_s):
        return _after_bar1(detail, ended_ns)
    if take.elapsed_s:
        return Fraction(take.elapsed_s)
    if places is None or take.last_bar is None:
        return None
    return _seconds_at(played, places.tick_of(take.last_bar, take.last_beat))


def _anchor(placed: LoggedFlag | LoggedIncident, detail: TakeDetail) -> tuple[int, int] | None:
    """Return the frame of bar 1 on the stream of a frame, and its rate.

    Where the click was laid anew within one stream it is what held at that moment.
    """
    if placed.epoch is None or placed.frame is None:
        return None
    found = None
    if placed.epoch == detail.epoch:
        found = detail.bar1_frame, detail.sample_rate_hz
    for event in detail.events:
        if event.event != "rejoined" or event.epoch != placed.epoch or event.bar1_frame is None:
            continue
        if found is None or event.stamp.at_ns <= placed.stamp.at_ns:
            found = event.bar1_frame, event.sample_rate_hz or detail.sample_rate_hz
    return found


def _moment_ns(detail: TakeDetail, event: str) -> int | None:
    """Return the host time of the first event of this kind that lies in the take's own boot."""
    return next(
        (
            happened.stamp.at_ns
            for happened in detail.events
            if happened.event == event and happened.stamp.boot_id == detail.stamp.boot_id
        ),
        None,
    )


def _after_bar1(detail: TakeDetail, at_ns: int) -> Fraction:
    return Fraction(at_ns - detail.bar1_ns, _NS_PER_SECOND)
