from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from tests.core.session.conftest import Studio

from countoff.control.one_line import one_line
from countoff.core.events import Part, PartState
from countoff.core.session.state import PartHealth

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    ("asked", "at_s", "said"),
    [
        ({}, 10, "Idle: Kingdom, next take 1."),
        ({10: "start"}, 12, "Take 1 of Kingdom: counting in."),
        ({10: "start"}, 30, "Take 1 of Kingdom: rolling."),
        ({10: "start", 20: "end_at_bar"}, 25, "Take 1 of Kingdom: ringing out."),
        ({10: "start", 20: "stop"}, 25, "Idle: Kingdom, next take 2."),
        ({10: "rehearse"}, 12, "Rehearsing Kingdom."),
    ],
)
def test_it_says_what_the_box_does(asked: Mapping[float, str], at_s: float, said: str) -> None:
    """In words of the studio, with the number of the take that runs, or comes."""
    studio = Studio()
    for asked_s, action in asked.items():
        studio.ask(action, asked_s)
    studio.run_to(at_s)
    assert one_line(studio.state) == said


def test_what_does_not_work_stands_behind_it() -> None:
    """Each fault with its sentence; a warning is none."""
    state = Studio().state
    health = {
        Part.AUDIO: PartHealth(PartState.FAULT, "The interface is away."),
        Part.DISK: PartHealth(PartState.FAULT, "The card is full."),
        Part.DAW: PartHealth(PartState.WARNING, "It is slow."),
    }
    state = replace(state, parts=MappingProxyType({**state.parts, **health}))
    assert one_line(state).endswith("next take 1. The interface is away. The card is full.")
