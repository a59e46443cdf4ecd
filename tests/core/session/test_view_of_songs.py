"""What the screen shows of songs as people bring them: sections, ramps, loops, notes, no tempo."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from countoff.core.count_in import CountIn
from countoff.core.events import Part, PartState, Pedal, SongAsked
from countoff.core.section import Section
from countoff.core.session.view import next_view_change_ns, screen_view
from countoff.core.song import Song, free_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

    from countoff.core.screen.view import ScreenView

ROLL, AGAIN, KEEPER, SONG = Pedal


def tempo(quarters_per_minute: float) -> Tempo:
    """Return a tempo."""
    return Tempo(Fraction(quarters_per_minute))


# Four bars of two seconds; four of 1.75 s; four that go from 120 to 60.
LONG_WAY = Song(
    "Long Way Down",
    (
        Section("Verse", 4, (TempoSpan(0, tempo(120)),)),
        Section("Bridge", 4, (TempoSpan(0, tempo(120)),), Meter(7, 8), (2, 2, 3)),
        Section("Outro", 4, (TempoSpan(0, tempo(120), tempo(60)),)),
    ),
)
LOW_TIDE = free_song("Low Tide")


def choose(studio: Studio, title: str, section: str = "", *, is_looped: bool = False) -> None:
    """Choose a song, where it begins and whether it loops, at the panel."""
    studio.feed(SongAsked(studio.now_ns, title, section, is_looped, "panel"))


def views_of_take(studio: Studio, seconds: int) -> list[ScreenView]:
    """Start a take and return what is shown while it rolls, every quarter of a second."""
    studio.press(ROLL, 10)
    views = []
    for quarter in range(4 * seconds):
        studio.run_to(10.3 + quarter / 4)
        if studio.screen.page == "rolling":
            views.append(studio.screen)
    return views


def test_idle_tells_where_takes_begin(open_studio: type[Studio]) -> None:
    """Nothing at the top; the section and its bar from elsewhere; what is looped, at the top too."""
    studio = open_studio(LONG_WAY)
    assert (studio.screen.starts_from, studio.screen.looped) == ("", False)
    choose(studio, "Long Way Down", "Bridge")
    assert (studio.screen.starts_from, studio.screen.looped) == ("BRIDGE BAR 5", False)
    assert (studio.screen.tempo, studio.screen.meter) == ("120", "7/8")
    choose(studio, "Long Way Down", is_looped=True)
    assert (studio.screen.starts_from, studio.screen.looped) == ("VERSE BAR 1", True)


def test_the_meter_is_that_of_the_place(open_studio: type[Studio]) -> None:
    """While a take rolls, meter, beats and groups are those of the bar that is played."""
    views = views_of_take(open_studio(LONG_WAY), 30)
    shown = {
        section: {(v.meter, v.beats_in_bar, v.beat_groups) for v in views if v.section == section}
        for section in ("Verse", "Bridge", "Outro")
    }
    assert shown == {
        "Verse": {("4/4", 4, ())},
        "Bridge": {("7/8", 7, (2, 2, 3))},
        "Outro": {("4/4", 4, ())},
    }


def test_the_last_bar_of_a_section_says_what_comes(open_studio: type[Studio]) -> None:
    """The next section, its meter if that is another; nothing in the last bar of the song."""
    views = views_of_take(open_studio(LONG_WAY), 40)
    coming = {(view.bar, view.coming) for view in views}
    expected = dict.fromkeys(range(1, 13), "") | {4: "BRIDGE 7/8", 8: "OUTRO 4/4"}
    assert coming == set(expected.items())


def test_what_will_not_be_played_does_not_come(open_studio: type[Studio]) -> None:
    """Where the take ends with its section, nothing follows it."""
    studio = open_studio(LONG_WAY)
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", 10.5 + 4 + 7)
    assert (studio.screen.bar, studio.screen.bars_left, studio.screen.coming) == (4, 0, "")


def test_a_ramp_shows_its_tempo_and_which_way_it_goes(open_studio: type[Studio]) -> None:
    """Steady tempos do not move; a ritardando falls beat by beat, in whole numbers."""
    views = views_of_take(open_studio(LONG_WAY), 40)
    assert {view.tempo_moves for view in views if view.section != "Outro"} == {""}
    outro = [view for view in views if view.section == "Outro"]
    assert {view.tempo_moves for view in outro} == {"slower"}
    tempos = [int(view.tempo) for view in outro]
    assert tempos == sorted(tempos, reverse=True)
    assert tempos[0] == 120
    assert len(set(tempos)) >= 14


def test_a_take_from_the_bridge_is_as_long_as_it_was(open_studio: type[Studio]) -> None:
    """After the take its bars are those that were played, not the number of the last one."""
    studio = open_studio(LONG_WAY)
    choose(studio, "Long Way Down", "Bridge")
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", 10.5 + 3.5 + 1.75 + 0.5)
    assert studio.screen.bar == 6
    studio.ask("stop", 20)
    last = studio.screen.last_take
    assert last is not None
    assert (last.bars, last.elapsed) == (2, "")


def test_each_pass_of_a_loop_has_the_songs_own_bars(open_studio: type[Studio]) -> None:
    """The loop comes back to its first bar, and says in its last one that it will."""
    studio = open_studio(LONG_WAY)
    choose(studio, "Long Way Down", "Bridge", is_looped=True)
    views = views_of_take(studio, 24)
    bars = [view.bar for view in views]
    turns = [bar for bar, after in pairwise(bars) if bar != after]
    assert turns[:7] == [5, 6, 7, 8, 5, 6, 7]
    assert {view.coming for view in views if view.bar == 8} == {"BRIDGE"}
    assert all(view.looped for view in views)


def test_a_song_without_tempo_shows_the_time(open_studio: type[Studio]) -> None:
    """Neither tempo nor meter; while it rolls minutes and seconds, and after the take its length."""
    studio = open_studio(LOW_TIDE)
    assert (studio.screen.tempo, studio.screen.meter) == ("", "")
    studio.press(ROLL, 10)
    began_s = next(at / 10 for at in range(100, 200) if _rolls(studio, at / 10))
    for seconds, shown in ((0.5, "0:00"), (59.5, "0:59"), (61.5, "1:01"), (605.5, "10:05")):
        studio.run_to(began_s + seconds)
        assert studio.screen.elapsed == shown
    studio.ask("stop", began_s + 605.7)
    last = studio.screen.last_take
    assert last is not None
    assert (last.bars, last.elapsed) == (0, "10:05")


def _rolls(studio: Studio, at_s: float) -> bool:
    if studio.now_s < at_s:
        studio.run_to(at_s)
    return studio.screen.page == "rolling"


def test_the_words_of_a_count_in_are_shown_as_they_are_said(open_studio: type[Studio]) -> None:
    """1 . 2 . 1 2 3 4: a number where it is said, nothing on the silent beats."""
    studio = open_studio(replace(LONG_WAY, count_in=CountIn(bars=0, words=tuple("1.2.1234"))))
    studio.press(ROLL, 10)
    seen = []
    for beat in range(8):
        studio.run_to(10.5 + beat / 2 + 0.1)
        seen.append(studio.screen.count)
    assert seen == ["1", "", "2", "", "1", "2", "3", "4"]


def test_the_beats_of_a_count_in_are_counted(open_studio: type[Studio]) -> None:
    """Without words each beat says its number; before the first one there is none."""
    studio = open_studio(LONG_WAY)
    studio.press(ROLL, 10)
    seen = [studio.screen.count]
    for beat in range(8):
        studio.run_to(10.5 + beat / 2 + 0.1)
        seen.append(studio.screen.count)
    assert seen == ["", *"12341234"]


def test_notes_take_turns_while_idle(open_studio: type[Studio]) -> None:
    """They come and go by themselves, at the moments that were named, and never over a message."""
    studio = open_studio(replace(LONG_WAY, notes="Brushes"), LOW_TIDE)
    at_ns, seen = studio.now_ns, []
    for _ in range(12):
        seen.append(screen_view(studio.state, at_ns).shows_notes)
        next_ns = next_view_change_ns(studio.state, at_ns)
        assert next_ns is not None
        assert screen_view(studio.state, next_ns - 1).shows_notes is seen[-1]
        at_ns = next_ns
    assert sum(seen) == 4
    studio.run_to(5)
    while not studio.screen.shows_notes:
        studio.run_to(studio.now_s + 1)
    studio.press(SONG, studio.now_s)
    assert studio.screen.message == "NEXT: Low Tide"
    assert not studio.screen.shows_notes


def test_notes_wait_for_what_is_more_urgent(open_studio: type[Studio]) -> None:
    """A fault, a count-in and a take have the screen for themselves."""
    studio = open_studio(replace(LONG_WAY, notes="Brushes"))
    studio.report(Part.DISK, PartState.FAULT, 5)
    for second in range(5, 30):
        studio.run_to(second)
        assert not studio.screen.shows_notes
    studio.report(Part.DISK, PartState.OK, 30)
    studio.press(ROLL, 31)
    for second in range(32, 50):
        studio.run_to(second)
        assert not studio.screen.shows_notes
