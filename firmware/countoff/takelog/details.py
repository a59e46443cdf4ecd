"""One take with all that belongs to it, as the log has it and as edits make it.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from countoff.takelog.edits import edits_of_takes
from countoff.takelog.overlay import overlay
from countoff.takelog.summaries import TakeSummary, elapsed_s, summaries
from countoff.takelog.wall_time import WallTimes, stamp_of

if TYPE_CHECKING:
    import sqlite3

    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.overlay import Overlay
    from countoff.takelog.stamps import Stamp

_FLAG_COLUMNS = "*, changed_at_utc AS changed_utc, taken_back_at_utc AS taken_back_utc"


_Row = TypeVar("_Row", "TakeDetail", "TakeEvent", "LoggedFlag", "LoggedIncident", "LoggedPress")


@dataclass(frozen=True, slots=True)
class TakeEvent:
    """Something that happened to a take, and the status it had from then on."""

    event: str
    status: str
    how: str | None
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    sample_rate_hz: int | None
    bar1_frame: int | None
    bar1_ns: int | None
    detail: str | None
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedFlag:
    """A flag as it was made (`made_kind`), as it is now, and whether it was taken back since.

    One that an edit made (`is_edit`) has no place on a stream, and the stamp of the edit.
    """

    id: str
    made_kind: str
    kind: str
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    section: str | None
    whole_take: bool
    stamp: Stamp
    changed_utc: str | None
    taken_back_utc: str | None
    is_edit: bool = False


@dataclass(frozen=True, slots=True)
class LoggedIncident:
    """Something that could have spoilt the take."""

    id: str
    kind: str
    detail: str
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None
    elapsed_s: float | None
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedPress:
    """A press while the take was the current one, and what came of it."""

    id: str
    pedal: str
    gesture: str
    phase: str
    did: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class LoggedCertificate:
    """What is said of the take's click; `figures` has the fields of `core.certificate.Figures`."""

    grade: str
    is_clean: bool
    words: str
    summary: str
    notes: tuple[str, ...]
    figures: dict[str, Any]
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class TakeDetail:
    """A take with all that belongs to it, each list in the order of writing.

    tempo_ratio:    how much faster than written, exactly: "93/92"
    click_level_db: None where the click was muted, or where nobody knows; then so is click_is_muted
    chart:          the song as it was played, as a song file; None in a take that was made before
                    charts were kept
    certificate:    None in one from before there were any, and where the log ends before it
    roll_delay_ns:  how long after the command the DAW said that it records, None where not known
    daw_bar1_s:     where on the DAW's timeline the song's bar 1 lies, in the seconds that it displays;
                    None where not known. `daw_bar1_from` is how it is known
    proves_arming:  the DAW's word that it records meant that a track was armed, too
    edits:          what people have said of it since, also what was undone; the summary, the flags
                    and all else here are as they make it
    """

    summary: TakeSummary
    meter: str
    count_in: str
    tempo_ratio: str
    click_level_db: int | None
    click_is_muted: bool | None
    chart: str | None
    sample_rate_hz: int
    epoch: int
    first_click_frame: int
    bar1_frame: int
    silenced_epoch: int | None
    silenced_frame: int | None
    end_epoch: int | None
    end_frame: int | None
    first_click_ns: int
    bar1_ns: int
    stamp: Stamp
    certificate: LoggedCertificate | None
    daw_can_answer: bool
    proves_arming: bool
    roll_delay_ns: int | None
    daw_bar1_s: float | None
    daw_bar1_from: str | None
    events: tuple[TakeEvent, ...]
    flags: tuple[LoggedFlag, ...]
    incidents: tuple[LoggedIncident, ...]
    presses: tuple[LoggedPress, ...]
    edits: tuple[LoggedEdit, ...] = ()


def take_detail(connection: sqlite3.Connection, take_id: str) -> TakeDetail:
    """Return a take that the log holds, on a connection that gives rows by name."""
    take = connection.execute(
        "SELECT takes.*, charts.text AS chart FROM takes"
        " LEFT JOIN charts ON charts.hash = takes.chart_hash WHERE id = ?",
        (take_id,),
    ).fetchone()
    is_muted = take["click_is_muted"]
    edits = tuple(edits_of_takes(connection, [take_id]).get(take_id, ()))
    edited = overlay(edits)
    wall_times = WallTimes(connection)

    def all_of(kind: type[_Row], table: str, columns: str = "*") -> tuple[_Row, ...]:
        found = connection.execute(
            f"SELECT {columns} FROM {table} WHERE take_id = ? ORDER BY entry",  # noqa: S608 - our own words
            (take_id,),
        )
        return tuple(_read(kind, row, take, wall_times) for row in found)

    return _read(
        TakeDetail,
        take,
        take,
        wall_times,
        summary=summaries(connection, [take_id])[0],
        click_is_muted=None if is_muted is None else bool(is_muted),
        certificate=_certificate(connection, take_id, wall_times),
        daw_can_answer=bool(take["daw_can_answer"]),
        proves_arming=bool(take["proves_arming"]),
        events=all_of(TakeEvent, "take_events"),
        flags=_edited_flags(all_of(LoggedFlag, "flags", _FLAG_COLUMNS), edited),
        incidents=all_of(LoggedIncident, "incidents"),
        presses=all_of(LoggedPress, "presses"),
        edits=edits,
    )


def _edited_flags(logged: tuple[LoggedFlag, ...], edited: Overlay) -> tuple[LoggedFlag, ...]:
    """Return the flags of a take with those that edits made, each taken back where an edit says so."""
    made = (
        LoggedFlag(
            id=edit.id,
            made_kind=edit.value["kind"],
            kind=edit.value["kind"],
            epoch=None,
            frame=None,
            bar=edit.value.get("bar"),
            beat=edit.value.get("beat"),
            elapsed_s=edit.value.get("elapsed_s"),
            section=edit.value.get("section"),
            whole_take=edit.value["whole_take"],
            stamp=edit.stamp,
            changed_utc=None,
            taken_back_utc=None,
            is_edit=True,
        )
        for edit in edited.flags
    )
    return tuple(
        replace(flag, taken_back_utc=edited.taken_back.get(flag.id) or flag.taken_back_utc)
        for flag in (*logged, *made)
    )


def _certificate(
    connection: sqlite3.Connection, take_id: str, wall_times: WallTimes
) -> LoggedCertificate | None:
    row = connection.execute("SELECT * FROM certificates WHERE take_id = ?", (take_id,)).fetchone()
    if row is None:
        return None
    return LoggedCertificate(
        grade=row["grade"],
        is_clean=bool(row["is_clean"]),
        words=row["words"],
        summary=row["summary"],
        notes=tuple(json.loads(row["notes"])),
        figures=json.loads(row["figures"]),
        stamp=wall_times.corrected(stamp_of(row)),
    )


def _read(
    kind: type[_Row],
    row: sqlite3.Row,
    take: sqlite3.Row,
    wall_times: WallTimes,
    **given: object,
) -> _Row:
    """Make a `kind` of what is `given` and, for the rest, of the columns of the same names."""
    values = {**dict(row), **given}
    values["stamp"] = wall_times.corrected(stamp_of(row))
    # That a take was interrupted is found out at some later start.
    is_later = values.get("event") == "interrupted"
    values["elapsed_s"] = None if is_later else elapsed_s(take, row["at_ns"])
    if take["is_free"]:
        values["bar"] = values["beat"] = None
    if "whole_take" in values:
        values |= {"whole_take": bool(values["whole_take"]), "is_edit": False}
    return kind(**{field.name: values[field.name] for field in fields(kind)})
