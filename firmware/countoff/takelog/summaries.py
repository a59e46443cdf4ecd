"""A take in a few words, as lists, the screen and start-up show it.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile. No call here
looks at more rows than the takes it was asked for, so that a log of years costs what a day does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

CANNOT_ANSWER = "CANNOT ANSWER"
"""The verdict while no DAW can be heard."""


@dataclass(frozen=True, slots=True)
class FlagMark:
    """A flag that counts, in the words of a list."""

    kind: str
    bar: int | None
    beat: int | None
    section: str | None
    whole_take: bool


@dataclass(frozen=True, slots=True)
class TakeSummary:
    """A take in a few words. `last_bar` is where it ended or was last seen, None if it never rolled."""

    id: str
    session_id: str
    song: str
    number: int
    status: str
    how: str | None
    verdict: str
    started_utc: str
    clock_synchronised: bool
    last_bar: int | None
    last_beat: int | None
    flags: tuple[FlagMark, ...]
    incident_count: int

    @property
    def started_label(self) -> str:
        """The wall clock's label of the start, with a "?" where the clock was not synchronised."""
        return self.started_utc if self.clock_synchronised else f"{self.started_utc}?"


def summaries(connection: sqlite3.Connection, take_ids: Sequence[str]) -> tuple[TakeSummary, ...]:
    """Return the takes of these ids, in the order in which they were begun."""
    wanted = json.dumps(list(take_ids))
    flags: dict[str, list[FlagMark]] = defaultdict(list)
    for flag in connection.execute(
        "SELECT take_id, kind, bar, beat, section, whole_take FROM flags"
        " WHERE take_id IN (SELECT value FROM json_each(?)) AND taken_back_at_ns IS NULL"
        " ORDER BY entry",
        (wanted,),
    ):
        take_id, kind, bar, beat, section, whole_take = flag
        flags[take_id].append(FlagMark(kind, bar, beat, section, bool(whole_take)))
    takes = connection.execute(
        "SELECT t.id, t.session_id, t.song, t.number, t.status, t.how, t.at_utc,"
        " t.clock_synchronised, coalesce(t.end_bar, p.bar), coalesce(t.end_beat, p.beat),"
        " (SELECT count(*) FROM incidents i WHERE i.take_id = t.id)"
        " FROM takes t LEFT JOIN take_positions p ON p.take_id = t.id"
        " WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.entry",
        (wanted,),
    )
    return tuple(
        TakeSummary(
            id=take_id,
            session_id=session_id,
            song=song,
            number=number,
            status=status,
            how=how,
            verdict=CANNOT_ANSWER,
            started_utc=started_utc,
            clock_synchronised=bool(synchronised),
            last_bar=last_bar,
            last_beat=last_beat,
            flags=tuple(flags[take_id]),
            incident_count=incident_count,
        )
        for (
            take_id,
            session_id,
            song,
            number,
            status,
            how,
            started_utc,
            synchronised,
            last_bar,
            last_beat,
            incident_count,
        ) in takes
    )
