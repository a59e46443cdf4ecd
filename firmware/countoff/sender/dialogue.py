"""The conversation with the DAW at the pace of the owner thread: what is heard waits its turn.

Nothing here waits, and each turn does a few messages only: beside a DAW that sends thousands a second
a press must be answered at once. What is answered leaves through `send`.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from countoff.daw.timed import Timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.actions import TellDaw
    from countoff.core.events import Event
    from countoff.daw.conversation import Conversation, Heard

# Some 20 us each on a laptop.
_MOST_A_TURN = 64


class Dialogue:
    """One DAW, as far as a port reaches it. `open` comes before any turn."""

    def __init__(
        self,
        conversation: Conversation,
        send: Callable[[tuple[Timed, ...], TellDaw | None], None],
    ) -> None:
        """Hold `conversation`; `send` has messages leave, of a command or as an answer."""
        self._conversation = conversation
        self._send = send
        self._heard: deque[Timed] = deque()
        self._who: frozenset[str] | None = None
        self._wake_fd = -1

    def open(self) -> None:
        """Open the descriptor, unless it is."""
        if self._wake_fd < 0:
            self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    @property
    def is_looped(self) -> bool:
        """Whether what is sent comes back: then nothing that is heard is believed."""
        return self._conversation.is_looped

    def fileno(self) -> int:
        """Return the descriptor that is readable while something waits its turn; -1 if not open."""
        return self._wake_fd

    def say(self, command: TellDaw) -> None:
        """Have the messages of `command` leave at their moments; some wait for the DAW's lights."""
        self._send(self._conversation.say(command), command)

    def drop(self) -> None:
        """Drop what waits for lights."""
        self._conversation.drop()

    def reach(self, who: frozenset[str] | None, now_ns: int) -> None:
        """Take in who is at the other end of the port; None where nobody hears, or is heard.

        Then nothing that was heard is known any more.
        """
        before, self._who = self._who, who
        if who is None:
            self._heard.clear()
            self._conversation.lost()
        elif before is None or not who <= before:
            self._greet(now_ns)

    def ask(self, now_ns: int) -> None:
        """Ask the DAW for its state, where somebody is there to be asked."""
        if self._who is not None and not self._conversation.is_looped:
            self._say_now(self._conversation.asking(), now_ns)

    def hear(self, at_ns: int, data: bytes) -> None:
        """Keep what was heard at `at_ns` for the next turn."""
        self._heard.append(Timed(at_ns, data))

    def miss(self, now_ns: int) -> None:
        """Take in that some was lost on the way: forget the rest, and ask for the state again."""
        self._heard.clear()
        self._conversation.lost()
        self._greet(now_ns)

    def turn(self, heard_until_ns: int, now_ns: int) -> list[Event]:
        """Take in some of what waits, and the time; return what it means.

        What was heard until `heard_until_ns` has come here: a silence that only nobody listened to
        must not be taken for the DAW's.
        """
        events: list[Event] = []
        for _ in range(min(_MOST_A_TURN, len(self._heard))):
            self._take(self._conversation.hear(*self._heard.popleft()), now_ns, events)
        if self._heard:
            os.eventfd_write(self._wake_fd, 1)
        else:
            with suppress(BlockingIOError):
                os.eventfd_read(self._wake_fd)
            self._take(self._conversation.look(heard_until_ns), now_ns, events)
        return events

    def close(self) -> None:
        """Close the descriptor."""
        if self._wake_fd >= 0:
            os.close(self._wake_fd)
            self._wake_fd = -1

    def _greet(self, now_ns: int) -> None:
        self._say_now(self._conversation.opened(now_ns), now_ns)

    def _say_now(self, said: tuple[bytes, ...], now_ns: int) -> None:
        self._send(tuple(Timed(now_ns, data) for data in said), None)

    def _take(self, heard: Heard, now_ns: int, events: list[Event]) -> None:
        events += heard.events
        self._say_now(heard.replies, now_ns)
        for spoken in heard.spoken:
            self._send(spoken.messages, spoken.command)
