"""Reading the take log: sessions, takes, and one take with all that belongs to it.

Each question opens the file read-only and closes it again, so a running writer is never disturbed. Waits
for the disk; for commands and panels, never for a thread that must be on time.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.details import (
    LoggedCertificate,
    LoggedFlag,
    LoggedIncident,
    LoggedPress,
    TakeDetail,
    TakeEvent,
    take_detail,
)
from countoff.takelog.edits import all_edits
from countoff.takelog.naming import (
    SessionAmbiguousError,
    SessionNotFoundError,
    SongNotFoundError,
    TakeAmbiguousError,
    TakeNotFoundError,
    session_named,
    songs_of_takes,
    take_ids_of_song,
    take_named,
)
from countoff.takelog.schema import FILE_NAME, NotATakeLogError, is_damaged, open_for_reading
from countoff.takelog.session_day import session_day
from countoff.takelog.session_times import session_times
from countoff.takelog.stamps import wall_label
from countoff.takelog.summaries import TakeSummary, summaries
from countoff.takelog.telling_edits import told_edits
from countoff.takelog.wall_time import WallTimes, stamp_of, take_ids_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.takelog.comping import SongComp
    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.session_day import SessionDay
    from countoff.takelog.session_times import SessionTimes
    from countoff.takelog.telling_edits import ToldEdit

# What a reader of the log needs, in one place.
__all__ = [
    "LogUnreadableError",
    "LoggedCertificate",
    "LoggedFlag",
    "LoggedIncident",
    "LoggedPress",
    "SessionAmbiguousError",
    "SessionNotFoundError",
    "SessionSummary",
    "TakeAmbiguousError",
    "TakeDetail",
    "TakeEvent",
    "TakeLog",
    "TakeNotFoundError",
]


class LogUnreadableError(Exception):
    """The take log is there and cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A day's work."""

    id: str
    started_utc: str
    clock_synchronised: bool
    take_count: int
    corrected_utc: str | None = None
    """When it began, where the clock was wrong then; `started_utc` is the label as it was."""

    @property
    def started_label(self) -> str:
        """The wall time of its beginning: as corrected, or the label, with a "?" in doubt."""
        return wall_label(self.started_utc, self.corrected_utc, is_sure=self.clock_synchronised)


