"""Which song a word on the command line means: a file, or a song of the box by name or title.

Blocks on the disk; for commands only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countoff.core.nearest import nearest_word
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.config.problems import Problem
    from countoff.core.song import Song

SUFFIX = ".toml"


class SongNotFoundError(Exception):
    """No song is meant, or it cannot be played; the text is a sentence for each thing wrong."""


class Found(NamedTuple):
    """A song, what is wrong in its file all the same, and which file that is."""

    song: Song
    problems: Sequence[Problem]
    path: Path


def find_song(word: str, song_folder: Callable[[], Path]) -> Found:
    """Return the song in the file `word`, or of that file name or title in the box's own folder.

    The folder is only asked for where there is no such file. Raises SongNotFoundError.
    """
    path = Path(word)
    if path.is_file():
        return _read(path)
    folder = song_folder()
    for name in (word, f"{word}{SUFFIX}"):
        if os.sep not in name and (folder / name).is_file():
            return _read(folder / name)
    if os.sep in word or path.suffix == SUFFIX:
        raise SongNotFoundError(f"There is no song file {word}.")
    titles: list[str] = []
    for each in _song_files(folder):
        song, problems = read_song(each)
        if song is None:
            continue
        if song.title.casefold() == word.casefold():
            return Found(song, problems, each)
        titles.append(song.title)
    guess = nearest_word(word, titles)
    raise SongNotFoundError(f'No file, and no song in {folder}, is called "{word}".{guess}')


def song_in_folder(title: str, folder: Path) -> Found | None:
    """Return the song of just this title in `folder`, or None where no file there has it."""
    for path in _song_files(folder):
        song, problems = read_song(path)
        if song is not None and song.title == title:
            return Found(song, problems, path)
    return None


def _read(path: Path) -> Found:
    song, problems = read_song(path)
    if song is None:
        raise SongNotFoundError("\n".join(str(problem) for problem in problems))
    return Found(song, problems, path)


def _song_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError:
        return []
