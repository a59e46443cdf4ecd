"""Takes as tables for people, drawn with rich.

For commands only: importing this costs more than reading the log. Whatever a song is called, it is
printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from countoff.core.certificate import Grade
from countoff.core.daw import KnownFrom, Verdict, verdict_words
from countoff.core.tempo import TICKS_PER_QUARTER, Tempo
from countoff.songs.note_names import note_name
from countoff.takelog.drawing import cells, facts, table, text
from countoff.takelog.drawing import console as _console
from countoff.takelog.edits import HIGHEST_RATING
from countoff.takelog.figures import figures_in_words
from countoff.takelog.words import FLAG_WORDS, daw_time, minutes, take_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, JustifyMethod

    from countoff.takelog.reader import (
        LoggedCertificate,
        LoggedFlag,
        LoggedIncident,
        TakeDetail,
        TakeEvent,
    )
    from countoff.takelog.summaries import FlagMark, TakeSummary

SHORT_ID = 8
# Of a moment such as 2026-11-22T09:45:03.000Z.
_DATE_END = 10
_TIME_OF_DAY = slice(11, 19)
_FOLDED = frozenset({"SONG", "FROM", "TEMPO", "FLAGS", "CLICK"})
_LEAST_WIDTH = 7
_NS_PER_MS = 1_000_000
_KNOWN_FROM: dict[str, str] = {
    KnownFrom.LOCATE: "where it was sent",
    KnownFrom.TIME_CODE: "its time code",
    KnownFrom.DISPLAY: "its display",
    KnownFrom.OSC: "its OSC feedback",
}
STATUS_STYLES = {"rolling": "red", "counting_in": "yellow", "interrupted": "bold yellow"}


def print_takes(takes: Sequence[TakeSummary]) -> None:
    """Print a table of takes, a rule between two sessions.

    In a terminal, which is narrow, what all takes have alike or none has is left out of the table, the
    rating and the name stand under number and song, and the notes under the table.
    """
    console = _console()
    rows = [_row(take) for take in takes]
    if console.is_terminal:
        _shorten_moments(rows)
        _stack_words(rows)
    headings = [
        heading
        for heading in rows[0]
        if not console.is_terminal or any(row[heading].plain for row in rows)
    ]
    verdicts = {take.verdict for take in takes}
    if console.is_terminal and len(verdicts) == 1:
        headings.remove("VERDICT")
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="dim")
    for heading in headings:
        justify: JustifyMethod = "right" if heading == "BARS" else "left"
        drawn.add_column(
            heading,
            justify=justify,
            no_wrap=heading not in _FOLDED,
            min_width=_LEAST_WIDTH if heading in _FOLDED else None,
        )
    for take, after, row in zip(takes, [*takes[1:], None], rows, strict=True):
        ends_session = after is not None and after.session_id != take.session_id
        drawn.add_row(*(row[heading] for heading in headings), end_section=ends_session)
    console.print(drawn)
    if "VERDICT" not in headings:
        console.print(text(f"Verdict of all: {takes[0].verdict}."), style="dim")
    if console.is_terminal:
        for take in takes:
            for note in take.notes:
                console.print(text(f'{take_words(take)}: "{note}"'), style="dim")


def _row(take: TakeSummary) -> dict[str, Text]:
    """Return the cells of a take by their headings."""
    values: dict[str, object] = {
        "TAKE": f"T{take.number}",
        "SONG": take.song,
        "NAME": take.name,
        "RATED": take.rating,
        "AT UTC": take.started_label,
        "STATUS": "",
        "FROM": _start(take),
        "TEMPO": _tempo(take),
        "BARS": _bars(take),
        "FLAGS": ", ".join(_flag_words(flag) for flag in take.flags),
        "INCIDENTS": take.incident_count or None,
        "VERDICT": take.verdict,
        "CLICK": take.click.removeprefix("CLICK "),
        "NOTES": "; ".join(take.notes),
        "ID": take.id[:SHORT_ID],
    }
    row = dict(zip(values, cells(*values.values()), strict=True))
    return row | {"STATUS": Text(_words(take.status), STATUS_STYLES.get(take.status, ""))}


def _bars(take: TakeSummary) -> int | str | None:
    """Return how far a take came: nowhere where it ended in its count-in, whose bars count back."""
    if take.elapsed_s is not None:
        return minutes(take.elapsed_s)
    return None if take.last_bar is None or take.last_bar < 0 else take.last_bar


def _shorten_moments(rows: Sequence[dict[str, Text]]) -> None:
    """Leave the time of day to each moment, and the date to the first of a day, in a line above."""
    last_date = ""
    for row in rows:
        label = row["AT UTC"].plain
        date, time = label[:_DATE_END], label[_TIME_OF_DAY]
        doubt = "?" if label.endswith("?") else ""
        row["AT UTC"] = Text(f"{time}{doubt}" if date == last_date else f"{date}\n{time}{doubt}")
        last_date = date


def _stack_words(rows: Sequence[dict[str, Text]]) -> None:
    """Put the rating under the take's number and its name under the song: they are short, and rare."""
    for row in rows:
        rated, name = row["RATED"].plain, row["NAME"].plain
        if rated:
            row["TAKE"] = Text(f"{row['TAKE'].plain}\n{rated}/{HIGHEST_RATING}")
        if name:
            row["SONG"] = Text(f'{row["SONG"].plain}\n"{name}"')
        row |= {"RATED": Text(), "NAME": Text(), "NOTES": Text()}


