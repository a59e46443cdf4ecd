"""A session that began with a wrong clock is told at its right times, and its labels stay as they were."""

from __future__ import annotations

import argparse
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import WallClockSynchronised
from countoff.takelog import wall_clock
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import recover
from countoff.takelog.stamps import Stamp, utc_text
from countoff.takelog.wall_clock import WallClockWatch

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

BOOTED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BUILD_DAY = timedelta(days=-250)
RIGHT = timedelta()
HOUR_NS = 3_600_000_000_000


@pytest.fixture
def room(room_in_memory: Room) -> Room:
    """Have many logs written, and none of them tried on this machine's disk."""
    return room_in_memory


class WallClock:
    """The stamps of a machine whose wall clock is `off` by so much, and may know it."""

    def __init__(self, boot_id: str = "boot 1", off: timedelta = BUILD_DAY) -> None:
        self.boot_id = boot_id
        self.booted = BOOTED
        self.off = off
        self.is_synchronised = False
        self.now_ns = 0

    def set_right(self) -> None:
        """Have a time server found."""
        self.off, self.is_synchronised = RIGHT, True

    def stamp(self, at_ns: int) -> Stamp:
        """Return a moment with the label of this clock."""
        label = self.booted + timedelta(microseconds=at_ns // 1000) + self.off
        return Stamp(at_ns, utc_text(label), self.boot_id, self.is_synchronised)

    def now(self) -> Stamp:
        """Return the stamp of this moment."""
        return self.stamp(self.now_ns)


def really(second: int) -> str:
    """Return the right label of a second of the first boot."""
    return utc_text(BOOTED + timedelta(seconds=second))


def wrongly(second: int) -> str:
    """Return the label that the clock gave before it was right."""
    return utc_text(BOOTED + BUILD_DAY + timedelta(seconds=second))


@pytest.fixture
def clock(room: Room) -> WallClock:
    """Put a wrong clock under the room's writers."""
    room.stamps = WallClock()  # type: ignore[assignment]
    return room.stamps  # type: ignore[return-value]


def test_what_was_labelled_before_the_clock_was_right_is_corrected(
    room: Room, clock: WallClock
) -> None:
    """Session, take, events and flags have their right times, and the labels that they had."""
    room.write(
        *(room.session(), room.take("t1"), room.rolled("t1")),
        *(room.flag("f1", "t1"), room.press("p1", "t1"), room.ended("t1"), room.closed("t1")),
    )
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()), room.take("t2", number=2))
    log = TakeLog(room.folder)

    first, second = log.takes()
    assert (first.started_utc, first.clock_synchronised) == (wrongly(2), False)
    assert (first.corrected_utc, first.started_label) == (really(2), really(2))
    assert (second.started_utc, second.corrected_utc) == (really(9), None)
    (session,) = log.sessions()
    assert (session.started_utc, session.corrected_utc) == (wrongly(1), really(1))
    detail = log.take("t1")
    stamps = [each.stamp for each in (*detail.events, *detail.flags, *detail.presses)]
    assert [stamp.at_utc for stamp in stamps] == [wrongly(at) for at in (2, 3, 6, 7, 4, 5)]
    assert [stamp.label for stamp in stamps] == [really(at) for at in (2, 3, 6, 7, 4, 5)]
    assert detail.stamp.corrected_utc == really(2)


def test_a_boot_whose_clock_was_never_right_stays_in_doubt(room: Room, clock: WallClock) -> None:
    """Its labels keep their question mark, though another boot's clock was right."""
    room.write(room.session(), room.take("t1"))
    clock.boot_id = "boot 2"
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))

    (take,) = TakeLog(room.folder).takes()
    assert (take.corrected_utc, take.started_label) == (None, f"{wrongly(2)}?")


def test_boots_without_a_name_are_not_mixed_up(room: Room, clock: WallClock) -> None:
    """Where the system has no boot id, what is of one boot may as well be of another."""
    clock.boot_id = "unknown"
    room.write(room.session(), room.take("t1"))
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))

    assert TakeLog(room.folder).takes()[0].corrected_utc is None


