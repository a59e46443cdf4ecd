"""Starts one of our real-time processes so that it ends with the controller from its first moment.

Run by `child` as `python -m countoff.processes.leash CONTROLLER_PID MODULE SETTINGS`. Imports next
to nothing itself: what MODULE imports takes long enough to be left over.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

from countoff.processes.realtime import die_with_parent


def main() -> None:
    """Take the leash, make sure that somebody holds it, and become MODULE."""
    die_with_parent(signal.SIGKILL)
    _, controller_pid, module, settings = sys.argv
    if os.getppid() != int(controller_pid):
        return
    sys.argv = [module, settings]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
