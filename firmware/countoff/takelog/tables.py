"""Takes as tables for people, drawn with rich.

For commands only: importing this costs more than reading the log. Whatever a song is called, it is
printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.takelog.reader import LoggedFlag, TakeDetail, TakeEvent
    from countoff.takelog.summaries import FlagMark, TakeSummary

PIPE_WIDTH = 240
SHORT_ID = 8
FLAG_WORDS = {"keeper": "KEEP", "fix_here": "FIX", "no_good": "NO GOOD", "marker": "MARK"}
STATUS_STYLES = {"rolling": "red", "counting_in": "yellow", "interrupted": "bold yellow"}


def print_takes(takes: Sequence[TakeSummary]) -> None:
    """Print a table of takes, a rule between two sessions."""
    table = _table("TAKE", "SONG", "STARTED UTC", "STATUS", "BARS", "FLAGS", "INCIDENTS", "VERDICT")
    table.add_column("ID")
    session_id = takes[0].session_id
    for take in takes:
        if take.session_id != session_id:
            table.add_section()
            session_id = take.session_id
        table.add_row(
            *_cells(f"T{take.number}", take.song, take.started_label),
            Text(_words(take.status), STATUS_STYLES.get(take.status, "")),
            *_cells(
                take.last_bar,
                ", ".join(_flag_words(flag) for flag in take.flags),
                take.incident_count or None,
                take.verdict,
                take.id[:SHORT_ID],
            ),
        )
    _console().print(table)


def print_take(detail: TakeDetail) -> None:
    """Print all that the log holds of one take."""
    console = _console()
    take = detail.summary
    console.print(_text(f"T{take.number}  {take.song}"), style="bold")
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim")
    facts.add_column()
    for name, value in (
        ("started", f"{take.started_label} UTC"),
        ("status", _words(take.status)),
        ("verdict", take.verdict),
        ("last place", _place(take.last_bar, take.last_beat)),
        ("tempo", f"{detail.tempo} BPM, {detail.meter}, {detail.count_in_bars} bars count-in"),
        ("first click", f"frame {detail.first_click_frame}, host time {detail.first_click_ns} ns"),
        ("bar 1", f"frame {detail.bar1_frame}, host time {detail.bar1_ns} ns"),
        ("stream", f"{detail.sample_rate_hz} Hz, epoch {detail.epoch}"),
        ("id", take.id),
        ("session", take.session_id),
        ("boot", detail.stamp.boot_id),
    ):
        facts.add_row(*_cells(name, value))
    console.print(facts)

    happened = _table("HAPPENED", "AT UTC", "STATUS", "STREAM", "FRAME", "PLACE", "DETAIL")
    for event in detail.events:
        said = event.detail or (_words(event.how) if event.how else _new_grid(event))
        place = _place(event.bar, event.beat)
        happened.add_row(
            *_cells(event.event, event.stamp.at_utc, _words(event.status)),
            *_cells(event.epoch, event.frame, place, said),
        )
    console.print(happened)
    if detail.flags:
        flags = _table("FLAG", "AT UTC", "PLACE", "SECTION", "SINCE")
        for flag in detail.flags:
            place = "whole take" if flag.whole_take else _place(flag.bar, flag.beat)
            flags.add_row(
                *_cells(FLAG_WORDS.get(flag.kind, flag.kind), flag.stamp.at_utc, place),
                *_cells(flag.section, _since(flag)),
            )
        console.print(flags)
    if detail.incidents:
        incidents = _table("INCIDENT", "AT UTC", "PLACE", "DETAIL")
        for incident in detail.incidents:
            place = _place(incident.bar, incident.beat)
            incidents.add_row(
                *_cells(_words(incident.kind), incident.stamp.at_utc, place, incident.detail)
            )
        console.print(incidents)
    if detail.presses:
        presses = _table("PEDAL", "AT UTC", "GESTURE", "DURING", "DID")
        for press in detail.presses:
            presses.add_row(
                *_cells(press.pedal, press.stamp.at_utc, press.gesture),
                *_cells(_words(press.phase), press.did),
            )
        console.print(presses)


def _console() -> Console:
    # In a pipe there is no width to keep to, and a table that is cut could not be searched.
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(
            column, justify="right" if column in {"BARS", "STREAM", "FRAME"} else "left"
        )
    return table


def _cells(*values: object) -> list[Text]:
    return [_text("" if value is None else str(value)) for value in values]


def _text(value: str) -> Text:
    return Text(
        "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value)
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(bar: int | None, beat: int | None) -> str | None:
    if bar is None:
        return None
    return f"bar {bar}" if beat is None else f"bar {bar}, beat {beat}"


def _new_grid(event: TakeEvent) -> str | None:
    """Return where bar 1 lies on the stream that the click was laid onto."""
    if event.event != "rejoined":
        return None
    return f"{event.sample_rate_hz} Hz, bar 1 at frame {event.bar1_frame}"


def _flag_words(flag: FlagMark) -> str:
    where = "whole take" if flag.whole_take else flag.section or f"bar {flag.bar}"
    if flag.section and flag.kind in {"fix_here", "marker"} and not flag.whole_take:
        where = f"{flag.section} bar {flag.bar}"
    return f"{FLAG_WORDS.get(flag.kind, flag.kind)} {where}"


def _since(flag: LoggedFlag) -> str | None:
    since = []
    if flag.changed_utc is not None:
        since.append(
            f"was {FLAG_WORDS.get(flag.made_kind, flag.made_kind)} until {flag.changed_utc}"
        )
    if flag.taken_back_utc is not None:
        since.append(f"taken back {flag.taken_back_utc}")
    return ", ".join(since) or None
