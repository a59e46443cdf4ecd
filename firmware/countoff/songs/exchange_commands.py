"""`countoff song import` and `countoff song export`: tempo maps from and for other programs.

They run in the command's own process, never in the daemon. What each needs is loaded when it runs.
What a format cannot hold is said, a sentence for each.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.songs.command_line import (
    DONE,
    WRONG,
    add_place_arguments,
    add_song_argument,
    complain,
    found_song,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_CHARACTERS = 80


def add_exchange_commands(
    song_commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `import` and `export` to the commands of `song`."""
    bring = song_commands.add_parser("import", help="make a song file of a tempo map")
    bring.add_argument(
        "file", type=Path, metavar="FILE", help="a Standard MIDI File, or a tempo map of klick"
    )
    add_place_arguments(bring, "SONG.toml")
    bring.add_argument("--title", type=_title, help="what the song is called")
    bring.set_defaults(run=import_song)

    export = song_commands.add_parser("export", help="write a song's tempo map for a DAW")
    add_song_argument(export)
    add_place_arguments(export, "FILE.mid")
    export.set_defaults(run=export_song)


def import_song(arguments: argparse.Namespace) -> int:
    """Write the song file of a tempo map; print what was assumed or left out."""
    from countoff.songs.importing import by_content, refusing  # noqa: PLC0415
    from countoff.songs.writing import song_text  # noqa: PLC0415

    try:
        song, remarks = by_content.import_song(arguments.file)
    except refusing.ImportRefusedError as refused:
        return complain(str(refused))
    except OSError as error:
        return complain(f"{arguments.file} cannot be read: {(error.strerror or '').lower()}.")
    if arguments.title is not None:
        song = replace(song, title=arguments.title)
    return _write(arguments, song_text(song).encode(), remarks)


def export_song(arguments: argparse.Namespace) -> int:
    """Write a Standard MIDI File of one song; print what it does not hold."""
    from countoff.export.midi_file import NotExportedError, midi_file  # noqa: PLC0415

    found = found_song(arguments)
    if found is None:
        return WRONG
    try:
        data, remarks = midi_file(found.song)
    except NotExportedError as trouble:
        return complain(str(trouble))
    return _write(arguments, data, remarks)


def _write(arguments: argparse.Namespace, data: bytes, remarks: Sequence[str]) -> int:
    from countoff.songs.new_file import NotWrittenError, new_file  # noqa: PLC0415

    place: Path = arguments.place
    try:
        with new_file(place, is_forced=arguments.force) as file:
            file.write(data)
    except NotWrittenError as trouble:
        return complain(str(trouble))
    for remark in remarks:
        print(remark)
    print(f"{place} is written.")
    return DONE


def _title(word: str) -> str:
    if not (word.strip() and word.isprintable() and len(word) <= _MOST_CHARACTERS):
        sentence = f"must be 1 to {_MOST_CHARACTERS} characters on one line; found {word!r}"
        raise argparse.ArgumentTypeError(sentence)
    return word
