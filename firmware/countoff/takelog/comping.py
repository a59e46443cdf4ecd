"""The comp of a song, from the log: its takes as a comp sees them, and what was chosen by hand.

Reads only, on the connection it is given; the caller's thread waits for the disk meanwhile. For commands and
exports, never for the daemon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.comp.proposing import ByHand, Comp, propose
from countoff.core.nearest import nearest_word
from countoff.takelog.comp_takes import NotForACompError, comp_take
from countoff.takelog.details import take_detail
from countoff.takelog.edits import EditKind, counting, edits_of_kind
from countoff.takelog.naming import SongNotFoundError, songs_of_takes, take_ids_of_song
from countoff.takelog.summaries import summaries

if TYPE_CHECKING:
    import sqlite3

    from countoff.core.comp.values import CompTake


@dataclass(frozen=True, slots=True)
class SongComp:
    """A song with its takes, the oldest first, and its comp.

    song:     as the log writes it
    left_out: by the id of each take that can give nothing, a sentence that says why
    """

    song: str
    takes: tuple[CompTake, ...]
    left_out: dict[str, str]
    by_hand: ByHand
    comp: Comp

    def take(self, take_id: str) -> CompTake:
        """Return one of the takes."""
        return next(take for take in self.takes if take.id == take_id)


def song_comp(connection: sqlite3.Connection, song: str, session_id: str | None = None) -> SongComp:
    """Return the comp of a song, whatever its capitals, of all sessions or one.

    Raises SongNotFoundError.
    """
    found = [
        take
        for take in summaries(connection, take_ids_of_song(connection, song))
        if session_id in (None, take.session_id)
    ]
    if not found:
        guess = nearest_word(song, songs_of_takes(connection))
        of_session = "" if session_id is None else " in that session"
        raise SongNotFoundError(f'There is no take of a song "{song}"{of_session}.{guess}')
    title = found[0].song
    takes, left_out = [], {}
    for order, summary in enumerate(found):
        try:
            takes.append(comp_take(take_detail(connection, summary.id), order))
        except NotForACompError as why:
            left_out[summary.id] = str(why)
    by_hand = chosen_by_hand(connection, title)
    return SongComp(title, tuple(takes), left_out, by_hand, propose(takes, by_hand))


def chosen_by_hand(connection: sqlite3.Connection, song: str) -> ByHand:
    """Return what was chosen by hand for a song, as the log writes it, and not given back since."""
    last = {
        edit.section_index: edit.value
        for edit in counting(
            edits_of_kind(connection, EditKind.COMP_CHOICE, song), EditKind.COMP_CHOICE
        )
    }
    return ByHand(
        master_id=last.get(None),
        section_ids={
            index: take_id
            for index, take_id in last.items()
            if index is not None and take_id is not None
        },
    )
