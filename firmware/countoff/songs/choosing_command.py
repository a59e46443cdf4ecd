"""`countoff song choose`: what the running box plays next, by name.

It runs in the command's own process and talks to the daemon over the control socket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.control.reaching import add_daemon_arguments, sockets
from countoff.core.nearest import nearest_word
from countoff.songs.command_line import DONE, complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from countoff.control.client import Client

NOT_REACHED = 3
CHOSEN_WITHIN_S = 3.0


def add_choosing_command(
    song_commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `choose` to the commands of `song`."""
    choose = song_commands.add_parser("choose", help="have the box play a song next")
    choose.add_argument("title", metavar="TITLE", help="the title of a song of the box")
    choose.add_argument(
        "--from", dest="section", default="", metavar="SECTION", help="where takes begin"
    )
    choose.add_argument("--loop", action="store_true", help="play that section again and again")
    add_daemon_arguments(choose)
    choose.set_defaults(run=choose_song)


def choose_song(arguments: argparse.Namespace) -> int:
    """Ask the daemon for the song, and say where takes begin now."""
    from countoff.control.client import Client, NoDaemonError  # noqa: PLC0415

    try:
        with Client(sockets(arguments)) as client:
            return _choose(client, arguments.title, arguments.section, is_looped=arguments.loop)
    except LookupError as trouble:
        return complain(str(trouble.args[0]))
    except NoDaemonError as error:
        complain(str(error))
        return NOT_REACHED


def named_song(status: dict[str, Any], title: str) -> dict[str, Any]:
    """Return what the daemon tells of the song that `title` means. Raises LookupError."""
    songs: dict[str, dict[str, Any]] = {song["title"]: song for song in status["songs"]}
    found = _named(title, songs)
    if found is None:
        raise LookupError(f'The box has no song "{title}".{nearest_word(title, songs)}')
    return songs[found]


def _choose(client: Client, title: str, section: str, *, is_looped: bool) -> int:
    """Choose what is meant. Raises LookupError with a sentence, or NoDaemonError."""
    status = client.status()
    if status["phase"] != "idle":
        raise LookupError("A song is chosen between takes, and one is running.")
    song = named_song(status, title)
    sections = song["sections"]
    if (section or is_looped) and song["is_free"]:
        raise LookupError(f"{song['title']} is a free song: it has no sections.")
    start_index = _section_index(song, section) if section and sections else 0
    if is_looped and sections and sections[start_index]["bars"] is None:
        raise LookupError("A section that rolls until stopped has no end to loop at.")
    named = sections[start_index]["name"] if section and sections else section
    client.ask(ask="song", title=song["title"], section=named, is_looped=is_looped)

    def is_chosen(status: dict[str, Any]) -> bool:
        # Of a song whose sections were not told, the daemon alone knows which one is meant.
        begins = status["start_index"] == start_index or not sections
        return bool(status["song"] == song["title"] and begins and status["looped"] is is_looped)

    if client.status_when(is_chosen, CHOSEN_WITHIN_S) is None:
        return complain(f"The box did not go to {song['title']}: see `countoff status`.")
    bar = f", bar {sections[start_index]['first_bar']}" if sections else ""
    start = f"{named}{bar}" if named else "the top"
    print(f"{song['title']}: {'loop' if is_looped else 'from'} {start}")
    return DONE


def _section_index(song: dict[str, Any], section: str) -> int:
    """Return which section of `song` is meant. Raises LookupError with a sentence."""
    names = [each["name"] for each in song["sections"]]
    found = _named(section, names)
    if found is None:
        guess = nearest_word(section, names)
        raise LookupError(f'{song["title"]} has no section "{section}".{guess}')
    return names.index(found)


def _named(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that is meant: just so written, else whatever its capitals."""
    listed = list(names)
    if name in listed:
        return name
    return next((each for each in listed if each.casefold() == name.casefold()), None)
