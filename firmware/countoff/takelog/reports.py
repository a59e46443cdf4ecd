"""What the writer tells about itself: plain values, handed to its caller from the writer's thread.

Nothing here writes to a file. Sentences name the file, what was found and what to do, and hold no counts, so
that the same trouble always reads the same.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.schema import FILE_NAME, error_code

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LogSaved:
    """The first `count` entries ever submitted to this writer are on disk, for good."""

    count: int


@dataclass(frozen=True, slots=True)
class LogFailed:
    """Entries cannot be written and are kept in memory; said once for every change of reason."""

    sentence: str


@dataclass(frozen=True, slots=True)
class LogRecovered:
    """Entries are being written again, and those kept in memory are on disk."""


@dataclass(frozen=True, slots=True)
class LogSetAside:
    """Something could not stay in the log (a damaged file, an entry it refuses); where it is now."""

    sentence: str


LogReport = LogSaved | LogFailed | LogRecovered | LogSetAside


def sentence_of(trouble: Exception, folder: Path) -> str:
    """Say in one sentence why the take log in `folder` cannot be written, and what to do."""
    file = folder / FILE_NAME
    code = error_code(trouble)
    number = trouble.errno if isinstance(trouble, OSError) else None
    waits = "Entries wait in memory"
    if code == sqlite3.SQLITE_FULL or number in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds the take log {file} is full. {waits}: make room on it."
    if number in {errno.ENOTDIR, errno.EEXIST}:
        return f"The take log's folder {folder} is not a folder. {waits}: choose another one."
    if number == errno.ENOENT:
        return f"The take log {file} was removed or replaced. {waits} for a new one."
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"Another program keeps the take log {file} locked. {waits}: close that program."
    may_not = {errno.EACCES, errno.EPERM, errno.EROFS}
    if number in may_not or code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return (
            f"The take log {file} may not be written. {waits}: make its folder and file writable."
        )
    if code == sqlite3.SQLITE_CANTOPEN and not os.access(folder, os.W_OK):
        return (
            f"The take log {file} may not be written. {waits}: make its folder and file writable."
        )
    if code == sqlite3.SQLITE_IOERR:
        return f"The disk fails to write the take log {file} ({trouble}). {waits}: check the disk."
    return f"The take log {file} cannot be written ({trouble}). {waits}."
