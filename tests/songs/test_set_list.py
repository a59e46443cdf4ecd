"""Only the songs of the set list are played, in its order; what it names wrongly is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.songs.book import open_songbook

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.songs.book import Songbook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three songs and one with a fault."""
    songs = tmp_path / "songs"
    songs.mkdir()
    for title in "ABC":
        (songs / f"{title.lower()}.toml").write_text(f'title = "{title} song"\ntempo = 120\n')
    (songs / "d.toml").write_text('title = "D song"\ntempo = 0\n')
    return songs


def titles(book: Songbook) -> list[str]:
    """Return the titles in the order in which they are played."""
    return [song.title for song in book.songs]


def said(book: Songbook) -> list[str]:
    """Return what is said, besides on the song with a fault."""
    return [str(problem) for problem in book.problems if "tempo = 0" not in problem.sentence]


def test_without_a_set_list_all_songs_are_played(folder: Path) -> None:
    """By file name."""
    assert titles(open_songbook(folder)) == ["A song", "B song", "C song"]


def test_titles_and_file_names_are_known(folder: Path) -> None:
    """In the order of the list, and nothing else."""
    book = open_songbook(folder, ["C song", "a", "b.toml"])

    assert titles(book) == ["C song", "A song", "B song"]
    assert not said(book)


def test_what_it_names_wrongly_is_said(folder: Path) -> None:
    """No such song, with the nearest; one with faults; one twice: the rest is played."""
    book = open_songbook(folder, ["C song", "Bsong", "d", "c"])

    assert titles(book) == ["C song"]
    assert [problem.key for problem in book.problems[1:]] == ["songs.set_list"] * 3
    unknown, faulty, twice = said(book)
    assert 'names "Bsong"' in unknown
    assert 'Did you mean "B song"?' in unknown
    assert 'names "d", which is left out for its faults' in faulty
    assert 'names "c" twice' in twice


def test_a_set_list_of_nothing_is_no_set_list(folder: Path) -> None:
    """Better all songs than none."""
    book = open_songbook(folder, ["Waterloo"])

    assert titles(book) == ["A song", "B song", "C song"]
    assert "all songs are" in said(book)[1]


def write(folder: Path, text: str, name: str = "friday.toml") -> None:
    """Write a set list beside the folder of songs."""
    place = folder.parent / "set_lists"
    place.mkdir(exist_ok=True)
    (place / name).write_text(text)


def test_a_set_list_has_a_file_beside_the_songs(folder: Path) -> None:
    """With a title, and its songs in order."""
    write(folder, 'title = "Friday"\nsongs = ["b", "A song"]\n')
    book = open_songbook(folder, "friday.toml")

    assert book.title == "Friday"
    assert titles(book) == ["B song", "A song"]
    assert not said(book)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('title = "Friday"', None, "songs is missing"),
        ('title = ""\nsongs = ["a"]', 1, "characters of text"),
        ("\nsongs = 3", 2, "a list of titles"),
        ("songs = [3]", 1, "a list of titles"),
        ("songs = [a]", 1, "is not TOML"),
    ],
)
def test_a_wrong_set_list_is_left_out(
    folder: Path, text: str, line: int | None, words: str
) -> None:
    """A sentence with its line, and all songs are played."""
    write(folder, text)
    book = open_songbook(folder, "friday.toml")

    assert titles(book) == ["A song", "B song", "C song"]
    (problem,) = book.problems[1:]
    assert problem.line == line
    assert words in problem.sentence
    assert "all songs are played" in problem.sentence


def test_an_unknown_key_costs_nothing(folder: Path) -> None:
    """It is said, with the nearest; the set list holds. So does its line for a wrong name."""
    write(folder, 'titel = "Friday"\n\nsongs = ["b", "Q"]\n')
    book = open_songbook(folder, "friday.toml")

    assert titles(book) == ["B song"]
    unknown, no_song = book.problems[1:]
    assert (unknown.line, 'Did you mean "title"?' in unknown.sentence) == (1, True)
    assert (no_song.line, no_song.key) == (3, "songs")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "..", "/", "a/b/c.toml"])
def test_no_name_of_a_set_list_stops_the_box(folder: Path, name: str) -> None:
    """Whatever the configuration names: one sentence, and all songs are played."""
    book = open_songbook(folder, name)

    assert titles(book) == ["A song", "B song", "C song"]
    assert len(said(book)) == 1
    assert "all songs are played" in said(book)[0]


def test_a_set_list_that_is_not_there_is_said_with_the_nearest(folder: Path) -> None:
    """And all songs are played."""
    write(folder, 'songs = ["a"]', "friday.toml")
    book = open_songbook(folder, "fridy.toml")

    assert titles(book) == ["A song", "B song", "C song"]
    assert 'Did you mean "friday.toml"?' in said(book)[0]