def test_a_label_that_could_be_believed_is_never_corrected(room: Room, clock: WallClock) -> None:
    """Somebody sets a right clock by a second: what was written before stays as it was."""
    clock.set_right()
    room.write(room.session(), room.take("t1"))
    clock.off = timedelta(seconds=1)
    room.write(WallClockSynchronised(room.tick()))

    assert TakeLog(room.folder).takes()[0].corrected_utc is None


def test_the_reading_that_is_nearest_counts(room: Room, clock: WallClock) -> None:
    """A clock that was lost and found again is read by what it was at that time."""
    clock.set_right()
    room.write(room.session(), WallClockSynchronised(room.tick()))
    clock.is_synchronised, clock.off = False, BUILD_DAY
    room.write(room.take("t1"))
    room.at_ns += 1_000_000_000_000
    room.write(room.take("t2", number=2))
    clock.off, clock.is_synchronised = timedelta(seconds=5), True
    room.write(WallClockSynchronised(room.tick()))

    found = [take.corrected_utc for take in TakeLog(room.folder).takes()]
    assert found == [really(3), really(1004 + 5)]


def test_no_clock_reorders_takes(room: Room, clock: WallClock) -> None:
    """Set back in the middle, by an hour or a year: takes come in the order of their making."""
    room.write(room.session())
    for number, off_h in enumerate((0, 2, -1, 24 * 365, -24 * 365, 1), start=1):
        clock.off, clock.is_synchronised = timedelta(hours=off_h), off_h % 2 == 0
        room.write(room.take(f"t{number}", number=number), room.flag(f"f{number}", f"t{number}"))
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))
    log = TakeLog(room.folder)

    numbers = [take.number for take in log.takes()]
    assert numbers == [take.number for take in log.takes("s1")] == [1, 2, 3, 4, 5, 6]
    found = recover(room.folder, clock, "run 9")
    assert [take.number for take in found.last_takes] == [1, 2, 3, 4, 5, 6]
    assert found.last_number_by_song == {"Harbour": 6}


def test_a_session_goes_on_by_its_right_time(room: Room, clock: WallClock) -> None:
    """A take before a power cut was minutes ago, not months, whatever its clock said then."""
    room.write(room.session(), room.take("t1"))
    label = room.rows("SELECT at_utc FROM writers")
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))
    clock.off, clock.is_synchronised = BUILD_DAY, False
    room.write(room.position("t1", 3))
    assert room.rows("SELECT at_utc FROM writers ORDER BY entry") > label

    later = WallClock("boot 2", RIGHT)
    later.is_synchronised = True
    later.now_ns = HOUR_NS
    assert recover(room.folder, later, "run 2").session_id == "s1"
    later.now_ns = 14 * HOUR_NS
    assert recover(room.folder, later, "run 3").session_id is None


def test_a_log_from_before_readings_is_corrected_by_its_rows(room: Room, clock: WallClock) -> None:
    """What was written once the clock was right tells when the rest of that boot was."""
    room.folder.mkdir()
    from countoff.takelog import schema
    from countoff.takelog.formats import FORMATS

    today = schema.FORMATS
    schema.FORMATS = FORMATS[:6]
    try:
        room.write(room.session(), room.take("t1"))
        clock.set_right()
        room.write(room.take("t2", number=2))
    finally:
        schema.FORMATS = today

    first, second = TakeLog(room.folder).takes()
    assert (first.corrected_utc, second.corrected_utc) == (really(2), None)
    room.write(room.press("p1"))
    assert TakeLog(room.folder).takes()[0].corrected_utc == really(2)


