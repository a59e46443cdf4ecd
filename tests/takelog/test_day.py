"""What a take was played like, and what was changed on the day, is in the log and comes back."""

from __future__ import annotations

import sqlite3
import tomllib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from countoff.core.count_in import CountIn
from countoff.core.song import free_song
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import song_of
from countoff.takelog.charts import chart_of
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import Choice, DayTempo, recover
from countoff.takelog.reports import LogSetAside
from songs.drawing import written_songs

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

    from countoff.core.song import Song

FASTER = Fraction(93, 92)


def read(text: str) -> Song:
    """Read a chart as a song file is read."""
    song, faults = song_of(tomllib.loads(text, parse_float=exact_decimal))
    assert song is not None, faults
    return song


def harbour(room: Room) -> Song:
    """Return the song that is played, as its file has it."""
    return room.take("none").chart


def test_a_takes_record_holds_how_it_was_played(room: Room) -> None:
    """Where it began, its tempo as played and as written, the loop, and the click's level."""
    chart = harbour(room).scaled(FASTER).looping(1)
    room.write(
        room.session(),
        room.take("t1", chart=chart, tempo_ratio=FASTER, is_looped=True, click_level_db=-6),
    )
    detail = TakeLog(room.folder).take("t1")

    take = detail.summary
    assert (take.start_section, take.start_bar, take.is_looped) == ("Bridge", 33, True)
    assert (take.tempo, take.written_tempo, detail.tempo_ratio) == ("114.936", "113.7", "93/92")
    assert (detail.click_level_db, detail.click_is_muted) == (-6, False)
    assert detail.count_in == "2 bars"


def test_a_muted_click_is_no_level(room: Room) -> None:
    """Muted and turned down are two things."""
    room.write(room.session(), room.take("t1", click_level_db=None))
    detail = TakeLog(room.folder).take("t1")

    assert (detail.click_level_db, detail.click_is_muted) == (None, True)


def test_a_chart_is_the_song_as_it_was_played(room: Room) -> None:
    """It is read back as the whole song at the day's tempo, wherever in it the take began."""
    song = replace(harbour(room).scaled(FASTER), count_in=CountIn(0, words=("1", ".", "2", ".")))
    room.write(room.session(), room.take("t1", chart=song.starting_at(2), tempo_ratio=FASTER))
    detail = TakeLog(room.folder).take("t1")

    assert read(detail.chart or "") == song
    assert detail.count_in == "1 . 2 ."


def test_the_chart_of_a_loop_holds_the_loop_once(room: Room) -> None:
    """Hundreds of passes are not hundreds of sections."""
    song = harbour(room)
    take = room.take("t1", chart=song.looping(1), is_looped=True)
    assert len(take.chart.sections) > 100

    assert read(chart_of(take).text).sections == song.sections[:2]


def test_each_chart_is_kept_once(room: Room) -> None:
    """Ten takes of a song are one chart; another tempo is another one."""
    song = harbour(room)
    room.write(room.session(), *(room.take(f"a{n}", number=n, chart=song) for n in range(10)))
    room.write(*(room.take(f"b{n}", number=n, chart=song.starting_at(1)) for n in range(10)))
    assert room.rows("SELECT count(*) FROM charts") == [(1,)]
    room.write(room.take("c1", number=21, chart=song.scaled(FASTER), tempo_ratio=FASTER))

    assert room.rows("SELECT count(*) FROM charts") == [(2,)]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(song=written_songs())
def test_any_song_can_be_charted(room: Room, song: Song) -> None:
    """What is played can always be written down, and is read back just as it was."""
    chart = chart_of(room.take("t1", chart=song))

    assert read(chart.text) == song
    assert chart.count_in


def test_a_song_that_no_file_can_say_is_charted_all_the_same(room: Room) -> None:
    """The take is logged, and all of the song stands in its chart, if not as a song file."""
    song = harbour(room)
    odd = replace(song, sections=(replace(song.sections[0], beat_ticks=7), *song.sections[1:]))
    room.write(room.session(), room.take("t1", chart=odd))

    chart = TakeLog(room.folder).take("t1").chart or ""
    assert "could not be written" in chart
    assert "beat_ticks=7" in chart
    assert tomllib.loads(chart) == {}
    assert room.told.of(LogSetAside) == []


def test_places_in_a_song_without_tempo_are_times(room: Room) -> None:
    """There are no bars to say them in: not where it ended, nor where it was flagged."""
    take = room.take("t1", "Air", chart=free_song("Air"))
    room.at_ns = take.bar1_ns + 82_000_000_000
    flag = replace(room.flag("f1", "t1"), bar=0, beat=0, section="")
    room.write(room.session(), take, room.rolled("t1"), flag, replace(room.ended("t1", 0), beat=0))
    detail = TakeLog(room.folder).take("t1")

    take = detail.summary
    assert (take.is_free, take.last_bar, take.last_beat, take.elapsed_s) == (True, None, None, 86.0)
    assert [(mark.bar, mark.elapsed_s) for mark in take.flags] == [(None, 83.0)]
    assert [(flag.bar, flag.beat, flag.elapsed_s) for flag in detail.flags] == [(None, None, 83.0)]
    assert [event.elapsed_s for event in detail.events] == [0.0, 85.0, 86.0]


