"""A session as people tell it: who played, how many takes of what, and how long it all took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from countoff.core.entries import HowEnded
from countoff.takelog.editing import edit_log
from countoff.takelog.edits import Edit, EditKind, undoing, write_edit
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import recover
from countoff.takelog.session_day import Player
from countoff.takelog.stamps import Stamp, utc_text

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

    from countoff.core.entries import Entry
    from countoff.takelog.edits import LoggedEdit

MINUTE_NS = 60_000_000_000
MINUTE_S = 60


class Clock:
    """The stamps of a machine that is started again, and whose clock is right or not."""

    def __init__(self, room: Room, boot_id: str, started: datetime | None) -> None:
        """Start the machine at `started`; None for a clock that nobody has set."""
        self._room, self._boot_id = room, boot_id
        self._started = started or datetime(1970, 1, 1, tzinfo=UTC)
        self._is_right = started is not None
        room.at_ns = 0

    def stamp(self, at_ns: int) -> Stamp:
        """Return a stamp of this boot."""
        label = utc_text(self._started + timedelta(microseconds=at_ns // 1000))
        return Stamp(at_ns, label, self._boot_id, self._is_right)

    def now(self) -> Stamp:
        """Return this moment."""
        return self.stamp(self._room.at_ns)


def say(room: Room, kind: EditKind, value: object, song: str | None = None) -> LoggedEdit:
    """Say something of session s1."""
    with edit_log(room.folder) as connection:
        return write_edit(
            connection, Edit(kind, value, session_id="s1", song=song), room.stamps.now()
        )


def plays(room: Room, player: str, instrument: str, song: str | None = None) -> LoggedEdit:
    """Say who plays what."""
    return say(room, EditKind.PLAYER, {"player": player, "instrument": instrument}, song)


def whole_take(room: Room, take_id: str, song: str, number: int, minutes: int) -> list[Entry]:
    """A take: pressed, rolling 1 s later, so many minutes long, closed 1 s after its end."""
    entries: list[Entry] = [room.take(take_id, song, number), room.rolled(take_id)]
    room.at_ns += minutes * MINUTE_NS - 1_000_000_000
    return [*entries, room.ended(take_id), room.closed(take_id)]


def test_a_day_of_two_songs_is_counted_and_timed(room: Room) -> None:
    """Takes, false starts, music and hours of each song; a long lunch is nobody's work."""
    entries: list[Entry] = [room.session("s1")]
    room.at_ns = 10 * MINUTE_NS
    entries += whole_take(room, "a1", "Harbour", 1, 4)
    room.at_ns = 20 * MINUTE_NS
    entries += [
        *(room.take("a2", "Harbour", 2), room.rolled("a2")),
        room.ended("a2", 2, HowEnded.FALSE_START),
    ]
    room.at_ns = 90 * MINUTE_NS
    entries += whole_take(room, "a3", "Harbour", 3, 4)
    room.at_ns = 100 * MINUTE_NS
    entries += whole_take(room, "b1", "Night Bus", 1, 3)
    entries.append(room.take("b2", "Night Bus", 2))
    entries.append(room.ended("b2", 0, HowEnded.CANCELLED))
    room.at_ns = 110 * MINUTE_NS
    entries += whole_take(room, "a4", "Harbour", 4, 4)
    room.write(*entries)

    day = TakeLog(room.folder).session_day()
    assert (day.id, day.started_utc, day.length_is_known) == (
        *("s1", "2026-11-22T09:45:01.000Z"),
        True,
    )
    assert round(day.length_s) == 114 * MINUTE_S + 2
    assert day.ended_utc == "2026-11-22T11:39:03.000Z"
    assert (day.take_count, day.false_start_count, day.cancelled_count) == (6, 1, 1)
    harbour, night_bus = day.songs
    assert (harbour.song, harbour.take_count, harbour.false_start_count) == ("Harbour", 4, 1)
    assert (night_bus.song, night_bus.take_count, night_bus.cancelled_count) == ("Night Bus", 2, 1)
    # The takes at 10 and 20 minutes belong together, those at 90 and at 110 stand alone.
    assert round(harbour.worked_s / MINUTE_S) == 10 + 4 + 4
    assert round(night_bus.worked_s / MINUTE_S) == 3
    assert harbour.rolled_s == 3 * 4 * MINUTE_S + 1
    assert day.rolled_s == harbour.rolled_s + night_bus.rolled_s


