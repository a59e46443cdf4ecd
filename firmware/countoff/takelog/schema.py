"""The take log's file: its tables, and opening or creating it.

Used by the writer's thread, by start-up and by readers, each with a connection of its own. Every call
here may wait for the disk, so none belongs into a thread that must not. Nothing is ever deleted, and a
file that cannot be used is set aside under another name, never overwritten.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "takes.sqlite"
FORMAT = 1
APPLICATION_ID = 0x434F4646  # "COFF", so that nobody else's database is taken for a take log
LOCK_WAIT_S = 1.0

OPEN_STATUSES = ("counting_in", "rolling", "ring_out")
"""A take found in one of these at start-up was interrupted."""

STATUSES = (*OPEN_STATUSES, "ended", "false_start", "cancelled", "interrupted")

# The write-ahead log goes first when a file is set aside: left behind, it would be replayed into the next.
_FILE_ENDS = ("-wal", "-shm", "")

# Columns of every row: what happened when, and how far the wall clock's label can be believed.
_STAMP = """
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))
"""

_STATUS = "TEXT NOT NULL CHECK (status IN ({}))".format(", ".join(f"'{s}'" for s in STATUSES))
_OPEN = "status IN ({})".format(", ".join(f"'{s}'" for s in OPEN_STATUSES))

# `entry` is the order of writing. Presses and incidents may name a take that this file does not hold
# (a file begun in the middle of a take): what happened is written down all the same. A frame is one of
# the stream whose epoch stands beside it; where a stream has bar 1 of a take, the events 'started' and
# 'rejoined' say.
_TABLES = f"""
CREATE TABLE writers (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    saved_count INTEGER NOT NULL,
    {_STAMP}
) STRICT;

CREATE TABLE sessions (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    {_STAMP}
) STRICT;

CREATE TABLE takes (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    number INTEGER NOT NULL,
    tempo TEXT NOT NULL,
    meter TEXT NOT NULL,
    count_in_bars INTEGER NOT NULL,
    sample_rate_hz INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_click_frame INTEGER NOT NULL,
    bar1_frame INTEGER NOT NULL,
    first_click_ns INTEGER NOT NULL,
    bar1_ns INTEGER NOT NULL,
    status {_STATUS},
    how TEXT CHECK (how IN ('ended', 'false_start', 'cancelled')),
    silenced_epoch INTEGER,
    silenced_frame INTEGER,
    end_epoch INTEGER,
    end_frame INTEGER,
    end_bar INTEGER,
    end_beat INTEGER,
    {_STAMP}
) STRICT;
CREATE INDEX takes_by_song ON takes (song, number);
CREATE INDEX takes_by_number ON takes (number);
CREATE INDEX takes_by_session ON takes (session_id);
CREATE INDEX takes_open ON takes (status) WHERE {_OPEN};

CREATE TABLE take_events (
    entry INTEGER PRIMARY KEY,
    take_id TEXT NOT NULL REFERENCES takes (id),
    event TEXT NOT NULL CHECK (
        event IN
        ('started', 'rolled', 'rejoined', 'silenced', 'ended', 'closed', 'interrupted')
    ),
    status {_STATUS},
    how TEXT,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    sample_rate_hz INTEGER,
    bar1_frame INTEGER,
    bar1_ns INTEGER,
    detail TEXT,
    {_STAMP}
) STRICT;
CREATE INDEX take_events_by_take ON take_events (take_id);

CREATE TABLE take_positions (
    take_id TEXT PRIMARY KEY REFERENCES takes (id),
    epoch INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    bar INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    {_STAMP}
) STRICT, WITHOUT ROWID;

CREATE TABLE flags (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    take_id TEXT NOT NULL REFERENCES takes (id),
    made_kind TEXT NOT NULL CHECK (made_kind IN ('keeper', 'fix_here', 'no_good', 'marker')),
    kind TEXT NOT NULL CHECK (kind IN ('keeper', 'fix_here', 'no_good', 'marker')),
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    section TEXT,
    whole_take INTEGER NOT NULL CHECK (whole_take IN (0, 1)),
    {_STAMP},
    changed_at_ns INTEGER,
    changed_at_utc TEXT,
    changed_boot_id TEXT,
    changed_clock_synchronised INTEGER,
    taken_back_at_ns INTEGER,
    taken_back_at_utc TEXT,
    taken_back_boot_id TEXT,
    taken_back_clock_synchronised INTEGER
) STRICT;
CREATE INDEX flags_by_take ON flags (take_id);

