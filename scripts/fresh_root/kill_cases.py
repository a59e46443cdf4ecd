"""The installer, killed in each of its steps: the first time, in an upgrade, and while it takes itself away."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fresh_root.tree import differences
from fresh_root.trial import CONFIGURATION, DATA, begun_step

if TYPE_CHECKING:
    from pathlib import Path

    from fresh_root.telling import Told
    from fresh_root.trial import Trial

# Of fifteen steps, those in which there is something to do.
_MANY = 12
_WHEELS = "/root/wheels"
# The wheels that an earlier case has made: these cases are not about the network.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": _WHEELS}
_RUN_PACKAGES = ("python3", "python3-venv", "libportaudio2", "libjack-jackd2-0")
# How long a step takes at least, on any machine: a kill falls into that time after its first line.
_LONGEST_S = {1: 4.0, 4: 4.0, 5: 6.0, 6: 1.5}
_SHORTEST_S = 0.2
_LAST_OF_APT = 4


def killed_when_new(trial: Trial, told: Told) -> None:
    """Kill the first installation in each step; the run after takes it back, and goes on."""
    if told_of := trial.kill(lambda line: "compiling;" in line, 5.0, "--yes"):
        told.notes.append(f"killed at {told_of.strip()!r}")
    told.expect(trial.install("--uninstall").code == 0, "--uninstall at the beginning failed")
    told.expect_none("that left", [line for line in _changes(trial) if DATA not in line])
    killed: list[int] = []
    while step := _kill_after(killed, trial, "--yes"):
        killed.append(step)
        told.expect(trial.install("--check").code == 1, f"step {step}: --check finds nothing")
        if step == _LAST_OF_APT:
            # From here on apt's part is known: it need not come and go each time.
            trial.install("--uninstall")
            bring = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *_RUN_PACKAGES)
            trial.root.run(*bring)
            trial.before = trial.tree()
    run = trial.install("--yes", env=OFFLINE)
    told.expect(run.code == 0, f"in the end it ended with {run.code}: {run.said}")
    check = trial.install("--check")
    told.expect(check.code == 0, f"--check says {check.said}")
    told.expect(len(killed) >= _MANY, f"killed only in steps {killed}")
    told.notes.append(f"killed in steps {killed}")


def killed_in_upgrade(trial: Trial, told: Told) -> None:
    """Kill an upgrade in each step: one of the two versions works at any time, and nothing is lost."""
    (takes := trial.root.path(f"{DATA}/takes.sqlite")).write_bytes(b"as good as any")
    configuration = trial.root.path(CONFIGURATION).read_bytes()
    trial.checkout.call_it("0.1.1")
    killed: list[int] = []
    while step := _kill_after(killed, trial):
        killed.append(step)
        code, said = trial.root.run("countoff", "--version")
        works = code == 0 and said in {"countoff 0.1.0\n", "countoff 0.1.1\n"}
        told.expect(works, f"step {step}: {said}")
    run = trial.install(env=OFFLINE)
    told.expect(run.code == 0, f"in the end it ended with {run.code}: {run.said}")
    told.expect(trial.install("--check").code == 0, "--check finds something missing")
    _, said = trial.root.run("countoff", "--version")
    told.expect(said == "countoff 0.1.1\n", f"in the end it says {said}")
    told.expect(takes.read_bytes() == b"as good as any", "the takes are not as they were")
    told.expect(
        trial.root.path(CONFIGURATION).read_bytes() == configuration, "nor the configuration"
    )
    told.notes.append(f"killed in steps {killed}")


def killed_in_uninstall(trial: Trial, told: Told) -> None:
    """Kill --uninstall a few times; the last one leaves nothing but the takes."""
    for number in range(4):
        trial.kill(lambda _: True, 0.4 * number, "--uninstall")
    run = trial.install("--uninstall")
    told.expect(run.code == 0, f"--uninstall ended with {run.code}: {run.said}")
    told.expect_none("left behind", [line for line in _changes(trial) if not _is_kept(line)])


def save_wheels(trial: Trial, place: Path) -> None:
    """Keep the wheels of an installed root in a folder outside of it."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(trial.root.path("/opt/countoff/wheels"), place)


def give_wheels(trial: Trial, place: Path) -> None:
    """Put kept wheels into a root, and count them to what was there before."""
    shutil.copytree(place, trial.root.path(_WHEELS))
    trial.before = trial.tree()


def _changes(trial: Trial) -> list[str]:
    return differences(trial.before, trial.tree())


def _kill_after(killed: list[int], trial: Trial, *options: str) -> int:
    """Kill it in the first step that comes after those; return which, or 0 where it came to its end."""
    last = max(killed, default=0)
    longest_s = _LONGEST_S.get(last + 1, _SHORTEST_S)
    line = trial.kill(lambda line: (begun_step(line) or 0) > last, longest_s, *options, env=OFFLINE)
    return begun_step(line) or 0


def _is_kept(line: str) -> bool:
    return line.startswith((f"came: {DATA}", "changed: /root/countoff/"))
