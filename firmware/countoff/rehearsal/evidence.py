"""What a session left behind, and where in it things are: what all its judges go by.

Where bars and beats lie in the sound is worked out here from the song as it was written, not from
the plan that was played. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.rehearsal.script import seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.song import Song
    from countoff.core.tempo import BarBeat
    from countoff.rehearsal.hearing import Heard
    from countoff.rehearsal.logbook import Logbook, LoggedTakeRow
    from countoff.rehearsal.playing import Course
    from countoff.rehearsal.statements import Script, TakeName

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
        """Return the song of a take, as the script wrote it."""
        return next(song for song in self.script.songs if song.title == take.song)

    def frame_at(self, take: LoggedTakeRow, place: BarBeat) -> int:
        """Return the frame at which a place of a take belongs. Raises NotSoError for no place."""
        song = self.song(take)
        if place.beat > song.meter.beats_per_bar:
            raise NotSoError(
                f"expected bar {place} of take {take.number}; a bar of {song.meter} has no beat"
                f" {place.beat}."
            )
        return self.frame_of(take, song, quarters_at(song, place))

    def frame_of(self, take: LoggedTakeRow, song: Song, quarters: Fraction) -> int:
        """Return the frame so many quarter notes after bar 1, one rounding from the first click."""
        frames_per_quarter = 60 * self.course.rate_hz / song.tempo.quarters_per_minute
        count_in_quarters = song.count_in_bars * bar_quarters(song)
        exact = (
            self.frame(take.first_click_ns) + (count_in_quarters + quarters) * frames_per_quarter
        )
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

    def end_of(self, take: LoggedTakeRow) -> int:
        """Return the frame at which the next take was asked for, or the session's end."""
        later_ns = [other.at_ns for other in self.logbook.takes if other.at_ns > take.at_ns]
        return self.frame(min(later_ns)) if later_ns else self.end_frame


def bar_quarters(song: Song) -> Fraction:
    """Return the length of a bar in quarter notes."""
    return Fraction(4 * song.meter.beats_per_bar, song.meter.note_value)


def quarters_at(song: Song, place: BarBeat) -> Fraction:
    """Return how many quarter notes `place` is after bar 1."""
    beats = Fraction(4 * (place.beat - 1), song.meter.note_value)
    return (place.bar - 1) * bar_quarters(song) + beats


def so_many(count: int, what: str) -> str:
    """Write a count of things: no flags, 1 flag, 2 flags."""
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def some_of(words: Sequence[str]) -> str:
    """Name the first few, and say how many more there are; none where there are none."""
    more = len(words) - _NAMED_AT_MOST
    named = ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
    return named or "none"
