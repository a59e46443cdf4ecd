"""A tempo that was changed on the day, and a song file that is written anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.entries import ClickLevelChanged, SessionStarted, TakeStarted, TempoChanged
from countoff.core.events import Pedal, SongsRead
from countoff.core.song import steady_song
from countoff.core.tempo import Tempo

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL = Pedal.ROLL
HOUR_S = 3600


def read(studio: Studio, *songs: object) -> None:
    """Have the files read anew, now."""
    studio.feed(SongsRead(studio.now_ns, songs))


@pytest.mark.parametrize("nudges", [1, 7])
def test_a_saved_tempo_is_not_applied_twice(studio: Studio, nudges: int) -> None:
    """What is played before the file is read and after it is the same, and is as written then."""
    for nudge in range(nudges):
        studio.ask("nudge_up", 5 + nudge)
    played = studio.state.song
    ratio = studio.state.tempo_ratios["Kingdom"]
    read(studio, studio.kingdom.scaled(ratio), studio.harbour)

    assert studio.state.song == played
    assert studio.state.tempo_ratios == {}
    assert not studio.screen.tempo_changed
    last = studio.logged(TempoChanged)[-1]
    assert (last.song, last.ratio, last.tempo) == ("Kingdom", 1, str(played.tempo))


def test_a_tempo_saved_while_a_take_rolls_counts_once_after_it(studio: Studio) -> None:
    """The take goes on as it began, and the next one is no faster than it."""
    studio.ask("nudge_up", 5)
    studio.press(ROLL, 10)
    studio.run_to(20)
    read(studio, studio.kingdom.scaled(Fraction(121, 120)), studio.harbour)
    assert studio.screen.tempo == "121"
    studio.ask("stop", 25)
    studio.press(ROLL, 30)

    first, second = studio.logged(TakeStarted)
    assert (first.tempo, first.tempo_ratio) == ("121", Fraction(121, 120))
    assert (second.tempo, second.tempo_ratio) == ("121", 1)


def test_a_file_with_another_tempo_is_the_last_word(studio: Studio) -> None:
    """Whoever writes 100 into the file means 100, whatever was nudged before; the screen says so."""
    studio.ask("nudge_up", 5)
    read(studio, studio.kingdom.scaled(Fraction(100, 120)), studio.harbour)

    assert (studio.screen.tempo, studio.screen.message) == ("100", "AS WRITTEN: 100")


def test_a_file_that_changes_something_else_leaves_the_days_tempo(studio: Studio) -> None:
    """Another length, name or key is no word about the tempo."""
    studio.ask("nudge_up", 5)
    chorus = replace(studio.kingdom.sections[2], bars=30, name="Refrain")
    sections = (*studio.kingdom.sections[:2], chorus, *studio.kingdom.sections[3:])
    read(studio, replace(studio.kingdom, sections=sections, first_bars=(), key="D minor"))

    assert (studio.screen.tempo, studio.screen.tempo_changed) == ("121", True)
    assert studio.state.song.sections[2].name == "Refrain"


def test_a_song_that_was_away_comes_back_as_written(studio: Studio) -> None:
    """Nobody can know what was saved meanwhile."""
    studio.ask("nudge_up", 5)
    read(studio, studio.harbour)
    read(studio, studio.kingdom.scaled(Fraction(121, 120)), studio.harbour)

    assert studio.state.tempo_ratios == {}
    assert [song.sections[0].tempo for song in studio.state.songs] == [
        Tempo(Fraction(121)),
        Tempo(Fraction("92.5")),
    ]


@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(["nudge_up", "nudge_down", "next_song", "as_written"]),
            st.sampled_from(["save", "touch", "lose", "find"]),
        ),
        max_size=25,
    )
)
def test_whatever_is_saved_is_never_faster_than_what_was_played(
    open_studio: type[Studio], steps: list[str]
) -> None:
    """Saved at any moment, lost, found and touched: a save never changes what is played."""
    songs = {
        title: steady_song(title, Tempo(Fraction(tempo)))
        for title, tempo in (("One", 92), ("Two", 120), ("Three", 63))
    }
    away: set[str] = set()
    studio = open_studio(*songs.values())
    for number, step in enumerate(steps):
        at_s = 5.0 + number
        studio.run_to(at_s)
        title, before = studio.state.song.title, studio.state.song.tempo
        if step in {"nudge_up", "nudge_down", "next_song", "as_written"}:
            studio.ask(step, at_s)
            continue
        if step == "save":
            ratio = studio.state.tempo_ratios.get(title, Fraction(1))
            songs[title] = songs[title].scaled(ratio)
        elif step == "touch":
            songs[title] = replace(songs[title], notes=f"touched {number}")
        elif step == "lose" and len(away) < 2:
            away.add(title)
        elif step == "find":
            away.clear()
        read(studio, *(song for name, song in songs.items() if name not in away))
        if step in {"save", "touch"}:
            assert (studio.state.song.title, studio.state.song.tempo) == (title, before)
    for song in studio.state.songs:
        ratio = studio.state.tempo_ratios.get(song.title, Fraction(1))
        logged = [entry for entry in studio.logged(TempoChanged) if entry.song == song.title]
        assert ratio == (logged[-1].ratio if logged else 1)


def test_a_session_that_begins_by_itself_knows_what_is_changed(studio: Studio) -> None:
    """Next morning the screen still shows the nudged tempo, so it is played, and that day's log says so."""
    studio.ask("nudge_up", 5)
    studio.ask("click_down", 6)
    studio.press(ROLL, 10)
    studio.ask("stop", 20)
    studio.press(ROLL, 20 + 13 * HOUR_S)

    (session,) = studio.logged(SessionStarted)
    changed = studio.logged(TempoChanged)[-1]
    assert (changed.session_id, changed.ratio) == (session.id, Fraction(121, 120))
    level = studio.logged(ClickLevelChanged)[-1]
    assert (level.session_id, level.level_db, level.is_muted) == (session.id, -2, False)
    assert studio.logged(TakeStarted)[-1].tempo == "121"
