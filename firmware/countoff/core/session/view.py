"""What the screen shows of a state at a moment, and when that or the tally's light changes next. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.count_in import SILENT
from countoff.core.daw import CANNOT_ANSWER, Answer, DawTransport, Verdict, verdict_words
from countoff.core.entries import HowEnded
from countoff.core.events import Part, PartState
from countoff.core.screen.view import Health, HealthMark, LastTake, Page, ScreenView
from countoff.core.session.dimming import Rest, next_rest_ns, rest, wanderings
from countoff.core.session.flagging import spoken
from countoff.core.session.lighting import faulty_parts, next_light_change_ns
from countoff.core.session.line_check_view import check_shown
from countoff.core.session.pedals import Phase
from countoff.core.tempo import Tempo

if TYPE_CHECKING:
    from countoff.core.screen.view import TempoMove
    from countoff.core.section import Section
    from countoff.core.session.state import State, Take
    from countoff.core.song import Song

_NS_PER_SECOND = 1_000_000_000
# While idle with faults, the faults and the idle page take turns.
_FAULT_TURN_NS = 5 * _NS_PER_SECOND
# While idle, the notes have one turn in so many: long enough to be read, and not in the way.
_NOTES_TURN_NS = 4 * _NS_PER_SECOND
_NOTES_TURNS = 3

_MARKS = {
    PartState.OK: HealthMark.OK,
    PartState.WARNING: HealthMark.WARN,
    PartState.FAULT: HealthMark.FAULT,
    PartState.VIRTUAL: HealthMark.ABSENT,
}
_RUNNING = (Phase.COUNT_IN, Phase.ROLLING)


def screen_view(state: State, at_ns: int) -> ScreenView:
    """Return what the screen shows of `state` at host time `at_ns`."""
    page = _page(state, at_ns)
    fault = _fault_shown(state, at_ns) if page == "fault" else None
    take = state.take
    song = take.song if take is not None else state.song
    place = _place(state, at_ns)
    return ScreenView(
        page=page,
        health=Health(
            audio=_MARKS[state.parts[Part.AUDIO].state],
            daw=_daw_mark(state, at_ns),
            disk=_MARKS[state.parts[Part.DISK].state],
        ),
        song=song.title,
        tempo=place.tempo or (_told(song) if not song.is_free else ""),
        tempo_moves=place.tempo_moves,
        meter=place.meter or (str(song.meter) if not song.is_free else ""),
        section=place.section,
        coming=place.coming,
        message=_message(state, at_ns),
        take_number=take.number if take is not None else 0,
        next_take_number=state.next_number(state.song),
        rehearsing=take is not None and take.is_rehearsal,
        without_click=take is not None and take.began_at_daw,
        starts_from=_starts_from(song, is_looped=state.is_looped),
        looped=state.is_looped,
        tempo_changed=song.title in state.tempo_ratios,
        artist=song.artist,
        key=song.key,
        notes=song.notes,
        shows_notes=page == "idle" and _is_notes_turn(state, at_ns),
        elapsed=place.elapsed,
        bar=place.bar,
        beat=place.beat,
        beats_in_bar=place.beats_in_bar or song.meter.beats_per_bar,
        beat_groups=place.beat_groups,
        count=place.count,
        bars_left=place.bars_left,
        ring_out_left_s=_ring_out_left_s(state, at_ns),
        last_take=_last_take(state) if page == "after_take" else None,
        wanderings=wanderings(at_ns) if page == "asleep" else 0,
        check=check_shown(state) if page == "line_check" else None,
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
    """Return the first moment after `at_ns` at which screen or light may differ by time alone."""
    moments = [
        state.message.until_ns if state.message is not None else None,
        _next_beat_ns(state, at_ns),
        next_light_change_ns(state, at_ns),
        _waits_from_ns(state),
        next_rest_ns(state, at_ns),
    ]
    if state.phase is Phase.RING_OUT:
        left_ns = state.ring_out_until_ns - at_ns
        moments.append(state.ring_out_until_ns - (left_ns - 1) // _NS_PER_SECOND * _NS_PER_SECOND)
    if state.phase is Phase.IDLE:
        moments.append(state.after_take_until_ns)
        if faulty_parts(state):
            moments.append((at_ns // _FAULT_TURN_NS + 1) * _FAULT_TURN_NS)
        elif state.song.notes:
            moments.append((at_ns // _NOTES_TURN_NS + 1) * _NOTES_TURN_NS)
    return min(
        (moment for moment in moments if moment is not None and moment > at_ns), default=None
    )


def _daw_mark(state: State, at_ns: int) -> HealthMark:
    """Return the mark of the DAW: also its silence deserves a look, while its port is well."""
    mark, take = _MARKS[state.parts[Part.DAW].state], state.take
    is_doubtful = take is not None and take.confirmation.answer in (Answer.LOST, Answer.MISSING)
    # Without a take too: it may record, and nobody knows any more.
    is_doubtful |= state.daw.transport is DawTransport.RECORDING and not state.daw_records(at_ns)
    return HealthMark.WARN if is_doubtful and mark is HealthMark.OK else mark


def _message(state: State, at_ns: int) -> str:
    """Return the one line over the page: what was said last, or what the box waits for."""
    message = state.message
    if message is not None and at_ns < message.until_ns:
        return message.text
    waits_from_ns = _waits_from_ns(state)
    return "WAITING FOR DAW" if waits_from_ns is not None and at_ns >= waits_from_ns else ""


def _waits_from_ns(state: State) -> int | None:
    """Return from when on the count-in is late because the DAW has not answered; None if it is not."""
    take, clock = state.take, state.clock
    if take is None or clock is None or not take.confirmation.is_held:
        return None
    return clock.ns_at_frame(take.first_click_frame)


def _page(state: State, at_ns: int) -> Page:
    match state.phase:
        case Phase.COUNT_IN:
            return "count_in"
        case Phase.ROLLING:
            return "rolling"
        case Phase.RING_OUT:
            return "ring_out"
        case Phase.IDLE:
            if check_shown(state) is not None:
                return "line_check"
            if rest(state, at_ns) is Rest.ASLEEP:
                return "asleep"
            if _fault_shown(state, at_ns) is not None:
                return "fault"
            is_fresh = state.last_take is not None and at_ns < state.after_take_until_ns
            return "after_take" if is_fresh else "idle"


def _fault_shown(state: State, at_ns: int) -> Part | None:
    """Return the fault whose turn it is; without audio there is nothing else to show."""
    faults = faulty_parts(state)
    if not faults:
        return None
    turns: list[Part | None] = [*faults] if Part.AUDIO in faults else [*faults, None]
    return turns[at_ns // _FAULT_TURN_NS % len(turns)]


def _is_notes_turn(state: State, at_ns: int) -> bool:
    """Tell whether the notes are shown: in turns, while there is nothing more urgent to say."""
    message = state.message
    if faulty_parts(state) or not state.song.notes or (message and at_ns < message.until_ns):
        return False
    return at_ns // _NOTES_TURN_NS % _NOTES_TURNS == _NOTES_TURNS - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a running take is, as the screen shows it; the count-in has bars of its own."""

    bar: int = 0
    beat: int = 0
    beats_in_bar: int = 0
    bars_left: int | None = None
    section: str = ""
    coming: str = ""
    meter: str = ""
    beat_groups: tuple[int, ...] = ()
    tempo: str = ""
    tempo_moves: TempoMove = ""
    count: str = ""
    elapsed: str = ""


