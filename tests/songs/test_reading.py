"""Songs are read exactly as written; what holds on holds on; every default is a musician's."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.count_in import NO_COUNT_IN, TWO_BARS, CountIn
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import read_song, song_of

if TYPE_CHECKING:
    from pathlib import Path


def song(text: str) -> Song:
    """Return the song of a text that must be right."""
    read, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))
    assert not faults, faults[0].sentence
    assert read is not None
    return read


def sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a song at 120 that consists of them."""
    return song(f'title = "A"\ntempo = 120\n{text}').sections


def section(text: str) -> Section:
    """Return the one section of a song at 120 whose `[[section]]` has these lines."""
    (only,) = sections(f"[[section]]\n{text}")
    return only


def tempo(number: object) -> Tempo:
    """Return a tempo in quarters a minute."""
    return Tempo(Fraction(str(number)))


def test_title_and_tempo_are_enough(tmp_path: Path) -> None:
    """All else has a default: 4/4, two bars of count-in, no end, beats only."""
    path = tmp_path / "a.toml"
    path.write_text('title = "A"\ntempo = 120\n')

    assert read_song(path) == (steady_song("A", tempo(120)), [])


def test_every_key_reaches_the_song() -> None:
    """What stands above the sections is the song's, and where it must be the sections' too."""
    read = song(
        'title = "Kingdom"\nartist = "Ines"\nkey = "D"\nnotes = "Brushes.\\nLouder."\ntempo = 113.7\n'
        'meter = "7/8"\ngrouping = "2+2+3"\ncount_in = "1 bar"\nbars = 96\nclick = false\n'
        'subdivision = "triplet"\npick_up = "1 beat"\n'
    )

    assert read == Song(
        "Kingdom",
        (
            Section(
                "",
                96,
                (TempoSpan(0, tempo("113.7")),),
                Meter(7, 8),
                (2, 2, 3),
                subdivision=Subdivision.TRIPLET,
                has_click=False,
            ),
        ),
        CountIn(1),
        480,
        "Ines",
        "D",
        "Brushes.\nLouder.",
    )


def test_a_song_without_tempo_is_free() -> None:
    """Title and remarks, and what only says that nothing clicks, are all it may have."""
    read = song('title = "A"\nkey = "D"\nclick = false\ncount_in = "none"\n')

    assert read == replace(free_song("A"), key="D")


@given(st.decimals(min_value=10, max_value=999, places=6))
def test_a_tempo_is_exact(number: object) -> None:
    """Whatever decimals stand in the file, the tempo is that rational and no float near it."""
    assert song(f'title = "A"\ntempo = {number}\n').tempo == tempo(number)


@pytest.mark.parametrize(
    ("written", "quarters_per_minute"),
    [
        ("120", 120),
        ('"1000000/8333"', Fraction(1000000, 8333)),
        ('"quarter = 92.5"', Fraction(185, 2)),
        ('"8th = 184"', 92),
        ('"eighth=184"', 92),
        ('"dotted quarter = 66"', 99),
        ('"Dotted  Eighth = 100"', 75),
        ('"half = 60"', 120),
        ('"16th = 480"', 120),
        ('"sixteenth = 480"', 120),
        ('"32nd = 960"', 120),
        ('"dotted half = 200/3"', 200),
        ('"whole = 30"', 120),
    ],
)
def test_a_named_beat_is_converted_exactly(
    written: str, quarters_per_minute: Fraction | int
) -> None:
    """Whatever note is counted, the tempo is in quarters a minute, exactly."""
    read = song(f'title = "A"\ntempo = {written}\n')

    assert read.tempo.quarters_per_minute == quarters_per_minute


@pytest.mark.parametrize(
    ("meter", "written", "beat_ticks"),
    [
        ("6/8", '"dotted quarter = 66"', 1440),
        ("6/8", '"8th = 180"', 0),
        ("6/8", "90", 0),
        ("12/8", '"dotted half = 40"', 2880),
        ("6/8", '"quarter = 90"', 0),
        ("12/8", '"half = 60"', 0),
        ("4/4", '"half = 60"', 1920),
        ("4/4", '"quarter = 120"', 0),
        ("4/4", '"8th = 240"', 0),
        ("5/4", '"half = 60"', 0),
        ("3/4", '"dotted half = 50"', 2880),
    ],
)
def test_a_longer_note_that_fits_the_bar_is_clicked(
    meter: str, written: str, beat_ticks: int
) -> None:
    """The named note is the beat where it is longer than the meter's own and divides the bar."""
    read = song(f'title = "A"\ntempo = {written}\nmeter = "{meter}"\n')

    assert read.sections[0].beat_ticks == beat_ticks


