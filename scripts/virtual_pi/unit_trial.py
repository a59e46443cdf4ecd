"""One boot after the other of a virtual Pi in which the box is installed: install, start, take, fail, go off.

Runs on the host.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from virtual_pi.checks import Checks, Report
from virtual_pi.glass import Picture
from virtual_pi.image import TRIAL
from virtual_pi.installed_judging import judge_installed
from virtual_pi.installed_machine import InstalledMachine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
_IN_TAKES = ("boot", "take", "dark", "unplugged", "stopped", "killed")
_CURRENT = "readlink /opt/countoff/current; countoff --version"
# Loads all that it needs, and then does not run: only a service that is started shows that.
_BROKEN = (
    'sed -i \'s/^def run(/def run(*_: object) -> None:\\n    raise RuntimeError("broken")\\n\\n\\n'
    "def never_run(/' firmware/countoff/app.py"
)
_NEWER = "sed -i 's/0\\.1\\.0/0.1.1/' pyproject.toml firmware/countoff/__init__.py"


def try_installed(folder: Path, told: list[dict[str, object]]) -> Iterator[Report]:
    """Install the box in a virtual Pi in virtual time, and yield the verdict on each case."""
    machine = InstalledMachine(folder)
    try:
        print(f"{machine.start(is_virtual_time=True)}; commit {machine.commit}", flush=True)
        machine.bring_checkout()
        yield _install(machine, told)
        for _ in machine.installed(["settings"]):
            pass
        machine.reboot()
        yield from _cases(machine, _IN_TAKES, told)
        yield from _hang(machine, told)
        yield _upgrade(machine, told)
        yield from _go_off(machine, told)
    finally:
        machine.cut()


def _install(machine: InstalledMachine, told: list[dict[str, object]]) -> Report:
    """Install it, look whether all is as it should be, and install it once more."""
    checks = Checks()
    began_s = time.monotonic()
    for options in (["--yes"], ["--check"], ["--yes"]):
        code, said = machine.install(*options)
        told.append({"install": options, "code": code, "said": said})
        last = said.strip().splitlines()[-1:]
        checks.add(
            f"scripts/install {' '.join(options)}: {' '.join(last)}, exit code {code}",
            is_right=code == 0,
        )
    checks.add(f"{time.monotonic() - began_s:.0f} s of the host in all")
    return Report("install", checks.passed, tuple(checks.facts))


def _cases(
    machine: InstalledMachine, names: Sequence[str], told: list[dict[str, object]]
) -> Iterator[Report]:
    for words in machine.installed(names):
        told.append(words)
        if "case" in words:
            yield judge_installed(words, machine.sound())


def _hang(machine: InstalledMachine, told: list[dict[str, object]]) -> Iterator[Report]:
    """Have the kernel hang in a take, and judge what comes up again."""
    machine.note_boot()
    bar = 0
    for words in machine.installed(["hung"]):
        told.append(words)
        bar = words.get("bar", bar)
        if "case" in words:
            yield judge_installed(words, machine.sound())
            return
    up_s = machine.wait_for_boot()
    machine.sound()
    for words in machine.installed(["after_hang"]):
        told.append({**words, "up_s": up_s, "bar": bar})
        if "case" in words:
            yield judge_installed({**words, "up_s": up_s, "bar": bar}, machine.sound())


def _upgrade(machine: InstalledMachine, told: list[dict[str, object]]) -> Report:
    """Have it upgraded under the running systemd: to a version that works, and to one that does not."""
    checks = Checks()
    checkout = f"cd {TRIAL}/checkout"
    before = machine.run(_CURRENT).split()
    for what, change, is_good in (("newer", _NEWER, True), ("broken", _BROKEN, False)):
        machine.run(f"{checkout} && {change}")
        code, said = machine.install("--yes")
        after = machine.run(_CURRENT).split()
        state = machine.run("systemctl is-active countoff.service || true")
        told.append({"upgrade": what, "code": code, "said": said, "current": after})
        checks.add(
            f"to a {what} version: exit code {code}, {Path(after[0]).name} is {state}",
            is_right=(code == 0) is is_good and (after != before) is is_good and state == "active",
        )
        before = after
    return Report("upgrade", checks.passed, tuple(checks.facts))


def _go_off(machine: InstalledMachine, told: list[dict[str, object]]) -> Iterator[Report]:
    """Have the pedals switch the box off, and judge what its screen showed last."""
    shown: list[tuple[str, float]] = []
    for words in machine.installed(["shut_down"]):
        told.append(words)
        if "case" in words:
            yield judge_installed(words, machine.sound())
            return
        if "shown" in words:
            shown.append((str(words["shown"]), float(words["after_s"])))
    off_s = machine.wait_for_off()
    pictures = machine.last_pictures()
    words = {
        "case": "power off",
        "shown": shown,
        "off_s": off_s,
        "pictures": len(pictures),
        "says_halted": bool(pictures) and _says_halted(pictures[-1][1]),
        "last": Picture(bytearray(pictures[-1][1])).text() if pictures else "",
    }
    told.append(words)
    yield judge_installed(words, [])


def _says_halted(memory: bytes) -> bool:
    """Tell whether a glass with this memory is on and shows what the product draws for HALTED."""
    sys.path.insert(0, str(_FIRMWARE))
    # Here and not above: only this needs the product, whose picture is to be seen pixel for pixel.
    from countoff.core.screen.going_down import draw_halted  # noqa: PLC0415

    glass = Picture(bytearray(memory))
    return glass.is_on and glass.shows(draw_halted().tobytes())
