from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from rich.console import Console
from tests.core.drawing import songs

from countoff.core.count_in import CountIn
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.songs.showing import minutes, print_song

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def page(song: Song, width: int = 80) -> str:
    """Return what is printed on a page of that width."""
    text = io.StringIO()
    print_song(song, Console(file=text, width=width, highlight=False))
    return text.getvalue()


def row(printed: str, first: str) -> str:
    """Return the line that begins so, its words one space apart."""
    line = next(line for line in printed.splitlines() if line.startswith(first))
    return " ".join(line.split())


def section(name: str, bars: int | None, *spans: TempoSpan, meter: Meter = Meter(4, 4)) -> Section:  # noqa: B008 - a value
    """Return a section with these tempos."""
    return Section(name, bars, spans, meter)


def at(number: str, to: str | None = None, tick: int = 0) -> TempoSpan:
    """Return a tempo, or a ramp."""
    return TempoSpan(tick, Tempo(Fraction(number)), None if to is None else Tempo(Fraction(to)))


SONG = Song(
    "Long Way Down",
    (
        section("Verse", 16, at("92.5")),
        replace(section("Bridge", 8, at("96"), meter=Meter(7, 8)), grouping=(2, 2, 3)),
        section("Outro", 4, at("96", "70")),
    ),
    artist="The Example Band",
    key="E minor",
    notes="Capo on 2.",
)


def test_a_row_a_section() -> None:
    """Name, bars from and to, how many, meter with its groups, tempo, when, and how long."""
    printed = page(SONG)

    assert row(printed, "Verse") == f"Verse 1{DASH}16 16 4/4 92.5 0:00.000 0:41.514"
    assert row(printed, "Bridge") == f"Bridge 17{DASH}24 8 7/8 2+2+3 96 0:41.514 0:17.500"
    assert row(printed, "Outro") == f"Outro 25{DASH}28 4 4/4 96 → 70 0:59.014 0:11.662"
    assert row(printed, "28 bars").startswith("28 bars, 1:10.676 from bar 1;")
    for words in ("Long Way Down", "The Example Band · E minor", "Capo on 2.", "count-in 2 bars"):
        assert words in printed


def test_the_click_is_shown_only_where_it_is_not_as_usual() -> None:
    """No column where there is nothing to say; else subdivision, pattern, level, or off."""
    first, *rest = SONG.sections
    patterned = replace(first, pattern="X.x.", subdivision=Subdivision.SIXTEENTH, level_db=-6.0)
    silent = replace(rest[0], has_click=False)

    assert "CLICK" not in page(SONG)
    printed = page(replace(SONG, sections=(patterned, silent, rest[1])), 100)
    assert "CLICK" in printed
    assert f"X.x. 16th {MINUS}6 dB" in printed
    assert "off" in row(printed, "Bridge").split()


def test_tempos_within_a_section_have_their_places() -> None:
    """A few are listed with bar and beat, many are counted."""
    few = section("Solo", 4, at("96"), at("96", "104", 2 * 3840 + 960))
    many = section("Live", 8, *(at(str(90 + bar), tick=bar * 3840) for bar in range(8)))

    printed = page(Song("Song", (few, many)))

    assert "3.2: 96 → 104" in printed
    assert "and 7 changes" in printed


def test_a_named_beat_is_shown_as_it_clicks() -> None:
    """The tempo of a dotted quarter is that of dotted quarters; a straight line in time is said."""
    six = replace(section("Six", 4, at("99"), meter=Meter(6, 8)), beat_ticks=1440, grouping=(3, 3))
    slow = section("Rit", 2, TempoSpan(0, Tempo(Fraction(96)), Tempo(Fraction(70)), LinearIn.TIME))

    printed = page(Song("Song", (six, slow)))

    assert "\N{QUARTER NOTE}. = 66 " in printed
    assert "96 → 70 in time" in printed


def test_a_song_that_rolls_on_says_so() -> None:
    """In its row and at the end."""
    printed = page(steady_song("Vamp", Tempo(Fraction(120))))

    assert "rolls on" in printed
    assert "Rolls until stopped." in printed


def test_a_free_song_has_no_table() -> None:
    """One sentence."""
    printed = page(free_song("Rubato"))

    assert "SECTION" not in printed
    assert "takes and flags" in printed


def test_a_free_song_keeps_its_artist_in_sight() -> None:
    """In a pipe, which is as wide as it likes, the heading is no wider than a page."""
    printed = page(replace(free_song("Paper Lanterns"), artist="The Ferries"), width=240)

    assert printed.splitlines()[0] == "Paper Lanterns" + " " * 55 + "The Ferries"


@pytest.mark.parametrize(
    ("pick_up_ticks", "words"),
    [(960, "pick-up 1 beat"), (1920, "pick-up 2 beats"), (1440, "pick-up dotted quarter"),
     (2400, "pick-up 5 8ths"), (320, "pick-up 320 ticks")],
)  # fmt: skip
def test_a_pick_up_in_words(pick_up_ticks: int, words: str) -> None:
    """In beats where it is whole ones, else in notes."""
    assert words in page(replace(SONG, pick_up_ticks=pick_up_ticks, count_in=CountIn(1)))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (Fraction(0), "0:00.000"),
        (Fraction("59.9996"), "1:00.000"),
        (Fraction("3725.25"), "1:02:05.250"),
        (Fraction("-5.1891"), f"{MINUS}0:05.189"),
    ],
)
def test_times_are_rounded_once(seconds: Fraction, words: str) -> None:
    """To the millisecond, and carried."""
    assert minutes(seconds) == words


@settings(deadline=None, max_examples=60)
@given(song=songs())
def test_any_song_fits_on_80_columns(song: Song) -> None:
    """Whatever is in it: no line is longer, and no number is cut."""
    printed = page(song)

    assert all(len(line) <= 80 for line in printed.splitlines())
    assert "…" not in printed


def test_names_are_text_and_nothing_else() -> None:
    """Neither markup nor a terminal's control codes in a name are obeyed."""
    song = replace(SONG, title="[red]Night\x1b[31m", sections=SONG.sections[:2])

    printed = page(song)

    assert "[red]Night" in printed
    assert "\x1b" not in printed
