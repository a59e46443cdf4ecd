"""Any day as projects: each of its songs stacked, all of it strung out, with recordings or without."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.export.drawn_recordings import matched_recordings
from tests.export.made_days import nearest_frame

from countoff.core.section import Section
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.export.content import Content
from countoff.export.from_log import as_recorded, stacked
from countoff.export.session_reading import read_session
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from hypothesis import strategies as st
    from tests.export.made_days import MadeDay, MadeTake

    from countoff.export.recordings.values import MatchedRecordings, PlacedRecording
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.export.timeline import Timeline

CUT_BEFORE_S = Fraction(30, 1000)
FADE_S = Fraction(5, 1000)
PATH = Path("/studio/out.file")
RAMPED = Song(
    "Tide",
    (
        Section("Verse", 4, (TempoSpan(0, Tempo(Fraction(96)), Tempo(Fraction(120))),)),
        Section("Break", 3, (TempoSpan(0, Tempo(Fraction(120))),), Meter(7, 8)),
        Section("Chorus", 4, (TempoSpan(0, Tempo(Fraction(130))),)),
    ),
)


@dataclass
class Project:
    """A timeline that is to be written, and the day that it is of."""

    day: MadeDay
    timeline: Timeline
    read: SessionRead
    songs: Sequence[SongRead]
    recordings: MatchedRecordings | None

    def written(self, write: Callable[[Content, BinaryIO], Sequence[str]]) -> bytes:
        """Return what a writer makes of it."""
        file = io.BytesIO()
        write(Content(self.timeline, PATH, self.read, tuple(self.songs), self.recordings), file)
        return file.getvalue()

    @property
    def takes(self) -> list[MadeTake]:
        """The made takes of its songs, in the order in which they were begun."""
        titles = {song.title for song in self.songs}
        return [take for take in self.day.takes if take.title in titles]

    @property
    def rate_hz(self) -> int:
        """The project's."""
        return self.timeline.rate_hz

    def bar1_s(self, take_id: str) -> Fraction:
        """Return where bar 1 of a take lies, as other tests have judged."""
        return self.timeline.take(take_id).bar1_s

    def frame(self, take: MadeTake, seconds: Fraction) -> int:
        """Return the frame of so many seconds after a take's bar 1."""
        return max(nearest_frame(self.bar1_s(take.id) + seconds, self.rate_hz), 0)

    def placed(self, take_id: str, name: str, side: str) -> PlacedRecording | None:
        """Return what was recorded of a take on a track."""
        for matched in () if self.recordings is None else self.recordings.takes:
            if matched.take_id == take_id:
                for track in matched.tracks:
                    for placed in track.recordings:
                        if (track.name, placed.recording.side) == (name, side):
                            return placed
        return None

    def seats(self) -> set[tuple[str, str]]:
        """Return the names of all tracks that there are, with the side that they are of."""
        ids = {take.id for take in self.takes}
        return {
            (track.name, placed.recording.side)
            for matched in (() if self.recordings is None else self.recordings.takes)
            if matched.take_id in ids
            for track in matched.tracks
            for placed in track.recordings
        } or {("Takes", "")}

    def span(self, take: MadeTake, name: str, side: str) -> tuple[int, int, float | None]:
        """Return from where to where a take lies on a track, and from where on its file sounds."""
        placed = self.placed(take.id, name, side)
        if placed is None:
            # As other tests have judged.
            laid = self.timeline.take(take.id)
            return laid.start_frame, max(laid.end_frame, laid.start_frame + 1), None
        own = placed.recording
        begins_s = self.bar1_s(take.id) + Fraction(placed.bar1_offset_frames, own.rate_hz)
        ends_s = begins_s + Fraction(own.length_frames, own.rate_hz)
        start = max(nearest_frame(begins_s, self.rate_hz), 0)
        end = max(nearest_frame(ends_s, self.rate_hz), start + 1)
        return start, end, float(max(-begins_s, 0))

    def cuts(self) -> dict[int, int]:
        """Return the frame before each section at which a comp is cut, by the section's number."""
        return {
            section.index: self.frame(take, section.start_s - CUT_BEFORE_S)
            for take in self.takes
            for section in take.sections
            if section.pass_index == 0
        }


def projects(day: MadeDay, data: st.DataObject) -> Iterator[Project]:
    """Yield each song's project with its takes stacked, then the whole day's with them strung out."""
    with TemporaryDirectory() as folder:
        day.write(Path(folder))
        read = read_session(TakeLog(Path(folder)))
    ids = [take.id for take in day.takes]
    recordings = data.draw(matched_recordings(ids, day.rate_hz), label="recordings")
    for song in read.songs:
        yield Project(day, stacked(read, song), read, [song], recordings)
    yield Project(day, as_recorded(read, read.songs), read, read.songs, recordings)
