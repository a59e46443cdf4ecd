from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import HowEnded
from countoff.core.song import free_song, steady_song
from countoff.core.tempo import Tempo
from countoff.takelog.reader import TakeLog
from countoff.takelog.recent import RecentTakes

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

    from countoff.core.entries import Entry

WAYS = [
    (HowEnded.ENDED, "ended"),
    (HowEnded.FALSE_START, "false_start"),
    (HowEnded.CANCELLED, "cancelled"),
]


def in_order(room: Room, how: HowEnded) -> list[Entry]:
    """Return the entries of one take, from its start to its close."""
    entries = [room.session(), room.take("t1")]
    if how is not HowEnded.CANCELLED:
        entries += [room.rolled("t1"), room.position("t1", 3), room.flag("f1", "t1")]
    return [*entries, room.ended("t1", bar=4, how=how), room.closed("t1")]


@pytest.mark.parametrize(("how", "status"), WAYS)
def test_a_take_shows_how_it_ended(room: Room, how: HowEnded, status: str) -> None:
    """A false start and a cancelled count-in stay what they are once the DAW has been told."""
    recent = RecentTakes(())
    for entry in in_order(room, how):
        recent.take_in(entry)
    (take,) = recent.takes
    assert (take["status"], take["how"]) == (status, str(how))


@pytest.mark.parametrize("how", HowEnded)
def test_status_and_log_agree_after_every_entry(room: Room, how: HowEnded) -> None:
    """What the panel is told of a take is what its row says, at each step of its life."""
    recent = RecentTakes(())
    for entry in in_order(room, how):
        recent.take_in(entry)
        room.write(entry)
        rows = room.rows("SELECT id, status, how FROM takes")
        assert [(take["id"], take["status"], take["how"]) for take in recent.takes] == rows


def test_a_take_from_the_bridge_begins_with_its_bar(room: Room) -> None:
    """The bars are the song's own, from the first one on."""
    recent = RecentTakes(())
    chart = room.take("none").chart.starting_at(1)
    for entry in (room.take("t1", chart=chart), room.rolled("t1")):
        recent.take_in(entry)
    assert (recent.takes[0]["start_bar"], recent.takes[0]["bars"]) == (33, 33)


def test_a_song_without_tempo_shows_times(room: Room) -> None:
    """Before a restart and after it: how long the take had run, and where in it each flag is."""
    take = room.take("t1", "Air", chart=free_song("Air"))
    room.at_ns = take.bar1_ns + 80_000_000_000
    recent = RecentTakes(())
    flag = replace(room.flag("f1", "t1"), bar=0, beat=0, section="")
    entries = [room.session(), take, room.rolled("t1"), flag, replace(room.ended("t1", 0), beat=0)]
    for entry in entries:
        recent.take_in(entry)
    room.write(*entries)
    after = RecentTakes(TakeLog(room.folder).takes())

    for told in (recent.takes[0], after.takes[0]):
        assert (told["bars"], told["elapsed"], told["flags"][0]["elapsed"]) == (0, "1:24", "1:21")


def test_a_take_tells_where_it_began(room: Room) -> None:
    """Before a restart and after it: the first bar that was played, and whether it was looped."""
    song = steady_song("Air", Tempo(Fraction(120)), first_bars=[("A", 1), ("B", 9), ("C", 25)])
    take = replace(room.take("t1", "Air", chart=song.looping(1)), is_looped=True)
    recent = RecentTakes(())
    entries = [room.session(), take, room.rolled("t1"), room.ended("t1", 12)]
    for entry in entries:
        recent.take_in(entry)
    room.write(*entries)
    after = RecentTakes(TakeLog(room.folder).takes())

    for told in (recent.takes[0], after.takes[0]):
        assert (told["start_bar"], told["is_looped"], told["bars"]) == (9, True, 12)


def test_only_the_newest_takes_are_kept(room: Room) -> None:
    """The newest comes first, and a long session does not grow the status."""
    recent = RecentTakes(())
    for number in range(1, 21):
        recent.take_in(room.take(f"t{number}", number=number))
    assert [take["number"] for take in recent.takes] == list(range(20, 12, -1))
