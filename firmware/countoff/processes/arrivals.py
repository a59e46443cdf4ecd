"""Notices that a sound card, a MIDI port or a sound server has come: a reason to try again at once.

A few listings of small folders, at most twenty times a second, and only by whoever waits for something
to come back. Devices appear in /dev/snd; a JACK server's socket in /dev/shm, PipeWire's in the
user's runtime folder. Blocks for microseconds.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_MS = 1_000_000
LOOK_EVERY_NS = 50 * _MS
_FOLDERS = (Path("/dev/snd"), Path("/dev/shm"))  # noqa: S108 (where servers are, not scratch)
_RUNTIME_FOLDER_KEY = "XDG_RUNTIME_DIR"
# In folders that others use too only these sockets are meant.
_SERVERS = ("jack_", "pipewire-")

_Entry = tuple[str | int, ...]


class Arrivals:
    """Remembers what was there at the last look. One thread only."""

    def __init__(self, folders: tuple[Path, ...] | None = None) -> None:
        """Watch `folders`, by default where Linux shows devices and sound servers."""
        if folders is None:
            runtime_folder = os.environ.get(_RUNTIME_FOLDER_KEY)
            folders = (*_FOLDERS, Path(runtime_folder)) if runtime_folder else _FOLDERS
        self._folders = folders
        self._seen: frozenset[_Entry] | None = None
        self._next_look_ns = 0

    def have_come(self, now_ns: int) -> bool:
        """Look, if it is time to; return whether something is there that was not at the last look.

        The first look finds nothing new.
        """
        if now_ns < self._next_look_ns:
            return False
        self._next_look_ns = now_ns + LOOK_EVERY_NS
        seen = frozenset(entry for folder in self._folders for entry in _entries(folder))
        before, self._seen = self._seen, seen
        return before is not None and not seen <= before

    def forget(self) -> None:
        """Begin anew with the next look: what comes and goes meanwhile is no news."""
        self._seen = None


def _entries(folder: Path) -> list[_Entry]:
    """Return what is news when it changes, for each device and each server's socket.

    A device's times are not: whoever plays on it, or only tries whether it can be played on, as
    PortAudio does with every one when it looks for another, changes them. Who may use it is.
    """
    entries: list[_Entry] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                status = entry.stat(follow_symlinks=False)
                is_server = entry.name.startswith(_SERVERS) and stat.S_ISSOCK(status.st_mode)
                if is_server:
                    entries.append((entry.path, status.st_ino, status.st_ctime_ns))
                elif stat.S_ISCHR(status.st_mode):
                    rights = (status.st_mode, status.st_uid, status.st_gid)
                    entries.append((entry.path, status.st_ino, *rights))
    except OSError:
        # It is not there, or changes just now: the next look tells.
        return entries
    return entries
