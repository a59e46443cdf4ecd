"""Songs as they are laid out: bars, sections, and where a take of one begins."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drawing import songs
from core.oracle import heard
from countoff.core.count_in import NO_COUNT_IN, TWO_BARS, CountIn
from countoff.core.section import Section, Subdivision
from countoff.core.song import BUILT_IN_SONG, Song, free_song, steady_song
from countoff.core.tempo import NO_PLACE, BarBeat, Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan

AT_120 = (TempoSpan(0, Tempo(Fraction(120))),)


def chart(*, pick_up_ticks: int = 0, count_in: CountIn = TWO_BARS) -> Song:
    """Four bars of 4/4, two of 7/8 at 96, and an outro of 4/4 that slows down over two bars."""
    slower = TempoSpan(0, Tempo(Fraction(96)), Tempo(Fraction(70)))
    return Song(
        "Long Way Down",
        (
            Section("Verse", 4, AT_120),
            Section("Bridge", 2, (TempoSpan(0, Tempo(Fraction(96))),), Meter(7, 8), (2, 2, 3)),
            Section("Outro", 2, (slower,)),
        ),
        count_in,
        pick_up_ticks,
    )


def test_sections_follow_one_another() -> None:
    """Each begins where the one before it ends, in ticks and in bars."""
    song = chart()
    assert song.start_ticks == (0, 4 * 3840, 4 * 3840 + 2 * 3360)
    assert song.first_bars == (1, 5, 7)
    assert song.length_ticks == 6 * 3840 + 2 * 3360
    assert [song.section_end_tick(index) for index in range(3)] == [15_360, 22_080, 29_760]


@pytest.mark.parametrize(
    ("tick", "place"),
    [
        (0, "1.1"),
        (959, "1.1"),
        (960, "1.2"),
        (15_359, "4.4"),
        (15_360, "5.1"),
        (15_360 + 6 * 480, "5.7"),
        (15_360 + 3360, "6.1"),
        (22_080, "7.1"),
        (-1, "0.4"),
        (-3840, "0.1"),
        (-3841, "-1.4"),
        (29_760, "9.1"),
    ],
)
def test_a_tick_is_in_the_bar_and_beat_of_the_score(tick: int, place: str) -> None:
    """Bar 1, beat 1 is tick 0; each section counts in its own meter; before it come 0 and -1."""
    assert str(chart().place_at_tick(tick)) == place


@pytest.mark.parametrize(
    ("tick", "next_bar", "next_beat"),
    [
        (0, 3840, 960),
        (3839, 3840, 3840),
        (15_359, 15_360, 15_360),
        (15_360, 18_720, 15_840),
        (22_079, 22_080, 22_080),
        (-1, 0, 0),
        (-961, 0, -960),
    ],
)
def test_the_next_bar_and_beat_are_those_of_the_score(
    tick: int, next_bar: int, next_beat: int
) -> None:
    """To end at the bar, and to blink on the beat, in whichever meter."""
    assert chart().next_bar_tick(tick) == next_bar
    assert chart().next_beat_tick(tick) == next_beat


@given(songs(), st.integers(-8000, 40_000))
def test_bar_lines_are_where_the_bar_changes(song: Song, tick: int) -> None:
    """Until the next bar line a place is in its bar, and there it is on beat 1 of the one after."""
    for start in range(len(song.sections)):
        started = song.starting_at(start)
        if started.length_ticks is not None and tick >= started.length_ticks:
            continue
        line = started.next_bar_tick(tick)
        here = started.place_at_tick(tick)
        assert started.place_at_tick(line - 1).bar == here.bar
        assert started.place_at_tick(line) == BarBeat(here.bar + 1, 1)
        assert tick < started.next_beat_tick(tick) <= line


@given(songs())
def test_bars_begun_are_counted_from_where_the_take_begins(song: Song) -> None:
    """One more with every bar line of the oracle's walk, whatever the bar is called."""
    for start in range(len(song.sections)):
        started = song.starting_at(start)
        start_tick = started.start_ticks[start]
        assert started.bars_begun_at_tick(start_tick - 1) == 0
        begun = 1
        line = start_tick
        while begun < 12 and (started.length_ticks is None or line < started.length_ticks):
            assert started.bars_begun_at_tick(line) == begun
            line = started.next_bar_tick(line)
            assert started.bars_begun_at_tick(line - 1) == begun
            begun += 1


def test_a_take_from_the_bridge_is_in_its_tempo_meter_and_bars() -> None:
    """Its count-in comes before the bridge; the bars have the song's numbers."""
    song = chart().starting_at(1)
    assert song.start_tick == 15_360
    assert song.first_tick == 15_360 - 2 * 3360
    assert (song.tempo, song.meter) == (Tempo(Fraction(96)), Meter(7, 8))
    assert str(song.place_at_tick(song.start_tick)) == "5.1"
    assert str(song.place_at_tick(song.first_tick)) == "3.1"


def test_a_pick_up_is_played_only_from_the_top() -> None:
    """It is what comes before bar 1, and before no other section."""
    song = chart(pick_up_ticks=960)
    assert song.start_tick == -960
    assert song.first_tick == -7680
    assert song.starting_at(1).start_tick == 15_360
    assert str(song.place_at_tick(-960)) == "0.4"


def test_without_a_count_in_a_take_begins_with_the_pick_up_or_bar_1() -> None:
    """There is nothing before it."""
    assert chart(count_in=NO_COUNT_IN).first_tick == 0
    assert chart(count_in=NO_COUNT_IN, pick_up_ticks=1440).first_tick == -1440


