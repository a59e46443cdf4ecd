"""Everything that lies in a root, to be compared with what lies there later."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What apt, dpkg, the C library and mount write for themselves: their diaries, indexes and caches.
_OF_TOOLS = re.compile(
    r"/var/(log/(apt/|dpkg\.log|alternatives\.log|lastlog|faillog)|lib/(apt|dpkg)/|cache/(apt|debconf|ldconfig)/)"
    r"|/run/(blkid|mount)(/|$)"
    r"|/etc/ld\.so\.cache$|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$"
)
_LEFT_OUT = ("/proc", "/dev", "/sys")


def tree(root: Path) -> dict[str, str]:
    """Return each path in a root with all that can be told of it, but for its times."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(root):
        inside = folder.removeprefix(str(root))
        folders[:] = [name for name in folders if f"{inside}/{name}" not in _LEFT_OUT]
        for name in (*folders, *files):
            path = f"{inside}/{name}"
            if not _OF_TOOLS.match(path):
                found[path] = _about(root / path.lstrip("/"))
    return found


def _about(path: Path) -> str:
    status = path.lstat()
    words = f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}"
    if stat.S_ISLNK(status.st_mode):
        return f"{words} -> {path.readlink()}"
    if stat.S_ISREG(status.st_mode):
        return f"{words} {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    return words


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Name what has come, gone or changed, a line each."""
    return [
        *(f"came: {path} {after[path]}" for path in sorted(after.keys() - before.keys())),
        *(f"went: {path} {before[path]}" for path in sorted(before.keys() - after.keys())),
        *(
            f"changed: {path} {before[path]} => {after[path]}"
            for path in sorted(before.keys() & after.keys())
            if before[path] != after[path]
        ),
    ]
