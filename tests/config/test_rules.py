"""The configuration reaches the session rules, and what it does not set stays as usual."""

from __future__ import annotations

from fractions import Fraction

import pytest

from countoff.config.model import Config
from countoff.config.rules import session_settings
from countoff.core.events import Pedal
from countoff.core.session.dimming import Lights
from countoff.core.session.pedals import PEDAL_TABLE, Do, PedalUse, Phase
from countoff.core.session.state import LocatePlace, Settings


def test_defaults_are_the_rules_own() -> None:
    """The default configuration gives the settings that the rules have by themselves."""
    settings = session_settings(Config())
    own = Settings()

    assert settings.lead_ns == own.lead_ns
    assert settings.locate_place is own.locate_place
    assert settings.nudge == own.nudge
    used = {place: use for place, use in settings.pedal_table.items() if use != PedalUse()}
    assert used == dict(PEDAL_TABLE)


def test_one_gesture_is_remapped_alone() -> None:
    """A press that is remapped leaves the hold of that pedal, and every other pedal, as usual."""
    pedals = {
        "map": {"again": {"idle": {"press": "no_good"}}, "song": {"count_in": {"hold": "stop"}}}
    }
    table = session_settings(Config.model_validate({"pedals": pedals})).pedal_table

    assert table[Pedal.AGAIN, Phase.IDLE] == PedalUse(press=Do.NO_GOOD, hold=Do.REHEARSE)
    assert table[Pedal.SONG, Phase.COUNT_IN] == PedalUse(hold=Do.STOP)
    assert table[Pedal.ROLL, Phase.IDLE] == PEDAL_TABLE[Pedal.ROLL, Phase.IDLE]


def test_gesture_can_be_switched_off() -> None:
    """`nothing` takes a usual meaning away."""
    pedals = {"map": {"roll": {"rolling": {"long_hold": "nothing"}}}}
    table = session_settings(Config.model_validate({"pedals": pedals})).pedal_table

    assert table[Pedal.ROLL, Phase.ROLLING].long_hold is Do.NOTHING
    assert table[Pedal.ROLL, Phase.ROLLING].hold is Do.END_AT_BAR


def test_place_for_all_takes_is_counted_in_seconds() -> None:
    """A time for the DAW to go to reaches the rules as seconds."""
    settings = session_settings(Config.model_validate({"daw": {"locate": "01:02:03"}}))

    assert settings.locate_place is LocatePlace.FIXED
    assert settings.locate_s == 3723


@pytest.mark.parametrize(
    ("written", "exact"), [(0.1, Fraction(1, 10)), (0.5, Fraction(1, 2)), (2, 2)]
)
def test_a_nudge_is_exactly_what_is_written(written: float, exact: Fraction) -> None:
    """Ten nudges of a tenth are one quarter note a minute."""
    assert session_settings(Config.model_validate({"songs": {"nudge": written}})).nudge == exact


def test_brightness_reaches_the_rules() -> None:
    """What is set for tally and screen, at home and on stage, and when the screen dims."""
    usual = session_settings(Config()).lights
    assert usual == Lights(1.0, 0.5, 1.0, 0.3, dims_after_ns=600_000_000_000)
    tables = {
        "tally": {"brightness": 0.8, "stage_brightness": 0.1},
        "oled": {"brightness": 0.7, "stage_brightness": 0.2, "dim_after_minutes": 0},
    }
    lights = session_settings(Config.model_validate(tables)).lights
    assert lights == Lights(0.8, 0.1, 0.7, 0.2, dims_after_ns=None)
