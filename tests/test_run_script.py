"""`scripts/run` on a machine that is set up: no look-ups, and the daemon lives as long as it should.

The daemon and the panel are stand-ins that write down how they were called; apt, pip and sudo are
traps that fail the test when they are touched.
"""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
DEADLINE_S = 60
# A script that hangs is ended, so that the test fails and does not hang with it.
WITHIN_DEADLINE = ("timeout", "--foreground", str(DEADLINE_S))

STAND_IN = """#!/usr/bin/env bash
here=$(dirname "$0")
echo "$*" >>"$here/calls"
case $1 in
    status) test -e "$here/rolling" && echo '"phase": "rolling"' ;;
    run)
        test -e "$here/fails" && { echo "no such device"; touch "$here/started"; exit 1; }
        test -e "$here/is-running" && { echo "another one is running"; touch "$here/started"; exit 3; }
        trap 'echo "daemon ended" >>"$here/calls"; exit 0' TERM
        echo $$ >"$here/daemon_pid"
        touch "$here/started"
        while :; do sleep 0.01; done ;;
    panel)
        echo $$ >"$here/panel_pid"
        while test -e "$here/stays" || ! test -e "$here/started"; do
            sleep 0.01
        done ;;
esac
"""
TRAP = '#!/usr/bin/env bash\necho "$0 $*" >>"$TOUCHED"\nexit 1\n'


class Box:
    """A checkout that is set up, with stand-ins in its virtual environment."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.bin = self.checkout / ".venv" / "bin"
        self.bin.mkdir(parents=True)
        shutil.copytree(CHECKOUT / "scripts", self.checkout / "scripts")
        for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(CHECKOUT / name, self.checkout)
        self._program(self.bin / "countoff", STAND_IN)
        self._program(self.bin / "python", TRAP)
        self.traps = folder / "traps"
        self.traps.mkdir()
        for name in ("apt-get", "sudo", "pip", "python3", "dpkg-query"):
            self._program(self.traps / name, TRAP)
        self.touched = folder / "touched"
        stamp = subprocess.run(
            ["bash", "-c", 'source scripts/set-up; stamp "$checkout/requirements.lock"'],
            cwd=self.checkout,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        (self.checkout / ".venv" / "run.stamp").write_text(stamp)

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.traps}:{os.environ['PATH']}",
            "TOUCHED": str(self.touched),
        }

    def calls(self) -> list[str]:
        calls = self.bin / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def run_at_terminal(self, *arguments: str) -> str:
        """Run `scripts/run` at a pseudo-terminal and return what it showed."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*WITHIN_DEADLINE, self.checkout / "scripts" / "run", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=self.environment(),
        )
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # the terminal's way to say that nobody is left at the other end
            pass
        finally:
            os.close(ours)
        process.wait()
        return shown.decode()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """Set up a checkout with stand-ins."""
    return Box(tmp_path)


def test_second_start_looks_nothing_up(box: Box) -> None:
    """Once set up, neither apt nor pip nor any Python is asked before the daemon is started."""
    box.run_at_terminal()

    assert not box.touched.exists(), box.touched.read_text()
    assert sorted(box.calls()[:2]) == ["panel", "run"]


def test_changed_lock_is_installed(box: Box) -> None:
    """When the pinned versions change, the next start sets up anew."""
    with (box.checkout / "requirements.lock").open("a") as lock:
        lock.write("another==1\n")
    box.run_at_terminal()

    assert box.touched.exists()
    assert box.calls() == []


def test_leaving_the_panel_ends_the_daemon_that_was_started(box: Box) -> None:
    """Daemon and panel get the arguments; when the panel is left, the daemon says goodbye."""
    box.run_at_terminal("--config", "box.toml")
    arguments = "--config box.toml"

    assert sorted(box.calls()[:2]) == [f"panel {arguments}", f"run {arguments}"]
    assert box.calls()[2:] == [f"status --json {arguments}", "daemon ended"]


def test_leaving_the_panel_leaves_a_running_take_alone(box: Box) -> None:
    """A window that is closed in the middle of a take does not end it."""
    (box.bin / "rolling").touch()
    shown = box.run_at_terminal()
    daemon_pid = int((box.bin / "daemon_pid").read_text())

    assert "daemon ended" not in box.calls()
    assert "a take is running" in shown
    os.kill(daemon_pid, signal.SIGTERM)
    deadline_s = time.monotonic() + DEADLINE_S
    while "daemon ended" not in box.calls() and time.monotonic() < deadline_s:
        time.sleep(0.01)  # between two looks; the deadline decides
    assert box.calls()[-1] == "daemon ended"


def test_closing_the_terminal_ends_panel_and_daemon(box: Box) -> None:
    """When the window is closed or the line drops, nothing is left over: the daemon says goodbye."""
    (box.bin / "stays").touch()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        # Whoever runs the tests may ignore the signal of a closed terminal; a user's shell does not.
        [
            *("env", "--default-signal=HUP"),
            *("setsid", "--ctty", "--wait", box.checkout / "scripts" / "run"),
        ],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=box.environment(),
    )
    os.close(theirs)
    pid_file = box.bin / "panel_pid"
    started = box.bin / "started"
    while process.poll() is None and not (
        started.exists() and pid_file.exists() and pid_file.read_text()
    ):
        pass
    os.close(ours)
    process.wait(DEADLINE_S)
    panel = Path("/proc") / pid_file.read_text().strip()

    assert box.calls()[-1] == "daemon ended"
    assert not panel.exists()


def test_daemon_that_ran_before_stays(box: Box) -> None:
    """Where a daemon is running the new one steps back, unheard, and the panel is that one's."""
    (box.bin / "is-running").touch()
    shown = box.run_at_terminal()

    assert sorted(box.calls()[:2]) == ["panel", "run"]
    assert "daemon ended" not in box.calls()
    assert "another one" not in shown


def test_what_a_failed_daemon_said_is_shown(box: Box) -> None:
    """A daemon that cannot start is heard: its sentence is on the terminal at the end."""
    (box.bin / "fails").touch()

    assert "no such device" in box.run_at_terminal()


def test_without_a_terminal_the_daemon_is_in_front(box: Box) -> None:
    """As a service the script becomes the daemon: the signal that ends it reaches it directly."""
    process = subprocess.Popen(
        [*WITHIN_DEADLINE, box.checkout / "scripts" / "run", "--config", "box.toml"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=box.environment(),
    )
    while process.poll() is None and not (box.bin / "started").exists():
        pass
    process.terminate()
    process.communicate()

    assert box.calls() == ["run --config box.toml", "daemon ended"]
