"""Scripts are read as they are meant, and what cannot be meant is refused in sentences."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import countoff
from countoff.core.count_in import CountIn
from countoff.core.events import Pedal
from countoff.core.section import Subdivision
from countoff.core.song import BUILT_IN_SONG, free_song
from countoff.core.tempo import Meter
from countoff.rehearsal import script as language
from countoff.rehearsal.script import ScriptError, parse_script
from countoff.rehearsal.statements import (
    AfterLast,
    AtPlace,
    AtTime,
    Break,
    ChangeSongs,
    Choose,
    Fact,
    Fault,
    HeardAt,
    HeardCount,
    HeardEvery,
    Hold,
    LoggedCertificate,
    LoggedClick,
    LoggedDayClick,
    LoggedDayTempo,
    LoggedFlag,
    LoggedStart,
    LoggedTake,
    LoggedTempo,
    Place,
    Press,
    See,
    SentExactly,
    SentSoon,
    SongFile,
    Span,
    TakeName,
    Tap,
    WithLast,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000
SECOND = 1000 * MS


def only(text: str) -> object:
    """Return what the one line of a script says."""
    (line,) = parse_script(text).lines
    return line.statement


def mistakes(text: str) -> list[tuple[int, str]]:
    """Return the mistakes of a script: line and sentence."""
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    return [(mistake.line_number, mistake.sentence) for mistake in caught.value.mistakes]


def test_a_song_is_read() -> None:
    """Every part of a song line reaches the song, the tempo exactly as written."""
    (song,) = parse_script(
        'song "Long Way" tempo 113.7 meter 7/8 count-in 1 bars length 32 bars'
        ' subdivision triplet section "Verse" at bar 1 section "Chorus" at bar 9\nat 1 press ROLL'
    ).songs

    assert song.title == "Long Way"
    assert song.tempo.quarters_per_minute == Fraction(1137, 10)
    assert song.meter == Meter(7, 8)
    assert song.count_in == CountIn(bars=1)
    assert [section.subdivision for section in song.sections] == [Subdivision.TRIPLET] * 2
    assert [(section.name, section.bars) for section in song.sections] == [
        ("Verse", 8),
        ("Chorus", 24),
    ]


def test_a_song_file_is_read_where_the_script_lies() -> None:
    """Songs come from files too, by their names, and a later one may be wrong."""
    found = {
        "free.toml": SongFile("free.toml", free_song("Free")),
        "wrong.toml": SongFile("wrong.toml", None, ("tempo is not allowed.",)),
    }

    script = parse_script(
        "song file free.toml\nat 1 songs change to file free.toml, wrong.toml", found.__getitem__
    )

    assert script.songs == (free_song("Free"),)
    assert script.files == tuple(found.values())
    assert script.lines[0].statement == ChangeSongs(("free.toml", "wrong.toml"))


def test_a_session_does_not_begin_with_a_wrong_song_file() -> None:
    """What is wrong with the file is said where the script names it."""
    with pytest.raises(ScriptError, match=r"x\.toml is no song: it is on holiday"):
        parse_script(
            "song file x.toml\nat 1 press ROLL",
            lambda name: SongFile(name, None, ("it is on holiday.",)),
        )


def test_without_a_song_there_is_the_built_in_one() -> None:
    """A script that names no song rehearses the box's own."""
    assert parse_script("at 1 press ROLL").songs == (BUILT_IN_SONG,)


@pytest.mark.parametrize(
    ("written", "at_ns"),
    [
        ("1", SECOND),
        ("0.25", 250 * MS),
        ("1.5 s", 1500 * MS),
        ("20 ms", 20 * MS),
        ("2 min", 120 * SECOND),
        ("12:30", 750 * SECOND),
        ("1:00:00.5", 3600 * SECOND + 500 * MS),
    ],
)
def test_times(written: str, at_ns: int) -> None:
    """A time can be written in seconds, with a unit, or as a clock shows it."""
    assert parse_script(f"at {written} press ROLL").lines[0].when == AtTime(at_ns)


