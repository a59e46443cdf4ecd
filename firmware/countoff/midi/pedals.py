"""A foot controller's messages as pedals: which message is which, and when it goes down and up. Pure.

A note is down until its note-off, a controller while its value is 64 or more. A program change, and
a pedal that latches, only say that somebody stepped on it: that is down and up at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from countoff.core.nearest import nearest_word

if TYPE_CHECKING:
    from collections.abc import Sequence

HIGHEST_NUMBER = 127
CHANNELS = 16
# From here on a switch that is sent as a controller is on.
_DOWN_FROM = 64
_NOTE_OFF, _NOTE_ON, _CONTROLLER, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_LENGTHS = {_NOTE_OFF: 3, _NOTE_ON: 3, _CONTROLLER: 3, _PROGRAM: 2}
_TEXT = re.compile(r"\s*(\w+)\s+(\d+)(?:\s+(?:on\s+)?channel\s+(\d+))?\s*", re.IGNORECASE)

Use = TypeVar("Use")
"""What a message is for: a pedal, an action, whatever its owner tells apart."""


class Kind(StrEnum):
    """What foot controllers send."""

    NOTE = "note"
    CONTROLLER = "controller"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class PedalMessage:
    """Which message a pedal sends: `note 60 channel 10`; without a channel, on any of the 16.

    Numbers are counted from 0, as they are on the cable; channels from 1, as everybody counts them.
    """

    kind: Kind
    number: int
    channel: int | None = None

    @classmethod
    def parse(cls, text: str) -> PedalMessage:
        """Return what `text` says. Raises ValueError with a sentence."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(
                f'"{text}" is no message of a pedal; one is written as "note 60", "controller 64"'
                ' or "program 3", where it matters with its channel: "note 60 channel 10".'
            )
        word, number, channel = match[1].lower(), int(match[2]), match[3]
        if word not in list(Kind):
            kinds = ", ".join(Kind)
            raise ValueError(
                f'"{text}" begins with "{match[1]}"; there are {kinds}.{nearest_word(word, Kind)}'
            )
        if number > HIGHEST_NUMBER:
            raise ValueError(f'"{text}" has the number {number}; they go from 0 to 127.')
        if channel is not None and not 1 <= int(channel) <= CHANNELS:
            raise ValueError(f'"{text}" has the channel {channel}; they go from 1 to 16.')
        return cls(Kind(word), number, None if channel is None else int(channel))

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        where = "" if self.channel is None else f" channel {self.channel}"
        return f"{self.kind} {self.number}{where}"

    def covers(self, sent: PedalMessage) -> bool:
        """Tell whether a message that was `sent` is this one."""
        return self in (sent, replace(sent, channel=None))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a foot controller sent, and whether it says that the pedal goes down.

    `is_down` is None where it says that the pedal was stepped on, and will not say when it comes up.
    """

    message: PedalMessage
    is_down: bool | None


@dataclass(frozen=True, slots=True)
class Assignment(Generic[Use]):
    """What a message is for."""

    message: PedalMessage
    use: Use
    latches: bool = False
    """Each of its messages is a step on it, whatever value it has."""


@dataclass(frozen=True, slots=True)
class Trodden(Generic[Use]):
    """What is for `use` went down, or came up, at host time `at_ns`."""

    at_ns: int
    use: Use
    is_down: bool


def decode(data: bytes) -> Sent | None:
    """Return what one whole message says of a pedal, or None where it says nothing of any."""
    status = data[0] & 0xF0 if data else 0
    if len(data) != _LENGTHS.get(status) or max(data[1:]) > HIGHEST_NUMBER:
        return None
    channel, number = (data[0] & 0x0F) + 1, data[1]
    if status == _PROGRAM:
        return Sent(PedalMessage(Kind.PROGRAM, number, channel), is_down=None)
    if status == _CONTROLLER:
        message = PedalMessage(Kind.CONTROLLER, number, channel)
        return Sent(message, is_down=data[2] >= _DOWN_FROM)
    is_down = status == _NOTE_ON and data[2] > 0
    return Sent(PedalMessage(Kind.NOTE, number, channel), is_down)


class FootController(Generic[Use]):
    """Whatever sends the messages: which of its pedals are down, and what they are for."""

    def __init__(self, assignments: Sequence[Assignment[Use]]) -> None:
        """Begin with no foot on any of them."""
        self._assignments = tuple(assignments)
        self._down: set[int] = set()

    def hear(self, at_ns: int, data: bytes) -> tuple[Trodden[Use], ...]:
        """Return what one whole message, heard at `at_ns`, means; nothing where it is not assigned."""
        sent = decode(data)
        if sent is None:
            return ()
        trodden: list[Trodden[Use]] = []
        for index, assigned in enumerate(self._assignments):
            if not assigned.message.covers(sent.message):
                continue
            if assigned.latches or sent.is_down is None:
                trodden += [
                    Trodden(at_ns, assigned.use, is_down=True),
                    Trodden(at_ns, assigned.use, is_down=False),
                ]
            elif sent.is_down is not (index in self._down):
                # An expression pedal sends many values: only its way past the middle counts.
                self._down ^= {index}
                trodden.append(Trodden(at_ns, assigned.use, sent.is_down))
        return tuple(trodden)

    def let_go(self, at_ns: int) -> tuple[Trodden[Use], ...]:
        """Have every pedal come up: its cable has gone, and the release would never be heard.

        A release that is missed would look like a foot that stays, and that ends a take.
        """
        uses = [self._assignments[index].use for index in sorted(self._down)]
        self._down.clear()
        return tuple(Trodden(at_ns, use, is_down=False) for use in uses)
