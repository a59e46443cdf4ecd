"""The project to record a song into: its bars at every place, and where bar 1 will come."""

from __future__ import annotations

from fractions import Fraction

import pytest

from countoff.core.session.state import LocatePlace, Settings
from countoff.core.song import free_song, steady_song
from countoff.core.tempo import Tempo
from countoff.export.before_tracking import OnePlace, StringOut, before_tracking, way_of
from countoff.export.places import MOST_PLACES

HARBOUR = steady_song(
    "Harbour", Tempo(Fraction(120)), bars=16, first_bars=[("Verse", 1), ("End", 9)]
)
LEAD_S = Fraction(1, 2)


def test_bar_1_comes_after_the_lead_and_the_count_in() -> None:
    """Take N at N times ten minutes: half a second, two bars of 120, then bar 1."""
    timeline = before_tracking(HARBOUR, StringOut(3, LEAD_S), 48_000)
    assert [(place.number, place.frame / 48_000) for place in timeline.places] == [
        (1, 600),
        (2, 1200),
        (3, 1800),
    ]
    assert [place.bar1_frame / 48_000 for place in timeline.places] == [604.5, 1204.5, 1804.5]
    sections = timeline.songs[0].sections
    assert [section.title for section in sections] == ["Verse", "End"] * 3
    assert [section.start_frame / 48_000 for section in sections[:3]] == [604.5, 620.5, 1204.5]
    assert all(
        timeline.frame_at_tick(section.start_tick) == section.start_frame for section in sections
    )


def test_a_song_longer_than_ten_minutes_goes_where_there_is_room() -> None:
    """As the box sends its takes there, and never beyond the sixteenth hour."""
    long = steady_song("Long", Tempo(Fraction(60)), bars=200)
    timeline = before_tracking(long, StringOut(MOST_PLACES, LEAD_S), 44_100)
    seconds = [place.frame / 44_100 for place in timeline.places]
    assert seconds[:3] == [600, 1800, 3000]
    assert seconds[-1] < 16 * 3600


def test_stacked_takes_have_bar_1_on_their_place() -> None:
    """One place, and the song once."""
    timeline = before_tracking(HARBOUR, OnePlace(Fraction(3600)), 96_000)
    assert [place.bar1_frame for place in timeline.places] == [3600 * 96_000]
    assert timeline.bar1_tick is not None
    assert timeline.frame_at_tick(timeline.bar1_tick) == 3600 * 96_000
    assert len(timeline.songs[0].sections) == 2


@pytest.mark.parametrize("way", [StringOut(2, LEAD_S), OnePlace(Fraction(10), LEAD_S)])
def test_a_song_without_tempo_has_places_and_no_bars(way: StringOut | OnePlace) -> None:
    """That is said."""
    timeline = before_tracking(free_song("Drone"), way, 48_000)
    assert timeline.songs[0].sections == ()
    assert timeline.places[0].bar1_frame - timeline.places[0].frame == 24_000
    assert any('"Drone" has no tempo' in remark for remark in timeline.remarks)


def test_where_takes_go_is_as_the_box_is_set() -> None:
    """Fresh timeline, or the one place of the configuration."""
    assert way_of(Settings(), 5) == StringOut(5, LEAD_S)
    fixed = Settings(locate_place=LocatePlace.FIXED, locate_s=3600)
    assert way_of(fixed, 5) == OnePlace(Fraction(3600), LEAD_S)
