"""A take log of years, made quickly: one session as the product writes it, and copies of it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.takelog.started_take import started_take

from countoff.core.certificate import Certificate, Figures, Grade
from countoff.core.entries import (
    FlagChanged,
    FlagKind,
    FlagMade,
    HowEnded,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    SongChosen,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TempoChanged,
)
from countoff.core.song import steady_song
from countoff.core.tempo import Tempo
from countoff.takelog.inserting import stamp_columns
from countoff.takelog.rows import write
from countoff.takelog.schema import FILE_NAME, open_for_writing
from countoff.takelog.stamps import RehearsalStamps, Stamped

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.core.entries import Entry
    from countoff.core.song import Song

SONGS = 8
_SECOND_NS = 1_000_000_000
_TAKE_NS = 240 * _SECOND_NS
# The last session is one that a start goes on with.
_BEGAN_BEFORE = timedelta(hours=5)
_CERTIFICATE = Certificate(
    Grade.BY_COUNTERS,
    is_clean=True,
    words="CLICK CLEAN",
    summary="clean",
    notes=("The sound server reported 2 xruns.",),
    figures=Figures(
        rate_hz=48_000, frames_due=9_446_400, frames_delivered=9_446_400, blocks=18_450
    ),
)
# What is another in each copy of the session: ids, numbers, moments.
_CHANGED = {
    "id": "id || ?1",
    "take_id": "take_id || ?1",
    "last_take_id": "last_take_id || ?1",
    "session_id": "session_id || ?1",
    "number": "number + ?2",
    "boot_id": "boot_id || ?1",
    "at_utc": "strftime('%Y-%m-%dT%H:%M:%fZ', at_utc, '+' || ?3 || ' days')",
}


@dataclass(frozen=True, slots=True)
class LongLog:
    """A log as it was made: its size, and the days of a session in the middle and of its last."""

    size_bytes: int
    middle_day: str
    last_day: str


def make_long_log(folder: Path, takes: int, takes_in_session: int) -> LongLog:
    """Make a log of so many takes in `folder`, as of one session a day up to today."""
    sessions = takes // takes_in_session
    last = datetime.now(UTC) - _BEGAN_BEFORE
    first = last - timedelta(days=sessions - 1)
    with closing(open_for_writing(folder)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _write_session(connection, takes_in_session, first)
        tables = [
            table
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                " AND name <> 'charts'"
            )
        ]
        copies = {table: _copying(connection, table) for table in tables}
        for copy in range(1, sessions):
            values = (f"-{copy}", copy * takes_in_session, copy)
            for table in sorted(tables, key=lambda name: (name not in {"sessions", "takes"}, name)):
                connection.execute(copies[table], values)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return LongLog(
        size_bytes=(folder / FILE_NAME).stat().st_size,
        middle_day=(first + timedelta(days=sessions // 2)).date().isoformat(),
        last_day=last.date().isoformat(),
    )


def _copying(connection: sqlite3.Connection, table: str) -> str:
    """Return the statement that copies the first session's rows of a table."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    columns = [column for column in columns if column != "entry"]
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own tables
    values = ", ".join(_CHANGED.get(column, column) for column in columns)
    which = (
        "take_id NOT LIKE '%-%'"
        if "entry" not in columns and table == "take_positions"
        else f"entry <= {count}"
    )
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {which}"  # noqa: S608 - as above


def _write_session(connection: sqlite3.Connection, takes: int, first: datetime) -> None:
    stamps = RehearsalStamps(first, lambda: 0)
    connection.execute(
        "INSERT INTO writers (id, saved_count, at_ns, at_utc, boot_id, clock_synchronised)"
        " VALUES ('w', 1, ?, ?, ?, ?)",
        stamp_columns(stamps.stamp(takes * _TAKE_NS)),
    )
    for number, entry in enumerate(_session(takes)):
        write(connection, Stamped(number, entry, stamps.stamp(entry.at_ns)))
    stamp = stamps.stamp(takes * _TAKE_NS)
    for number in range(takes):
        for kind, value in (("rating", number % 6), ("note", "the second verse drags")):
            if number % 3 == 0:
                connection.execute(
                    "INSERT INTO edits (id, kind, take_id, value, at_ns, at_utc, boot_id,"
                    " clock_synchronised) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        f"{kind}{number}",
                        kind,
                        f"t{number}",
                        json.dumps(value),
                        *stamp_columns(stamp),
                    ),
                )


def _session(takes: int) -> Iterator[Entry]:
    songs = [_song(number) for number in range(SONGS)]
    yield SessionStarted("s", 1)
    for number in range(takes):
        song = songs[number * SONGS // takes]
        yield from _take(number, song, number * _TAKE_NS + _SECOND_NS)


def _song(number: int) -> Song:
    bars = [
        ("Intro", 1),
        ("Verse", 5),
        ("Chorus", 21),
        ("Verse", 37),
        ("Chorus", 53),
        ("Outro", 69),
    ]
    return steady_song(
        f"Song {number + 1}", Tempo(Fraction(100 + 7 * number)), first_bars=bars, bars=76
    )


def _take(number: int, song: Song, at_ns: int) -> Iterator[Entry]:
    take_id = f"t{number}"
    if number % 5 == 0:
        yield SongChosen("s", at_ns - 2, song.title, 1, "Verse", 5, is_looped=False)
        yield TempoChanged("s", at_ns - 1, song.title, Fraction(1), str(song.tempo))
    started = started_take(
        take_id, at_ns, song, session_id="s", number=number + 1, daw_can_answer=True
    )
    yield started
    yield TakeRolled(take_id, started.bar1_ns, 1, started.bar1_frame)
    for press in range(4):
        moment_ns = at_ns + press * 30 * _SECOND_NS
        yield PressLogged(
            f"p{number}-{press}", moment_ns, "keeper", "press", "rolling", take_id, "keeper"
        )
    yield FlagMade(
        f"f{number}",
        take_id,
        FlagKind.KEEPER,
        at_ns + 60 * _SECOND_NS,
        1,
        7,
        29,
        2,
        "Chorus",
        whole_take=False,
    )
    yield FlagChanged(f"f{number}", FlagKind.FIX_HERE, at_ns + 61 * _SECOND_NS)
    if number % 4 == 0:
        yield IncidentHappened(
            f"i{number}",
            at_ns + 70 * _SECOND_NS,
            take_id,
            "underrun",
            "lost 128 frames",
            1,
            9,
            33,
            1,
        )
    yield TakePosition(take_id, at_ns + 180 * _SECOND_NS, 1, 8_000_000, 76, 4)
    how = HowEnded.FALSE_START if number % 6 == 5 else HowEnded.ENDED
    yield TakeEnded(take_id, at_ns + 181 * _SECOND_NS, 1, 8_100_000, 76, 4, how)
    yield TakeClosed(take_id, at_ns + 185 * _SECOND_NS)
    yield TakeCertified(take_id, at_ns + 186 * _SECOND_NS, _CERTIFICATE)
