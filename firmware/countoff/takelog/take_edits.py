"""What people do to a take after the fact: rate it, flag it, note something, name it, move it.

Each is checked and written in the transaction that the caller has open, and told in a sentence. For
commands only, in their own process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.takelog.chart_reading import read_chart
from countoff.takelog.details import take_detail
from countoff.takelog.edits import HIGHEST_RATING, Edit, EditKind, write_edit
from countoff.takelog.flag_places import flag_kind, flag_place
from countoff.takelog.formats import OPEN_STATUSES
from countoff.takelog.naming import take_named
from countoff.takelog.numbers import last_numbers
from countoff.takelog.summaries import summaries
from countoff.takelog.words import FLAG_WORDS, take_words

if TYPE_CHECKING:
    import sqlite3

    from countoff.core.entries import FlagKind
    from countoff.takelog.details import LoggedFlag, TakeDetail
    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.flag_places import FlagPlace
    from countoff.takelog.stamps import Stamp
    from countoff.takelog.summaries import TakeSummary


class EditRefusedError(ValueError):
    """That cannot be said of this take; the sentence says why, and what can."""


@dataclass(frozen=True, slots=True)
class Done:
    """An edit that was written, and what it did, as a sentence; `is_undo` where it undid another."""

    sentence: str
    edit: LoggedEdit
    is_undo: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an edit is made: an open transaction, and the stamp of this moment."""

    connection: sqlite3.Connection
    stamp: Stamp

    def take(self, name: str) -> TakeSummary:
        """Return the take that answers to `name`. Raises TakeNotFoundError or TakeAmbiguousError."""
        return summaries(self.connection, [take_named(self.connection, name)])[0]

    def detail(self, name: str) -> TakeDetail:
        """Return it with its chart and its flags; raises the same."""
        return take_detail(self.connection, take_named(self.connection, name))

    def write(self, edit: Edit, sentence: str) -> Done:
        """Write an edit."""
        return Done(sentence, write_edit(self.connection, edit, self.stamp))


def rate(desk: Desk, name: str, rating: int) -> Done:
    """Rate a take from 0 to 5; the last rating counts. Raises EditRefusedError."""
    if not 0 <= rating <= HIGHEST_RATING:
        raise EditRefusedError(
            f"A rating is a whole number from 0 to {HIGHEST_RATING}; found {rating}."
        )
    take = desk.take(name)
    return desk.write(
        Edit(EditKind.RATING, rating, take_id=take.id),
        f"{take_words(take)} is rated {rating} of {HIGHEST_RATING}.",
    )


def note(desk: Desk, name: str, text: str) -> Done:
    """Note something of a take, beside what was noted before. Raises EditRefusedError."""
    if not text.strip():
        raise EditRefusedError("A note has at least one word; nothing was found to note.")
    take = desk.take(name)
    return desk.write(
        Edit(EditKind.NOTE, text.strip(), take_id=take.id),
        f'Noted of {take_words(take)}: "{text.strip()}".',
    )


def rename(desk: Desk, name: str, new_name: str) -> Done:
    """Give a take a name, or none with an empty one. Raises EditRefusedError."""
    take = desk.take(name)
    new_name = new_name.strip()
    if new_name == take.name:
        has = f'is called "{new_name}" already' if new_name else "has no name"
        raise EditRefusedError(f"{take_words(take)} {has}.")
    said = f'is called "{new_name}"' if new_name else "has no name any more"
    return desk.write(Edit(EditKind.NAME, new_name, take_id=take.id), f"{take_words(take)} {said}.")


def flag(desk: Desk, name: str, place_text: str, kind_text: str) -> Done:
    """Flag a bar of a take, or the whole of it. Raises EditRefusedError or PlaceRefusedError."""
    kind = flag_kind(kind_text)
    detail = desk.detail(name)
    take = detail.summary
    place = flag_place(place_text, take, read_chart(detail.chart))
    if any(
        _is_at(made, kind, place) and (place.bar is None or made.beat == (place.beat or 1))
        for made in detail.flags
    ):
        raise EditRefusedError(f"{take_words(take)} has {FLAG_WORDS[kind]} {place} already.")
    section = f" ({place.section})" if place.section else ""
    return desk.write(
        Edit(EditKind.FLAG, place.flag(kind), take_id=take.id),
        f"{take_words(take)} has {FLAG_WORDS[kind]} {place}{section}.",
    )


def take_flag_back(desk: Desk, name: str, place_text: str, kind_text: str) -> Done:
    """Take a flag of a take back, whoever made it: the last one of that kind at that place.

    Without a beat any flag of that bar is meant. Raises EditRefusedError where there is none, or
    PlaceRefusedError.
    """
    kind = flag_kind(kind_text)
    detail = desk.detail(name)
    take = detail.summary
    place = flag_place(place_text, take, read_chart(detail.chart))
    found = [
        made
        for made in detail.flags
        if _is_at(made, kind, place) and place.beat in (None, made.beat)
    ]
    if not found:
        raise EditRefusedError(f"{take_words(take)} has no {FLAG_WORDS[kind]} {place}.")
    return desk.write(
        Edit(EditKind.FLAG_TAKEN_BACK, {"flag": found[-1].id, **place.flag(kind)}, take_id=take.id),
        f"{FLAG_WORDS[kind]} {place} of {take_words(take)} is taken back.",
    )


def _is_at(made: LoggedFlag, kind: FlagKind, place: FlagPlace) -> bool:
    """Tell whether a flag that counts is of this kind, and in this bar or second."""
    if made.kind != kind or made.taken_back_utc is not None:
        return False
    if place.elapsed_s is not None and made.elapsed_s is not None and not made.whole_take:
        return int(made.elapsed_s) == int(place.elapsed_s)
    is_whole = place.bar is None and place.elapsed_s is None
    return made.whole_take if is_whole else not made.whole_take and made.bar == place.bar


def movable_take(desk: Desk, name: str, song: str) -> TakeSummary:
    """Return the take that is to be moved to `song`. Raises EditRefusedError where it cannot be."""
    take = desk.take(name)
    if take.status in OPEN_STATUSES:
        raise EditRefusedError(f"{take_words(take)} still runs: move it when it is over.")
    if take.song == song:
        raise EditRefusedError(f"{take_words(take)} is of that song already.")
    return take


def move(desk: Desk, name: str, song: str, number: int) -> Done:
    """Move a take to another song, where it has this number. Raises EditRefusedError.

    Which number is free is the caller's to know; one that was used is refused all the same.
    """
    take = movable_take(desk, name, song)
    if number <= last_numbers(desk.connection).get(song, 0):
        raise EditRefusedError(f"T{number} of {song} is used already.")
    return desk.write(
        Edit(EditKind.MOVE, {"song": song, "number": number}, take_id=take.id, song=song),
        f"{take_words(take)} is T{number} of {song} now.",
    )
