"""What a fresh start has to know of what was before: the session, the numbers, the interrupted takes.

Called once, before the writer starts; waits for the disk, for milliseconds. Never deletes or creates
anything, and never stands in the way of a start: a log that cannot be read is a sentence in the answer.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.certificate import INTERRUPTED
from countoff.takelog.inserting import stamp_columns
from countoff.takelog.numbers import last_numbers, next_numbers
from countoff.takelog.rows import add_certificate, last_take_id
from countoff.takelog.schema import (
    FILE_NAME,
    NotATakeLogError,
    damaged_logs,
    open_for_reading,
    open_for_writing,
)
from countoff.takelog.session_times import session_began_ns
from countoff.takelog.summaries import TakeSummary, summaries
from countoff.takelog.wall_time import WallTimes

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.takelog.stamps import Stamp, StampSource

SESSION_CONTINUES = timedelta(hours=12)
LAST_TAKE_COUNT = 8


@dataclass(frozen=True, slots=True)
class DayTempo:
    """How much faster than written a song was played, and what it began with, as people read it."""

    ratio: Fraction
    tempo: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A song, the section that takes of it begin with, and whether that is looped.

    `section_index` is None where only its name and its first bar are known.
    """

    song: str
    section_index: int | None
    section: str
    first_bar: int
    is_looped: bool


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found at start-up.

    `session_id` is the session to carry on, None where a new one begins, `session_began_ns` when it
    began in host time of now, None where nobody knows, and `session_take_count`
    how many takes it has; `last_takes` are its latest,
    oldest first. `choice` is what the next take is to be of, None where nothing was chosen. What was
    changed in it: `tempos` by song, the click's level, and whether it is muted. `last_number_by_song` holds
    for the whole log, since a number is never used again; `next_number_by_song` holds those that were
    set for the next take.
    `fault` is a sentence where the log could not be read, or not be marked.
    """

    session_id: str | None = None
    session_began_ns: int | None = None
    session_take_count: int = 0
    last_number_by_song: dict[str, int] = field(default_factory=dict)
    next_number_by_song: dict[str, int] = field(default_factory=dict)
    last_takes: tuple[TakeSummary, ...] = ()
    choice: Choice | None = None
    tempos: dict[str, DayTempo] = field(default_factory=dict)
    click_level_db: int = 0
    click_is_muted: bool = False
    interrupted: tuple[TakeSummary, ...] = ()
    fault: str | None = None


def recover(folder: Path, stamps: StampSource, run_id: str) -> Recovered:
    """Mark the takes found open as interrupted, at their last known place, and say what there is.

    `run_id` names the start that found them, in the event written for each. No other process may be
    writing to this log. Never raises for a log that is missing, damaged or read-only.
    """
    file = folder / FILE_NAME
    now = stamps.now()
    fault = None
    try:
        if not file.exists():
            return Recovered()
        damaged_before = damaged_logs(folder)
        with closing(open_for_writing(folder)) as connection:
            open_ids = _mark_interrupted(connection, now, run_id)
            found = _look_around(connection, now, open_ids)
        if copied := damaged_logs(folder) - damaged_before:
            fault = (
                f"What was written last into the take log {file} cannot be read back any more. The log"
                f" as it was found is kept as {', '.join(copied)}; it goes on without its last entries."
            )
        return replace(found, fault=fault)
    except (sqlite3.Error, OSError, NotATakeLogError) as trouble:
        fault = (
            f"The take log {file} could not be brought up to date ({trouble}):"
            " takes found open are not marked in it as interrupted."
        )
    try:
        with closing(open_for_reading(folder)) as connection:
            found = _look_around(connection, now, _open_take_ids(connection))
    except (sqlite3.Error, OSError, NotATakeLogError) as trouble:
        return Recovered(
            fault=f"The take log {file} cannot be read ({trouble}):"
            " a new session begins, and every song at take 1."
        )
    return replace(found, fault=fault)


def _mark_interrupted(connection: sqlite3.Connection, now: Stamp, run_id: str) -> list[str]:
    take_ids = _open_take_ids(connection)
    if not take_ids:
        return []
    connection.execute("BEGIN IMMEDIATE")
    for take_id in take_ids:
        # A take in its ring-out keeps the bar at which its click ended.
        connection.execute(
            "UPDATE takes SET status = 'interrupted', end_ns = coalesce(end_ns, p.at_ns),"
            " end_epoch = coalesce(end_epoch, p.epoch), end_frame = coalesce(end_frame, p.frame), end_bar = coalesce(end_bar, p.bar),"
            " end_beat = coalesce(end_beat, p.beat)"
            " FROM (SELECT 1) LEFT JOIN take_positions p ON p.take_id = ?1 WHERE id = ?1",
            (take_id,),
        )
        _judge_interrupted(connection, take_id)
        connection.execute(
            "INSERT INTO take_events (take_id, event, status, how, epoch, frame, bar, beat,"
            " detail, at_ns, at_utc, boot_id, clock_synchronised)"
            " SELECT id, 'interrupted', status, how, end_epoch, end_frame, end_bar, end_beat, ?, ?, ?, ?, ?"
            " FROM takes WHERE id = ?",
            (f"found open at the start of run {run_id}", *stamp_columns(now), take_id),
        )
        is_certified = connection.execute(
            "SELECT 1 FROM certificates WHERE take_id = ?", (take_id,)
        ).fetchone()
        if is_certified is None:
            add_certificate(connection, take_id, INTERRUPTED, stamp_columns(now))
    connection.execute("COMMIT")
    return take_ids


def _judge_interrupted(connection: sqlite3.Connection, take_id: str) -> None:
    """Say that a take the DAW had begun to record was seen up to where the log ends, and no further."""
    connection.execute(
        "UPDATE takes SET verdict = 'gap', gap_bar = end_bar, gap_beat = end_beat"
        " WHERE id = ? AND answered_ns IS NOT NULL",
        (take_id,),
    )


def _open_take_ids(connection: sqlite3.Connection) -> list[str]:
    # The condition is worded as that of the index, or SQLite would not use it.
    found = connection.execute(
        "SELECT id FROM takes WHERE status IN ('counting_in', 'rolling', 'ring_out') ORDER BY entry"
    )
    return [take_id for (take_id,) in found]


def _look_around(connection: sqlite3.Connection, now: Stamp, open_ids: list[str]) -> Recovered:
    session_id = session_to_continue(connection, now)
    last_ids = connection.execute(
        "SELECT id FROM takes WHERE session_id = ? ORDER BY entry DESC LIMIT ?",
        (session_id, LAST_TAKE_COUNT),
    )
    last_takes = summaries(connection, [take_id for (take_id,) in last_ids])
    interrupted = summaries(connection, open_ids)
    click_level_db, click_is_muted = _click_level(connection, session_id)
    last = last_numbers(connection)
    return Recovered(
        session_id=session_id,
        session_began_ns=(
            None if session_id is None else session_began_ns(connection, session_id, now)
        ),
        session_take_count=connection.execute(
            "SELECT count(*) FROM takes WHERE session_id = ?", (session_id,)
        ).fetchone()[0],
        last_number_by_song=last,
        next_number_by_song=next_numbers(connection, last),
        last_takes=tuple(
            replace(take, status="interrupted") if take.id in open_ids else take
            for take in last_takes
        ),
        choice=_choice(connection, session_id, last_takes),
        tempos=_tempos(connection, session_id),
        click_level_db=click_level_db,
        click_is_muted=click_is_muted,
        interrupted=tuple(replace(take, status="interrupted") for take in interrupted),
    )


def _choice(
    connection: sqlite3.Connection, session_id: str | None, last_takes: tuple[TakeSummary, ...]
) -> Choice | None:
    """Return what was chosen last: since the session's latest take, or for it."""
    found = connection.execute(
        "SELECT song, section_index, section, first_bar, is_looped, last_take_id FROM song_choices"
        " WHERE session_id = ? ORDER BY entry DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    if found is not None and found[-1] == last_take_id(connection, session_id):
        song, section_index, section, first_bar, is_looped, _ = found
        return Choice(song, section_index, section, first_bar, bool(is_looped))
    if not last_takes:
        return None
    take = last_takes[-1]
    # A take that was moved since is no word on what is played now.
    song = take.song if take.moved_from is None else take.moved_from[0]
    return Choice(song, None, take.start_section, take.start_bar, take.is_looped)


def _tempos(connection: sqlite3.Connection, session_id: str | None) -> dict[str, DayTempo]:
    """Return the last tempo of each song that is not played as written."""
    found = connection.execute(
        "SELECT song, ratio, tempo FROM tempo_changes WHERE session_id = ? ORDER BY entry",
        (session_id,),
    )
    tempos = {song: DayTempo(_ratio(ratio), tempo) for song, ratio, tempo in found}
    return {song: day for song, day in tempos.items() if day.ratio != 1}


def _ratio(text: str) -> Fraction:
    """Read a ratio as the log has it; what cannot be one leaves the song as written."""
    try:
        ratio = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(1)
    return ratio if ratio > 0 else Fraction(1)


def _click_level(connection: sqlite3.Connection, session_id: str | None) -> tuple[int, bool]:
    found = connection.execute(
        "SELECT level_db, is_muted FROM click_levels WHERE session_id = ?"
        " ORDER BY entry DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    return (0, False) if found is None else (found[0], bool(found[1]))


def session_to_continue(connection: sqlite3.Connection, now: Stamp) -> str | None:
    """Return the last session, where it still goes on: a start would carry it on."""
    session = connection.execute("SELECT id FROM sessions ORDER BY entry DESC LIMIT 1").fetchone()
    last = connection.execute(
        "SELECT at_ns, at_utc, boot_id FROM writers ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    if session is None or last is None:
        return None
    at_ns, at_utc, boot_id = last
    if boot_id == now.boot_id:
        age = timedelta(microseconds=(now.at_ns - at_ns) // 1000)
    else:
        # Host time began anew. A clock that went back across the boot gives a negative age, and the
        # session goes on: that is a Pi without a clock after a power cut, hardly a new day.
        last_wall_time = WallTimes(connection).moment(boot_id, at_ns)
        label = datetime.fromisoformat(at_utc)
        age = datetime.fromisoformat(now.at_utc) - (last_wall_time or label)
    session_id: str = session[0]
    return session_id if age < SESSION_CONTINUES else None
