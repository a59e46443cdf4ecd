"""What is chosen by hand for a comp: a song's master, and the takes of its sections, each an edit.

Each is checked and written in the transaction that the caller has open, and told in a sentence. For
commands only, in their own process.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.comp.proposing import propose
from countoff.core.nearest import nearest_word
from countoff.takelog.comping import song_comp
from countoff.takelog.edits import Edit, EditKind
from countoff.takelog.take_edits import Done, EditRefusedError

if TYPE_CHECKING:
    from countoff.core.comp.proposing import Choice
    from countoff.core.comp.values import CompTake
    from countoff.takelog.comping import SongComp
    from countoff.takelog.take_edits import Desk

PROPOSED = "proposed"
"""In place of a take: the choice is given back to the proposal."""

_SHORTEST_ID = 4
"""Less than that is a mistyped number."""


def choose_master(desk: Desk, song: str, take_name: str) -> Done:
    """Make a take the comp's master, or have it proposed again. Raises EditRefusedError."""
    found = song_comp(desk.connection, song)
    edit = Edit(EditKind.COMP_CHOICE, None, song=found.song)
    if _is_proposed(take_name):
        if found.by_hand.master_id is None:
            raise EditRefusedError(f"The master of {found.song} is proposed already.")
        comp = propose(found.takes, replace(found.by_hand, master_id=None))
        master = "none" if comp.master_id is None else found.take(comp.master_id).label
        return desk.write(edit, f"The master of {found.song} is proposed again: {master}.")
    take = _take(found, take_name)
    if found.by_hand.master_id == take.id:
        raise EditRefusedError(f"{take.label} is the master of {found.song} by hand already.")
    comp = propose(found.takes, replace(found.by_hand, master_id=take.id))
    lost = [sentence for sentence in comp.unused if sentence not in found.comp.unused]
    sentences = [f"{take.label} is the master of {found.song} now.", *lost]
    return desk.write(replace(edit, value=take.id), " ".join(sentences))


def choose_section(desk: Desk, song: str, section_name: str, take_name: str) -> Done:
    """Take a section of the comp from a take, or have it proposed again. Raises EditRefusedError."""
    found = song_comp(desk.connection, song)
    choice = _section(found, section_name)
    index, title = choice.section.index, choice.section.title
    edit = Edit(EditKind.COMP_CHOICE, None, song=found.song, section_index=index)
    chosen = dict(found.by_hand.section_ids)
    if _is_proposed(take_name):
        if chosen.pop(index, None) is None:
            raise EditRefusedError(f"{title} of {found.song} is proposed already.")
        comp = propose(found.takes, replace(found.by_hand, section_ids=chosen))
        return desk.write(edit, f"{title} of {found.song} {_comes(found, comp.choices[index])}.")
    take = _take(found, take_name)
    if chosen.get(index) == take.id:
        raise EditRefusedError(f"{title} of {found.song} comes from {take.label} by hand already.")
    comp = propose(found.takes, replace(found.by_hand, section_ids={**chosen, index: take.id}))
    if not comp.choices[index].is_by_hand:
        before = set(found.comp.unused)
        raise EditRefusedError(" ".join(each for each in comp.unused if each not in before))
    part = "" if comp.choices[index].is_whole else ", which does not play the whole of it"
    return desk.write(
        replace(edit, value=take.id), f"{title} of {found.song} comes from {take.label} now{part}."
    )


def _is_proposed(take_name: str) -> bool:
    return take_name.casefold() == PROPOSED


def _comes(found: SongComp, choice: Choice) -> str:
    if choice.take_id is None:
        return "is proposed again: no take plays it"
    return f"is proposed again: it comes from {found.take(choice.take_id).label}"


def _take(found: SongComp, name: str) -> CompTake:
    """Return the take that is meant: 5, T5, SONG:5 or an id's beginning. Raises EditRefusedError."""
    number = name.rpartition(":")[2].removeprefix("T").removeprefix("t")
    takes = [take for take in found.takes if str(take.number) == number]
    by_id = [take for take in found.takes if take.id.startswith(name)]
    takes = takes or (by_id if len(name) >= _SHORTEST_ID else [])
    if len(takes) == 1:
        return takes[0]
    if takes:
        ids = ", ".join(take.id[:8] for take in takes)
        raise EditRefusedError(f'"{name}" may be any of {len(takes)} takes ({ids}): say an id.')
    for take_id, why in found.left_out.items():
        is_named = len(name) >= _SHORTEST_ID and take_id.startswith(name)
        if is_named or why.startswith(f"T{number} "):
            raise EditRefusedError(f"{why} It cannot be chosen.")
    known = ", ".join(take.label for take in found.takes) or "none"
    raise EditRefusedError(f'{found.song} has no take "{name}" for a comp; there are: {known}.')


def _section(found: SongComp, name: str) -> Choice:
    """Return the section that is meant by its name, initials, place or the beginning of its name.

    Raises EditRefusedError where none or several are.
    """
    choices = found.comp.choices
    if not choices:
        raise EditRefusedError(
            f"{found.song} has no comp to choose a section of: {found.comp.why}. Choose a --master."
        )
    if len(choices) == 1:
        raise EditRefusedError(
            f"The comp of {found.song} is one whole take: choose it as --master."
        )
    wanted = name.casefold()
    by_place = {str(choice.section.index + 1): choice for choice in choices}
    for meant in (
        [each for each in choices if each.section.title.casefold() == wanted],
        [each for each in choices if _initials(each.section.title) == wanted],
        [by_place[wanted]] if wanted in by_place else [],
        [each for each in choices if wanted and each.section.title.casefold().startswith(wanted)],
    ):
        if len(meant) == 1:
            return meant[0]
        if meant:
            several = ", ".join(each.section.title for each in meant)
            raise EditRefusedError(f'"{name}" may be any of these sections: {several}.')
    titles = [choice.section.title for choice in choices]
    raise EditRefusedError(
        f'{found.song} has no section "{name}".{nearest_word(name, titles)}'
        f" There are: {', '.join(titles)}."
    )


def _initials(title: str) -> str:
    """Return a section's name as it is noted down: `Pre-Chorus 2` is pc2."""
    words = title.casefold().replace("-", " ").split()
    return "".join(word if word.isdigit() else word[0] for word in words)
