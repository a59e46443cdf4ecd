"""Count-ins, written as they are heard: one character a counted beat, up to the first downbeat."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drawing import songs
from core.oracle import count_in as count_in_by_oracle
from countoff.core.count_in import NO_COUNT_IN, TWO_BARS, CountIn, laid_out
from countoff.core.section import Section
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.core.voice import Voice

FOUR_FOUR = Meter(4, 4)
JAZZ = ("1", ".", "2", ".", "1", "2", "3", "4")


def heard(
    count_in: CountIn, meter: Meter = FOUR_FOUR, beat_ticks: int = 0, pick_up_ticks: int = 0
) -> str:
    """Return the count-in as it is heard: 1 for an accent, x for a beat, a dot for silence."""
    counting = laid_out(count_in, meter, beat_ticks or meter.ticks_per_beat, pick_up_ticks)
    beats = -(-counting.ticks // counting.ticks_per_beat)
    row = ["."] * beats
    for count in counting.counts:
        place, rest = divmod(count.ticks_before, counting.ticks_per_beat)
        assert rest == 0, "off the song's beats"
        row[beats - place] = "1" if count.voice is Voice.COUNT_IN_ACCENT else "x"
    return "".join(row)


@pytest.mark.parametrize(
    ("count_in", "meter", "row"),
    [
        (TWO_BARS, FOUR_FOUR, "1xxx1xxx"),
        (CountIn(1), Meter(3, 4), "1xx"),
        (CountIn(2), Meter(7, 8), "1xxxxxx1xxxxxx"),
        (NO_COUNT_IN, FOUR_FOUR, ""),
        # Beats count back from the downbeat: so the ones are on bar lines.
        (CountIn(0, beats=4), FOUR_FOUR, "1xxx"),
        (CountIn(0, beats=6), FOUR_FOUR, "xx1xxx"),
        (CountIn(0, beats=2), Meter(3, 4), "xx"),
        (CountIn(0, words=JAZZ), FOUR_FOUR, "1.x.1xxx"),
        (CountIn(0, words=("1", "2")), FOUR_FOUR, "1x"),
    ],
)
def test_bars_beats_and_words_are_counted(count_in: CountIn, meter: Meter, row: str) -> None:
    """Whole bars with an accent on each one; so many beats; and words with their silences."""
    assert heard(count_in, meter) == row


@pytest.mark.parametrize(
    ("count_in", "row"),
    [
        (CountIn(2, rest_beats=1), "1xxx1xx."),
        (CountIn(1, rest_beats=2), "1x.."),
        (CountIn(0, beats=4, rest_beats=1), "1xx."),
        (CountIn(0, words=JAZZ, rest_beats=1), "1.x.1xx."),
        (CountIn(1, rest_beats=9), "...."),
    ],
)
def test_the_last_beats_rest_where_asked(count_in: CountIn, row: str) -> None:
    """So that a first note in front of the downbeat is not covered by the count."""
    assert heard(count_in) == row


@pytest.mark.parametrize(
    ("count_in", "meter", "beat_ticks", "row", "ticks"),
    [
        # In two, as for a quick song; the length of the count-in stays.
        (CountIn(2, is_half_time=True), FOUR_FOUR, 0, "1x1x", 7680),
        (CountIn(2, is_half_time=True), Meter(6, 8), 1440, "11", 5760),
        # An odd bar has no halves: evenly counted it takes two.
        (CountIn(1, is_half_time=True), Meter(3, 4), 0, "1xx", 5760),
        (CountIn(1, is_half_time=True), Meter(7, 8), 0, "1xxxxxx", 6720),
        (CountIn(0, beats=4, is_half_time=True), FOUR_FOUR, 0, "1x1x", 7680),
        # In the beat that clicks: a 6/8 in two, a 4/4 in halves.
        (CountIn(2), Meter(6, 8), 1440, "1x1x", 5760),
        (CountIn(2), FOUR_FOUR, 1920, "1x1x", 7680),
        # In another meter.
        (CountIn(1, meter=FOUR_FOUR), Meter(7, 8), 0, "1xxx", 3840),
        (CountIn(2, meter=Meter(3, 8)), FOUR_FOUR, 1920, "1xx1xx", 2880),
    ],
)
def test_it_counts_at_half_time_and_in_other_meters(
    count_in: CountIn, meter: Meter, beat_ticks: int, row: str, ticks: int
) -> None:
    """The beats of a count-in are evenly spaced up to the downbeat, whatever they are."""
    assert heard(count_in, meter, beat_ticks) == row
    assert laid_out(count_in, meter, beat_ticks or meter.ticks_per_beat).ticks == ticks


@pytest.mark.parametrize(
    ("count_in", "pick_up_ticks", "row"),
    [
        # "1 2 3 4 1 2 3", and the pick-up is the 4.
        (CountIn(2), 960, "1xxx1xx."),
        (CountIn(2), 1920, "1xxx1x.."),
        # A pick-up of three 8ths begins between two beats; the count stays on them.
        (CountIn(2), 1440, "1xxx1xx."),
        (CountIn(2), 480, "1xxx1xxx"),
        # One bar would leave three beats only.
        (CountIn(1), 960, "1xxx1xx."),
        (CountIn(0, words=JAZZ), 960, "1.x.1xx."),
        (CountIn(0, words=("1", "2", "3", "4")), 960, "1xx."),
        # As many beats as were asked for, the one still on the bar line.
        (CountIn(0, beats=4), 960, "x1xx."),
        (CountIn(0, beats=4), 1440, "x1xx."),
        (CountIn(0, words=("1", "2", "3", "4", "1", "2", "3")), 960, "1xxx1xx."),
        (CountIn(2, rest_beats=1), 960, "1xxx1x.."),
        (NO_COUNT_IN, 960, "."),
    ],
)
def test_a_pick_up_comes_in_on_the_last_beats(
    count_in: CountIn, pick_up_ticks: int, row: str
) -> None:
    """The count lies on the song's own bars and beats, and stops where the pick-up begins."""
    assert heard(count_in, pick_up_ticks=pick_up_ticks) == row


