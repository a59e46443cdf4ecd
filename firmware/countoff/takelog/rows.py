"""One entry into the tables: what each kind of entry inserts or changes.

Runs in the writer's thread, inside its transaction. Must never commit, delete a row, or look at a clock:
the stamp came with the entry.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from typing import TYPE_CHECKING, assert_never

from countoff.core.entries import (
    ClickLevelChanged,
    ClickRejoined,
    ClickSilenced,
    CountInMoved,
    DawAnswered,
    DawPlaced,
    FlagChanged,
    FlagMade,
    FlagTakenBack,
    HowEnded,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    SongChosen,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakePosition,
    TakeRolled,
    TakeStarted,
    TempoChanged,
    WallClockSynchronised,
)
from countoff.core.tempo import Tempo
from countoff.takelog.charts import chart_of
from countoff.takelog.daw_rows import note_word
from countoff.takelog.inserting import UnknownInLogError, add_event, insert, stamp_columns

if TYPE_CHECKING:
    from countoff.core.certificate import Certificate
    from countoff.takelog.inserting import StampColumns
    from countoff.takelog.stamps import Stamped

NEVER_WRITABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    ArithmeticError,  # such as a number that no database integer can hold
    ValueError,  # text that is not text, such as half a surrogate pair
    TypeError,
    LookupError,
)
"""What `write` raises for an entry that the log refuses, today and at every later try."""


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
            insert(connection, "sessions", stamp, id=entry.id)
        case TempoChanged():
            _know_session(connection, entry.session_id, stamp)
            insert(
                connection,
                "tempo_changes",
                stamp,
                session_id=entry.session_id,
                song=entry.song,
                ratio=str(entry.ratio),
                tempo=entry.tempo,
            )
        case SongChosen():
            _know_session(connection, entry.session_id, stamp)
            insert(
                connection,
                "song_choices",
                stamp,
                session_id=entry.session_id,
                song=entry.song,
                section_index=entry.section_index,
                section=entry.section,
                first_bar=entry.first_bar,
                is_looped=entry.is_looped,
                last_take_id=last_take_id(connection, entry.session_id),
            )
        case ClickLevelChanged():
            _know_session(connection, entry.session_id, stamp)
            insert(
                connection,
                "click_levels",
                stamp,
                session_id=entry.session_id,
                level_db=entry.level_db,
                is_muted=entry.is_muted,
            )
        case TakeStarted():
            _start_take(connection, entry, stamp)
        case CountInMoved() | DawAnswered() | DawPlaced() | TakeJudged():
            note_word(connection, entry, stamp)
        case TakeRolled():
            connection.execute(
                "UPDATE takes SET status = 'rolling' WHERE id = ? AND status = 'counting_in'",
                (entry.take_id,),
            )
            add_event(
                connection, entry.take_id, "rolled", stamp, epoch=entry.epoch, frame=entry.frame
            )
        case ClickRejoined():
            add_event(
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
            add_event(
                connection, entry.take_id, "silenced", stamp, epoch=entry.epoch, frame=entry.frame
            )
        case TakeClosed():
            connection.execute(
                "UPDATE takes SET status = 'ended' WHERE id = ? AND status = 'ring_out'",
                (entry.take_id,),
            )
            add_event(connection, entry.take_id, "closed", stamp)
        case TakeCertified():
            add_certificate(connection, entry.take_id, entry.certificate, stamp)
        case FlagMade():
            insert(
                connection,
                "flags",
                stamp,
                id=entry.id,
                take_id=entry.take_id,
                made_kind=entry.kind,
                kind=entry.kind,
                **_place(entry),
                section=entry.section,
                whole_take=entry.whole_take,
            )
        case FlagChanged():
            _change_flag(
                connection,
                "UPDATE flags SET kind = ?, changed_at_ns = ?, changed_at_utc = ?,"
                " changed_boot_id = ?, changed_clock_synchronised = ? WHERE id = ?",
                (entry.kind, *stamp, entry.id),
            )
        case FlagTakenBack():
            _change_flag(
                connection,
                "UPDATE flags SET taken_back_at_ns = ?, taken_back_at_utc = ?,"
                " taken_back_boot_id = ?, taken_back_clock_synchronised = ? WHERE id = ?",
                (*stamp, entry.id),
            )
        case PressLogged():
            insert(
                connection,
                "presses",
                stamp,
                id=entry.id,
                pedal=entry.pedal,
                gesture=entry.gesture,
                phase=entry.phase,
                take_id=entry.take_id,
                did=entry.did,
            )
        case IncidentHappened():
            insert(
                connection,
                "incidents",
                stamp,
                id=entry.id,
                take_id=entry.take_id,
                kind=entry.kind,
                detail=entry.detail,
                **_place(entry),
            )
        case WallClockSynchronised():
            insert(connection, "wall_clock_readings", stamp)
        case _:
            assert_never(entry)


def add_certificate(
    connection: sqlite3.Connection, take_id: str, certificate: Certificate, stamp: StampColumns
) -> None:
    """Append what is said of a take's click."""
    insert(
        connection,
        "certificates",
        stamp,
        take_id=take_id,
        grade=certificate.grade,
        is_clean=certificate.is_clean,
        words=certificate.words,
        summary=certificate.summary,
        notes=json.dumps(certificate.notes, ensure_ascii=False),
        figures=json.dumps(dataclasses.asdict(certificate.figures)),
    )


