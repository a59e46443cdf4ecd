"""Flags: at a bar and beat, at the moment of the edge; taken back by the same press within 3 s."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.entries import FlagChanged, FlagKind, FlagMade, FlagTakenBack
from countoff.core.session.edges import edge_now
from countoff.core.session.pedals import Phase
from countoff.core.session.state import Flag

if TYPE_CHECKING:
    from countoff.core.session.state import Edge, Take
    from countoff.core.session.turn import Turn

TAKE_BACK_NS = 3_000_000_000

_WORDS = {
    FlagKind.KEEPER: "KEEP",
    FlagKind.FIX_HERE: "FIX",
    FlagKind.NO_GOOD: "NO GOOD",
    FlagKind.MARKER: "MARK",
}


def flag(turn: Turn, kind: FlagKind) -> str:
    """Flag the place where the take is now, or the whole take just ended.

    The same kind within 3 s takes the flag back instead, where it means the same: a keeper for the
    whole take leaves the one of its last bar alone. Returns what was done.
    """
    take = turn.state.flagged_take
    if take is None or take.is_rehearsal:
        turn.say("NO TAKE TO FLAG")
        return "no take to flag"
    edge = edge_now(turn)
    alike = [flag for flag in take.flags if _is_same_press(flag, kind, edge)]
    same = alike[-1] if alike else None
    if same is not None and turn.at_ns - same.at_ns < TAKE_BACK_NS:
        return _take_back(turn, take, same)
    return _make(turn, take, kind, turn.at_ns, edge)


def strengthen_to_fix(turn: Turn, edge_ns: int, edge: Edge) -> str:
    """Make the keeper that this press made at `edge_ns` say fix here.

    Where it made none (it took one back, or was a stutter), a new flag says so at its edge, though
    the take may have ended since.
    """
    take = turn.state.flagged_take
    if take is None or take.is_rehearsal:
        return "no take to flag"
    made = next((flag for flag in take.flags if flag.at_ns == edge_ns), None)
    if made is None:
        return _make(turn, take, FlagKind.FIX_HERE, edge_ns, edge)
    changed = replace(made, kind=FlagKind.FIX_HERE)
    _keep_flags(turn, take, tuple(changed if one is made else one for one in take.flags))
    turn.log(FlagChanged(made.id, FlagKind.FIX_HERE, turn.at_ns))
    turn.say(spoken(changed))
    return spoken(changed)


def spoken(flag: Flag) -> str:
    """Return a flag as the screen names it: KEEP T4 VERSE 2."""
    words = f"{_WORDS[flag.kind]} T{flag.take_number}"
    return words if flag.whole_take else f"{words} {flag.where}"


def _is_same_press(made: Flag, kind: FlagKind, edge: Edge) -> bool:
    if made.whole_take is (edge.phase is Phase.ROLLING):
        return False
    # Fix here is made by holding the keeper pedal: pressing that pedal again takes it back.
    by_keeper_pedal = (FlagKind.KEEPER, FlagKind.FIX_HERE)
    return made.kind is kind or (kind is FlagKind.KEEPER and made.kind in by_keeper_pedal)


def _make(turn: Turn, take: Take, kind: FlagKind, at_ns: int, edge: Edge) -> str:
    """Make a flag of `take` for a press whose edge was at `at_ns`."""
    is_rolling = edge.phase is Phase.ROLLING
    place = edge.place
    section = _section(take, edge.tick, kind) if is_rolling else ""
    made = Flag(
        id=turn.new_id(),
        kind=kind,
        at_ns=at_ns,
        place=place,
        section=section,
        where=section.upper() or _where(take, edge),
        whole_take=not is_rolling,
        take_id=take.id,
        take_number=take.number,
        is_in_daw=_mark_in_daw(turn, at_ns),
    )
    _keep_flags(turn, take, (*take.flags, made))
    turn.log(
        FlagMade(
            id=made.id,
            take_id=take.id,
            epoch=edge.epoch,
            kind=kind,
            at_ns=at_ns,
            frame=edge.frame,
            bar=place.bar,
            beat=place.beat,
            section=made.section,
            whole_take=made.whole_take,
        )
    )
    turn.say(spoken(made))
    return f"{spoken(made)}; a marker in the DAW" if made.is_in_daw else spoken(made)


def _mark_in_daw(turn: Turn, at_ns: int) -> bool:
    """Have the DAW make its own marker, where it can and runs along; tell whether it was told to.

    One that is made later than its edge would lie somewhere else.
    """
    state = turn.state
    if not state.settings.daw.can_mark or state.take is None or at_ns != turn.at_ns:
        return False
    turn.do(TellDaw(at_ns, DawCommand.MARKER))
    return True


def _section(take: Take, tick: int, kind: FlagKind) -> str:
    """Return the section a flag speaks of: within a section's first bar, the one just played."""
    song = take.song
    index = song.section_index_at_tick(tick)
    is_judgement = kind is not FlagKind.MARKER
    is_first_bar = tick - song.start_ticks[index] < song.sections[index].meter.ticks_per_bar
    if is_judgement and is_first_bar and index > song.start_index:
        index -= 1
    return song.sections[index].name


def _where(take: Take, edge: Edge) -> str:
    """Return a place without a section's name as the screen says it."""
    if not take.song.is_free:
        return f"BAR {edge.place.bar}"
    seconds = int(take.song.tempo_map.seconds_at_tick(max(edge.tick, 0)))
    return f"{seconds // 60}:{seconds % 60:02}"


def _take_back(turn: Turn, take: Take, made: Flag) -> str:
    _keep_flags(turn, take, tuple(flag for flag in take.flags if flag is not made))
    turn.log(FlagTakenBack(made.id, turn.at_ns))
    words = f"TAKEN BACK: {spoken(made)}"
    turn.say(words)
    return f"{words}; the DAW keeps its marker" if made.is_in_daw else words


def _keep_flags(turn: Turn, take: Take, flags: tuple[Flag, ...]) -> None:
    kept = replace(take, flags=flags)
    if turn.state.take is not None:
        turn.update(take=kept)
    else:
        turn.update(last_take=kept)
