"""Where a take belongs: to which session, and to which place of the DAW's timeline. Pure."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from countoff.core.daw import LAST_PLACE_HOURS
from countoff.core.entries import ClickLevelChanged, SessionStarted, TempoChanged
from countoff.core.session.placing import place_now_ns
from countoff.core.session.state import LocatePlace

if TYPE_CHECKING:
    from countoff.core.session.state import Settings, Take
    from countoff.core.session.turn import Turn

_NS_PER_SECOND = 1_000_000_000
_SECONDS_BETWEEN_PLACES = 600
# Further out, the DAW stays where it stopped.
_LAST_PLACE_S = LAST_PLACE_HOURS * 3600
_DAY_S = 24 * 3600
# As long as a restart may take for the session to go on.
NEW_SESSION_AFTER_NS = 12 * 3600 * _NS_PER_SECOND


def begin_session_where_due(turn: Turn) -> None:
    """Begin a session where the last take was closed twelve hours ago: this is another day's work.

    Its takes are counted from one again, and the DAW's timeline is taken to be empty. Tempos and the
    click's level stay as the screen shows them, and are logged as this session's.
    """
    since_ns = turn.state.idle_since_ns
    if turn.state.takes_begun == 0 or since_ns is None:
        return
    if turn.at_ns - since_ns < NEW_SESSION_AFTER_NS:
        return
    session_id = turn.new_id()
    turn.update(
        session_id=session_id,
        session_began_ns=turn.at_ns,
        takes_begun=0,
        timeline_ns=0,
        has_said_timeline_is_full=False,
    )
    turn.log(SessionStarted(session_id, turn.at_ns))
    _log_changes(turn)


def _log_changes(turn: Turn) -> None:
    """Log what is not as it would be at the start of a day."""
    state = turn.state
    for song in state.songs:
        ratio = state.tempo_ratios.get(song.title)
        if ratio is not None:
            tempo = str(song.scaled(ratio).sections[0].tempo)
            turn.log(TempoChanged(state.session_id, turn.at_ns, song.title, ratio, tempo))
    if state.click_level_db or state.click_is_muted:
        turn.log(
            ClickLevelChanged(
                state.session_id, turn.at_ns, state.click_level_db, state.click_is_muted
            )
        )


def locate_s(turn: Turn) -> int | None:
    """Return where the next take goes on the DAW's timeline, or None for where the DAW stands.

    On fresh timeline take N of the session goes to N times ten minutes, or to the next such place
    beyond what was recorded from the last one on. What is not known: where the DAW stood before the
    box sent it anywhere (the beginning is assumed), where somebody moved it by hand, and after a
    restart of the box how long its takes before that ran: only how many they were.

    Where the DAW keeps earlier takes, they are stacked on the one place: the song's bar 1 lies
    there, with room for the count-in before it, and a take from the bridge where the bridge is.
    """
    settings = turn.state.settings
    if not settings.daw.can_locate:
        return None
    if settings.locate_place is LocatePlace.FIXED:
        return _stacked_s(turn) if is_stacking(settings) else settings.locate_s
    next_free = turn.state.timeline_ns // (_SECONDS_BETWEEN_PLACES * _NS_PER_SECOND) + 1
    place_s = max(turn.state.takes_begun + 1, next_free) * _SECONDS_BETWEEN_PLACES
    return place_s if place_s < _LAST_PLACE_S else None


def time_code_place_s(turn: Turn) -> int:
    """Return where the next take's time code begins, or its bar 1 where takes are stacked.

    Time code has to be somewhere: where no place is left, beyond all of them, right after what was
    recorded. There are no hours in it that a DAW misreads; after the last one it begins anew.
    """
    settings = turn.state.settings
    if is_stacking(settings):
        return settings.locate_s
    place_s = locate_s(turn)
    if place_s is not None:
        return place_s
    recorded_s = -(-turn.state.timeline_ns // _NS_PER_SECOND)
    return max(recorded_s, _LAST_PLACE_S) % _DAY_S


def is_stacking(settings: Settings) -> bool:
    """Tell whether every take goes to the one place, which is safe only where takes are kept."""
    is_fixed = settings.locate_place is LocatePlace.FIXED
    return is_fixed and settings.daw.keeps_takes and settings.daw.can_locate


def _stacked_s(turn: Turn) -> int:
    """Return where recording begins so that the song's bar 1 lies on the configured place."""
    settings, song = turn.state.settings, turn.state.song
    before_s = song.tempo_map.seconds_at_tick(song.first_tick)
    lead_s = Fraction(settings.lead_ns, _NS_PER_SECOND)
    return max(floor(settings.locate_s + before_s - lead_s), 0)


def note_located(turn: Turn, place_s: int) -> None:
    """Keep where the DAW was sent."""
    turn.update(timeline_ns=place_s * _NS_PER_SECOND)


def note_recorded(turn: Turn, take: Take) -> None:
    """Keep how far the DAW has come: it recorded `take` until now.

    Where it said itself where it was, that is how far, if it is further.
    """
    timeline_ns = turn.state.timeline_ns + turn.at_ns - take.pressed_ns
    end_ns = place_now_ns(turn, take)
    if end_ns is not None:
        timeline_ns = max(timeline_ns, end_ns)
    turn.update(timeline_ns=timeline_ns, idle_since_ns=turn.at_ns)
