"""Looks a take log over: whether its file is whole, and whether what it says goes together.

Reads only, a running writer is not disturbed; waits for the disk, and for long where the log is. For
commands, in their own process.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog import refused
from countoff.takelog.formats import FORMATS, OPEN_STATUSES
from countoff.takelog.schema import NotATakeLogError, open_file_for_reading, read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_NAMED = 5
"""How many of a kind a sentence names before it says "and N more"."""

_OPEN = ", ".join(f"'{status}'" for status in OPEN_STATUSES)

# What must not be, by the sentence that says so; the query yields what is to be named.
_CONTRADICTIONS = {
    "Two takes have the same song and number: {}.": (
        "SELECT song || ':' || number FROM takes GROUP BY song, number HAVING count(*) > 1"
    ),
    "Takes were not written in the order in which they were begun: {}.": (
        "SELECT song || ':' || number FROM ("
        " SELECT song, number, at_ns, boot_id,"
        "  lag(at_ns) OVER (PARTITION BY boot_id ORDER BY entry) AS before_ns FROM takes"
        ") WHERE before_ns > at_ns AND boot_id <> 'unknown'"
    ),
    "What was said of the click of these takes cannot be read: {}.": (
        "SELECT take_id FROM certificates WHERE NOT (json_valid(notes) AND json_valid(figures))"
    ),
    "These edits cannot be read: {}.": "SELECT entry FROM edits WHERE NOT json_valid(value)",
}
# What there may be, and should be known.
_ODDITIES = {
    "These takes have not ended: {}. The box is playing one, or its next start will find it interrupted.": (
        f"SELECT song || ':' || number FROM takes WHERE status IN ({_OPEN}) ORDER BY entry"  # noqa: S608 - our own words
    ),
    "What happened in these takes is not all there: {}.": (
        "SELECT song || ':' || number FROM takes t WHERE NOT EXISTS ("  # noqa: S608 - as above
        " SELECT 1 FROM take_events e WHERE e.take_id = t.id AND e.event = 'started')"
        f" OR (status NOT IN ({_OPEN}) AND NOT EXISTS ("
        "  SELECT 1 FROM take_events e WHERE e.take_id = t.id"
        "  AND e.event IN ('ended', 'interrupted'))) ORDER BY entry"
    ),
    "These edits are of takes that this log does not hold: {}.": (
        "SELECT entry FROM edits WHERE take_id NOT IN (SELECT id FROM takes) ORDER BY entry"
    ),
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a log. `format` is None where the file cannot be opened at all.

    faults: sentences, each of something that must not be; none where all is well
    notes:  sentences, each of something that may be, and that somebody should know
    """

    file: Path
    size_bytes: int
    format: int | None
    session_count: int
    take_count: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def check_log(file: Path) -> Findings:
    """Look a log over, from its bytes to what it says. Raises FileNotFoundError or OSError."""
    size_bytes = file.stat().st_size
    faults: list[str] = []
    notes = list(_beside(file))
    format_found, session_count, take_count = None, 0, 0
    try:
        with closing(read_only(file)) as connection:
            format_found = int(connection.execute("PRAGMA user_version").fetchone()[0])
            faults += _unsound(connection)
        with closing(open_file_for_reading(file)) as connection:
            connection.execute("BEGIN")
            (session_count,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
            (take_count,) = connection.execute("SELECT count(*) FROM takes").fetchone()
            faults += _contradictory(connection)
            notes += _named(connection, _ODDITIES)
    except FileNotFoundError:
        notes.append(f"{file} is still empty: nothing was ever written into it.")
    except NotATakeLogError as trouble:
        faults.append(f"{trouble}.")
    except sqlite3.DatabaseError as trouble:
        faults.append(f"{file} cannot be read to its end ({trouble}).")
    if format_found is not None and 0 < format_found < len(FORMATS):
        notes.append(
            f"It is of format {format_found}: the box brings it up to date ({len(FORMATS)}) at its"
            " next start."
        )
    return Findings(
        file, size_bytes, format_found, session_count, take_count, tuple(faults), tuple(notes)
    )


def _unsound(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what SQLite itself finds wrong with the file. Raises sqlite3.Error where it cannot be read."""
    verdicts = [word for (word,) in connection.execute("PRAGMA integrity_check(100)")]
    if verdicts != ["ok"]:
        # Of the many lines the first tells most; each begins with what it is of.
        first = str(verdicts[0]).splitlines()[0]
        more = f", and {len(verdicts) - 1} more" if len(verdicts) > 1 else ""
        yield f"The file is damaged: {first}{more}."
    # A letter that is none is found by nobody who does not read it.
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own tables
            pass
    dangling: dict[str, int] = {}
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        dangling[table] = dangling.get(table, 0) + 1
    for table, count in dangling.items():
        yield f"{count} rows of {table} belong to something that is not in the log."


def _contradictory(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what the log says that cannot be."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%entry INTEGER PRIMARY KEY%'"
        " ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        # An entry takes the next number, and none is ever deleted: a number that is missing was lost.
        count, last = connection.execute(
            f"SELECT count(*), coalesce(max(entry), 0) FROM {table}"  # noqa: S608 - our own tables
        ).fetchone()
        if count != last:
            yield f"{last - count} of the {last} rows of {table} are missing."
    broken = [
        str(written_hash)[:8]
        for written_hash, text in connection.execute("SELECT hash, text FROM charts")
        if hashlib.sha256(text.encode()).hexdigest() != written_hash
    ]
    if broken:
        yield f"These charts are not what was written: {_list(broken)}."
    yield from _named(connection, _CONTRADICTIONS)


def _named(connection: sqlite3.Connection, questions: dict[str, str]) -> Iterator[str]:
    for sentence, question in questions.items():
        if found := [str(name) for (name,) in connection.execute(question)]:
            yield sentence.format(_list(found))


def _list(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _beside(file: Path) -> Iterator[str]:
    """Yield what lies beside a log and should be known."""
    kept = file.with_name(refused.FILE_NAME)
    if kept.exists():
        yield f"Entries that the log refused were kept as text in {kept}."
    aside = sorted(found.name for found in file.parent.glob("takes.damaged-*.sqlite"))
    if aside:
        yield f"Damaged logs were set aside in {file.parent}: {_list(aside)}."
