"""One daemon at a time: a file that is held for as long as the process lives.

The kernel lets go of it however the process ends, so no lock is ever left behind.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG_LOCK_NAME = "takes.lock"
"""In the take log's folder: whoever holds it may write the log for as long as it likes."""


class LockHeldError(RuntimeError):
    """Another process holds the lock."""


def take_lock(path: Path) -> int:
    """Hold the file `path`, made where it is missing; return the descriptor that holds it.

    Does not wait. Raises LockHeldError, or OSError where the file cannot be made.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise LockHeldError(f"Another process holds {path}.") from error
    return descriptor


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock at `path`; makes nothing, and does not wait.

    In doubt it is not: who may not look cannot know.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
