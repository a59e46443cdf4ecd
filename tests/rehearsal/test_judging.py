"""The judges see what is wrong: evidence that is tampered with is never called right."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.tempo import BarBeat
from countoff.core.voice import Voice
from countoff.rehearsal.evidence import Evidence
from countoff.rehearsal.expectations import unmet_lines
from countoff.rehearsal.hearing import Heard
from countoff.rehearsal.language import KINDS
from countoff.rehearsal.logbook import (
    ClickLevelRow,
    FlagRow,
    IncidentRow,
    Logbook,
    LoggedTakeRow,
    PressRow,
    TempoRow,
)
from countoff.rehearsal.playing import Course, Moment
from countoff.rehearsal.script import parse_script
from countoff.rehearsal.virtual_daw import Sent

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE_HZ = 48_000
SECOND = 1_000_000_000
RECORD = bytes.fromhex("F0 7F 7F 06 06 F7")
STOP = bytes.fromhex("F0 7F 7F 06 01 F7")

# 120 in 3/4 with eighths: a beat is 24000 frames, an eighth 12000; the count-in is one bar, and its
# first click at 1 s.
SONG = 'song "S" tempo 120 meter 3/4 count-in 1 bars subdivision 8th\n'
FIRST = 48_000
BAR1 = FIRST + 3 * 24_000
BAR1_NS = 2_500_000_000


def clicks() -> list[Heard]:
    """Return what two bars after a count-in sound like, written out by hand."""
    count_in = [Heard(FIRST + 24_000 * beat, Voice.COUNT_IN, 0.0) for beat in range(3)]
    song = [
        Heard(BAR1 + 12_000 * eighth, Voice.SUBDIVISION if eighth % 2 else Voice.BEAT, 0.0)
        for eighth in range(12)
    ]
    heard = count_in + song
    for one, voice in ((0, Voice.COUNT_IN_ACCENT), (3, Voice.ACCENT), (9, Voice.ACCENT)):
        heard[one] = replace(heard[one], voice=voice)
    return heard


def judged(
    text: str,
    *,
    heard: Sequence[Heard] | None = None,
    sent: Sequence[Sent] = (),
    logbook: Logbook | None = None,
) -> list[str]:
    """Return the sentences of what is not met, for a session with one take."""
    script = parse_script(SONG + text)
    take = LoggedTakeRow("a", "S", 1, SECOND // 2, SECOND, BAR1_NS, "ended", BarBeat(2, 3))
    course = Course(
        rate_hz=RATE_HZ,
        length_ns=60 * SECOND,
        moments={
            line.number: Moment(line.when.at_ns, line.when.at_ns)
            for line in script.lines
            if line.when is not None and hasattr(line.when, "at_ns")
        },
        sent=tuple(sent),
        unmet=(),
    )
    evidence = Evidence(
        script,
        course,
        clicks() if heard is None else heard,
        logbook or Logbook((take,), (), (), ()),
    )
    return [unmet.sentence for unmet in unmet_lines(evidence)]


EVERY = "heard every click from bar 0.1 to bar 3.1"


def test_every_click_is_right() -> None:
    """Clicks that are all on their frames are called right."""
    assert judged(EVERY) == []
    assert judged("heard 15 clicks from bar 0.1 to bar 3.1") == []
    assert judged("heard 2 accents from bar 0 to bar 3") == []
    assert judged("heard 2 count-in beats from bar 0 to bar 1") == []
    assert judged("heard 6 subdivisions from bar 1.1 to bar 3.1") == []
    assert judged("heard nothing from bar 3.1\nheard nothing from 0 to 1") == []


@pytest.mark.parametrize("index", range(15))
@pytest.mark.parametrize("shift_frames", [-1, 1])
def test_one_frame_off_is_wrong(index: int, shift_frames: int) -> None:
    """Any click that is one frame early or late is named."""
    heard = clicks()
    heard[index] = replace(heard[index], frame=heard[index].frame + shift_frames)

    (sentence,) = judged(EVERY, heard=heard)

    assert "heard no " in sentence


@pytest.mark.parametrize("index", range(15))
def test_a_missing_click_is_wrong(index: int) -> None:
    """Any click that is missing is named by its place."""
    heard = clicks()
    missing = heard.pop(index)

    (sentence,) = judged(EVERY, heard=heard)

    assert f"heard no {KINDS[missing.voice]} at bar" in sentence


def test_an_extra_click_is_wrong() -> None:
    """A click that is not in the song is named by its time."""
    (sentence,) = judged(EVERY, heard=[*clicks(), Heard(BAR1 + 500, Voice.BEAT, 0.0)])

    assert "beat at 2.510417 s where none belongs" in sentence


@pytest.mark.parametrize("index", range(15))
def test_a_wrong_voice_is_wrong(index: int) -> None:
    """A beat where an accent belongs, and the other way round, is named."""
    heard = clicks()
    voice = Voice.BEAT if heard[index].voice is Voice.ACCENT else Voice.ACCENT
    heard[index] = replace(heard[index], voice=voice)

    (sentence,) = judged(EVERY, heard=heard)

    assert "instead of" in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("heard 14 clicks from bar 0.1 to bar 3.1", "heard 15"),
        ("heard beat at bar 1.1", "heard accent"),
        ("heard click at bar 3.1", "the nearest is subdivision, -12000 frames away"),
        ("heard accent at bar 1.1 at -4 dB", "heard it at 0.0 dB"),
        ("heard nothing from bar 2.3", "heard 2, the first at 5 s"),
        ("heard nothing", "heard 15, the first at 1 s"),
        ("heard accent at bar 1.4", "has no beat 4"),
        ("heard accent at bar 1.1 of take 2", 'found take 1 of "S"'),
        ("at 0.5 heard count-in accent after 0.4 s", "heard it after 0.5 s"),
        ("at 0.5 heard beat after 0.5 s", "heard count-in accent"),
        ("at 30 heard accent after 0.5 s", "heard nothing"),
        ("at 1 heard nothing for 1 s", "heard 2"),
        ("at 1.1 heard click", "the nearest is count-in accent, -4800 frames away"),
    ],
)
def test_wrong_about_the_sound(text: str, words: str) -> None:
    """What was not heard so is told with what was heard."""
    (sentence,) = judged(text)

    assert sentence.startswith("expected ")
    assert words in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at 1 sent record within 9 ms", "found it 0.01 s after"),
        ("at 1.02 sent record", "found stop"),
        ("at 1 sent nothing for 11 ms", "found record at 1.01 s"),
        ("sent nothing", "found record, stop"),
        ("sent record 2 times", "found 1"),
        ("sent exactly stop, record", "found record, stop"),
        ("sent exactly record", "found record, stop"),
    ],
)
def test_wrong_about_the_bytes(text: str, words: str) -> None:
    """What was not sent so is told with what was sent."""
    sent = [Sent(SECOND + SECOND // 100, RECORD), Sent(3 * SECOND, STOP)]

    (sentence,) = judged(text, sent=sent)

    assert words in sentence


LOGBOOK = Logbook(
    takes=(
        LoggedTakeRow(
            *("a", "S", 1, SECOND, SECOND, BAR1_NS, "false_start", BarBeat(3, 2)),
            tempo="126",
            tempo_ratio=Fraction(21, 20),
            start_section="All",
            click_level_db=-4,
            certified="1 gap of 3.1 ms at bar 33.2",
        ),
        LoggedTakeRow(
            *("b", "S", 2, 9 * SECOND, 9 * SECOND, 12 * SECOND), tempo="120", click_level_db=None
        ),
    ),
    flags=(
        FlagRow("a", "keeper", BarBeat(2, 1), is_whole_take=False, is_taken_back=False),
        FlagRow("a", "keeper", BarBeat(3, 1), is_whole_take=False, is_taken_back=True),
        FlagRow("b", "no_good", BarBeat(8, 3), is_whole_take=True, is_taken_back=False),
    ),
    incidents=(IncidentRow("a", "click gap", BarBeat(2, 3)), IncidentRow(None, "disk fault", None)),
    presses=(
        PressRow("roll", "press", "take 1 of S"),
        PressRow("roll", "press", "hint: hold to end"),
        PressRow("panel", "stop", "take 2 stopped"),
    ),
    tempos=(TempoRow("S", "125"), TempoRow("S", "126")),
    click_levels=(ClickLevelRow(-4, is_muted=False),),
)


@pytest.mark.parametrize(
    "text",
    [
        "logged 2 takes",
        "logged take 1 false start at bar 3.2",
        "logged take 2 open",
        "logged flag keeper at bar 2.1 of take 1",
        "logged flag keeper at bar 3.1 of take 1 taken back",
        "logged flag no good for the whole take 2",
        "logged 2 flags",
        "logged 1 flag of take 2",
        'logged incident "click gap" at bar 2.3 of take 1',
        'logged incident "disk fault"',
        "logged 2 incidents",
        "logged no incident of take 2",
        'logged press ROLL "hint" 1 times',
        'logged press ROLL "take"',
        'logged stop "take 2"',
        'logged take 1 from "All" bar 1',
        "logged take 1 at tempo 126 instead of 120",
        "logged take 2 at tempo 120",
        "logged take 1 with click at -4 dB",
        "logged take 2 with click muted",
        'logged take 1 certified "1 gap of 3.1 ms at bar 33.2"',
        'logged "S" at tempo 126 for the day',
        "logged click at -4 dB for the day",
    ],
)
def test_right_about_the_log(text: str) -> None:
    """What the log says is called right."""
    assert judged(text, logbook=LOGBOOK) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("logged 1 take", "found 2"),
        ("logged take 1 ended", "says false start at bar 3.2"),
        ("logged take 1 false start at bar 3.3", "says false start at bar 3.2"),
        ("logged take 2 cancelled", "says open"),
        ("logged flag keeper at bar 2.2 of take 1", "keeper at bar 2.1"),
        ("logged flag fix here at bar 2.1 of take 1", "keeper at bar 2.1"),
        ("logged flag keeper at bar 3.1 of take 1", "keeper at bar 3.1 taken back"),
        ("logged flag keeper at bar 2.1 of take 1 taken back", "keeper at bar 2.1"),
        ("logged flag no good at bar 8.3 of take 2", "no good for the whole take"),
        ("logged flag keeper at bar 2.1", "Say which"),
        ("logged no flag of take 1", "the log has 1"),
        ('logged incident "click gap" at bar 2.2', '"click gap" at bar 2.3'),
        ('logged incident "click gap" of take 2', '"click gap" at bar 2.3'),
        ("logged no incident", "the log has 2"),
        ('logged press ROLL "hint" 2 times', "1 times"),
        ('logged press AGAIN "hint"', "0 times"),
        ('logged take 1 from "A" bar 1', 'the log says from "All"'),
        ('logged take 1 looping "All" bar 1', 'the log says from "All"'),
        ("logged take 1 at tempo 125", "says 126, 21/20 times 120"),
        ("logged take 1 at tempo 126 instead of 121", "says 126, 21/20 times 120"),
        ("logged take 1 with click muted", "says at -4 dB"),
        ("logged take 2 with click at 0 dB", "says muted"),
        ('logged "S" at tempo 125 for the day', "has 126"),
        ('logged "T" at tempo 126 for the day', "has none"),
        ("logged click muted for the day", "has at -4 dB"),
        ("logged take 1 certified clean", 'says "1 gap of 3.1 ms at bar 33.2"'),
        ('logged take 1 certified "1 gap"', 'says "1 gap of 3.1 ms at bar 33.2"'),
        ("logged take 2 certified clean", "says nothing"),
    ],
)
def test_wrong_about_the_log(text: str, words: str) -> None:
    """What the log does not say is told with what it says."""
    (sentence,) = judged(text, logbook=LOGBOOK)

    assert words in sentence


# Bars 5 and 6 of a song in 4/4 at 120, again and again: a pass is four seconds, from 10 s on.
LOOP = 'song "L" tempo 120 count-in 1 bars section "Verse" at bar 1 section "Chorus" at bar 5 length 6 bars\n'
LOOPED = LoggedTakeRow(
    *("l", "L", 1, 7 * SECOND, 8 * SECOND, 2 * SECOND, "ended", BarBeat(6, 4), 22 * SECOND),
    start_section="Chorus",
    start_bar=5,
    is_looped=True,
)


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("logged take 1 ended at bar 6.4 pass 3", True),
        ("logged take 1 ended at bar 6.4 pass 2", False),
        ("logged take 1 ended at bar 6.4", False),
        ("logged take 1 ended at bar 6.3 pass 3", False),
        ("logged flag keeper at bar 5.2 pass 2", True),
        ("logged flag keeper at bar 5.2 pass 3", False),
        ("logged flag keeper at bar 5.2", False),
        ('logged take 1 looping "Chorus" bar 5', True),
        ('logged take 1 from "Chorus" bar 5', False),
        ("logged take 1 ended at bar 7.1", False),
    ],
)
def test_passes_of_a_loop_are_told_apart(text: str, is_met: bool) -> None:
    """All passes have the same bars: when something was says which of them is meant."""
    script = parse_script(LOOP + text)
    flag = FlagRow("l", "keeper", BarBeat(5, 2), *(False, False), at_ns=14_700_000_000)
    course = Course(RATE_HZ, 60 * SECOND, {}, (), ())

    unmet = unmet_lines(Evidence(script, course, (), Logbook((LOOPED,), (flag,), (), ())))

    assert not unmet if is_met else len(unmet) == 1