def test_a_new_file_knows_the_clock_too(room: Room, clock: WallClock) -> None:
    """Where the log is lost in the middle of a session, what follows can still be corrected."""
    clock.set_right()
    writer = room.started_writer()
    for entry in (room.session(), WallClockSynchronised(room.tick())):
        writer.submit(entry)
    assert writer.wait_saved(room.deadline_s)
    for file in room.folder.iterdir():
        file.unlink()
    clock.off, clock.is_synchronised = BUILD_DAY, False
    writer.submit(room.take("t1"))
    assert writer.stop(room.deadline_s)

    assert TakeLog(room.folder).takes()[0].corrected_utc == really(3)


def test_the_clock_is_written_down_once_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before, not twice, and again where somebody sets it anew."""
    monkeypatch.setattr(wall_clock, "LOOK_EVERY_NS", 0)
    clock, written = WallClock(), []
    watch = WallClockWatch(clock, written.append)
    seconds = itertools.count(1)

    def look() -> list[int]:
        clock.now_ns = next(seconds) * 1_000_000_000
        assert list(watch.poll()) == []
        found = [entry.at_ns for entry in written]
        written.clear()
        return found

    assert (look(), look()) == ([], [])
    clock.set_right()
    assert (look(), look()) == ([3_000_000_000], [])
    clock.off = timedelta(milliseconds=300)  # kept right
    assert look() == []
    clock.off = timedelta(seconds=-4)
    assert (look(), look()) == ([6_000_000_000], [])
    clock.is_synchronised, clock.off = False, BUILD_DAY
    assert look() == []


def test_the_kernel_is_asked_once_a_second() -> None:
    """However often it is polled."""

    class Counted(WallClock):
        asked = 0

        def now(self) -> Stamp:
            self.asked += 1
            return super().now()

    clock = Counted()
    watch = WallClockWatch(clock, lambda _entry: None)
    for _ in range(50):
        watch.poll()
    assert clock.asked == 1


def test_a_corrected_take_is_shown_with_both_times(
    room: Room, clock: WallClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lists have the right time; one take is shown with what the clock said then."""
    room.write(room.session(), room.take("t1"))
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))
    parser = argparse.ArgumentParser()
    add_takes_commands(parser.add_subparsers(), lambda _config: Path(room.folder))
    for words, said in (
        (("list",), really(2)),
        (("show", "1"), f"{really(2)} UTC; the clock said {wrongly(2)}"),
    ):
        arguments = parser.parse_args(["takes", *words])
        assert arguments.run(arguments) == 0
        assert said in capsys.readouterr().out


def test_a_session_day_has_its_right_times(room: Room, clock: WallClock) -> None:
    """When it began and ended, and how long the box was off in it, though no take knew the time."""
    room.write(room.session(), room.take("t1"), room.ended("t1"), room.closed("t1"))
    clock.set_right()
    room.write(WallClockSynchronised(room.tick()))
    other = WallClock("boot 2")
    other.booted = BOOTED + timedelta(minutes=10)
    room.stamps, room.at_ns = other, 0  # type: ignore[assignment]
    room.write(room.take("t2", number=2), room.ended("t2"), room.closed("t2"))
    other.set_right()
    room.write(WallClockSynchronised(room.tick()))

    day = TakeLog(room.folder).session_day()
    assert (day.started_utc, day.started_label) == (wrongly(1), really(1))
    assert (day.length_is_known, day.length_s) == (True, 602.0)
    assert day.ended_utc == really(603)


def test_a_take_is_of_the_day_of_its_right_time(room: Room, clock: WallClock) -> None:
    """Found by that day, and not by the one on its label; one in doubt is found by its label."""
    room.write(room.session(), room.take("t1"))
    clock.boot_id = "boot 2"
    room.write(room.take("t2", number=2))
    clock.set_right()
    room.write(room.take("t3", number=3), WallClockSynchronised(room.tick()))
    log = TakeLog(room.folder)

    assert [take.id for take in log.takes(day=really(1)[:10])] == ["t2", "t3"]
    assert [take.id for take in log.takes(day=wrongly(1)[:10])] == ["t1"]
    assert [take.id for take in log.takes("s1", day=wrongly(1)[:10])] == ["t1"]
    assert log.takes(day="2025-01-01") == []
