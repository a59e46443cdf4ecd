"""The day's tempo goes into a song file, and nothing else in it moves."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given

from countoff.core.tempo import Tempo
from countoff.songs.changing import changed_text
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import song_of
from countoff.songs.writing import song_text
from songs.drawing import written_songs

if TYPE_CHECKING:
    from countoff.core.song import Song

WRITTEN = """\
# Kingdom, as played in Leeds
title = "Kingdom"   # the long one
tempo = 100         # not faster!
notes = "tempo = 100 felt right"

[[section]]
name = "Verse"
bars = 8
  level = -3

[[section]]
name   = "Bridge"
bars   = 8
meter  = "6/8"
tempo  = "dotted quarter = 60"

[[section]]
name = "Out"
bars = 8
meter = "4/4"
tempo = { from = 90, to = "half = 30", over = "last 2 bars" } # rit.
[[section]]
name = "Tag"
bars = 2
tempo = [
    { at = "1.1", tempo = 60 },  # wait
    { at = "2.1", to = 66.5 },
]
"""


def test_only_tempos_change() -> None:
    """Comments, spaces, notes and the order of keys stay; every tempo is scaled, exactly."""
    expected = (
        WRITTEN.replace("tempo = 100  ", "tempo = 105  ")
        .replace("quarter = 60", "quarter = 63")
        .replace("from = 90", "from = 94.5")
        .replace("half = 30", "half = 31.5")
        .replace("tempo = 60 ", "tempo = 63 ")
        .replace("to = 66.5", "to = 69.825")
    )

    assert changed_text(WRITTEN, Tempo(Fraction(105))) == expected


def test_what_is_no_decimal_is_a_fraction_with_a_remark() -> None:
    """Nothing is rounded: 96 at 101 instead of 97 is 9696/97, which is about 99.959."""
    old = 'title = "A"\ntempo = 97\n[[section]]\nname = "B"\nbars = 2\n[[section]]\nname = "C"\n'
    text = changed_text(f"{old}tempo = 96\n", Tempo(Fraction(101)))

    assert text == old.replace("97", "101") + 'tempo = "9696/97" # about 99.959\n'


@pytest.mark.parametrize(
    ("meter", "quarters", "text"),
    [
        ("6/8", "99.75", '"dotted quarter = 66.5"'),
        ("6/8", "97.5", '"dotted quarter = 65"'),
        ("12/8", "100.5", '"dotted quarter = 67"'),
        ("7/8", "100", "100"),
        ("7/8", "99.5", "99.5"),
        ("7/8", "102", '"dotted quarter = 68"'),
        ("6/8", "100", '"dotted quarter = 200/3" # about 66.667'),
    ],
)
def test_what_was_nudged_is_written_as_a_decimal(meter: str, quarters: str, text: str) -> None:
    """In the note that is told: a fraction only where the beat would be another without that note."""
    old = f'title = "A"\nmeter = "{meter}"\ntempo = "dotted quarter = 66"\n'
    new = changed_text(old, Tempo(Fraction(quarters)))

    assert new == f'title = "A"\nmeter = "{meter}"\ntempo = {text}\n'


@given(written_songs())
def test_what_is_read_is_the_song_at_that_tempo(song: Song) -> None:
    """Whatever the song, its changed text is read as the song at that tempo."""
    ratio = Fraction(103, 101)
    tempos = [
        tempo.quarters_per_minute * ratio
        for section in song.sections
        for span in section.tempos
        for tempo in (span.tempo, span.to or span.tempo)
    ]
    assume(not song.is_free and max(tempos) <= 999)
    tempo = Tempo(tempos[0])
    text = changed_text(song_text(song), tempo)
    back, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))

    assert not faults
    assert back == song.at_tempo(tempo)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('title = "A"', "free"),
        ('title = "A"\ntempo = 5', "faults"),
        ("title = A", "TOML"),
        ('title = "A"\ntempo = 500\n[[section]]\nname = "B"\ntempo = 90', "quarter notes a minute"),
    ],
)
def test_what_cannot_be_changed_is_a_sentence(text: str, word: str) -> None:
    """A free song, a faulty file and a tempo out of range are refused; nothing is half changed."""
    with pytest.raises(ValueError, match=word):
        changed_text(text, Tempo(Fraction(6000)))
