"""What is played next: songs, sections, loops, and the day's tempo."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import (
    ClickLevelChanged,
    FlagKind,
    FlagMade,
    IncidentHappened,
    PressLogged,
    SongChosen,
    TakeEnded,
    TakeStarted,
    TempoChanged,
)
from countoff.core.events import Part, PartState, Pedal, SongAsked, SongsRead
from countoff.core.section import Section
from countoff.core.session.pedals import Phase
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
PARTS = (("Verse", 92), ("Bridge", 97))


def choose(studio: Studio, title: str, section: str = "", *, is_looped: bool = False) -> None:
    """Choose a song as the panel does."""
    studio.feed(SongAsked(studio.now_ns, title, section, is_looped, "panel"))


def test_takes_begin_with_the_chosen_section_in_the_songs_own_bars(studio: Studio) -> None:
    """From the chorus: two bars of count-in, then bar 13."""
    choose(studio, "Kingdom", "Chorus")
    assert studio.screen.starts_from == "CHORUS BAR 13"
    studio.press(ROLL, 10)
    studio.run_to(14.6)
    assert (studio.screen.bar, studio.screen.beat, studio.screen.section) == (13, 1, "Chorus")
    assert studio.heard_s == pytest.approx([10.5 + beat / 2 for beat in range(9)], abs=1e-4)


def test_a_take_from_a_section_has_bar_1_where_the_whole_song_would(studio: Studio) -> None:
    """Takes from anywhere are aligned by the song's bar 1."""
    choose(studio, "Kingdom", "Chorus")
    studio.press(ROLL, 10)
    (started,) = studio.logged(TakeStarted)
    bars_before = 12 - 2
    assert started.bar1_frame == started.first_click_frame - bars_before * 2 * 48_000


def test_a_flag_in_the_first_bar_names_no_section_that_was_not_played(studio: Studio) -> None:
    """A take from the chorus has no verse before it that could be meant."""
    choose(studio, "Kingdom", "Chorus")
    studio.press(ROLL, 10)
    studio.press(KEEPER, 15)
    (made,) = studio.logged(FlagMade)
    assert (made.kind, made.section, made.bar) == (FlagKind.KEEPER, "Chorus", 13)


def test_a_false_start_is_young_by_its_own_bars(studio: Studio) -> None:
    """Bar 14 of a take that began at bar 13 is its second: one press gives it up."""
    choose(studio, "Kingdom", "Chorus")
    studio.press(ROLL, 10)
    studio.press(AGAIN, 17)
    studio.run_to(17.2)
    assert studio.phase is Phase.COUNT_IN


def test_a_loop_comes_round_with_the_same_bars(studio: Studio) -> None:
    """Intro looped: bar 4 is followed by bar 1, for as long as the take lasts."""
    choose(studio, "Kingdom", "Intro", is_looped=True)
    studio.press(ROLL, 10)
    bars = []
    for bar in range(10):
        studio.run_to(14.6 + 2 * bar)
        bars.append(studio.screen.bar)
    assert bars == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]
    studio.down(ROLL, 34)
    studio.run_to(40)
    assert studio.logged(TakeEnded)[0].bar == 3


def test_sections_go_round(studio: Studio) -> None:
    """Next from the last section is the top, previous from the top the last."""
    names = []
    for _ in range(4):
        studio.ask("next_section", 5)
        names.append(studio.state.song.start_section.name)
    assert names == ["Verse", "Chorus", "Out", "Intro"]
    studio.ask("previous_section", 6)
    assert studio.state.song.start_section.name == "Out"


def test_a_section_without_an_end_is_not_looped(studio: Studio) -> None:
    """There is nothing to come round to."""
    studio.ask("previous_section", 5)
    studio.ask("loop_section", 6)
    assert not studio.state.is_looped
    assert studio.screen.message == "NO END TO LOOP"


def test_another_song_begins_at_its_top(studio: Studio) -> None:
    """Start and loop belong to the song they were chosen for."""
    choose(studio, "Kingdom", "Chorus", is_looped=True)
    studio.ask("next_song", 6)
    studio.ask("previous_song", 7)
    assert (studio.state.start_index, studio.state.is_looped) == (0, False)


def test_nudged_tempo_counts_from_the_next_take_and_stays_for_the_day(studio: Studio) -> None:
    """Two nudges are two quarter notes a minute; another song does not change that."""
    studio.ask("nudge_up", 5)
    studio.ask("nudge_up", 6)
    assert (studio.screen.tempo, studio.screen.tempo_changed) == ("122", True)
    studio.ask("next_song", 7)
    assert not studio.screen.tempo_changed
    studio.ask("previous_song", 8)
    studio.press(ROLL, 10)
    studio.run_to(13)
    beat_s = 60 / 122
    assert studio.heard_s == pytest.approx(
        [10.5 + beat * beat_s for beat in range(len(studio.heard))], abs=1e-4
    )
    (started,) = studio.logged(TakeStarted)
    assert (started.tempo, started.tempo_ratio) == ("122", Fraction(122, 120))
    assert started.chart.tempo == Tempo(Fraction(122))
    assert [entry.tempo for entry in studio.logged(TempoChanged)] == ["121", "122"]


