"""The screen of an idle box dims, sleeps and wakes; stage mode is another brightness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.session.conftest import DAY_NS, KINGDOM, Studio, ns

from countoff.core.daw import DawAbilities, DawTransport
from countoff.core.events import (
    DawHeard,
    LineCheckAsked,
    NextNumberAsked,
    Part,
    PartReported,
    PartState,
    Pedal,
    SongAsked,
    SongsRead,
    TimePassed,
)
from countoff.core.session.dimming import (
    DIMMED_SHARE,
    Lights,
    Rest,
    rest,
    screen_brightness,
    tally_brightness,
)
from countoff.core.session.pedals import Phase
from countoff.core.session.state import RING_OUT_NS
from countoff.core.session.view import next_view_change_ns, screen_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.session.state import State

MINUTE_S = 60.0
DIMS_S = 10 * MINUTE_S
SLEEPS_S = 30 * MINUTE_S
LIGHTS = Lights(
    tally=0.9,
    tally_on_stage=0.4,
    screen=0.8,
    screen_on_stage=0.2,
    dims_after_ns=round(DIMS_S * 1e9),
)


def quiet_studio(**more: Any) -> Studio:
    """Return a box that has just come up, and is left alone."""
    studio = Studio(lights=LIGHTS, **more)
    studio.state = replace(studio.state, idle_since_ns=DAY_NS)
    return studio


def rest_at(studio: Studio, at_s: float) -> Rest:
    """Return how far the screen has gone to rest at a second of the day."""
    studio.run_to(at_s)
    return rest(studio.state, studio.now_ns)


def brightness(studio: Studio) -> float:
    """Return how bright the screen is to be now."""
    return screen_brightness(studio.state, studio.now_ns)


def test_an_idle_screen_dims_then_sleeps() -> None:
    """Nothing happens: dimmed after the minutes that were set, asleep three times as late."""
    studio = quiet_studio()
    seen = [
        (rest_at(studio, at_s), studio.screen.page, round(brightness(studio), 3))
        for at_s in (DIMS_S - 0.01, DIMS_S, SLEEPS_S - 0.01, SLEEPS_S, 24 * 3600)
    ]
    dimmed = round(0.8 * DIMMED_SHARE, 3)
    assert seen == [
        (Rest.AWAKE, "idle", 0.8),
        (Rest.DIMMED, "idle", dimmed),
        (Rest.DIMMED, "idle", dimmed),
        (Rest.ASLEEP, "asleep", dimmed),
        (Rest.ASLEEP, "asleep", dimmed),
    ]


@pytest.mark.parametrize("lights", [Lights(), replace(LIGHTS, dims_after_ns=None)])
def test_a_screen_that_is_not_to_dim_never_does(lights: Lights) -> None:
    """Without minutes the page stays, and time alone changes nothing."""
    studio = Studio(lights=lights)
    studio.state = replace(studio.state, idle_since_ns=DAY_NS)
    assert rest_at(studio, 48 * 3600) is Rest.AWAKE
    assert studio.screen.page == "idle"
    assert next_view_change_ns(studio.state, studio.now_ns) is None


def test_a_screen_in_the_panel_never_dims() -> None:
    """Where there is no glass to spare, whoever has the panel open sees the page all day."""
    studio = quiet_studio()
    studio.report(Part.SCREEN, PartState.VIRTUAL, 0)
    assert rest_at(studio, 9 * 3600) is Rest.AWAKE
    assert studio.screen.page == "idle"


TOUCHES: dict[str, Callable[[Studio, float], None]] = {
    "a foot comes down": lambda studio, at_s: studio.down(Pedal.SONG, at_s),
    "a key of the panel": lambda studio, at_s: studio.ask("click_down", at_s),
    "a song by its title": lambda studio, at_s: _feed(
        studio, at_s, SongAsked(ns(at_s), "Harbour", "", is_looped=False, source="panel")
    ),
    "a take's number": lambda studio, at_s: _feed(
        studio, at_s, NextNumberAsked(ns(at_s), "Kingdom", 7, "panel")
    ),
    "a song file": lambda studio, at_s: _feed(studio, at_s, SongsRead(ns(at_s), (KINGDOM,))),
    "a part that fails": lambda studio, at_s: studio.report(Part.DISK, PartState.FAULT, at_s),
    "a line check": lambda studio, at_s: _feed(
        studio, at_s, LineCheckAsked(ns(at_s), is_attended=True, source="panel")
    ),
    "the DAW's engineer": lambda studio, at_s: _feed(
        studio, at_s, DawHeard(ns(at_s), DawTransport.ARMED)
    ),
}


def _feed(studio: Studio, at_s: float, event: Any) -> None:
    studio.run_to(at_s)
    studio.feed(event)


@pytest.mark.parametrize("what", TOUCHES)
@pytest.mark.parametrize("asleep_s", [DIMS_S + 5, SLEEPS_S + 5, 9 * 3600.0])
def test_whatever_happens_wakes_it(what: str, asleep_s: float) -> None:
    """Dimmed or asleep, the first sign of anybody brings the page back, for as long as before."""
    studio = quiet_studio(daw=DawAbilities(can_answer=True))
    assert rest_at(studio, asleep_s - 0.01) is not Rest.AWAKE
    TOUCHES[what](studio, asleep_s)
    assert rest(studio.state, ns(asleep_s)) is Rest.AWAKE
    assert studio.screen.page != "asleep"
    assert brightness(studio) == 0.8
    assert rest_at(studio, asleep_s + DIMS_S - 0.01) is Rest.AWAKE


def test_the_press_that_wakes_it_acts() -> None:
    """ROLL on a sleeping box begins a take at its first edge, like any other press."""
    studio = quiet_studio()
    studio.run_to(8 * 3600)
    studio.down(Pedal.ROLL, 8 * 3600 + 1)
    assert studio.phase is Phase.COUNT_IN
    assert studio.told == ["record"]
    assert studio.screen.page == "count_in"


def test_signs_of_life_wake_nobody() -> None:
    """A DAW that says the same again, a part that is as it was, time itself: the screen sleeps on."""
    studio = quiet_studio(daw=DawAbilities(can_answer=True, shows_life=True))
    studio.feed(DawHeard(studio.now_ns, DawTransport.STOPPED))
    for minute in range(1, 60):
        at_ns = ns(minute * MINUTE_S)
        studio.run_to(minute * MINUTE_S)
        studio.feed(DawHeard(at_ns))
        studio.feed(DawHeard(at_ns, DawTransport.STOPPED))
        studio.feed(PartReported(at_ns, Part.SCREEN, PartState.OK))
        studio.feed(TimePassed(at_ns))
    assert rest(studio.state, studio.now_ns) is Rest.ASLEEP


def test_a_take_never_dims() -> None:
    """Counting in, rolling for an hour without a touch, ringing out: bright throughout."""
    studio = quiet_studio()
    studio.run_to(DIMS_S - 1)
    studio.press(Pedal.ROLL, DIMS_S - 0.5)
    studio.run_to(DIMS_S + 1)
    assert studio.phase is Phase.COUNT_IN
    assert rest(studio.state, studio.now_ns) is Rest.AWAKE
    for minute in range(11, 71, 5):
        assert rest_at(studio, minute * MINUTE_S) is Rest.AWAKE
        assert studio.screen.page == "rolling"
    studio.press(Pedal.ROLL, 71 * MINUTE_S, hold_s=0.7)
    studio.run_to(71 * MINUTE_S + 5)
    assert studio.phase is Phase.RING_OUT
    assert rest(studio.state, studio.now_ns) is Rest.AWAKE
    over_s = studio.now_s + RING_OUT_NS / 1e9
    assert rest_at(studio, over_s + DIMS_S - 5) is Rest.AWAKE
    assert rest_at(studio, over_s + DIMS_S) is Rest.DIMMED


def test_a_ring_out_of_hours_never_dims() -> None:
    """Whatever phase but idle is the last thing that happened, a day ago: it is bright."""
    studio = quiet_studio()
    late_ns = DAY_NS + 86_400 * 10**9
    for phase in set(Phase) - {Phase.IDLE}:
        assert rest(replace(studio.state, phase=phase), late_ns) is Rest.AWAKE


def test_a_daw_that_records_without_a_take_keeps_it_awake() -> None:
    """Where the box leaves what is recorded by hand alone, its screen does not dim over it."""
    studio = quiet_studio(daw=DawAbilities(can_answer=True), on_record="ignore")
    studio.feed(DawHeard(studio.now_ns, DawTransport.RECORDING))
    assert studio.phase is Phase.IDLE
    assert rest_at(studio, 3 * 3600) is Rest.AWAKE
    studio.feed(DawHeard(studio.now_ns, DawTransport.STOPPED))
    assert rest_at(studio, 3 * 3600 + DIMS_S) is Rest.DIMMED


def test_what_is_said_is_said_in_full() -> None:
    """A line on the screen that stands for long is not dimmed while it stands."""
    studio = quiet_studio()
    message = studio.state.message
    assert message is None
    studio.ask("stage_mode", 1)
    said = studio.state.message
    assert said is not None
    until_s = DIMS_S + 60
    studio.state = replace(studio.state, message=replace(said, until_ns=ns(until_s)))
    assert rest_at(studio, until_s + DIMS_S - 1) is Rest.AWAKE
    assert rest_at(studio, until_s + DIMS_S) is Rest.DIMMED


def test_stage_mode_is_another_brightness() -> None:
    """Asked for, idle or rolling, tally and screen go to the stage's, and back; it is said and logged."""
    studio = quiet_studio()
    both = []
    for at_s in (1, 2):
        studio.ask("stage_mode", at_s)
        both.append((studio.screen.message, brightness(studio), tally_brightness(studio.state)))
    assert both == [("STAGE MODE", 0.2, 0.4), ("STAGE MODE OFF", 0.8, 0.9)]
    studio.press(Pedal.ROLL, 5)
    studio.ask("stage_mode", 20)
    assert studio.phase is Phase.ROLLING
    assert (brightness(studio), tally_brightness(studio.state)) == (0.2, 0.4)
    assert [did for did in studio.did if "stage" in did] == [
        "panel stage_mode: stage mode",
        "panel stage_mode: stage mode off",
        "panel stage_mode: stage mode",
    ]


