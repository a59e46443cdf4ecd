"""A bare Debian in a folder, made by debootstrap or unpacked from a kept archive of one.

Commands run in it with processes and mounts of their own: when a command is killed, all that it
started goes too, and nothing stays mounted. Needs root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from fresh_root.host import HostSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RELEASES = ("bookworm", "trixie")
# What Raspberry Pi OS and a plain Debian have beside the least that boots, and the installer needs.
_BESIDE = "systemd-sysv,udev,kmod,netbase,ca-certificates"
_MIRROR = "http://deb.debian.org/debian"
_NODES = ("null", "zero", "full", "random", "urandom", "tty")

# Runs as the first process of the new namespaces: $1 is the root, the rest the command.
_ENTER = r"""
set -e
root=$1; shift
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for node in @NODES@; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
mkdir -m 1777 "$root/dev/shm"
for loop in /dev/loop[0-9]*; do
    if [ -b "$loop" ]; then touch "$root$loop"; mount --bind "$loop" "$root$loop"; fi
done
for folder in $COUNTOFF_SHARED; do mount --bind "$folder" "$root$folder"; done
unset COUNTOFF_SHARED
exec chroot "$root" "$@"
""".replace("@NODES@", " ".join(_NODES))


def bare_archive(release: str, cache: Path) -> Path:
    """Return an archive of a bare root of the release; makes it where the cache has none."""
    archive = cache / f"{release}.tar"
    if not archive.exists():
        folder = cache / f"{release}.new"
        shutil.rmtree(folder, ignore_errors=True)
        # In a mount namespace of its own: nothing of it stays mounted.
        make = ("unshare", "--mount", "debootstrap", "--variant=minbase", f"--include={_BESIDE}")
        _call(*make, release, str(folder), _MIRROR)
        unfinished = archive.with_suffix(".part")
        _call("tar", "-C", str(folder), "--one-file-system", "-cf", str(unfinished), ".")
        shutil.rmtree(folder)
        unfinished.rename(archive)
    return archive


def _call(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class FreshRoot:
    """A bare root at `folder`, unpacked from an archive, with the host's ways to the registries."""

    def __init__(self, folder: Path, archive: Path) -> None:
        folder.mkdir(parents=True)
        _call("tar", "-C", str(folder), "--same-owner", "-xf", str(archive))
        self.folder = folder
        self.host = HostSettings.read()
        self.host.write_to(folder)

    def path(self, inside: str) -> Path:
        """Return where a path of the root lies outside of it."""
        return self.folder / inside.lstrip("/")

    def environment(self) -> dict[str, str]:
        """Return what a command in it finds in its environment."""
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LC_ALL": "C.UTF-8",
            **self.host.environment,
        }

    def start(self, *command: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command in it; killing the returned process kills all that it started."""
        return subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL"),
                *("bash", "-c", _ENTER, "enter", str(self.folder), *command),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **self.environment(),
                "COUNTOFF_SHARED": " ".join(map(str, self.host.shared)),
                **(env or {}),
            },
        )

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run a command in it; return its exit code and all that it said."""
        process = self.start(*command, env=env)
        said, _ = process.communicate()
        return process.returncode, said

    def remove(self) -> None:
        """Remove the root."""
        shutil.rmtree(self.folder)


def is_able() -> bool:
    """Tell whether this machine can make a root: root's rights, and the programs for it."""
    return os.geteuid() == 0 and all(map(shutil.which, ("debootstrap", "unshare", "tar")))
