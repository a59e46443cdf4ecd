"""A take in a few words, as lists, the screen and start-up show it, with what edits made of it.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile. No call here
looks at more rows than the takes it was asked for, so that a log of years costs what a day does.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.daw import CANNOT_ANSWER, Verdict, verdict_words
from countoff.core.tempo import BarBeat
from countoff.takelog.formats import OPEN_STATUSES
from countoff.takelog.overlay import NOTHING, overlays
from countoff.takelog.stamps import wall_label
from countoff.takelog.wall_time import WallTimes, stamp_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.overlay import Overlay

_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FlagMark:
    """A flag that counts, in the words of a list; `elapsed_s` is its place where there are no bars."""

    kind: str
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    section: str | None
    whole_take: bool


@dataclass(frozen=True, slots=True)
class TakeSummary:
    """A take in a few words.

    start_section, start_bar: where in the song it began
    tempo, written_tempo:     what it began with, as played and as the song's file has it, in quarter
                              notes a minute
    told_note_ticks:          the note in which people are told these, 960 ticks to the quarter
    last_bar, last_beat:      where it ended or was last seen, None if it never rolled
    elapsed_s:                the same in a song without tempo (`is_free`), which has no bars
    verdict:                  whether the DAW said that it recorded it, in words; empty while it runs
    began_at_daw:             somebody at the DAW recorded it: it has no click
    click:                    its certificate in three words; empty where it has none
    rating:                   from 0 to 5, None where nobody has rated it
    name:                     what somebody has called it; empty for most
    notes:                    what was noted of it, the oldest first
    corrected_utc:            when it was begun, where the clock was wrong then and right at another
                              moment of the same boot; `started_utc` is the label as it was
    moved_from:               the song and number that it was recorded as, where it was moved to
                              another song since: `song` and `number` are those of that one
    """

    id: str
    session_id: str
    song: str
    number: int
    is_free: bool
    start_section: str
    start_bar: int
    is_looped: bool
    tempo: str
    written_tempo: str
    told_note_ticks: int
    status: str
    how: str | None
    verdict: str
    started_utc: str
    clock_synchronised: bool
    last_bar: int | None
    last_beat: int | None
    elapsed_s: float | None
    flags: tuple[FlagMark, ...]
    incident_count: int
    click: str
    began_at_daw: bool = False
    rating: int | None = None
    name: str = ""
    notes: tuple[str, ...] = ()
    moved_from: tuple[str, int] | None = None
    corrected_utc: str | None = None

    @property
    def started_label(self) -> str:
        """The wall time of the start: as corrected, or the label, with a "?" where it is in doubt."""
        return wall_label(self.started_utc, self.corrected_utc, is_sure=self.clock_synchronised)


def summaries(connection: sqlite3.Connection, take_ids: Sequence[str]) -> tuple[TakeSummary, ...]:
    """Return the takes of these ids, in the order in which they were begun."""
    wanted = json.dumps(list(take_ids))
    flags: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for flag in _rows(
        connection,
        "SELECT id, take_id, kind, bar, beat, section, whole_take, at_ns FROM flags"
        " WHERE take_id IN (SELECT value FROM json_each(?)) AND taken_back_at_ns IS NULL"
        " ORDER BY entry",
        wanted,
    ):
        flags[flag["take_id"]].append(flag)
    takes = _rows(
        connection,
        "SELECT t.*, coalesce(t.end_bar, p.bar) AS last_bar, coalesce(t.end_beat, p.beat) AS last_beat,"
        " coalesce(t.end_ns, p.at_ns) AS last_ns,"
        " (SELECT count(*) FROM incidents i WHERE i.take_id = t.id) AS incident_count,"
        " (SELECT words FROM certificates c WHERE c.take_id = t.id) AS click"
        " FROM takes t LEFT JOIN take_positions p ON p.take_id = t.id"
        " WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.entry",
        wanted,
    )
    edited = overlays(connection, take_ids)
    wall_times = WallTimes(connection)
    return tuple(
        _summary(take, flags[take["id"]], edited.get(take["id"], NOTHING), wall_times)
        for take in takes
    )


def elapsed_s(take: sqlite3.Row, at_ns: int | None) -> float | None:
    """Return how far `take` was at host time `at_ns`, in a song that has no bars to say it in."""
    if not take["is_free"] or at_ns is None:
        return None
    bar1_ns: int = take["bar1_ns"]
    return max(0, at_ns - bar1_ns) / _NS_PER_SECOND


def _rows(connection: sqlite3.Connection, question: str, *values: str) -> sqlite3.Cursor:
    """Ask for rows by name, also of a connection that gives plain ones."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(question, values)


def _summary(
    take: sqlite3.Row, flags: Sequence[sqlite3.Row], edited: Overlay, wall_times: WallTimes
) -> TakeSummary:
    recorded_as = (take["song"], take["number"])
    song, number = edited.place or recorded_as
    taken_back = edited.taken_back
    return TakeSummary(
        id=take["id"],
        session_id=take["session_id"],
        song=song,
        number=number,
        is_free=bool(take["is_free"]),
        start_section=take["start_section"],
        start_bar=take["start_bar"],
        is_looped=bool(take["is_looped"]),
        tempo=take["tempo"],
        written_tempo=take["written_tempo"],
        told_note_ticks=take["told_note_ticks"],
        status=take["status"],
        how=take["how"],
        verdict=_verdict(take),
        started_utc=take["at_utc"],
        clock_synchronised=bool(take["clock_synchronised"]),
        last_bar=None if take["is_free"] else take["last_bar"],
        last_beat=None if take["is_free"] else take["last_beat"],
        elapsed_s=elapsed_s(take, take["last_ns"]),
        flags=(
            *(_flag_mark(take, flag) for flag in flags if flag["id"] not in taken_back),
            *(_edited_mark(edit) for edit in edited.flags if edit.id not in taken_back),
        ),
        incident_count=take["incident_count"],
        click=take["click"] or "",
        began_at_daw=bool(take["began_at_daw"]),
        rating=edited.rating,
        name=edited.name,
        notes=edited.notes,
        moved_from=None if edited.place is None else recorded_as,
        corrected_utc=wall_times.correction(stamp_of(take)),
    )


def _verdict(take: sqlite3.Row) -> str:
    """Return what the DAW has said of a take, as the screen says it; nothing while it runs."""
    if not take["daw_can_answer"]:
        return CANNOT_ANSWER
    if take["status"] in OPEN_STATUSES:
        return ""
    gap = None if take["gap_bar"] is None else BarBeat(take["gap_bar"], take["gap_beat"])
    return verdict_words(Verdict(take["verdict"]), None if take["is_free"] else gap)


def _flag_mark(take: sqlite3.Row, flag: sqlite3.Row) -> FlagMark:
    return FlagMark(
        kind=flag["kind"],
        bar=None if take["is_free"] else flag["bar"],
        beat=None if take["is_free"] else flag["beat"],
        elapsed_s=elapsed_s(take, flag["at_ns"]),
        section=flag["section"],
        whole_take=bool(flag["whole_take"]),
    )


def _edited_mark(edit: LoggedEdit) -> FlagMark:
    flag = edit.value
    return FlagMark(
        kind=flag["kind"],
        bar=flag.get("bar"),
        beat=flag.get("beat"),
        elapsed_s=flag.get("elapsed_s"),
        section=flag.get("section"),
        whole_take=flag["whole_take"],
    )
