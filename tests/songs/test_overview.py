from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from tests.core.drawing import songs

from countoff.core.count_in import NO_COUNT_IN, CountIn
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.songs.overview import as_values, count_in_words, placed_sections


def tempo(number: str) -> Tempo:
    """Return a tempo as it is written."""
    return Tempo(Fraction(number))


SONG = Song(
    "Chart",
    (
        Section("Verse", 4, (TempoSpan(0, tempo("92.5")),), subdivision=Subdivision.EIGHTH),
        Section(
            "Bridge",
            2,
            (TempoSpan(0, tempo("96")), TempoSpan(3360, tempo("96"), tempo("120"))),
            Meter(7, 8),
            (2, 2, 3),
        ),
        Section("Vamp", None, (TempoSpan(0, tempo("400/3")),), Meter(6, 8), beat_ticks=1440),
    ),
    pick_up_ticks=960,
)


def test_sections_have_the_songs_bars_and_their_times() -> None:
    """Bar 1 comes at 0, and each section when all before it has been played."""
    verse, bridge, vamp = as_values(SONG)["sections"]

    assert (verse["first_bar"], verse["last_bar"], verse["start_s"]) == (1, 4, 0.0)
    assert verse["length_s"] == pytest.approx(16 * 60 / 92.5, abs=1e-9)
    assert (bridge["first_bar"], bridge["last_bar"], bridge["start_tick"]) == (5, 6, 15_360)
    assert bridge["start_s"] == verse["length_s"]
    assert (vamp["first_bar"], vamp["last_bar"], vamp["bars"], vamp["length_s"]) == (
        *(7, None, None, None),
    )


def test_tempos_are_as_written_and_exact() -> None:
    """A number to read, a fraction to calculate with, and where it begins in the song's bars."""
    verse, bridge, vamp = as_values(SONG)["sections"]

    assert verse["tempos"] == [{"at": "1.1", "tick": 0, "tempo": 92.5, "tempo_exact": "185/2"}]
    assert bridge["tempos"][1] == {
        "at": "6.1",
        "tick": 15_360 + 3360,
        "tempo": 96.0,
        "tempo_exact": "96/1",
        "to": 120.0,
        "to_exact": "120/1",
        "linear_in": "beats",
    }
    assert vamp["tempos"][0]["tempo_exact"] == "400/3"
    assert (vamp["beat"], vamp["beat_ticks"]) == ("dotted quarter", 1440)


def test_what_comes_before_bar_1_is_told() -> None:
    """Two bars of count-in, of which the pick-up takes the last beat."""
    values = as_values(SONG)

    assert values["pick_up"]["length_s"] == pytest.approx(60 / 92.5, abs=1e-9)
    assert values["count_in"]["length_s"] == pytest.approx(7 * 60 / 92.5, abs=1e-9)
    assert values["count_in"]["bars"] == 2


def test_a_song_that_rolls_on_has_no_length() -> None:
    """And one without tempo has no sections either."""
    assert (as_values(SONG)["bars"], as_values(SONG)["length_s"]) == (None, None)
    free = as_values(free_song("Rubato"))
    assert (free["is_free"], free["sections"], free["bars"]) == (True, [], None)


@settings(deadline=None)
@given(song=songs())
def test_any_song_is_told_without_gaps(song: Song) -> None:
    """Each section begins where the one before ends, in bars, ticks and seconds, and all is JSON."""
    placed = placed_sections(song)

    for one, following in pairwise(placed):
        assert one.last_bar is not None
        assert one.lasts_s is not None
        assert following.first_bar == one.last_bar + 1
        assert following.starts_s == one.starts_s + one.lasts_s
    values = json.loads(json.dumps(as_values(song)))
    lengths = [section["length_s"] for section in values["sections"]]
    if values["length_s"] is not None:
        assert sum(lengths) == pytest.approx(values["length_s"], abs=1e-6)
        assert values["bars"] == sum(section.bars or 0 for section in song.sections)


@pytest.mark.parametrize(
    ("count_in", "words"),
    [
        (CountIn(), "2 bars"),
        (CountIn(1), "1 bar"),
        (CountIn(0, 4), "4 beats"),
        (CountIn(0, 0, tuple("1.2.1234")), "1 . 2 . 1 2 3 4"),
        (CountIn(2, rest_beats=1), "2 bars, last beat silent"),
        (CountIn(2, rest_beats=2, is_half_time=True), "2 bars, half time, last 2 beats silent"),
        (CountIn(1, meter=Meter(4, 4)), "1 bar of 4/4"),
        (NO_COUNT_IN, "none"),
    ],
)
def test_a_count_in_in_words(count_in: CountIn, words: str) -> None:
    """As one would say it."""
    assert count_in_words(count_in) == words


def test_a_ramp_says_along_what_it_is_straight() -> None:
    """Linear in time is said as such."""
    spans = (TempoSpan(0, tempo("96"), tempo("70"), LinearIn.TIME),)
    song = Song("Rit", (Section("End", 4, spans),))

    assert as_values(song)["sections"][0]["tempos"][0]["linear_in"] == "time"
