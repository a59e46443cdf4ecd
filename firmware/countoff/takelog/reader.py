"""Reading the take log: sessions, takes, and one take with all that belongs to it.

Each question opens the file read-only and closes it again, so a running writer is never disturbed. Waits
for the disk; for commands and panels, never for a thread that must be on time.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from countoff.takelog.edits import all_edits, edits_of_takes
from countoff.takelog.naming import (
    SessionAmbiguousError,
    SessionNotFoundError,
    TakeAmbiguousError,
    TakeNotFoundError,
    session_named,
    take_ids_of_song,
    take_named,
)
from countoff.takelog.overlay import overlay
from countoff.takelog.schema import FILE_NAME, NotATakeLogError, open_for_reading
from countoff.takelog.session_day import session_day
from countoff.takelog.stamps import wall_label
from countoff.takelog.summaries import TakeSummary, elapsed_s, summaries
from countoff.takelog.wall_time import WallTimes, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.overlay import Overlay
    from countoff.takelog.session_day import SessionDay
    from countoff.takelog.stamps import Stamp

__all__ = [
    "LogUnreadableError",
    "SessionAmbiguousError",
    "SessionNotFoundError",
    "TakeAmbiguousError",
    "TakeDetail",
    "TakeLog",
    "TakeNotFoundError",
]

_FLAG_COLUMNS = "*, changed_at_utc AS changed_utc, taken_back_at_utc AS taken_back_utc"


_Row = TypeVar("_Row", "TakeDetail", "TakeEvent", "LoggedFlag", "LoggedIncident", "LoggedPress")


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


@dataclass(frozen=True, slots=True)
class TakeEvent:
    """Something that happened to a take, and the status it had from then on."""

    event: str
    status: str
    how: str | None
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    sample_rate_hz: int | None
    bar1_frame: int | None
    bar1_ns: int | None
    detail: str | None
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedFlag:
    """A flag as it was made (`made_kind`), as it is now, and whether it was taken back since.

    One that an edit made (`is_edit`) has no place on a stream, and the stamp of the edit.
    """

    id: str
    made_kind: str
    kind: str
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    section: str | None
    whole_take: bool
    stamp: Stamp
    changed_utc: str | None
    taken_back_utc: str | None
    is_edit: bool = False


@dataclass(frozen=True, slots=True)
class LoggedIncident:
    """Something that could have spoilt the take."""

    id: str
    kind: str
    detail: str
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedPress:
    """A press while the take was the current one, and what came of it."""

    id: str
    pedal: str
    gesture: str
    phase: str
    did: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedCertificate:
    """What is said of the take's click; `figures` has the fields of `core.certificate.Figures`."""

    grade: str
    is_clean: bool
    words: str
    summary: str
    notes: tuple[str, ...]
    figures: dict[str, Any]
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class TakeDetail:
    """A take with all that belongs to it, each list in the order of writing.

    tempo_ratio:    how much faster than written, exactly: "93/92"
    click_level_db: None where the click was muted, or where nobody knows; then so is click_is_muted
    chart:          the song as it was played, as a song file; None in a take that was made before
                    charts were kept
    certificate:    None in one from before there were any, and where the log ends before it
    roll_delay_ns:  how long after the command the DAW said that it records, None where not known
    daw_bar1_s:     where on the DAW's timeline the song's bar 1 lies, in the seconds that it displays;
                    None where not known. `daw_bar1_from` is how it is known
    proves_arming:  the DAW's word that it records meant that a track was armed, too
    edits:          what people have said of it since, also what was undone; the summary, the flags
                    and all else here are as they make it
    """

    summary: TakeSummary
    meter: str
    count_in: str
    tempo_ratio: str
    click_level_db: int | None
    click_is_muted: bool | None
    chart: str | None
    sample_rate_hz: int
    epoch: int
    first_click_frame: int
    bar1_frame: int
    silenced_epoch: int | None
    silenced_frame: int | None
    end_epoch: int | None
    end_frame: int | None
    first_click_ns: int
    bar1_ns: int
    stamp: Stamp
    certificate: LoggedCertificate | None
    daw_can_answer: bool
    proves_arming: bool
    roll_delay_ns: int | None
    daw_bar1_s: float | None
    daw_bar1_from: str | None
    events: tuple[TakeEvent, ...]
    flags: tuple[LoggedFlag, ...]
    incidents: tuple[LoggedIncident, ...]
    presses: tuple[LoggedPress, ...]
    edits: tuple[LoggedEdit, ...] = ()


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

    def takes(self, session_id: str | None = None, *, song: str | None = None) -> list[TakeSummary]:
        """Return the takes of one session, of one song, or all, in the order in which they were begun.

        A song is found whatever its capitals, and has the takes that were moved to it.
        """
        with self._opened() as connection:
            if connection is None:
                return []
            if song is not None:
                ids = take_ids_of_song(connection, song)
            else:
                ids = [
                    take_id
                    for (take_id,) in connection.execute(
                        "SELECT id FROM takes WHERE ?1 IS NULL"
                        if session_id is None
                        else "SELECT id FROM takes WHERE session_id = ?1",
                        (session_id,),
                    )
                ]
            found = summaries(connection, ids)
        return [take for take in found if session_id in (None, take.session_id)]

    def take(self, name: str) -> TakeDetail:
        """Return the one take that answers to `name`: NUMBER, SONG:NUMBER or an id's beginning.

        Raises TakeNotFoundError or TakeAmbiguousError.
        """
        with self._opened() as connection:
            if connection is None:
                raise TakeNotFoundError(f"There is no take yet in {self._folder}.")
            return _detail(connection, take_named(connection, name))

    def edits(self) -> list[LoggedEdit]:
        """Return every edit, the oldest first, those that were undone and the undos too."""
        with self._opened() as connection:
            return [] if connection is None else all_edits(connection)

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
            raise LogUnreadableError(
                f"The take log {file} cannot be read ({trouble})."
            ) from trouble


