"""Imports a file by what is in it, whatever its name. For commands only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.songs.importing.refusing import refusal

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.song import Song


def import_song(path: Path) -> tuple[Song, tuple[str, ...]]:
    """Return the song of a MIDI file or a klick map, and what was assumed or left out.

    Raises ImportRefusedError with all that is wrong, and OSError where it cannot be read. Blocks on
    the disk.
    """
    data = path.read_bytes()
    if data.startswith((b"MThd", b"RIFF")) or path.suffix.lower() in {".mid", ".midi", ".smf"}:
        from countoff.songs.importing.midi_file import song_of_midi_file  # noqa: PLC0415 - loads mido

        return song_of_midi_file(data, path)
    if b"\0" in data:
        raise refusal(
            path, "This is neither a MIDI file nor text; MIDI files and klick maps are imported."
        )
    from countoff.songs.importing.klick_map import song_of_klick_map  # noqa: PLC0415 - as above

    return song_of_klick_map(data, path)
