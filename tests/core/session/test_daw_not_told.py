"""A command that never left: light, screen and log say that the DAW does not know of this take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import DawCommand
from countoff.core.daw import DawAbilities
from countoff.core.entries import IncidentHappened, TakeStarted
from countoff.core.events import DawNotTold, Part, PartState, Pedal
from countoff.core.screen.view import HealthMark
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
PORT_IS_AWAY = "Its port is away."


def never_tell(studio: Studio, command: DawCommand) -> None:
    """Let the sender say that the newest command of a kind will never leave."""
    told = [told for told in studio.commands if told.command is command]
    due_ns = told.pop().at_ns
    studio.feed(DawNotTold(studio.now_ns, command, due_ns, PORT_IS_AWAY))


def start_untold(studio: Studio) -> None:
    """Begin a take while the port is away; it is back in bar 3."""
    studio.report(Part.DAW, PartState.FAULT, 5)
    studio.press(ROLL, 10)
    never_tell(studio, DawCommand.RECORD)


def test_a_take_that_the_daw_was_never_told_of_is_never_shown_as_recorded(studio: Studio) -> None:
    """The port comes back in bar 3: until the take is over the light says that the DAW is lost."""
    start_untold(studio)
    assert studio.screen.message == "DAW NOT RECORDING"
    assert studio.light is TallyLight.DAW_LOST
    studio.report(Part.DAW, PartState.OK, studio.bar_s(3))
    assert studio.light is TallyLight.DAW_LOST
    studio.ask("end_at_bar", studio.bar_s(5, 2))
    studio.run_to(studio.bar_s(6, 2))
    assert (studio.phase, studio.light) == (Phase.RING_OUT, TallyLight.DAW_LOST)
    studio.run_to(studio.bar_s(6) + 11)
    assert (studio.phase, studio.light) == (Phase.IDLE, TallyLight.OFF)
    studio.press(ROLL, studio.now_s + 2)
    studio.run_to(studio.bar_s(2))
    assert studio.light is TallyLight.CANNOT_ANSWER


def test_what_the_daw_was_not_told_is_an_incident_of_its_take(studio: Studio) -> None:
    """The log names the command and the reason, with the take that it was for."""
    start_untold(studio)
    (incident,) = (i for i in studio.logged(IncidentHappened) if i.kind == "daw not told")
    assert incident.take_id == studio.logged(TakeStarted)[0].id
    assert incident.detail == f"The DAW was not told to record. {PORT_IS_AWAY}"


def test_the_light_says_so_in_the_count_in_too(studio: Studio) -> None:
    """A count-in that nobody records does not flash as one that is recorded."""
    studio.press(ROLL, 10)
    assert studio.light is TallyLight.COUNT_IN
    never_tell(studio, DawCommand.RECORD)
    assert studio.light is TallyLight.DAW_LOST


def test_a_stop_that_never_left_is_said(studio: Studio) -> None:
    """The DAW records on: the screen says to stop it, and the take just ended has the incident."""
    studio.press(ROLL, 10)
    studio.ask("stop", studio.bar_s(4, 3))
    never_tell(studio, DawCommand.STOP)
    assert studio.screen.message == "STOP THE DAW"
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.take_id, incident.bar, incident.beat, incident.frame) == (
        studio.logged(TakeStarted)[0].id,
        4,
        3,
        None,
    )
    assert incident.detail == f"The DAW was not told to stop. {PORT_IS_AWAY}"
    studio.run_to(studio.now_s + 3)
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.incident_count == 1
    # Longer than other messages: somebody has to get up.
    assert studio.screen.message == "STOP THE DAW"


def test_a_daw_that_never_recorded_need_not_be_stopped(studio: Studio) -> None:
    """Neither command left: the log says both, the screen asks for nothing more."""
    start_untold(studio)
    studio.ask("stop", studio.bar_s(2))
    never_tell(studio, DawCommand.STOP)
    assert studio.screen.message != "STOP THE DAW"
    kinds = [incident.kind for incident in studio.logged(IncidentHappened)]
    assert kinds.count("daw not told") == 2


def test_a_late_word_of_an_older_take_blames_no_other(studio: Studio) -> None:
    """Said only after the next take began, it is the older take's, and the light is the new one's."""
    studio.press(ROLL, 10)
    old_ns = studio.commands[0].at_ns
    studio.press(ROLL, 11)
    studio.press(ROLL, 12)
    studio.feed(DawNotTold(studio.now_ns, DawCommand.RECORD, old_ns, PORT_IS_AWAY))
    (incident,) = studio.logged(IncidentHappened)
    assert incident.take_id == studio.logged(TakeStarted)[0].id
    assert studio.light is TallyLight.COUNT_IN
    assert studio.screen.message != "DAW NOT RECORDING"


def test_a_stop_that_is_missed_after_the_next_take_began_is_the_older_takes(studio: Studio) -> None:
    """AGAIN stops and begins anew within a moment: the untold stop is laid to the take it was for."""
    studio.press(ROLL, 10)
    studio.press(AGAIN, studio.bar_s(3))
    stopped = studio.commands[1]
    assert stopped.command is DawCommand.STOP
    studio.feed(DawNotTold(studio.now_ns, DawCommand.STOP, stopped.at_ns, PORT_IS_AWAY))
    (incident,) = studio.logged(IncidentHappened)
    assert incident.take_id == studio.logged(TakeStarted)[0].id
    assert studio.light is TallyLight.COUNT_IN


def test_a_locate_that_never_left_spoils_no_light(studio: Studio) -> None:
    """The DAW records where it stands: an incident of the take, and no more."""
    studio.press(ROLL, 10)
    studio.press(AGAIN, studio.bar_s(3))
    studio.run_to(studio.now_s + 0.5)
    never_tell(studio, DawCommand.LOCATE)
    (incident,) = studio.logged(IncidentHappened)
    assert incident.take_id == studio.logged(TakeStarted)[1].id
    assert incident.detail == f"The DAW was not told to locate. {PORT_IS_AWAY}"
    assert studio.light is TallyLight.COUNT_IN


def test_a_daw_that_leaves_in_a_take_is_lost_until_it_is_back(studio: Studio) -> None:
    """Nobody is connected to the port any more: the light says so at once, the log at its bar."""
    studio.press(ROLL, 10)
    studio.report(Part.DAW, PartState.WARNING, studio.bar_s(3, 2))
    assert studio.light is TallyLight.DAW_LOST
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.kind, incident.bar, incident.beat) == ("daw disconnected", 3, 2)
    studio.report(Part.DAW, PartState.OK, studio.bar_s(5))
    assert studio.light is TallyLight.CANNOT_ANSWER


def test_while_setting_up_nobody_need_be_connected(studio: Studio) -> None:
    """At rest it is a mark in the corner: no light, no incident."""
    studio.report(Part.DAW, PartState.WARNING, 5)
    assert studio.light is TallyLight.OFF
    assert studio.screen.health.daw is HealthMark.WARN
    assert studio.logged(IncidentHappened) == []


@pytest.mark.parametrize(
    ("left", "light"),
    [(Part.DAW, TallyLight.CANNOT_ANSWER), (Part.CLOCK, TallyLight.DAW_LOST)],
)
def test_the_way_to_a_daw_that_the_clock_moves_is_the_clocks(
    open_studio: type[Studio], left: Part, light: TallyLight
) -> None:
    """Nobody hears the port of the commands there; without the clock's the DAW is lost."""
    studio = open_studio(daw=DawAbilities(is_started_by_clock=True))
    studio.report(left, PartState.WARNING, 5)
    studio.press(ROLL, 10)
    studio.run_to(16)
    assert studio.light is light


def test_at_rest_the_port_of_such_a_clock_is_the_lost_way_to_the_daw(
    open_studio: type[Studio],
) -> None:
    """Double blink, as for any way to a DAW; a clock beside another way is a fault of its own."""
    moved = open_studio(daw=DawAbilities(is_started_by_clock=True))
    moved.report(Part.CLOCK, PartState.FAULT, 5)
    assert moved.light is TallyLight.DAW_LOST
    beside = open_studio()
    beside.report(Part.CLOCK, PartState.FAULT, 5)
    assert beside.light is TallyLight.FAULT
