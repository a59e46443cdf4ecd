"""One release under trial: a bare root with a checkout in it, and the installer called there."""

from __future__ import annotations

import random
import re
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fresh_root.checkout import INSIDE, Checkout
from fresh_root.root import FreshRoot, bare_archive
from fresh_root.tree import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from subprocess import Popen

    from fresh_root.booted import Booted

DATA = "/var/lib/countoff"
CONFIGURATION = "/etc/countoff/countoff.toml"
_BEGINS = re.compile(r"\[ *(\d+)/\d+\] now ")
# As on a Raspberry Pi, but the hardest case: in the section of one model, and the last line without an end.
_BOOT_SETTINGS = "# For more options see\ndtparam=audio=on\n\n[cm5]\ndtoverlay=dwc2,dr_mode=host"


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of the installer ended: its exit code, what it said, how long each step took."""

    code: int
    said: str
    took_s: float
    steps_s: Mapping[int, float]


class Trial:
    """A root at `folder`; `before` is what lay in it before the installer came."""

    def __init__(self, release: str, folder: Path, cache: Path, source: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.root = FreshRoot(folder, bare_archive(release, cache))
        self.source = source
        self.checkout = Checkout.copy_into(folder, source)
        self._chance = random.Random(release)  # noqa: S311 - when to kill, not a secret
        self._write("/boot/firmware/config.txt", _BOOT_SETTINGS)
        if release == "trixie":
            self._write("/etc/rpi/swap.conf", "[Main]\n#Mechanism=auto\n")
        else:
            self._write("/usr/lib/systemd/system/dphys-swapfile.service", "[Unit]\n")
        self.root.run("apt-get", "update", "-qq")
        self.before = tree(folder)

    def _write(self, inside: str, text: str) -> None:
        path = self.root.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def renew_checkout(self) -> Checkout:
        """Put the checkout there again as it was."""
        self.checkout = Checkout.copy_into(self.root.folder, self.source)
        return self.checkout

    def tree(self) -> dict[str, str]:
        """Return what lies in the root now."""
        return tree(self.root.folder)

    def install(self, *options: str, env: Mapping[str, str] | None = None) -> Run:
        """Run the installer to its end, with nothing else running there."""
        return self._follow(self._begin(options, env))

    def install_booted(
        self, booted: Booted, *options: str, env: Mapping[str, str] | None = None
    ) -> Run:
        """Run the installer to its end, with systemd running there."""
        began_s = time.monotonic()
        code, said = booted.run(f"{INSIDE}/scripts/install", *options, env=env)
        return Run(code, said, time.monotonic() - began_s, {})

    def kill(
        self,
        is_it: Callable[[str], bool],
        longest_s: float,
        *options: str,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run the installer, and kill it some time after the first such line that it prints.

        Returns that line; nothing where it has run to its end.
        """
        process = self._begin(options, env)
        for line in process.stdout or ():
            if is_it(line):
                time.sleep(self._chance.uniform(0, longest_s))
                process.kill()
                process.communicate()
                return line
        process.wait()
        return ""

    def _begin(self, options: Iterable[str], env: Mapping[str, str] | None) -> Popen[str]:
        return self.root.start(f"{INSIDE}/scripts/install", *options, env=env)

    @staticmethod
    def _follow(process: Popen[str]) -> Run:
        began_s = time.monotonic()
        said = ""
        begun: list[tuple[int, float]] = []
        for line in process.stdout or ():
            said += line
            if (step := begun_step(line)) is not None:
                begun.append((step, time.monotonic()))
        code = process.wait()
        ended_s = time.monotonic()
        ends_s = [*(at_s for _, at_s in begun), ended_s][1:]
        steps_s = {step: end_s - at_s for (step, at_s), end_s in zip(begun, ends_s, strict=True)}
        return Run(code, said, ended_s - began_s, steps_s)


def begun_step(line: str) -> int | None:
    """Return the number of the step that a line says is begun."""
    match = _BEGINS.match(line)
    return int(match[1]) if match else None
