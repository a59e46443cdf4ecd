"""What the commands for songs have in common: which song, where to write, what is said.

Exit codes: 0 done, 1 something is wrong, was not found or could not be written, 2 wrong use.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from countoff.songs.finding import Found

DONE = 0
WRONG = 1


def add_song_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument that says which song."""
    parser.add_argument(
        "song", metavar="SONG", help="a song file, or the title of a song of the box"
    )


def add_place_arguments(parser: argparse.ArgumentParser, metavar: str) -> None:
    """Add the arguments that say where a new file goes."""
    parser.add_argument(
        "-o", dest="place", type=Path, metavar=metavar, required=True, help="the file to write"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def found_song(arguments: argparse.Namespace) -> Found | None:
    """Return the song that is asked for; where there is none, say so and return None.

    What is wrong in its file all the same goes to standard error.
    """
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import song_folder  # noqa: PLC0415
    from countoff.songs.finding import SongNotFoundError, find_song  # noqa: PLC0415

    config: Path | None = getattr(arguments, "config", None)
    try:
        found = find_song(arguments.song, lambda: song_folder(load(config)))
    except SongNotFoundError as trouble:
        complain(str(trouble))
        return None
    for problem in found.problems:
        complain(str(problem))
    return found


def complain(sentence: str) -> int:
    """Print `sentence` to standard error; return the exit code for it."""
    print(sentence, file=sys.stderr)
    return WRONG
