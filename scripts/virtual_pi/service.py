"""The box as it is installed in the virtual Pi: a service of systemd, with the wires' far ends.

Runs in the guest.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.bench import OPENING, SONG, Wires, connect_to_box, device_of
from virtual_pi.glass import Picture, recorded_memory
from virtual_pi.unit import Box, NeverError, ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from virtual_pi.parts import Cable

UNIT = "countoff.service"
SETTINGS = Path("/etc/countoff/countoff.toml")
_SONGS = SETTINGS.with_name("songs")
_LOG_FOLDER = Path("/var/lib/countoff")
# What a user of this interface writes into the configuration that was installed. Its parts are the
# default's, but for the block: that is what the emulated processor needs in real time.
_DEVICE = 'device = "USB Audio"'
_AWAKE = "while True: pass"
_DEADLINE_S = 120.0
_LOOK_EVERY_S = 0.05


class Service(Box):
    """countoff.service, and what systemd and its journal know of it."""

    def __init__(self) -> None:
        super().__init__(_LOG_FOLDER)

    def said(self) -> str:
        """Return the last lines of its journal in this boot."""
        return self.journal("--unit", UNIT, "--lines", "40")

    def journal(self, *options: str) -> str:
        """Return lines of the journal of this boot, with the host time of each."""
        return _output(
            *("/usr/bin/journalctl", "--boot", "--no-pager", "--output", "short-monotonic"),
            *options,
        )

    def told(self, *names: str, unit: str = UNIT) -> dict[str, str]:
        """Return properties of a unit, or of systemd itself where `unit` is empty."""
        listed = _output("/usr/bin/systemctl", "show", *([unit] if unit else []), *_asked(names))
        return dict(line.split("=", 1) for line in listed.splitlines())

    def controller_pid(self) -> int:
        """Return the process id of the daemon itself; 0 where there is none."""
        return int(self.told("MainPID")["MainPID"])

    def restart(self) -> None:
        """Have systemd start it anew, and wait for the sound."""
        subprocess.run(["/usr/bin/systemctl", "restart", UNIT], check=True)
        self.wait_until(lambda status: status["has_sound"], "the box has sound")


class Installed(Wires):
    """The installed box on the bench; its screen has been listened to since the boot."""

    unit: Service

    def __init__(self) -> None:
        super().__init__(Picture(recorded_memory()))
        self.unit = Service()

    def to_daw(self) -> Cable:
        """Have a DAW connect itself to the box, where it is not; return the far end of its cable."""
        with suppress(subprocess.CalledProcessError):
            # Refused where it is connected already.
            connect_to_box(self.named)
        return self._cable

    @cached_property
    def _cable(self) -> Cable:
        return self.cable(device_of(self.named))

    def wait_for_parts(self) -> dict[str, Any]:
        """Wait until every part has spoken; return the status."""
        return self.unit.wait_until(
            lambda status: (
                status["has_sound"]
                and all(status["parts"][part]["state"] == "ok" for part in ("screen", "tally"))
                and status["parts"]["daw"]["sentence"] != OPENING
            ),
            "sound, screen, tally and DAW have spoken",
        )


def set_up() -> None:
    """Do what whoever installs the box does next: name the interface, bring a song. Starts nothing."""
    text = SETTINGS.read_text()
    named, count = re.subn(r"(?m)^(# *)?device = .*$", _DEVICE, text, count=1)
    if not count:
        named, count = re.subn(r"(?m)^\[audio\]$", f"[audio]\n{_DEVICE}", text, count=1)
    SETTINGS.write_text(named if count else f"{text}\n[audio]\n{_DEVICE}\n")
    (_SONGS / "song.toml").write_text(SONG)


def stay_awake() -> None:
    """Keep the machine busy below everything else, to its very end: asleep, it would skip time."""
    subprocess.run(
        [
            *("/usr/bin/systemd-run", "--quiet", "--property", "DefaultDependencies=no"),
            *("--property", "CPUSchedulingPolicy=idle", sys.executable, "-c", _AWAKE),
        ],
        check=True,
    )


def wait_until(is_so: Callable[[], bool], what: str) -> float:
    """Wait until something is so; return how long that took, in s. Raises NeverError."""
    began_s = time.monotonic()
    while not is_so():
        if time.monotonic() - began_s > _DEADLINE_S:
            raise NeverError(f"It never came about that {what}.")
        time.sleep(_LOOK_EVERY_S)
    return time.monotonic() - began_s


def pids(word: str) -> set[int]:
    """Return the process ids of the real-time processes of ours that have a word in their command."""
    return {pid for pid, words in ours() if word in words}


def _asked(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--property", name)]


def _output(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
