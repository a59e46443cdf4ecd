"""What is written is read as the same song, and looks as a musician would write it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from countoff.core.count_in import CountIn
from countoff.core.section import Section
from countoff.core.song import BUILT_IN_SONG, Song, free_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import song_of
from countoff.songs.writing import song_text
from songs.drawing import written_songs

if TYPE_CHECKING:
    from countoff.config.fitting import Misfit


def read(text: str) -> tuple[Song | None, list[Misfit]]:
    """Read the text of a song file."""
    return song_of(tomllib.loads(text, parse_float=exact_decimal))


@given(written_songs())
def test_any_song_is_read_as_it_was_written(song: Song) -> None:
    """Every section, tempo, meter, count-in and word of a song comes back exactly."""
    text = song_text(song)

    assert read(text) == (song, []), text


@given(written_songs())
def test_a_song_at_another_tempo_is_read_as_it_was_written(song: Song) -> None:
    """Tempos that no decimal number can say come back exactly too."""
    faster = song.scaled(Fraction(101, 97))
    back, faults = read(song_text(faster))

    # What is out of the range a file allows is the only thing that may be refused.
    assert back == faster or all("quarter notes a minute" in fault.sentence for fault in faults)


def test_what_holds_on_is_not_said_again() -> None:
    """Tempo, meter and grouping stand where they change, as in a score."""
    odd = {"meter": Meter(7, 8), "grouping": (2, 2, 3)}
    steady, faster = (TempoSpan(0, Tempo(Fraction(number))) for number in (Fraction("92.5"), 96))
    song = Song(
        "Long Way Down",
        (
            Section("Intro", 4, (steady,)),
            Section("Verse", 16, (steady,)),
            Section("Bridge", 8, (faster,), **odd),
            Section("Out", 4, (TempoSpan(0, faster.tempo, Tempo(Fraction(70))),), level_db=-6.0),
            Section("Tag", None, (TempoSpan(0, Tempo(Fraction(70))),), **odd),
        ),
        CountIn(1),
    )

    assert song_text(song) == (
        'title = "Long Way Down"\ntempo = 92.5\nmeter = "4/4"\ncount_in = "1 bar"\n\n'
        '[[section]]\nname = "Intro"\nbars = 4\n\n'
        '[[section]]\nname = "Verse"\nbars = 16\n\n'
        '[[section]]\nname = "Bridge"\nbars = 8\nmeter = "7/8"\ngrouping = "2+2+3"\ntempo = 96\n\n'
        '[[section]]\nname = "Out"\nbars = 4\nmeter = "4/4"\ntempo = { from = 96, to = 70 }\n'
        "level = -6\n\n"
        '[[section]]\nname = "Tag"\nmeter = "7/8"\n'
    )


def test_a_song_of_one_nameless_section_has_no_section() -> None:
    """What can be said above is: title, tempo, meter, and nothing else."""
    assert song_text(BUILT_IN_SONG) == 'title = "Click 120"\ntempo = 120\nmeter = "4/4"\n'


def test_a_free_song_is_its_title_and_remarks() -> None:
    """Nothing that needs a tempo is written for a song that has none."""
    assert song_text(replace(free_song("Rubato"), key="D")) == 'title = "Rubato"\nkey = "D"\n'


def test_a_beat_without_a_name_is_refused() -> None:
    """A section that clicks a note no file could name is a sentence, not a wrong file."""
    odd = Section("", None, (TempoSpan(0, Tempo(Fraction(60))),), Meter(5, 4), beat_ticks=2400)
    with pytest.raises(ValueError, match="2400 ticks"):
        song_text(Song("Odd", (odd,)))