CREATE TABLE presses (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    pedal TEXT NOT NULL,
    gesture TEXT NOT NULL,
    phase TEXT NOT NULL,
    take_id TEXT,
    did TEXT NOT NULL,
    {_STAMP}
) STRICT;
CREATE INDEX presses_by_take ON presses (take_id);

CREATE TABLE incidents (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    take_id TEXT,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    {_STAMP}
) STRICT;
CREATE INDEX incidents_by_take ON incidents (take_id);
"""


class NotATakeLogError(Exception):
    """The file holds something else than a take log of this format; the message says what."""


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """Open the take log in `folder`, creating folder, file and tables where there are none.

    A commit on this connection is on the disk when it returns. Raises OSError, sqlite3.Error or
    NotATakeLogError. May wait for the disk.
    """
    file = folder / FILE_NAME
    if not folder.is_dir():
        folder.mkdir(parents=True)
        _sync_folder(folder.parent)
    is_new = not file.exists()
    connection = sqlite3.connect(file, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        _check_owner(connection, file)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # A file system without shared memory refuses WAL; the older journal then also has to be
        # sure of its folder, which EXTRA adds.
        connection.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}")
        connection.execute("PRAGMA foreign_keys = ON")
        _create_tables(connection)
        if is_new:
            _sync_folder(folder)
    except BaseException:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open the take log in `folder` without ever changing it; a running writer is not disturbed.

    Raises FileNotFoundError, sqlite3.Error or NotATakeLogError. May wait for the disk.
    """
    file = (folder / FILE_NAME).absolute()
    if not file.exists():
        raise FileNotFoundError(f"There is no take log at {file}")
    try:
        connection = _connect_reading(file, "mode=ro")
    except sqlite3.OperationalError:
        # In a folder that this user may not write, SQLite cannot make the files that go with WAL. With
        # no writer about there is nothing in them either.
        if file.with_name(FILE_NAME + "-wal").exists():
            raise
        connection = _connect_reading(file, "mode=ro&immutable=1")
    return connection


def set_aside(folder: Path) -> Path:
    """Rename a take log that cannot be used to takes.damaged-N.sqlite; return the new path.

    N is the first that is free, so nothing is overwritten. The files SQLite keeps beside it go along:
    they may hold its last entries. Raises OSError. May wait for the disk.
    """
    number = 1
    while any((folder / f"takes.damaged-{number}.sqlite{end}").exists() for end in _FILE_ENDS):
        number += 1
    aside = folder / f"takes.damaged-{number}.sqlite"
    for end in _FILE_ENDS:
        part = folder / (FILE_NAME + end)
        if part.exists():
            part.rename(folder / (aside.name + end))
    _sync_folder(folder)
    return aside


def is_damaged(trouble: BaseException) -> bool:
    """Tell whether an error says that the file itself is no good, rather than that the disk is."""
    if isinstance(trouble, NotATakeLogError):
        return True
    return error_code(trouble) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def error_code(trouble: BaseException) -> int | None:
    """Return SQLite's primary result code of an error, or None where it is not one of SQLite's."""
    code = getattr(trouble, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _connect_reading(file: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.as_uri()}?{how}", uri=True, timeout=LOCK_WAIT_S, isolation_level=None
    )
    try:
        is_begun = _check_owner(connection, file)
    except BaseException:
        connection.close()
        raise
    if not is_begun:
        connection.close()
        raise FileNotFoundError(f"The take log {file} is still empty")
    connection.row_factory = sqlite3.Row
    return connection


def _check_owner(connection: sqlite3.Connection, file: Path) -> bool:
    """Return False for a file that nobody has begun yet; raise NotATakeLogError for one of others."""
    (format_found,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (table_count,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if table_count == 0 and format_found == 0:
        return False
    if owner != APPLICATION_ID:
        raise NotATakeLogError(f"{file} is a database of some other program, not a take log")
    if format_found != FORMAT:
        raise NotATakeLogError(
            f"{file} is a take log of format {format_found}; this Countoff knows format {FORMAT}"
        )
    return True


def _create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables in one transaction: a pulled plug leaves all of them or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (format_found,) = connection.execute("PRAGMA user_version").fetchone()
        if format_found == 0:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a pulled plug."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
