from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.takelog.recovery import recover

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

KILLS = 20
CHILD = Path(__file__).with_name("writing_child.py")
FIRMWARE = Path(__file__).parents[2] / "firmware"


def test_what_was_reported_saved_survives_a_kill(room: Room) -> None:
    """Killed 20 times in the middle of writing, the log holds all that was said, once, without holes.

    And every next start finds the take interrupted, at a place not older than the last one said.
    """
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for run in range(1, KILLS + 1):
        said = _killed_after(chance.randrange(0, 40), room.folder, run)
        if said < 2:
            continue
        incidents = [
            row[0]
            for row in room.rows(
                "SELECT id FROM incidents WHERE take_id = ? ORDER BY entry", f"{run}-take"
            )
        ]
        assert incidents == [f"{run}-{number}" for number in range(1, len(incidents) + 1)]
        # The first two entries are the session and the take; then incidents and positions by turns.
        assert len(incidents) >= (said - 1) // 2
        found = recover(room.folder, room.stamps, f"run {run}")
        assert found.fault is None
        (take,) = found.interrupted
        assert (take.id, take.number, take.status) == (f"{run}-take", run, "interrupted")
        assert (take.last_bar or 0) >= (said - 2) // 2
        assert found.last_number_by_song == {"Harbour": run}
    assert not list(room.folder.glob("takes.damaged-*"))
    assert room.rows("PRAGMA integrity_check") == [("ok",)]


def _killed_after(lines: int, folder: Path, run: int) -> int:
    """Run the child until it has said so many lines, kill it, and return the last count it said."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(run)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(FIRMWARE)},
    )
    assert child.stdout is not None
    heard = [child.stdout.readline() for _ in range(lines)]
    child.kill()
    heard += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    counts = [int(line) for line in heard if line.endswith("\n")]
    return counts[-1] if counts else 0
