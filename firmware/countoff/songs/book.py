"""The songbook: the songs of a folder that can be played, in the order of the set list.

Blocks on the disk: called at start-up or on a thread of its own, never near real time.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.config.problems import Problem
from countoff.core.song import BUILT_IN_SONG
from countoff.songs.reading import LEFT_OUT, read_song
from countoff.songs.set_list import (
    SET_LIST_LEFT_OUT,
    SetList,
    configured_names,
    in_set_list,
    read_set_list,
    set_list_path,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from countoff.core.song import Song

_STAYS: Final = "The song stays as it was."
# More than any song, and no more than is read while a take rolls without being felt.
_MOST_BYTES: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Songbook:
    """The songs that can be played, at least one, and what was wrong with the others.

    `title` is that of the set list, empty without one.
    """

    songs: tuple[Song, ...]
    problems: tuple[Problem, ...] = ()
    title: str = ""


class _Stamp(NamedTuple):
    """What changes whenever a file is written or replaced."""

    modified_ns: int
    size: int
    inode: int
    mode: int

    @property
    def fault(self) -> str:
        """Why this is not to be read at all; empty where it may be."""
        # A pipe that nobody writes to would be waited for, for ever.
        if not stat.S_ISREG(self.mode) and not stat.S_ISDIR(self.mode):
            return "it is not a file but a pipe or a device."
        if self.size > _MOST_BYTES:
            return f"it has {self.size / 1e6:.0f} MB, and at most {_MOST_BYTES / 1e6:.0f} are read."
        return ""


class SongFolder:
    """A folder of song files, read again and again: only what has changed since.

    A song that was right and has a fault now stays as it was, until the file is right or gone.
    """

    def __init__(self, folder: Path, set_list: Sequence[str] | str = ()) -> None:
        """Name the folder. `set_list` is names of songs, or the file name of a set list."""
        self._folder = folder
        self._configured = configured_names(set_list)
        is_file = isinstance(set_list, str) and bool(set_list)
        self._set_list_path = set_list_path(folder, str(set_list)) if is_file else None
        self._stamps: dict[Path, _Stamp | None] | None = None
        self._read: dict[Path, tuple[Song | None, list[Problem]]] = {}
        self._folder_fault: list[Problem] = []

    def has_changed(self) -> bool:
        """Tell whether a file is new, gone or written since the last `read`."""
        return self._stamps != self._stamps_now()

    def read(self) -> Songbook:
        """Read what has changed; never raises.

        A folder that is not there, or has no song without a fault, gives the built-in song.
        """
        before, now = self._stamps or {}, self._stamps_now()
        self._read_songs(before, now)
        self._stamps = now
        problems = list(self._folder_fault)
        songs: dict[str, Song] = {}
        left_out = []
        for path, (song, faults) in sorted(self._read.items()):
            problems += faults
            twin = next(
                (name for name, each in songs.items() if song and each.title == song.title), ""
            )
            if song is None:
                left_out.append(path.stem)
            elif twin:
                # Takes are counted by title: two songs of one title would share their numbers.
                left_out.append(path.stem)
                sentence = (
                    f'title = "{song.title}" is also the title of {twin}.toml. It is left out.'
                )
                problems.append(Problem(path, None, "title", sentence))
            else:
                songs[path.stem] = song
        chosen = tuple(songs.values())
        set_list, set_list_faults = self._set_list()
        problems += set_list_faults
        if set_list is not None:
            in_order, unknown = in_set_list(set_list, songs, left_out)
            chosen = in_order or chosen
            problems += unknown
        title = "" if set_list is None else set_list.title
        return Songbook(chosen or (BUILT_IN_SONG,), tuple(problems), title)

    def _stamps_now(self) -> dict[Path, _Stamp | None]:
        """Return what the files look like now; None for one that cannot be looked at."""
        self._folder_fault = []
        try:
            paths = [path for path in self._folder.iterdir() if _is_song_file(path)]
        except FileNotFoundError:
            paths = []
            if self._read:
                sentence = "this folder of songs is gone. The songs stay as they were."
                self._folder_fault = [Problem(self._folder, None, "", sentence)]
                paths = list(self._read)
        except OSError as error:
            sentence = f"this folder of songs cannot be read: {error.strerror}."
            self._folder_fault = [Problem(self._folder, None, "", sentence)]
            paths = list(self._read)
        if self._set_list_path is not None:
            paths.append(self._set_list_path)
        return {path: _stamp(path) for path in paths}

    def _read_songs(
        self, before: dict[Path, _Stamp | None], now: dict[Path, _Stamp | None]
    ) -> None:
        if self._folder_fault:
            return
        for path in set(self._read) - set(now):
            del self._read[path]
        for path, stamp in now.items():
            is_known = path in self._read and before.get(path) == stamp and stamp is not None
            if is_known or path == self._set_list_path:
                continue
            last, _ = self._read.get(path, (None, []))
            outcome = LEFT_OUT if last is None else _STAYS
            if stamp is not None and stamp.fault:
                faults = [Problem(path, None, "", f"{stamp.fault} {outcome}")]
                self._read[path] = (last, faults)
                continue
            song, faults = read_song(path, outcome)
            self._read[path] = (last if song is None else song, faults)

    def _set_list(self) -> tuple[SetList | None, list[Problem]]:
        path = self._set_list_path
        if path is None:
            return self._configured, []
        stamp = _stamp(path)
        if stamp is not None and stamp.fault:
            return None, [Problem(path, None, "", f"{stamp.fault} {SET_LIST_LEFT_OUT}")]
        set_list, problems = read_set_list(path)
        return set_list, problems


def open_songbook(folder: Path, set_list: Sequence[str] | str = ()) -> Songbook:
    """Read every song in `folder`, in the order of `set_list`; never raises.

    `set_list` is titles or file names of songs, or the file name of a set list in the folder
    `set_lists` beside; without it all songs are played, by file name.
    """
    return SongFolder(folder, set_list).read()


def _is_song_file(path: Path) -> bool:
    """Tell a song from what editors and other systems leave beside one: `._a.toml`, `.#a.toml`."""
    return path.suffix == ".toml" and not path.name.startswith(".")


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    # A name that no file can have is a ValueError.
    except (OSError, ValueError):
        return None
    return _Stamp(status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
