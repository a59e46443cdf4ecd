"""Tempo as straight lines, against a song's own: whoever goes along the lines is where the song is."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.drawing import songs

from countoff.core.tempo import Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan, tempo_map
from countoff.export.tempo_lines import tempo_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.song import Song
    from countoff.core.tempo_map import TempoMap
    from countoff.export.tempo_lines import TempoPoint

BAR_TICKS = 3840
# Of ramps that nobody plays, such as from 570 to 20 within half a beat. Even there nobody hears it.
FARTHEST_S = 1e-3
WITHIN_A_SAMPLE_S = 15e-6


def off_along_beats(points: Sequence[TempoPoint], whole: TempoMap) -> float:
    """Return by how much a reader is off in seconds at worst, whose tempo moves straight along beats."""
    seconds = worst = 0.0
    for point, to in pairwise(points):
        first = point.quarters_per_minute
        rise = (to.quarters_per_minute - first) if point.moves else 0.0
        length = to.tick - point.tick
        for done in (*range(0, length, max(length // 6, 1)), length):
            quarters, tempo = done / 960, first + rise * done / length
            # Next to each other the two are the same, and the exact one is nothing by nothing.
            here = (
                quarters * 120 / (first + tempo)
                if abs(tempo - first) < 1e-7 * first
                else quarters * 60 / (tempo - first) * math.log(tempo / first)
            )
            wanted = float(whole.seconds_at_tick(point.tick + done))
            worst = max(worst, abs(seconds + here - wanted))
        seconds += here
    return worst


def off_along_time(points: Sequence[TempoPoint], whole: TempoMap) -> float:
    """Return the same for one whose tempo moves straight along time, and who is given the seconds."""
    quarters = worst = 0.0
    for point, to in pairwise(points):
        start_s, first = float(point.seconds), point.quarters_per_minute
        slope = (to.quarters_per_minute - first) / float(to.seconds - point.seconds)
        slope = slope if point.moves else 0.0
        length = to.tick - point.tick
        for done in (*range(0, length, max(length // 6, 1)), length):
            after_s = float(whole.seconds_at_tick(point.tick + done)) - start_s
            here = quarters + (first + slope * after_s / 2) * after_s / 60
            off = here - (point.tick + done) / 960
            worst = max(worst, abs(off) * 60 / (first + slope * after_s))
        quarters = here
    return worst


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(songs(most_bars=3), st.sampled_from(LinearIn), st.data())
def test_lines_follow_any_song(song: Song, straight_in: LinearIn, data: st.DataObject) -> None:
    """There is a point at tick 0, at each change and wherever one was asked for, and none goes astray."""
    whole = song.whole_tempo_map
    end_tick = song.length_ticks or song.start_ticks[-1] + BAR_TICKS
    asked = data.draw(st.lists(st.integers(0, end_tick), max_size=3))
    points = tempo_lines(whole, straight_in, up_to_tick=end_tick, also_at=asked)
    ticks = [point.tick for point in points]
    assert ticks == sorted(set(ticks))
    starts = {tick for tick in whole.start_ticks if tick <= end_tick}
    assert {0, *asked, *starts} <= set(ticks)
    assert all(point.seconds == whole.seconds_at_tick(point.tick) for point in points)
    assert all(point.quarters_per_minute > 0 for point in points)
    assert not points[-1].moves
    off = off_along_beats if straight_in is LinearIn.BEATS else off_along_time
    assert off(points, whole) < FARTHEST_S


@pytest.mark.parametrize("straight_in", LinearIn)
@pytest.mark.parametrize("linear_in", LinearIn)
@pytest.mark.parametrize(
    ("first", "to", "then", "bars"),
    [(100, 140, 140, 4), (140, 60, 60, 1), (92, 96, 96, 16), (120, 60, 130, 2), (60, 240, 80, 8)],
)
def test_ramps_that_people_play_are_within_a_sample(
    first: int, to: int, then: int, bars: int, *, linear_in: LinearIn, straight_in: LinearIn
) -> None:
    """Also where the tempo jumps at their end; and what is straight already is one line, or two and a step."""
    whole = tempo_map(
        (
            TempoSpan(0, Tempo(Fraction(first))),
            TempoSpan(BAR_TICKS, Tempo(Fraction(first)), Tempo(Fraction(to)), linear_in),
            TempoSpan((1 + bars) * BAR_TICKS, Tempo(Fraction(then))),
        ),
        (2 + bars) * BAR_TICKS,
    )
    points = tempo_lines(whole, straight_in, up_to_tick=(2 + bars) * BAR_TICKS)
    off = off_along_beats if straight_in is LinearIn.BEATS else off_along_time
    assert off(points, whole) < WITHIN_A_SAMPLE_S
    tempos = [point.quarters_per_minute for point in points]
    ramp = tempos[1 : -1 if to != then else None]
    assert ramp == sorted(ramp, reverse=to < first)
    if linear_in is straight_in:
        assert len(points) == (3 if to == then else 6)
