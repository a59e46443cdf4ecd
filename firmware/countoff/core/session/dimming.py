"""How bright tally and screen are to be, and when the screen of an idle box dims and sleeps. Pure.

After a while in which nobody has done anything the page is dimmed, and three times as late nothing is
left of it but the marks of health, which wander: no dot of the glass burns in. A take that counts in,
rolls or rings out is never dimmed, nor a DAW that records. Whatever anybody does wakes the screen, by
its first edge, and does besides what it always does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport
from countoff.core.events import (
    ActionAsked,
    NextNumberAsked,
    Part,
    PartState,
    PedalMoved,
    SongAsked,
    SongsRead,
)
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from countoff.core.events import Event
    from countoff.core.session.state import State

DIMMED_SHARE = 0.3
"""Of the screen's brightness, while it is dimmed or asleep."""
SLEEPS_AFTER_DIMS = 3
"""So many times as late as it dims, the screen sleeps."""
WANDERS_EVERY_NS = 60_000_000_000
_TOUCHES = (PedalMoved, ActionAsked, SongAsked, NextNumberAsked, SongsRead)


class Rest(StrEnum):
    """How far the screen of an idle box has gone to rest."""

    AWAKE = "awake"
    DIMMED = "dimmed"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True)
class Lights:
    """What the configuration says of brightness: from 0 to 1, as the eye sees it."""

    tally: float = 1.0
    tally_on_stage: float = 1.0
    screen: float = 1.0
    screen_on_stage: float = 1.0
    dims_after_ns: int | None = None
    """How long nothing happens until the screen dims; None: it never does."""


def screen_brightness(state: State, at_ns: int) -> float:
    """Return how bright the screen is to be at host time `at_ns`, from 0 to 1."""
    lights = state.settings.lights
    awake = lights.screen_on_stage if state.is_on_stage else lights.screen
    return awake if rest(state, at_ns) is Rest.AWAKE else awake * DIMMED_SHARE


def tally_brightness(state: State) -> float:
    """Return how bright the tally is to be where it is bright, from 0 to 1."""
    lights = state.settings.lights
    return lights.tally_on_stage if state.is_on_stage else lights.tally


def rest(state: State, at_ns: int) -> Rest:
    """Return how far the screen has gone to rest at host time `at_ns`."""
    dims_ns = _dims_ns(state)
    if dims_ns is None or at_ns < dims_ns:
        return Rest.AWAKE
    return Rest.DIMMED if at_ns < _sleeps_ns(state, dims_ns) else Rest.ASLEEP


def wanderings(at_ns: int) -> int:
    """Return how often what a sleeping screen shows has moved by host time `at_ns`."""
    return at_ns // WANDERS_EVERY_NS


def next_rest_ns(state: State, at_ns: int) -> int | None:
    """Return when after `at_ns` the screen dims, sleeps or wanders by time alone; None for never."""
    dims_ns = _dims_ns(state)
    if dims_ns is None:
        return None
    if at_ns < dims_ns:
        return dims_ns
    sleeps_ns = _sleeps_ns(state, dims_ns)
    return sleeps_ns if at_ns < sleeps_ns else (wanderings(at_ns) + 1) * WANDERS_EVERY_NS


def is_touch(event: Event, before: State, after: State) -> bool:
    """Tell whether `event`, which made `after` of `before`, is something to wake for.

    Whatever a foot, a hand or the DAW's engineer did, whatever has become of a part of the box, and
    what a line check finds.
    """
    if isinstance(event, _TOUCHES) or before.daw.transport is not after.daw.transport:
        return True
    if before.line_check is not after.line_check:
        return True
    return before.parts is not after.parts and before.parts != after.parts


def _dims_ns(state: State) -> int | None:
    """Return when the screen dims if nothing happens until then; None where it does not."""
    after_ns, since_ns = state.settings.lights.dims_after_ns, _quiet_since_ns(state)
    if after_ns is None or since_ns is None or state.phase is not Phase.IDLE:
        return None
    if state.parts[Part.SCREEN].state is PartState.VIRTUAL:
        # It is in the panel, where nothing burns in, and whoever looks there wants to see it.
        return None
    # Without a take: the box was told to leave what is recorded by hand alone.
    return None if state.daw.transport is DawTransport.RECORDING else since_ns + after_ns


def _sleeps_ns(state: State, dims_ns: int) -> int:
    return dims_ns + (SLEEPS_AFTER_DIMS - 1) * (state.settings.lights.dims_after_ns or 0)


def _quiet_since_ns(state: State) -> int | None:
    """Return since when nothing has happened, and nothing is said; None where nobody knows."""
    known = [each for each in (state.touched_ns, state.idle_since_ns) if each is not None]
    if not known:
        return None
    said_ns = state.message.until_ns if state.message is not None else 0
    return max(*known, state.phase_since_ns, said_ns)