class TakeLog:
    """The take log in `folder`. A log that does not exist yet reads as one without takes.

    Every method waits for the disk and raises LogUnreadableError when the file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sessions(self) -> list[SessionSummary]:
        """Return all sessions, oldest first."""
        with self._opened() as connection:
            if connection is None:
                return []
            found = connection.execute(
                "SELECT id, at_ns, at_utc, boot_id, clock_synchronised,"
                " (SELECT count(*) FROM takes WHERE session_id = sessions.id) AS take_count"
                " FROM sessions ORDER BY entry"
            ).fetchall()
            wall_times = WallTimes(connection)
            return [
                SessionSummary(
                    row["id"],
                    row["at_utc"],
                    bool(row["clock_synchronised"]),
                    row["take_count"],
                    wall_times.correction(stamp_of(row)),
                )
                for row in found
            ]

    def session(self, name: str = "last") -> SessionSummary:
        """Return the session that answers to `name`: "last", its day (2026-11-22), an id's beginning.

        Raises SessionNotFoundError or SessionAmbiguousError.
        """
        sessions = self.sessions()
        started = [(each.id, each.corrected_utc or each.started_utc) for each in sessions]
        return sessions[session_named(name, started)]

    def session_day(self, name: str = "last") -> SessionDay:
        """Return the people, songs and hours of the session that answers to `name`, as in `session`.

        Raises SessionNotFoundError or SessionAmbiguousError.
        """
        found = self.session(name)
        with self._opened() as connection:
            if connection is None:
                raise SessionNotFoundError(f"There is no session any more in {self._folder}.")
            return session_day(connection, found.id)

    def session_times(self, session_id: str) -> SessionTimes:
        """Return when the takes of a session were, from its beginning. Raises SessionNotFoundError."""
        with self._opened() as connection:
            known = "SELECT 1 FROM sessions WHERE id = ?"
            if connection is None or connection.execute(known, (session_id,)).fetchone() is None:
                raise SessionNotFoundError(f"There is no session {session_id} in {self._folder}.")
            return session_times(connection, session_id)

    def takes(
        self,
        session_id: str | None = None,
        *,
        song: str | None = None,
        day: str | None = None,
    ) -> list[TakeSummary]:
        """Return the takes of one session, song or day, or all, in the order in which they were begun.

        A song is found whatever its capitals, and has the takes that were moved to it. A `day` is as
        in 2026-11-22, in UTC; a take is of the day of its right time, as far as that is known.
        """
        with self._opened() as connection:
            if connection is None:
                return []
            # Each takes its index; what is in all of them is few, mostly, and only that is summed up.
            narrowed: list[list[str]] = []
            if session_id is not None:
                narrowed.append(_take_ids(connection, session_id))
            if song is not None:
                narrowed.append(take_ids_of_song(connection, song))
            if day is not None and session_id is None:
                narrowed.append(take_ids_of_day(connection, day))
            if not narrowed:
                narrowed.append(_take_ids(connection))
            first, *others = narrowed
            found = summaries(connection, list(set(first).intersection(*others)))
        return [take for take in found if day is None or take.started_label.startswith(day)]

    def take(self, name: str) -> TakeDetail:
        """Return the one take that answers to `name`: NUMBER, SONG:NUMBER or an id's beginning.

        Raises TakeNotFoundError or TakeAmbiguousError.
        """
        with self._opened() as connection:
            if connection is None:
                raise TakeNotFoundError(f"There is no take yet in {self._folder}.")
            return take_detail(connection, take_named(connection, name))

    def comp(self, song: str, session_id: str | None = None) -> SongComp:
        """Return a song's takes as a comp sees them, of one session or all, and the comp of them.

        Raises SongNotFoundError.
        """
        # Charts are read for it, which no other question needs.
        from countoff.takelog.comping import song_comp  # noqa: PLC0415

        with self._opened() as connection:
            if connection is None:
                raise SongNotFoundError(f"There is no take yet in {self._folder}.")
            return song_comp(connection, song, session_id)

    def edits(self) -> list[LoggedEdit]:
        """Return every edit, the oldest first, those that were undone and the undos too."""
        with self._opened() as connection:
            return [] if connection is None else all_edits(connection)

    def told_edits(self, most: int | None = None) -> list[ToldEdit]:
        """Return them with what each says, in words; `most` for no more than the last ones."""
        with self._opened() as connection:
            if connection is None:
                return []
            edits = all_edits(connection)
            return told_edits(connection, edits if most is None else edits[-most:], edits)

    def songs(self) -> list[str]:
        """Return every song that a take was recorded as, or moved to, in alphabetical order."""
        with self._opened() as connection:
            return [] if connection is None else songs_of_takes(connection)

    def press_times_ns(self, boot_id: str) -> list[int]:
        """Return the host times of all presses since the machine was started as `boot_id`."""
        query = "SELECT at_ns FROM presses WHERE boot_id = ? AND gesture = 'press' ORDER BY at_ns"
        with self._opened() as connection:
            if connection is None:
                return []
            return [int(at_ns) for (at_ns,) in connection.execute(query, (boot_id,))]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection | None]:
        file = self._folder / FILE_NAME
        try:
            with closing(open_for_reading(self._folder)) as connection:
                # One moment of the log for all queries of a question, also while it is written to.
                connection.execute("BEGIN")
                yield connection
        except FileNotFoundError:
            yield None
        except NotATakeLogError as trouble:
            raise LogUnreadableError(f"{trouble}.") from trouble
        except (sqlite3.Error, OSError) as trouble:
            what_to_do = " `countoff log check` says more." if is_damaged(trouble) else ""
            raise LogUnreadableError(
                f"The take log {file} cannot be read ({trouble}).{what_to_do}"
            ) from trouble


def _take_ids(connection: sqlite3.Connection, session_id: str | None = None) -> list[str]:
    where = "" if session_id is None else " WHERE session_id = ?"
    found = connection.execute(
        f"SELECT id FROM takes{where}",  # noqa: S608 - our own words
        () if session_id is None else (session_id,),
    )
    return [take_id for (take_id,) in found]
