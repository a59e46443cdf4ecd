"""The report's wall times: of the studio's zone, in order, and from a corrected beginning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from countoff.export.report.clock import StudioClock, day_words, zone_words
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_S = 3600


def test_an_hour_that_comes_twice_keeps_its_order() -> None:
    """In the night in which clocks are set back, what came later is later by the time line."""
    clock = StudioClock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN)

    assert [clock.time(hours * HOUR_S) for hours in range(4)] == [
        "02:30",
        "02:30",
        "03:30",
        "04:30",
    ]
    moments = [clock.at(minutes * 60).astimezone(UTC) for minutes in range(0, 300, 7)]
    assert moments == sorted(moments)
    assert zone_words(clock.at(0)) == "CEST (UTC+02:00)"
    assert zone_words(clock.at(HOUR_S)) == "CET (UTC+01:00)"


def test_days_are_written_out() -> None:
    """In words, whatever the machine's language is."""
    assert day_words(datetime(2026, 11, 22, tzinfo=UTC)) == "Sunday 22 November 2026"
    assert zone_words(datetime(2026, 11, 22, tzinfo=UTC)) == "UTC"


def test_it_begins_when_the_session_did(room: Room) -> None:
    """Seconds count from the session's own beginning."""
    room.write(room.session())
    clock = StudioClock.of(TakeLog(room.folder).session_day(), UTC)

    assert (clock.time(0), clock.time(HOUR_S)) == ("09:45", "10:45")
