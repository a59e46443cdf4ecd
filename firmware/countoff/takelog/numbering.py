"""Setting the number of a song's next take, and finding the one that a take gets that is moved there.

Both with the running box, which may give a number at any moment: it is told first, and the log is written
when it has taken it up. For commands only, in their own process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.control.requests import HIGHEST_NUMBER
from countoff.takelog.editing import edit_log
from countoff.takelog.edits import Edit, EditKind
from countoff.takelog.numbers import last_numbers, next_number
from countoff.takelog.take_edits import Desk, Done, EditRefusedError, movable_take, move

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.takelog.box_numbers import Box
    from countoff.takelog.stamps import StampSource

# A take that begins while one is moved takes its number; nobody begins takes for longer than this.
_MOST_TRIES = 5


def set_next(folder: Path, stamps: StampSource, box: Box, song: str, number: int) -> Done:
    """Let the next take of `song` have this number. Raises EditRefusedError or BoxRefusedError.

    A number that was used, or below one that was, is never given again.
    """
    if not 1 <= number <= HIGHEST_NUMBER:
        raise EditRefusedError(
            f"A take's number is a whole number from 1 to {HIGHEST_NUMBER}; found {number}."
        )
    box.wait_saved()
    with edit_log(folder) as connection:
        last = last_numbers(connection).get(song, 0)
    if number <= last:
        raise EditRefusedError(
            f"T{number} of {song} cannot come next: its takes have got as far as T{last}, and no"
            f" number is used twice. Say {last + 1} or more."
        )
    box.set_next(song, number)
    with edit_log(folder) as connection:
        return Desk(connection, stamps.now()).write(
            Edit(EditKind.NEXT_NUMBER, number, song=song),
            f"The next take of {song} is T{number}.",
        )


def move_to_its_next(folder: Path, stamps: StampSource, box: Box, name: str, song: str) -> Done:
    """Move a take to `song`, after all that it has. Raises EditRefusedError or BoxRefusedError.

    A number that was set for the song's next take stays set.
    """
    for _ in range(_MOST_TRIES):
        box.wait_saved()
        with edit_log(folder) as connection:
            number = last_numbers(connection).get(song, 0) + 1
            is_the_next = next_number(connection, song) == number
            desk = Desk(connection, stamps.now())
            movable_take(desk, name, song)
            if not box.is_there:
                return move(desk, name, song, number)
        if is_the_next:
            box.set_next(song, number + 1)
            box.wait_saved()
        with edit_log(folder) as connection:
            if last_numbers(connection).get(song, 0) < number:
                return move(Desk(connection, stamps.now()), name, song, number)
    raise EditRefusedError(f"Takes of {song} begin all the time: move it when there is a rest.")
