from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


def test_an_hour_full_of_faults_leaves_nothing_behind() -> None:
    """No thread, file or process is left over, and the log has every take and every fault."""
    run = subprocess.run(
        [sys.executable, CHECKOUT / "scripts" / "rehearse_a_day", "--hours", "1", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert told["complaints"] == []
    (hour,) = told["hours"]
    assert hour["takes"] > 30
    assert hour["clicks_heard"] > 3000
    assert min(told["faults"].values()) > 3
    assert len(told["faults"]) == 4