def test_moments() -> None:
    """Lines come at times, after one another, at places, and with the line above."""
    lines = parse_script(
        "at 1 press ROLL\n  see page count_in  # a remark\nafter 0.5 s press ROLL\n\n"
        "bar -1.2 press ROLL\nbar 12 + 50 ms press ROLL\nBAR 12.3 - 0.1 s Press roll\n"
    ).lines

    assert [line.when for line in lines] == [
        AtTime(SECOND),
        WithLast(),
        AfterLast(500 * MS),
        AtPlace(Place(-1, 2), 0),
        AtPlace(Place(12, 1), 50 * MS),
        AtPlace(Place(12, 3), -100 * MS),
    ]
    assert [line.number for line in lines] == [1, 2, 3, 5, 6, 7]


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("at 1 press AGAIN 10 times in 1 s", Press(Pedal.AGAIN, 10, SECOND)),
        ("at 1 hold KEEPER 0.7 s", Hold(Pedal.KEEPER, 700 * MS)),
        ("at 1 fault gap 512 frames", Break(Fault.GAP, 512)),
        ("at 1 fault player replaced", Break(Fault.PLAYER_REPLACED)),
        ('at 1 choose "Kingdom"', Choose("Kingdom")),
        ('at 1 choose "Kingdom" from "Bridge"', Choose("Kingdom", "Bridge")),
        ('at 1 choose "Kingdom" looped', Choose("Kingdom", is_looped=True)),
        ('at 1 choose "Kingdom" from "Bridge" looped', Choose("Kingdom", "Bridge", is_looped=True)),
        ("at 1 tap 4 times at 92.5", Tap(4, Fraction(185, 2))),
        ("at 1 tap 8 times at 93 but number 3 80 ms late", Tap(8, Fraction(93), 3, 80 * MS)),
        (
            'at 1 see tempo 93.5, tempo changed, meter 7/8, starts from "BRIDGE BAR 17", looped',
            See(
                (
                    Fact("tempo", "93.5"),
                    Fact("tempo is", "changed"),
                    Fact("meter", "7/8"),
                    Fact("starts from", "BRIDGE BAR 17"),
                    Fact("looped", "yes"),
                )
            ),
        ),
        (
            'at 1 see no tempo, tempo as written, from the top, not looped, elapsed "0:42"',
            See(
                (
                    Fact("tempo", ""),
                    Fact("tempo is", "as written"),
                    Fact("starts from", ""),
                    Fact("looped", "no"),
                    Fact("elapsed", "0:42"),
                )
            ),
        ),
        (
            "heard 8 count-in beats from bar 17.1 pass 2 to bar 18",
            HeardCount(8, "count-in beat", Span(Place(17, 1, 2), Place(18, 1))),
        ),
        (
            "heard every click from bar 17.1 to bar 17.1 pass 3 at -2 dB of take 2",
            HeardEvery(Place(17), Place(17, 1, 3), -2, TakeName(2)),
        ),
        (
            'logged take 2 from "Bridge" bar 17',
            LoggedStart(TakeName(2), "Bridge", 17, is_looped=False),
        ),
        (
            'logged take 2 looping "Chorus" bar 9',
            LoggedStart(TakeName(2), "Chorus", 9, is_looped=True),
        ),
        (
            "logged take 1 at tempo 93.5 instead of 92.5",
            LoggedTempo(TakeName(1), Fraction(187, 2), Fraction(185, 2)),
        ),
        ("logged take 1 with click at -4 dB", LoggedClick(TakeName(1), -4)),
        ("logged take 1 with click muted", LoggedClick(TakeName(1), None)),
        ("logged take 1 certified clean", LoggedCertificate(TakeName(1), "clean")),
        (
            'logged take 2 of "S" certified "1 gap of 3.1 ms at bar 33.2"',
            LoggedCertificate(TakeName(2, "S"), "1 gap of 3.1 ms at bar 33.2"),
        ),
        ('logged "Kingdom" at tempo 93 for the day', LoggedDayTempo("Kingdom", Fraction(93))),
        ("logged click at -4 dB for the day", LoggedDayClick(-4)),
        ("logged click muted for the day", LoggedDayClick(None)),
        ("logged flag keeper at 0:42 of take 1", LoggedFlag("keeper", 42, TakeName(1))),
        ("at 1 sent locate 1:20:00 within 10 ms", SentSoon("locate 01:20:00", 10 * MS)),
        (
            "at 1 see page idle, bar 12 beat 3, no message, click level -4 dB, last take 2 ended",
            See(
                (
                    Fact("page", "idle"),
                    Fact("bar", 12),
                    Fact("beat", 3),
                    Fact("message", ""),
                    Fact("click level", -4),
                    Fact("last take", 2),
                    Fact("how", "ended"),
                )
            ),
        ),
        ("sent exactly record, record exit, stop", SentExactly(("record", "record exit", "stop"))),
        (
            "heard 24 clicks from bar 1.1 to bar 4.1",
            HeardCount(24, "click", Span(Place(1, 1), Place(4, 1))),
        ),
        (
            'heard accent at bar 13.1 at -2 dB of take 2 of "B side"',
            HeardAt("accent", Place(13, 1), -2, TakeName(2, "B side")),
        ),
        (
            "logged take 1 false start at bar 3.2",
            LoggedTake(TakeName(1), "false_start", Place(3, 2)),
        ),
        (
            "logged flag no good at bar 4.1 of take 3 taken back",
            LoggedFlag("no_good", Place(4, 1), TakeName(3), is_taken_back=True),
        ),
        (
            "logged flag fix here for the whole take 3",
            LoggedFlag("fix_here", None, TakeName(3)),
        ),
    ],
)
def test_statements(text: str, statement: object) -> None:
    """What a line says is what it means."""
    assert only(text) == statement


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the script says nothing"),
        ("at 1 pres ROLL", 'found "pres". Did you mean "press"?'),
        ("at 1 press", "expected a pedal (roll, again, keeper or song); found the end"),
        ("at 1 press ROLL now", 'or the end of the line; found "now"'),
        ("at 1 press ROLL 0 times in 1 s", "from 1 to 1000"),
        ("at soon press ROLL", "expected a time such as"),
        ("bar 4.0 press ROLL", "beats count from 1"),
        ("bar 4.1 pass 0 press ROLL", "from 1 to"),
        ("at 1 songs change to file kingdom", "a song file such as kingdom.toml"),
        ("song file kingdom.toml\nat 1 end", "a script without a folder"),
        ("at 1 see tally recrding", 'Did you mean "recording"?'),
        ("at 1 hold ROLL 3", "expected a unit"),
        ("press ROLL", "it needs a moment"),
        ("at 1 logged 2 takes", "it speaks of the whole session"),
        ("  see page idle", "it is indented"),
        ("logged 1 take\n  see page idle", "it is indented"),
        ("at 2 press ROLL\nat 1 press ROLL", "before line 1"),
        ("at 2 end\nat 3 press ROLL", "after the end"),
        ('at 1 see message "x', "does not end with one"),
        ('song "A" tempo 9\nat 1 end', "from 10 to 999"),
        ('song "A" tempo 100 tempo 110\nat 1 end', "it says tempo twice"),
        ('song "A" meter 4/4\nat 1 end', "needs a tempo"),
        ('song "A" tempo 100 meter 4/5\nat 1 end', "lower number of a meter"),
        ('song "A" tempo 100\nsong "A" tempo 90\nat 1 end', 'a song "A" already'),
        (
            'song "A" tempo 99 length 4 bars section "X" at bar 5\nat 1 end',
            "begins after the song's 4 bars",
        ),
        (
            'song "A" tempo 99 section "X" at bar 5 section "Y" at bar 5\nat 1 end',
            "on a later bar",
        ),
    ],
)
def test_refusals(text: str, words: str) -> None:
    """What cannot be meant is refused in a sentence that says what was expected."""
    ((_, sentence),) = mistakes(text)

    assert words in sentence
    assert sentence.endswith((".", "?"))


