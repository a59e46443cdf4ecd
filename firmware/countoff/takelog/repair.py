"""Puts a whole take log in the place of a damaged one, with all that can still be read of it.

Only while no box writes it. The damaged file is set aside as it is, never changed. For commands, in their
own process; waits for the disk, and for long.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.lock import LOG_LOCK_NAME, LockHeldError, take_lock
from countoff.takelog.checking import check_log
from countoff.takelog.salvage import NothingToSalvageError, salvage
from countoff.takelog.schema import FILE_ENDS, FILE_NAME, set_aside, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.takelog.checking import Findings
    from countoff.takelog.salvage import Salvaged


class RepairError(Exception):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The log is whole again: as it was found afterwards, where the damaged one is, and what was kept."""

    findings: Findings
    aside: Path
    salvaged: Salvaged


def repair_log(folder: Path) -> Repaired:
    """Replace the damaged log in `folder` by what can be read of it.

    Raises RepairError, and then the log is as it was; or OSError where the disk fails between setting
    it aside and putting the new one in its place: then the next start begins a new one.
    """
    with _held(folder), tempfile.TemporaryDirectory(prefix="takes.repair-", dir=folder) as room:
        made = Path(room) / FILE_NAME
        try:
            salvaged = salvage(folder / FILE_NAME, Path(room))
            findings = check_log(made)
        except NothingToSalvageError as trouble:
            raise RepairError(
                f"Of {folder / FILE_NAME} nothing can be read: {trouble}. It was left as it is; the box"
                " sets it aside and begins a new one at its next start."
            ) from trouble
        except (sqlite3.Error, OSError) as trouble:
            raise RepairError(
                f"{folder / FILE_NAME} could not be repaired ({trouble}), and was left as it is."
            ) from trouble
        if findings.faults:
            raise RepairError(
                f"What can be read of {folder / FILE_NAME} does not go together, and it was left as it"
                f" is: {' '.join(findings.faults)}"
            )
        _sync(made)
        aside = set_aside(folder)
        made.rename(folder / FILE_NAME)
        sync_folder(folder)
    return Repaired(check_log(folder / FILE_NAME), aside, salvaged)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep every box from writing this log. Raises RepairError where one does."""
    try:
        lock = take_lock(folder / LOG_LOCK_NAME)
    except LockHeldError as trouble:
        raise RepairError(
            f"The box is running and writes the take log in {folder}: end it first. Nothing was changed."
        ) from trouble
    except OSError as trouble:
        raise RepairError(
            f"The take log in {folder} may not be written ({trouble.strerror}). Nothing was changed."
        ) from trouble
    try:
        yield
    finally:
        os.close(lock)


def _sync(made: Path) -> None:
    """Have the new log on the disk before the old one leaves its place."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    for end in FILE_ENDS[:2]:
        made.with_name(made.name + end).unlink(missing_ok=True)
