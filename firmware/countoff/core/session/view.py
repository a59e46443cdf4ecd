"""What screen and tally show of a state at a moment, and when that changes next. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.entries import HowEnded
from countoff.core.events import Part, PartState
from countoff.core.screen.view import Health, HealthMark, LastTake, Page, ScreenView
from countoff.core.session.flagging import spoken
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from countoff.core.session.state import State, Take

_NS_PER_SECOND = 1_000_000_000
# While idle with faults, the faults and the idle page take turns.
_FAULT_TURN_NS = 5 * _NS_PER_SECOND

_MARKS = {
    PartState.OK: HealthMark.OK,
    PartState.WARNING: HealthMark.WARN,
    PartState.FAULT: HealthMark.FAULT,
    PartState.VIRTUAL: HealthMark.ABSENT,
}
_RUNNING = (Phase.COUNT_IN, Phase.ROLLING)


@dataclass(frozen=True, slots=True)
class TallyView:
    """What the tally is to show; the beat is for the count-in's flash only."""

    light: TallyLight
    first_beat_ns: int | None = None
    beat_length_ns: int | None = None


def tally_view(state: State) -> TallyView:
    """Return the light for `state`. Nothing confirms a recording yet, so it is never solid."""
    take = state.take
    faults = _faults(state)
    is_at_rest = take is None or take.is_rehearsal
    if Part.AUDIO in faults or (is_at_rest and set(faults) - {Part.DAW}):
        return TallyView(TallyLight.FAULT)
    if Part.DAW in faults:
        return TallyView(TallyLight.DAW_LOST)
    if take is None or take.is_rehearsal:
        return TallyView(TallyLight.OFF)
    # A port that nobody is connected to: whoever was told has gone.
    if not take.daw_was_told or state.parts[Part.DAW].state is PartState.WARNING:
        return TallyView(TallyLight.DAW_LOST)
    if state.phase is Phase.COUNT_IN and state.clock is not None:
        first_ns = state.clock.ns_at_frame(take.first_click_frame)
        second_frame = take.grid.frame_at_tick(
            take.song.meter.ticks_per_beat - take.song.count_in_ticks
        )
        beat_ns = state.clock.ns_at_frame(second_frame) - first_ns
        return TallyView(TallyLight.COUNT_IN, first_ns, beat_ns)
    return TallyView(TallyLight.CANNOT_ANSWER)


def screen_view(state: State, at_ns: int) -> ScreenView:
    """Return what the screen shows of `state` at host time `at_ns`."""
    page = _page(state, at_ns)
    fault = _fault_shown(state, at_ns) if page == "fault" else None
    take = state.take
    song = take.song if take is not None else state.song
    bar, beat, bars_left, section = _place(state, at_ns)
    message = state.message
    return ScreenView(
        page=page,
        health=Health(
            audio=_MARKS[state.parts[Part.AUDIO].state],
            daw=_MARKS[state.parts[Part.DAW].state],
            disk=_MARKS[state.parts[Part.DISK].state],
        ),
        song=song.title,
        tempo=str(song.tempo),
        meter=str(song.meter),
        section=section,
        message=message.text if message is not None and at_ns < message.until_ns else "",
        take_number=take.number if take is not None else 0,
        next_take_number=state.next_number(state.song),
        rehearsing=take is not None and take.is_rehearsal,
        bar=bar,
        beat=beat,
        beats_in_bar=song.meter.beats_per_bar,
        bars_left=bars_left,
        ring_out_left_s=_ring_out_left_s(state, at_ns),
        last_take=_last_take(state.last_take) if page == "after_take" else None,
        fault_title=f"{fault.upper()} FAULT" if fault else "",
        fault_lines=(state.parts[fault].sentence,) if fault else (),
        click_muted=state.click_is_muted,
        click_level_db=state.click_level_db,
        simulated_parts=tuple(
            f"VIRTUAL {part.upper()}"
            for part, health in state.parts.items()
            if health.state is PartState.VIRTUAL
        ),
    )


