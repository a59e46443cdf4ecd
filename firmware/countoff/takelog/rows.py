"""One entry into the tables: what each kind of entry inserts or changes.

Runs in the writer's thread, inside its transaction. Must never commit, delete a row, or look at a clock:
the stamp came with the entry.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, assert_never

from countoff.core.entries import (
    ClickRejoined,
    ClickSilenced,
    FlagChanged,
    FlagMade,
    FlagTakenBack,
    HowEnded,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TakeStarted,
)

if TYPE_CHECKING:
    from countoff.takelog.stamps import Stamp, Stamped

_PLACE_COLUMNS = ("epoch", "frame", "bar", "beat", "sample_rate_hz", "bar1_frame", "bar1_ns")
StampColumns = tuple[int, str, str, bool]

NEVER_WRITABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    OverflowError,  # a number that no database integer can hold
    ValueError,  # text that is not text, such as half a surrogate pair
    TypeError,
)
"""What `write` raises for an entry that the log refuses, today and at every later try."""


class UnknownInLogError(ValueError):
    """An entry speaks of a take or flag that the log does not hold."""


def write(connection: sqlite3.Connection, stamped: Stamped) -> None:
    """Write one entry whole, or raise and leave the tables as they were.

    Raises one of NEVER_WRITABLE for an entry that can never be written, and other sqlite3.Error where
    the file or the disk is at fault; then the caller rolls its transaction back.
    """
    connection.execute("SAVEPOINT entry")
    try:
        _write(connection, stamped)
    except NEVER_WRITABLE:
        connection.execute("ROLLBACK TO entry")
        connection.execute("RELEASE entry")
        raise
    connection.execute("RELEASE entry")


def _write(connection: sqlite3.Connection, stamped: Stamped) -> None:
    entry = stamped.entry
    stamp = stamp_columns(stamped.stamp)
    match entry:
        case SessionStarted():
            _begin_session(connection, entry.id, stamp)
        case TakeStarted():
            _start_take(connection, entry, stamp)
        case TakeRolled():
            connection.execute(
                "UPDATE takes SET status = 'rolling' WHERE id = ? AND status = 'counting_in'",
                (entry.take_id,),
            )
            _add_event(
                connection, entry.take_id, "rolled", stamp, epoch=entry.epoch, frame=entry.frame
            )
        case ClickRejoined():
            _add_event(
                connection,
                entry.take_id,
                "rejoined",
                stamp,
                epoch=entry.epoch,
                frame=entry.frame,
                bar=entry.bar,
                beat=entry.beat,
                sample_rate_hz=entry.sample_rate_hz,
                bar1_frame=entry.bar1_frame,
                bar1_ns=entry.bar1_ns,
            )
        case TakePosition():
            connection.execute(
                "INSERT INTO take_positions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET"
                " epoch = excluded.epoch, frame = excluded.frame, bar = excluded.bar, beat = excluded.beat,"
                " at_ns = excluded.at_ns, at_utc = excluded.at_utc, boot_id = excluded.boot_id,"
                " clock_synchronised = excluded.clock_synchronised",
                (entry.take_id, entry.epoch, entry.frame, entry.bar, entry.beat, *stamp),
            )
        case TakeEnded():
            _end_take(connection, entry, stamp)
        case ClickSilenced():
            connection.execute(
                "UPDATE takes SET silenced_epoch = ?, silenced_frame = ? WHERE id = ?",
                (entry.epoch, entry.frame, entry.take_id),
            )
            _add_event(
                connection, entry.take_id, "silenced", stamp, epoch=entry.epoch, frame=entry.frame
            )
        case TakeClosed():
            connection.execute(
                "UPDATE takes SET status = 'ended' WHERE id = ? AND status = 'ring_out'",
                (entry.take_id,),
            )
            _add_event(connection, entry.take_id, "closed", stamp)
        case FlagMade():
            connection.execute(
                "INSERT INTO flags (id, take_id, made_kind, kind, epoch, frame, bar, beat, section,"
                " whole_take, at_ns, at_utc, boot_id, clock_synchronised)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(entry.id, entry.take_id, entry.kind, entry.kind),
                    *(entry.epoch, entry.frame, entry.bar, entry.beat),
                    *(entry.section, entry.whole_take),
                    *stamp,
                ),
            )
        case FlagChanged():
            changed = connection.execute(
                "UPDATE flags SET kind = ?, changed_at_ns = ?, changed_at_utc = ?,"
                " changed_boot_id = ?, changed_clock_synchronised = ? WHERE id = ?",
                (entry.kind, *stamp, entry.id),
            )
            _require_flag(changed, entry.id)
        case FlagTakenBack():
            changed = connection.execute(
                "UPDATE flags SET taken_back_at_ns = ?, taken_back_at_utc = ?,"
                " taken_back_boot_id = ?, taken_back_clock_synchronised = ? WHERE id = ?",
                (*stamp, entry.id),
            )
            _require_flag(changed, entry.id)
        case PressLogged():
            connection.execute(
                "INSERT INTO presses (id, pedal, gesture, phase, take_id, did, at_ns, at_utc,"
                " boot_id, clock_synchronised) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(entry.id, entry.pedal, entry.gesture, entry.phase, entry.take_id, entry.did),
                    *stamp,
                ),
            )
        case IncidentHappened():
            connection.execute(
                "INSERT INTO incidents (id, take_id, kind, detail, epoch, frame, bar, beat, at_ns,"
                " at_utc, boot_id, clock_synchronised)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(entry.id, entry.take_id, entry.kind, entry.detail),
                    *(entry.epoch, entry.frame, entry.bar, entry.beat),
                    *stamp,
                ),
            )
        case _:
            assert_never(entry)


def stamp_columns(stamp: Stamp) -> StampColumns:
    """Return a stamp in the order of its columns."""
    return (stamp.at_ns, stamp.at_utc, stamp.boot_id, stamp.clock_synchronised)


def _begin_session(connection: sqlite3.Connection, session_id: str, stamp: StampColumns) -> None:
    connection.execute(
        "INSERT INTO sessions (id, at_ns, at_utc, boot_id, clock_synchronised)"
        " VALUES (?, ?, ?, ?, ?)",
        (session_id, *stamp),
    )


def _start_take(connection: sqlite3.Connection, entry: TakeStarted, stamp: StampColumns) -> None:
    # A session carried on from before may have begun in a file that was set aside meanwhile. The take
    # matters more than where its session began.
    known = connection.execute("SELECT 1 FROM sessions WHERE id = ?", (entry.session_id,))
    if known.fetchone() is None:
        _begin_session(connection, entry.session_id, stamp)
    connection.execute(
        "INSERT INTO takes (id, session_id, song, number, tempo, meter, count_in_bars,"
        " sample_rate_hz, epoch, first_click_frame, bar1_frame, first_click_ns, bar1_ns,"
        " status, at_ns, at_utc, boot_id, clock_synchronised)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'counting_in', ?, ?, ?, ?)",
        (
            *(entry.id, entry.session_id, entry.song, entry.number, entry.tempo, entry.meter),
            *(entry.count_in_bars, entry.sample_rate_hz, entry.epoch),
            *(entry.first_click_frame, entry.bar1_frame, entry.first_click_ns, entry.bar1_ns),
            *stamp,
        ),
    )
    _add_event(
        connection,
        entry.id,
        "started",
        stamp,
        epoch=entry.epoch,
        frame=entry.first_click_frame,
        sample_rate_hz=entry.sample_rate_hz,
        bar1_frame=entry.bar1_frame,
        bar1_ns=entry.bar1_ns,
    )


def _end_take(connection: sqlite3.Connection, entry: TakeEnded, stamp: StampColumns) -> None:
    status = "ring_out" if entry.how == HowEnded.ENDED else entry.how
    connection.execute(
        "UPDATE takes SET status = ?, how = ?, end_epoch = ?, end_frame = ?, end_bar = ?,"
        " end_beat = ?"
        " WHERE id = ? AND status IN ('counting_in', 'rolling', 'ring_out')",
        (
            *(status, entry.how),
            *(entry.epoch, entry.frame, entry.bar, entry.beat),
            entry.take_id,
        ),
    )
    _add_event(
        connection,
        entry.take_id,
        "ended",
        stamp,
        how=entry.how,
        epoch=entry.epoch,
        frame=entry.frame,
        bar=entry.bar,
        beat=entry.beat,
    )


def _add_event(
    connection: sqlite3.Connection,
    take_id: str,
    event: str,
    stamp: StampColumns,
    *,
    how: str | None = None,
    **places: int,
) -> None:
    """Append what happened to a take, with the status it has after it; `places` by column."""
    found = connection.execute("SELECT status FROM takes WHERE id = ?", (take_id,)).fetchone()
    if found is None:
        raise UnknownInLogError(f"no take {take_id} is in the log")
    connection.execute(
        "INSERT INTO take_events (take_id, event, status, how, epoch, frame, bar, beat,"
        " sample_rate_hz, bar1_frame, bar1_ns, at_ns, at_utc, boot_id, clock_synchronised)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(take_id, event, found[0], how),
            *(places.get(column) for column in _PLACE_COLUMNS),
            *stamp,
        ),
    )


def _require_flag(changed: sqlite3.Cursor, flag_id: str) -> None:
    if changed.rowcount == 0:
        raise UnknownInLogError(f"no flag {flag_id} is in the log")
