"""A session of the take log, song by song, with all that an export needs of it.

Waits for the disk; for commands only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.export.take_reading import ReadTake, read_take

if TYPE_CHECKING:
    from countoff.takelog.comping import SongComp
    from countoff.takelog.reader import TakeLog
    from countoff.takelog.session_day import SessionDay
    from countoff.takelog.session_times import SessionTimes

_USUAL_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class SongRead:
    """A song of a session with its takes, in the order in which they were begun, and its comp."""

    title: str
    takes: tuple[ReadTake, ...]
    comp: SongComp


@dataclass(frozen=True, slots=True)
class SessionRead:
    """A session as it is in the log, song by song in the order in which they came up.

    times: when it and its takes were, on the clock
    """

    session: SessionDay
    songs: tuple[SongRead, ...]
    times: SessionTimes

    def song(self, title: str) -> SongRead | None:
        """Return the song that is written just so, else the first whose title is in other capitals."""
        alike = [song for song in self.songs if song.title.casefold() == title.casefold()]
        return next((song for song in alike if song.title == title), alike[0] if alike else None)

    @property
    def rate_hz(self) -> int:
        """The rate at which most of its takes were played; of two, the later."""
        rates = [take.detail.sample_rate_hz for song in self.songs for take in song.takes]
        counted = Counter(reversed(rates))
        return counted.most_common(1)[0][0] if counted else _USUAL_RATE_HZ


def read_session(log: TakeLog, name: str = "last") -> SessionRead:
    """Read the session that answers to `name` with everything in it.

    Raises SessionNotFoundError, SessionAmbiguousError or LogUnreadableError.
    """
    session = log.session_day(name)
    summaries = log.takes(session.id)
    ordinals = {summary.id: ordinal for ordinal, summary in enumerate(summaries, start=1)}
    songs = []
    # Titles in other capitals are other songs, as in the log's own lists, with numbers of their own.
    for title in dict.fromkeys(summary.song for summary in summaries):
        comp = log.comp(title, session.id)
        as_comp_sees = {take.id: take for take in comp.takes}
        takes = tuple(
            read_take(log.take(summary.id), ordinals[summary.id], as_comp_sees.get(summary.id))
            for summary in summaries
            if summary.song == title
        )
        songs.append(SongRead(title, takes, comp))
    return SessionRead(session, tuple(songs), log.session_times(session.id))
