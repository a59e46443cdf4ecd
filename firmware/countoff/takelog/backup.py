"""A copy of the take log in one file, made while the box runs, and looked over before it is called one.

For commands, in their own process. Never writes to the log, and never over anything that is there.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from countoff.takelog.checking import check_log
from countoff.takelog.schema import (
    FILE_NAME,
    NotATakeLogError,
    open_for_reading,
    read_only,
    sync_folder,
)

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.takelog.checking import Findings


class BackupError(Exception):
    """There is no backup; the message says why, and what to do."""


class NoPlaceForBackupError(BackupError):
    """The file that was named cannot be one."""


def back_up(folder: Path, target: Path) -> Findings:
    """Copy the take log in `folder` to `target` as it is at one moment; return how the copy was found.

    It is on the disk on return. Raises BackupError, and then leaves nothing at `target` that was not
    there; or FileNotFoundError where there is no log.
    """
    if target.is_dir():
        raise NoPlaceForBackupError(
            f"{target} is a folder: name a file in it, as {target / FILE_NAME}."
        )
    # Whether it is a take log at all is known before anything is made.
    try:
        open_for_reading(folder).close()
    except FileNotFoundError:
        raise
    except (sqlite3.Error, NotATakeLogError, OSError) as trouble:
        raise BackupError(
            f"{folder / FILE_NAME} cannot be read ({trouble}), and nothing was copied. What is wrong with"
            " it, `countoff log check` says."
        ) from trouble
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError as trouble:
        raise NoPlaceForBackupError(
            f"{target} exists, and no backup overwrites anything: choose another name."
        ) from trouble
    except OSError as trouble:
        raise NoPlaceForBackupError(
            f"{target} cannot be made ({trouble.strerror}): choose another place."
        ) from trouble
    try:
        _copy(folder / FILE_NAME, target)
        findings = check_log(target)
    except (sqlite3.Error, OSError) as trouble:
        target.unlink()
        raise BackupError(
            f"{target} could not be written ({trouble}): nothing was left there."
        ) from trouble
    except BaseException:
        target.unlink()
        raise
    if findings.faults:
        target.unlink()
        raise BackupError(
            f"The copy would not be whole, and was not kept: {' '.join(findings.faults)} What is wrong"
            " with the log itself, `countoff log check` says."
        )
    return findings


def _copy(log: Path, target: Path) -> None:
    """Copy all of a log in one step: one moment of it, whatever is written meanwhile."""
    with closing(read_only(log)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # Without a write-ahead log it is one file, and can be read where nothing may be written.
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as written:
        os.fsync(written.fileno())
    # Some file systems, as of memory sticks, have no folders that could be synced.
    with suppress(OSError):
        sync_folder(target.absolute().parent)
