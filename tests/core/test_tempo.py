"""Tempos, meters and places, as they are said and as they are written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from core.drawing import tempos
from countoff.core.tempo import NO_PLACE, BarBeat, Meter, Tempo


@pytest.mark.parametrize(
    ("meter", "ticks_per_bar"),
    [(Meter(4, 4), 3840), (Meter(7, 8), 3360), (Meter(5, 4), 4800), (Meter(11, 16), 2640)],
)
def test_odd_meters_have_whole_bars(meter: Meter, ticks_per_bar: int) -> None:
    """A bar of any meter is a whole number of ticks: 960 to the quarter note."""
    assert meter.ticks_per_bar == ticks_per_bar


def test_every_meter_divides_its_bar_into_its_beats() -> None:
    """No meter, down to 32nds, loses a part of a tick."""
    for note_value in (1, 2, 4, 8, 16, 32):
        for beats_per_bar in range(1, 33):
            meter = Meter(beats_per_bar, note_value)
            assert meter.ticks_per_beat * note_value == 4 * 960
            assert meter.ticks_per_bar == beats_per_bar * meter.ticks_per_beat


@given(tempos)
def test_a_minute_holds_as_many_quarters_as_the_tempo_says(tempo: Tempo) -> None:
    """Exactly so, however the tempo was written."""
    quarters = tempo.quarters_per_minute
    assert tempo.seconds_per_tick * 960 * quarters == 60
    assert tempo.frames_per_tick(48_000) * 960 * quarters == 60 * 48_000


@pytest.mark.parametrize("quarters_per_minute", [0, -1, Fraction(-1, 1000)])
def test_a_tempo_of_nothing_is_refused(quarters_per_minute: Fraction) -> None:
    """A tempo of zero or less is refused in a sentence that says what was found."""
    with pytest.raises(ValueError, match=f"above 0.*found {quarters_per_minute}"):
        Tempo(Fraction(quarters_per_minute))


@pytest.mark.parametrize(
    ("beats_per_bar", "note_value", "words"),
    [(0, 4, "1 to 32 beats"), (33, 4, "1 to 32 beats"), (4, 3, "one of 1, 2, 4"), (4, 0, "4/0")],
)
def test_a_meter_nobody_can_count_is_refused(
    beats_per_bar: int, note_value: int, words: str
) -> None:
    """A meter without a whole number of ticks is refused, and the sentence says what is allowed."""
    with pytest.raises(ValueError, match=words):
        Meter(beats_per_bar, note_value)


@pytest.mark.parametrize(
    ("quarters_per_minute", "written"),
    [("120", "120"), ("92.5", "92.5"), ("113.7", "113.7"), ("127.125", "127.125"), ("400", "400")],
)
def test_a_tempo_reads_as_it_was_written(quarters_per_minute: str, written: str) -> None:
    """The screen and the log show the tempo as the song's author wrote it."""
    assert str(Tempo(Fraction(quarters_per_minute))) == written


def test_places_and_meters_read_as_in_a_score() -> None:
    """Bar 33, beat 2 is 33.2; where there are no bars it is 0.0."""
    assert str(BarBeat(33, 2)) == "33.2"
    assert str(NO_PLACE) == "0.0"
    assert str(Meter(7, 8)) == "7/8"
