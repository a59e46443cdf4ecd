"""Whatever feet and faults do, with whatever song: each click is where the chart has it, none missing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import beats, count_ins, groupings
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.rehearsal.evidence import Evidence
from countoff.rehearsal.hearing import clicks_heard
from countoff.rehearsal.logbook import LoggedTakeRow, read_logbook
from countoff.rehearsal.playing import play
from countoff.rehearsal.script import parse_script
from countoff.rehearsal.statements import SongFile
from countoff.rehearsal.virtual_unit import VirtualUnit

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from countoff.core.voice import Voice

RATE_HZ = 48_000
SECOND = 1_000_000_000
RENDERED_AHEAD_NS = 60_000_000  # 40 ms of latency, and a block

# A hold of AGAIN is left out: a rehearsal's clicks are in no log that they could be judged by.
DEEDS = st.one_of(
    st.sampled_from(["press ROLL", "press AGAIN", "press KEEPER", "press SONG"]),
    st.sampled_from(["hold ROLL 0.7 s", "hold ROLL 2.1 s", "hold KEEPER 0.7 s", "hold SONG 11 s"]),
    st.sampled_from(["stomp ROLL AGAIN", "stomp AGAIN KEEPER", "bounce ROLL", "bounce AGAIN"]),
    st.sampled_from(["press ROLL 10 times in 1 s", "press AGAIN 6 times in 1 s"]),
    st.sampled_from(["do start", "do end_at_bar", "do stop", "do false_start", "do start_over"]),
    st.sampled_from(["do next_take", "do cancel", "do no_good", "do marker"]),
    st.sampled_from(["do next_section", "do previous_section", "do loop_section"]),
    st.sampled_from(["do nudge_up", "do nudge_down", "do as_written", "do tap_tempo"]),
    st.sampled_from(["tap 5 times at 97.5", "tap 6 times at 150 but number 3 80 ms late"]),
    st.sampled_from(["do stop", "do start"]),
)
FAULTS = st.sampled_from(["fault player replaced", "fault daw lost", "fault daw back"])
WAITS_MS = st.one_of(st.integers(0, 400), st.integers(400, 15_000))

# Such as an ear can tell apart: nothing quicker than 32nds, nothing softer than a shaker.
TEMPOS = st.one_of(
    st.integers(40, 240).map(Fraction), st.decimals(40, 240, places=1).map(Fraction)
).map(Tempo)
METERS = st.builds(Meter, st.integers(1, 13), st.sampled_from((2, 4, 8, 16)))


@st.composite
def sections(draw: st.DrawFn, name: str, *, can_roll_on: bool) -> Section:
    """A section as a song file could have it, short enough to be passed through in a test."""
    meter = draw(METERS)
    bars = None if can_roll_on and draw(st.booleans()) else draw(st.integers(1, 4))
    first, to, shape = draw(TEMPOS), draw(st.none() | TEMPOS), draw(st.sampled_from(LinearIn))
    return Section(
        name,
        bars,
        (TempoSpan(0, first, None if bars is None else to, shape),),
        meter,
        draw(groupings(meter)),
        draw(beats(meter)),
        subdivision=draw(st.sampled_from(Subdivision)),
        level_db=draw(st.sampled_from((0.0, -6.0))),
        has_click=draw(st.integers(0, 4)) > 0,
    )


@st.composite
def charts(draw: st.DrawFn) -> Song:
    """A song of one to four sections."""
    count = draw(st.integers(1, 4))
    names = [f"Section {number}" for number in range(1, count + 1)]
    played = tuple(draw(sections(name, can_roll_on=name == names[-1])) for name in names)
    fits = [ticks for ticks in (240, 480, 960) if ticks < played[0].meter.ticks_per_bar]
    return Song("Any", played, draw(count_ins()), draw(st.sampled_from((0, 0, *fits))))


@st.composite
def days(draw: st.DrawFn, deeds: st.SearchStrategy[str]) -> str:
    """A day with a first take, from anywhere in the song, and what comes to somebody's mind then."""
    start = draw(st.integers(1, 4))
    looped = draw(st.sampled_from(("", " looped")))
    text = f'song file any.toml\nat 0.2 choose "Any" from "Section {start}"{looped}\n'
    text += "at 0.5 press ROLL\n"
    at_ms = 500
    for wait_ms, deed in draw(st.lists(st.tuples(WAITS_MS, deeds), min_size=1, max_size=12)):
        at_ms += wait_ms
        text += f"at {at_ms} ms {deed}\n"
    return text + f"at {at_ms + 3000} ms end\n"


def rehearsed(text: str, song: Song, folder: Path) -> Evidence:
    """Return what is left of a day with `song`, but for its sound."""
    script = parse_script(text, lambda name: SongFile(name, song))
    course = play(script, VirtualUnit(script.songs, folder))
    heard = clicks_heard(folder / "click.wav", RATE_HZ)
    (folder / "click.wav").unlink()
    return Evidence(script, course, heard, read_logbook(folder))


def written(evidence: Evidence, take: LoggedTakeRow) -> dict[int, Voice]:
    """Return what the chart has for a take until the session's end: frame and voice."""
    walk = evidence.walk(take)
    begin_s = walk.seconds(walk.begin)
    clicks = walk.clicks(begin_s, begin_s + Fraction(evidence.end_frame, RATE_HZ))
    return {evidence.frame_of(take, walk, click.seconds): click.voice for click in clicks}


@settings(deadline=None, max_examples=40)
@given(song=charts(), text=days(st.one_of(DEEDS, DEEDS, FAULTS)))
def test_any_day(tmp_path_factory: pytest.TempPathFactory, song: Song, text: str) -> None:
    """Every click heard is in the chart of a take that the log says was running then."""
    evidence = rehearsed(text, song, tmp_path_factory.mktemp("day"))

    takes = evidence.logbook.takes
    charted = {take.id: written(evidence, take) for take in takes}
    assert [take.number for take in takes] == list(range(1, len(takes) + 1))
    for click in evidence.heard:
        at_ns = click.frame * SECOND // RATE_HZ
        asked = [take for take in takes if take.at_ns <= at_ns]
        # What was rendered already when a take is given up is still heard.
        settled = [take for take in asked if take.at_ns <= at_ns - RENDERED_AHEAD_NS]
        running = [*settled[-1:], *asked[len(settled) :]]
        assert click.voice in [charted[take.id].get(click.frame) for take in running], click
    _check_sent([sent.meaning for sent in evidence.course.sent], len(takes))


@settings(deadline=None, max_examples=40)
@given(song=charts(), text=days(DEEDS))
def test_any_day_without_faults(
    tmp_path_factory: pytest.TempPathFactory, song: Song, text: str
) -> None:
    """Every click of the chart is heard, from a take's count-in to the moment it is over."""
    evidence = rehearsed(text, song, tmp_path_factory.mktemp("day"))

    heard = {click.frame: click.voice for click in evidence.heard}
    for take in evidence.logbook.takes:
        ended_ns = evidence.course.length_ns if take.ended_ns is None else take.ended_ns
        until = evidence.frame(ended_ns)
        charted = written(evidence, take).items()
        missing = [one for one in charted if one[0] < until and heard.get(one[0]) is not one[1]]
        assert not missing, (take, missing[:4])


def _check_sent(meanings: list[str], take_count: int) -> None:
    """Each take is recorded at most once, after the one before was stopped, and stopped by exit."""
    assert meanings.count("record") <= take_count
    transport = [meaning for meaning in meanings if not meaning.startswith("locate")]
    for before, after in pairwise(transport):
        assert (before, after) != ("record", "record")
        assert (before == "record exit") == (after == "stop")
