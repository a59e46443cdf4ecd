"""The judge's own walk through a song: by hand, and against what the box plans."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import rates_hz, songs
from countoff import rehearsal
from countoff.core.count_in import CountIn
from countoff.core.grid import Grid
from countoff.core.plan import clicks
from countoff.core.section import Section
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.core.voice import Voice
from countoff.rehearsal.evidence import nearest
from countoff.rehearsal.statements import Place
from countoff.rehearsal.walk import NoSuchPlaceError, Spot, Walk, WrittenClick

JUDGES_OWN = ("walk", "bars_as_written", "count_in_as_written", "tempo_as_written")
ITS_WORDS = {"section", "song", "tempo", "tempo_map", "voice", "count_in"}

VERSE = Section("Verse", 4, (TempoSpan(0, Tempo(Fraction(120))),))
# Two bars of 7/8 at 60: a bar is 3.5 s.
BRIDGE = Section(
    "Bridge", 2, (TempoSpan(0, Tempo(Fraction(60))),), Meter(7, 8), grouping=(2, 2, 3), level_db=-6
)
CHART = Song("Chart", (VERSE, BRIDGE, VERSE), CountIn(1))


def seconds(walk: Walk, place: Place) -> Fraction:
    """Return when a place comes, after the song's bar 1."""
    return walk.seconds(walk.spot(place))


def between(walk: Walk, end: Spot) -> list[WrittenClick]:
    """Return what must sound from the count-in to `end`."""
    return walk.clicks(walk.seconds(walk.begin), walk.seconds(end))


