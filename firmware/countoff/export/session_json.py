"""A session as JSON for programs: all that an export can say. Pure.

`format_version` is 1. A later version that only adds keys keeps the number; a reader ignores keys that it does
not know. A key that is not known of something is null. Names end in their units:

- `_frame`: of the timeline, at `rate_hz`; `_tick`: of the timeline, 960 to the quarter note; `after_bar1_frames`: from
  the song's bar 1; `daw_bar1_s`: the seconds that the DAW displays.
- `tempo_map`: from `start_tick` on `quarters_per_minute`, exactly, as "185/2"; a ramp goes in a straight line along
  beats or time to `to`. `fillings`: what is between takes, where the tempo is nobody's.
- `charts`: the song as takes played it, as the text of song files; a take's `chart` is its place in that list.
- `comp` of a song: `choices` by section, and `pieces`, which is how takes are cut when they lie on top of each
  other, all tracks together, with their fades.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from countoff import __version__
from countoff.export.from_log import stacked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.session_reading import SongRead
    from countoff.export.timeline import LaidComp, LaidSection, LaidSong, LaidTake, Timeline
    from countoff.takelog.reader import LoggedCertificate
    from countoff.takelog.session_day import Player, SessionDay

FORMAT_NAME = "countoff session"
FORMAT_VERSION = 1


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the session; nothing of it is left out."""
    text = json.dumps(session_values(content), indent=2, ensure_ascii=False)
    file.write(f"{text}\n".encode())
    return ()


def session_values(content: Content) -> dict[str, Any]:
    """Return the session as JSON has it."""
    timeline, read = content.timeline, content.read
    charts: dict[str, int] = {}
    pieces: dict[str, Timeline] = {}
    certificates: dict[str, LoggedCertificate | None] = {}
    numbers: dict[str, int | None] = {}
    for song in content.songs:
        if read is not None:
            pieces[song.title] = stacked(read, song, timeline.rate_hz)
        for take_id, chart, certificate in _details(song):
            certificates[take_id] = certificate
            numbers[take_id] = None if chart is None else charts.setdefault(chart, len(charts))
    return {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "countoff": __version__,
        "session": None if timeline.session is None else _session(timeline.session),
        "title": timeline.title,
        "rate_hz": timeline.rate_hz,
        "layout": timeline.layout,
        "end_tick": timeline.end_tick,
        "end_frame": timeline.end_frame,
        "tempo_map": _tempo_map(timeline),
        "fillings": [filling._asdict() for filling in timeline.fillings],
        "meters": [
            {"start_tick": change.tick, "meter": str(change.meter)} for change in timeline.meters
        ],
        "charts": list(charts),
        "songs": [
            _song(song, pieces.get(song.title), numbers, certificates) for song in timeline.songs
        ],
        "remarks": list(timeline.remarks),
    }


def _details(song: SongRead) -> Sequence[tuple[str, str | None, LoggedCertificate | None]]:
    return [
        (take.detail.summary.id, take.detail.chart, take.detail.certificate) for take in song.takes
    ]


def _session(session: SessionDay) -> dict[str, Any]:
    return {
        "id": session.id,
        "started_utc": session.corrected_utc or session.started_utc,
        "ended_utc": session.ended_utc,
        "clock_is_sure": session.clock_synchronised or session.corrected_utc is not None,
        "length_s": session.length_s,
        "engineer": session.engineer,
        "room": session.room,
        "notes": list(session.notes),
        "players": _players(session.players),
        "songs": [
            {
                "title": song.song,
                "players": _players(song.players),
                "take_count": song.take_count,
                "false_start_count": song.false_start_count,
                "cancelled_count": song.cancelled_count,
                "rolled_s": song.rolled_s,
                "worked_s": song.worked_s,
            }
            for song in session.songs
        ],
    }


def _players(players: Sequence[Player]) -> list[dict[str, str]]:
    return [{"name": player.name, "instrument": player.instrument} for player in players]


def _tempo_map(timeline: Timeline) -> list[dict[str, Any]]:
    return [
        {
            "start_tick": stretch.start_tick,
            "start_frame": timeline.frame_at_tick(stretch.start_tick),
            "quarters_per_minute": str(stretch.tempo.quarters_per_minute),
            "to": (
                str(stretch.span.to.quarters_per_minute)
                if stretch.is_ramp and stretch.span.to is not None
                else None
            ),
            "linear_in": str(stretch.span.linear_in) if stretch.is_ramp else None,
        }
        for stretch in timeline.tempo_map.stretches
        if stretch.start_tick < timeline.end_tick
    ]