def test_a_stage_dims_too() -> None:
    """In stage mode an idle screen is dimmed from there."""
    studio = quiet_studio()
    studio.ask("stage_mode", 1)
    studio.run_to(5 + DIMS_S)
    assert brightness(studio) == pytest.approx(0.2 * DIMMED_SHARE)


def _shown(state: State, at_ns: int) -> tuple[object, float]:
    return screen_view(state, at_ns), screen_brightness(state, at_ns)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3 * 3600 * 10**9), st.integers(0, 10**9), st.booleans())
def test_every_change_is_announced(since_ns: int, part: int, is_faulty: bool) -> None:
    """Between a moment and the next one at which it may differ, nothing of the screen differs."""
    studio = quiet_studio()
    if is_faulty:
        studio.report(Part.DISK, PartState.FAULT, 0)
    at_ns = DAY_NS + since_ns
    next_ns = next_view_change_ns(studio.state, at_ns)
    assert next_ns is not None
    between_ns = at_ns + (next_ns - 1 - at_ns) * part // 10**9
    assert _shown(studio.state, between_ns) == _shown(studio.state, at_ns)


@pytest.mark.parametrize(
    ("state", "said", "did"),
    [
        (PartState.WARNING, "NO SOUND YET: WAIT", "refused: the sound is still being opened"),
        (PartState.VIRTUAL, "NO SOUND YET: WAIT", "refused: the sound is still being opened"),
        (PartState.FAULT, "NO AUDIO: NO CLICK", "refused: audio is away"),
    ],
)
@pytest.mark.parametrize("pedal", [Pedal.ROLL, Pedal.AGAIN])
def test_a_press_before_the_sound_is_answered(
    pedal: Pedal, state: PartState, said: str, did: str
) -> None:
    """Pedals are ready before the sound: a press then is told to wait, or that there is none."""
    studio = quiet_studio()
    studio.state = replace(studio.state, clock=None, audio_is_here=False)
    studio.stream = None
    studio.report(Part.AUDIO, state, 0.5)
    studio.press(pedal, 1)
    assert studio.screen.message == said
    assert studio.phase is Phase.IDLE
    assert studio.told == []
    assert studio.did[-1].endswith(did)