def test_a_nudge_is_as_large_as_configured(open_studio: type[Studio]) -> None:
    """Half a quarter note a minute, where that is what was asked for."""
    studio = open_studio(nudge=Fraction(1, 2))
    studio.ask("nudge_down", 5)
    assert studio.screen.tempo == "119.5"


@pytest.mark.parametrize(
    "action", ["tap_tempo", "nudge_up", "nudge_down", "next_section", "loop_section", "as_written"]
)
def test_a_running_take_is_left_alone(studio: Studio, action: str) -> None:
    """What is played is chosen between takes."""
    studio.press(ROLL, 10)
    studio.run_to(20)
    before = studio.state
    studio.ask(action, 20)
    after = studio.state
    assert (after.song, after.take) == (before.song, before.take)


def test_tapped_tempo_is_the_next_takes(studio: Studio) -> None:
    """Four taps at 92.5: the song is at 92.5, whatever was written."""
    for tap in range(6):
        studio.ask("tap_tempo", 5 + tap * 60 / 92.5)
    assert studio.screen.tempo == "92.5"
    assert studio.screen.message == "TEMPO 92.5"


def test_taps_are_beats_of_the_meter(open_studio: type[Studio]) -> None:
    """In 7/8 eighths are tapped: 184 a minute are 92 quarter notes."""
    studio = open_studio(open_studio.harbour)
    for tap in range(6):
        studio.ask("tap_tempo", 5 + tap * 60 / 184)
    assert studio.screen.tempo == "92"


def test_a_named_beat_is_what_tempo_is_told_in(open_studio: type[Studio]) -> None:
    """In 6/8 in two, dotted quarters are shown, nudged and tapped: 66, 67, 70."""
    two = replace(
        open_studio.kingdom.at_tempo(Tempo(Fraction(99))).sections[-1],
        meter=Meter(6, 8),
        beat_ticks=1440,
    )
    studio = open_studio(replace(open_studio.kingdom, sections=(two,), first_bars=()))
    assert studio.screen.tempo == "66"
    studio.ask("nudge_up", 5)
    assert studio.screen.message == "TEMPO 67"
    for tap in range(6):
        studio.ask("tap_tempo", 10 + tap * 60 / 70)
    assert (studio.screen.tempo, str(studio.state.song.tempo)) == ("70", "105")


def test_as_written_forgets_the_day(studio: Studio) -> None:
    """Tempo, start and loop are those of the file again, and the log says so."""
    studio.ask("nudge_up", 5)
    choose(studio, "Kingdom", "Verse", is_looped=True)
    studio.ask("as_written", 7)
    assert studio.state.song == studio.state.written_song
    assert studio.logged(TempoChanged)[-1].ratio == 1


def test_nudging_moves_all_sections_in_proportion(open_studio: type[Studio]) -> None:
    """The bridge stays as much faster than the verse as it was written."""
    kingdom = open_studio.kingdom
    fast = kingdom.scaled(Fraction(5, 4)).sections[1]
    studio = open_studio(replace(kingdom, sections=(kingdom.sections[0], fast)))
    studio.ask("nudge_up", 5)
    tempos = [section.tempo.quarters_per_minute for section in studio.state.song.sections]
    assert tempos == [121, 150 * Fraction(121, 120)]


def test_the_level_of_the_day_is_logged(studio: Studio) -> None:
    """Click softer and muted: both are kept with the session."""
    studio.ask("click_down", 5)
    studio.ask("mute_click", 6)
    levels = [(entry.level_db, entry.is_muted) for entry in studio.logged(ClickLevelChanged)]
    assert levels == [(-2, False), (-2, True)]


def test_songs_read_while_a_take_runs_come_in_after_it(studio: Studio) -> None:
    """The running take keeps the song it began with; the next one has the new one."""
    studio.press(ROLL, 10)
    studio.run_to(20)
    take = studio.state.take
    new = (studio.harbour, steady_song("Kingdom", Tempo(Fraction(100))))
    studio.feed(SongsRead(studio.now_ns, new))
    assert studio.state.take == take
    studio.ask("stop", 25)
    assert studio.state.songs == new
    assert (studio.state.song.title, str(studio.state.song.tempo)) == ("Kingdom", "100")


def test_a_song_that_is_gone_gives_way_to_the_first(studio: Studio) -> None:
    """The chosen song's file was deleted: the first song is chosen, and the screen says so."""
    studio.feed(SongsRead(studio.now_ns, (studio.harbour,)))
    assert studio.state.song.title == "Harbour"
    assert studio.screen.message == "SONG: Harbour"


def test_a_chosen_section_is_kept_by_its_name(studio: Studio) -> None:
    """The engineer writes two more bars into the intro: takes still begin with the chorus."""
    choose(studio, "Kingdom", "Chorus")
    kingdom = studio.kingdom
    longer = (replace(kingdom.sections[0], bars=6), *kingdom.sections[1:])
    studio.feed(SongsRead(studio.now_ns, (replace(kingdom, sections=longer, first_bars=()),)))
    assert studio.screen.starts_from == "CHORUS BAR 15"