def _song(
    song: LaidSong,
    stacked_timeline: Timeline | None,
    charts: dict[str, int | None],
    certificates: dict[str, LoggedCertificate | None],
) -> dict[str, Any]:
    return {
        "title": song.title,
        "sections": [_section(section) for section in song.sections],
        "takes": [_take(take, charts[take.id], certificates[take.id]) for take in song.takes],
        "comp": None if song.comp is None else _comp(song.comp, stacked_timeline),
        "left_out": list(song.left_out),
    }


def _take(
    take: LaidTake, chart: int | None, certificate: LoggedCertificate | None
) -> dict[str, Any]:
    return {
        "id": take.id,
        "number": take.number,
        "name": take.name,
        "status": take.status,
        "verdict": take.verdict,
        "rating": take.rating,
        "notes": list(take.notes),
        "is_free": take.is_free,
        "is_looped": take.is_looped,
        "began_at_daw": take.began_at_daw,
        "tempo": take.tempo or None,
        "meter": take.meter or None,
        "started_utc": take.started_utc,
        "played_rate_hz": take.played_rate_hz,
        "start_frame": take.start_frame,
        "bar1_frame": take.bar1_frame,
        "music_frame": take.music_frame,
        "end_frame": take.end_frame,
        "daw_bar1_s": None if take.daw_bar1_s is None else float(take.daw_bar1_s),
        "daw_bar1_from": take.known_from,
        "chart": chart,
        "certificate": None if certificate is None else _certificate(certificate),
        "sections": [_section(section) for section in take.sections],
        "flags": [
            {
                "id": flag.id,
                "kind": flag.kind,
                "frame": flag.frame,
                "bar": flag.bar,
                "beat": flag.beat,
                "place": flag.place,
                "section": flag.section,
                "section_index": flag.section_index,
                "pass": flag.pass_index + 1,
                "whole_take": flag.whole_take,
            }
            for flag in take.flags
        ],
        "incidents": [
            {
                "id": incident.id,
                "kind": incident.kind,
                "detail": incident.detail,
                "frame": incident.frame,
                "bar": incident.bar,
                "beat": incident.beat,
            }
            for incident in take.incidents
        ],
    }


def _certificate(certificate: LoggedCertificate) -> dict[str, Any]:
    return {
        "grade": certificate.grade,
        "is_clean": certificate.is_clean,
        "words": certificate.words,
        "summary": certificate.summary,
        "notes": list(certificate.notes),
        "figures": certificate.figures,
    }


def _section(section: LaidSection) -> dict[str, Any]:
    return {
        "index": section.index,
        "title": section.title,
        "pass": section.pass_index + 1,
        "first_bar": section.first_bar,
        "start_tick": section.start_tick,
        "end_tick": section.end_tick,
        "start_frame": section.start_frame,
        "end_frame": section.end_frame,
        "is_whole": section.is_whole,
        "in_comp": section.is_chosen,
    }


def _comp(comp: LaidComp, stacked_timeline: Timeline | None) -> dict[str, Any]:
    return {
        "master_id": comp.master_id,
        "master_is_by_hand": comp.master_is_by_hand,
        "why": comp.why,
        "choices": [
            {
                "index": choice.section_index,
                "title": choice.section_title,
                "take_id": choice.take_id,
                "take": choice.label or None,
                "pass": choice.pass_index + 1,
                "is_whole": choice.is_whole,
                "is_by_hand": choice.is_by_hand,
                "why": choice.why,
            }
            for choice in comp.choices
        ],
        "pieces": [] if stacked_timeline is None else _pieces(stacked_timeline),
        "unused": list(comp.unused),
    }


def _pieces(timeline: Timeline) -> list[dict[str, Any]]:
    comp = timeline.songs[0].comp
    if comp is None:
        return []
    bar1_frame = timeline.songs[0].takes[0].bar1_frame
    return [
        {
            "take_id": piece.take_id,
            "section_indices": list(piece.section_indices),
            "start_after_bar1_frames": piece.start_frame - bar1_frame,
            "end_after_bar1_frames": piece.end_frame - bar1_frame,
            "source_after_bar1_frames": piece.source_frame - bar1_frame,
            "fade_in_frames": piece.fade_in_frames,
            "fade_out_frames": piece.fade_out_frames,
        }
        for piece in comp.pieces
    ]
