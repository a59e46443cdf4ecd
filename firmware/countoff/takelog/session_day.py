"""A session as people tell it: who played what, where, for how long, and how many takes of which song.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.edits import EditKind, counting, edits_of_session
from countoff.takelog.session_times import TakeTimes, session_times
from countoff.takelog.stamps import Stamp, wall_label
from countoff.takelog.summaries import summaries
from countoff.takelog.wall_time import WallTimes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.summaries import TakeSummary

BREAK_S = 30 * 60
"""So long between two takes of a song, and it was a break, not work on that song."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays, and what."""

    name: str
    instrument: str


@dataclass(frozen=True, slots=True)
class SongDay:
    """What one session did of one song.

    players:    those of the session, with what was said for this song
    take_count: all that have a number, false starts and cancelled ones too
    rolled_s:   the music of all takes, from where they rolled to where they ended
    worked_s:   from the press that began each run of takes of it to the end of that run; breaks
                of half an hour and more are not counted
    """

    song: str
    players: tuple[Player, ...]
    take_count: int
    false_start_count: int
    cancelled_count: int
    rolled_s: float
    worked_s: float


@dataclass(frozen=True, slots=True)
class SessionDay:
    """A day's work. `engineer` and `room` are empty where nobody has said them.

    corrected_utc:     when it began, where the clock was wrong then and right at another moment of the
                       same boot; `started_utc` is the label as it was
    length_s:          from its beginning to the last that happened in it
    length_is_known:   False where it is only the least: the box was started again in it, and its
                       clock could not be believed, so that nobody knows how long it was off
    songs:             in the order in which they came up
    """

    id: str
    started_utc: str
    clock_synchronised: bool
    ended_utc: str
    length_s: float
    length_is_known: bool
    engineer: str
    room: str
    players: tuple[Player, ...]
    notes: tuple[str, ...]
    songs: tuple[SongDay, ...]
    take_count: int
    false_start_count: int
    cancelled_count: int
    rolled_s: float
    corrected_utc: str | None = None

    @property
    def started_label(self) -> str:
        """The wall time of its beginning: as corrected, or the label, with a "?" in doubt."""
        return wall_label(self.started_utc, self.corrected_utc, is_sure=self.clock_synchronised)


def session_day(connection: sqlite3.Connection, session_id: str) -> SessionDay:
    """Return what is known of a session that the log holds."""
    began = Stamp(
        *connection.execute(
            "SELECT at_ns, at_utc, boot_id, clock_synchronised FROM sessions WHERE id = ?",
            (session_id,),
        ).fetchone()
    )
    ids = connection.execute("SELECT id FROM takes WHERE session_id = ?", (session_id,))
    takes = summaries(connection, [take_id for (take_id,) in ids])
    edits = edits_of_session(connection, session_id)
    times = session_times(connection, session_id)
    named = (edit.song for edit in counting(edits, EditKind.PLAYER) if edit.song is not None)
    songs = dict.fromkeys((*(take.song for take in takes), *named))
    return SessionDay(
        id=session_id,
        started_utc=began.at_utc,
        clock_synchronised=bool(began.clock_synchronised),
        ended_utc=times.ended_utc,
        length_s=times.length_s,
        length_is_known=times.length_is_known,
        engineer=_last_text(edits, EditKind.ENGINEER),
        room=_last_text(edits, EditKind.ROOM),
        players=players_of(edits),
        notes=tuple(edit.value for edit in counting(edits, EditKind.NOTE)),
        songs=tuple(_song_day(song, takes, times.takes, edits) for song in songs),
        take_count=len(takes),
        false_start_count=_count(takes, "false_start"),
        cancelled_count=_count(takes, "cancelled"),
        rolled_s=sum(times.takes[take.id].rolled_s for take in takes),
        corrected_utc=WallTimes(connection).correction(began),
    )


def players_of(edits: Sequence[LoggedEdit], song: str | None = None) -> tuple[Player, ...]:
    """Return who plays in a session, or in one song of it, from the session's edits. Pure.

    Who was named for the song has that instrument there, or none; all others theirs of the session.
    """
    players: dict[str, Player] = {}
    said = counting(edits, EditKind.PLAYER)
    for edit in (
        *(edit for edit in said if edit.song is None),
        *(edit for edit in said if edit.song is not None and edit.song == song),
    ):
        player = Player(edit.value["player"], edit.value["instrument"])
        players[player.name.casefold()] = player
    return tuple(player for player in players.values() if player.instrument)


def _song_day(
    song: str,
    all_takes: Sequence[TakeSummary],
    times: dict[str, TakeTimes],
    edits: Sequence[LoggedEdit],
) -> SongDay:
    takes = [take for take in all_takes if take.song == song]
    return SongDay(
        song=song,
        players=players_of(edits, song),
        take_count=len(takes),
        false_start_count=_count(takes, "false_start"),
        cancelled_count=_count(takes, "cancelled"),
        rolled_s=sum(times[take.id].rolled_s for take in takes),
        worked_s=sum(
            run[-1].ended_s - run[0].began_s
            for run in _runs([(take.song == song, times[take.id]) for take in all_takes])
        ),
    )


def _runs(takes: Iterable[tuple[bool, TakeTimes]]) -> list[list[TakeTimes]]:
    """Return those that are meant, in runs: a take of something else ends one, and so does a break."""
    runs: list[list[TakeTimes]] = []
    goes_on = False
    for is_meant, take in takes:
        if is_meant and goes_on and take.began_s - runs[-1][-1].ended_s < BREAK_S:
            runs[-1].append(take)
        elif is_meant:
            runs.append([take])
        goes_on = is_meant
    return runs


def _count(takes: Iterable[TakeSummary], how: str) -> int:
    return sum(take.how == how for take in takes)


def _last_text(edits: Sequence[LoggedEdit], kind: EditKind) -> str:
    found = counting(edits, kind)
    return str(found[-1].value) if found else ""
