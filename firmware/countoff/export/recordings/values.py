"""Recordings, passes and matched takes, as values. Pure.

A *recording* is one file. A *track* is what one microphone gave in one pass: one recording, or several
where stereo is split. A *pass* is all that the DAW recorded between one record and one stop.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of one file without hearing it.

    path:                  within the folder, with "/"
    side:                  of split stereo: "L", "R", "a"; empty for a whole track
    pass_key:              what its name says of the pass: greater for a later one; empty where not said
    time_reference_frames: where it begins on the DAW's timeline, None where its header does not say
    recorded:              when it was recorded, on the DAW's own wall clock, to `recorded_within_s`;
                           written as UTC, whatever zone that clock stands in
    changed_ns:            when the file was last changed, in ns of UTC: its end, if it is no copy
    """

    path: str
    track: str
    track_number: int | None
    side: str
    pass_key: tuple[int, ...]
    rate_hz: int
    length_frames: int
    channels: int
    time_reference_frames: int | None
    recorded: datetime | None
    recorded_within_s: float
    changed_ns: int

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.length_frames / self.rate_hz

    @property
    def place_s(self) -> float | None:
        """Where on the DAW's timeline it begins."""
        reference = self.time_reference_frames
        return None if reference is None else reference / self.rate_hz

    @property
    def seat(self) -> tuple[int, str, str]:
        """What no two recordings of a pass have in common: the track, and the side of it."""
        return (self.track_number or 0, self.track.casefold(), self.side)


@dataclass(frozen=True, slots=True)
class Track:
    """What one microphone, or pair of them, gave in a pass; a side each in `recordings`."""

    name: str
    number: int | None
    recordings: tuple[Recording, ...]


class Span(NamedTuple):
    """A moment in seconds, known to lie between two others."""

    earliest_s: float
    latest_s: float

    @property
    def middle_s(self) -> float:
        """The moment, as near as one can say."""
        return (self.earliest_s + self.latest_s) / 2

    def shifted(self, seconds: float) -> Span:
        """Return the span so much later."""
        return Span(self.earliest_s + seconds, self.latest_s + seconds)

    def has(self, moment_s: float) -> bool:
        """Tell whether a moment lies within."""
        return self.earliest_s <= moment_s <= self.latest_s


@dataclass(frozen=True, slots=True)
class Pass:
    """All that the DAW recorded between one record and one stop.

    name:          "P3": its place in the order of the folder's passes
    begun:         when, on the DAW's wall clock; None where nothing credible says it
    begun_if_late: the same, if the DAW stamps a recording when it ends, as Ardour does
    is_begun_told: a name or a header says so; else it follows from when the files were last changed
    """

    name: str
    tracks: tuple[Track, ...]
    begun: Span | None = None
    begun_if_late: Span | None = None
    is_begun_told: bool = False

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """All of its files."""
        return tuple(recording for track in self.tracks for recording in track.recordings)

    @property
    def length_s(self) -> float:
        """How long it is: what most of its files have, the longest of those."""
        counted = Counter(recording.length_s for recording in self.recordings)
        return max(counted, key=lambda length_s: (counted[length_s], length_s))

    @property
    def place_s(self) -> float | None:
        """Where on the DAW's timeline it begins, None where no header says it."""
        places = [found.place_s for found in self.recordings if found.place_s is not None]
        return min(places, default=None)


class BarOneFrom(StrEnum):
    """How it is known where in a recording the song's bar 1 lies."""

    TIMELINE = "timeline"
    """The recording's place on the timeline, and what the DAW said of bar 1's."""
    ANSWER = "answer"
    """The moment at which the DAW said that it records is taken for the recording's beginning."""
    COMMAND = "command"
    """The moment at which the DAW was told to record is."""
    CLOCK = "clock"
    """Somebody recorded by hand, before that: the wall clocks tell how long before."""
    LENGTH = "length"
    """The same, and no clock tells: bar 1 is somewhere in what the recording is longer by."""


@dataclass(frozen=True, slots=True)
class PlacedRecording:
    """A recording of a take.

    bar1_offset_frames: from the song's bar 1 to the recording's first frame, in its own frames:
                        negative where it began before, as it should
    """

    recording: Recording
    bar1_offset_frames: int


@dataclass(frozen=True, slots=True)
class TakeTrack:
    """One track of a take: its recordings, a side each where stereo is split."""

    name: str
    recordings: tuple[PlacedRecording, ...]


@dataclass(frozen=True, slots=True)
class MatchedTake:
    """A take and its recordings.

    bar1_within_ms: how far the place of bar 1 may be off
    by_hand:        somebody said so; else it was found
    """

    take_id: str
    pass_name: str
    tracks: tuple[TakeTrack, ...]
    bar1_from: BarOneFrom
    bar1_within_ms: int
    by_hand: bool = False


class OpenPass(NamedTuple):
    """A pass that may be of several takes: of none until somebody says.

    take_ids: the likeliest first; None where it may be of none
    """

    pass_name: str
    take_ids: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class MatchedRecordings:
    """A folder's recordings and the takes that they are of.

    takes:   those with recordings, in the order of the log
    passes:  all of the folder's, in their order
    missing: the ids of takes that should have a recording and have none
    extra:   the names of passes that are of no take
    open:    the passes that may be of several takes
    doubts:  a sentence for each thing that somebody should know
    """

    folder: Path
    passes: tuple[Pass, ...]
    takes: tuple[MatchedTake, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    open: tuple[OpenPass, ...]
    doubts: tuple[str, ...]

    def of_take(self, take_id: str) -> MatchedTake | None:
        """Return what was recorded of a take, None where nothing is known to be."""
        return next((take for take in self.takes if take.take_id == take_id), None)

    @property
    def track_names(self) -> tuple[str, ...]:
        """The names of all tracks of the matched takes, each once, in the DAW's order if it has one."""
        names: dict[str, None] = {}
        for take in self.takes:
            names |= dict.fromkeys(track.name for track in take.tracks)
        return tuple(names)
