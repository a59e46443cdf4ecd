"""Appending rows to the tables of the take log, each with its stamp.

Runs in the writer's thread, inside its transaction, and at start-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from countoff.takelog.stamps import Stamp

_STAMP_COLUMNS = ("at_ns", "at_utc", "boot_id", "clock_synchronised")
StampColumns = tuple[int, str, str, bool]


class UnknownInLogError(ValueError):
    """An entry speaks of a take or flag that the log does not hold."""


def stamp_columns(stamp: Stamp) -> StampColumns:
    """Return a stamp in the order of its columns."""
    return (stamp.at_ns, stamp.at_utc, stamp.boot_id, stamp.clock_synchronised)


def insert(
    connection: sqlite3.Connection, table: str, stamp: StampColumns, **values: object
) -> None:
    """Append a row; `values` by column."""
    columns = ", ".join((*values, *_STAMP_COLUMNS))
    marks = ", ".join("?" * (len(values) + len(stamp)))
    connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - our own words only
        (*values.values(), *stamp),
    )


def add_event(
    connection: sqlite3.Connection,
    take_id: str,
    event: str,
    stamp: StampColumns,
    **values: object,
) -> None:
    """Append what happened to a take, with the status it has after it; `values` by column."""
    found = connection.execute("SELECT status FROM takes WHERE id = ?", (take_id,)).fetchone()
    if found is None:
        raise UnknownInLogError(f"no take {take_id} is in the log")
    status = found[0]
    insert(connection, "take_events", stamp, take_id=take_id, event=event, status=status, **values)
