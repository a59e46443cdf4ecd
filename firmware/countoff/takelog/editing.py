"""A short transaction on the take log beside the daemon's writer: the one door for edits.

For commands only, in their own process. Waits for the disk and for other writers, but not for ever; never
makes a log where there is none.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from countoff.takelog.schema import (
    FILE_NAME,
    NotATakeLogError,
    error_code,
    is_damaged,
    open_for_writing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The writer holds the log for milliseconds; where its disk stalls, as long as that takes.
BUSY_WAIT_S = 15.0
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_MAY_NOT = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})


class LogNotEditableError(Exception):
    """Nothing was written into the take log; the message says why and what to do."""


@contextmanager
def edit_log(folder: Path, busy_wait_s: float = BUSY_WAIT_S) -> Iterator[sqlite3.Connection]:
    """Yield a connection in a transaction that is on the disk when the block is left; rows by name.

    Whatever is raised in the block leaves the log as it was. Raises LogNotEditableError where there
    is no log, where it stays locked for longer than `busy_wait_s`, and where it cannot be written.
    """
    file = folder / FILE_NAME
    if not file.exists():
        raise LogNotEditableError(f"There is no take log at {file}: nothing was written.")
    until_s = time.monotonic() + busy_wait_s
    try:
        with closing(_opened(folder, until_s)) as connection:
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
    except NotATakeLogError as trouble:
        raise LogNotEditableError(f"{trouble}. Nothing was written.") from trouble
    except (sqlite3.Error, OSError) as trouble:
        raise LogNotEditableError(_sentence(trouble, file, busy_wait_s)) from trouble


def _opened(folder: Path, until_s: float) -> sqlite3.Connection:
    """Return a connection that has begun its transaction; tries again while others hold the log."""
    while True:
        connection = None
        try:
            connection = open_for_writing(folder)
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as trouble:
            if connection is not None:
                connection.close()
            if error_code(trouble) not in _BUSY or time.monotonic() > until_s:
                raise
        else:
            return connection


def _sentence(trouble: Exception, file: Path, busy_wait_s: float) -> str:
    code = error_code(trouble)
    if code in _BUSY:
        return (
            f"Another program has kept the take log {file} locked for {busy_wait_s:g} s. Nothing was"
            " written: try again, or see what holds it."
        )
    if code in _MAY_NOT or isinstance(trouble, PermissionError):
        return (
            f"The take log {file} may not be written. Nothing was: use the account that runs the"
            " box, or make folder and file writable for yours."
        )
    if is_damaged(trouble):
        return (
            f"The take log {file} is damaged ({trouble}). Nothing was written: `countoff log check` says"
            " how it is, and keeps what can be read of it."
        )
    return f"The take log {file} cannot be written ({trouble}). Nothing was: check the disk."
