"""Which take, and which session, somebody means by a name. Reads only, on the connection it is given."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from countoff.takelog.overlay import moved_takes
from countoff.takelog.summaries import summaries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

NAMED_CANDIDATES = 8
"""How many takes a sentence names before it says "and N more"."""

MOST_DIGITS = 18
"""Longer numbers are none that a database integer could hold."""

LAST = "last"
_DATE_END = 10


class TakeNotFoundError(LookupError):
    """No take answers to that name; the message says what was looked for."""


class TakeAmbiguousError(LookupError):
    """Several takes answer to that name; the message lists them."""


class SessionNotFoundError(LookupError):
    """No session answers to that name; the message says what was looked for."""


class SessionAmbiguousError(LookupError):
    """Several sessions answer to that name; the message lists them."""


class SongNotFoundError(LookupError):
    """No song has that title; the message names the nearest."""


def take_named(connection: sqlite3.Connection, name: str) -> str:
    """Return the id of the one take that answers to `name`: NUMBER, SONG:NUMBER, an id's beginning.

    Song and number are those that it has today. Raises TakeNotFoundError or TakeAmbiguousError.
    """
    found = summaries(connection, _ids_named(connection, name))
    if not found:
        raise TakeNotFoundError(_not_found(connection, name))
    if len(found) > 1:
        named = ", ".join(
            f'"{take.song}:{take.number}" ({take.id[:8]}, {take.started_label})'
            for take in found[:NAMED_CANDIDATES]
        )
        more = len(found) - NAMED_CANDIDATES
        raise TakeAmbiguousError(
            f'"{name}" may be any of {len(found)} takes: {named}'
            + (f" and {more} more" if more > 0 else "")
            + ". Say SONG:NUMBER or the beginning of one id."
        )
    return found[0].id


def take_ids_of_song(connection: sqlite3.Connection, song: str) -> list[str]:
    """Return the takes that are of `song` today, whatever its capitals."""
    moved = moved_takes(connection)
    return [
        take_id
        for known in _songs_named(connection, song)
        for take_id in _as_today(
            connection.execute("SELECT id FROM takes WHERE song = ?", (known,)),
            moved,
            known,
        )
    ]


def songs_of_takes(connection: sqlite3.Connection) -> list[str]:
    """Return every song that a take was recorded as, or moved to."""
    # From song to song along the index: the cost is that of the songs, not of their takes.
    recorded = connection.execute(
        "WITH RECURSIVE songs (name) AS ("
        " SELECT min(song) FROM takes"
        " UNION ALL"
        " SELECT (SELECT min(song) FROM takes WHERE song > name) FROM songs WHERE name IS NOT NULL"
        ") SELECT name FROM songs WHERE name IS NOT NULL"
    )
    moved_to = {song for song, _ in moved_takes(connection).values()}
    return sorted({song for (song,) in recorded} | moved_to)


def session_named(name: str, sessions: Sequence[tuple[str, str]]) -> int:
    """Return which of `sessions` answers to `name`; each is its id and the label of its start.

    Raises SessionNotFoundError or SessionAmbiguousError. Pure.
    """
    if not sessions:
        raise SessionNotFoundError("There is no session in the log yet.")
    if name == LAST:
        return len(sessions) - 1
    found = [index for index, (_, started) in enumerate(sessions) if started[:_DATE_END] == name]
    found = found or [
        index
        for index, (session_id, _) in enumerate(sessions)
        if name and session_id.startswith(name)
    ]
    if not found:
        raise SessionNotFoundError(
            f'No session is called "{name}": say "{LAST}", its day as in {sessions[-1][1][:_DATE_END]},'
            " or the beginning of an id."
        )
    if len(found) > 1:
        named = ", ".join(
            f"{sessions[index][0][:8]} ({sessions[index][1]})" for index in found[:NAMED_CANDIDATES]
        )
        more = len(found) - NAMED_CANDIDATES
        raise SessionAmbiguousError(
            f'"{name}" may be any of {len(found)} sessions: {named}'
            + (f" and {more} more" if more > 0 else "")
            + ". Say the beginning of one id."
        )
    return found[0]


def _ids_named(connection: sqlite3.Connection, name: str) -> list[str]:
    song, colon, digits = name.rpartition(":")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        return _ids_beginning(connection, name)
    number, moved = int(digits), moved_takes(connection)
    if not colon:
        recorded = connection.execute("SELECT id FROM takes WHERE number = ?", (number,))
        found = _as_today(recorded, moved, number=number)
        return found or _ids_beginning(connection, name)
    return [
        take_id
        for known in _songs_named(connection, song)
        for take_id in _as_today(
            connection.execute(
                "SELECT id FROM takes WHERE song = ? AND number = ?", (known, number)
            ),
            moved,
            known,
            number,
        )
    ]


def _as_today(
    recorded: Iterable[tuple[str]],
    moved: Mapping[str, tuple[str, int]],
    song: str | None = None,
    number: int | None = None,
) -> list[str]:
    """Return those that were recorded so and stayed, and those moved to this song and number.

    Without a song, or a number, any will do.
    """
    stayed = [take_id for (take_id,) in recorded if take_id not in moved]
    return stayed + [
        take_id
        for take_id, (of_song, as_number) in moved.items()
        if song in (None, of_song) and number in (None, as_number)
    ]


def _songs_named(connection: sqlite3.Connection, song: str) -> list[str]:
    """Return the song that is written just so, else those that are with other capitals."""
    songs = songs_of_takes(connection)
    return [known for known in songs if known == song] or [
        known for known in songs if known.casefold() == song.casefold()
    ]


def _ids_beginning(connection: sqlite3.Connection, beginning: str) -> list[str]:
    if not beginning:
        return []
    found = connection.execute(
        "SELECT id FROM takes WHERE id >= ?1 AND id < ?1 || char(0x10FFFF)", (beginning,)
    )
    return [take_id for (take_id,) in found]


def _not_found(connection: sqlite3.Connection, name: str) -> str:
    song, colon, _number = name.rpartition(":")
    songs = songs_of_takes(connection)
    if colon and song not in songs:
        near = difflib.get_close_matches(song, songs, n=1)
        nearest = f' Did you mean "{near[0]}"?' if near else ""
        return f'The log holds no take of a song "{song}".{nearest}'
    return f'No take is called "{name}": say NUMBER, SONG:NUMBER or the beginning of an id.'
