"""Where takes lie: on the DAW's timeline, one clear of the other, and in the session of their day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import PressLogged, SessionStarted, TakeStarted
from countoff.core.events import ActionAsked, Pedal, TimePassed
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
HOUR_S = 3600


def record(studio: Studio, action: str, at_s: float, length_s: float) -> None:
    """Have a take begin at `at_s`, and stop it `length_s` after that."""
    studio.ask(action, at_s)
    studio.ask("stop", at_s + length_s)
    studio.run_to(studio.now_s + 1)


def located(studio: Studio) -> list[int]:
    """Where the DAW was sent so far, in minutes."""
    return [told.locate_s // 60 for told in studio.commands if told.command == "locate"]


def test_take_n_goes_to_n_times_ten_minutes(studio: Studio) -> None:
    """Short takes, and those that follow on where the DAW stands, leave the round places alone."""
    for number, action in enumerate(["next_take", "start", "next_take", "next_take"]):
        record(studio, action, 10 + 200 * number, 180)
    assert located(studio) == [10, 30, 40]


def test_a_long_take_is_not_recorded_over(studio: Studio) -> None:
    """Take 1 at 10:00 runs for twelve minutes: take 2 goes to 30:00, not into the middle of it."""
    record(studio, "next_take", 10, 12 * 60)
    record(studio, "next_take", 1000, 60)
    record(studio, "next_take", 1100, 60)
    assert located(studio) == [10, 30, 40]


def test_what_follows_on_from_a_place_counts_with_it(studio: Studio) -> None:
    """A take at 10:00, and three behind it up to 43:00: the next place that is free is 50:00."""
    record(studio, "next_take", 10, 3 * 60)
    for number in range(3):
        record(studio, "start", 1000 * (number + 1), 10 * 60)
    record(studio, "next_take", 5000, 60)
    assert located(studio) == [10, 50]


def test_a_long_false_start_is_not_recorded_over(studio: Studio) -> None:
    """The take that AGAIN gives up has been recorded too."""
    studio.ask("next_take", 10)
    studio.ask("false_start", 10 + 25 * 60)
    studio.run_to(studio.now_s + 1)
    assert located(studio) == [10, 40]


def test_a_take_before_the_first_place_is_taken_to_begin_at_nought(studio: Studio) -> None:
    """ROLL, for 25 minutes from wherever the DAW stood, and AGAIN: not into those minutes."""
    record(studio, "start", 10, 25 * 60)
    record(studio, "next_take", 2000, 60)
    assert located(studio) == [30]


def test_where_no_place_is_left_screen_and_log_say_so(studio: Studio) -> None:
    """Sixteen hours are full: the screen says it once, the log with each press."""
    studio.state = replace(studio.state, takes_begun=95)
    studio.ask("next_take", 10)
    assert studio.screen.message == "TIMELINE IS FULL"
    record(studio, "false_start", 20, 5)
    studio.ask("next_take", 30)
    assert studio.screen.message == ""
    assert located(studio) == []
    asked = [press.did for press in studio.logged(PressLogged) if press.gesture != "stop"]
    assert asked == [
        f"take {number} of Kingdom where the DAW stopped: no place is left below 16 h"
        for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("action", ["start", "next_take"])
def test_after_twelve_idle_hours_another_session_begins(studio: Studio, action: str) -> None:
    """A box that stays on: the first take of the next day opens its session; numbers go on."""
    record(studio, "next_take", 10, 700)
    record(studio, "next_take", 1000, 60)
    studio.ask("rehearse", 1061 + 13 * HOUR_S)
    studio.ask("stop", studio.now_s + 1)
    assert studio.logged(SessionStarted) == []
    record(studio, action, studio.now_s + 10, 60)
    record(studio, "next_take", studio.now_s + 10, 60)
    (session,) = studio.logged(SessionStarted)
    takes = studio.logged(TakeStarted)
    assert [take.session_id for take in takes] == ["today", "today", session.id, session.id]
    assert [take.number for take in takes] == [1, 2, 3, 4]
    assert session.at_ns == takes[2].at_ns
    assert studio.entries.index(session) < studio.entries.index(takes[2])
    assert studio.state.takes_begun == 2
    assert located(studio)[2:] == ([10, 20] if action == "next_take" else [20])
    ids = [entry.id for entry in studio.entries if hasattr(entry, "id")]
    assert len(set(ids)) == len(ids)


def test_a_break_within_the_day_is_no_new_session(studio: Studio) -> None:
    """Eleven hours and 59 minutes after the last take was closed the session still goes on."""
    record(studio, "start", 10, 60)
    record(studio, "start", 70 + 12 * HOUR_S - 60, 60)
    assert studio.logged(SessionStarted) == []


def test_a_take_that_runs_through_the_night_is_of_one_session(studio: Studio) -> None:
    """What counts is how long nothing was recorded, not how long ago the take began."""
    studio.ask("start", 10)
    for hour in range(1, 14):
        studio.feed(TimePassed(studio.ns(hour * HOUR_S)))
    studio.ask("stop", studio.now_s)
    record(studio, "start", studio.now_s + 60, 60)
    assert studio.logged(SessionStarted) == []


def test_a_box_that_has_recorded_nothing_yet_keeps_its_session(studio: Studio) -> None:
    """Switched on the evening before: its first take belongs to the session of that start."""
    studio.state = replace(studio.state, idle_since_ns=studio.ns(0))
    record(studio, "start", 20 * HOUR_S, 60)
    assert studio.logged(SessionStarted) == []


def test_a_session_carried_on_from_before_a_restart_ends_too(studio: Studio) -> None:
    """Takes of the day before, a restart, and nothing for twelve hours: another session."""
    studio.state = replace(studio.state, takes_begun=4, idle_since_ns=studio.ns(0))
    studio.feed(ActionAsked(studio.ns(13 * HOUR_S), "next_take", "panel"))
    assert len(studio.logged(SessionStarted)) == 1
    assert studio.phase is Phase.COUNT_IN
    assert studio.state.takes_begun == 1
