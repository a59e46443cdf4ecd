"""`countoff song save`: writes the day's tempo of a song into its file, because somebody asked for it.

It runs in the command's own process: it asks the daemon how fast the song is played today, changes the
file, and leaves it to the daemon to read it. There the tempo of the file is the last word, so that
what was saved is not applied once more.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from countoff.control.reaching import add_daemon_arguments, sockets
from countoff.control.told_songs import told_sections
from countoff.songs.choosing_command import NOT_REACHED, named_song
from countoff.songs.command_line import DONE, complain

if TYPE_CHECKING:
    import argparse

    from countoff.control.client import Client
    from countoff.core.song import Song
    from countoff.songs.finding import Found

# The daemon looks at the songs once a second.
READ_WITHIN_S = 5.0


def add_saving_command(
    song_commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `save` to the commands of `song`."""
    save = song_commands.add_parser("save", help="write the day's tempo into the song's file")
    save.add_argument("title", metavar="TITLE", help="the title of a song of the box")
    add_daemon_arguments(save)
    save.set_defaults(run=save_song)


def save_song(arguments: argparse.Namespace) -> int:
    """Change the tempo in the song's file to today's; print what has changed."""
    from countoff.control.client import Client, NoDaemonError  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError  # noqa: PLC0415

    try:
        with Client(sockets(arguments)) as client:
            return _save(client, arguments)
    except (LookupError, NotWrittenError) as trouble:
        return complain(str(trouble.args[0]))
    except NoDaemonError as error:
        complain(str(error))
        return NOT_REACHED


def _save(client: Client, arguments: argparse.Namespace) -> int:
    """Save one song. Raises LookupError or NotWrittenError with a sentence, or NoDaemonError."""
    from countoff.core.tempo import Tempo  # noqa: PLC0415
    from countoff.songs.saving import save_tempo  # noqa: PLC0415

    song = named_song(client.status(), arguments.title)
    title = song["title"]
    if song["is_free"]:
        raise LookupError(f"{title} is a free song: it has no tempo to save.")
    if song["tempo_ratio"] == "1":
        raise LookupError(f"{title} is played as written, at {song['tempo']}: nothing to save.")
    written = Tempo(Fraction(song["exact_tempo"]))
    today = Tempo(written.quarters_per_minute * Fraction(song["tempo_ratio"]))
    found = _file_of(song, arguments)
    save_tempo(found.path, today)
    others = len(found.song.written_tempos) - 1
    rest = ", and every other tempo in proportion" if others else ""
    first = found.song.sections[0]
    changed = f"{title} began at {first.told(written)} and begins at {first.told(today)} now"
    print(f"{changed}{rest}: {found.path}")

    def is_read(status: dict[str, Any]) -> bool:
        told = [each for each in status["songs"] if each["title"] == title]
        return any(Fraction(each["exact_tempo"]) == today.quarters_per_minute for each in told)

    if client.status()["phase"] != "idle":
        print("The box takes it in when this take is over.")
    elif client.status_when(is_read, READ_WITHIN_S) is None:
        print("The box has not read it yet: `countoff song check` says if something is wrong.")
    else:
        print("The box plays it as written.")
    return DONE


def _file_of(told: dict[str, Any], arguments: argparse.Namespace) -> Found:
    """Return the file that the daemon has read this song from. Raises LookupError."""
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import song_folder  # noqa: PLC0415
    from countoff.songs.finding import song_in_folder  # noqa: PLC0415

    folder = song_folder(load(getattr(arguments, "config", None)))
    found = song_in_folder(told["title"], folder)
    if found is None:
        raise LookupError(
            f"No song file in {folder} has the title {told['title']}: say with --config which"
            " configuration the box uses."
        )
    if not _is_as_told(found.song, told):
        raise LookupError(
            f"{found.path} is not what the box plays from: it was changed a moment ago, or has"
            " faults. It is left as it is; try again."
        )
    return found


def _is_as_told(song: Song, told: dict[str, Any]) -> bool:
    """Tell whether `song` has the tempo and the sections that the daemon has read."""
    if song.is_free or song.sections[0].tempo.quarters_per_minute != Fraction(told["exact_tempo"]):
        return False
    return not told["sections"] or told["sections"] == told_sections(song)
