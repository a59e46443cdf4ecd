"""When each tick comes. The integral of the tempo judges the closed forms, to thirty digits."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import songs, tempos
from core.oracle import Course, mp, real
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import LinearIn, TempoMap, TempoSpan, tempo_map

if TYPE_CHECKING:
    from countoff.core.song import Song

# Of a second: what is left of exact numbers after rounding to 2**-80 a few times.
NOTHING_S = mp.mpf(10) ** -21


def ramp(first: str, last: str, quarters: int, shape: LinearIn) -> TempoMap:
    """Return the map of one ramp."""
    span = TempoSpan(0, Tempo(Fraction(first)), Tempo(Fraction(last)), shape)
    return tempo_map([span], quarters * 960)


def integrated_s(first: str, last: str, quarters: int, done: Fraction) -> Any:
    """Return when a part of a ramp linear in beats is done, by adding up dt = 60 dq / T(q)."""
    start, end = mp.mpf(first), mp.mpf(last)
    return mp.quad(
        lambda q: 60 / (start + (end - start) * q / quarters),
        mp.linspace(0, real(done * quarters), 9),
    )


RAMPS = [("96", "70", 16), ("40", "300", 4), ("300", "40", 4000), ("120", "120.001", 64), ("10", "999", 1)]  # fmt: skip
PARTS = [Fraction(1, 960), Fraction(1, 3), Fraction(1, 2), Fraction(7, 8), Fraction(1)]


@pytest.mark.parametrize("done", PARTS)
@pytest.mark.parametrize(("first", "last", "quarters"), RAMPS)
def test_a_ramp_in_beats_is_the_integral_of_its_tempo(
    first: str, last: str, quarters: int, done: Fraction
) -> None:
    """A tick comes when the quarter notes before it, each as long as its tempo says, are over."""
    ticks = round(done * quarters * 960)
    found_s = ramp(first, last, quarters, LinearIn.BEATS).seconds_at_tick(ticks)
    exact_s = integrated_s(first, last, quarters, Fraction(ticks, quarters * 960))
    assert abs(real(found_s) - exact_s) < NOTHING_S


@pytest.mark.parametrize("done", PARTS)
@pytest.mark.parametrize(("first", "last", "quarters"), RAMPS)
def test_a_ramp_in_time_moves_evenly_with_the_clock(
    first: str, last: str, quarters: int, done: Fraction
) -> None:
    """The tempo at a tick is where a straight line over the seconds is, and so are its quarters."""
    map_ = ramp(first, last, quarters, LinearIn.TIME)
    ticks = round(done * quarters * 960)
    whole_s = real(map_.seconds_at_tick(quarters * 960))
    at_s = real(map_.seconds_at_tick(ticks))
    start, rise = mp.mpf(first), mp.mpf(last) - mp.mpf(first)
    quarters_passed = mp.quad(lambda t: (start + rise * t / whole_s) / 60, [0, at_s])
    assert abs(quarters_passed - real(Fraction(ticks, 960))) < NOTHING_S * 100
    tempo = map_.quarters_per_minute_at_tick(ticks)
    assert abs(real(tempo) - (start + rise * at_s / whole_s)) < mp.mpf(10) ** -12


@pytest.mark.parametrize(("first", "last", "quarters"), RAMPS)
@pytest.mark.parametrize("shape", LinearIn)
def test_a_ramp_lies_between_its_two_tempos(
    first: str, last: str, quarters: int, shape: LinearIn
) -> None:
    """Each of its quarters is as long as some tempo on the way, and they change in one direction."""
    map_ = ramp(first, last, quarters, shape)
    step = quarters * 20
    places = [map_.seconds_at_tick(tick) for tick in range(0, quarters * 960 + 1, step)]
    steps_s = [later - earlier for earlier, later in pairwise(places)]
    ends_s = [Fraction(60 * step, 960) / Fraction(tempo) for tempo in (first, last)]
    assert min(ends_s) < min(steps_s)
    assert max(steps_s) < max(ends_s)
    assert steps_s in (sorted(steps_s), sorted(steps_s, reverse=True))


@settings(max_examples=50)
@given(songs(), st.lists(st.integers(0, 60 * 960), min_size=1, max_size=10))
def test_every_tick_of_any_song_comes_when_the_oracle_says(song: Song, ticks: list[int]) -> None:
    """Also those that no click is on; steady tempos and ramps, one after another."""
    course = Course(list(song.sections))
    for tick in ticks:
        if song.length_ticks is None or tick <= song.length_ticks:
            found_s = real(song.tempo_map.seconds_at_tick(tick))
            assert abs(found_s - course.seconds(Fraction(tick, 960))) < NOTHING_S
            tempo = song.tempo_map.quarters_per_minute_at_tick(tick)
            exact = mp.sqrt(real(course.tempo_squared(Fraction(tick, 960))))
            assert song.length_ticks == tick or abs(real(tempo) - exact) < exact * mp.mpf(10) ** -14


@given(tempos, tempos, st.sampled_from(LinearIn), st.integers(-(10**7), 0), st.integers(0, 10**7))
def test_before_and_after_a_ramp_its_ends_hold(
    first: Tempo, last: Tempo, shape: LinearIn, before: int, after: int
) -> None:
    """The count-in is in the first tempo, and what follows the end in the last, however far."""
    map_ = tempo_map([TempoSpan(0, first, last, shape)], 3840)
    assert map_.seconds_at_tick(before) == before * first.seconds_per_tick
    assert map_.quarters_per_minute_at_tick(before) == first.quarters_per_minute
    end_s = map_.seconds_at_tick(3840)
    assert map_.seconds_at_tick(3840 + after) == end_s + after * last.seconds_per_tick
    assert map_.quarters_per_minute_at_tick(3840 + after) == last.quarters_per_minute


@given(songs())
def test_what_comes_from_a_section_on_comes_at_the_same_second(song: Song) -> None:
    """A map that begins at a section is the whole song's from there on; before it, its tempo holds."""
    whole = song.whole_tempo_map
    for section, start_tick in zip(song.sections, song.start_ticks, strict=True):
        later = whole.from_tick(start_tick)
        for tick in (0, 1, 479, 960, 12_345):
            assert later.seconds_at_tick(start_tick + tick) == whole.seconds_at_tick(
                start_tick + tick
            )
        start_s = later.seconds_at_tick(start_tick)
        assert later.seconds_at_tick(start_tick - 960) == start_s - 960 * (
            section.tempo.seconds_per_tick
        )


