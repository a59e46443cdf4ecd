"""A song's takes on the page: what became of each, what was said of it, and its certificate. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.core.certificate import Grade
from countoff.core.daw import CANNOT_ANSWER
from countoff.core.entries import FlagKind
from countoff.export.report.comp_sheet import flag_sign
from countoff.export.report.day_line import shape_of
from countoff.export.report.values import (
    SIGN_WORDS,
    CertificateLine,
    Mark,
    Sign,
    SongCertificates,
    TakeLine,
)
from countoff.takelog.figures import figures_in_words
from countoff.takelog.formats import OPEN_STATUSES
from countoff.takelog.words import minutes, place_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from countoff.export.report.clock import StudioClock
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.export.take_reading import ReadTake
    from countoff.takelog.details import LoggedFlag, LoggedIncident
    from countoff.takelog.session_times import SessionTimes

_SECONDS_PER_MINUTE = 60
_MINUTES_PER_HOUR = 60
_NO_CLICK_DUE = "no click was due"
_KNOWN_FROM = {
    "locate": "where it was sent",
    "time_code": "by time code",
    "display": "by its display",
    "osc": "by OSC",
}


def take_lines(song: SongRead, times: SessionTimes, clock: StudioClock) -> tuple[TakeLine, ...]:
    """Return all takes of a song in the order in which they were begun."""
    comp = song.comp.comp
    chosen = {choice.take_id for choice in comp.choices}
    return tuple(
        _take_line(
            read,
            times,
            clock,
            is_chosen=read.detail.summary.id in chosen,
            is_master=read.detail.summary.id == comp.master_id,
        )
        for read in song.takes
    )


def certificates(read: SessionRead) -> Iterator[SongCertificates]:
    """Return the certificates of all takes in which a click was due, song by song."""
    for song in read.songs:
        lines = tuple(_certificate_lines(song))
        if lines:
            yield SongCertificates(song.title, lines)


def _certificate_lines(song: SongRead) -> Iterator[CertificateLine]:
    for take in song.takes:
        certificate = take.detail.certificate
        if certificate is None or certificate.summary == _NO_CLICK_DUE:
            continue
        yield CertificateLine(
            take=f"T{take.detail.summary.number}",
            summary=certificate.summary,
            grade=certificate.grade,
            is_clean=certificate.is_clean,
            notes=certificate.notes,
            figures=tuple(_figures(certificate.figures)),
        )


def _figures(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Leave out of a certificate's figures what was as always, and what is the box's own affair."""
    as_always = {"granted"}
    if len(figures.get("epochs", ())) < 2:
        as_always.add("epochs")
    if not figures.get("server_xruns") and not figures.get("underflow_flags"):
        as_always.add("xruns")
    return (pair for pair in figures_in_words(figures) if pair[0] not in as_always)


def _take_line(
    read: ReadTake,
    times: SessionTimes,
    clock: StudioClock,
    *,
    is_chosen: bool,
    is_master: bool,
) -> TakeLine:
    detail, take = read.detail, read.detail.summary
    rolled_s = times.takes[take.id].rolled_s
    is_seen = None
    if take.verdict and take.verdict != CANNOT_ANSWER:
        is_seen = take.verdict == "RECORDED"
    certificate = detail.certificate
    has_click = certificate is not None and certificate.summary != _NO_CLICK_DUE
    is_certified = certificate is not None and certificate.grade != Grade.NONE
    return TakeLine(
        label=f"T{take.number}",
        name=take.name,
        began=clock.time(times.takes[take.id].began_s),
        length=minutes(rolled_s) if rolled_s else "",
        course=_course(read),
        shape=shape_of(take, is_chosen=is_chosen),
        rating=take.rating,
        is_master=is_master,
        verdict="" if take.status == "cancelled" else _verdict(take.verdict),
        is_seen=None if take.status == "cancelled" else is_seen,
        click=certificate.summary if certificate is not None and has_click else "",
        grade=certificate.grade if certificate is not None and is_certified and has_click else "",
        is_clean=certificate.is_clean if certificate is not None and has_click else None,
        marks=(
            *(_flag(flag) for flag in detail.flags if flag.taken_back_utc is None),
            *(_incident(incident) for incident in detail.incidents),
        ),
        notes=take.notes,
        daw_place=_daw_place(detail.daw_bar1_s),
        daw_place_from=_KNOWN_FROM.get(detail.daw_bar1_from or "", ""),
    )


def _course(read: ReadTake) -> str:
    """Say what a take played: to bar 62, false start at bar 6, Bridge only looped."""
    take = read.detail.summary
    if take.status == "cancelled":
        return "cancelled in the count-in"
    words = []
    if take.is_looped:
        words.append(f"{take.start_section or 'a section'} looped")
    elif read.played is not None and read.played.start_index > 0:
        words.append(f"from {take.start_section or f'bar {take.start_bar}'}")
    place = "" if take.last_bar is None else f"bar {take.last_bar}"
    if take.status in OPEN_STATUSES:
        words.append("still runs")
    elif take.status == "false_start":
        words.append(f"false start at {place}" if place else "false start")
    elif take.status == "interrupted":
        words.append(f"interrupted at {place}" if place else "interrupted")
    elif place:
        words.append(f"to {place}")
    if take.began_at_daw:
        words.append("recorded at the DAW, without click")
    if take.moved_from is not None:
        song, number = take.moved_from
        words.append(f"recorded as T{number} of {song}")
    return ", ".join(words)


def _verdict(verdict: str) -> str:
    """Return what the DAW said as a sentence has it; its own capitals are for the box's screen."""
    if verdict == CANNOT_ANSWER:
        return "cannot say"
    return verdict.lower()


def _flag(flag: LoggedFlag) -> Mark:
    sign = flag_sign(FlagKind(flag.kind))
    if flag.whole_take:
        return Mark(sign, SIGN_WORDS[sign], "", "whole take")
    return Mark(sign, SIGN_WORDS[sign], flag.section or "", place_label(flag))


def _incident(incident: LoggedIncident) -> Mark:
    words = incident.kind if not incident.detail else f"{incident.kind} ({incident.detail})"
    return Mark(Sign.INCIDENT, words, "", place_label(incident))


def _daw_place(seconds: float | None) -> str:
    """Say where on the DAW's timeline bar 1 lies: 00:10:04.280."""
    if seconds is None:
        return ""
    whole, rest = divmod(round(abs(seconds) * 1000), 1000)
    in_minutes, left = divmod(whole, _SECONDS_PER_MINUTE)
    hours, left_minutes = divmod(in_minutes, _MINUTES_PER_HOUR)
    # Of a take that began at the bridge it may lie before the timeline does.
    sign = "-" if seconds < 0 and (whole or rest) else ""
    return f"{sign}{hours:02}:{left_minutes:02}:{left:02}.{rest:03}"
