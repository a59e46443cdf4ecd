"""The DAW of a rehearsal: keeps the bytes that it is sent, and when. On the rehearsal's one thread."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.midi import mackie, mmc

if TYPE_CHECKING:
    from countoff.core.actions import TellDaw
    from countoff.daw.conversation import Conversation

_WORDS = {
    mmc.Transport.RECORD_STROBE: "record",
    mmc.Transport.RECORD_EXIT: "record exit",
    mmc.Transport.STOP: "stop",
}


_BUTTONS: dict[int, str] = {
    mackie.Button.RECORD: "record",
    mackie.Button.PLAY: "play",
    mackie.Button.STOP: "stop",
    mackie.Button.MARKER: "marker",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left for the DAW at host time `at_ns`."""

    at_ns: int
    message: bytes

    @property
    def meaning(self) -> str:
        """What its bytes mean, in the words of a script: record, stop, locate 00:20:00.

        Empty for the half of a press that means nothing by itself: that the button is up again.
        """
        pressed = mackie.decode_from_surface(self.message)
        if isinstance(pressed, mackie.Press):
            return _BUTTONS.get(pressed.button, "") if pressed.is_down else ""
        return ", ".join(_meaning(each.command) for each in mmc.decode(self.message))


class VirtualDaw:
    """Takes what the controller tells the DAW; see `countoff.controller.Daw`."""

    def __init__(self, conversation: Conversation) -> None:
        """Be told through `conversation`, and answer nothing."""
        self.sent: list[Sent] = []
        self._conversation = conversation
        self._waiting: list[tuple[int, int, bytes]] = []
        self._count = 0
        self._now_ns = 0

    def tell(self, command: TellDaw) -> None:
        """Have the command's bytes leave at its moment, or at once where that has passed."""
        for at_ns, message in self._conversation.say(command):
            self._count += 1
            heapq.heappush(self._waiting, (max(at_ns, self._now_ns), self._count, message))
        self.send_to(self._now_ns)

    def drop(self) -> None:
        """Drop what has not left yet."""
        self._waiting.clear()

    def next_moment_ns(self) -> int | None:
        """Return when the next message is to leave."""
        return self._waiting[0][0] if self._waiting else None

    def send_to(self, now_ns: int) -> None:
        """Let everything leave that is due at host time `now_ns`."""
        self._now_ns = now_ns
        while self._waiting and self._waiting[0][0] <= now_ns:
            due_ns, _, message = heapq.heappop(self._waiting)
            self.sent.append(Sent(due_ns, message))


def _meaning(command: mmc.Command) -> str:
    if isinstance(command, mmc.Locate):
        place = command.place
        return f"locate {place.hour:02}:{place.minute:02}:{place.second:02}"
    if isinstance(command, mmc.Transport):
        return _WORDS.get(command, command.name.lower().replace("_", " "))
    return str(command)
