"""What each action that can be asked for does, in the phases where it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import SetClickLevel
from countoff.core.entries import ClickLevelChanged, FlagKind
from countoff.core.session import choosing, ending, flagging, starting, upkeep
from countoff.core.session.pedals import Do, Phase
from countoff.core.session.state import WaitingPress

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import Pedal
    from countoff.core.session.state import Edge, State
    from countoff.core.session.turn import Turn

LEVEL_STEP_DB = 2
LOWEST_LEVEL_DB = -40
HIGHEST_LEVEL_DB = 0
SILENT_DB = float("-inf")

# A take this young may be given up by a press; later it takes a hold.
FALSE_START_BARS = 8
# Two pedals under one shoe are told apart within this time; a false start can wait for it.
_FALSE_START_WAIT_NS = 85_000_000

_ANY = frozenset(Phase)
_RUNNING = frozenset({Phase.COUNT_IN, Phase.ROLLING, Phase.RING_OUT})
_FLAGGABLE = frozenset({Phase.IDLE, Phase.ROLLING, Phase.RING_OUT})

_PHASES: dict[Do, frozenset[Phase]] = {
    Do.NOTHING: _ANY,
    Do.START: frozenset({Phase.IDLE}),
    Do.NEXT_TAKE: frozenset({Phase.IDLE, Phase.RING_OUT}),
    Do.REHEARSE: frozenset({Phase.IDLE}),
    Do.CANCEL: frozenset({Phase.COUNT_IN}),
    Do.START_OVER: frozenset({Phase.COUNT_IN}),
    Do.HINT_HOLD: _ANY,
    Do.FALSE_START: frozenset({Phase.ROLLING}),
    Do.END_AT_BAR: frozenset({Phase.COUNT_IN, Phase.ROLLING}),
    Do.STOP: _RUNNING,
    Do.KEEPER: _FLAGGABLE,
    Do.FIX_HERE: _FLAGGABLE,
    Do.NO_GOOD: _FLAGGABLE,
    Do.MARKER: frozenset({Phase.ROLLING}),
    Do.NAME_NEXT_SONG: frozenset({Phase.IDLE}),
    Do.NEXT_SONG: frozenset({Phase.IDLE}),
    Do.PREVIOUS_SONG: frozenset({Phase.IDLE}),
    Do.NEXT_SECTION: frozenset({Phase.IDLE}),
    Do.PREVIOUS_SECTION: frozenset({Phase.IDLE}),
    Do.LOOP_SECTION: frozenset({Phase.IDLE}),
    Do.TAP_TEMPO: frozenset({Phase.IDLE}),
    Do.NUDGE_UP: frozenset({Phase.IDLE}),
    Do.NUDGE_DOWN: frozenset({Phase.IDLE}),
    Do.AS_WRITTEN: frozenset({Phase.IDLE}),
    Do.CLICK_UP: _ANY,
    Do.CLICK_DOWN: _ANY,
    Do.MUTE_CLICK: _ANY,
    Do.STAGE_MODE: _ANY,
    Do.LINE_CHECK: frozenset({Phase.IDLE}),
    Do.SHUT_DOWN: frozenset({Phase.IDLE}),
}


def carry_out(turn: Turn, do: Do) -> str:
    """Do what was asked for, if this phase allows it. Returns what came of it, for the log."""
    if turn.state.phase not in _PHASES[do]:
        return f"nothing: {do} has no meaning while {_words(turn.state)}"
    return _RULES[do](turn)


def allowed_phases(do: Do) -> frozenset[Phase]:
    """Return the phases in which `do` means something."""
    return _PHASES[do]


def click_level_db(state: State) -> float:
    """Return the level the whole click is to have; minus infinity where it is muted."""
    return SILENT_DB if state.click_is_muted else float(state.click_level_db)


def false_start_by_press(turn: Turn, pedal: Pedal, edge: Edge) -> str:
    """Give up a young take by a press alone, once it is sure that only one pedal was meant."""
    if _is_young(turn):
        until_ns = turn.at_ns + _FALSE_START_WAIT_NS
        turn.update(waiting_press=WaitingPress(pedal, edge, until_ns))
        return "false start, unless another pedal goes down with it"
    turn.say("HOLD FOR FALSE START")
    if turn.take.began_at_daw:
        return "hint: hold, the take began at the DAW"
    return f"hint: hold, the take is past bar {FALSE_START_BARS}"


def _is_young(turn: Turn) -> bool:
    if turn.take.began_at_daw:
        # Somebody at the DAW wants it: that is not given up by one foot.
        return False
    return turn.take.song.bars_begun_at_tick(turn.tick_now()) <= FALSE_START_BARS


def _words(state: State) -> str:
    return {
        Phase.IDLE: "idle",
        Phase.COUNT_IN: "counting in",
        Phase.ROLLING: "rolling",
        Phase.RING_OUT: "ringing out",
    }[state.phase]


def _nothing(_turn: Turn) -> str:
    return "nothing"


def _hint_hold(turn: Turn) -> str:
    turn.say("HOLD TO END")
    return "hint: hold to end"


def _change_level(turn: Turn, step_db: int) -> str:
    level_db = min(max(turn.state.click_level_db + step_db, LOWEST_LEVEL_DB), HIGHEST_LEVEL_DB)
    turn.update(click_level_db=level_db, click_is_muted=False)
    _set_level(turn)
    turn.say(f"CLICK {level_db} dB")
    return f"click at {level_db} dB"


def _set_level(turn: Turn) -> None:
    state = turn.state
    turn.do(SetClickLevel(click_level_db(state)))
    turn.log(
        ClickLevelChanged(state.session_id, turn.at_ns, state.click_level_db, state.click_is_muted)
    )


def _mute(turn: Turn) -> str:
    turn.update(click_is_muted=not turn.state.click_is_muted)
    _set_level(turn)
    words = "CLICK MUTED" if turn.state.click_is_muted else "CLICK ON"
    turn.say(words)
    return words.lower()


def _change_stage_mode(turn: Turn) -> str:
    turn.update(is_on_stage=not turn.state.is_on_stage)
    words = "STAGE MODE" if turn.state.is_on_stage else "STAGE MODE OFF"
    turn.say(words)
    return words.lower()


_RULES: dict[Do, Callable[[Turn], str]] = {
    Do.NOTHING: _nothing,
    Do.START: starting.start,
    Do.NEXT_TAKE: starting.next_take,
    Do.REHEARSE: lambda turn: starting.start(turn, is_rehearsal=True),
    Do.CANCEL: ending.cancel,
    Do.START_OVER: starting.start_over,
    Do.HINT_HOLD: _hint_hold,
    Do.FALSE_START: starting.start_over,
    Do.END_AT_BAR: ending.end_at_bar,
    Do.STOP: ending.stop,
    Do.KEEPER: lambda turn: flagging.flag(turn, FlagKind.KEEPER),
    Do.FIX_HERE: lambda turn: flagging.flag(turn, FlagKind.FIX_HERE),
    Do.NO_GOOD: lambda turn: flagging.flag(turn, FlagKind.NO_GOOD),
    Do.MARKER: lambda turn: flagging.flag(turn, FlagKind.MARKER),
    Do.NAME_NEXT_SONG: choosing.name_next_song,
    Do.NEXT_SONG: lambda turn: choosing.go_to_song(turn, 1),
    Do.PREVIOUS_SONG: lambda turn: choosing.go_to_song(turn, -1),
    Do.NEXT_SECTION: lambda turn: choosing.go_to_section(turn, 1),
    Do.PREVIOUS_SECTION: lambda turn: choosing.go_to_section(turn, -1),
    Do.LOOP_SECTION: choosing.loop_section,
    Do.TAP_TEMPO: choosing.tap_tempo,
    Do.NUDGE_UP: lambda turn: choosing.nudge(turn, 1),
    Do.NUDGE_DOWN: lambda turn: choosing.nudge(turn, -1),
    Do.AS_WRITTEN: choosing.play_as_written,
    Do.CLICK_UP: lambda turn: _change_level(turn, LEVEL_STEP_DB),
    Do.CLICK_DOWN: lambda turn: _change_level(turn, -LEVEL_STEP_DB),
    Do.MUTE_CLICK: _mute,
    Do.STAGE_MODE: _change_stage_mode,
    Do.LINE_CHECK: upkeep.line_check,
    Do.SHUT_DOWN: upkeep.shut_down,
}
