"""The number of a song's next take, where somebody sets it: to match the DAW's playlist."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.events import NextNumberAsked
    from countoff.core.session.turn import Turn


def set_next_number(turn: Turn, event: NextNumberAsked) -> str:
    """Let the song's next take have this number, where no take of it has come so far yet.

    A number is never used again, and takes go on upwards. Returns what was done.
    """
    state = turn.state
    last = state.last_numbers.get(event.title, 0)
    if event.number <= last:
        return f"nothing: {event.title} has got as far as take {last} already"
    before = state.next_number(state.song)
    numbers = {**state.next_numbers, event.title: event.number}
    turn.update(next_numbers=MappingProxyType(numbers))
    if turn.state.next_number(state.song) != before:
        turn.say(f"NEXT TAKE: T{event.number}")
    return f"the next take of {event.title} is {event.number}"