def test_steady_tempos_are_exact() -> None:
    """A bar each of three odd tempos, then a beat at 120: not one part of a second is lost."""
    written = ["113.7", "92.5", "127.3", "120"]
    spans = [TempoSpan(3840 * bar, Tempo(Fraction(tempo))) for bar, tempo in enumerate(written)]
    exact_s = Fraction(2400, 1137) + Fraction(2400, 925) + Fraction(2400, 1273) + Fraction(1, 2)
    assert tempo_map(spans, None).seconds_at_tick(3 * 3840 + 960) == exact_s


def test_tick_0_is_second_0_wherever_the_first_tempo_begins() -> None:
    """Seconds count from the song's bar 1."""
    spans = [TempoSpan(-960, Tempo(Fraction(60))), TempoSpan(480, Tempo(Fraction(120)))]
    map_ = tempo_map(spans, None)
    assert [map_.seconds_at_tick(tick) for tick in (-960, 0, 480, 1440)] == [-1, 0, 0.5, 1]


def test_a_ramp_that_hardly_moves_is_as_good_as_steady() -> None:
    """Two tempos that no double can tell apart make no trouble, and no step."""
    nearly = Tempo(Fraction(120) + Fraction(1, 10**20))
    map_ = tempo_map([TempoSpan(0, Tempo(Fraction(120)), nearly)], 3840)
    assert abs(map_.seconds_at_tick(3840) - 2) < Fraction(1, 10**18)


@pytest.mark.parametrize(
    ("spans", "end_tick", "words"),
    [
        ([], 960, "at least one tempo"),
        ([(0, "120", None), (0, "90", None)], None, "must last"),
        ([(0, "120", None), (-5, "90", None)], None, "must last"),
        ([(0, "120", None)], 0, "must last"),
        ([(0, "120", "90")], None, "needs an end"),
    ],
)
def test_a_map_that_cannot_be_is_refused(
    spans: list[tuple[int, str, str | None]], end_tick: int | None, words: str
) -> None:
    """No tempo at all, tempos out of order, and ramps into nowhere, each in a sentence."""
    laid = [
        TempoSpan(tick, Tempo(Fraction(first)), None if last is None else Tempo(Fraction(last)))
        for tick, first, last in spans
    ]
    with pytest.raises(ValueError, match=words):
        tempo_map(laid, end_tick)
