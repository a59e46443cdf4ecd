"""A wrong song file says everything that is wrong with it at once, and never raises."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.plan import score
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import read_song, song_of
from countoff.songs.writing import song_text
from songs.drawing import written_songs
from songs.test_examples import PATHS

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.song import Song

EXAMPLES = [path.read_text() for path in PATHS]

NASTY = """\
titel = "Wrong"
artist = 7
tempo = "8ht = 184"
metre = "4/4"
meter = "5/3"
count_in = "2 brs"
subdivision = "8ths"
click = "true"
pick_up = "3 sixtenths"
bars = 5
form = ["Verse", "Bridge", "Vers", "Outro x200"]

[[section]]
name = "Verse"

[[section]]
name = "Bridge"
bars = 8
meter = "7/8"
grouping = "2+2+2"
tempo = { to = 2000, form = 3, linear_in = "times" }
level = 7
volume = 3
count_in = 2

[[section]]
name = "Outro"
bar = 4
meter = "4/4"
repeat = 0
pattern = "X-x-"
tempo = [{ at = "1.1", tempo = 96 }, { tempo = 96 }, { at = 3.2, tempo = "x", to = 3 }]
"""


def faults_of(text: str) -> list[str]:
    """Return the sentences on a text that is TOML."""
    song, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))
    assert song is None or all(fault.kind == "unknown" for fault in faults)
    return [fault.sentence for fault in faults]


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    """Each with its line, its section and key, what was found and the nearest right word."""
    path = tmp_path / "nasty.toml"
    path.write_text(NASTY)
    song, problems = read_song(path)

    assert song is None
    assert [problem.line for problem in problems] == sorted(
        (problem.line for problem in problems), key=lambda line: line or 0
    )
    for line, key, words in [
        (1, "titel", ('Did you mean "title"?', "The song is left out.")),
        (2, "artist", ("artist = 7", "80 characters")),
        (3, "tempo", ('"8ht = 184"', 'Did you mean "8th"?')),
        (4, "metre", ('Did you mean "meter"?', "The key is left out.")),
        (5, "meter", ('meter = "5/3"', "1/2/4/8/16/32", "The song is left out.")),
        (6, "count_in", ('Did you mean "2 bars"?',)),
        (7, "subdivision", ('Did you mean "8th"?',)),
        (8, "click", ("Did you mean true, without quotes?",)),
        (9, "pick_up", ('Did you mean "sixteenth"?',)),
        (10, "bars", ("each [[section]] has its own bars",)),
        (11, "form", ('form names "Vers"', 'Did you mean "Verse"?')),
        (11, "form", ("1 to 99 times in a row",)),
        (13, "section[1].bars", ("Verse: bars is missing",)),
        (20, "section[2].grouping", ("Bridge: grouping", "7 in 7/8")),
        (21, "section[2].tempo.to", ("Bridge: tempo.to = 2000", "10 to 999")),
        (21, "section[2].tempo.form", ("no key form", 'Did you mean "from"?')),
        (21, "section[2].tempo.linear_in", ('Did you mean "time"?',)),
        (22, "section[2].level", ("level = 7", "-40 to 6")),
        (23, "section[2].volume", ('Did you mean "level"?',)),
        (24, "section[2].count_in", ("belongs to the song", "above the first [[section]]")),
        (28, "section[3].bar", ("Write bars = 16",)),
        (30, "section[3].repeat", ("1 to 99",)),
        (31, "section[3].pattern", ("X accent, x beat",)),
        (32, "section[3].tempo[2].at", ("at is missing",)),
        (32, "section[3].tempo[3].at", ('Did you mean "3.2"?',)),
        (32, "section[3].tempo[3].tempo", ('tempo[3].tempo = "x"',)),
        (32, "section[3].tempo[3].to", ("not allowed beside tempo",)),
    ]:
        said = [each.sentence for each in problems if (each.line, each.key) == (line, key)]
        assert any(all(word in sentence for word in words) for sentence in said), (key, said)


ABOVE = 'title = "A"\ntempo = 120\n'
ONE = f'{ABOVE}[[section]]\nname = "V"\nbars = 4\n'
OFTEN = 6 * '"V x99", '
TWO = f'{ABOVE}[[section]]\nname = "V"\nbars = 4\n[[section]]\nname = "C"\nbars = 4\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tempo = 120", ("title is missing",)),
        ('title = ""\ntempo = 120', ("1 to 80 characters",)),
        ('title = "A\\u0007"\ntempo = 120', ("on one line",)),
        ('title = "A"\nbpm = 120', ('Did you mean "tempo"?',)),
        ('title = "A"\nmeter = "3/4"\nbars = 4', ("meter and bars need one", "free song")),
        ('title = "A"\n[[section]]\nname = "V"', ("[[section]] needs one",)),
        ('title = "A"\ntempo = 9.99', ("10 to 999",)),
        ('title = "A"\ntempo = nan', ("tempo = nan",)),
        ('title = "A"\ntempo = -inf', ("tempo = -inf",)),
        ('title = "A"\ntempo = 1e999999999', ("10 to 999",)),
        ('title = "A"\ntempo = 1e-999999999', ("10 to 999",)),
        ('title = "A"\ntempo = 1e99999999999999999999', ("tempo = nan",)),
        ('title = "A"\ntempo = true', ("tempo = true",)),
        ('title = "A"\ntempo = "1/0"', ("10 to 999",)),
        ('title = "A"\ntempo = "16th = 30"', ("7.5 quarter notes a minute",)),
        ('title = "A"\ntempo = { from = 90, to = 80 }', ("has no end", "bars")),
        ('title = "A"\ntempo = []', ("tempo = []",)),
        (f'{ABOVE}meter = "33/4"', ("1 to 32 beats",)),
        (f'{ABOVE}grouping = "2+3"', ("4 in 4/4",)),
        (f'{ABOVE}grouping = "4+0"', ("add up",)),
        (f"{ABOVE}bars = 10000", ("1 to 9999",)),
        (f"{ABOVE}count_in = 9", ("at most 8",)),
        (f"{ABOVE}count_in = {{ beats = 4, rest = 4 }}", ("rests on all of its beats",)),
        (f"{ABOVE}count_in = {{ beats = 4, bars = 4 }}", ("one of them",)),
        (f'{ABOVE}count_in = ". ."', ("a table such as",)),
        (f"{ABOVE}count_in = {{ rst = 1 }}", ('Did you mean "rest"?',)),
        (f'{ABOVE}form = ["Verse"]', ("without sections",)),
        (f'{ABOVE}[section]\nname = "V"', ("two brackets",)),
        (f"{ABOVE}section = 3", ("[[section]]",)),
        (f'{ABOVE}[[section]]\nbars = 4\n[[section]]\nname = "C"', ("section 1: name is missing",)),
        (f'{ABOVE}[[section]]\nname = "V"\n[[section]]\nname = "C"', ("V: bars is missing",)),
        (f'{ONE}pattern = "X.x"', ("each of the 4 clicked beats",)),
        (f"{ONE}tempo = {{ from = 90 }}", ("tempo.to is missing",)),
        (f"{ONE}tempo = {{ to = 90, over = 5 }}", ("at most 4, as many",)),
        (f'{ONE}tempo = {{ to = 90, over = "2 beats" }}', ("last 2 bars",)),
        (f'{ONE}tempo = [{{ at = "5.1", tempo = 90 }}]', ("within the bars of the section",)),
        (f'{ONE}tempo = [{{ at = "1.5", tempo = 90 }}]', ("4/4 has 4 beats",)),
        (f'{ONE}tempo = [{{ at = "1.1.960", tempo = 90 }}]', ("0 to 959",)),
        (f'{ONE}tempo = [{{ at = "0.1", tempo = 90 }}]', ("count from 1",)),
        (
            f'{ONE}tempo = [{{ at = "2.1", tempo = 90 }}, {{ at = "2.1", tempo = 80 }}]',
            ('must come after "2.1"',),
        ),
        (f"{TWO}repeat = 100", ("1 to 99",)),
        (
            f'{ABOVE}form = ["V", "C"]\n[[section]]\nname = "V"\n[[section]]\nname = "C"',
            ("V: bars is missing",),
        ),
        (f'{ABOVE}[[section]]\nname = "V"\nrepeat = 2', ("V: bars is missing", "2 times")),
        (
            f'{ABOVE}form = ["V"]\n[[section]]\nname = "V"\nbars = 1\n[[section]]\nname = "V"\nbars = 2',
            ("2 sections are called so",),
        ),
        (f'{ABOVE}form = ["V x600"]\n[[section]]\nname = "V"\nbars = 1', ("1 to 99 times",)),
        (f'{ABOVE}form = []\n[[section]]\nname = "V"\nbars = 1', ("a list of section names",)),
        (
            f'{ABOVE}form = [{OFTEN}]\n[[section]]\nname = "V"\nbars = 1',
            ("594 sections", "at most 500"),
        ),
        (
            f"{ABOVE}[[section]]\nname = 'V'\nbars = 6000\nrepeat = 2",
            ("12000 bars", "at most 9999"),
        ),
        (
            'title = "A"\n[[section]]\nname = "V"\nbars = 1\n[[section]]\nname = "C"\ntempo = 90',
            ("V: tempo is missing",),
        ),
        (
            'title = "A"\ntempo = { from = 90, to = 80 }\n[[section]]\nname = "V"\nbars = 4',
            ("not allowed above sections",),
        ),
        ('title = "A"\n[[section]]\nbars = 4\ntempo = { to = 80 }', ("no tempo before the ramp",)),
    ],
)
def test_each_fault_is_one_sentence(text: str, words: tuple[str, ...]) -> None:
    """What is wrong alone is said alone: nothing follows from it that would have to be said too."""
    song, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))
    said = [
        fault.sentence for fault in faults if fault.kind != "unknown" or "tempo" in fault.sentence
    ]

    assert song is None
    assert len(said) == 1, said
    for word in words:
        assert word in said[0]


def test_every_entry_of_a_list_is_judged() -> None:
    """One that cannot be read does not hide that another lies outside, or out of order."""
    said = faults_of(
        f'{ONE}tempo = [{{ at = "9.1", tempo = 90 }}, {{ at = "2.1", tempo = "x" }},'
        ' { at = "2.5", tempo = 80 }]'
    )

    assert len(said) == 4
    for start in ("tempo[1].at", "tempo[2].tempo", "tempo[3].at", "tempo[3].at"):
        assert any(sentence.startswith(f"V: {start}") for sentence in said)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f'{ABOVE}metre = "3/4"\n', "meter"),
        (f'{ABOVE}time_signature = "3/4"\n', "meter"),
        (f"{ABOVE}bar = 4\n", "bars"),
        (f'{ONE}subdivison = "8th"\n', "subdivision"),
        (f"{ONE}Click = false\n", "click"),
        (f'{ABOVE}[[sections]]\nname = "Verse"\n', "section"),
        ('titel = "A"\ntempo = 120\n', "title"),
    ],
)
def test_what_is_nearly_a_key_costs_the_song(text: str, word: str) -> None:
    """A click in the wrong meter would be worse; nothing else is said of it."""
    song, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))

    assert song is None
    (fault,) = faults
    assert fault.kind == "wrong"
    assert f'Did you mean "{word}"?' in fault.sentence


@pytest.mark.parametrize(
    "text",
    [
        f'{ABOVE}notse = "x"\n',
        f'{ONE}colour = "red"\n',
        f'{ABOVE}meter = "3/4"\nmetre = "3/4"\n',
        f'{ABOVE}style = "slow"\n',
        f"{ABOVE}bpm = 120\n",
        f"{ABOVE}level = -6\n",
    ],
)
def test_an_unknown_key_alone_does_not_cost_the_song(text: str) -> None:
    """A key that nobody knows is named, and the song is played without it."""
    song, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))

    assert song is not None
    assert [fault.kind for fault in faults] == ["unknown"]


def test_a_line_that_is_no_toml_does_not_hide_the_rest(tmp_path: Path) -> None:
    """Other faults are said too, but not that what the line would have said is missing."""
    path = tmp_path / "a.toml"
    path.write_text('title = "A"\ntempo = one-twenty\nmeter = "5/3"\n')
    song, problems = read_song(path)

    assert song is None
    assert [problem.line for problem in problems] == [2, 3]


def playable(song: Song) -> bool:
    """Tell whether the core can play it: its grid, its count-in, and the clicks of its beginning."""
    ticks, _, _ = score(song, song.first_tick, song.start_tick + 8 * 3840)
    seconds = [song.whole_tempo_map.seconds_at_tick(int(tick)) for tick in ticks]
    return seconds == sorted(seconds)


def judge(path: Path, text: str | bytes) -> None:
    """Read a file: there is a song that can be played, or a sentence that says why not."""
    path.write_bytes(text.encode(errors="replace") if isinstance(text, str) else text)
    song, problems = read_song(path)
    if song is None:
        assert problems
    else:
        assert playable(song)
    for problem in problems:
        assert str(problem).startswith(str(path))


_SNIPPETS = st.sampled_from(
    (
        "=", "[[section]]", "[section]", "tempo = 0", "tempo = {}", "tempo = [1]", "bars = -1", "bar = 3",
        'name = ""', "form = [3]", "form = [[]]", "count_in = {}", "count_in = [1]", "level = nan",
        'pattern = ""', "pick_up = {}", "meter = 4", "repeat = true", "click = 1", "section = 1",
        "notes = 1979-05-27", "title = 1", "tempo = { from = {}, to = [] }", "tempo = [{ at = {} }]",
        "[tempo]", "[[tempo]]", "[[section.tempo]]", "from = 3", 'at = "1.1"', "0", '"', "'", "#", "\n", "é",
        "over = 0", "[section.bars]", "x.y = 1", "tempo.from = 3", "tempo.to = 90",
    )
)  # fmt: skip


@st.composite
def corrupted(draw: st.DrawFn) -> str:
    """A right file in which something was cut, doubled, moved, mistyped or put in."""
    text = draw(st.sampled_from(EXAMPLES) | written_songs().map(song_text))
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        here = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("cut", "double", "swap", "put in", "mistype", "value"))):
            case "cut":
                del lines[here]
            case "double":
                lines.insert(here, lines[here])
            case "swap":
                there = draw(st.integers(0, len(lines) - 1))
                lines[here], lines[there] = lines[there], lines[here]
            case "put in":
                lines.insert(here, draw(_SNIPPETS))
            case "mistype":
                at = draw(st.integers(0, len(lines[here])))
                lines[here] = lines[here][:at] + draw(st.text(max_size=2)) + lines[here][at + 1 :]
            case "value":
                key, equals, _ = lines[here].partition("=")
                _, _, value = draw(st.sampled_from(lines)).partition("=")
                lines[here] = key + equals + value
        text = "\n".join(lines)
    return text


@given(corrupted())
@settings(max_examples=400)
def test_no_corruption_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """However a right file was spoilt, there is a song, or a sentence that names the file."""
    judge(tmp_path_factory.getbasetemp() / "spoilt.toml", text)


@given(st.text() | st.binary())
def test_nothing_that_can_be_in_a_file_raises(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    """Whatever is in the file."""
    judge(tmp_path_factory.getbasetemp() / "any.toml", text)


@pytest.mark.parametrize(
    "text",
    [
        f'title = "A"\ntempo = 1{"0" * 5000}\n',
        f'title = "A"\ntempo = {"[" * 5000}{"]" * 5000}\n',
        f'title = "A"\ntempo = "{"9" * 100_000}/{"7" * 100_000}"\n',
        'title = "A"\ntempo = 120\n' + '[[section]]\nname = "V"\nbars = 1\n' * 5000,
        b"\x00" * 1000,
    ],
    ids=["digits", "brackets", "fraction", "sections", "zeros"],
)
def test_nothing_is_too_large_to_be_refused(tmp_path: Path, text: str | bytes) -> None:
    """A number without end, tables without bottom: a sentence, and soon."""
    judge(tmp_path / "a.toml", text)
