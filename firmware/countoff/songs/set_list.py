"""Set lists: which songs are played, in which order. Blocks on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from countoff.config.problems import Problem, quoted
from countoff.config.tables import read_table
from countoff.core.nearest import nearest_word
from countoff.songs.faults import Spot
from countoff.songs.values import read_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from countoff.config.fitting import Misfit
    from countoff.config.tables import Table
    from countoff.core.song import Song

FOLDER: Final = "set_lists"
CONFIG_KEY: Final = "songs.set_list"
_KEYS: Final = ("title", "songs")
SET_LIST_LEFT_OUT: Final = "The set list is left out: all songs are played, by file name."


@dataclass(frozen=True, slots=True)
class SetList:
    """Songs by title or file name, in the order to play; `path` is None for the configuration's.

    `line` is where the names stand.
    """

    names: tuple[str, ...]
    title: str = ""
    path: Path | None = None
    line: int | None = None

    def problem(self, sentence: str) -> Problem:
        """Return a fault of this list."""
        key = CONFIG_KEY if self.path is None else "songs"
        return Problem(self.path, self.line, key, f"{key} {sentence}")


def set_list_path(song_folder: Path, name: str) -> Path:
    """Return the file of the set list called `name`, beside the folder of songs."""
    return song_folder.parent / FOLDER / name


def read_set_list(path: Path) -> tuple[SetList | None, list[Problem]]:
    """Read a set list. None where it has a fault; never raises."""
    if "\0" in str(path):
        sentence = f"{CONFIG_KEY} = {quoted(path.name)} is no name of a file. {SET_LIST_LEFT_OUT}"
        return None, [Problem(None, None, CONFIG_KEY, sentence)]
    table, problems = read_table(path)
    if problems:
        others = sorted(each.name for each in path.parent.glob("*.toml"))
        guess = "" if path.name in others else nearest_word(path.name, others)
        last = problems[-1]
        told = f"{last.sentence}{guess} {SET_LIST_LEFT_OUT}"
        return None, [*problems[:-1], Problem(last.path, last.line, last.key, told)]
    faults: list[Misfit] = []
    set_list = _fitted(table, Spot(faults))
    for fault in faults:
        outcome = "The key is left out." if fault.kind == "unknown" else SET_LIST_LEFT_OUT
        problems.append(fault.problem(table, outcome))
    problems.sort(key=lambda problem: problem.line or 0)
    return set_list, problems


def _fitted(table: Table, spot: Spot) -> SetList | None:
    values = table.values
    for name in values:
        if name not in _KEYS:
            spot.at(name).unknown(values[name], _KEYS)
    title = read_line(values["title"], spot.at("title")) if "title" in values else ""
    names = values.get("songs")
    if names is None:
        spot.at("songs").missing('the titles in order, such as songs = ["Kingdom", "Low Tide"]')
        return None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        spot.at("songs").wrong(
            names, 'a list of titles or file names such as ["Kingdom", "Low Tide"]'
        )
        return None
    if title is None:
        return None
    return SetList(tuple(names), title, table.path, table.line_of(("songs",)))


def in_set_list(
    set_list: SetList, songs: Mapping[str, Song], left_out: Collection[str]
) -> tuple[tuple[Song, ...], list[Problem]]:
    """Return the songs of a set list in its order, and what is wrong with it.

    `songs` and `left_out` are by file name without its ending; those left out have faults.
    """
    by_name = {name: song for stem, song in songs.items() for name in (stem, f"{stem}.toml")}
    by_name |= {song.title: song for song in songs.values()}
    faulty = {name for stem in left_out for name in (stem, f"{stem}.toml")}
    chosen: list[Song] = []
    problems = []
    for name in set_list.names:
        if name not in by_name:
            guess = nearest_word(name, by_name)
            why = f"but no song is called so.{guess}"
            if name in faulty:
                why = "which is left out for its faults."
            problems.append(set_list.problem(f"names {quoted(name)}, {why}"))
        elif by_name[name] in chosen:
            problems.append(set_list.problem(f"names {quoted(name)} twice; it is played once."))
        else:
            chosen.append(by_name[name])
    if not chosen:
        problems.append(
            set_list.problem("has no song that can be played: all songs are, by file name.")
        )
    return tuple(chosen), problems


def configured_names(set_list: Sequence[str] | str) -> SetList | None:
    """Return the set list that the configuration itself names song by song; None without one."""
    if isinstance(set_list, str) or not set_list:
        return None
    return SetList(tuple(set_list))
