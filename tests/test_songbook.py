"""Songs are read exactly as written; a song with a fault is left out and named."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.song import BUILT_IN_SONG, Section, Song, Subdivision
from countoff.core.tempo import Meter, Tempo
from countoff.songbook import Songbook, open_songbook, read_song

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str, text: str) -> Path:
    """Write a song file."""
    path = folder / name
    path.write_text(text)
    return path


def test_whole_song_is_read(tmp_path: Path) -> None:
    """Every key reaches the song, the tempo as the decimal that stands there."""
    path = write(
        tmp_path,
        "a.toml",
        'title = "Kingdom"\ntempo = 113.7\nmeter = "7/8"\ncount_in = "1 bar"\nbars = 96\n'
        'subdivision = "triplet"\n[[section]]\nname = "Verse"\nbar = 1\n'
        '[[section]]\nname = "Chorus"\nbar = 17\n',
    )
    song, problems = read_song(path)

    assert not problems
    assert song == Song(
        title="Kingdom",
        tempo=Tempo(Fraction(1137, 10)),
        meter=Meter(7, 8),
        count_in_bars=1,
        length_bars=96,
        subdivision=Subdivision.TRIPLET,
        sections=(Section("Verse", 1), Section("Chorus", 17)),
    )


def test_title_and_tempo_are_enough(tmp_path: Path) -> None:
    """All else has a default: 4/4, two bars of count-in, no end, beats only."""
    song, problems = read_song(write(tmp_path, "a.toml", 'title = "A"\ntempo = 120\n'))

    assert not problems
    assert song == Song("A", Tempo(Fraction(120)))


@given(st.decimals(min_value=20, max_value=400, places=6))
def test_tempo_is_exact(tmp_path_factory: pytest.TempPathFactory, tempo: object) -> None:
    """Whatever decimals stand in the file, the tempo is that rational and no float near it."""
    path = write(tmp_path_factory.mktemp("song"), "a.toml", f'title = "A"\ntempo = {tempo}\n')
    song, _ = read_song(path)

    assert song is not None
    assert song.tempo.quarters_per_minute == Fraction(str(tempo))


@pytest.mark.parametrize(
    "line",
    [
        "tempo = 0",
        "tempo = nan",
        "tempo = inf",
        "tempo = -120",
        "tempo = 401",
        "tempo = 1e99999",
        'tempo = "fast"',
        "tempo = true",
        'tempo = 120\nmeter = "7/9"',
        'tempo = 120\nmeter = "0/4"',
        "tempo = 120\nmeter = 4",
        'tempo = 120\ncount_in = "9 bars"',
        "tempo = 120\ncount_in = -1",
        "tempo = 120\nbars = 0",
        'tempo = 120\nsubdivision = "8ths"',
        "tempo = one-twenty",
        "",
    ],
)
def test_song_with_a_fault_is_left_out(tmp_path: Path, line: str) -> None:
    """A value that cannot be played is one sentence that names the file, and no song."""
    path = write(tmp_path, "a.toml", f'title = "A"\n{line}\n')
    song, problems = read_song(path)

    assert song is None
    assert len(problems) == 1
    assert str(problems[0]).startswith(str(path))


def test_every_fault_of_a_song_is_named_at_once(tmp_path: Path) -> None:
    """Wrong, missing and unknown keys come together, in the order of their lines."""
    path = write(tmp_path, "a.toml", 'tempo = 0\nmetre = "7/8"\nbars = "96"\n')
    _, problems = read_song(path)

    assert [problem.key for problem in problems] == ["title", "tempo", "metre", "bars"]
    assert 'Did you mean "meter"?' in str(problems[2])


def test_unknown_key_alone_does_not_cost_the_song(tmp_path: Path) -> None:
    """A key nobody knows is named, and the song is played without it."""
    song, problems = read_song(
        write(tmp_path, "a.toml", 'title = "A"\ntempo = 120\nkey = "G minor"\n')
    )

    assert song is not None
    assert [problem.key for problem in problems] == ["key"]


def test_sections_rise_and_stay_inside(tmp_path: Path) -> None:
    """A section that starts before the one above it, or after the end, is refused."""
    path = write(
        tmp_path,
        "a.toml",
        'title = "A"\ntempo = 120\nbars = 8\n[[section]]\nname = "V"\nbar = 4\n'
        '[[section]]\nname = "C"\nbar = 4\n[[section]]\nname = "D"\nbar = 9\n',
    )
    song, problems = read_song(path)

    assert song is None
    assert [problem.line for problem in problems] == [9, 12]


def test_no_folder_gives_the_built_in_song(tmp_path: Path) -> None:
    """Where nobody wrote a song, there is one to play and nothing wrong."""
    assert open_songbook(tmp_path / "nowhere") == Songbook((BUILT_IN_SONG,))


def test_bad_song_does_not_cost_the_others(tmp_path: Path) -> None:
    """Songs come by file name; one with a fault, a twin title and other files are left out."""
    write(tmp_path, "b.toml", 'title = "B"\ntempo = 120\n')
    write(tmp_path, "a.toml", 'title = "A"\ntempo = 92.5\n')
    write(tmp_path, "c.toml", 'title = "C"\ntempo = 0\n')
    write(tmp_path, "d.toml", 'title = "A"\ntempo = 60\n')
    write(tmp_path, "notes.txt", "tempo of C?")
    book = open_songbook(tmp_path)

    assert [song.title for song in book.songs] == ["A", "B"]
    assert len(book.problems) == 2


def test_order_goes_first(tmp_path: Path) -> None:
    """Songs named in the order, by title or file, come first; a name without song is named."""
    for title in "ABC":
        write(tmp_path, f"{title.lower()}.toml", f'title = "{title} song"\ntempo = 120\n')
    book = open_songbook(tmp_path, ["c", "B song", "Bsong"])

    assert [song.title for song in book.songs] == ["C song", "B song", "A song"]
    assert 'Did you mean "B song"?' in str(book.problems[0])


@given(st.text())
def test_no_text_stops_a_session(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is in a song file, there is a songbook with a song in it."""
    folder = tmp_path_factory.mktemp("songs")
    (folder / "a.toml").write_text(text, encoding="utf-8", errors="surrogatepass")

    assert open_songbook(folder).songs
