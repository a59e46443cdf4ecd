"""AGAIN and SONG held together: the line check, and switching off, which nobody does by accident."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import PowerOff, StartLineCheck
from countoff.core.daw import DawAbilities, DawTransport, OnRecord
from countoff.core.entries import IncidentHappened, TakeStarted
from countoff.core.events import DawHeard, Pedal, PowerOffRefused
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def asked(studio: Studio) -> list[tuple[str, float]]:
    """What was asked of the box itself, and at which second."""
    return [
        (type(action).__name__, round((action.at_ns - studio.ns(0)) / 1e9, 3))
        for _, action in studio.actions
        if isinstance(action, StartLineCheck | PowerOff)
    ]


def both_down(studio: Studio, at_s: float, apart_s: float = 0.2, first: Pedal = AGAIN) -> None:
    """Put a foot on each of the two, the second `apart_s` after the first, at `at_s`."""
    studio.down(first, at_s - apart_s)
    studio.down(SONG if first is AGAIN else AGAIN, at_s)


@pytest.mark.parametrize("first", [AGAIN, SONG])
@pytest.mark.parametrize("apart_s", [0.0, 0.05, 0.2, 0.5])
def test_both_held_for_two_seconds_is_the_line_check(
    studio: Studio, first: Pedal, apart_s: float
) -> None:
    """However they go down within half a second: two seconds later the line check, and no take."""
    both_down(studio, 10, apart_s, first)
    studio.run_to(10.7)
    assert studio.screen.message == "HOLD FOR LINE CHECK"
    studio.run_to(11.999)
    assert asked(studio) == []
    studio.run_to(12.5)
    studio.up(AGAIN, 12.6)
    studio.up(SONG, 12.7)
    studio.run_to(30)
    assert asked(studio) == [("StartLineCheck", 12.0)]
    assert studio.did[-1] == "again+song held 2 s: line check"
    assert (studio.phase, studio.told, studio.logged(TakeStarted)) == (Phase.IDLE, [], [])


def test_held_on_the_screen_counts_down_and_the_box_goes_off(studio: Studio) -> None:
    """From five seconds on it says when; at eight it goes down, and says so for as long as it can."""
    both_down(studio, 10)
    said = []
    for second in (15.0, 15.99, 16.5, 17.5, 18.0, 40.0):
        studio.run_to(second)
        said.append(studio.screen.message)
    assert said == [
        *("POWER OFF IN 3", "POWER OFF IN 3", "POWER OFF IN 2", "POWER OFF IN 1"),
        *("SWITCHING OFF", "SWITCHING OFF"),
    ]
    assert asked(studio) == [("StartLineCheck", 12.0), ("PowerOff", 18.0)]
    assert studio.did[-1] == "again+song held 8 s: switches off"
    assert studio.logged(IncidentHappened) == []


@pytest.mark.parametrize("lifted", [AGAIN, SONG])
@pytest.mark.parametrize("at_s", [15.1, 16.5, 17.99])
def test_letting_go_of_either_keeps_the_box_on(studio: Studio, lifted: Pedal, at_s: float) -> None:
    """The countdown ends where one foot is lifted; holding the other on changes nothing."""
    both_down(studio, 10)
    studio.up(lifted, at_s)
    assert studio.screen.message == "STAYS ON"
    studio.run_to(19.9)
    assert asked(studio) == [("StartLineCheck", 12.0)]


@pytest.mark.parametrize("third", [ROLL, KEEPER])
@pytest.mark.parametrize("third_s", [9.9, 10.0, 10.1, 11.9])
def test_a_third_pedal_under_the_shoe_makes_it_nothing(
    studio: Studio, third: Pedal, third_s: float
) -> None:
    """A shoe across three pedals, or a case that lies on the box, asks for nothing."""
    downs = sorted([(9.95, AGAIN), (10.05, SONG), (third_s, third)])
    for at_s, pedal in downs:
        studio.down(pedal, at_s)
    studio.run_to(19)
    assert asked(studio) == []


@pytest.mark.parametrize("pair", [p for p in combinations(Pedal, 2) if p != (AGAIN, SONG)])
def test_no_other_two_pedals_ask_for_it(studio: Studio, pair: tuple[Pedal, Pedal]) -> None:
    """Only the two that no shoe covers alone."""
    for pedal in pair:
        studio.down(pedal, 10)
    studio.run_to(19)
    assert asked(studio) == []


def test_a_stuck_pedal_does_not_hide_the_line_check(studio: Studio) -> None:
    """A pedal that has been down for ten seconds is under no foot: the line check finds it."""
    studio.down(KEEPER, 1)
    both_down(studio, 20)
    studio.run_to(22.5)
    assert asked(studio) == [("StartLineCheck", 22.0)]


def test_a_case_that_shifts_on_the_pedals_switches_nothing_off(studio: Studio) -> None:
    """Beside a third pedal that is down, stuck or not, the two may be pressed by no foot."""
    studio.down(KEEPER, 1)
    both_down(studio, 20)
    studio.run_to(25.1)
    assert studio.screen.message == "STAYS ON: KEEPER"
    studio.run_to(40)
    assert asked(studio) == [("StartLineCheck", 22.0)]


def test_further_apart_they_are_two_presses(studio: Studio) -> None:
    """More than half a second between them is not together."""
    both_down(studio, 10, 0.51)
    studio.run_to(19)
    assert asked(studio) == []


def test_a_tap_on_both_starts_no_take(studio: Studio) -> None:
    """Whoever thinks better of it at once has started nothing."""
    both_down(studio, 10, 0.2)
    studio.up(SONG, 10.3)
    studio.up(AGAIN, 10.35)
    studio.run_to(20)
    assert (studio.phase, studio.told, asked(studio)) == (Phase.IDLE, [], [])


@pytest.mark.parametrize("where", ["count-in", "rolling", "ring-out"])
@pytest.mark.parametrize("action", ["", "line_check", "shut_down"])
def test_a_take_that_runs_is_left_alone(studio: Studio, where: str, action: str) -> None:
    """Neither the two pedals nor the action by its name does anything outside idle."""
    studio.ask("start", 10)
    at_s = {"count-in": 12, "rolling": 22, "ring-out": 22}[where]
    if where == "ring-out":
        studio.ask("end_at_bar", at_s - 3)
    if action:
        studio.ask(action, at_s)
        assert studio.did[-1].startswith(f"panel {action}: nothing: {action} has no meaning while")
    else:
        both_down(studio, at_s)
    studio.run_to(at_s + 9)
    assert asked(studio) == []


def test_a_take_that_begins_meanwhile_ends_the_hold(studio: Studio) -> None:
    """Somebody starts a take at the panel while two feet count down: the box stays on."""
    both_down(studio, 10)
    studio.ask("start", 16.5)
    studio.run_to(19)
    assert asked(studio) == [("StartLineCheck", 12.0)]
    assert studio.phase is not Phase.IDLE


@pytest.mark.parametrize("action", ["", "line_check", "shut_down"])
def test_while_the_daw_says_that_it_records_the_box_stays_on(
    open_studio: type[Studio], action: str
) -> None:
    """Also where no take of the box runs, the last word of the DAW counts, and is said."""
    studio = open_studio(daw=DawAbilities(can_answer=True), on_record=OnRecord.IGNORE)
    studio.feed(DawHeard(studio.ns(5), DawTransport.RECORDING))
    if action:
        studio.ask(action, 10)
        assert studio.did[-1] == f"panel {action}: refused: something is being recorded"
    else:
        both_down(studio, 8)
        studio.run_to(10.1)
    assert studio.screen.message == "NOT NOW: DAW RECORDS"
    studio.run_to(18)
    assert asked(studio) == []


@pytest.mark.parametrize(
    ("action", "name"), [("line_check", "StartLineCheck"), ("shut_down", "PowerOff")]
)
def test_both_can_be_asked_for_by_name(studio: Studio, action: str, name: str) -> None:
    """An engineer's panel, pedal or command line asks for them without two feet."""
    studio.ask(action, 10)
    assert asked(studio) == [(name, 10.0)]


def test_a_box_that_cannot_go_down_says_so(studio: Studio) -> None:
    """What refuses has its words on the screen in place of SWITCHING OFF."""
    studio.ask("shut_down", 10)
    studio.feed(PowerOffRefused(studio.ns(10.01), "NOT A SERVICE"))
    assert studio.screen.message == "NOT A SERVICE"


def test_no_take_begins_on_the_way_down(studio: Studio) -> None:
    """The shutdown would interrupt it; a box that is still up a minute later takes presses again."""
    studio.ask("shut_down", 10)
    studio.press(ROLL, 11)
    studio.press(AGAIN, 13)
    studio.run_to(20)
    assert studio.screen.message == "SWITCHING OFF"
    assert (studio.phase, studio.told, studio.logged(TakeStarted)) == (Phase.IDLE, [], [])
    studio.press(ROLL, 71)
    assert studio.phase is Phase.COUNT_IN


def test_a_box_that_cannot_go_down_takes_presses(studio: Studio) -> None:
    """What was refused keeps nobody from playing."""
    studio.ask("shut_down", 10)
    studio.feed(PowerOffRefused(studio.ns(10.01), "NOT A SERVICE"))
    studio.press(ROLL, 11)
    assert studio.phase is Phase.COUNT_IN
