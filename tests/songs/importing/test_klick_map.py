"""What a klick tempo map means, line by line, and what is said of one that means nothing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.count_in import TWO_BARS
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.songs.importing.klick_map import read_klick_map, song_of_klick_map
from countoff.songs.importing.refusing import ImportRefusedError

if TYPE_CHECKING:
    from countoff.core.song import Song

PATH = Path("/maps/night_drive.map")


def song_of(text: str) -> Song:
    """Import a map given as text."""
    return song_of_klick_map(text.encode(), PATH)[0]


def remarks_of(text: str) -> tuple[str, ...]:
    """Return what is said of a map that is imported."""
    return song_of_klick_map(text.encode(), PATH)[1]


def faults_of(data: str | bytes) -> list[str]:
    """Return the sentences that refuse a map."""
    with pytest.raises(ImportRefusedError) as refused:
        song_of_klick_map(data.encode() if isinstance(data, str) else data, PATH)
    return str(refused.value).splitlines()


def steady(quarters_per_minute: str) -> tuple[TempoSpan, ...]:
    """Return the spans of a section of one tempo."""
    return (TempoSpan(0, Tempo(Fraction(quarters_per_minute))),)


def test_a_line_is_a_section() -> None:
    """Label, bars, meter, tempo, pattern and volume each have their place; 4/4 goes without saying."""
    song = song_of("verse-1: 16 92.5\nbridge: 8 7/8 113.7 X..x.x. 0.5  # quieter\n")
    verse, bridge = song.sections
    assert (verse.name, verse.bars, verse.meter) == ("verse-1", 16, Meter(4, 4))
    assert verse.tempos == steady("92.5")
    assert (verse.pattern, verse.grouping, verse.level_db, verse.has_click) == ("", (), 0, True)
    assert (bridge.name, bridge.bars, bridge.meter) == ("bridge", 8, Meter(7, 8))
    assert bridge.tempos == steady("113.7")
    assert (bridge.pattern, bridge.level_db) == ("X..x.x.", pytest.approx(-6.02))


def test_the_beat_of_the_tempo_is_the_quarter_in_every_meter() -> None:
    """120 in 6/8 is 120 quarter notes a minute, and a bar of it takes a second and a half."""
    song = song_of("1 6/8 120")
    assert song.whole_tempo_map.seconds_at_tick(2880) == Fraction(3, 2)


def test_a_ramp_lasts_for_the_whole_line() -> None:
    """Two tempos with a dash are a ramp, linear in beats; two equal ones are none."""
    song = song_of("4 96-70\n2 100-100")
    ramp, flat = song.sections
    assert ramp.tempos == (
        TempoSpan(0, Tempo(Fraction(96)), Tempo(Fraction(70)), LinearIn.BEATS),
    )  # fmt: skip
    assert flat.tempos == steady("100")


def test_a_list_has_a_tempo_for_each_beat() -> None:
    """Each beat of the meter has the tempo at its place; equal neighbours are one."""
    (section,) = song_of("2 3/8 100,101.5,101.5,99,99,98").sections
    tempos = [(span.start_tick, str(span.tempo)) for span in section.tempos]
    assert tempos == [(0, "100"), (480, "101.5"), (1440, "99"), (2400, "98")]


def test_a_line_without_a_label_goes_on_with_the_one_before() -> None:
    """It is numbered after its label; without any label before, sections are numbered."""
    song = song_of("4 120\n4 110\nverse: 8 120\n4 120-140\n2 140\nchorus: 8 140\n")
    names = [section.name for section in song.sections]
    assert names == ["Section 1", "Section 2", "verse", "verse (2)", "verse (3)", "chorus"]


def test_no_two_sections_have_the_same_name() -> None:
    """Labels that come again are numbered, as a song file's passes are; one line needs no name."""
    song = song_of("verse: 8 120\n4 100\nchorus: 8 120\nverse: 8 120\nverse-1: 4 120\n")
    names = [section.name for section in song.sections]
    assert names == ["verse 1", "verse 1 (2)", "chorus", "verse 2", "verse-1"]
    assert song_of("8 120").sections[0].name == ""


def test_volume_is_a_factor_and_a_level_is_in_decibels() -> None:
    """Half is 6 dB down, nothing at all is no click, and what is too loud is said."""
    song = song_of("1 120 0.5\n1 120 0\n1 120 4.\n1 120 .001")
    assert [section.has_click for section in song.sections] == [True, False, True, True]
    assert [section.level_db for section in song.sections] == [
        pytest.approx(-6.02), 0, 6, -40
    ]  # fmt: skip
    _, loud, soft = remarks_of("1 120 0.5\n1 120 0\n1 120 4.\n1 120 .001")
    assert loud.startswith("Line 3: a volume of 4 is +12.04 dB;")
    assert soft.startswith("Line 4: a volume of 0.001 is -60 dB;")


def test_a_ramp_to_nothing_is_steady_as_klick_plays_it() -> None:
    """A second tempo of 0 is none to klick; nor is it here, and that is said."""
    assert song_of("2 90-0").sections[0].tempos == steady("90")
    assert 'klick plays the ramp "90-0" as a steady 90' in remarks_of("2 90-0")[1]


