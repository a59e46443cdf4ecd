from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.export.recordings.logged_day import DAY, write_log
from tests.takelog.conftest import START

from countoff.export.recordings.takes import takes_to_find
from countoff.export.recordings.values import BarOneFrom
from countoff.takelog.reader import TakeDetail, TakeLog

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def details(tmp_path: Path) -> list[TakeDetail]:
    """Give what the log has of the day's takes."""
    write_log(tmp_path / "log")
    log = TakeLog(tmp_path / "log")
    return [log.take(take.id) for take in log.takes()]


def test_an_answered_take_is_expected_where_it_was(details: list[TakeDetail]) -> None:
    """Beginning, length and place are those of the DAW's answer, its stop and its time code."""
    for told, found in zip(DAY, takes_to_find(details), strict=True):
        assert found.began_s - START.timestamp() == pytest.approx(told.at_s + 0.045, abs=0.002)
        assert found.length_s == pytest.approx(told.recorded_ms / 1000 - 0.025, abs=1e-6)
        assert found.bar1_from is BarOneFrom.ANSWER
        # The answer came 25 ms after the DAW began.
        assert found.place_s == pytest.approx(told.place_s + 0.025, abs=1e-6)
        assert found.is_place_told
        assert found.bar1_place_within_ms == 10
    assert [found.words for found in takes_to_find(details)][2] == "T3 of Harbour"
    assert [found.status for found in takes_to_find(details)].count("false_start") == 1


def test_a_take_that_nobody_answered_is_expected_from_its_command(
    details: list[TakeDetail],
) -> None:
    """Then less is known, and it is said how much less."""
    unheard = [
        replace(
            each,
            roll_delay_ns=None,
            daw_bar1_s=None,
            events=tuple(event for event in each.events if event.event != "answered"),
        )
        for each in details
    ]
    for told, found in zip(DAY, takes_to_find(unheard), strict=True):
        assert found.length_s == pytest.approx(told.recorded_ms / 1000, abs=0.3)
        assert found.bar1_from is BarOneFrom.COMMAND
        assert found.bar1_within_ms == 300
        assert found.place_s is None


def test_nobody_knows_the_length_of_a_take_that_was_interrupted(
    details: list[TakeDetail],
) -> None:
    """Neither where the log ends before it, nor where the DAW recorded already when it was told."""
    lost = replace(
        details[0], events=tuple(event for event in details[0].events if event.event != "closed")
    )
    rolling = replace(details[0], roll_delay_ns=None)

    assert [found.length_s for found in takes_to_find([lost, rolling])] == [None, None]


def test_a_clock_that_became_right_puts_its_boot_right(details: list[TakeDetail]) -> None:
    """Takes from before the clock was synchronised lie as far apart as host time says."""
    first, *others = details
    wrong = replace(
        first,
        stamp=replace(first.stamp, at_utc="1970-01-01T00:00:07.000Z", clock_synchronised=False),
    )

    assert takes_to_find([wrong, *others]) == takes_to_find(details)
    (alone,) = takes_to_find([wrong])
    assert not alone.is_clock_sure