@pytest.mark.parametrize(
    ("meter", "written", "grouping", "beat_ticks"),
    [
        ("6/8", "dotted quarter = 66", "2+2+2", 0),
        ("6/8", "dotted quarter = 66", "3+3", 1440),
        ("6/8", "dotted half = 33", "3+3", 2880),
        ("6/8", "dotted half = 33", "2+2+2", 2880),
        ("12/8", "dotted quarter = 66", "3+3+2+2+2", 0),
        ("4/4", "half = 60", "1+3", 0),
        ("4/4", "half = 60", "2+1+1", 1920),
        ("8/8", "quarter = 120", "3+3+2", 0),
        ("8/8", "quarter = 120", "2+4+2", 960),
    ],
)
def test_groups_that_go_against_the_named_note_are_the_rhythm(
    meter: str, written: str, grouping: str, beat_ticks: int
) -> None:
    """Three against two would be clicked at once: whoever writes the groups means the groups."""
    read = song(f'title = "A"\ntempo = "{written}"\nmeter = "{meter}"\ngrouping = "{grouping}"\n')
    (section,) = read.sections

    assert section.beat_ticks == beat_ticks
    assert section.grouping == tuple(int(group) for group in grouping.split("+"))


def test_a_hemiola_goes_at_the_speed_of_the_song_and_back() -> None:
    """A bridge in 2+2+2 clicks these at the same eighths; the section after it is in two again."""
    read = song(
        'title = "A"\ntempo = "dotted quarter = 60"\nmeter = "6/8"\n'
        '[[section]]\nname = "A"\nbars = 1\n'
        '[[section]]\nname = "B"\nbars = 1\ngrouping = "2+2+2"\n'
        '[[section]]\nname = "C"\nbars = 1\ngrouping = "3+3"\n'
    )

    assert [each.beat_ticks for each in read.sections] == [1440, 0, 1440]
    assert {each.tempo for each in read.sections} == {tempo(90)}
    clicks = read.sections[1].clicks_in_bar(Fraction(90))
    assert [(tick, voice.name) for tick, voice in clicks] == [
        (0, "ACCENT"),
        (480, "BEAT"),
        (960, "GROUP"),
        (1440, "BEAT"),
        (1920, "GROUP"),
        (2400, "BEAT"),
    ]


def test_tempo_meter_and_grouping_hold_on() -> None:
    """As in a score: until they change; a grouping comes back with its meter."""
    read = sections(
        '[[section]]\nname = "A"\nbars = 1\n'
        '[[section]]\nname = "B"\nbars = 1\nmeter = "7/8"\ngrouping = "2+2+3"\ntempo = 96\n'
        '[[section]]\nname = "C"\nbars = 1\n'
        '[[section]]\nname = "D"\nbars = 1\nmeter = "4/4"\ntempo = { to = 70 }\n'
        '[[section]]\nname = "E"\nbars = 1\nmeter = "7/8"\n'
        '[[section]]\nname = "F"\nmeter = "6/8"\n'
    )

    assert [str(each.meter) for each in read] == ["4/4", "7/8", "7/8", "4/4", "7/8", "6/8"]
    assert [each.grouping for each in read] == [(), (2, 2, 3), (2, 2, 3), (), (2, 2, 3), (3, 3)]
    assert [each.tempo for each in read] == [tempo(n) for n in (120, 96, 96, 96, 70, 70)]


def test_a_counted_note_holds_on_with_its_tempo() -> None:
    """In two is in two until another tempo is written; where it does not fit, the meter's own clicks."""
    read = song(
        'title = "A"\ntempo = "dotted quarter = 60"\nmeter = "6/8"\n'
        '[[section]]\nname = "A"\nbars = 1\n'
        '[[section]]\nname = "B"\nbars = 1\nmeter = "4/4"\n'
        '[[section]]\nname = "C"\nbars = 1\nmeter = "6/8"\n'
        '[[section]]\nname = "D"\nbars = 1\ntempo = 90\n'
    )

    assert [each.beat_ticks for each in read.sections] == [1440, 0, 1440, 0]
    assert {each.tempo for each in read.sections} == {tempo(90)}


