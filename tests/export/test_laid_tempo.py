"""One tempo map for a whole timeline: each song's bars at their second, and whole bars between."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from countoff.core.section import Section
from countoff.core.song import Song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.export.laid_tempo import Bars, laid_tempo

HARBOUR = steady_song("Harbour", Tempo(Fraction("92.5")), bars=8)


def bars(song: Song, bar1_s: str, lead_s: int = 7, end_tick: int = 8 * 3840) -> Bars:
    """Return a take of a song that began to record so long before bar 1."""
    at_s = Fraction(bar1_s)
    return Bars(song, at_s, at_s - lead_s, end_tick, at_s)


def test_every_bar_1_is_at_its_exact_second() -> None:
    """What is between two takes lasts whole bars and just as long as it should."""
    takes = [bars(HARBOUR, "607.123"), bars(HARBOUR, "1207.4567891"), bars(HARBOUR, "1801.01")]
    laid = laid_tempo(takes, Fraction(2000))
    seconds = laid.tempo_map.seconds_at_tick
    starts = {
        stretch.start_tick: stretch.start_s
        for stretch in laid.tempo_map.stretches
        if stretch.tempo == HARBOUR.tempo
    }
    # Two bars fit into the seven seconds before bar 1.
    two_bars_s = 8 * Fraction(60) / Fraction("92.5")
    assert list(starts.values()) == [each.bar1_s - two_bars_s for each in takes]
    for tick, start_s in starts.items():
        assert seconds(tick + 2 * 3840) == start_s + two_bars_s
    assert seconds(laid.end_tick) >= 2000
    assert all(filling.end_tick in starts for filling in laid.fillings)


def test_between_takes_nobody_is_in_a_hurry() -> None:
    """The tempo there is near 120, whatever has to be filled."""
    for gap in ("0.51", "0.77", "1.2", "3.3", "59", "17000"):
        first = bars(HARBOUR, "30")
        ends_s = 30 + 32 * Fraction(60) / Fraction("92.5")
        second = bars(HARBOUR, str(float(ends_s + Fraction(gap))), lead_s=0)
        laid = laid_tempo([first, second], Fraction(0))
        tempos = [
            float(stretch.tempo.quarters_per_minute)
            for stretch in laid.tempo_map.stretches
            if stretch.tempo != HARBOUR.tempo
        ]
        assert all(60 <= tempo <= 240 for tempo in tempos), gap


def test_meters_change_on_bar_lines_only() -> None:
    """Each lasts whole bars, the last of a filling perhaps a shorter one."""
    sections = (
        Section("A", 2, (TempoSpan(0, Tempo(Fraction(100))),), Meter(7, 8)),
        Section("B", 1, (TempoSpan(0, Tempo(Fraction(100))),), Meter(3, 4)),
    )
    song = Song("Odd", sections)
    laid = laid_tempo(
        [bars(song, "601.7", end_tick=1), bars(song, "900", end_tick=9600)], Fraction(0)
    )
    ends = [*(change.tick for change in laid.meters[1:]), laid.end_tick]
    for change, end_tick in zip(laid.meters, ends, strict=True):
        assert (end_tick - change.tick) % change.meter.ticks_per_bar == 0
    assert {str(change.meter) for change in laid.meters} >= {"7/8", "3/4", "4/4"}


def test_a_ramp_that_breaks_off_stays_the_same_ramp() -> None:
    """A take that ended in the middle of it: every tick up to there comes when it did."""
    span = TempoSpan(0, Tempo(Fraction(100)), Tempo(Fraction(180)), LinearIn.BEATS)
    song = Song("Rise", (Section("Rise", 8, (span,)),))
    laid = laid_tempo([bars(song, "10", end_tick=3 * 3840), bars(HARBOUR, "60")], Fraction(0))
    first = next(each for each in laid.tempo_map.stretches if each.is_ramp)
    for tick in range(0, 3 * 3840, 481):
        found = laid.tempo_map.seconds_at_tick(first.start_tick + tick)
        assert abs(found - 10 - song.tempo_map.seconds_at_tick(tick)) < Fraction(1, 10**15)


def test_takes_close_to_each_other_share_what_is_between() -> None:
    """The bars of the first give way, so that the second begins on a bar line."""
    first = bars(HARBOUR, "10")
    second = bars(replace(HARBOUR, title="Next"), "20")
    laid = laid_tempo([first, second], Fraction(0))
    starts = [each.start_s for each in laid.tempo_map.stretches if each.tempo == HARBOUR.tempo]
    assert starts[-1] <= 20
    bars_in = (20 - starts[-1]) / (4 * HARBOUR.tempo.seconds_per_tick * 960)
    assert bars_in.denominator == 1


def test_nothing_but_time_is_bars_of_120() -> None:
    """A song without tempo has a timeline all the same."""
    laid = laid_tempo([], Fraction(7))
    (stretch,) = laid.tempo_map.stretches
    assert (stretch.tempo, laid.end_tick, laid.fillings) == (Tempo(Fraction(120)), 4 * 3840, ())