@pytest.mark.parametrize("name", JUDGES_OWN)
def test_the_judge_counts_for_itself(name: str) -> None:
    """It takes words and values from the core, and no rule: nothing that lays out, plans or places."""
    source = (Path(rehearsal.__file__).parent / f"{name}.py").read_text()
    imported = {
        (node.module.removeprefix("countoff.core."), alias.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("countoff.core")
        for alias in node.names
    }

    assert {module for module, _ in imported} <= ITS_WORDS
    assert all(word[0].isupper() for _, word in imported)


def test_places_of_a_song_with_sections() -> None:
    """Bars are counted through the song, each in its own meter and tempo."""
    walk = Walk(CHART)

    assert [seconds(walk, Place(bar)) for bar in (0, 1, 2, 5, 6, 7, 8)] == [
        *(-2, 0, 2, 8),
        *(Fraction(23, 2), 15, 17),
    ]
    assert seconds(walk, Place(5, 7)) == 11
    assert walk.quarters(walk.spot(Place(7))) == 23
    assert seconds(Walk(CHART, ratio=Fraction(2)), Place(7)) == Fraction(15, 2)


def test_a_take_from_the_bridge_counts_back_from_it() -> None:
    """Before the section that a take begins with there are its own bars, in its tempo and meter."""
    walk = Walk(CHART, 1)

    assert walk.begin == Spot(1, Fraction(-7, 2))
    assert seconds(walk, Place(4)) == 8 - Fraction(7, 2)
    assert seconds(walk, Place(5)) == 8
    assert seconds(walk, Place(7)) == 15
    heard = between(walk, walk.spot(Place(6)))
    assert [click.words for click in heard[6:9]] == ["bar 4.7", "bar 5.1", "bar 5.2"]
    assert [click.voice for click in heard[:2]] == [Voice.COUNT_IN_ACCENT, Voice.COUNT_IN]
    bar = [Voice.ACCENT, *[Voice.BEAT, Voice.GROUP] * 2, Voice.BEAT, Voice.BEAT]
    assert [click.voice for click in heard[7:]] == bar
    assert {click.level_db for click in heard[7:]} == {-6}


def test_a_loop_comes_round() -> None:
    """Each pass has the section's own bars, one length later than the one before."""
    walk = Walk(CHART, 1, is_looped=True)

    assert seconds(walk, Place(5, 1, 3)) == 8 + 14
    assert seconds(walk, Place(6, 7, 3)) == 8 + 14 + 3.5 + 3
    heard = between(walk, walk.spot(Place(5, 1, 4)))
    assert len(heard) == 7 + 3 * 14
    assert heard[-1].words == "bar 6.7 pass 3"


@pytest.mark.parametrize(
    ("walk", "place", "words"),
    [
        (Walk(CHART), Place(5, 8), "a bar of 7/8 has no beat 8"),
        (Walk(CHART), Place(5, 1, 2), "the take is not looped"),
        (Walk(CHART, 1, is_looped=True), Place(7), "the loop has bars 5 to 6"),
        (Walk(free_song("Free")), Place(1), "a song without tempo has no bars"),
    ],
)
def test_places_that_are_not_there(walk: Walk, place: Place, words: str) -> None:
    """What a song has not is refused, and said."""
    with pytest.raises(NoSuchPlaceError, match=words):
        walk.spot(place)


def test_ramps_in_closed_form() -> None:
    """A ramp of four beats from 60 to 120 takes 4 ln 2 s in beats, and 8/3 s in time."""
    times = {}
    for shape in LinearIn:
        span = TempoSpan(0, Tempo(Fraction(60)), Tempo(Fraction(120)), shape)
        walk = Walk(Song("Ramp", (Section("", 1, (span,)),)))
        times[shape] = float(seconds(walk, Place(2)))

    assert times[LinearIn.BEATS] == pytest.approx(2.772588722239781, abs=1e-14)
    assert times[LinearIn.TIME] == pytest.approx(8 / 3, abs=1e-14)


@pytest.mark.parametrize(
    ("count_in", "befores", "ones"),
    [
        (CountIn(1), [4, 3, 2, 1], [4]),
        (CountIn(2, rest_beats=1), [8, 7, 6, 5, 4, 3, 2], [8, 4]),
        (CountIn(0, words=tuple("1.2.1234")), [8, 6, 4, 3, 2, 1], [8, 4]),
        (CountIn(0, beats=5), [5, 4, 3, 2, 1], [4]),
        (CountIn(0, beats=3, meter=Meter(3, 4), is_half_time=True), [6, 4, 2], [6]),
        (CountIn(2, is_half_time=True), [8, 6, 4, 2], [8, 4]),
        (CountIn(1, meter=Meter(6, 8)), [3, 2.5, 2, 1.5, 1, 0.5], [3]),
        (CountIn(0), [], []),
    ],
)
def test_count_ins(count_in: CountIn, befores: list[float], ones: list[float]) -> None:
    """Each sounds on its beats, in quarters before bar 1 of a song in 4/4, its ones told apart."""
    walk = Walk(steady_song("S", Tempo(Fraction(60)), count_in=count_in))

    heard = between(walk, walk.spot(Place(1)))

    assert [float(-click.seconds) for click in heard] == befores
    accents = [click for click in heard if click.voice is Voice.COUNT_IN_ACCENT]
    assert [float(-click.seconds) for click in accents] == ones


@settings(deadline=None, max_examples=60)
@given(song=songs(), rate_hz=rates_hz, where=st.integers(0, 4), ratio=st.sampled_from((1, "93/92")))
def test_the_box_plans_what_the_judge_expects(
    song: Song, rate_hz: int, where: int, ratio: int | str
) -> None:
    """Of songs that nobody would write, every click is on the frame that the walk says."""
    start = where % len(song.sections)
    played = song.scaled(Fraction(ratio)).starting_at(start)
    walk = Walk(song, start, ratio=Fraction(ratio))
    end_tick = song.length_ticks or song.start_ticks[-1] + 8 * 3840
    grid = Grid(played.tempo_map, rate_hz, Fraction(0))

    planned = list(clicks(played, grid, played.first_tick, end_tick))

    end = Spot(len(song.sections) - 1, Fraction(end_tick - song.start_ticks[-1], 960))
    wanted = between(walk, end)
    assert [(click.frame, click.voice) for click in planned] == [
        (nearest(click.seconds * rate_hz), click.voice) for click in wanted
    ]
    assert [click.level for click in planned] == pytest.approx(
        [10 ** (click.level_db / 20) for click in wanted]
    )


@settings(deadline=None, max_examples=30)
@given(song=songs(most_bars=2), rate_hz=rates_hz, where=st.integers(0, 4))
def test_the_box_loops_as_the_judge_does(song: Song, rate_hz: int, where: int) -> None:
    """Each pass of a loop is on the frames that the walk says, as far as three passes."""
    start = where % len(song.sections)
    section = song.sections[start]
    if section.ticks is None:
        return
    played, walk = song.looping(start), Walk(song, start, is_looped=True)
    grid = Grid(played.tempo_map, rate_hz, Fraction(0))

    to_tick = song.start_ticks[start] + min(3, len(played.sections) - start) * section.ticks
    planned = list(clicks(played, grid, played.first_tick, to_tick))

    end = Spot(start, Fraction(0), 1 + (to_tick - song.start_ticks[start]) // section.ticks)
    assert [(click.frame, click.voice) for click in planned] == [
        (nearest(click.seconds * rate_hz), click.voice) for click in between(walk, end)
    ]