def _place(state: State, at_ns: int) -> _Place:
    take, tick = state.take, state.tick_at_ns(at_ns)
    if take is None or tick is None or state.phase not in _RUNNING:
        return _Place()
    song = take.song
    if state.phase is Phase.COUNT_IN:
        # Just before the music begins the state still counts in, whatever the last rounding says.
        return _counted(song, min(tick, song.start_tick - 1))
    last_tick = take.end_tick - 1 if take.end_tick is not None else None
    tick = max(tick, song.start_tick)
    tick = tick if last_tick is None else min(tick, last_tick)
    if song.is_free:
        return _Place(elapsed=_minutes(song, tick))
    place = take.place_at_tick(tick)
    index = song.section_index_at_tick(tick)
    section = song.sections[index]
    tempo = Tempo(take.grid.tempo_map.quarters_per_minute_at_tick(tick))
    return _Place(
        bar=place.bar,
        beat=place.beat,
        beats_in_bar=section.meter.beats_per_bar,
        bars_left=_bars_left(take, tick, index),
        section=section.name,
        coming=_coming(take, tick, index),
        meter=str(section.meter),
        beat_groups=section.grouping,
        # A ramp passes through tempos that nobody would want to read to three places.
        tempo=str(section.told(tempo))
        if tempo in _written(section)
        else f"{float(section.told(tempo).quarters_per_minute):.0f}",
        tempo_moves=_tempo_moves(take, tick),
    )


