"""The pedal table: which pedal does what, in which phase of a take. All of it can be remapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from countoff.core.events import Pedal


class Phase(StrEnum):
    """Where in a take the box is."""

    IDLE = "idle"
    COUNT_IN = "count_in"
    ROLLING = "rolling"
    RING_OUT = "ring_out"


class Do(StrEnum):
    """Everything that can be asked for, by a pedal, a panel or the command line."""

    NOTHING = "nothing"
    START = "start"
    NEXT_TAKE = "next_take"
    REHEARSE = "rehearse"
    CANCEL = "cancel"
    START_OVER = "start_over"
    HINT_HOLD = "hint_hold"
    """Say that this pedal has to be held here."""
    FALSE_START = "false_start"
    END_AT_BAR = "end_at_bar"
    STOP = "stop"
    KEEPER = "keeper"
    FIX_HERE = "fix_here"
    NO_GOOD = "no_good"
    MARKER = "marker"
    NAME_NEXT_SONG = "name_next_song"
    NEXT_SONG = "next_song"
    PREVIOUS_SONG = "previous_song"
    NEXT_SECTION = "next_section"
    """Takes begin with the next section."""
    PREVIOUS_SECTION = "previous_section"
    LOOP_SECTION = "loop_section"
    TAP_TEMPO = "tap_tempo"
    NUDGE_UP = "nudge_up"
    NUDGE_DOWN = "nudge_down"
    AS_WRITTEN = "as_written"
    """Forget the tempo, start and loop that were chosen today."""
    CLICK_UP = "click_up"
    CLICK_DOWN = "click_down"
    MUTE_CLICK = "mute_click"
    STAGE_MODE = "stage_mode"
    """Tally and screen as bright as is set for a stage, or as usual again."""
    LINE_CHECK = "line_check"
    SHUT_DOWN = "shut_down"


@dataclass(frozen=True, slots=True)
class PedalUse:
    """What one pedal does in one phase.

    press:     at the first edge; where `hold` would undo it, at the release instead
    hold:      0.6 s after the edge
    long_hold: 2 s after the edge
    """

    press: Do = Do.NOTHING
    hold: Do = Do.NOTHING
    long_hold: Do = Do.NOTHING


PedalTable = Mapping[tuple[Pedal, Phase], PedalUse]

_FLAGS = PedalUse(press=Do.KEEPER, hold=Do.FIX_HERE)

PEDAL_TABLE: PedalTable = MappingProxyType(
    {
        (Pedal.ROLL, Phase.IDLE): PedalUse(press=Do.START),
        (Pedal.ROLL, Phase.COUNT_IN): PedalUse(press=Do.CANCEL),
        (Pedal.ROLL, Phase.ROLLING): PedalUse(
            press=Do.HINT_HOLD, hold=Do.END_AT_BAR, long_hold=Do.STOP
        ),
        (Pedal.ROLL, Phase.RING_OUT): PedalUse(press=Do.STOP),
        (Pedal.AGAIN, Phase.IDLE): PedalUse(press=Do.NEXT_TAKE, hold=Do.REHEARSE),
        (Pedal.AGAIN, Phase.COUNT_IN): PedalUse(press=Do.START_OVER),
        (Pedal.AGAIN, Phase.ROLLING): PedalUse(press=Do.FALSE_START, hold=Do.FALSE_START),
        (Pedal.AGAIN, Phase.RING_OUT): PedalUse(press=Do.NEXT_TAKE),
        (Pedal.KEEPER, Phase.IDLE): _FLAGS,
        (Pedal.KEEPER, Phase.ROLLING): _FLAGS,
        (Pedal.KEEPER, Phase.RING_OUT): _FLAGS,
        (Pedal.SONG, Phase.IDLE): PedalUse(press=Do.NAME_NEXT_SONG, hold=Do.NEXT_SONG),
        (Pedal.SONG, Phase.ROLLING): PedalUse(press=Do.MARKER),
    }
)

NOT_BY_A_PRESS = frozenset({Do.SHUT_DOWN})
"""What nobody may ask for by stepping on something once."""

# Starting a take and then holding on to rehearse would leave a recording nobody asked for: such a
# press waits for the release.
_WAITS_FOR_RELEASE = frozenset({(Do.NEXT_TAKE, Do.REHEARSE), (Do.START, Do.REHEARSE)})


def waits_for_release(use: PedalUse) -> bool:
    """Tell whether the press acts at the release, because the hold would undo it."""
    return (use.press, use.hold) in _WAITS_FOR_RELEASE
