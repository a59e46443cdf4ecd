"""The songs of a folder: a bad one does not cost the others, and a change is seen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from countoff.core.song import BUILT_IN_SONG
from countoff.songs.book import Songbook, SongFolder, open_songbook

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def write(folder: Path, name: str, title: str, tempo: object = 120) -> Path:
    """Write a song file."""
    path = folder / name
    path.write_text(f'title = "{title}"\ntempo = {tempo}\n')
    return path


def titles(book: Songbook) -> list[str]:
    """Return the titles in the order in which they are played."""
    return [song.title for song in book.songs]


def test_no_folder_gives_the_built_in_song(tmp_path: Path) -> None:
    """Where nobody wrote a song, there is one to play and nothing wrong."""
    assert open_songbook(tmp_path / "nowhere") == Songbook((BUILT_IN_SONG,))


def test_bad_song_does_not_cost_the_others(tmp_path: Path) -> None:
    """Songs come by file name; one with a fault, a twin title and other files are left out."""
    write(tmp_path, "b.toml", "B")
    write(tmp_path, "a.toml", "A", 92.5)
    write(tmp_path, "c.toml", "C", 0)
    write(tmp_path, "d.toml", "A", 60)
    (tmp_path / "notes.txt").write_text("tempo of C?")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "._a.toml").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / ".#a.toml").symlink_to("nowhere")
    book = open_songbook(tmp_path)

    assert titles(book) == ["A", "B"]
    assert {problem.path.name for problem in book.problems if problem.path} == {
        "c.toml",
        "d.toml",
        "folder.toml",
    }
    assert len(book.problems) == 3


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe that nobody writes to, as a song or as the set list, costs a sentence and no time."""
    (tmp_path / "set_lists").mkdir()
    songs = tmp_path / "songs"
    songs.mkdir()
    write(songs, "a.toml", "A")
    os.mkfifo(songs / "pipe.toml")
    os.mkfifo(tmp_path / "set_lists" / "friday.toml")
    book = open_songbook(songs, "friday.toml")

    assert titles(book) == ["A"]
    assert [problem.sentence for problem in book.problems] == [
        "it is not a file but a pipe or a device. The song is left out.",
        (
            "it is not a file but a pipe or a device. The set list is left out: all songs are played,"
            " by file name."
        ),
    ]


def test_no_depth_stops_a_session(tmp_path: Path) -> None:
    """Tables in tables, however many, cost a sentence."""
    key = ".".join("a" * 5000)
    (tmp_path / "a.toml").write_text(f'title = "A"\ntempo = 120\n{key} = 1\n')
    for name, value in (("b", "[" * 5000 + "]" * 5000), ("c", "{a=" * 5000 + "1" + "}" * 5000)):
        (tmp_path / f"{name}.toml").write_text(f'title = "{name}"\ntempo = {value}\n')
    book = open_songbook(tmp_path)

    assert titles(book) == ["A"]
    assert len(book.problems) == 3
    assert "there is no key a here" in book.problems[0].sentence


def test_what_no_song_can_be_is_not_read(tmp_path: Path) -> None:
    """A film that somebody renamed is told by its size alone, and the song that was there stays."""
    path = write(tmp_path, "a.toml", "A")
    folder = SongFolder(tmp_path)
    folder.read()
    with path.open("ab") as file:
        file.truncate(5_000_000_000)

    book = folder.read()

    assert titles(book) == ["A"]
    assert [problem.sentence for problem in book.problems] == [
        "it has 5000 MB, and at most 4 are read. The song stays as it was."
    ]


@given(st.text())
def test_no_text_stops_a_session(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is in a song file, there is a songbook with a song in it."""
    folder = tmp_path_factory.mktemp("songs")
    (folder / "a.toml").write_text(text, encoding="utf-8", errors="surrogatepass")

    assert open_songbook(folder).songs


def test_a_change_is_seen(tmp_path: Path) -> None:
    """A file that is new, written, replaced by one as long, or gone."""
    path = write(tmp_path, "a.toml", "A")
    folder = SongFolder(tmp_path)
    folder.read()
    assert not folder.has_changed()

    write(tmp_path, "b.toml", "B")
    assert folder.has_changed()
    assert titles(folder.read()) == ["A", "B"]
    assert not folder.has_changed()

    stamp = path.stat()
    new = write(tmp_path, "new", "C")
    os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    new.replace(path)
    assert folder.has_changed()
    assert titles(folder.read()) == ["C", "B"]

    path.unlink()
    assert folder.has_changed()
    assert titles(folder.read()) == ["B"]


def test_only_what_has_changed_is_read_again(tmp_path: Path) -> None:
    """A song that nobody touched is the same song."""
    write(tmp_path, "a.toml", "A")
    write(tmp_path, "b.toml", "B")
    folder = SongFolder(tmp_path)
    before = folder.read().songs
    write(tmp_path, "b.toml", "B", 92.55)
    after = folder.read().songs

    assert after[0] is before[0]
    assert after[1] != before[1]


def test_a_song_stays_as_it_was_while_its_file_is_wrong(tmp_path: Path) -> None:
    """A typing mistake in the middle of a session costs no song; a new file with one does."""
    path = write(tmp_path, "a.toml", "A")
    folder = SongFolder(tmp_path)
    before = folder.read().songs
    path.write_text('title = "A"\ntempo = 9\n')
    write(tmp_path, "b.toml", "B", 9)
    book = folder.read()

    assert book.songs == before
    said = [problem.sentence for problem in book.problems]
    assert said[0].endswith("The song stays as it was.")
    assert said[1].endswith("The song is left out.")
    assert folder.read() == book

    write(tmp_path, "a.toml", "A", 90)
    assert str(folder.read().songs[0].tempo) == "90"


def test_a_folder_that_has_gone_takes_no_song_along(tmp_path: Path) -> None:
    """A stick pulled from the box, a folder renamed: said, and the songs stay."""
    place = tmp_path / "songs"
    place.mkdir()
    write(place, "a.toml", "A")
    folder = SongFolder(place)
    before = folder.read().songs
    place.rename(tmp_path / "elsewhere")

    assert folder.has_changed()
    book = folder.read()
    assert book.songs == before
    assert "is gone" in book.problems[0].sentence

    (tmp_path / "elsewhere").rename(place)
    assert folder.has_changed()
    assert folder.read() == Songbook(before)


def test_a_changed_set_list_is_seen(tmp_path: Path) -> None:
    """Its file is watched as the songs are."""
    place, lists = tmp_path / "songs", tmp_path / "set_lists"
    place.mkdir()
    lists.mkdir()
    write(place, "a.toml", "A")
    write(place, "b.toml", "B")
    folder = SongFolder(place, "tonight.toml")
    assert titles(folder.read()) == ["A", "B"]

    (lists / "tonight.toml").write_text('songs = ["B"]\n')
    assert folder.has_changed()
    assert titles(folder.read()) == ["B"]
    assert not folder.has_changed()