def next_view_change_ns(state: State, at_ns: int) -> int | None:
    """Return the first moment after `at_ns` at which `screen_view` may differ by time alone."""
    moments = [
        state.message.until_ns if state.message is not None else None,
        _next_beat_ns(state, at_ns),
    ]
    if state.phase is Phase.RING_OUT:
        left_ns = state.ring_out_until_ns - at_ns
        moments.append(state.ring_out_until_ns - (left_ns - 1) // _NS_PER_SECOND * _NS_PER_SECOND)
    if state.phase is Phase.IDLE:
        moments.append(state.after_take_until_ns)
        if _faults(state):
            moments.append((at_ns // _FAULT_TURN_NS + 1) * _FAULT_TURN_NS)
    return min(
        (moment for moment in moments if moment is not None and moment > at_ns), default=None
    )


def _page(state: State, at_ns: int) -> Page:
    match state.phase:
        case Phase.COUNT_IN:
            return "count_in"
        case Phase.ROLLING:
            return "rolling"
        case Phase.RING_OUT:
            return "ring_out"
        case Phase.IDLE:
            if _fault_shown(state, at_ns) is not None:
                return "fault"
            is_fresh = state.last_take is not None and at_ns < state.after_take_until_ns
            return "after_take" if is_fresh else "idle"


def _faults(state: State) -> list[Part]:
    return [part for part, health in state.parts.items() if health.state is PartState.FAULT]


def _fault_shown(state: State, at_ns: int) -> Part | None:
    """Return the fault whose turn it is; without audio there is nothing else to show."""
    faults = _faults(state)
    if not faults:
        return None
    turns: list[Part | None] = [*faults] if Part.AUDIO in faults else [*faults, None]
    return turns[at_ns // _FAULT_TURN_NS % len(turns)]


def _place(state: State, at_ns: int) -> tuple[int, int, int | None, str]:
    """Return bar, beat, bars left and section of the running take; the count-in has its own bars."""
    take, tick = state.take, state.tick_at_ns(at_ns)
    if take is None or tick is None or state.phase not in _RUNNING:
        return 0, 0, None, ""
    song = take.song
    if state.phase is Phase.COUNT_IN:
        # Just before bar 1 sounds the state still counts in, whatever the last rounding says.
        tick = min(tick, -1)
        if tick < -song.count_in_ticks:
            return 0, 0, song.count_in_bars, ""
        place = take.place_at_tick(tick)
        return place.bar + song.count_in_bars, place.beat, -place.bar, ""
    last_tick = take.end_tick - 1 if take.end_tick is not None else None
    tick = max(tick, 0)
    place = take.place_at_tick(tick if last_tick is None else min(tick, last_tick))
    index = song.section_index_at_bar(place.bar)
    section = song.sections[index].name if index is not None else ""
    return place.bar, place.beat, _bars_left(take, place.bar, index), section


def _bars_left(take: Take, bar: int, section_index: int | None) -> int | None:
    """Return how many bars follow `bar` in its section, or in what is left of the take."""
    sections = take.song.sections
    ends = []
    if take.end_tick is not None:
        ends.append(take.place_at_tick(take.end_tick - 1).bar)
    if section_index is not None and section_index + 1 < len(sections):
        ends.append(sections[section_index + 1].first_bar - 1)
    return max(0, min(ends) - bar) if ends else None


def _next_beat_ns(state: State, at_ns: int) -> int | None:
    take, tick = state.take, state.tick_at_ns(at_ns)
    if take is None or tick is None or state.phase not in _RUNNING:
        return None
    ticks_per_beat = take.song.meter.ticks_per_beat
    next_tick = max((tick // ticks_per_beat + 1) * ticks_per_beat, -take.song.count_in_ticks)
    return state.ns_at_tick(next_tick)


def _ring_out_left_s(state: State, at_ns: int) -> int:
    if state.phase is not Phase.RING_OUT:
        return 0
    return max(0, -(-(state.ring_out_until_ns - at_ns) // _NS_PER_SECOND))


def _last_take(take: Take | None) -> LastTake | None:
    if take is None or take.how is None:
        return None
    how = {
        HowEnded.ENDED: "ended",
        HowEnded.FALSE_START: "false start",
        HowEnded.CANCELLED: "cancelled",
    }[take.how]
    return LastTake(
        number=take.number,
        how=how,
        bars=max(0, take.ended_at.bar),
        flags=", ".join(spoken(flag).replace(f" T{take.number}", "") for flag in take.flags),
        verdict="CANNOT ANSWER",
        incident_count=take.incident_count,
    )
