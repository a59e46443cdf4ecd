"""The tapped tempo, against taps made from a tempo that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.tapping import FEWEST_TAPS, MOST_TAPS, PAUSE_NS, beat_ns_of, with_tap

NS_PER_MINUTE = 60_000_000_000
BEATS = st.floats(min_value=40, max_value=300)


def tapped(moments_ns: list[int]) -> int | None:
    """Return the beat after all these taps."""
    taps: tuple[int, ...] = ()
    for at_ns in moments_ns:
        taps = with_tap(taps, at_ns)
    return beat_ns_of(taps)


def on_the_beat(beats_per_minute: float, count: int) -> list[int]:
    """Return `count` taps exactly on the beat."""
    return [round(7e9 + beat * NS_PER_MINUTE / beats_per_minute) for beat in range(count)]


@given(BEATS, st.integers(FEWEST_TAPS, 40))
def test_even_taps_give_their_tempo(beats_per_minute: float, count: int) -> None:
    """From the fourth tap on the beat is there."""
    assert tapped(on_the_beat(beats_per_minute, count)) == pytest.approx(
        NS_PER_MINUTE / beats_per_minute, rel=1e-6
    )


@pytest.mark.parametrize("count", range(FEWEST_TAPS))
def test_too_few_taps_give_nothing(count: int) -> None:
    """Three taps are no tempo."""
    assert tapped(on_the_beat(120, count)) is None


@given(BEATS, st.integers(6, 12), st.data())
def test_one_bad_tap_does_not_move_it(
    beats_per_minute: float, count: int, data: st.DataObject
) -> None:
    """One tap a third of a beat too early or too late, one too many or one left out: the same."""
    taps = on_the_beat(beats_per_minute, count)
    beat_ns = NS_PER_MINUTE / beats_per_minute
    which = data.draw(st.integers(1, count - 2))
    match data.draw(st.sampled_from(["early", "late", "extra", "left out"])):
        case "early":
            taps[which] -= round(beat_ns / 3)
        case "late":
            taps[which] += round(beat_ns / 3)
        case "extra":
            taps.insert(which, taps[which] - round(beat_ns * 0.4))
        case "left out" if 2 * beat_ns < PAUSE_NS:
            del taps[which]
    assert tapped(taps) == pytest.approx(beat_ns, rel=0.01)


@given(BEATS, st.integers(6, 12), st.floats(0.25, 0.75), st.data())
def test_a_hesitation_does_not_move_it(
    beats_per_minute: float, count: int, late: float, data: st.DataObject
) -> None:
    """Who loses the stick for part of a beat and goes on from there has tapped the same tempo."""
    taps = on_the_beat(beats_per_minute, count)
    beat_ns = NS_PER_MINUTE / beats_per_minute
    which = data.draw(st.integers(1, count - 1))
    taps[which:] = [at_ns + round(late * beat_ns) for at_ns in taps[which:]]
    if taps[which] - taps[which - 1] < PAUSE_NS:
        assert tapped(taps) == pytest.approx(beat_ns, rel=1e-6)


@given(BEATS, st.lists(st.floats(-0.02, 0.02), min_size=8, max_size=MOST_TAPS))
def test_a_human_hand_is_evened_out(beats_per_minute: float, errors: list[float]) -> None:
    """Taps that are each up to 2 % of a beat off give the tempo within 1 %."""
    beat_ns = NS_PER_MINUTE / beats_per_minute
    taps = on_the_beat(beats_per_minute, len(errors))
    moved = [tap + round(error * beat_ns) for tap, error in zip(taps, errors, strict=True)]
    assert tapped(moved) == pytest.approx(beat_ns, rel=0.01)


def test_after_a_pause_it_begins_anew() -> None:
    """Who has not tapped for a while means another tempo."""
    first = on_the_beat(120, 8)
    later = [at_ns + first[-1] + PAUSE_NS for at_ns in on_the_beat(90, 4)]
    assert tapped(first + later) == pytest.approx(NS_PER_MINUTE / 90, rel=1e-6)


def test_a_tap_that_came_before_the_last_begins_anew() -> None:
    """Host time does not run backwards; a tap that says so belongs to something else."""
    assert with_tap((5, 9), 9) == (9,)
