"""The take log's file: opening it, creating it, and bringing an older one up to date.

Used by the writer's thread, by start-up and by readers, each with a connection of its own. Every call
here may wait for the disk, so none belongs into a thread that must not. Nothing is ever deleted, and a
file that cannot be used is set aside under another name, never overwritten.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from countoff.takelog import write_ahead
from countoff.takelog.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "takes.sqlite"
APPLICATION_ID = 0x434F4646  # "COFF", so that nobody else's database is taken for a take log
LOCK_WAIT_S = 1.0

# The write-ahead log goes first when a file is set aside: left behind, it would be replayed into the next.
FILE_ENDS = ("-wal", "-shm", "")


class NotATakeLogError(Exception):
    """The file holds something else than a take log of a known format; the message says what."""


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """Open the take log in `folder`, creating folder, file and tables where there are none.

    A log of an older format is brought up to date, with all that it holds. Of one whose last entries
    cannot be read back a copy is kept, as takes.damaged-N.sqlite. A commit on this connection is on
    the disk when it returns. Raises OSError, sqlite3.Error or NotATakeLogError. May wait for the disk.
    """
    file = folder / FILE_NAME
    is_new = not file.exists() or file.stat().st_size == 0
    if is_new:
        folder.mkdir(parents=True, exist_ok=True)
        # Before the first table: once there is one, all the names that lead to it are known to stay,
        # whoever made the folders, and whenever that one was killed.
        for parent in folder.absolute().parents:
            _sync_folder_of_others(parent)
    before = write_ahead.promised(file)
    # Twice: beside a writer that is just beginning it anew, the first look may have been too early.
    if before.is_damaged and write_ahead.promised(file).is_damaged:
        _keep_copy(folder)
    if before.ends:
        _keep_what_cannot_be_read(folder, before)
    connection = sqlite3.connect(file, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        _check_owner(connection, file)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # A file system without shared memory refuses WAL; the older journal then also has to be
        # sure of its folder, which EXTRA adds.
        connection.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}")
        connection.execute("PRAGMA foreign_keys = ON")
        bring_up_to_date(connection)
        if is_new:
            sync_folder(folder)
    except BaseException:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open the take log in `folder` without ever changing it; a running writer is not disturbed.

    A log of an older format is read from a copy in memory that is brought up to date. Raises
    FileNotFoundError, sqlite3.Error or NotATakeLogError. May wait for the disk.
    """
    return open_file_for_reading(folder / FILE_NAME)


def open_file_for_reading(file: Path) -> sqlite3.Connection:
    """Open a take log of any name in the same way, such as a backup; raises the same."""
    file = file.absolute()
    connection = read_only(file)
    try:
        format_found = _check_owner(connection, file)
        if 0 < format_found < len(FORMATS):
            connection = _copy_of_today(connection)
    except BaseException:
        connection.close()
        raise
    if format_found == 0:
        connection.close()
        raise FileNotFoundError(f"The take log {file} is still empty")
    connection.row_factory = sqlite3.Row
    return connection


def read_only(file: Path) -> sqlite3.Connection:
    """Open a file as it is, whatever is in it, without ever changing it.

    Raises FileNotFoundError or sqlite3.Error. May wait for the disk.
    """
    file = file.absolute()
    if not file.exists():
        raise FileNotFoundError(f"There is no take log at {file}")
    try:
        return _connect_reading(file, "mode=ro")
    except sqlite3.OperationalError:
        # In a folder that this user may not write, SQLite cannot make the files that go with WAL. With
        # no writer about there is nothing in them either.
        if file.with_name(file.name + "-wal").exists():
            raise
        return _connect_reading(file, "mode=ro&immutable=1")


def set_aside(folder: Path) -> Path:
    """Rename a take log that cannot be used to takes.damaged-N.sqlite; return the new path.

    N is the first that is free, so nothing is overwritten. The files SQLite keeps beside it go along:
    they may hold its last entries. Raises OSError. May wait for the disk.
    """
    aside = _free_name(folder)
    for end in FILE_ENDS:
        part = folder / (FILE_NAME + end)
        if part.exists():
            part.rename(folder / (aside.name + end))
            # In this order on the disk, too: an empty file that comes to stand beside the old
            # write-ahead log would have SQLite remove that.
            sync_folder(folder)
    return aside


def damaged_logs(folder: Path) -> set[str]:
    """Return the names of the damaged logs that were set aside, and of those that were copied."""
    return {file.name for file in folder.glob("takes.damaged-*.sqlite")}


def _free_name(folder: Path) -> Path:
    number = 1
    while any((folder / f"takes.damaged-{number}.sqlite{end}").exists() for end in FILE_ENDS):
        number += 1
    return folder / f"takes.damaged-{number}.sqlite"


def _keep_what_cannot_be_read(folder: Path, before: write_ahead.Promised) -> None:
    """Keep a copy of a log of which SQLite reads less than was there `before`.

    By a connection of its own, which reads only and so leaves the log as it is. Locks are the
    process's: they are lost with the first descriptor that it closes on the log or its shared index;
    the next to come then cuts that index off, and whoever has it mapped is ended by SIGBUS.
    """
    file = folder / FILE_NAME
    with closing(read_only(file)) as connection:
        _check_owner(connection, file)
        if write_ahead.is_cut_short(file, before):
            _keep_copy(folder)


def _keep_copy(folder: Path) -> None:
    """Copy a log whose write-ahead log is damaged, before SQLite goes on without a part of that."""
    aside = _free_name(folder)
    for end in ("-wal", ""):
        part, copy = folder / (FILE_NAME + end), folder / (aside.name + end)
        if not part.exists():  # its writer is done with it
            continue
        shutil.copyfile(part, copy)
        with copy.open("rb") as written:
            os.fsync(written.fileno())
    sync_folder(folder)


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
        connection.execute("PRAGMA user_version")
    except BaseException:
        connection.close()
        raise
    return connection


def _copy_of_today(older: sqlite3.Connection) -> sqlite3.Connection:
    """Copy an older log into memory and bring the copy up to date; `older` is closed."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with closing(older):
            older.backup(copy)
        bring_up_to_date(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _check_owner(connection: sqlite3.Connection, file: Path) -> int:
    """Return the file's format, 0 where nobody has begun it; raise NotATakeLogError for others'."""
    (format_found,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (table_count,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if table_count == 0 and format_found == 0:
        return 0
    if owner != APPLICATION_ID:
        raise NotATakeLogError(f"{file} is a database of some other program, not a take log")
    if not 1 <= format_found <= len(FORMATS):
        raise NotATakeLogError(
            f"{file} is a take log of format {format_found};"
            f" this Countoff knows formats up to {len(FORMATS)}"
        )
    return int(format_found)


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Go from the file's format to today's in one transaction: a pulled plug leaves all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (format_found,) = connection.execute("PRAGMA user_version").fetchone()
        if format_found < len(FORMATS):
            for statements in FORMATS[format_found:]:
                for statement in statements.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(FORMATS)}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _sync_folder_of_others(folder: Path) -> None:
    """Make new names in a folder survive a pulled plug, where this user may do that.

    A folder that must not be read or written was not made by us, nor was what lies in it.
    """
    try:
        sync_folder(folder)
    except OSError as trouble:
        if trouble.errno not in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EINVAL}:
            raise


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a pulled plug."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