def test_a_wrong_song_file_spoils_no_take(studio: Studio) -> None:
    """A typing mistake saved while a take rolls is no incident of it; idle, the screen names it."""
    studio.press(ROLL, 10)
    studio.report(Part.SONGS, PartState.FAULT, 20)
    assert not studio.logged(IncidentHappened)
    studio.ask("stop", 25)
    assert studio.state.parts[Part.SONGS].state is PartState.FAULT


@pytest.mark.parametrize(
    ("title", "section", "words"),
    [
        ("Kingdon", "", 'there is no song "Kingdon". Did you mean "Kingdom"?'),
        ("Kingdom", "Chorsu", 'Kingdom has no section "Chorsu". Did you mean "Chorus"?'),
    ],
)
def test_what_does_not_exist_is_not_chosen(
    studio: Studio, title: str, section: str, words: str
) -> None:
    """A wrong name changes nothing; the log has the nearest right one."""
    before = studio.state.song
    choose(studio, title, section)
    assert studio.state.song == before
    assert studio.logged(PressLogged)[-1].did == f"nothing: {words}"


def test_a_free_song_has_takes_and_flags_at_their_times(open_studio: type[Studio]) -> None:
    """No click, no bars: ROLL rolls, a flag is named by its time, a hold ends at once."""
    studio = open_studio(free_song("Rubato"))
    studio.press(ROLL, 10)
    studio.run_to(10.6)
    assert studio.phase is Phase.ROLLING
    studio.press(KEEPER, 75.1)
    assert studio.screen.message == "KEEP T1 1:04"
    assert (studio.screen.elapsed, studio.screen.tempo, studio.screen.bar) == ("1:04", "", 0)
    studio.down(ROLL, 80)
    studio.run_to(80.8)
    assert studio.phase is Phase.RING_OUT
    assert studio.heard_s == []
    assert studio.logged(TakeEnded)[0].frame <= studio.state.take.grid.origin_frame + 48_000 * 71
    studio.up(ROLL, 81)


@pytest.mark.parametrize("action", ["tap_tempo", "nudge_up", "nudge_down"])
def test_a_free_song_has_no_tempo_to_change(open_studio: type[Studio], action: str) -> None:
    """The screen says so."""
    studio = open_studio(free_song("Rubato"))
    studio.ask(action, 5)
    assert studio.screen.message.startswith("NO TEMPO")


def test_each_change_of_the_choice_is_logged_and_nothing_else(studio: Studio) -> None:
    """Song, section with its first bar, and loop; what was chosen already is no change."""
    choose(studio, "Kingdom")
    choose(studio, "Kingdom", "Verse", is_looped=True)
    choose(studio, "Kingdom", "Verse", is_looped=True)
    choose(studio, "Nowhere")
    choose(studio, "Harbour")
    logged = [
        (entry.song, entry.section_index, entry.section, entry.first_bar, entry.is_looped)
        for entry in studio.logged(SongChosen)
    ]

    assert logged == [("Kingdom", 1, "Verse", 5, True), ("Harbour", 0, "", 1, False)]
    assert {entry.session_id for entry in studio.logged(SongChosen)} == {studio.state.session_id}


def test_a_choice_that_song_files_change_is_logged(studio: Studio) -> None:
    """The chosen song's file is gone: what the screen shows is in the log too."""
    choose(studio, "Kingdom", "Verse")
    studio.feed(SongsRead(studio.now_ns, (studio.harbour, studio.kingdom)))
    assert len(studio.logged(SongChosen)) == 1
    studio.feed(SongsRead(studio.now_ns, (studio.harbour,)))

    assert [entry.song for entry in studio.logged(SongChosen)] == ["Kingdom", "Harbour"]


def test_a_nudge_goes_from_what_is_shown_to_what_is_shown(studio: Studio) -> None:
    """119.99976, as other programs write 120, becomes 121 and not 120.99976; and back to itself."""
    written = Tempo(Fraction(60_000_000, 500_001))
    studio.feed(SongsRead(studio.now_ns, (steady_song("Import", written),)))
    shown: list[Fraction] = []
    for action in ("nudge_up", "nudge_up", "nudge_down", "nudge_down", "nudge_down"):
        studio.ask(action, 5 + len(shown))
        shown.append(studio.state.song.tempo.quarters_per_minute)

    assert shown == [121, 122, 121, written.quarters_per_minute, 119]


def test_a_nudge_at_another_section_leaves_no_crooked_tempo(studio: Studio) -> None:
    """Nudged at the bridge, then at the top: the top is what its screen shows, to three places."""
    slow, quick = (Section(name, 4, (TempoSpan(0, Tempo(Fraction(bpm))),)) for name, bpm in PARTS)
    studio.feed(SongsRead(studio.now_ns, (Song("Demo", (slow, quick)),)))
    studio.ask("next_section", 5)
    studio.ask("nudge_up", 6)
    studio.ask("next_section", 7)
    studio.ask("nudge_up", 8)

    assert studio.state.song.tempo.quarters_per_minute == Fraction("93.948")
    assert studio.screen.tempo == "93.948"
