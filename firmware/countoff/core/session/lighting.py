"""Which light the tally shows of a state at a moment, and when that changes next. Pure.

Solid red is one thing only: the DAW is known to record, by `State.daw_records`. What was said is
believed for a second at most where the DAW gives signs of life, so the light is a function of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.daw import Answer, DawTransport
from countoff.core.events import Part, PartState
from countoff.core.session.known_daw import LIFE_NS
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from countoff.core.session.state import State, Take

_MS = 1_000_000
# Of a count-in that the DAW has confirmed the light is solid first, and dim for a moment before the
# first beat, so that its flash is seen as one.
_DIM_BEFORE_CLICK_NS = 100 * _MS
_SOLID_AFTER_WORD_NS = 100 * _MS


@dataclass(frozen=True, slots=True)
class TallyView:
    """What the tally is to show; the beat is for the count-in's flash only."""

    light: TallyLight
    first_beat_ns: int | None = None
    beat_length_ns: int | None = None


def tally_view(state: State, at_ns: int) -> TallyView:
    """Return the light for `state` at host time `at_ns`."""
    take = state.take if state.take is not None and not state.take.is_rehearsal else None
    faults = faulty_parts(state)
    is_without_click = state.take is None or state.take.began_at_daw
    records = state.daw_records(at_ns)
    if _is_line_checked(state) and not records:
        return TallyView(TallyLight.LINE_CHECK)
    if Part.AUDIO in faults and not (records and is_without_click):
        return TallyView(TallyLight.FAULT)
    if records:
        flash = None if take is None else _confirmed_count_in(state, take, at_ns)
        return flash or TallyView(TallyLight.RECORDING)
    # Where the clock moves the DAW, its port is a way to it.
    ways = {Part.DAW, Part.CLOCK} if state.settings.daw.is_started_by_clock else {Part.DAW}
    if take is None and set(faults) - ways:
        return TallyView(TallyLight.FAULT)
    if ways & set(faults):
        return TallyView(TallyLight.DAW_LOST)
    return TallyView(_light_at_rest(state)) if take is None else _of_take(state, take)


def next_light_change_ns(state: State, at_ns: int) -> int | None:
    """Return the first moment after `at_ns` at which `tally_view` may differ by time alone."""
    moments: list[int | None] = []
    life_ns = state.daw.life_ns
    if state.settings.daw.shows_life and life_ns is not None:
        moments.append(life_ns + LIFE_NS + 1)
    if state.take is not None and state.phase is Phase.COUNT_IN:
        moments.append(_flashes_from_ns(state, state.take))
    return min((each for each in moments if each is not None and each > at_ns), default=None)


def _is_line_checked(state: State) -> bool:
    """Tell whether somebody looks whether the lamp works; nothing is recorded meanwhile."""
    check = state.line_check
    return state.phase is Phase.IDLE and check is not None and check.is_under_way


def faulty_parts(state: State) -> list[Part]:
    """Return the parts that do not work now."""
    return [part for part, health in state.parts.items() if health.state is PartState.FAULT]


def _light_at_rest(state: State) -> TallyLight:
    """Return the light while nothing is to be recorded; what is stale is not shown as off."""
    word = state.daw.transport
    if not state.settings.daw.can_answer:
        return TallyLight.OFF
    if word is DawTransport.RECORDING:
        return TallyLight.DAW_LOST
    return TallyLight.ARMED if word is DawTransport.ARMED else TallyLight.OFF


def _of_take(state: State, take: Take) -> TallyView:
    """Return the light of a take that the DAW is not known to record."""
    # A port that nobody is connected to: whoever was told has gone.
    is_left = not state.daw_is_there
    answer = take.confirmation.answer
    if not take.daw_was_told or is_left or answer is Answer.LOST:
        return TallyView(TallyLight.DAW_LOST)
    if answer is Answer.MISSING:
        return TallyView(TallyLight.ANSWER_MISSING)
    if take.confirmation.is_held:
        # Something has begun; no beat comes before the DAW has answered.
        return TallyView(TallyLight.COUNT_IN)
    if answer is Answer.CONFIRMED:
        # Its word is not to be believed any more.
        return TallyView(TallyLight.DAW_LOST)
    if answer is Answer.COMMANDED:
        return TallyView(TallyLight.ANSWER_MISSING)
    if state.phase is Phase.COUNT_IN and state.clock is not None:
        return _flash(state, take)
    return TallyView(TallyLight.CANNOT_ANSWER)


def _confirmed_count_in(state: State, take: Take, at_ns: int) -> TallyView | None:
    """Return the flash of a count-in that was confirmed in time, once it comes to its first beat."""
    from_ns = _flashes_from_ns(state, take)
    return None if from_ns is None or at_ns < from_ns else _flash(state, take)


def _flashes_from_ns(state: State, take: Take) -> int | None:
    """Return from when on a confirmed count-in flashes; None where it does not.

    A word that came after the first click turns the light solid for good.
    """
    confirmation, clock = take.confirmation, state.clock
    if state.phase is not Phase.COUNT_IN or clock is None or confirmation.is_held:
        return None
    if confirmation.answer is not Answer.CONFIRMED or confirmation.gap is not None:
        return None
    from_ns = clock.ns_at_frame(take.first_click_frame) - _DIM_BEFORE_CLICK_NS
    return max(from_ns, confirmation.believed_ns + _SOLID_AFTER_WORD_NS)


def _flash(state: State, take: Take) -> TallyView:
    clock = state.clock
    if clock is None:
        return TallyView(TallyLight.COUNT_IN)
    first_ns = clock.ns_at_frame(take.first_click_frame)
    second_frame = take.grid.frame_at_tick(take.song.first_tick + take.song.counting.ticks_per_beat)
    return TallyView(TallyLight.COUNT_IN, first_ns, clock.ns_at_frame(second_frame) - first_ns)
