"""Saves the day's tempo in a song's file, which is there whole before and after.

Blocks on the disk; for commands only, and only where somebody has asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.songs.changing import changed_text
from countoff.songs.new_file import NotWrittenError, new_file

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.tempo import Tempo


def save_tempo(path: Path, tempo: Tempo) -> None:
    """Change the tempo that the song in `path` begins with to `tempo`, all others in proportion.

    Nothing else in the file moves, the ends of its lines included. Raises NotWrittenError with a
    sentence where the file cannot be read or written, or would not be right.
    """
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise NotWrittenError(f"{path} cannot be read, and is not changed: {error}.") from error
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    try:
        changed = changed_text(text.removeprefix(mark), tempo)
    except ValueError as error:
        raise NotWrittenError(f"{path}: {error}") from error
    with new_file(path, is_forced=True) as file:
        file.write(f"{mark}{changed}".encode())
