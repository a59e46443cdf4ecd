"""A root whose own systemd runs, in a container of this machine (systemd-nspawn)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fresh_root.root import FreshRoot

_DEADLINE_S = 60.0
_LOOK_EVERY_S = 0.2
_POWER_OFF = signal.SIGRTMIN + 4
# A host with the older control groups is good enough for what is tried here.
_ARGUMENTS = ("SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1",)


class NotBootedError(RuntimeError):
    """Its systemd did not come up."""


def can_boot() -> bool:
    """Tell whether this machine has what it takes."""
    return shutil.which("systemd-nspawn") is not None and shutil.which("nsenter") is not None


class Booted:
    """A root, booted while the context lasts, without any network: it is to touch nobody else's."""

    def __init__(self, root: FreshRoot) -> None:
        self._root = root
        self._container: subprocess.Popen[bytes] | None = None
        self._init = 0

    def __enter__(self) -> Self:
        """Boot it. Raises NotBootedError."""
        binds = [f"--bind-ro={folder}" for folder in self._root.host.shared]
        self._container = subprocess.Popen(
            [  # noqa: S607 - looked for by can_boot
                "systemd-nspawn",
                f"--directory={self._root.folder}",
                "--boot",
                "--quiet",
                "--register=no",
                "--keep-unit",
                "--console=pipe",
                "--resolv-conf=off",
                "--timezone=off",
                "--link-journal=no",
                *binds,
                "--private-network",
                *_ARGUMENTS,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_s = time.monotonic() + _DEADLINE_S
        while time.monotonic() < until_s:
            # The container's first child is not yet its systemd.
            self._init = self._find_init()
            if self._init:
                _, state = self.run("systemctl", "is-system-running")
                if state.strip() in {"running", "degraded"}:
                    return self
            time.sleep(_LOOK_EVERY_S)
        self.__exit__()
        raise NotBootedError(f"the systemd in {self._root.folder} did not come up")

    def __exit__(self, *_: object) -> None:
        """Switch it off."""
        if self._container is None:
            return
        try:
            if self._init:
                os.kill(self._init, _POWER_OFF)
            self._container.wait(_DEADLINE_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self._container.kill()
            self._container.wait()

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run a command in it; return its exit code and all that it said."""
        done = subprocess.run(
            ["nsenter", f"--target={self._init}", "--all", "--root", "--wd", *command],  # noqa: S607
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**self._root.environment(), **(env or {})},
        )
        return done.returncode, done.stdout

    def _find_init(self) -> int:
        if self._container is None:
            return 0
        done = subprocess.run(
            ["ps", "--ppid", str(self._container.pid), "-o", "pid="],  # noqa: S607
            check=False,
            capture_output=True,
            text=True,
        )
        words = done.stdout.split()
        return int(words[0]) if words else 0
