"""The takes on a partition of their own, which is a file of the host's here."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fresh_root.checkout import INSIDE
from fresh_root.kill_cases import OFFLINE
from fresh_root.tree import differences
from fresh_root.trial import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fresh_root.telling import Told
    from fresh_root.trial import Trial

_BYTES = 64 << 20
_TAKES = b"as good as any"


def on_a_partition(trial: Trial, told: Told) -> None:
    """Move the takes to an empty partition; a run that fails brings them back."""
    before = trial.tree()
    told.expect(trial.install("--yes", env=OFFLINE).code == 0, "not installed")
    takes = trial.root.path(f"{DATA}/takes.sqlite")
    takes.write_bytes(_TAKES)
    image = trial.root.folder.with_suffix(".partition")
    with _partition(image) as device:
        option = ("--data-device", device)
        run = trial.install(*option)
        told.expect(
            run.code == 1 and "only with consent" in run.said, f"formatted unasked: {run.said}"
        )

        command = trial.root.path("/usr/local/bin/countoff")
        command.unlink()
        command.write_text("somebody else's\n")
        installed = trial.tree()
        run = trial.install("--yes", *option)
        told.expect(run.code == 1 and "is not ours" in run.said, f"it did not fail: {run.said}")
        told.expect_none("failed, it left", differences(installed, trial.tree()))
        command.unlink()

        run = trial.install("--yes", *option)
        told.expect(run.code == 0, f"the installer ended with {run.code}: {run.said}")
        told.expect(not takes.exists(), "the takes are still on the card")
        told.expect(trial.root.path(f"{DATA}.before/takes.sqlite").exists(), "the old copy is gone")
        check = f"mount --all; {INSIDE}/scripts/install --check {' '.join(option)}"
        code, said = trial.root.run("bash", "-c", check)
        told.expect(code == 0, f"--check says {said}")
        code, said = trial.root.run("bash", "-c", f"mount --all; cat {DATA}/takes.sqlite")
        told.expect(said == _TAKES.decode(), f"on the partition is {said!r}")
        _, said = trial.root.run("bash", "-c", f"touch {DATA}/under 2>&1; ls -A {DATA}")
        told.expect("under" not in said.split(), "under the mount point can be written")

        run_out = f"mount --all; {INSIDE}/scripts/install --uninstall"
        code, said = trial.root.run("bash", "-c", run_out)
        told.expect(code == 0, f"--uninstall ended with {code}: {said}")
        code, said = trial.root.run("bash", "-c", f"mount {device} /mnt; cat /mnt/takes.sqlite")
        told.expect(said == _TAKES.decode(), f"on the partition is {said!r} then")
    left = [line for line in differences(before, trial.tree()) if DATA not in line]
    told.expect_none("left behind", left)


@contextmanager
def _partition(image: Path) -> Iterator[str]:
    """Give an empty partition, as the name of its device."""
    with image.open("wb") as file:
        file.truncate(_BYTES)
    done = subprocess.run(
        ["losetup", "--find", "--show", image],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    device = done.stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)  # noqa: S607
        image.unlink()
