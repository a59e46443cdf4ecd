"""Sessions as tables for people. For commands only: rich is not cheap to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.drawing import cells, console, facts, table, text
from countoff.takelog.words import hours, players_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.takelog.reader import SessionSummary
    from countoff.takelog.session_day import SessionDay

SHORT_ID = 8


def print_sessions(sessions: Sequence[SessionSummary]) -> None:
    """Print a table of sessions."""
    drawn = table("SESSION", "BEGAN UTC", "TAKES")
    for session in sessions:
        drawn.add_row(*cells(session.id[:SHORT_ID], session.started_label, session.take_count))
    console().print(drawn)


def print_session(day: SessionDay) -> None:
    """Print a session: its people, its songs with their hours, and its notes."""
    out = console()
    label = day.started_label
    doubt = "?" if label.endswith("?") else ""
    length = hours(day.length_s) if day.length_is_known else f"at least {hours(day.length_s)}"
    out.print(text(f"Session of {label[:10]} {label[11:16]} UTC{doubt}, {length}"), style="bold")
    said = facts()
    for name, value in (
        ("engineer", day.engineer),
        ("room", day.room),
        ("players", players_words(day.players)),
        *(("note", note) for note in day.notes),
        ("id", day.id),
    ):
        if value:
            said.add_row(*cells(name, value))
    out.print(said)
    if not day.songs:
        return
    songs = table("SONG", "TAKES", "FALSE STARTS", "MUSIC", "WORKED", "PLAYERS")
    for song in day.songs:
        own = players_words(song.players) if song.players != day.players else None
        songs.add_row(
            *cells(song.song, song.take_count, song.false_start_count or None),
            *cells(hours(song.rolled_s), hours(song.worked_s), own),
        )
    if len(day.songs) > 1:
        songs.add_section()
        songs.add_row(
            *cells("together", day.take_count, day.false_start_count or None),
            *cells(hours(day.rolled_s), hours(sum(song.worked_s for song in day.songs)), None),
        )
    out.print(songs)