def test_every_mistake_is_told_at_once() -> None:
    """One bad line hides no other, and an indented line below one is read all the same."""
    found = mistakes("at 1 pres ROLL\n  see page idle\n  see pag idle\nat 2 press ROL\nend")

    assert [number for number, _ in found] == [1, 3, 4, 5]


def test_the_example_in_the_documentation_is_met(
    rehearse: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The session that explains the language can be rehearsed, and is as it says."""
    described = language.__doc__ or ""
    example = [
        line.removeprefix("    ")
        for line in described.split("A line begins with")[0].splitlines()
        if line.startswith("    ")
    ]
    (tmp_path / "example.session").write_text("\n".join(example))

    code = rehearse(tmp_path / "example.session", "--keep", tmp_path / "kept")

    assert code == 0, capsys.readouterr().out
    assert f"all {len(example) - 6} expectations met" in capsys.readouterr().out


def test_the_example_in_the_readme_is_met(
    rehearse: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a newcomer copies from the README, beside a song that comes with the box, is met."""
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    page = readme.split("## Rehearsing a session")[1].split("## ")[0]
    lines = [line.removeprefix("    ") for line in page.splitlines() if line.startswith("    ")]
    song = Path(countoff.__file__).parent / "songs" / "examples" / "long_way_down.toml"
    (tmp_path / song.name).write_text(song.read_text())
    (tmp_path / "readme.session").write_text("\n".join(lines))

    code = rehearse(tmp_path / "readme.session", "--keep", tmp_path / "kept")

    assert code == 0, capsys.readouterr().out