def _detail(connection: sqlite3.Connection, take_id: str) -> TakeDetail:
    take = connection.execute(
        "SELECT takes.*, charts.text AS chart FROM takes"
        " LEFT JOIN charts ON charts.hash = takes.chart_hash WHERE id = ?",
        (take_id,),
    ).fetchone()
    is_muted = take["click_is_muted"]
    edits = tuple(edits_of_takes(connection, [take_id]).get(take_id, ()))
    edited = overlay(edits)
    wall_times = WallTimes(connection)

    def all_of(kind: type[_Row], table: str, columns: str = "*") -> tuple[_Row, ...]:
        found = connection.execute(
            f"SELECT {columns} FROM {table} WHERE take_id = ? ORDER BY entry",  # noqa: S608 - our own words
            (take_id,),
        )
        return tuple(_read(kind, row, take, wall_times) for row in found)

    return _read(
        TakeDetail,
        take,
        take,
        wall_times,
        summary=summaries(connection, [take_id])[0],
        click_is_muted=None if is_muted is None else bool(is_muted),
        certificate=_certificate(connection, take_id, wall_times),
        daw_can_answer=bool(take["daw_can_answer"]),
        proves_arming=bool(take["proves_arming"]),
        events=all_of(TakeEvent, "take_events"),
        flags=_edited_flags(all_of(LoggedFlag, "flags", _FLAG_COLUMNS), edited),
        incidents=all_of(LoggedIncident, "incidents"),
        presses=all_of(LoggedPress, "presses"),
        edits=edits,
    )


def _edited_flags(logged: tuple[LoggedFlag, ...], edited: Overlay) -> tuple[LoggedFlag, ...]:
    """Return the flags of a take with those that edits made, each taken back where an edit says so."""
    made = (
        LoggedFlag(
            id=edit.id,
            made_kind=edit.value["kind"],
            kind=edit.value["kind"],
            epoch=None,
            frame=None,
            bar=edit.value.get("bar"),
            beat=edit.value.get("beat"),
            elapsed_s=edit.value.get("elapsed_s"),
            section=edit.value.get("section"),
            whole_take=edit.value["whole_take"],
            stamp=edit.stamp,
            changed_utc=None,
            taken_back_utc=None,
            is_edit=True,
        )
        for edit in edited.flags
    )
    return tuple(
        replace(flag, taken_back_utc=edited.taken_back.get(flag.id) or flag.taken_back_utc)
        for flag in (*logged, *made)
    )


def _certificate(
    connection: sqlite3.Connection, take_id: str, wall_times: WallTimes
) -> LoggedCertificate | None:
    row = connection.execute("SELECT * FROM certificates WHERE take_id = ?", (take_id,)).fetchone()
    if row is None:
        return None
    return LoggedCertificate(
        grade=row["grade"],
        is_clean=bool(row["is_clean"]),
        words=row["words"],
        summary=row["summary"],
        notes=tuple(json.loads(row["notes"])),
        figures=json.loads(row["figures"]),
        stamp=wall_times.corrected(stamp_of(row)),
    )


def _read(
    kind: type[_Row],
    row: sqlite3.Row,
    take: sqlite3.Row,
    wall_times: WallTimes,
    **given: object,
) -> _Row:
    """Make a `kind` of what is `given` and, for the rest, of the columns of the same names."""
    values = {**dict(row), **given}
    values["stamp"] = wall_times.corrected(stamp_of(row))
    # That a take was interrupted is found out at some later start.
    is_later = values.get("event") == "interrupted"
    values["elapsed_s"] = None if is_later else elapsed_s(take, row["at_ns"])
    if take["is_free"]:
        values["bar"] = values["beat"] = None
    if "whole_take" in values:
        values |= {"whole_take": bool(values["whole_take"]), "is_edit": False}
    return kind(**{field.name: values[field.name] for field in fields(kind)})
