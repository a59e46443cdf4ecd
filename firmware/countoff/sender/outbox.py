"""What has been said to the DAW and has not left yet: kept for a sender that takes another's place.

The controller's end, on its owner thread; pure. Each message has a number, by which the sender tells
what became of it. A command has left when its last message has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.events import DawNotTold, DawTold

if TYPE_CHECKING:
    from countoff.core.actions import TellDaw
    from countoff.daw.timed import Timed


@dataclass(frozen=True, slots=True)
class _Kept:
    """A message that has not left yet; what is no part of a command may be lost without a word."""

    message: Timed
    command: TellDaw | None


class Outbox:
    """The messages on their way. Numbers are never used again."""

    def __init__(self) -> None:
        """Keep nothing."""
        self._last_id = 0
        self._kept: dict[int, _Kept] = {}
        self._untold: TellDaw | None = None

    def put(self, messages: tuple[Timed, ...], command: TellDaw | None = None) -> list[int]:
        """Keep the messages of `command`, or of none; return their numbers in order."""
        first_id = self._last_id + 1
        self._last_id += len(messages)
        ids = list(range(first_id, self._last_id + 1))
        for message_id, message in zip(ids, messages, strict=True):
            self._kept[message_id] = _Kept(message, command)
        return ids

    def message(self, message_id: int) -> Timed:
        """Return a message that is kept. Raises KeyError for others."""
        return self._kept[message_id].message

    def is_of_command(self, message_id: int) -> bool:
        """Tell whether a message is kept that is part of a command."""
        kept = self._kept.get(message_id)
        return kept is not None and kept.command is not None

    def clear(self) -> None:
        """Drop all: nobody is told."""
        self._kept.clear()

    def left(self, message_id: int, at_ns: int) -> DawTold | None:
        """Take out a message that left at `at_ns`; return what was told with it, if it was the last."""
        kept = self._kept.pop(message_id, None)
        command = None if kept is None else kept.command
        if command is None or command is self._untold:
            return None
        if any(other.command is command for other in self._kept.values()):
            return None
        return DawTold(at_ns, command.command, command.at_ns)

    def give_up(self, message_id: int, reason: str, now_ns: int) -> DawNotTold | None:
        """Take out a message that will never leave; tell it once for each command."""
        kept = self._kept.pop(message_id, None)
        command = None if kept is None else kept.command
        if command is None or command is self._untold:
            return None
        self._untold = command
        return DawNotTold(now_ns, command.command, command.at_ns, reason)

    def for_successor(self, oldest_ns: int) -> tuple[list[int], list[int]]:
        """Return the numbers of what another sender is to send, and of what is too old for that.

        What belongs to no command was an answer to something heard long ago, and is dropped.
        """
        self._kept = {key: kept for key, kept in self._kept.items() if kept.command is not None}
        fresh = [
            key
            for key, kept in self._kept.items()
            if kept.command is not None and kept.command.at_ns >= oldest_ns
        ]
        return fresh, [key for key in self._kept if key not in fresh]