@given(songs())
def test_any_count_in_is_that_of_the_oracle(song: Song) -> None:
    """Into whichever section: the same beats, the same ones, and nothing within the pick-up."""
    for start, section in enumerate(song.sections):
        pick_up_ticks = song.pick_up_ticks if start == 0 else 0
        expected = count_in_by_oracle(song, section, Fraction(pick_up_ticks, 960))
        counting = song.starting_at(start).counting
        assert [
            (Fraction(-count.ticks_before, 960), count.voice.name) for count in counting.counts
        ] == expected
        assert all(
            pick_up_ticks < count.ticks_before <= counting.ticks for count in counting.counts
        )


@given(songs(), st.booleans())
def test_a_count_in_is_even_and_lies_on_the_beats_of_its_bars(
    song: Song, is_half_time: bool
) -> None:
    """However the meter, no count is nearer to the next than a beat, nor to the downbeat."""
    count_in = CountIn(2, is_half_time=is_half_time)
    for section in song.sections:
        counting = laid_out(count_in, section.meter, section.clicked_beat_ticks)
        befores = [count.ticks_before for count in counting.counts]
        assert befores == list(range(counting.ticks, 0, -counting.ticks_per_beat))


def test_it_is_counted_in_the_tempo_and_meter_of_the_section_that_follows() -> None:
    """Started at the bridge in 7/8 at 96, the count-in is in 7/8 at 96; the song's click is off."""
    verse = Section("Verse", 4, (TempoSpan(0, Tempo(Fraction(120))),))
    bridge = Section(
        "Bridge", 2, (TempoSpan(0, Tempo(Fraction(96))),), Meter(7, 8), has_click=False
    )
    song = Song("Long Way Down", (verse, bridge)).starting_at(1)
    assert song.first_tick == 4 * 3840 - 2 * 3360
    assert len(song.counting.counts) == 14
    map_ = song.tempo_map
    bridge_s = map_.seconds_at_tick(song.start_tick)
    assert bridge_s == 8
    assert bridge_s - map_.seconds_at_tick(song.first_tick) == 14 * Fraction(60, 96) / 2