def print_take(detail: TakeDetail) -> None:
    """Print all that the log holds of one take."""
    console = _console()
    take = detail.summary
    console.print(text(f"T{take.number}  {take.song}"), style="bold")
    named = facts()
    for name, value in _facts(detail):
        if value is not None:
            named.add_row(*cells(name, value))
    console.print(named)
    if detail.certificate is None:
        console.print("Click: there is no certificate of this take.", style="dim")
    else:
        _print_certificate(console, detail.certificate)

    happened = table("HAPPENED", "AT UTC", "STATUS", "STREAM", "FRAME", "PLACE", "DETAIL")
    for event in detail.events:
        said = event.detail or (_words(event.how) if event.how else _new_grid(event))
        happened.add_row(
            *cells(event.event, event.stamp.label, _words(event.status)),
            *cells(event.epoch, event.frame, _place(event), said),
        )
    console.print(happened)
    if detail.flags:
        flags = table("FLAG", "AT UTC", "PLACE", "SECTION", "SINCE")
        for flag in detail.flags:
            place = "whole take" if flag.whole_take else _place(flag)
            flags.add_row(
                *cells(FLAG_WORDS.get(flag.kind, flag.kind), flag.stamp.label, place),
                *cells(flag.section, _since(flag)),
            )
        console.print(flags)
    if detail.incidents:
        incidents = table("INCIDENT", "AT UTC", "PLACE", "DETAIL")
        for incident in detail.incidents:
            incidents.add_row(
                *cells(_words(incident.kind), incident.stamp.label),
                *cells(_place(incident), incident.detail),
            )
        console.print(incidents)
    if detail.presses:
        presses = table("PEDAL", "AT UTC", "GESTURE", "DURING", "DID")
        for press in detail.presses:
            presses.add_row(
                *cells(press.pedal, press.stamp.label, press.gesture),
                *cells(_words(press.phase), press.did),
            )
        console.print(presses)


def _print_certificate(console: Console, certificate: LoggedCertificate) -> None:
    grade = f" ({certificate.grade})" if certificate.grade != Grade.NONE else ""
    console.print(text(f"Click: {certificate.summary}{grade}."), style="bold")
    for note in certificate.notes:
        console.print(text(note))
    figures = facts()
    for name, value in figures_in_words(certificate.figures):
        figures.add_row(*cells(name, value))
    console.print(figures)


def _facts(detail: TakeDetail) -> Iterator[tuple[str, str | None]]:
    """Name each fact of a take; None where there is nothing to say."""
    take = detail.summary
    yield "name", take.name or None
    yield "rating", None if take.rating is None else f"{take.rating} of {HIGHEST_RATING}"
    for note in take.notes:
        yield "note", note
    if take.moved_from is not None:
        song, number = take.moved_from
        yield "recorded as", f"T{number} of {song}"
    yield "started", _started(take)
    yield "status", _words(take.status)
    yield "verdict", _verdict(detail)
    yield "in the DAW", _in_the_daw(detail)
    yield "last place", _place_words(take.last_bar, take.last_beat, take.elapsed_s)
    yield "from", _start(take)
    if take.began_at_daw:
        yield "tempo", "none: it was begun at the DAW, without a click"
    elif take.is_free:
        yield "tempo", "none: no click and no bars"
    else:
        tempo = f"{_note(take)}{_told(take, take.tempo)}"
        if not _note(take):
            tempo += " BPM"
        if detail.tempo_ratio != "1":
            tempo += f", written as {_told(take, take.written_tempo)}"
        yield "tempo", f"{tempo}, {detail.meter}, count-in {detail.count_in}"
        yield "click", _click(detail)
    yield "first click", f"frame {detail.first_click_frame}, host time {detail.first_click_ns} ns"
    yield "bar 1", f"frame {detail.bar1_frame}, host time {detail.bar1_ns} ns"
    yield "stream", f"{detail.sample_rate_hz} Hz, epoch {detail.epoch}"
    yield "id", take.id
    yield "session", take.session_id
    yield "boot", detail.stamp.boot_id