def _counted(song: Song, tick: int) -> _Place:
    """Return the place in the count-in: before its first beat it is bar 0."""
    counting = song.counting
    bars = -(-counting.ticks // counting.ticks_per_bar)
    beats_in_bar = counting.ticks_per_bar // counting.ticks_per_beat
    into_ticks = tick - song.first_tick
    if into_ticks < 0:
        return _Place(beats_in_bar=beats_in_bar, bars_left=bars)
    bar, tick_in_bar = divmod(into_ticks, counting.ticks_per_bar)
    beat = tick_in_bar // counting.ticks_per_beat + 1
    words, place = song.count_in.words, into_ticks // counting.ticks_per_beat
    word = words[place] if place < len(words) else str(beat)
    return _Place(
        bar=bar + 1,
        beat=beat,
        beats_in_bar=beats_in_bar,
        bars_left=bars - bar - 1,
        count="" if word == SILENT else word,
    )


def _written(section: Section) -> list[Tempo]:
    return [tempo for span in section.tempos for tempo in (span.tempo, span.to) if tempo]


def _told(song: Song) -> str:
    return str(song.start_section.told(song.tempo))


def _tempo_moves(take: Take, tick: int) -> TempoMove:
    tempo_map = take.grid.tempo_map
    span = tempo_map.stretches[tempo_map.index_at_tick(tick)].span
    if span.to is None or not span.is_ramp:
        return ""
    is_faster = span.to.quarters_per_minute > span.tempo.quarters_per_minute
    return "faster" if is_faster else "slower"


def _coming(take: Take, tick: int, index: int) -> str:
    """Return what follows in the bar after this one, if it is another section and will be played."""
    song, end_tick = take.song, take.song.section_end_tick(index)
    if index + 1 == len(song.sections) or end_tick is None or song.next_bar_tick(tick) < end_tick:
        return ""
    if take.end_tick is not None and take.end_tick <= end_tick:
        return ""
    section, following = song.sections[index], song.sections[index + 1]
    meter = str(following.meter) if following.meter != section.meter else ""
    return f"{following.name.upper()} {meter}".strip()


def _bars_left(take: Take, tick: int, section_index: int) -> int | None:
    """Return how many bars follow the one at `tick` in its section, or in what is left of the take."""
    song = take.song
    section_end_tick = song.section_end_tick(section_index)
    ends = [end for end in (take.end_tick, section_end_tick) if end is not None]
    if not ends:
        return None
    left_ticks = min(ends) - song.next_bar_tick(tick)
    return max(0, -(-left_ticks // song.sections[section_index].meter.ticks_per_bar))


def _minutes(song: Song, tick: int) -> str:
    seconds = int(song.tempo_map.seconds_at_tick(max(tick, 0)))
    return f"{seconds // 60}:{seconds % 60:02}"


def _starts_from(song: Song, *, is_looped: bool) -> str:
    """Return where takes of `song` begin, if that is not its top or they come back to it."""
    if song.start_index == 0 and not is_looped:
        return ""
    name, bar = song.start_section.name.upper(), song.first_bars[song.start_index]
    return f"{name} BAR {bar}".strip()


def _next_beat_ns(state: State, at_ns: int) -> int | None:
    take, tick = state.take, state.tick_at_ns(at_ns)
    if take is None or tick is None or state.phase not in _RUNNING:
        return None
    song = take.song
    if state.phase is Phase.COUNT_IN:
        ticks_per_beat = song.counting.ticks_per_beat
        into_ticks = tick - song.first_tick
        next_tick = song.first_tick + max((into_ticks // ticks_per_beat + 1) * ticks_per_beat, 0)
        return state.ns_at_tick(next_tick)
    return state.ns_at_tick(song.next_beat_tick(tick))


def _ring_out_left_s(state: State, at_ns: int) -> int:
    if state.phase is not Phase.RING_OUT:
        return 0
    return max(0, -(-(state.ring_out_until_ns - at_ns) // _NS_PER_SECOND))


def _verdict(take: Take) -> str:
    confirmation = take.confirmation
    if confirmation.verdict is None:
        return CANNOT_ANSWER
    return verdict_words(confirmation.verdict, confirmation.gap)


def _last_take(state: State) -> LastTake | None:
    take = state.last_take
    if take is None or take.how is None:
        return None
    how = {
        HowEnded.ENDED: "ended",
        HowEnded.FALSE_START: "false start",
        HowEnded.CANCELLED: "cancelled",
    }[take.how]
    song, has_rolled = take.song, take.how is not HowEnded.CANCELLED
    return LastTake(
        number=take.number,
        how=how,
        bars=song.bars_begun_at_tick(take.ended_tick) if has_rolled and not song.is_free else 0,
        elapsed=_minutes(song, take.ended_tick) if has_rolled and song.is_free else "",
        flags=", ".join(spoken(flag).replace(f" T{take.number}", "") for flag in take.flags),
        verdict=_verdict(take),
        arming_is_unknown=take.confirmation.verdict is Verdict.RECORDED
        and not state.settings.daw.proves_arming,
        incident_count=take.incident_count,
        click=take.certificate.words if take.certificate is not None else "",
        click_is_faulty=take.certificate is not None and not take.certificate.is_clean,
    )
