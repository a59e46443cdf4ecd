"""The installer in bare Debian systems, as a test: only where it is asked for.

It needs root, the network and up to half an hour for each release: too long for each run of the suite. With
COUNTOFF_TRY_INSTALL set to a folder, in which the bare systems are kept, it runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "try_install"
CACHE = os.environ.get("COUNTOFF_TRY_INSTALL")


@pytest.mark.slow
@pytest.mark.skipif(CACHE is None, reason="half an hour; COUNTOFF_TRY_INSTALL=FOLDER runs it")
@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_installed_upgraded_killed_and_removed(release: str) -> None:
    """Every case of `scripts/try_install` passes: nothing is left in the end but the takes."""
    done = subprocess.run(
        [sys.executable, SCRIPT, release, "--cache", str(CACHE)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