def _started(take: TakeSummary) -> str:
    """Return when it was begun, and what the clock said then where that was something else."""
    if take.corrected_utc is None:
        return f"{take.started_label} UTC"
    return f"{take.corrected_utc} UTC; the clock said {take.started_utc}"


def _verdict(detail: TakeDetail) -> str | None:
    """Return the verdict, and what it does not prove."""
    verdict = detail.summary.verdict
    if verdict == verdict_words(Verdict.RECORDED) and not detail.proves_arming:
        return f"{verdict}: the DAW said so; whether a track was armed, it cannot say"
    return verdict or None


def _in_the_daw(detail: TakeDetail) -> str | None:
    """Return where the take lies on the DAW's timeline, and how long the DAW took to roll."""
    said = []
    if detail.daw_bar1_s is not None and detail.daw_bar1_from is not None:
        place = daw_time(detail.daw_bar1_s)
        said.append(f"bar 1 at {place}, by {_KNOWN_FROM.get(detail.daw_bar1_from, 'its word')}")
    if detail.roll_delay_ns is not None:
        said.append(f"it said that it records {detail.roll_delay_ns / _NS_PER_MS:.1f} ms after")
    return "; ".join(said) or None


def _click(detail: TakeDetail) -> str | None:
    if detail.click_is_muted:
        return "muted"
    return None if detail.click_level_db is None else f"{detail.click_level_db} dB"


def _start(take: TakeSummary) -> str | None:
    """Return where in the song a take began, where that is not its top."""
    if take.start_bar == 1 and not take.is_looped:
        return None
    words = [take.start_section, f"bar {take.start_bar}", "looped" if take.is_looped else ""]
    return " ".join(word for word in words if word)


def _tempo(take: TakeSummary) -> str | None:
    if take.is_free:
        return None
    tempo = f"{_note(take)}{_told(take, take.tempo)}"
    if take.tempo == take.written_tempo:
        return tempo
    return f"{tempo} ({_told(take, take.written_tempo)})"


def _note(take: TakeSummary) -> str:
    """Return `dotted quarter = ` where the take's tempo is told in these; nothing for quarters."""
    if take.told_note_ticks == TICKS_PER_QUARTER:
        return ""
    return f"{note_name(take.told_note_ticks) or f'{take.told_note_ticks} ticks'} = "


def _told(take: TakeSummary, tempo: str) -> str:
    """Return a logged tempo in the note it is told in: 58 for dotted quarters where 87 is logged."""
    if take.told_note_ticks == TICKS_PER_QUARTER:
        return tempo
    return str(Tempo(Fraction(tempo) * TICKS_PER_QUARTER / take.told_note_ticks))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(placed: TakeEvent | LoggedFlag | LoggedIncident) -> str | None:
    return _place_words(placed.bar, placed.beat, placed.elapsed_s)


def _place_words(bar: int | None, beat: int | None, elapsed_s: float | None) -> str | None:
    if elapsed_s is not None:
        return minutes(elapsed_s)
    if bar is None:
        return None
    return f"bar {bar}" if beat is None else f"bar {bar}, beat {beat}"


def _new_grid(event: TakeEvent) -> str | None:
    """Return where bar 1 lies on the stream that the click was laid onto."""
    if event.event not in {"rejoined", "moved"}:
        return None
    return f"{event.sample_rate_hz} Hz, bar 1 at frame {event.bar1_frame}"


def _flag_words(flag: FlagMark) -> str:
    place = f"bar {flag.bar}" if flag.elapsed_s is None else minutes(flag.elapsed_s)
    where = "whole take" if flag.whole_take else flag.section or place
    if flag.section and flag.kind in {"fix_here", "marker"} and not flag.whole_take:
        where = f"{flag.section} {place}"
    return f"{FLAG_WORDS.get(flag.kind, flag.kind)} {where}"


def _since(flag: LoggedFlag) -> str | None:
    since = ["by edit"] if flag.is_edit else []
    if flag.changed_utc is not None:
        since.append(
            f"was {FLAG_WORDS.get(flag.made_kind, flag.made_kind)} until {flag.changed_utc}"
        )
    if flag.taken_back_utc is not None:
        since.append(f"taken back {flag.taken_back_utc}")
    return ", ".join(since) or None