def _place(entry: FlagMade | IncidentHappened) -> dict[str, object]:
    return {"epoch": entry.epoch, "frame": entry.frame, "bar": entry.bar, "beat": entry.beat}


def _know_session(connection: sqlite3.Connection, session_id: str, stamp: StampColumns) -> None:
    """Begin a session that this file does not know.

    A session carried on from before may have begun in a file that was set aside meanwhile. What
    happens in it matters more than where it began.
    """
    known = connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,))
    if known.fetchone() is None:
        insert(connection, "sessions", stamp, id=session_id)


def last_take_id(connection: sqlite3.Connection, session_id: str | None) -> str | None:
    """Return the id of the take that was begun last in this session."""
    found = connection.execute(
        "SELECT id FROM takes WHERE session_id = ? ORDER BY entry DESC LIMIT 1", (session_id,)
    ).fetchone()
    return None if found is None else str(found[0])


def _start_take(connection: sqlite3.Connection, entry: TakeStarted, stamp: StampColumns) -> None:
    _know_session(connection, entry.session_id, stamp)
    song, chart = entry.chart, chart_of(entry)
    written = Tempo(song.tempo.quarters_per_minute / entry.tempo_ratio)
    connection.execute(
        "INSERT INTO charts VALUES (?, ?) ON CONFLICT DO NOTHING", (chart.hash, chart.text)
    )
    insert(
        connection,
        "takes",
        stamp,
        id=entry.id,
        session_id=entry.session_id,
        song=entry.song,
        number=entry.number,
        is_free=song.is_free,
        start_section=song.start_section.name,
        start_bar=song.first_bars[song.start_index],
        is_looped=entry.is_looped,
        tempo=entry.tempo,
        written_tempo=str(written),
        tempo_ratio=str(entry.tempo_ratio),
        told_note_ticks=song.start_section.told_note_ticks,
        meter=entry.meter,
        count_in=chart.count_in,
        click_level_db=entry.click_level_db,
        click_is_muted=entry.click_level_db is None,
        chart_hash=chart.hash,
        sample_rate_hz=entry.sample_rate_hz,
        epoch=entry.epoch,
        first_click_frame=entry.first_click_frame,
        bar1_frame=entry.bar1_frame,
        first_click_ns=entry.first_click_ns,
        bar1_ns=entry.bar1_ns,
        daw_can_answer=entry.daw_can_answer,
        began_at_daw=entry.began_at_daw,
        status="counting_in",
    )
    add_event(
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
        "UPDATE takes SET status = ?, how = ?, end_ns = ?, end_epoch = ?, end_frame = ?,"
        " end_bar = ?, end_beat = ?"
        " WHERE id = ? AND status IN ('counting_in', 'rolling', 'ring_out')",
        (
            *(status, entry.how, entry.at_ns),
            *(entry.epoch, entry.frame, entry.bar, entry.beat),
            entry.take_id,
        ),
    )
    add_event(
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


def _change_flag(connection: sqlite3.Connection, change: str, values: tuple[object, ...]) -> None:
    """Change the flag whose id is the last of `values`."""
    if connection.execute(change, values).rowcount == 0:
        raise UnknownInLogError(f"no flag {values[-1]} is in the log")