def test_a_looped_section_has_the_same_bars_in_every_pass() -> None:
    """The bridge comes round as bars 5 and 6, hours long, and nothing follows it."""
    song = chart().looping(1)
    bridges = song.sections[1:]
    assert {section.name for section in bridges} == {"Bridge"}
    for number in range(5):
        pass_tick = 15_360 + number * 2 * 3360
        assert str(song.place_at_tick(pass_tick)) == "5.1"
        assert str(song.place_at_tick(pass_tick + 2 * 3360 - 1)) == "6.7"
    assert song.length_ticks is not None
    map_ = song.tempo_map
    lasts_s = map_.seconds_at_tick(song.length_ticks) - map_.seconds_at_tick(song.start_tick)
    assert lasts_s > 3600
    assert song.bars_begun_at_tick(15_360 + 3 * 3360) == 4


@pytest.mark.parametrize(("tempo_count", "passes"), [(1, 2000), (16, 250), (128, 31), (3000, 2)])
def test_a_loop_of_many_tempos_comes_round_less_often(tempo_count: int, passes: int) -> None:
    """Laying it out when it is chosen never takes long; it always comes round."""
    tempos = tuple(
        TempoSpan(480 * index, Tempo(Fraction(480 + index % 7))) for index in range(tempo_count)
    )
    song = Song("Demo", (Section("Verse", -(-tempo_count // 8), tempos),)).looping(0)
    assert len(song.sections) == passes


def test_a_section_that_rolls_on_is_not_looped() -> None:
    """It has no end to come round from: it is only started at."""
    song = steady_song("Kingdom", Tempo(Fraction(120)), first_bars=[("Verse", 1), ("Outro", 9)])
    assert song.looping(1) == song.starting_at(1)


@given(songs(), st.fractions(Fraction(1, 20), 20, max_denominator=10**6))
def test_another_tempo_keeps_every_proportion_exactly(song: Song, ratio: Fraction) -> None:
    """Nudged or tapped, each tempo and each end of a ramp is the same part of the first."""
    first = song.sections[0].tempo.quarters_per_minute
    changed = song.at_tempo(Tempo(first * ratio))
    assert changed.sections[0].tempo.quarters_per_minute == first * ratio
    for section, was in zip(changed.sections, song.sections, strict=True):
        for span, was_span in zip(section.tempos, was.tempos, strict=True):
            assert span.tempo.quarters_per_minute == was_span.tempo.quarters_per_minute * ratio
            assert (span.to is None) == (was_span.to is None)
            if span.to is not None and was_span.to is not None:
                assert span.to.quarters_per_minute == was_span.to.quarters_per_minute * ratio
            assert (span.start_tick, span.linear_in) == (was_span.start_tick, was_span.linear_in)
    assert changed.at_tempo(Tempo(first)) == song


def test_changing_the_tempo_keeps_all_else() -> None:
    """Where a take begins, its count-in, its bars and its words stay."""
    song = chart(pick_up_ticks=480).starting_at(1)
    changed = song.at_tempo(Tempo(Fraction(60)))
    assert changed.start_index == 1
    assert changed.first_bars == song.first_bars
    assert changed.tempo == Tempo(Fraction(48))
    assert changed.starting_at(0).pick_up_ticks == 480


def test_a_song_that_rolls_on_has_no_length() -> None:
    """Neither it nor its last section ends; the bars go on."""
    assert BUILT_IN_SONG.length_ticks is None
    assert BUILT_IN_SONG.section_end_tick(0) is None
    assert str(BUILT_IN_SONG.place_at_tick(3840 * 100_000)) == "100001.1"


def test_only_the_last_section_may_roll_until_stopped() -> None:
    """Nobody could play what follows; the sentence names the section."""
    with pytest.raises(ValueError, match="not Verse"):
        Song("Kingdom", (Section("Verse", None, AT_120), Section("Outro", 4, AT_120)))


def test_a_free_song_has_no_bars() -> None:
    """It has takes and flags; every place in it is 0.0."""
    song = free_song("Improvisation")
    assert song.is_free
    assert song.place_at_tick(12_345) == NO_PLACE
    assert song.first_tick == song.start_tick == 0
    assert heard(song) == []


def test_a_steady_song_has_its_sections_at_their_bars() -> None:
    """Bars before the first section belong to it, and the last one ends with the song."""
    song = steady_song(
        "Kingdom",
        Tempo(Fraction(120)),
        Meter(3, 4),
        bars=20,
        subdivision=Subdivision.EIGHTH,
        first_bars=[("Verse", 5), ("Chorus", 9)],
    )
    assert [(section.name, section.bars) for section in song.sections] == [("Verse", 8), ("Chorus", 12)]  # fmt: skip
    assert song.length_ticks == 20 * 2880
    assert {section.subdivision for section in song.sections} == {Subdivision.EIGHTH}


def test_a_ramp_within_a_song_reaches_the_next_section_at_its_tempo() -> None:
    """Slowing down from 96, the outro's last bar is slower than its first, and it ends at 70."""
    song = chart()
    map_ = song.tempo_map
    outro_tick = song.start_ticks[2]
    assert map_.quarters_per_minute_at_tick(outro_tick) == 96
    assert map_.quarters_per_minute_at_tick(outro_tick + 3840) == 83
    assert map_.quarters_per_minute_at_tick(outro_tick + 7680) == 70
    assert song.sections[2].tempos[0].linear_in is LinearIn.BEATS
