"""Entries that the log's tables refuse, kept as text beside them: a bug must not cost an entry.

Runs in the writer's thread and waits for the disk.
"""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING

from countoff.takelog.schema import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.takelog.stamps import Stamped

FILE_NAME = "takes.refused.jsonl"


def as_line(stamped: Stamped, reason: Exception) -> str:
    """Write a refused entry as one line of JSON, whatever its fields hold."""
    line = {
        "entry": type(stamped.entry).__name__,
        "refused_because": str(reason),
        **dataclasses.asdict(stamped.entry),
        "stamp": dataclasses.asdict(stamped.stamp),
    }
    return json.dumps(line, default=repr)


def append(folder: Path, line: str) -> Path:
    """Append a line to the refused entries in `folder`; it is on disk on return. Raises OSError."""
    file = folder / FILE_NAME
    with file.open("a", encoding="utf-8") as text:
        text.write(line + "\n")
        text.flush()
        os.fsync(text.fileno())
    sync_folder(folder)
    return file
