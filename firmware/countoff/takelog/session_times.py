"""When things happened in a session, in seconds from its beginning, over restarts of the machine.

Host time within each boot; from one boot to the next the wall clock's labels, where both can be believed.
Reads only, on the connection it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from countoff.takelog.stamps import Stamp, utc_text
from countoff.takelog.wall_time import WallTimes

if TYPE_CHECKING:
    import sqlite3

_NS_PER_SECOND = 1_000_000_000
# What a session's own rows and its takes' tell of when it was; one that was found interrupted was not
# at work when it was found.
_MOMENTS = """
    SELECT at_ns, at_utc, boot_id, clock_synchronised FROM sessions WHERE id = ?1
    UNION ALL SELECT at_ns, at_utc, boot_id, clock_synchronised FROM takes WHERE session_id = ?1
    UNION ALL SELECT e.at_ns, e.at_utc, e.boot_id, e.clock_synchronised
        FROM takes t JOIN take_events e ON e.take_id = t.id
        WHERE t.session_id = ?1 AND e.event <> 'interrupted'
    UNION ALL SELECT p.at_ns, p.at_utc, p.boot_id, p.clock_synchronised
        FROM takes t JOIN take_positions p ON p.take_id = t.id WHERE t.session_id = ?1
    UNION ALL SELECT at_ns, at_utc, boot_id, clock_synchronised
        FROM tempo_changes WHERE session_id = ?1
    UNION ALL SELECT at_ns, at_utc, boot_id, clock_synchronised
        FROM song_choices WHERE session_id = ?1
    UNION ALL SELECT at_ns, at_utc, boot_id, clock_synchronised
        FROM click_levels WHERE session_id = ?1
"""
_TAKES = """
    SELECT t.id, t.boot_id, t.at_ns,
        (SELECT at_ns FROM take_events e WHERE e.take_id = t.id AND e.event = 'rolled') AS rolled_ns,
        coalesce(t.end_ns, p.at_ns) AS music_ended_ns,
        (SELECT at_ns FROM take_events e WHERE e.take_id = t.id AND e.event = 'closed') AS closed_ns
    FROM takes t LEFT JOIN take_positions p ON p.take_id = t.id
    WHERE t.session_id = ? ORDER BY t.entry
"""

_WRITTEN_IN = "SELECT boot_id FROM writers GROUP BY boot_id ORDER BY min(entry)"


@dataclass(frozen=True, slots=True)
class TakeTimes:
    """When a take began (the press) and was over, from the session's beginning, and its music."""

    began_s: float
    ended_s: float
    rolled_s: float


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """How long a session was, and when its takes were.

    length_is_known: False where the box was started again in it, and nobody knows how long it was off
    """

    ended_utc: str
    length_s: float
    length_is_known: bool
    takes: dict[str, TakeTimes]


@dataclass(slots=True)
class _Boot:
    """What happened between two starts of the machine: its first and last moment.

    `believed` is a host time with its label, where the clock was right at some moment of it.
    """

    first_ns: int
    last_ns: int
    last_utc: str
    believed: tuple[int, datetime] | None = None
    begins_s: float = 0.0

    def seconds(self, at_ns: int) -> float:
        """Return a host time of this boot in the session's seconds."""
        return self.begins_s + (at_ns - self.first_ns) / _NS_PER_SECOND

    def wall_time(self, at_ns: int) -> datetime | None:
        """Return when a host time of this boot was, where that can be believed."""
        if self.believed is None:
            return None
        believed_ns, label = self.believed
        return label + timedelta(microseconds=(at_ns - believed_ns) // 1000)


def session_times(connection: sqlite3.Connection, session_id: str) -> SessionTimes:
    """Return when the takes of a session were; the log holds at least the session itself."""
    boots = _boots(connection, session_id)
    in_order = list(boots.values())
    length_is_known = True
    for before, after in pairwise(in_order):
        went, came = before.wall_time(before.last_ns), after.wall_time(after.first_ns)
        after.begins_s = before.seconds(before.last_ns)
        if went is None or came is None:
            length_is_known = False
        else:
            after.begins_s += max(0.0, (came - went).total_seconds())
    last = in_order[-1]
    ended = last.wall_time(last.last_ns)
    return SessionTimes(
        ended_utc=last.last_utc if ended is None else utc_text(ended),
        length_s=last.seconds(last.last_ns),
        length_is_known=length_is_known,
        takes={
            row[0]: _take_times(boots[row[1]], *row[2:])
            for row in connection.execute(_TAKES, (session_id,))
        },
    )


def session_began_ns(connection: sqlite3.Connection, session_id: str, now: Stamp) -> int | None:
    """Return when a session began, in the host time of `now`: before 0 where it was in another boot.

    None where nobody knows, since a clock could not be believed.
    """
    row = connection.execute(
        "SELECT at_ns, at_utc, boot_id, clock_synchronised FROM sessions WHERE id = ?",
        (session_id,),
    ).fetchone()
    began = Stamp(*row)
    if began.boot_id == now.boot_id:
        return began.at_ns
    moment = WallTimes(connection).moment(began.boot_id, began.at_ns)
    if moment is None and began.clock_synchronised:
        moment = datetime.fromisoformat(began.at_utc)
    if moment is None or not now.clock_synchronised:
        return None
    age = datetime.fromisoformat(now.at_utc) - moment
    return now.at_ns - max(age // timedelta(microseconds=1), 0) * 1000


def _boots(connection: sqlite3.Connection, session_id: str) -> dict[str, _Boot]:
    """Return the boots in which a session was, by id, in the order of the writers that wrote in them."""
    boots: dict[str, _Boot] = {}
    for at_ns, at_utc, boot_id, clock_synchronised in connection.execute(_MOMENTS, (session_id,)):
        boot = boots.setdefault(boot_id, _Boot(at_ns, at_ns, at_utc))
        boot.first_ns = min(boot.first_ns, at_ns)
        if at_ns >= boot.last_ns:
            boot.last_ns, boot.last_utc = at_ns, at_utc
        if clock_synchronised:
            boot.believed = at_ns, datetime.fromisoformat(at_utc)
    wall_times = WallTimes(connection)
    for boot_id, boot in boots.items():
        if boot.believed is None:
            moment = wall_times.moment(boot_id, boot.first_ns)
            boot.believed = None if moment is None else (boot.first_ns, moment)
    written = [boot_id for (boot_id,) in connection.execute(_WRITTEN_IN)]
    return {boot_id: boots[boot_id] for boot_id in (*written, *boots) if boot_id in boots}


def _take_times(
    boot: _Boot,
    at_ns: int,
    rolled_ns: int | None,
    music_ended_ns: int | None,
    closed_ns: int | None,
) -> TakeTimes:
    ended_ns = closed_ns or music_ended_ns or at_ns
    music_ns = 0
    if rolled_ns is not None and music_ended_ns is not None:
        music_ns = max(0, music_ended_ns - rolled_ns)
    return TakeTimes(
        began_s=boot.seconds(at_ns),
        ended_s=boot.seconds(max(at_ns, ended_ns)),
        rolled_s=music_ns / _NS_PER_SECOND,
    )
