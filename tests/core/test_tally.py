from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.tally import (
    COLOURS,
    WAITING_BRIGHTNESS,
    TallyLight,
    brightness,
    next_change_ns,
)

MS = 1_000_000
SOLID = (TallyLight.OFF, TallyLight.RECORDING)

AT_NS = st.integers(min_value=0, max_value=10**15)
LIGHTS = st.sampled_from(TallyLight)
BEATS = st.tuples(AT_NS, st.integers(min_value=50 * MS, max_value=3_000 * MS))


def shape(light: TallyLight, length_ms: int = 6_000) -> list[float]:
    """Return the brightness at every millisecond."""
    return [brightness(light, at * MS) for at in range(length_ms)]


def flash_count(light: TallyLight, length_ms: int) -> int:
    """Return how many times the light comes on within a time that ends where it began."""
    levels = shape(light, length_ms)
    return sum(before < 0.5 <= after for before, after in pairwise([levels[-1], *levels]))


@given(LIGHTS, AT_NS, BEATS)
def test_next_change_is_the_next_change(
    light: TallyLight, at_ns: int, beat: tuple[int, int]
) -> None:
    """A lamp that sleeps until the next change misses nothing: none before it, and one at it."""
    last_beat_ns, beat_length_ns = beat
    level = brightness(light, at_ns, last_beat_ns, beat_length_ns)
    change_ns = next_change_ns(light, at_ns, last_beat_ns, beat_length_ns)
    assert 0.0 <= level <= 1.0
    if change_ns is None:
        assert light in SOLID
        return
    assert change_ns > at_ns
    assert brightness(light, change_ns - 1, last_beat_ns, beat_length_ns) == level
    assert brightness(light, change_ns, last_beat_ns, beat_length_ns) != level


def test_solid_light_is_only_a_confirmed_recording() -> None:
    """Only RECORDING is lit without a break; only OFF is dark without one."""
    assert [light for light in TallyLight if min(shape(light)) == 1.0] == [TallyLight.RECORDING]
    assert [light for light in TallyLight if max(shape(light)) == 0.0] == [TallyLight.OFF]


def test_lights_are_told_apart_by_their_blinking() -> None:
    """One lamp of one colour suffices: no two lights have the same rhythm."""
    shapes = {tuple(shape(light)) for light in TallyLight}
    assert len(shapes) == len(TallyLight)


def test_cannot_answer_dips_every_two_seconds_and_is_never_dark() -> None:
    """The light for a DAW that cannot answer is solid with a short dip every 2 s."""
    levels = shape(TallyLight.CANNOT_ANSWER, 2_000)
    assert min(levels) > 0.0
    assert levels.count(1.0) == 1_750
    assert flash_count(TallyLight.CANNOT_ANSWER, 20_000) == 10


@pytest.mark.parametrize(
    ("light", "period_ms", "flashes"),
    [
        (TallyLight.ANSWER_MISSING, 250, 1),
        (TallyLight.DAW_LOST, 1_500, 2),
        (TallyLight.FAULT, 1_800, 3),
    ],
)
def test_blinks(light: TallyLight, period_ms: int, flashes: int) -> None:
    """A missing answer blinks four times a second; a lost DAW twice, a fault thrice, then rest."""
    assert flash_count(light, period_ms * 20) == flashes * 20
    assert shape(light, period_ms) * 2 == shape(light, period_ms * 2)
    if flashes > 1:
        assert shape(light, period_ms)[-1_000:] == [0.0] * 1_000


def test_armed_is_slow_and_dim() -> None:
    """Armed blinks once in two seconds, dimmer than a take."""
    levels = shape(TallyLight.ARMED, 2_000)
    assert 0.0 < max(levels) < 0.5
    assert levels.count(0.0) == 1_000


@pytest.mark.parametrize("tempo", [40, 92.5, 113.7, 240, 400])
def test_count_in_flashes_on_the_beat(tempo: float) -> None:
    """The count-in is full on every beat and dark before the next one."""
    beat_length_ns = round(60e9 / tempo)
    first_beat_ns = 987_654_321
    for beat in range(16):
        at_ns = first_beat_ns + beat * beat_length_ns
        assert brightness(TallyLight.COUNT_IN, at_ns, first_beat_ns, beat_length_ns) == 1.0
        assert brightness(TallyLight.COUNT_IN, at_ns - 1, at_ns, beat_length_ns) < 0.2
        almost_ns = at_ns + beat_length_ns - 1
        assert brightness(TallyLight.COUNT_IN, almost_ns, first_beat_ns, beat_length_ns) == 0.0


def test_count_in_before_its_first_beat_glows() -> None:
    """From the press to the first beat the lamp glows: it answers at once and promises nothing."""
    assert brightness(TallyLight.COUNT_IN, 5) == WAITING_BRIGHTNESS
    assert next_change_ns(TallyLight.COUNT_IN, 5) is None
    assert brightness(TallyLight.COUNT_IN, 5, 1_000, 500 * MS) == WAITING_BRIGHTNESS
    assert next_change_ns(TallyLight.COUNT_IN, 5, 1_000, 500 * MS) == 1_000


def test_every_light_has_a_colour() -> None:
    """The panel finds a colour for each light, and red only where a take is wanted or running."""
    assert set(COLOURS) == set(TallyLight)
    assert COLOURS[TallyLight.RECORDING] == "red"
    assert COLOURS[TallyLight.DAW_LOST] != "red"
