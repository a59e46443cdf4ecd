"""Reads what can still be read of a damaged take log, row by row, into a new one.

Works on a copy and never opens the damaged file itself. Waits for the disk, and for long. For commands, in
their own process.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from countoff.takelog.formats import FORMATS
from countoff.takelog.schema import APPLICATION_ID, FILE_NAME, bring_up_to_date, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_Row = dict[str, Any]
# Tables that others refer to, in the order in which they do.
_PARENTS = ("charts", "sessions", "takes")
_OF_A_SESSION = ("takes", "tempo_changes", "click_levels", "song_choices")
# What is raised for a row that was read from a broken page.
_NO_ROW = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
    ValueError,
    OverflowError,
)
# So many numbers in a row that lead nowhere, and there is nothing more to come.
_MOST_MISSING = 2000
_PAGE_BYTES = 4096
_HEADER_BYTES = 100
_NAME_BYTES = 16
_LONGEST_BYTES = 1 << 32


class NothingToSalvageError(Exception):
    """Of this file nothing can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many rows of each table were kept, and of those that are not whole, how many were lost.

    Where a table cannot be read to its end, nobody knows how many: None.
    """

    kept: Mapping[str, int]
    lost: Mapping[str, int | None]


def salvage(log: Path, folder: Path) -> Salvaged:
    """Make a take log of today's format in `folder`, which is empty, of what `log` still holds.

    Rows that belong to a take which is lost are left out, and so is a chart that is not what was
    written; entries are numbered anew, without the gaps. Raises NothingToSalvageError, or OSError.
    """
    copy = folder / "damaged.sqlite"
    for end in ("", "-wal"):
        part = log.with_name(log.name + end)
        if part.exists():
            shutil.copyfile(part, copy.with_name(copy.name + end))
    with closing(_opened(copy)) as damaged:
        format_found = _format_of(damaged)
        with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as repaired:
            counts = _move(damaged, repaired, format_found)
            bring_up_to_date(repaired)
            repaired.execute("PRAGMA journal_mode = WAL")
    for end in ("", "-wal", "-shm"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)
    sync_folder(folder)
    return counts


def _opened(copy: Path) -> sqlite3.Connection:
    """Open the copy, with a header that makes sense where its own does not. Raises as `salvage`."""
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
    else:
        return connection
    _mend_header(copy)
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as trouble:
        connection.close()
        raise NothingToSalvageError(
            f"not even the list of its tables can be read ({trouble})"
        ) from trouble
    return connection


def _mend_header(copy: Path) -> None:
    """Write what a take log's file begins with, and give it the length that it had, as far as known."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        fresh.execute("CREATE TABLE any (thing)")
        header = fresh.serialize()[:_HEADER_BYTES]
    with copy.open("r+b") as file:
        found = file.read(_HEADER_BYTES)
        length = file.seek(0, os.SEEK_END)
        was_bytes = int.from_bytes(found[28:32], "big") * _PAGE_BYTES
        if found[:_NAME_BYTES] == header[:_NAME_BYTES] and length < was_bytes <= _LONGEST_BYTES:
            # Only its end is missing: what lay there reads as damaged, and all else as it was.
            file.truncate(was_bytes)
        else:
            # The size in pages (at 28) and the counters that vouch for it (at 24 and 92) do not agree
            # then, so that SQLite goes by the length of the file.
            file.seek(0)
            file.write(header[:24] + bytes(8) + header[32:92] + b"\xff" * 4 + header[96:])


def _format_of(damaged: sqlite3.Connection) -> int:
    """Return the format whose tables these are, whatever the file itself says of it."""
    found = _columns(damaged)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for number, statements in enumerate(FORMATS, start=1):
            fresh.executescript(statements)
            if _columns(fresh) == found:
                return number
    raise NothingToSalvageError("it does not have the tables of a take log")


def _columns(connection: sqlite3.Connection) -> dict[str, set[str]]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for (table,) in tables
    }


def _move(damaged: sqlite3.Connection, repaired: sqlite3.Connection, format_found: int) -> Salvaged:
    """Move what can be read, in one transaction, into tables of the same format."""
    for statements in FORMATS[:format_found]:
        repaired.executescript(statements)
    repaired.execute("PRAGMA foreign_keys = ON")
    repaired.execute("BEGIN")
    tables = _columns(repaired)
    kept: dict[str, int] = {}
    lost: dict[str, int | None] = {}
    # What others belong to goes first.
    for table in sorted(tables, key=_place_in_line):
        reading = _Reading(damaged, table, tables[table])
        for row in reading.rows():
            _keep(repaired, table, row)
        (kept[table],) = repaired.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own tables
        missing = max(0, reading.last_entry - kept[table])
        if missing or not reading.is_whole:
            lost[table] = missing if reading.knows_its_end else None
    repaired.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    repaired.execute(f"PRAGMA user_version = {format_found}")
    repaired.execute("COMMIT")
    return Salvaged(kept, lost)


