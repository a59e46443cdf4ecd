"""What the DAW has said of a take, into the row of that take, with an event of it.

Runs in the writer's thread, inside its transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from countoff.core.daw import Verdict
from countoff.core.entries import CountInMoved, DawAnswered, DawPlaced, TakeJudged
from countoff.takelog.inserting import UnknownInLogError, add_event

if TYPE_CHECKING:
    import sqlite3

    from countoff.takelog.inserting import StampColumns

Word = CountInMoved | DawAnswered | DawPlaced | TakeJudged

_NS_PER_MS = 1_000_000


def note_word(connection: sqlite3.Connection, entry: Word, stamp: StampColumns) -> None:
    """Write one entry. Raises UnknownInLogError for a take that the log does not hold."""
    take_id = entry.take_id
    match entry:
        case CountInMoved():
            _change(
                connection,
                take_id,
                sample_rate_hz=entry.sample_rate_hz,
                epoch=entry.epoch,
                first_click_frame=entry.first_click_frame,
                bar1_frame=entry.bar1_frame,
                first_click_ns=entry.first_click_ns,
                bar1_ns=entry.bar1_ns,
            )
            add_event(
                connection,
                take_id,
                "moved",
                stamp,
                epoch=entry.epoch,
                frame=entry.first_click_frame,
                sample_rate_hz=entry.sample_rate_hz,
                bar1_frame=entry.bar1_frame,
                bar1_ns=entry.bar1_ns,
            )
        case DawAnswered():
            delay = "" if entry.delay_ns is None else f"{entry.delay_ns / _NS_PER_MS:.1f} ms after"
            _change(connection, take_id, answered_ns=entry.at_ns, roll_delay_ns=entry.delay_ns)
            add_event(connection, take_id, "answered", stamp, detail=delay or None)
        case DawPlaced(bar1=bar1):
            seconds, known_from = float(bar1.seconds), str(bar1.known_from)
            _change(connection, take_id, daw_bar1_s=seconds, daw_bar1_from=known_from)
            add_event(
                connection,
                take_id,
                "placed",
                stamp,
                detail=f"bar 1 at {seconds:.3f} s by {known_from.replace('_', ' ')}",
            )
        case TakeJudged(verdict=verdict, gap=gap):
            bar, beat = (None, None) if gap is None else gap
            _change(
                connection,
                take_id,
                verdict=verdict,
                gap_bar=bar,
                gap_beat=beat,
                proves_arming=entry.proves_arming,
            )
            add_event(
                connection,
                take_id,
                "judged",
                stamp,
                bar=bar if verdict is Verdict.GAP else None,
                beat=beat if verdict is Verdict.GAP else None,
                detail=verdict.replace("_", " "),
            )
        case _:
            assert_never(entry)


def _change(connection: sqlite3.Connection, take_id: str, **values: object) -> None:
    """Set columns of a take's row."""
    columns = ", ".join(f"{column} = ?" for column in values)
    changed = connection.execute(
        f"UPDATE takes SET {columns} WHERE id = ?",  # noqa: S608 - our own words only
        (*values.values(), take_id),
    )
    if changed.rowcount == 0:
        raise UnknownInLogError(f"no take {take_id} is in the log")
