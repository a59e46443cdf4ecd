"""SQLite's locks on the log are the process's, and gone with the first descriptor that it closes on the file.

Whoever comes then cuts the shared index off, and the writer, which has it mapped, is ended by SIGBUS.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from countoff.takelog.schema import FILE_NAME, open_for_writing

if TYPE_CHECKING:
    from pathlib import Path

# Tells from outside whether anybody holds a lock anywhere on a file.
_ASK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("locked")
"""


def is_locked(file: Path) -> bool:
    """Ask another process."""
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, file], capture_output=True, text=True, check=True
    )
    return asked.stdout == "locked\n"


def left_by_a_power_cut(folder: Path) -> Path:
    """Return a log whose last entries are in its write-ahead log alone."""
    used = open_for_writing(folder / "before")
    for number in range(4):
        used.execute("INSERT INTO charts VALUES (?, '')", (str(number),))
    left = folder / "log"
    shutil.copytree(folder / "before", left, ignore=shutil.ignore_patterns("*-shm"))
    used.close()
    return left


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_log_that_was_opened_is_held(tmp_path: Path, *, is_damaged: bool) -> None:
    """Its shared index, too, and where a copy had to be kept of what cannot be read back."""
    folder = left_by_a_power_cut(tmp_path)
    if is_damaged:
        # The first frame of the last four entries, which nothing after it can be read without.
        log = folder / f"{FILE_NAME}-wal"
        frames = bytearray(log.read_bytes())
        frame_bytes = 24 + 4096
        first = (len(frames) - 32) // frame_bytes - 4
        frames[32 + first * frame_bytes + 100] ^= 0xFF
        log.write_bytes(frames)
    connection = open_for_writing(folder)
    try:
        assert (folder / "takes.damaged-1.sqlite").exists() is is_damaged
        assert is_locked(folder / f"{FILE_NAME}-shm")
    finally:
        connection.close()
