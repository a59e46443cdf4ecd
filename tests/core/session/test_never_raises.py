"""Nothing that is asked, pressed or held, in any phase, makes the rules fall over.

The state is frozen, so that every branch of what may happen next begins with the same moment.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.count_in import CountIn
from countoff.core.events import ActionAsked, AudioLost, ClockFitted, Pedal, PedalMoved, TimePassed
from countoff.core.session.pedals import Do, PedalUse, Phase
from countoff.core.session.step import step
from countoff.core.song import steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.timebase import ClockFit

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

    from countoff.core.events import Event
    from countoff.core.session.state import State

_MS = 1_000_000

# A count-in of 0.3 s and bars of as much: a hold of 0.6 s may fall into any phase after its edge.
HASTY = steady_song("Hasty", Tempo(Fraction(400)), Meter(2, 4), count_in=CountIn(bars=1))
WITH_AN_END = steady_song(
    "With an end",
    Tempo(Fraction(400)),
    Meter(2, 4),
    count_in=CountIn(bars=1),
    bars=4,
    first_bars=[("A", 1)],
)

# What brings the box from one phase into another, between an edge and its hold.
BETWEEN = (
    None,
    *(Do.START, Do.CANCEL, Do.START_OVER, Do.REHEARSE, Do.END_AT_BAR, Do.STOP, Do.NEXT_TAKE),
    *("lose audio", "another stream"),
)
BETWEEN_LATER = (None, Do.START, Do.END_AT_BAR, Do.STOP)

PLACES = {
    "first idle": Phase.IDLE,
    "count-in": Phase.COUNT_IN,
    "rolling": Phase.ROLLING,
    "rolling to an end": Phase.ROLLING,
    "rolling without audio": Phase.ROLLING,
    "ring-out": Phase.RING_OUT,
    "idle": Phase.IDLE,
    "rehearsed count-in": Phase.COUNT_IN,
    "rehearsed": Phase.ROLLING,
}


def at_place(open_studio: type[Studio], place: str) -> Studio:
    """Bring a box to a place, at 20 s."""
    studio = open_studio(WITH_AN_END if place == "rolling to an end" else HASTY)
    match place:
        case "first idle":
            pass
        case "count-in":
            studio.ask("start", 19.4)
        case "rolling" | "rolling without audio":
            studio.ask("start", 19)
        case "rolling to an end":
            studio.ask("start", 18.6)
        case "ring-out":
            studio.ask("start", 18)
            studio.ask("end_at_bar", 19.5)
        case "idle":
            studio.ask("start", 18)
            studio.ask("stop", 19.5)
        case "rehearsed count-in":
            studio.ask("rehearse", 19.4)
        case "rehearsed":
            studio.ask("rehearse", 19)
    if place == "rolling without audio":
        studio.lose_audio(19.9)
    studio.run_to(20)
    assert studio.phase is PLACES[place]
    return studio


def after(state: State, *events: Event) -> State:
    """Return the state after `events`."""
    for event in events:
        state, _ = step(state, event)
    return state


def something(what: str | None, at_ns: int) -> tuple[Event, ...]:
    """Return what somebody or something else does at `at_ns`."""
    match what:
        case None:
            return ()
        case "lose audio":
            return (AudioLost(at_ns, "It is gone."),)
        case "another stream":
            other = ClockFit(9, 44_100, 0, at_ns - 1000 * _MS, 20.0, 0)
            return (AudioLost(at_ns, "It is gone."), ClockFitted(at_ns, other))
        case _:
            return (ActionAsked(at_ns, what, "panel"),)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("do", Do)
def test_every_action_can_be_asked_for_everywhere(
    open_studio: type[Studio], place: str, do: Do
) -> None:
    """Asked for once, twice, and again after anything else: an answer comes, and time goes on."""
    studio = at_place(open_studio, place)
    at_ns = studio.now_ns
    asked = after(studio.state, ActionAsked(at_ns, do, "panel"))
    for other in Do:
        again = [
            ActionAsked(at_ns + 100 * _MS, other, "panel"),
            ActionAsked(at_ns + 400 * _MS, do, "panel"),
        ]
        later = after(asked, *again, TimePassed(at_ns + 12_000 * _MS))
        assert later.ids_made > studio.state.ids_made


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("is_second_press", [False, True])
@pytest.mark.parametrize("do", Do)
def test_every_hold_can_ripen_in_every_phase(
    open_studio: type[Studio], place: str, do: Do, is_second_press: bool
) -> None:
    """Whatever a pedal was given, and whatever happens before its hold is long enough: an answer.

    A second press, being a stutter, has done nothing at its edge that the hold could build on.
    """
    studio = at_place(open_studio, place)
    down_ns = studio.now_ns
    for press in (do, Do.NOTHING):
        use = PedalUse(press=press, hold=do, long_hold=do)
        table = {(Pedal.KEEPER, phase): use for phase in Phase}
        state = replace(studio.state, settings=replace(studio.state.settings, pedal_table=table))
        edges = [PedalMoved(down_ns, Pedal.KEEPER, is_down=True)]
        if is_second_press:
            edges += [
                PedalMoved(down_ns + 50 * _MS, Pedal.KEEPER, is_down=False),
                PedalMoved(down_ns + 150 * _MS, Pedal.KEEPER, is_down=True),
            ]
        down = after(state, *edges)
        edge_ns = edges[-1].at_ns
        for first in BETWEEN:
            once = after(down, *something(first, edge_ns + 100 * _MS))
            for second in BETWEEN_LATER:
                events = something(second, edge_ns + 450 * _MS)
                twice = after(once, *events, TimePassed(edge_ns + 700 * _MS))
                up = PedalMoved(edge_ns + 2300 * _MS, Pedal.KEEPER, is_down=False)
                later = after(twice, up, TimePassed(edge_ns + 2500 * _MS))
                assert not later.edges
