from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from countoff.lock import LockHeldError, take_lock

FIRMWARE = Path(__file__).parents[1] / "firmware"


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    """Who comes second is refused, until the first lets go."""
    path = tmp_path / "x.lock"
    held = take_lock(path)
    with pytest.raises(LockHeldError, match=r"x\.lock"):
        take_lock(path)
    os.close(held)

    os.close(take_lock(path))


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    """The kernel lets go with the process, however it ends."""
    path = tmp_path / "x.lock"
    program = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(FIRMWARE)!r})
from countoff.lock import take_lock
take_lock(Path({str(path)!r}))
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False)

    os.close(take_lock(path))
