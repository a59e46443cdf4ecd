"""The song files that a script names, read as the box reads them. Blocks on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.statements import SongFile
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def song_files_in(folder: Path) -> Callable[[str], SongFile]:
    """Return what reads a song file by its name in `folder`, where the script lies. Never raises."""

    def read(name: str) -> SongFile:
        song, problems = read_song(folder / name)
        return SongFile(name, song, tuple(str(problem) for problem in problems))

    return read