def _place_in_line(table: str) -> tuple[int, str]:
    return (_PARENTS.index(table) if table in _PARENTS else len(_PARENTS)), table


def _keep(repaired: sqlite3.Connection, table: str, row: _Row) -> None:
    """Write a row, unless it is none of a take log, or of a take that is lost."""
    if table == "charts" and hashlib.sha256(str(row["text"]).encode()).hexdigest() != row["hash"]:
        return
    if row.get("chart_hash") is not None and not _has(
        repaired, "charts", "hash", row["chart_hash"]
    ):
        row["chart_hash"] = None
    with suppress(*_NO_ROW):
        if table in _OF_A_SESSION and not _has(repaired, "sessions", "id", row["session_id"]):
            _write(repaired, "sessions", {"id": row["session_id"], **_stamp_of(row)})
        _write(repaired, table, row)


def _stamp_of(row: _Row) -> _Row:
    return {name: row[name] for name in ("at_ns", "at_utc", "boot_id", "clock_synchronised")}


def _has(repaired: sqlite3.Connection, table: str, key: str, value: object) -> bool:
    question = f"SELECT 1 FROM {table} WHERE {key} = ?"  # noqa: S608 - our own words
    return repaired.execute(question, (value,)).fetchone() is not None


def _write(repaired: sqlite3.Connection, table: str, row: _Row) -> None:
    marks = ", ".join("?" * len(row))
    repaired.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - our own words
        tuple(row.values()),
    )


class _Reading:
    """The rows of a table, as far as they can be read, and how far that was."""

    def __init__(self, damaged: sqlite3.Connection, table: str, columns: set[str]) -> None:
        self._damaged = damaged
        self._names = sorted(columns)
        self._has_entries = "entry" in columns
        self._question = f"SELECT {', '.join(self._names)} FROM {table}"  # noqa: S608 - our own words
        self.last_entry = 0
        self.is_whole = True
        self.knows_its_end = True

    def rows(self) -> Iterator[_Row]:
        """Yield each row that can be read, without its entry; one or the other of some twice."""
        if self._has_entries:
            for values in self._entries():
                row = dict(zip(self._names, values, strict=True))
                self.last_entry = max(self.last_entry, row.pop("entry"))
                yield row
        else:
            for values in self._from_both_ends():
                yield dict(zip(self._names, values, strict=True))

    def _entries(self) -> Iterator[Sequence[Any]]:
        """Yield rows in the order of writing; what cannot be read is stepped over, entry by entry."""
        place = self._names.index("entry")
        question = f"{self._question} NOT INDEXED"
        at = 0
        while True:
            try:
                for row in self._damaged.execute(
                    f"{question} WHERE entry > ? ORDER BY entry", (at,)
                ):
                    at = row[place]
                    yield row
            except sqlite3.DatabaseError:
                self.is_whole = False
                found = self._next_readable(f"{question} WHERE entry = ?", at)
                if found is None:
                    return
                at = found[place]
                yield found
            else:
                return

    def _next_readable(self, question: str, after: int) -> Sequence[Any] | None:
        """Return the next row that can be read, None where there is none."""
        for entry in range(after + 1, self._end(after) + 1):
            with suppress(sqlite3.DatabaseError):
                found: Sequence[Any] | None = self._damaged.execute(question, (entry,)).fetchone()
                if found is not None:
                    return found
        return None

    def _end(self, after: int) -> int:
        """Return the last entry, or where to give up looking for one."""
        question = f"{self._question} NOT INDEXED ORDER BY entry DESC LIMIT 1"
        try:
            found = self._damaged.execute(question).fetchone()
        except sqlite3.DatabaseError:
            self.knows_its_end = False
            return after + _MOST_MISSING
        end = int(found[self._names.index("entry")])
        self.last_entry = max(self.last_entry, end)
        return end

    def _from_both_ends(self) -> Iterator[Sequence[Any]]:
        """Yield the rows before the first damage and after the last."""
        key = "hash" if "hash" in self._names else "take_id"
        for words in ("ORDER BY {}", "ORDER BY {} DESC"):
            try:
                yield from self._damaged.execute(f"{self._question} {words.format(key)}")
            except sqlite3.DatabaseError:
                self.is_whole = self.knows_its_end = False
            else:
                return