def test_click_and_subdivision_default_to_the_songs() -> None:
    """Level and pattern are the section's alone."""
    read = song(
        'title = "A"\ntempo = 120\nclick = false\nsubdivision = "16th"\n'
        '[[section]]\nname = "A"\nbars = 1\nlevel = -2.5\npattern = "X . x ."\n'
        '[[section]]\nname = "B"\nclick = true\nsubdivision = "auto"\n'
    )

    assert [each.has_click for each in read.sections] == [False, True]
    assert [each.subdivision.name for each in read.sections] == ["SIXTEENTH", "AUTO"]
    assert [each.level_db for each in read.sections] == [-2.5, 0.0]
    assert [each.pattern for each in read.sections] == ["X.x.", ""]


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("{ from = 96, to = 70 }", (TempoSpan(0, tempo(96), tempo(70)),)),
        ("{ to = 70 }", (TempoSpan(0, tempo(120), tempo(70)),)),
        (
            '{ to = "8th = 140", linear_in = "time" }',
            (TempoSpan(0, tempo(120), tempo(70), LinearIn.TIME),),
        ),
        (
            "{ to = 70, over = 2 }",
            (TempoSpan(0, tempo(120), tempo(70)), TempoSpan(7680, tempo(70))),
        ),
        (
            '{ to = 70, over = "first 2 bars" }',
            (TempoSpan(0, tempo(120), tempo(70)), TempoSpan(7680, tempo(70))),
        ),
        (
            '{ to = 70, over = "last 1 bar" }',
            (TempoSpan(0, tempo(120)), TempoSpan(11520, tempo(120), tempo(70))),
        ),
        ('{ to = 70, over = "last 4 bars" }', (TempoSpan(0, tempo(120), tempo(70)),)),
        ("{ to = 70, over = 4 }", (TempoSpan(0, tempo(120), tempo(70)),)),
        (
            '[{ at = "1.1", tempo = 96 }, { at = "2.3", tempo = 92 }, { at = "3.1.480", to = 80 }]',
            (
                TempoSpan(0, tempo(96)),
                TempoSpan(5760, tempo(92)),
                TempoSpan(8160, tempo(92), tempo(80)),
            ),
        ),
        (
            '[{ at = "2", to = 96 }, { at = "4.1", to = 90, linear_in = "time" }]',
            (
                TempoSpan(0, tempo(120)),
                TempoSpan(3840, tempo(120), tempo(96)),
                TempoSpan(11520, tempo(96), tempo(90), LinearIn.TIME),
            ),
        ),
    ],
)
def test_ramps_and_changes(written: str, spans: tuple[TempoSpan, ...]) -> None:
    """Over the whole section or its first or last bars, and anywhere within it."""
    assert section(f"bars = 4\ntempo = {written}").tempos == spans


def test_the_last_section_may_roll() -> None:
    """Also with a ramp over its first bars."""
    read = section("tempo = { to = 60, over = 2 }")

    assert read.bars is None
    assert [span.start_tick for span in read.tempos] == [0, 7680]


def test_a_form_is_played_in_its_order() -> None:
    """Sections come as often as they are named; those that come more than once are numbered."""
    read = song(
        'title = "A"\ntempo = 120\nform = ["Verse", "Chorus", "Verse", "Chorus x2", "Out"]\n'
        '[[section]]\nname = "Out"\n[[section]]\nname = "Verse"\nbars = 2\n'
        '[[section]]\nname = "Never"\nbars = 2\n'
        '[[section]]\nname = "Chorus"\nbars = 3\nrepeat = 2\n'
    )

    assert [(each.name, each.bars) for each in read.sections] == [
        ("Verse 1", 2), ("Chorus 1", 3), ("Chorus 2", 3), ("Verse 2", 2),
        *((f"Chorus {number}", 3) for number in range(3, 7)), ("Out", None),
    ]  # fmt: skip
    assert read.first_bars == (1, 3, 6, 9, 11, 14, 17, 20, 23)