def test_what_the_format_cannot_hold_is_assumed_and_said() -> None:
    """The title is the file's name, and two bars are counted in."""
    song = song_of("4 120")
    assert (song.title, song.count_in) == ("night drive", TWO_BARS)
    (remark,) = remarks_of("4 120")
    assert 'the song is called "night drive" and has a count-in of two bars.' in remark


@pytest.mark.parametrize(
    "text",
    [
        "# all of it\n\n   \t\n\t verse:\t4 \t 3/4   100 \t# waltz",
        "verse:4 3/4 100#waltz",
        "verse: 4 3/4 100\r\n# from another system\r\n",
        "\ufeffverse: 04 3/4 100.",
    ],
)
def test_blanks_comments_and_line_ends_do_not_matter(text: str) -> None:
    """Blank lines, comments, tabs and carriage returns change nothing."""
    (section,) = song_of(text).sections
    assert (section.name, section.bars, section.meter) == ("verse", 4, Meter(3, 4))
    assert section.tempos == steady("100")


def test_all_bad_lines_are_refused_at_once_each_with_its_number() -> None:
    """Nobody corrects a map line by line."""
    faults = faults_of("4 120\nverse 8 120\n4 4/5 120\n\n4 120 Xx\n4 1200\n4 120 2 X...")
    assert [fault.split(":")[0] for fault in faults] == [
        f"{PATH}, line {number}" for number in (2, 3, 5, 6, 7)
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("verse 8 120", 'A line begins with its number of bars, 1 to 9999; found "verse".'),
        ("0 120", '1 to 9999; found "0".'),
        ("12345 120", '1 to 9999; found "12345".'),
        ("-1 120", 'found "-1".'),
        ("8", "There is no tempo; a line is [label:] bars [meter] tempo."),
        ("verse:", 'A line begins with its number of bars, 1 to 9999; found "".'),
        ("my verse: 8 120", 'The label "my verse" is not allowed'),
        ("réfrain: 8 120", 'The label "réfrain" is not allowed; a label is letters, digits, _ and'),
        (": 8 120", 'The label "" is not allowed'),
        ("verse : 8 120", 'The label "verse" is not allowed'),
        ("8 4/3 120", "The lower number of a meter is one of 1, 2, 4, 8, 16, 32; found 4/3."),
        ("8 0/4 120", "A bar has 1 to 32 beats; found 0 in 0/4."),
        ("8 99/4 120", "A bar has 1 to 32 beats; found 99 in 99/4."),
        ("8 1000000004/4 120", 'A meter is written like 7/8; found "1000000004/4".'),
        ("8 fast", 'found "fast".'),
        ("8 120-", 'found "120-".'),
        ("8 120,", 'found "120,".'),
        ("8 0", "A tempo of 0 quarter notes a minute is not allowed; a tempo is 10 to 999."),
        ("8 96-1000", "A tempo of 1000 quarter notes a minute is not allowed"),
        ("1 3/4 96,97", "one for each beat: 1 x 3/4 is 3; found 2."),
        ("8 120 X..", 'The pattern "X.." is 3 long; a bar of 4/4 has 4 beats, a letter each.'),
        ("8 120 Xoxo", '"Xoxo" is neither a pattern of X, x and . nor a volume'),
        ("8 120 0.5 X...", '"X..." is neither a pattern'),
        ("8 120 X... 0.5 loud", '"loud" is neither a pattern'),
    ],
)  # fmt: skip
def test_a_bad_line_gets_a_sentence(line: str, said: str) -> None:
    """It names what was found and what is allowed, and quotes the line."""
    (fault,) = faults_of(line)
    assert said in fault
    assert fault.endswith(f'The line is "{line}".')


def test_a_map_without_lines_is_refused() -> None:
    """An empty file is no song; neither is one of comments alone."""
    for text in ("", "\n\n", "# later\n"):
        assert faults_of(text) == [
            f"{PATH}: This klick map has no line with bars and a tempo."
        ]  # fmt: skip


def test_a_map_of_too_many_lines_is_refused() -> None:
    """It is said how many sections a song has at most."""
    assert faults_of("1 120\n" * 501) == [f"{PATH}: It has 501 sections; a song has at most 500."]


def test_a_file_is_read_from_the_disk(tmp_path: Path) -> None:
    """The path names the song; other encodings than UTF-8 are no reason to refuse a comment."""
    path = tmp_path / "Side_B.map"
    path.write_bytes("4 120 # für später".encode("latin-1"))
    assert read_klick_map(path)[0].title == "Side B"


_words = st.sampled_from(
    ("verse:", "4", "0", "7/8", "4/0", "120", "96-70", "1,2", "X.x.", ".", "0.5", "#", "é", ":")
)
_texts = st.lists(st.lists(_words, max_size=7).map(" ".join), max_size=6).map("\n".join)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode),
                 _texts.map(str.encode)))  # fmt: skip
@settings(deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    """Any file is a song or is refused with at least one sentence."""
    try:
        song, remarks = song_of_klick_map(data, PATH)
    except ImportRefusedError as refused:
        sentences = [problem.sentence for problem in refused.problems]
    else:
        sentences = [*remarks]
        assert song.sections
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)
