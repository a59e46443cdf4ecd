"""The daemon writes down that the wall clock is right, also while nothing else happens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.unit import plain_environment

from countoff.takelog.reader import TakeLog

_FIRMWARE = Path(__file__).parents[2] / "firmware"
# The box as it is, on a machine whose clock is set right once its log has been begun.
_DAEMON = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from countoff.takelog import stamps

log = Path(sys.argv[2])
is_right = False

def readings(table):
    with sqlite3.connect(f"{log.as_uri()}?mode=ro", uri=True) as connection:
        return connection.execute(f"SELECT at_utc FROM {table}").fetchall()

def synchronised():
    global is_right
    try:
        is_right = is_right or bool(readings("sessions"))
        if readings("wall_clock_readings"):
            os.kill(os.getpid(), signal.SIGTERM)
    except sqlite3.OperationalError:
        pass  # it is not there yet
    return is_right

class Clock(datetime):
    @classmethod
    def now(cls, zone=None):
        return datetime.now(zone) if is_right else datetime(2020, 1, 1, tzinfo=UTC)

stamps.clock_synchronised = synchronised
stamps.datetime = Clock

from countoff.app import run
run(Path(sys.argv[1]))
"""


def test_a_session_that_began_with_a_wrong_clock_is_told_at_its_right_time(tmp_path: Path) -> None:
    """Nobody touches the box, and yet its log knows when the session really began."""
    config = tmp_path / "countoff.toml"
    places = {"unit": tmp_path / "control.sock", "log": tmp_path / "log"}
    config.write_text(
        f"[unit]\nsocket = {json.dumps(str(places['unit']))}\n"
        f"[log]\nfolder = {json.dumps(str(places['log']))}\n"
        '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'
    )
    log_file = places["log"] / "takes.sqlite"
    subprocess.run(
        [sys.executable, "-c", _DAEMON, config, log_file],
        env={**plain_environment(), "PYTHONPATH": str(_FIRMWARE)},
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    (session,) = TakeLog(places["log"]).sessions()
    assert session.started_utc == "2020-01-01T00:00:00.000Z"
    assert session.corrected_utc is not None
    assert session.corrected_utc > "2026"
