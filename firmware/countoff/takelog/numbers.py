"""The numbers of takes, song by song: which have been used, and which the next take is to have.

A number that a take has ever had, where it was recorded or where it was moved to, is never given again;
and takes go on upwards. Reads only, on the connection it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.takelog.edits import EditKind, counting, edits_of_kind

if TYPE_CHECKING:
    import sqlite3


def last_numbers(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the highest number that a take of each song has ever had, moves that were undone too."""
    # From song to song along the index: the cost is that of the songs, not of their takes.
    found = connection.execute(
        "WITH RECURSIVE songs (name) AS ("
        " SELECT min(song) FROM takes"
        " UNION ALL"
        " SELECT (SELECT min(song) FROM takes WHERE song > name) FROM songs WHERE name IS NOT NULL"
        ") SELECT name, (SELECT max(number) FROM takes WHERE song = name) FROM songs"
        " WHERE name IS NOT NULL"
    )
    numbers: dict[str, int] = dict(found.fetchall())
    for edit in edits_of_kind(connection, EditKind.MOVE):
        song, number = edit.value["song"], edit.value["number"]
        numbers[song] = max(numbers.get(song, number), number)
    return numbers


def next_numbers(connection: sqlite3.Connection, last: dict[str, int]) -> dict[str, int]:
    """Return the numbers that were set for next takes and still wait, by song; `last` as above."""
    wished = counting(edits_of_kind(connection, EditKind.NEXT_NUMBER), EditKind.NEXT_NUMBER)
    set_numbers = {edit.song: int(edit.value) for edit in wished if edit.song is not None}
    return {song: number for song, number in set_numbers.items() if number > last.get(song, 0)}


def next_number(connection: sqlite3.Connection, song: str) -> int:
    """Return the number that the next take of `song` will have."""
    last = last_numbers(connection)
    return next_numbers(connection, last).get(song, last.get(song, 0) + 1)