def test_what_holds_on_is_what_is_written_before_not_played_before() -> None:
    """A section is the same wherever the form plays it."""
    read = song(
        'title = "A"\ntempo = 120\nform = ["B", "A", "B"]\n'
        '[[section]]\nname = "A"\nbars = 1\ntempo = 90\n[[section]]\nname = "B"\nbars = 1\n'
    )

    assert {each.tempo for each in read.sections} == {tempo(90)}


@pytest.mark.parametrize(
    ("written", "played"),
    [
        (["A", "B", "A"], ["A 1", "B", "A 2"]),
        (["A", "A", "A 2"], ["A (1)", "A (2)", "A 2"]),
        (["A", "A", "A 1", "A (2)"], ["A, pass 1", "A, pass 2", "A 1", "A (2)"]),
        (["x" * 80, "x" * 80], [f"{'x' * 78} 1", f"{'x' * 78} 2"]),
    ],
)
def test_passes_get_names_that_nobody_else_has(written: list[str], played: list[str]) -> None:
    """A number behind the name; in brackets where another section is called so."""
    read = sections("".join(f'[[section]]\nname = "{name}"\nbars = 1\n' for name in written))

    assert [each.name for each in read] == played


@given(
    st.lists(st.sampled_from(["A", "A 1", "A (1)", "A, pass 1", "A 2", "A -1", "B"]), max_size=12)
)
def test_no_two_passes_have_one_name(written: list[str]) -> None:
    """Whatever the sections are called, a flag names one of them."""
    read = sections(
        "".join(f'[[section]]\nname = "{name}"\nbars = 1\n' for name in ["A", *written])
    )

    assert len({each.name for each in read}) == len(read)


@pytest.mark.parametrize(
    ("written", "count_in"),
    [
        ("2", TWO_BARS),
        ("0", NO_COUNT_IN),
        ('"none"', NO_COUNT_IN),
        ('"1 bar"', CountIn(1)),
        ('"3 bars"', CountIn(3)),
        ('"4 beats"', CountIn(0, 4)),
        ('"1 . 2 . 1 2 3 4"', CountIn(0, 0, ("1", ".", "2", ".", "1", "2", "3", "4"))),
        ("{ beats = 6, rest = 1 }", CountIn(0, 6, rest_beats=1)),
        ('{ bars = 1, meter = "3/4", half_time = true }', CountIn(1, 0, (), 0, Meter(3, 4), True)),
        ("{ rest = 2 }", CountIn(2, rest_beats=2)),
        ('{ words = "1 2" }', CountIn(0, 0, ("1", "2"))),
    ],
)
def test_count_ins(written: str, count_in: CountIn) -> None:
    """Bars, beats, words or none; with rests, in another meter, at half time."""
    assert song(f'title = "A"\ntempo = 120\ncount_in = {written}\n').count_in == count_in


@pytest.mark.parametrize(
    ("meter", "written", "ticks"),
    [
        ("4/4", '"1 beat"', 960),
        ("4/4", '"2 beats"', 1920),
        ("4/4", "1", 960),
        ("4/4", "0.5", 480),
        ("4/4", '"3 8ths"', 1440),
        ("4/4", '"dotted quarter"', 1440),
        ("4/4", '"an 8th"', None),
        ("4/4", '"8th"', 480),
        ("4/4", '"2 quarters"', 1920),
        ("4/4", '"1/3 beats"', 320),
        ("6/8", '"2 beats"', 960),
        ("6/4", '"2 halves"', 3840),
        ("4/4", "0", 0),
        ("4/4", "4", None),
        ("4/4", '"1/7 beat"', None),
    ],
)
def test_pick_ups(meter: str, written: str, ticks: int | None) -> None:
    """Beats of the meter or named notes, whole ticks, less than a bar."""
    text = f'title = "A"\ntempo = 120\nmeter = "{meter}"\npick_up = {written}\n'
    read, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))

    assert (None if read is None else read.pick_up_ticks) == ticks
    assert len(faults) == (ticks is None)


def test_grouping_six_is_no_groups() -> None:
    """Who wants a 6/8 without its threes says so."""
    assert section('meter = "6/8"\ngrouping = "6"').grouping == ()
    assert section('meter = "6/8"').grouping == (3, 3)