def test_people_play_in_the_session_and_otherwise_in_a_song(room: Room) -> None:
    """The last word on each player counts, in any capitals; a song has its own, and who sits out."""
    room.write(room.session("s1"), room.take("a1", "Harbour"), room.take("b1", "Night Bus"))
    say(room, EditKind.ENGINEER, "Mo")
    say(room, EditKind.ENGINEER, "Mona")
    say(room, EditKind.ROOM, "Studio 2")
    say(room, EditKind.NOTE, "new snare head")
    plays(room, "Ann", "drums")
    plays(room, "Bo", "bass")
    plays(room, "bo", "fretless bass")
    plays(room, "Bo", "double bass", "Night Bus")
    plays(room, "Cy", "strings", "Night Bus")
    out = plays(room, "Ann", "", "Night Bus")
    plays(room, "Di", "choir", "Not Played Yet")

    day = TakeLog(room.folder).session_day("s1")
    assert (day.engineer, day.room, day.notes) == ("Mona", "Studio 2", ("new snare head",))
    assert day.players == (Player("Ann", "drums"), Player("bo", "fretless bass"))
    assert {song.song: song.players for song in day.songs} == {
        "Harbour": day.players,
        "Night Bus": (Player("Bo", "double bass"), Player("Cy", "strings")),
        "Not Played Yet": (*day.players, Player("Di", "choir")),
    }

    with edit_log(room.folder) as connection:
        write_edit(connection, undoing(out), room.stamps.now())
    assert Player("Ann", "drums") in TakeLog(room.folder).session_day("s1").songs[1].players


def test_a_moved_take_counts_for_the_song_it_is_of(room: Room) -> None:
    """The hours go where the take went."""
    room.write(room.session("s1"), *whole_take(room, "a1", "Harbour", 1, 4))
    with edit_log(room.folder) as connection:
        edit = Edit(EditKind.MOVE, {"song": "Air", "number": 1}, take_id="a1", song="Air")
        write_edit(connection, edit, room.stamps.now())
    (song,) = TakeLog(room.folder).session_day().songs
    assert (song.song, song.take_count) == ("Air", 1)


def test_a_session_goes_on_over_a_restart_of_the_machine(room: Room) -> None:
    """Where the clock can be believed before and after, the time between belongs to it."""
    room.stamps = Clock(room, "boot 1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    room.write(room.session("s1"), *whole_take(room, "a1", "Harbour", 1, 4))
    room.stamps = Clock(room, "boot 2", datetime(2026, 11, 22, 10, 20, tzinfo=UTC))
    room.write(*whole_take(room, "a2", "Harbour", 2, 4))
    day = TakeLog(room.folder).session_day()
    assert day.length_is_known
    assert round(day.length_s) == 24 * MINUTE_S + 2
    assert round(day.songs[0].worked_s / MINUTE_S) == 24


def test_a_clock_that_nobody_set_leaves_the_least_that_is_known(room: Room) -> None:
    """How long the box was off is not made up: the length is said to be no more than the least."""
    room.stamps = Clock(room, "boot 1", None)
    room.write(room.session("s1"), *whole_take(room, "a1", "Harbour", 1, 4))
    room.stamps = Clock(room, "boot 2", datetime(2026, 11, 22, 10, 20, tzinfo=UTC))
    room.write(*whole_take(room, "a2", "Harbour", 2, 4))
    day = TakeLog(room.folder).session_day()
    assert not day.length_is_known
    assert round(day.length_s / MINUTE_S) == 8
    assert day.started_label.endswith("?")


def test_a_session_without_takes_is_a_session(room: Room) -> None:
    """It has people, and no hours."""
    room.write(room.session("s1"))
    say(room, EditKind.ENGINEER, "Mona")
    day = TakeLog(room.folder).session_day()
    assert (day.engineer, day.songs, day.take_count, day.length_s) == ("Mona", (), 0, 0)


def test_a_start_knows_for_how_long_the_session_has_been_going_on(room: Room) -> None:
    """In the same boot by host time, in another by the wall clock; in doubt nobody knows."""
    room.stamps = Clock(room, "boot 1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    room.write(room.session("s1"))
    room.at_ns = 5 * MINUTE_NS
    assert recover(room.folder, room.stamps, "run 2").session_began_ns == 1_000_000_000

    room.stamps = Clock(room, "boot 2", datetime(2026, 11, 22, 10, 20, tzinfo=UTC))
    room.at_ns = 2 * MINUTE_NS
    found = recover(room.folder, room.stamps, "run 3")
    assert found.session_began_ns == 1_000_000_000 - 20 * MINUTE_NS

    room.stamps = Clock(room, "boot 3", None)
    assert recover(room.folder, room.stamps, "run 4").session_began_ns is None
