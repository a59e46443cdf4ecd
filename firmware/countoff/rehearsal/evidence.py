"""What a session left behind, and where in it things are: what all its judges go by.

Where bars and beats lie in the sound is worked out from the song as it was written and from how the
log says the take was begun, not from the plan that was played. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.rehearsal.script import seconds_text
from countoff.rehearsal.walk import NoSuchPlaceError, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from countoff.core.song import Song
    from countoff.rehearsal.hearing import Heard
    from countoff.rehearsal.logbook import Logbook, LoggedTakeRow
    from countoff.rehearsal.playing import Course
    from countoff.rehearsal.statements import Place, Script, TakeName

_NS_PER_SECOND = 1_000_000_000
_NAMED_AT_MOST = 4


class NotSoError(Exception):
    """What was expected is not what was found; the message says both."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The script, its course, every click that was heard, and what the log says."""

    script: Script
    course: Course
    heard: Sequence[Heard]
    logbook: Logbook

    @property
    def end_frame(self) -> int:
        """The length of the session in frames."""
        return self.course.length_ns * self.course.rate_hz // _NS_PER_SECOND

    def frame(self, at_ns: int) -> int:
        """Return the frame of the sound that is nearest to a moment of the session."""
        return (2 * at_ns * self.course.rate_hz + _NS_PER_SECOND) // (2 * _NS_PER_SECOND)

    def seconds(self, frames: int) -> str:
        """Write so many frames as seconds."""
        return seconds_text(frames * _NS_PER_SECOND // self.course.rate_hz)

    def take(self, name: TakeName | None) -> LoggedTakeRow:
        """Return the take that a script names; without a name, the only one. Raises NotSoError."""
        takes = self.logbook.takes
        called = [take for take in takes if name is None or take.answers_to(name)]
        if len(called) == 1:
            return called[0]
        wanted = "one take" if name is None else f"take {name.number}"
        wanted += f' of "{name.song}"' if name is not None and name.song else ""
        listed = ", ".join(f'take {take.number} of "{take.song}"' for take in takes)
        hint = " Say which." if called else ""
        raise NotSoError(f"expected {wanted} in the log; found {listed or 'no take'}.{hint}")

    def song(self, take: LoggedTakeRow) -> Song:
        """Return the song of a take as it was written when the take was asked for."""
        versions = [songs for read_ns, songs in self.course.songs_read if read_ns <= take.at_ns]
        songs = versions[-1] if versions else self.script.songs
        return next(song for song in songs if song.title == take.song)

    def walk(self, take: LoggedTakeRow) -> Walk:
        """Return the way of a take through its song."""
        song = self.song(take)
        bars = Walk(song).first_bars
        start_index = bars.index(take.start_bar) if take.start_bar in bars else 0
        return Walk(song, start_index, take.is_looped, take.tempo_ratio)

    def frame_at(self, take: LoggedTakeRow, place: Place) -> int:
        """Return the frame at which a place of a take belongs. Raises NotSoError for no place."""
        walk = self.walk(take)
        try:
            spot = walk.spot(place)
        except NoSuchPlaceError as reason:
            raise NotSoError(
                f"expected bar {place} of take {take.number}; found that {reason}."
            ) from reason
        return self.frame_of(take, walk, walk.seconds(spot))

    def frame_of(self, take: LoggedTakeRow, walk: Walk, seconds: Fraction) -> int:
        """Return the frame so long after bar 1 of a take, one rounding from it.

        Bar 1 lies on a whole frame, so far from where the count-in began.
        """
        rate_hz = self.course.rate_hz
        bar1_frame = self.frame(take.first_click_ns) - nearest(walk.seconds(walk.begin) * rate_hz)
        return bar1_frame + nearest(seconds * rate_hz)

    def is_in_beat(self, at_ns: int, take: LoggedTakeRow, place: Place) -> bool:
        """Tell whether a moment lies within the beat of a take that begins at `place`."""
        walk = self.walk(take)
        end = self.frame_of(take, walk, walk.seconds(walk.beat_after(place)))
        return self.frame_at(take, place) <= self.frame(at_ns) <= end

    def end_of(self, take: LoggedTakeRow) -> int:
        """Return the frame at which the next take was asked for, or the session's end."""
        later_ns = [other.at_ns for other in self.logbook.takes if other.at_ns > take.at_ns]
        return self.frame(min(later_ns)) if later_ns else self.end_frame


def nearest(exact: Fraction) -> int:
    """Return the whole number nearest to `exact`; of two, the higher."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def so_many(count: int, what: str) -> str:
    """Write a count of things: no flags, 1 flag, 2 flags."""
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def some_of(words: Sequence[str]) -> str:
    """Name the first few, and say how many more there are; none where there are none."""
    more = len(words) - _NAMED_AT_MOST
    named = ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
    return named or "none"