def test_the_days_changes_come_back_at_the_next_start(room: Room) -> None:
    """The last tempo of each song that is not as written, the level, and whether it is muted."""
    room.write(
        room.session(),
        room.tempo("Harbour", "93/92", "114.936"),
        room.tempo("Night Bus", "2", "200"),
        room.tempo("Harbour", "94/92", "116.172"),
        room.tempo("Night Bus", "1", "100"),
        room.level(-2),
        room.level(-4, is_muted=True),
    )
    found = recover(room.folder, room.stamps, "run 1")

    assert found.tempos == {"Harbour": DayTempo(Fraction(94, 92), "116.172")}
    assert (found.click_level_db, found.click_is_muted) == (-4, True)


def test_another_day_begins_as_written(room: Room) -> None:
    """What was changed belongs to its session, and a new one knows nothing of it."""
    room.write(room.session(), room.tempo("Harbour", "93/92", "114.936"), room.level(-8))
    room.write(room.session("s2"))
    found = recover(room.folder, room.stamps, "run 1")

    assert (found.session_id, found.tempos, found.click_level_db) == ("s2", {}, 0)


def test_what_was_chosen_since_the_last_take_comes_back(room: Room) -> None:
    """The last choice holds, section and loop included, also without any take."""
    room.write(
        room.session(), room.choice("Night Bus"), room.choice("Harbour", "Chorus", is_looped=True)
    )
    chosen = Choice("Harbour", 2, "Chorus", 41, is_looped=True)
    assert recover(room.folder, room.stamps, "run 1").choice == chosen

    room.write(room.take("t1", "Night Bus"), room.choice("Harbour", "Chorus", is_looped=True))
    assert recover(room.folder, room.stamps, "run 2").choice == chosen


def test_a_take_since_the_last_choice_tells_what_is_chosen(room: Room) -> None:
    """It may be of another song: that of the choice was no longer there."""
    chart = harbour(room).looping(1)
    room.write(room.session(), room.choice("Night Bus"))
    room.write(room.take("t1", chart=chart, is_looped=True), room.ended("t1"), room.closed("t1"))
    found = recover(room.folder, room.stamps, "run 1")

    assert found.choice == Choice("Harbour", None, "Bridge", 33, is_looped=True)


def test_a_new_day_begins_with_nothing_chosen(room: Room) -> None:
    """A choice belongs to its session."""
    room.write(room.session(), room.choice("Harbour", "Chorus"), room.session("s2"))

    assert recover(room.folder, room.stamps, "run 1").choice is None


@pytest.mark.parametrize("nonsense", ["fast", "1/0", "-2", ""])
def test_a_ratio_that_is_none_leaves_the_song_as_written(room: Room, nonsense: str) -> None:
    """Whatever became of the file, the box starts."""
    room.write(room.session(), room.tempo("Harbour", "93/92", "114.936"))
    connection = sqlite3.connect(room.folder / "takes.sqlite")
    connection.execute("UPDATE tempo_changes SET ratio = ?", (nonsense,))
    connection.commit()
    connection.close()

    assert recover(room.folder, room.stamps, "run 1").tempos == {}


def test_a_new_file_in_the_middle_of_a_day_knows_the_days_changes(room: Room) -> None:
    """The log is lost while the box runs; a start after that still finds today's tempo and level."""
    writer = room.started_writer()
    for entry in (
        room.session(),
        room.tempo("Harbour", "2", "227.4"),
        room.tempo("Harbour", "93/92", "114.936"),
        room.level(-6),
        room.take("t1"),
        room.closed("t1"),
        room.choice("Night Bus"),
        room.choice("Harbour", "Chorus"),
    ):
        writer.submit(entry)
    assert writer.wait_saved(room.deadline_s)
    for file in room.folder.iterdir():
        file.unlink()
    writer.submit(room.press("p1"))
    assert writer.stop(room.deadline_s)
    found = recover(room.folder, room.stamps, "run 1")

    assert found.tempos == {"Harbour": DayTempo(FASTER, "114.936")}
    assert found.click_level_db == -6
    assert found.choice == Choice("Harbour", 2, "Chorus", 41, is_looped=False)


def test_a_change_finds_its_session_in_a_file_that_does_not_know_it(room: Room) -> None:
    """The session began in a file that was set aside: the change is kept all the same."""
    room.write(room.tempo("Harbour", "93/92", "114.936", "s0"), room.level(-2))
    assert room.told.of(LogSetAside) == []
    assert [row[0] for row in room.rows("SELECT id FROM sessions ORDER BY entry")] == ["s0", "s1"]
