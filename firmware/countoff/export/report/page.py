"""The report of a session as one HTML page that needs nothing else: no script, no font, no network.

Whatever people have called songs and takes is escaped by the templates, all of it. Blocks on the templates'
files; for commands only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from countoff import __version__
from countoff.core.comp.grid import grid_of
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.export.report.clock import StudioClock, day_words, zone_words
from countoff.export.report.comp_sheet import comp_lines, grid_blocks, open_points, strip
from countoff.export.report.day_line import day_line
from countoff.export.report.takes_sheet import certificates, take_lines
from countoff.export.report.values import SHAPE_WORDS, SIGN_WORDS, Report, Sign, SongLine, SongSheet
from countoff.songs.note_names import note_name
from countoff.takelog.comp_remarks import remarks
from countoff.takelog.words import hours

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.takelog.session_day import SessionDay, SongDay
    from countoff.takelog.session_times import SessionTimes


def report_page(read: SessionRead, made: datetime, zone: tzinfo | None = None) -> str:
    """Return the page of a session, its times in `zone`: None for that of this machine.

    `made` is the moment at which the report is made: what people say of takes later is not in it.
    """
    environment = Environment(
        loader=PackageLoader("countoff.export.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.jinja")
    report = _report(read, StudioClock.of(read.session, zone), made)
    return template.render(report=report, sign_words=SIGN_WORDS, shape_words=SHAPE_WORDS)


def _report(read: SessionRead, clock: StudioClock, made: datetime) -> Report:
    session = read.session
    began, ended = clock.at(0), clock.at(session.length_s)
    is_sure = not session.started_label.endswith("?")
    until = (
        f"{ended:%H:%M}" if ended.date() == began.date() else f"{day_words(ended)} {ended:%H:%M}"
    )
    length = hours(session.length_s) if session.length_is_known else (
        f"at least {hours(session.length_s)}"
    )  # fmt: skip
    return Report(
        day=day_words(began) + ("" if is_sure else "?"),
        hours=f"{began:%H:%M} to {until} {zone_words(began)}, {length}",
        room=session.room,
        engineer=session.engineer,
        players=session.players,
        notes=session.notes,
        figures=tuple(_figures(session)),
        doubts=tuple(_doubts(session, is_sure=is_sure)),
        line=day_line(read, clock),
        songs=tuple(
            _song_line(song, read.song(song.song), f"song-{number}")
            for number, song in enumerate(session.songs, start=1)
        ),
        together=SongLine(
            song="together",
            anchor="",
            takes=session.take_count,
            false_starts=session.false_start_count,
            music=hours(session.rolled_s),
            worked=hours(sum(song.worked_s for song in session.songs)),
            comp="",
            still_open=(),
        ),
        sheets=tuple(_sheet(song, session, read.times, clock) for song in read.songs),
        certificates=tuple(certificates(read)),
        session_id=session.id,
        version=__version__,
        made=made.astimezone(clock.zone),
    )


def _figures(session: SessionDay) -> list[tuple[str, str]]:
    """Return what the day was in figures: how many of what."""
    found = [
        (_so_many(len(session.songs), "song"), len(session.songs)),
        (_so_many(session.take_count, "take"), session.take_count),
        (_so_many(session.false_start_count, "false start"), session.false_start_count),
        (_so_many(session.cancelled_count, "cancelled", "cancelled"), session.cancelled_count),
    ]
    figures = [(str(count), words) for words, count in found if count or words == "takes"]
    return [*figures, (hours(session.rolled_s), "of music")]


def _doubts(session: SessionDay, *, is_sure: bool) -> list[str]:
    doubts = []
    if not is_sure:
        doubts.append(
            "The box's clock was not set on that day: date and times may be wrong. How long"
            " everything took is right."
        )
    if not session.length_is_known:
        doubts.append(
            "The box was off in between, and nobody knows for how long: what came later may have"
            " been later still."
        )
    return doubts


def _song_line(day: SongDay, song: SongRead | None, anchor: str) -> SongLine:
    comp = "" if song is None else _comp_words(song)
    points = () if song is None else open_points(song.comp, grid_of(song.comp.takes))
    return SongLine(
        song=day.song,
        anchor="" if song is None else anchor,
        takes=day.take_count,
        false_starts=day.false_start_count,
        music=hours(day.rolled_s) if day.rolled_s else "",
        worked=hours(day.worked_s) if day.worked_s else "",
        comp=comp,
        still_open=points,
    )


def _comp_words(song: SongRead) -> str:
    """Say in a few words what a comp is made of: T9, with T3 and T7."""
    found = song.comp
    if found.comp.master_id is None:
        return "none" if found.takes else ""
    ids = dict.fromkeys(choice.take_id for choice in found.comp.choices if choice.take_id)
    others = [found.take(take_id).label for take_id in ids if take_id != found.comp.master_id]
    master = found.take(found.comp.master_id).label
    if not others:
        return master
    return f"{master}, with {_listed(others)}"


def _sheet(
    song: SongRead, session: SessionDay, times: SessionTimes, clock: StudioClock
) -> SongSheet:
    found = song.comp
    grid = grid_of(found.takes)
    numbers = {day.song: number for number, day in enumerate(session.songs, start=1)}
    day = session.songs[numbers[song.title] - 1]
    blocks = tuple(grid_blocks(found, grid))
    shown = {
        sign for block in blocks for row in block.rows for cell in row.cells for sign in cell.signs
    }
    comp = found.comp
    takes = take_lines(song, times, clock)
    return SongSheet(
        title=song.title,
        anchor=f"song-{numbers[song.title]}",
        about=tuple(_about(song, day)),
        players=day.players if day.players != session.players else (),
        master="" if comp.master_id is None else found.take(comp.master_id).label,
        why_master=comp.why,
        strip=strip(found, grid),
        comp=comp_lines(found, grid),
        no_comp="" if comp.choices else comp.why if found.takes else "no sections are known",
        blocks=blocks,
        signs=tuple(sign for sign in Sign if sign in shown),
        remarks=tuple(remarks(found, grid)),
        takes=takes,
        has_daw_places=any(take.daw_place for take in takes),
    )


def _about(song: SongRead, day: SongDay) -> list[str]:
    """Return what there is to know of a song in a line: tempo, meter, takes, hours."""
    words = []
    master_id = song.comp.comp.master_id
    of = next((take for take in song.takes if take.detail.summary.id == master_id), song.takes[-1])
    if of.detail.summary.is_free:
        words.append("free")
    elif of.played is not None:
        first = of.played.sections[0]
        name = note_name(first.told_note_ticks)
        count = first.told(first.tempo)
        is_quarter = name is None or first.told_note_ticks == TICKS_PER_QUARTER
        words += [f"{count} BPM" if is_quarter else f"{name} = {count}", str(first.meter)]
    words.append(_counted(day.take_count, "take"))
    if day.false_start_count:
        words.append(_counted(day.false_start_count, "false start"))
    if day.rolled_s:
        words.append(f"{hours(day.rolled_s)} of music")
    if day.worked_s:
        words.append(f"{hours(day.worked_s)} of work")
    return words


def _counted(count: int, one: str) -> str:
    return f"{count} {_so_many(count, one)}"


def _so_many(count: int, one: str, many: str = "") -> str:
    return one if count == 1 else many or f"{one}s"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
